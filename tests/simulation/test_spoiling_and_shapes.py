"""What a real file holds, and the files of the two platforms."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reference.evaluation import load_evaluation
from pipeline.reference.labels import normal_form
from pipeline.reference.places import category_by_form
from pipeline.simulation.demonstration import simulate_demonstration
from pipeline.simulation.shapes import SYNTHETIC_TITLE, as_google_forms, as_microsoft_forms
from pipeline.simulation.spoiling import TIMES, Spoiling, spoil_submissions, write_submissions

EVALUATION = load_evaluation(Path(__file__).parents[2] / "evaluation.yml")
SURVEY = simulate_demonstration(EVALUATION)
WAVE = EVALUATION.waves[0].id
CLEAN = write_submissions(SURVEY, EVALUATION, WAVE)
CODES = [part.wording_in(WAVE) for part in EVALUATION.questions.code]
AREA = EVALUATION.questions.area.wording_in(WAVE)


def spoil(seed: int, spoiling: Spoiling) -> pd.DataFrame:
    return spoil_submissions(CLEAN, EVALUATION, WAVE, spoiling, np.random.default_rng(seed))


def test_the_form_stands_in_its_order() -> None:
    asked = [question.wording_in(WAVE) for question in EVALUATION.all_questions()]
    assert list(CLEAN.columns) == [*TIMES, *asked]
    assert len(CLEAN) == (SURVEY.respondents["wave"] == WAVE).sum()
    assert CLEAN["submitted_at"].is_monotonic_increasing


def test_spoiling_nothing_changes_nothing() -> None:
    untouched = spoil(1, Spoiling(0, 0, 0, odd_labels=0, messy_codes=0, comments=0))
    pd.testing.assert_frame_equal(untouched, CLEAN)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), counts=st.tuples(*[st.integers(0, 4)] * 3))
def test_every_writing_keeps_its_normal_form(seed: int, counts: tuple[int, int, int]) -> None:
    spoilt = spoil(seed, Spoiling(*counts, odd_labels=1.0, messy_codes=1.0, comments=1.0))
    assert len(spoilt) == len(CLEAN) + sum(counts)
    for item in EVALUATION.items:
        known = EVALUATION.scale_of(item.id).labels_by_form()
        assert {normal_form(label) for label in spoilt[item.wording_in(WAVE)].dropna()} <= set(known)
    sectors = category_by_form(EVALUATION.sectors)
    assert {normal_form(label) for label in spoilt[EVALUATION.questions.sector.wording_in(WAVE)].dropna()} <= set(
        sectors
    )
    for wording in CODES:
        forms = {part.strip().lower().zfill(2) for part in spoilt[wording].dropna()}
        assert forms == {part.lower() for part in CLEAN[wording].dropna()}


def test_odd_writing_differs_from_the_form() -> None:
    odd = spoil(3, Spoiling(0, 0, 0, odd_labels=1.0, messy_codes=1.0))
    wordings = [*CODES, *(item.wording_in(WAVE) for item in EVALUATION.items)]
    answered = CLEAN[wordings].notna()
    assert (odd[wordings] != CLEAN[wordings])[answered].to_numpy()[answered.to_numpy()].all()
    cells = "".join(cell for wording in wordings for cell in odd[wording] if cell)
    assert "\N{NO-BREAK SPACE}" in cells
    assert "\N{RIGHT SINGLE QUOTATION MARK}" in cells


def test_rows_that_do_not_count() -> None:
    spoilt = spoil(4, Spoiling(duplicates=2, blanks=3, tests=1))
    answers = spoilt.drop(columns=list(TIMES))
    assert answers.isna().all(axis=1).sum() == 3
    assert answers.dropna(how="all").duplicated().sum() == 2
    before = spoilt["submitted_at"] < pd.Timestamp(EVALUATION.waves[0].fieldwork.start)
    assert before.sum() == 1
    assert (spoilt["started_at"] < spoilt["submitted_at"]).all()


def test_microsoft_forms_has_its_columns_and_cells() -> None:
    content = as_microsoft_forms(spoil(5, Spoiling()))
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    assert workbook.sheetnames == ["Sheet1"]
    assert workbook.properties.title == SYNTHETIC_TITLE
    header, *rows = workbook["Sheet1"].iter_rows(values_only=True)
    assert header[:5] == ("ID", "Start time", "Completion time", "Email", "Name")
    assert header[5:] == tuple(question.wording_in(WAVE) for question in EVALUATION.all_questions())
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert {row[3:5] for row in rows} == {("anonymous", None)}
    assert all(hasattr(row[1], "hour") and row[1] < row[2] for row in rows)
    areas = [row[5] for row in rows if row[5] is not None]
    assert all(isinstance(cell, str) and cell.endswith(";") for cell in areas)
    assert any(cell.count(";") == 2 for cell in areas)


def test_the_same_submissions_give_the_same_bytes() -> None:
    spoilt = spoil(6, Spoiling())
    assert as_microsoft_forms(spoilt) == as_microsoft_forms(spoilt)


def test_google_forms_has_its_columns_and_cells() -> None:
    content = as_google_forms(spoil(7, Spoiling()), "%Y/%m/%d %I:%M:%S %p", "GMT+1")
    assert content.count(b"\r\n") == content.count(b"\n")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    assert header == ["Timestamp", *(question.wording_in(WAVE) for question in EVALUATION.all_questions())]
    pattern = re.compile(r"\d{4}/\d\d/\d\d [1-9]\d?:\d\d:\d\d [AP]M GMT\+1")
    assert all(pattern.fullmatch(row[0]) for row in rows)
    assert any(", " in row[1] for row in rows)


@pytest.mark.parametrize(("hour", "written"), [(0, "12:05:09 AM"), (12, "12:05:09 PM"), (15, "3:05:09 PM")])
def test_google_writes_the_hour_without_a_zero(hour: int, written: str) -> None:
    time = pd.Timestamp(2024, 5, 7, hour, 5, 9)
    one = pd.DataFrame({"started_at": [time], "submitted_at": [time], AREA: [("A", "B")]})
    content = as_google_forms(one, "%Y/%m/%d %I:%M:%S %p", "GMT+1").decode()
    assert content.splitlines()[1] == f'"2024/05/07 {written} GMT+1","A, B"'
