from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.reader import Export
from pipeline.exports.readers.microsoft_forms import READER
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

Make = Callable[..., bytes]
SYSTEM = ("ID", "Start time", "Completion time", "Email", "Name")
MOMENT = dt.datetime(2023, 3, 7, 23, 59)


def read(content: bytes, dates: str | None = None) -> RawAnswers:
    source = Source(file="wave-1/answers.xlsx", platform="microsoft-forms", dates=dates)
    return READER.read(Export(content, source, "wave-1/answers.xlsx"))


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
    assert "cell C2, the 'Completion time', holds the text '7/2/20 11:00:22'" in message
    assert "declare how it is written" in message
    assert read(content, "%d/%m/%y %H:%M:%S").table["submitted_on"].tolist() == [dt.date(2020, 2, 7)]
    assert "not written as '%Y-%m-%d'" in refused(content, "%Y-%m-%d")


def test_an_empty_completion_time_is_refused_with_its_cell(workbook_bytes: Make) -> None:
    assert "cell C2, the 'Completion time', is empty" in refused(
        workbook_bytes([*SYSTEM, "Q"], [1, None, None, None, None, "x"])
    )


def test_another_workbook_is_told_by_what_it_lacks(workbook_bytes: Make) -> None:
    message = refused(workbook_bytes(["ID", "Q"], [1, "x"]))
    assert message.endswith("is not a Microsoft Forms export: it has no column 'Start time'.")


def test_a_question_headed_like_the_tables_own_column_is_refused(microsoft_bytes: Make) -> None:
    message = refused(microsoft_bytes(["line"], ["x"]))
    assert "a question is called 'line', a word kept for the table itself; rename it under `columns`" in message


ENGLISH = ("ID", "Start time", "Completion time", "Email", "Name", "Last modified time")
GERMAN = ("Id", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Uhrzeit der letzten Änderung")
OTHER_LANGUAGES = (
    ("ID", "Startzeit", "Abschlusszeit", "E-Mail", "Name"),
    ("ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom", "Heure de la dernière modification"),
    ("Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre", "Hora de la última modificación"),
    ("ID", "Hora de início", "Hora de conclusão", "Email", "Nome", "Hora da última modificação"),
    ("ID", "Ora di inizio", "Ora di completamento", "Posta elettronica", "Nome", "Ora dell'ultima modifica"),
    ("Id", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Tijd van laatste wijziging"),
)


def read_csv(text: str, delimiter: str = ",", dates: str | None = "%m/%d/%Y %H:%M:%S") -> RawAnswers:
    source = Source(file="wave-1/answers.csv", platform="microsoft-forms", delimiter=delimiter, dates=dates)
    return READER.read(Export(text.encode("utf-8-sig"), source, "wave-1/answers.csv"))


@pytest.mark.parametrize("system", [ENGLISH, GERMAN, *OTHER_LANGUAGES])
def test_system_columns_in_the_platforms_language_are_no_questions(
    system: tuple[str, ...], workbook_bytes: Make
) -> None:
    row = [1, MOMENT, MOMENT, "secret@example.org", "A Name", MOMENT][: len(system)]
    answers = read(workbook_bytes([*system, "Wie sicher?"], [*row, "Sehr"]))
    assert list(answers.table.columns) == ["line", "submitted_on", "Wie sicher?"]
    assert answers.table["submitted_on"].tolist() == [dt.date(2023, 3, 7)]
    assert answers.dropped == {system[3]: 1, system[4]: 1}


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("system", [ENGLISH[:5], GERMAN[:5]])
def test_a_csv_download_is_read_as_a_workbook_is(system: tuple[str, ...], delimiter: str) -> None:
    row = ("1", "10/9/2024 11:02:00", "10/9/2024 11:05:00", "anonymous", "", '"Camden;Barnet;"', '"one, ""two"""')
    text = "\r\n".join(delimiter.join(cells) for cells in ((*system, "Where?", "What?"), row)) + "\r\n"
    answers = read_csv(text, delimiter)
    assert answers.table.iloc[0].tolist() == [2, dt.date(2024, 10, 9), "Camden;Barnet;", 'one, "two"']
    assert answers.dropped == {system[3]: 1, system[4]: 0}
    assert answers.option_separator == ";"


def test_a_csv_download_must_say_how_its_dates_are_written() -> None:
    with pytest.raises(ExportError, match=r"line 2, the 'Completion time', holds the text '10/9/2024 11:05'"):
        read_csv("ID,Start time,Completion time,Q\n1,10/9/2024 11:02,10/9/2024 11:05,x\n", dates=None)


def test_a_title_given_twice_keeps_the_number_that_the_platform_adds(microsoft_bytes: Make) -> None:
    answers = read(microsoft_bytes(["Story key", "Story key2", "Story key3"], ["a", "b", "c"]))
    assert answers.table.iloc[0, 2:].to_dict() == {"Story key": "a", "Story key2": "b", "Story key3": "c"}


def test_a_title_of_two_lines_with_a_cp1252_dash_is_one_header() -> None:
    text = 'ID,Start time,Completion time,"How sure \u2013\r\nnow?"\r\n1,1/2/2024 11:02:00,1/2/2024 11:05:00,x\r\n'
    source = Source(file="a.csv", platform="microsoft-forms", encoding="cp1252", dates="%d/%m/%Y %H:%M:%S")
    answers = READER.read(Export(text.encode("cp1252"), source, "a.csv"))
    assert answers.table.columns[2] == "How sure \u2013\r\nnow?"
    assert answers.table["line"].tolist() == [3]
