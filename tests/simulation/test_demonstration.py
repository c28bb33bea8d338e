"""The demonstration waves: what stands in the repository, and what they promise to show."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from pipeline.data.quotes import read_quotes
from pipeline.disclosure.quotes import judge_quotes
from pipeline.reference.evaluation import load_evaluation
from pipeline.reference.labels import normal_form
from pipeline.reference.places import category_by_form
from pipeline.reference.waves import SYNTHETIC_PREFIX
from pipeline.simulation.demonstration import demonstration_truth, make_demonstration, simulate_demonstration
from pipeline.statistics.proportions import newcombe_change_interval

ROOT = Path(__file__).parents[2]
EVALUATION = load_evaluation(ROOT / "evaluation.yml")
FILES = make_demonstration(EVALUATION)
REGISTER = f"registers/{EVALUATION.quotes}"
EXPORTS = {name: content for name, content in FILES.items() if not name.startswith("registers/")}
TODAY = dt.date(2024, 7, 1)
TRUTH = demonstration_truth(EVALUATION)
SURVEY = simulate_demonstration(EVALUATION)
FIRST, SECOND, THIRD = (wave.id for wave in EVALUATION.waves)


def read_rows(name: str, content: bytes) -> list[tuple[object, ...]]:
    if name.endswith(".csv"):
        return [tuple(row) for row in csv.reader(io.StringIO(content.decode("utf-8"), newline=""))]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def change_interval(item: str, wave: str) -> tuple[float, float]:
    favourable = EVALUATION.scale_of(item).favourable_levels
    answers = SURVEY.answers_by_respondent_item.dropna(subset=["level"])
    later, earlier = (
        answers.loc[(answers["item"] == item) & (answers["wave"] == one), "level"].isin(favourable)
        for one in (wave, FIRST)
    )
    return newcombe_change_interval(int(later.sum()), len(later), int(earlier.sum()), len(earlier), 0.95)


def test_every_source_of_a_synthetic_wave_is_made() -> None:
    sources = [source.file for wave in EVALUATION.waves for source in wave.sources]
    others = [f"registers/{one.file}" for one in EVALUATION.registers.named().values()]
    assert list(FILES) == [*sources, REGISTER, *others]
    assert all(Path(name).name.startswith(SYNTHETIC_PREFIX) for name in FILES)


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert make_demonstration(EVALUATION) == FILES
    assert demonstration_truth(EVALUATION) == TRUTH


@pytest.mark.parametrize("name", FILES)
def test_committed_files_hold_what_is_made_now(name: str) -> None:
    committed = (ROOT / "data" / "raw" / name).read_bytes()
    if name.endswith(".csv"):
        assert committed == FILES[name]
    # Compression differs between releases of zlib; what the workbook holds does not.
    assert read_rows(name, committed) == read_rows(name, FILES[name])


def test_committed_truth_is_the_truth_now() -> None:
    committed = json.loads((ROOT / "tests" / "golden" / "demonstration_truth.json").read_text("utf-8"))
    numbers = ("change_by_item_area_wave", "share_by_item_area_wave")
    for name in numbers:
        now, then = (pd.json_normalize(truth.pop(name)) for truth in (json.loads(json.dumps(TRUTH)), committed))
        assert list(now.columns) == list(then.columns)
        assert np.allclose(now.to_numpy(float), then.to_numpy(float), atol=2e-6)
    assert committed == {key: value for key, value in TRUTH.items() if key not in numbers}


def test_the_baseline_has_the_published_58_usable_responses() -> None:
    assert TRUTH["usable"] == {FIRST: 58, SECOND: 64, THIRD: 71}
    assert len(read_rows(*next(iter(FILES.items())))) - 1 == 63


def test_files_hold_usable_and_spoilt_rows() -> None:
    for (name, content), wave in zip(EXPORTS.items(), EVALUATION.waves, strict=True):
        assert len(read_rows(name, content)) - 1 == TRUTH["usable"][wave.id] + sum(TRUTH["spoilt"][wave.id].values())


def test_one_borough_is_small_until_the_third_wave() -> None:
    named = {area.id: list(TRUTH["usable_naming_area"][area.id].values()) for area in EVALUATION.areas}
    small = named.pop("enfield")
    assert max(small[:2]) < EVALUATION.disclosure.minimum_base <= small[2]
    assert all(10 <= count <= 17 for counts in named.values() for count in counts)


def test_some_work_in_two_boroughs_and_some_in_all() -> None:
    two = SURVEY.respondents["areas"].map(len).eq(2).groupby(SURVEY.respondents["wave"], observed=True).sum()
    assert two.between(3, 5).all()
    assert set(TRUTH["usable_naming_area"][EVALUATION.whole_area.id].values()) <= {2, 3}


def test_a_third_of_the_second_wave_is_linked_by_code() -> None:
    pair = f"{FIRST}, {SECOND}"
    assert TRUTH["people_in_common"][pair] / TRUTH["usable"][SECOND] == pytest.approx(0.4, abs=0.03)
    assert TRUTH["codes_in_common"][pair] / TRUTH["usable"][SECOND] == pytest.approx(1 / 3, abs=0.03)


def test_sectors_shift() -> None:
    shares = pd.crosstab(SURVEY.respondents["wave"], SURVEY.respondents["sector"], normalize="index")
    nhs, education = shares["nhs-provider"].tolist(), shares["education"].tolist()
    assert nhs[0] == pytest.approx(0.55, abs=0.05)
    assert nhs[0] > nhs[1] > nhs[2]
    assert education[2] > education[0]


def test_a_rise_a_fall_and_no_clear_change_are_to_be_seen() -> None:
    leads = [item.id for item in EVALUATION.items if item.lead]
    assert any(change_interval(item, SECOND)[0] > 0 for item in leads)
    assert change_interval("offer", SECOND)[1] < 0
    low, high = change_interval("plan", SECOND)
    assert low < 0 < high


def test_every_label_is_known() -> None:
    for (name, content), wave in zip(EXPORTS.items(), EVALUATION.waves, strict=True):
        header, *rows = read_rows(name, content)
        columns = dict(zip(header, zip(*rows, strict=True), strict=True))
        asked = EVALUATION.questions
        known = {
            item.wording_in(wave.id): set(EVALUATION.scale_of(item.id).labels_by_form()) for item in EVALUATION.items
        }
        known[asked.sector.wording_in(wave.id)] = set(category_by_form(EVALUATION.sectors))
        if asked.role is not None:
            known[asked.role.wording_in(wave.id)] = set(category_by_form(EVALUATION.respondent_roles))
        for wording, forms in known.items():
            assert {normal_form(str(cell)) for cell in columns[wording] if cell} <= forms
        areas = set(category_by_form((*EVALUATION.areas, EVALUATION.whole_area)))
        ticked = [str(cell) for cell in columns[EVALUATION.questions.area.wording_in(wave.id)] if cell]
        separator = ", " if name.endswith(".csv") else ";"
        assert {normal_form(label) for cell in ticked for label in cell.split(separator) if label} <= areas


def test_no_person_stands_in_the_files() -> None:
    for name, content in FILES.items():
        header, *rows = read_rows(name, content)
        assert not any("@" in str(cell) for row in rows for cell in row)
        if "Name" in header:
            assert {row[header.index("Name")] for row in rows} == {None}
            assert {row[header.index("Email")] for row in rows} == {"anonymous"}


def test_the_register_of_quotes_has_invented_comments_of_every_wave_each_approved() -> None:
    quotes = read_quotes(FILES[REGISTER], shown=f"data/raw/{REGISTER}")
    assert [sentence for one in judge_quotes(quotes, EVALUATION, today=TODAY) for sentence in one.refusals] == []
    assert {(one.wave, one.question) for one in quotes} == {
        (wave.id, comment.id) for wave in EVALUATION.waves for comment in EVALUATION.comments
    }
    assert {one.shown_as for one in quotes} & {area.id for area in EVALUATION.areas}
    for wave, content in zip(EVALUATION.waves, EXPORTS.items(), strict=True):
        written = {cell for row in read_rows(*content) for cell in row}
        assert {one.text for one in quotes if one.wave == wave.id} <= written
    assert all("SYNTHETIC" in one.approver_1 + one.approver_2 for one in quotes)
