"""A Canvas export through the whole pipeline from its evaluation.yml alone, against what its authors published."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import ttest_rel

from pipeline.data.cleaning import CleanedWave
from pipeline.ground.paths import Project
from tests.workspaces import Workspace

WAVE = "spring-2025"
SECTIONS = {"lec0101": 127, "lec0102": 122, "lec0103": 109}


@pytest.fixture(scope="module")
def work(project_of: Callable[[str], Project]) -> Workspace:
    return Workspace(project_of("canvas-sta107"), WAVE)


@pytest.fixture(scope="module")
def cleaned(work: Workspace) -> CleanedWave:
    tables = work.clean(work.read_exports())
    work.save_cleaned(tables)
    return tables


@pytest.fixture(scope="module")
def rows(real: Path) -> list[list[str]]:
    """Return the rows of the export, read without any part of the pipeline."""
    with (real / "canvas-sta107" / "raw_data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def level(cleaned: CleanedWave) -> pd.DataFrame:
    """Return the level of each item, a column an item, a row a respondent."""
    answers = cleaned.answers_by_respondent_item
    return answers.pivot(index="respondent_id", columns="item", values="level").astype("float64")


def test_every_row_is_used_or_set_aside_because_no_item_was_answered(
    cleaned: CleanedWave, work: Workspace, rows: list[list[str]]
) -> None:
    ledger = cleaned.ledger_by_file.iloc[0]
    assert ledger["rows_in"] == len(rows) - 1 == 358
    codes = [item.column_in(WAVE) for item in work.evaluation.items]
    places = [at for at, header in enumerate(rows[0]) if header.split(":")[0] in codes]
    blank = sum(not any(row[place] for place in places) for row in rows[1:])
    assert len(places) == len(codes)
    assert cleaned.set_aside["rule"].tolist() == ["no_answers"] * blank
    assert ledger["rows_used"] + blank == 358


def test_every_answer_of_the_file_is_there(cleaned: CleanedWave, work: Workspace, rows: list[list[str]]) -> None:
    answers = cleaned.answers_by_respondent_item
    for item in work.evaluation.items:
        (place,) = (at for at, header in enumerate(rows[0]) if header.split(":")[0] == item.column_in(WAVE))
        written = pd.Series([row[place] for row in rows[1:] if row[place]]).value_counts().to_dict()
        assert (
            answers[answers["item"] == item.id]["response"].dropna().astype("str").value_counts().to_dict() == written
        )


def test_the_sections_are_the_areas_in_whichever_order_they_are_written(
    cleaned: CleanedWave, work: Workspace, rows: list[list[str]]
) -> None:
    people = cleaned.areas_by_respondent["area"].value_counts().to_dict()
    (raw,) = work.read_exports()
    lines = raw.table.set_index("line")["section"]
    gone = lines[cleaned.set_aside["line"]].str.extract(r"(LEC\d+)")[0].str.lower().value_counts()
    assert {area: people[area] + gone.get(area, 0) for area in SECTIONS} == SECTIONS
    assert {area: sum(area.upper() in row[0] for row in rows[1:]) for area in SECTIONS} == SECTIONS


@pytest.mark.parametrize(
    ("item", "before_mean", "after_mean", "t"),
    [("communicate", 3.09, 3.92, -13.64), ("use-r", 2.43, 3.49, -15.34)],
)
def test_means_and_paired_t_are_those_published(
    level: pd.DataFrame, item: str, before_mean: float, after_mean: float, t: float
) -> None:
    before, after = level[f"{item}-before"], level[item]
    assert (round(before.mean(), 2), round(after.mean(), 2)) == (before_mean, after_mean)
    assert round(ttest_rel(before, after, nan_policy="omit").statistic, 2) == t


def test_assignment_against_tutorial_is_as_published(level: pd.DataFrame) -> None:
    assert (round(level["assignment"].mean(), 2), round(level["tutorial"].mean(), 2)) == (3.84, 4.09)
    assert round(ttest_rel(level["assignment"], level["tutorial"], nan_policy="omit").statistic, 2) == -5.45


def test_every_page_of_the_report_has_its_parts(cleaned: CleanedWave, work: Workspace) -> None:
    work.save_estimates(work.estimate())
    for area in SECTIONS:
        report = work.report(area)
        pieces = [report.title(), report.summary(), report.who_answered(), report.shares(), report.questions()]
        assert all(piece.markup for piece in pieces)
        assert "The survey did not ask which sector people work in." in report.who_answered().markup
        assert area.upper() in report.title().markup
    whole = work.whole_report()
    assert all(piece.markup for piece in (whole.summary(), whole.change_by_area(), whole.distributions()))
    assert f"<td>{cleaned.ledger_by_file['rows_used'].sum()}</td>" in whole.who_answered().markup
