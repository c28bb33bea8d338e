"""What is shown of pledges, by hand and by force: enough people, nothing beyond an end, no step from wave to wave."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from pipeline.disclosure.improvement.cells import share_cell
from pipeline.disclosure.improvement.pledges import protect_pledges, share_cells
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.describe import describe_improvement
from pipeline.statistics.improvement.pledge_tables import describe_pledges, pledges_on
from tests.disclosure.reading.pledged_pages import improvement_of, registers_of, settings_of

HEAD = "pledge,person,areas,sector,text,theme,scope,made_on,status,checked_on\n"
UNDER, OVER = "under 10%", "over 90%"


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return settings_of(tmp_path_factory.mktemp("settings"))


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return settings_of(tmp_path_factory.mktemp("settings"), policy="strict")


def with_base(evaluation: Evaluation, minimum_base: int, least_values: int = 1) -> Evaluation:
    rules = evaluation.disclosure.model_copy(update={"minimum_base": minimum_base, "least_values": least_values})
    return evaluation.model_copy(update={"disclosure": rules})


def pledge(number: int, person: int, made_on: str, status: str = "unknown", checked_on: str = "") -> str:
    return f"pledge-{number},Q{person},barnet,health,Use the words,,own,{made_on},{status},{checked_on}\n"


def shown(evaluation: Evaluation, pledges: str, wave_id: str = "wave-2") -> pd.DataFrame | None:
    return improvement_of(evaluation, wave_id, pledges=pledges).tables.get("pledges")


def test_a_pledge_is_known_to_be_kept_only_from_the_day_it_was_followed_up(evaluation: Evaluation) -> None:
    pledges = registers_of(evaluation, pledges=HEAD + pledge(1, 1, "2023-02-01", "kept", "2023-05-01")).pledges
    assert pledges_on(pledges, pd.Timestamp("2023-01-31")).empty
    assert pledges_on(pledges, pd.Timestamp("2023-04-30"))["status"].tolist() == ["unknown"]
    assert pledges_on(pledges, pd.Timestamp("2023-05-01"))["status"].tolist() == ["kept"]


def test_every_area_theme_and_scope_has_a_row_whether_or_not_anything_was_pledged(evaluation: Evaluation) -> None:
    registers = registers_of(evaluation, pledges=HEAD + pledge(1, 1, "2023-02-01"))
    rows = describe_pledges(registers, evaluation, "wave-1")["pledges"].set_index(["dimension", "value"])
    assert rows.loc[("areas", "barnet"), "made"] == 1
    assert rows.loc[[("areas", "enfield"), ("theme", "guide"), ("scope", "beyond")], "made"].tolist() == [0, 0, 0]
    assert rows.loc[("theme", "no-theme"), "made"] == 1


def test_too_few_people_show_nothing_however_many_pledges(evaluation: Evaluation) -> None:
    two = HEAD + "".join(pledge(number, number % 2, "2023-02-01") for number in range(20))
    assert shown(evaluation, two) is None
    assert shown(evaluation, two + pledge(20, 3, "2023-02-01")) is not None


def test_what_was_kept_is_hidden_where_few_people_were_asked(evaluation: Evaluation) -> None:
    rows = [pledge(1, 1, "2023-02-01", "kept", "2023-03-20"), pledge(2, 2, "2023-02-01", "kept", "2023-03-20")]
    rows += [pledge(number, number, "2023-02-01") for number in (3, 4)]
    table = shown(evaluation, HEAD + "".join(rows))
    assert table is not None
    assert table.loc[0, ["people", "made", "followed_up"]].tolist() == ["4", "4", "50"]
    assert set(table.loc[0, ["kept", "kept_low", "kept_high", "at_least", "at_most", "partly", "not_kept"]]) == {"[c]"}


def test_a_step_of_few_people_from_one_wave_to_the_next_keeps_the_earlier_state(evaluation: Evaluation) -> None:
    first = "".join(pledge(number, number, "2023-03-01") for number in range(1, 6))
    # Two more people until the second wave: the difference of the two waves' pages would tell of them.
    table = shown(evaluation, HEAD + first + pledge(6, 6, "2023-05-16") + pledge(7, 7, "2023-05-16"))
    assert table is not None
    assert table.loc[0, ["as_of", "made"]].tolist() == ["2023-04-02", "5"]
    three = "".join(pledge(number, number, "2023-05-16") for number in (6, 7, 8))
    table = shown(evaluation, HEAD + first + three)
    assert table is not None
    assert table.loc[0, ["as_of", "made"]].tolist() == ["2023-10-29", "8"]


def test_what_became_of_few_people_s_pledges_between_two_waves_is_not_told_by_their_difference(
    evaluation: Evaluation,
) -> None:
    asked = "".join(pledge(number, number, "2023-03-01", "kept", "2023-03-20") for number in range(1, 5))
    later = pledge(5, 5, "2023-03-01", "not kept", "2023-06-01") + pledge(6, 6, "2023-03-01")
    table = shown(evaluation, HEAD + asked + later)
    assert table is not None
    assert table.loc[0, ["as_of", "followed_up"]].tolist() == ["2023-04-02", "67"]


def test_what_stands_beside_an_end_tells_no_more_than_the_end() -> None:
    made = 21
    by_print: dict[tuple[str, ...], list[tuple[int, int, int]]] = defaultdict(list)
    for kept, partly, not_kept in product(range(made + 1), repeat=3):
        known = kept + partly + not_kept
        if known <= made:
            row = {"made": made, "base_n": known, "kept": kept, "partly": partly, "not kept": not_kept}
            row |= {"unknown": made - known, "followed_people_n": known, "conf_low": kept, "conf_high": known}
            by_print[tuple(share_cells(row, 10).values())].append((known, kept, partly))
    for (followed, of_known, *_, in_part, _), worlds in by_print.items():
        if followed == OVER:
            assert {known for known, *_ in worlds} == {19, 20, 21}
        elif of_known in (UNDER, OVER):
            (known,) = {known for known, *_ in worlds}
            near = {kept for kept in range(known + 1) if share_cell(kept, known) == of_known}
            assert {kept for _, kept, _ in worlds} == near
        elif in_part == "[c]":
            assert len({partly for *_, partly in worlds}) >= 2
        assert in_part not in (UNDER, OVER)


def test_in_bins_all_counts_of_the_whole_and_of_areas_are_bins(strict: Evaluation) -> None:
    registers = registers_of(strict)
    (table,) = protect_pledges(describe_improvement(registers, strict, "wave-2"), strict).values()
    whole = table[table["area"] == "all-three"].iloc[0]
    assert whole[["people", "made", "kept", "partly", "not_kept", "unknown"]].tolist() == [
        "7–12", "13–18", "7–12", "0–6", "0–6", "0–6",
    ]  # fmt: skip
    assert dict(zip(table["area"], table["made"], strict=True)) == {
        "all-three": "13–18", "barnet": "0–6", "camden": "0–6", "enfield": "0–6",
    }  # fmt: skip
    assert set(table.loc[table["area"] != "all-three", ["people", "kept", "unknown"]].stack()) == {""}


def test_shares_of_a_part_are_shown_only_beside_a_rest_of_enough_people(evaluation: Evaluation) -> None:
    # Barnet 5, Camden 3, Enfield 2, everywhere 2: with a base of 5 what is left of Barnet is 7 people in three parts.
    table = improvement_of(with_base(evaluation, 5)).tables["pledges"]
    assert set(table["area"]) == {"all-three", "barnet"}
    # With a base of 3 Camden is shown too, and 4 people are left.
    assert set(improvement_of(evaluation).tables["pledges"]["area"]) == {"all-three", "barnet", "camden"}
    # With 10 nobody but the whole.
    assert set(improvement_of(with_base(evaluation, 10)).tables["pledges"]["area"]) == {"all-three"}


def test_ten_thousand_pledges_are_described_and_protected(evaluation: Evaluation, tmp_path: Path) -> None:
    many = HEAD + "".join(pledge(number, number % 900, "2023-03-01") for number in range(10_000))
    table = shown(evaluation, many)
    assert table is not None
    assert table.loc[0, ["people", "made", "followed_up"]].tolist() == ["900", "10000", "under 10%"]
