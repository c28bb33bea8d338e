from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.microsoft_forms import read_microsoft_forms
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

Make = Callable[..., bytes]
SYSTEM = ("ID", "Start time", "Completion time", "Email", "Name")
MOMENT = dt.datetime(2023, 3, 7, 23, 59)


def read(content: bytes, dates: str | None = None) -> RawAnswers:
    source = Source(file="wave-1/answers.xlsx", platform="microsoft-forms", dates=dates)
    return read_microsoft_forms(content, source, shown="wave-1/answers.xlsx")


def refused(content: bytes, dates: str | None = None) -> str:
    with pytest.raises(ExportError) as caught:
        read(content, dates)
    return str(caught.value)


def test_one_row_a_submission_with_its_questions_only(microsoft_bytes: Make) -> None:
    answers = read(microsoft_bytes(["How sure?", "Where?"], ["Very", "Camden;"], [None, 3]))
    assert list(answers.table.columns) == ["line", "submitted_on", "How sure?", "Where?"]
    assert answers.table["line"].tolist() == [2, 3]
    assert answers.table["submitted_on"].tolist() == [dt.date(2023, 3, 7)] * 2
    assert answers.table["Where?"].tolist() == ["Camden;", "3"]
    assert answers.table["How sure?"].isna().tolist() == [False, True]
    assert answers.option_separator == ";"


def test_personal_columns_are_dropped_and_only_counted(workbook_bytes: Make) -> None:
    headers = [*SYSTEM, "IP Address", "Latitude", "Last modified time", "Q"]
    rows = [[1, MOMENT, MOMENT, "secret@example.org", " ", "10.1.2.3", 51.5, MOMENT, "x"]]
    answers = read(workbook_bytes(headers, *rows))
    assert answers.dropped == {"Email": 1, "Name": 0, "IP Address": 1, "Latitude": 1}
    assert list(answers.table.columns) == ["line", "submitted_on", "Q"]
    assert "secret" not in repr(answers) + answers.table.to_csv()
    assert answers.headers == tuple(headers)


def test_a_file_without_email_and_name_is_read(workbook_bytes: Make) -> None:
    assert read(workbook_bytes(["Id", *SYSTEM[1:3], "Q"], [1, MOMENT, MOMENT, "x"])).dropped == {}


def test_a_header_alone_gives_a_table_without_rows(microsoft_bytes: Make) -> None:
    table = read(microsoft_bytes(["Q"])).table
    assert (len(table), str(table["Q"].dtype), str(table["line"].dtype)) == (0, "str", "int64")


def test_a_moment_among_the_answers_becomes_iso_text(microsoft_bytes: Make) -> None:
    answers = read(microsoft_bytes(["Q"], [MOMENT], [dt.date(2023, 3, 7)]))
    assert answers.table["Q"].tolist() == ["2023-03-07T23:59:00", "2023-03-07"]


def test_a_text_date_without_a_declared_form_is_refused(workbook_bytes: Make) -> None:
    content = workbook_bytes([*SYSTEM, "Q"], [1, MOMENT, "7/2/20 11:00:22", "a@example.org", None, "x"])
    message = refused(content)
    assert "cell C2 holds the text '7/2/20 11:00:22'" in message
    assert "declare how it is written" in message
    assert read(content, "%d/%m/%y %H:%M:%S").table["submitted_on"].tolist() == [dt.date(2020, 2, 7)]
    assert "not written as '%Y-%m-%d'" in refused(content, "%Y-%m-%d")


def test_an_empty_completion_time_is_refused_with_its_cell(workbook_bytes: Make) -> None:
    assert "cell C2, the 'Completion time', is empty" in refused(
        workbook_bytes([*SYSTEM, "Q"], [1, None, None, None, None, "x"])
    )


def test_a_google_workbook_is_told_as_such(workbook_bytes: Make) -> None:
    message = refused(workbook_bytes(["Timestamp", "Q"], [MOMENT, "x"]))
    assert "no column 'ID', 'Start time' and 'Completion time'" in message
    assert "looks like a Google Forms export" in message


@pytest.mark.parametrize("start", [b"Timestamp,Q\n", b'\xef\xbb\xbf"Timestamp","Q"\n'])
def test_a_google_text_file_is_told_as_such(start: bytes) -> None:
    assert "`platform: google-forms`" in refused(start)


def test_another_workbook_is_told_by_what_it_lacks(workbook_bytes: Make) -> None:
    message = refused(workbook_bytes(["ID", "Q"], [1, "x"]))
    assert message.endswith("is not a Microsoft Forms export: it has no column 'Start time' and 'Completion time'.")


def test_an_empty_file_is_refused() -> None:
    assert "is empty" in refused(b"")


def test_a_question_headed_like_the_tables_own_column_is_refused(microsoft_bytes: Make) -> None:
    assert "a word kept for the table" in refused(microsoft_bytes(["line"], ["x"]))
