"""Two years of a LimeSurvey export through the whole pipeline as two waves of one survey, which has no areas."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.data.cleaning import CleanedWave
from pipeline.ground.paths import Project
from pipeline.reference.labels import normal_form
from pipeline.statistics.wave import WaveEstimates
from tests.workspaces import Workspace

ROWS = {"year-2016": 273, "year-2017": 253}


@pytest.fixture(scope="module")
def works(project_of: Callable[[str], Project]) -> dict[str, Workspace]:
    project = project_of("limesurvey-rse-uk")
    return {wave: Workspace(project, wave) for wave in ROWS}


@pytest.fixture(scope="module")
def cleaned(works: dict[str, Workspace]) -> dict[str, CleanedWave]:
    tables = {wave: work.clean(work.read_exports()) for wave, work in works.items()}
    for wave, work in works.items():
        work.save_cleaned(tables[wave])
    return tables


@pytest.fixture(scope="module")
def estimates(cleaned: dict[str, CleanedWave], works: dict[str, Workspace]) -> WaveEstimates:
    return works["year-2017"].estimate()


def written_by_code(real: Path, wave: str) -> dict[str, list[str]]:
    """Return the cells of each item's column, read without any part of the pipeline."""
    with (real / "limesurvey-rse-uk" / f"{wave[-4:]}_uk_public_data.csv").open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    codes = [header.split(". ")[0].split("[")[-1].rstrip("]") for header in headers]
    return {code: [row[at] for row in rows] for at, code in enumerate(codes)}


@pytest.mark.parametrize("wave", ROWS)
def test_every_row_is_used_or_set_aside_because_no_item_was_answered(
    cleaned: dict[str, CleanedWave], works: dict[str, Workspace], real: Path, wave: str
) -> None:
    written = written_by_code(real, wave)
    items = [written[item.column_in(wave)] for item in works[wave].evaluation.items]
    blank = sum(not any(row) for row in zip(*items, strict=True))
    ledger = cleaned[wave].ledger_by_file.iloc[0]
    assert ledger["rows_in"] == ROWS[wave]
    assert ledger["rows_used"] == ROWS[wave] - blank
    assert cleaned[wave].set_aside["rule"].tolist() == ["no_answers"] * blank


@pytest.mark.parametrize("wave", ROWS)
def test_labels_that_differ_by_case_and_a_blank_at_the_end_count_as_one(
    cleaned: dict[str, CleanedWave], works: dict[str, Workspace], real: Path, wave: str
) -> None:
    written = written_by_code(real, wave)
    answers = cleaned[wave].answers_by_respondent_item
    for item in works[wave].evaluation.items:
        labels = Counter(normal_form(cell) for cell in written[item.column_in(wave)] if cell)
        read = answers[answers["item"] == item.id]["response"].dropna().map(normal_form)
        assert Counter(read) == labels


def test_never_with_a_blank_at_the_end_counts_with_never(cleaned: dict[str, CleanedWave], real: Path) -> None:
    written = Counter(written_by_code(real, "year-2016")["turnOver3"])
    assert written["Never "] and written["Never"]
    answers = cleaned["year-2016"].answers_by_respondent_item
    never = answers[(answers["item"] == "turnover3") & (answers["response"] == "Never")]
    assert len(never) == written["Never "] + written["Never"]


def test_a_reversed_item_has_its_best_answer_at_the_top(cleaned: dict[str, CleanedWave]) -> None:
    answers = cleaned["year-2017"].answers_by_respondent_item
    never = answers[answers["response"] == "Never"]
    assert set(never[never["item"] == "turnover3"]["level"]) == {5}
    assert set(never[never["item"] == "turnover2"]["level"]) == {1}


def test_everyone_is_in_the_whole_area_and_nowhere_else(cleaned: dict[str, CleanedWave]) -> None:
    for wave, tables in cleaned.items():
        people = tables.answers_by_respondent_item["respondent_id"].nunique()
        assert tables.areas_by_respondent["area"].value_counts().to_dict() == {"united-kingdom": people}, wave


def test_the_whole_area_has_its_page(estimates: WaveEstimates, works: dict[str, Workspace]) -> None:
    work = works["year-2017"]
    work.save_estimates(estimates)
    assert set(estimates.shares_by_item_area_wave["area"]) == {"united-kingdom"}
    report = work.whole_report()
    pieces = [
        report.title(), report.summary(), report.who_answered(), report.change(),
        report.shares(), report.distributions(), report.comments(), report.limits(), report.questions(),
        report.terms(), report.over_the_waves(), report.checks(), report.for_statisticians(), report.submissions(),
        report.provenance(),
    ]  # fmt: skip
    assert all(piece.markup for piece in pieces)
    assert "2017, 1 January to 31 December 2017, compared with 2016" in report.title().markup
    assert report.change_by_area().markup == ""
    assert "The survey does not show who answered in both waves." in report.limits().markup


def test_the_share_of_each_year_is_that_of_the_file(estimates: WaveEstimates, real: Path) -> None:
    shares = estimates.shares_by_item_area_wave.set_index(["item", "wave"])
    for wave in ROWS:
        given = [normal_form(cell) for cell in written_by_code(real, wave)["affSat1"] if cell]
        favourable = sum(label in ("agree", "strongly agree") for label in given)
        share = shares.loc[("affsat1", wave)]
        assert (share["estimate"], share["base_n"]) == (pytest.approx(favourable / len(given)), len(given))
