from __future__ import annotations

import datetime as dt

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.google_forms import read_google_forms
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

PATTERN = "%Y/%m/%d %I:%M:%S %p"


def read(text: str | bytes, dates: str | None = PATTERN) -> RawAnswers:
    source = Source(file="wave-3/answers.csv", platform="google-forms", dates=dates)
    content = text if isinstance(text, bytes) else text.encode()
    return read_google_forms(content, source, shown="wave-3/answers.csv")


def refused(text: str | bytes, dates: str | None = PATTERN) -> str:
    with pytest.raises(ExportError) as caught:
        read(text, dates)
    return str(caught.value)


@pytest.mark.parametrize("zone", ["", " GMT+3", " GMT", " BST", " UTC+05:30"])
def test_the_time_zone_is_dropped_and_the_day_kept(zone: str) -> None:
    answers = read(f"Timestamp,Q\n2026/09/27 3:00:00 PM{zone},x\n")
    assert answers.table["submitted_on"].tolist() == [dt.date(2026, 9, 27)]


def test_a_narrow_space_before_pm_is_a_space() -> None:
    assert read("Timestamp,Q\n2026/09/27 3:00:00\u202fPM,x\n").table["submitted_on"].tolist() == [dt.date(2026, 9, 27)]


def test_personal_and_system_columns_are_dropped() -> None:
    answers = read("Timestamp,Email Address,Username,Score,Q\n2026/09/27 3:00:00 PM,a@example.org,,7,x\n")
    assert list(answers.table.columns) == ["line", "submitted_on", "Q"]
    assert answers.dropped == {"Email Address": 1, "Username": 0}
    assert answers.option_separator == ", "


def test_a_header_alone_gives_a_table_without_rows() -> None:
    assert len(read("Timestamp,Q\n").table) == 0


def test_answers_that_look_like_nothing_stay_text() -> None:
    row = "2026/09/27 3:00:00 PM,None,NA,001,<b>x</b>"
    table = read(f"Timestamp,a,b,c,d\n{row}\n").table
    assert table.iloc[0, 2:].tolist() == ["None", "NA", "001", "<b>x</b>"]


def test_a_timestamp_of_another_form_is_refused_with_its_line() -> None:
    message = refused('Timestamp,Q\n2026/09/27 3:00:00 PM,"a\nb"\n27/09/2026 15:00,x\n')
    assert "line 4: the 'Timestamp' holds '27/09/2026 15:00'" in message


def test_an_empty_timestamp_is_refused_with_its_line() -> None:
    assert "line 2: the 'Timestamp' is empty" in refused("Timestamp,Q\n,x\n")


def test_how_timestamps_are_written_must_be_declared() -> None:
    assert "not declared; add `dates`" in refused("Timestamp,Q\n2026/09/27 3:00:00 PM,x\n", dates=None)


def test_a_file_without_timestamps_is_no_google_export() -> None:
    assert refused("When,Q\nx,y\n") == "wave-3/answers.csv is not a Google Forms export: it has no column 'Timestamp'."


def test_a_microsoft_file_saved_as_csv_is_told_as_such() -> None:
    assert "looks like a Microsoft Forms export" in refused("ID,Start time,Completion time,Email,Name,Q\n")


def test_a_workbook_is_told_as_such() -> None:
    assert "`platform: microsoft-forms`" in refused(b"PK\x03\x04...")
