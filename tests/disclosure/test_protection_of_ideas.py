"""Counts over time are hidden as a whole when one of them is small; all else of this family is text from registers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure.improvement.ideas import has_small_count, least_count, mark_series, protect_ideas
from pipeline.disclosure.reading.book import Book
from pipeline.disclosure.reading.improvement.ideas_checks import check_ideas
from pipeline.disclosure.reading.names import Folder
from pipeline.reference.evaluation import Disclosure, Evaluation
from pipeline.statistics.improvement.ideas_tables import describe_ideas
from pipeline.statistics.improvement.series_tables import AT_FORUMS
from tests.disclosure.reading.improvement_pages import registers_with, settings_with


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    folder: Path = tmp_path_factory.mktemp("settings")
    return settings_with(folder, ("{item: sure}", "{series: visits}"))


def under(evaluation: Evaluation, policy: str, base: int = 10, values: int = 4) -> Evaluation:
    rules = Disclosure(policy=policy, minimum_base=base, least_values=values)
    return evaluation.model_copy(update={"disclosure": rules})


def series_of(key: str, counts: list[int]) -> pd.DataFrame:
    days = pd.date_range("2022-01-01", periods=len(counts), freq="MS")
    return pd.DataFrame({"series": key, "name": key, "unit": "visits", "date": days, "count": counts})


def published(evaluation: Evaluation, **changed: str) -> Mapping[str, pd.DataFrame]:
    return protect_ideas(describe_ideas(registers_with(evaluation, **changed), evaluation, "wave-2"), evaluation)


def test_every_published_cell_is_text(evaluation: Evaluation) -> None:
    tables = published(evaluation)
    assert all(isinstance(cell, str) for table in tables.values() for cell in table.to_numpy().ravel())
    assert not any(cell in ("nan", "NaT", "<NA>") for table in tables.values() for cell in table.to_numpy().ravel())


def test_a_series_without_a_small_count_is_shown_and_noughts_are_not_small(evaluation: Evaluation) -> None:
    tables = published(under(evaluation, "standard"))
    assert tables["series"]["count"].tolist() == ["412", "0"]
    assert tables["measures"][["latest", "latest_on"]].to_numpy().tolist() == [["0", "2023-03-01"]]


def test_one_small_count_hides_the_series_its_lines_and_the_latest_of_its_measure(evaluation: Evaluation) -> None:
    counts = [*range(40, 55), 9]
    rows = "\n".join(f"visits,2022-{month + 1:02}-01,{n}" for month, n in enumerate(counts[:12]))
    rows += "\n" + "\n".join(f"visits,2023-{month + 1:02}-01,{n}" for month, n in enumerate(counts[12:]))
    tables = published(under(evaluation, "standard"), series=f"series,date,count\n{rows}\n")
    assert tables["series"].empty
    chart = tables["charts"].iloc[0]
    assert chart["points"] == "[c]" and set(chart["median":]) == {""}
    assert tables["measures"][["latest", "latest_on"]].to_numpy().tolist() == [["[c]", ""]]


@pytest.mark.parametrize(
    ("policy", "count", "mark"), [("standard", 9, "[c]"), ("standard", 10, ""), ("strict", 6, "[c]")]
)
def test_how_small_a_count_may_be_is_said_by_the_policy(
    evaluation: Evaluation, policy: str, count: int, mark: str
) -> None:
    assert mark_series(series_of("visits", [50, count]), under(evaluation, policy)) == {"visits": mark}


def test_bins_hide_people_at_forums_however_many_forums_there_were(evaluation: Evaluation) -> None:
    forums = series_of(AT_FORUMS.id, [30] * 12)
    assert mark_series(forums, under(evaluation, "standard")) == {AT_FORUMS.id: ""}
    assert mark_series(forums, under(evaluation, "strict")) == {AT_FORUMS.id: "[c]"}


def test_too_few_forums_are_no_series(evaluation: Evaluation) -> None:
    assert mark_series(series_of(AT_FORUMS.id, [30] * 9), under(evaluation, "standard")) == {AT_FORUMS.id: "[x]"}


@given(
    base=st.integers(1, 6),
    values=st.integers(1, 5),
    shown=st.lists(st.integers(0, 9), max_size=2),
    later=st.lists(st.integers(0, 9), min_size=1, max_size=2),
)
def test_who_knows_the_rule_and_the_earlier_points_cannot_narrow_a_hidden_count(
    evaluation: Evaluation, base: int, values: int, shown: list[int], later: list[int]
) -> None:
    """Brute force: every way in which the points since the last release may go on that is hidden like this one."""
    least = least_count(under(evaluation, "standard", base, values))
    if has_small_count(shown, least) or not has_small_count([*shown, *later], least):
        return
    guesses = product(range(12), repeat=len(later))
    possible = [guess for guess in guesses if has_small_count([*shown, *guess], least)]
    assert all(len({guess[place] for guess in possible}) >= values for place in range(len(later)))


def faults(evaluation: Evaluation, made_under: Evaluation, series: str) -> list[str]:
    """Return what the gate says of files made under other rules than its own."""
    book = Book()
    for name, table in published(made_under, series=series).items():
        book.registers["all-three", name] = table.to_dict("records")
    return list(check_ideas(Folder(evaluation, evaluation.wave("wave-2")), book))


@pytest.mark.parametrize(("policy", "count"), [("standard", 9), ("strict", 6)])
def test_the_gate_finds_a_small_count_in_files_that_are_true_in_all_else(
    evaluation: Evaluation, policy: str, count: int
) -> None:
    series = f"series,date,count\nvisits,2023-01-01,40\nvisits,2023-02-01,{count}\n"
    base = 10 if policy == "standard" else 1
    careless = under(evaluation, "standard", 1, 1)
    found = faults(under(evaluation, policy, base, 1), careless, series)
    least = {"standard": 10, "strict": 7}[policy]
    assert any(f"has a count of fewer than {least}, and may not be shown" in one for one in found)
    assert faults(careless, careless, series) == []
