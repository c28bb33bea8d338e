"""Three SurveyMonkey files that somebody saved with one header row: plain tables, read with their SOURCE.md."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.read import read_export
from pipeline.exports.registry import platforms_of
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source

LONG_TERM = "longterm_October2017.csv"
TRAINING = "instructor_training_post_20180908.csv"
CONFERENCE = "2020_carpentryconhome_raw.csv"


def read(real: Path, file: str, **settings: Any) -> RawAnswers:
    source = Source(file=file, platform="plain", **settings)
    return read_export(real / "surveymonkey-carpentries", source, shown="data/raw")


@pytest.mark.parametrize(
    ("file", "rows", "columns"), [(LONG_TERM, 476, 75), (TRAINING, 967, 41), (CONFERENCE, 124, 17)]
)
def test_every_row_and_column_is_read(real: Path, file: str, rows: int, columns: int) -> None:
    answers = read(real, file)
    assert answers.table.shape == (rows, 2 + columns)
    assert len(answers.headers) == columns


@pytest.mark.parametrize("file", [LONG_TERM, TRAINING, CONFERENCE])
def test_no_platform_is_recognised(real: Path, file: str) -> None:
    assert platforms_of(read_first_rows((real / "surveymonkey-carpentries" / file).read_bytes(), shown=file)) == []


def test_labels_are_counted_as_they_are_written(real: Path) -> None:
    counts = read(real, LONG_TERM).table["Change-In-Confidence"].value_counts()
    found = {word: int(counts[counts.index.str.contains(word)].sum()) for word in ("more", "equally", "less")}
    assert found == {"more": 333, "equally": 93, "less": 6}


def test_a_name_with_a_blank_is_found_beside_those_with_hyphens(real: Path) -> None:
    table = read(real, LONG_TERM).table
    assert "Improved Coding Practices" in table.columns
    assert table["Country"].fillna("").nunique() == 23


def test_american_dates_without_zeros_are_read_by_the_declared_pattern_alone(real: Path) -> None:
    with pytest.raises(ExportError, match="day and month cannot be told apart"):
        read(real, TRAINING, submitted="Date")
    days = read(real, TRAINING, submitted="Date", dates="%m/%d/%y %H:%M").table["submitted_on"]
    assert days.notna().all()
    assert days.iloc[0] == dt.date(2018, 9, 8)
    with pytest.raises(ExportError, match="not written as '%d/%m/%y %H:%M'"):
        read(real, TRAINING, submitted="Date", dates="%d/%m/%y %H:%M")


def test_non_breaking_spaces_stay_in_labels_and_count_as_spaces(real: Path) -> None:
    table = read(real, TRAINING).table
    cells = [cell for column in table.columns[2:] for cell in table[column].dropna()]
    assert sum(cell.count("\u00a0") for cell in cells) == 1087
    not_listed = table["MemberSite"].dropna().map(normal_form) == "my training event is not listed"
    assert int(not_listed.sum()) == 129


def test_codes_are_on_few_rows_and_two_come_twice(real: Path) -> None:
    codes = read(real, TRAINING).table["UniqueID"].dropna()
    assert len(codes) == 232
    forms = codes.map(normal_form).value_counts()
    assert sorted(forms[forms > 1].index) == ["1dalym", "2masou"]


def test_two_rows_come_twice(real: Path) -> None:
    table = read(real, TRAINING).table.drop(columns="line")
    assert int(table.duplicated().sum()) == 2


def test_six_can_be_declared_to_stand_for_no_answer(real: Path) -> None:
    coded = read(real, CONFERENCE).table["presenters_prepared"]
    assert set(coded.dropna()) <= set("123456")
    six = read(real, CONFERENCE, missing={"6": "not applicable"})
    assert six.declared_missing["not applicable"] >= (coded == "6").sum()
    assert "6" not in set(six.table["presenters_prepared"].dropna())
