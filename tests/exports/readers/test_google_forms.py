from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.reader import Export
from pipeline.exports.readers.google_forms import READER
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

PATTERN = "%Y/%m/%d %I:%M:%S %p"


def read(text: str | bytes, dates: str | None = PATTERN) -> RawAnswers:
    source = Source(file="wave-3/answers.csv", platform="google-forms", dates=dates)
    content = text if isinstance(text, bytes) else text.encode()
    return READER.read(Export(content, source, "wave-3/answers.csv"))


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
    assert "line 4, the 'Timestamp', holds '27/09/2026 15:00'" in message


def test_an_empty_timestamp_is_refused_with_its_line() -> None:
    assert "line 2, the 'Timestamp', is empty" in refused("Timestamp,Q\n,x\n")


def test_how_timestamps_are_written_must_be_declared() -> None:
    message = refused("Timestamp,Q\n2026/09/27 3:00:00 PM,x\n", dates=None)
    assert (
        "line 2, the 'Timestamp', holds the text '2026/09/27 3:00:00 PM', and day and month cannot be told" in message
    )
    assert "declare how it is written, such as `dates:" in message


def test_a_file_without_timestamps_is_no_google_export() -> None:
    assert refused("When,Q\nx,y\n") == "wave-3/answers.csv is not a Google Forms export: it has no column 'Timestamp'."


SHEET = "%d/%m/%Y %H:%M:%S"
LOCALISED = ("Zeitstempel", "Horodateur", "Marca temporal", "Carimbo de data/hora", "Informazioni cronologiche")


@pytest.mark.parametrize("header", LOCALISED)
def test_the_timestamp_is_known_in_the_platforms_language(header: str) -> None:
    answers = read(f"{header},E-Mail-Adresse,Q\n2026/09/27 3:00:00 PM,a@example.org,x\n")
    assert answers.dropped == {"E-Mail-Adresse": 1}
    assert answers.table.iloc[0].tolist() == [2, dt.date(2026, 9, 27), "x"]


@pytest.mark.parametrize(("dates", "day"), [(SHEET, dt.date(2026, 10, 5)), ("%m/%d/%Y %H:%M:%S", dt.date(2026, 5, 10))])
def test_the_csv_of_a_sheet_is_read_by_its_declared_dates(dates: str, day: dt.date) -> None:
    assert read("Timestamp,Q\n5/10/2026 09:15:00,x\n", dates).table["submitted_on"].tolist() == [day]


def read_sheet(content: bytes, dates: str | None = None) -> RawAnswers:
    source = Source(file="wave-3/answers.xlsx", platform="google-forms", dates=dates)
    return READER.read(Export(content, source, "wave-3/answers.xlsx"))


def test_a_sheet_downloaded_as_a_workbook_is_read(workbook_bytes: Callable[..., bytes]) -> None:
    content = workbook_bytes(["Timestamp", "How sure?", "Age"], [dt.datetime(2026, 10, 5, 9, 15), "Very", 7])
    assert read_sheet(content).table.iloc[0].tolist() == [2, dt.date(2026, 10, 5), "Very", "7"]


def test_a_sheet_with_its_timestamps_as_text_needs_their_form(workbook_bytes: Callable[..., bytes]) -> None:
    content = workbook_bytes(["Timestamp", "Q"], ["5/10/2026 09:15:00", "x"])
    with pytest.raises(ExportError, match="cell A2, the 'Timestamp', holds the text '5/10/2026 09:15:00', and day and"):
        read_sheet(content)
    assert read_sheet(content, SHEET).table["submitted_on"].tolist() == [dt.date(2026, 10, 5)]


def test_each_row_of_a_grid_is_a_question() -> None:
    answers = read("Timestamp,How sure? [I plan],How sure? [I know]\n2026/09/27 3:00:00 PM,Very,\n")
    assert list(answers.table.columns[2:]) == ["How sure? [I plan]", "How sure? [I know]"]
    assert answers.table["How sure? [I know]"].isna().tolist() == [True]
