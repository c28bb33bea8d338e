from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.read import read_export
from pipeline.exports.reader import Export
from pipeline.exports.readers.qualtrics import READER
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

Make = Callable[..., bytes]
NAMES = (
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference",
    "LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage", "Q1", "Q2_1", "Q3_4_TEXT",
)  # fmt: skip
TEXTS = (
    "Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished",
    "Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email",
    "External Data Reference", "Location Latitude", "Location Longitude", "Distribution Channel", "User Language",
    "How sure are\nyou now?", "How much do you agree? - I plan, and do", "Where? - Other - Text",
)  # fmt: skip
IMPORT_IDS = tuple(f'{{"ImportId":"{name}","timeZone":"Etc/GMT+1"}}' for name in NAMES)
ANSWERS = ("Very sure", "Agree", "Camden,Barnet")


def row(*answers: str, status: str = "IP Address", progress: str = "100", finished: str = "True") -> tuple[str, ...]:
    moments = ("2024-03-04 10:00:00", "2024-03-05 23:59:59", "2024-03-06 00:00:01")
    return (
        moments[0], moments[1], status, "10.1.2.3", progress, "61", finished, moments[2], "R_1", "Doe", "Jo",
        "jo@example.org", "staff-7", "51.5", "-0.1", "anonymous", "EN", *answers,
    )  # fmt: skip


def text_of(*rows: Sequence[str], delimiter: str = ",", end: str = "\n", encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=end).writerows(rows)
    return file.getvalue().encode(encoding)


def read(content: bytes, file: str = "wave-1/answers.csv", **declared: Any) -> RawAnswers:
    return READER.read(Export(content, Source(file=file, platform="qualtrics", **declared), file))


def refused(content: bytes, **declared: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(content, **declared)
    return str(caught.value)


@pytest.mark.parametrize(
    ("headers", "line"),
    [
        pytest.param((NAMES, TEXTS, IMPORT_IDS), 5, id="three header rows with a line break in the second"),
        pytest.param((NAMES, TEXTS), 4, id="names and texts"),
        pytest.param((NAMES, IMPORT_IDS), 3, id="names and import ids"),
        pytest.param((NAMES,), 2, id="names only"),
    ],
)
@pytest.mark.parametrize(
    ("delimiter", "encoding", "declared"),
    [
        (",", "utf-8", {}),
        (",", "utf-8-sig", {}),
        (";", "utf-8", {"delimiter": ";"}),
        ("\t", "utf-8", {"delimiter": "tab"}),
        ("\t", "utf-16", {"delimiter": "tab", "encoding": "utf-16"}),
    ],
)
def test_every_shape_gives_the_same_answers(
    headers: Sequence[Sequence[str]], line: int, delimiter: str, encoding: str, declared: dict[str, str]
) -> None:
    content = text_of(*headers, row(*ANSWERS), row("", "Disagree", ""), delimiter=delimiter, encoding=encoding)
    answers = read(content, **declared)
    assert list(answers.table.columns) == ["line", "submitted_on", "Q1", "Q2_1", "Q3_4_TEXT"]
    assert answers.table["line"].tolist() == [line, line + 1]
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 6)] * 2
    assert answers.table.iloc[0, 2:].tolist() == list(ANSWERS)
    assert answers.table["Q1"].isna().tolist() == [False, True]
    assert answers.option_separator == ","
    assert answers.not_counted == {}


def test_a_workbook_is_read_as_its_text_is(workbook_bytes: Make) -> None:
    content = workbook_bytes(NAMES, TEXTS, IMPORT_IDS, row(*ANSWERS))
    answers = read(content, file="wave-1/answers.xlsx")
    assert answers.table["line"].tolist() == [4]
    assert answers.table.iloc[0, 2:].tolist() == list(ANSWERS)


def test_the_question_texts_are_known_by_their_short_names() -> None:
    assert read(text_of(NAMES, TEXTS, IMPORT_IDS)).texts == {
        "Q1": "How sure are\nyou now?",
        "Q2_1": "How much do you agree? - I plan, and do",
        "Q3_4_TEXT": "Where? - Other - Text",
    }
    assert read(text_of(NAMES, row(*ANSWERS))).texts["Q1"] == "Q1"


def test_a_text_row_in_another_language_is_no_answer() -> None:
    texts = ["Aufgezeichnetes Datum" if name == "RecordedDate" else f"{name} übersetzt" for name in NAMES]
    answers = read(text_of(NAMES, texts, row(*ANSWERS)))
    assert len(answers.table) == 1


def test_personal_columns_are_dropped_and_only_counted() -> None:
    answers = read(text_of(NAMES, TEXTS, IMPORT_IDS, row(*ANSWERS)))
    personal = (
        "IPAddress", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference",
        "LocationLatitude", "LocationLongitude",
    )  # fmt: skip
    assert answers.dropped == dict.fromkeys(personal, 1)
    for secret in ("jo@example.org", "10.1.2.3", "staff-7", "51.5"):
        assert secret not in repr(answers) + answers.table.to_csv()


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ({"status": "Survey Preview"}, "preview"),
        ({"status": "1"}, "preview"),
        ({"status": "Survey Test"}, "preview"),
        ({"status": "17"}, "preview"),
        ({"status": "8"}, "spam"),
        ({"status": "Spam"}, "spam"),
        ({"status": "Imported"}, None),
        ({"status": "0"}, None),
        ({"finished": "False"}, "unfinished"),
        ({"finished": "0"}, "unfinished"),
        ({"finished": "1"}, None),
        ({"progress": "99"}, "unfinished"),
        ({"progress": "0", "finished": "FALSE"}, "unfinished"),
        ({"status": "Survey Preview", "finished": "False", "progress": "20"}, "preview"),
    ],
)
def test_what_the_platform_does_not_count_is_kept_and_named(what: dict[str, str], rule: str | None) -> None:
    answers = read(text_of(NAMES, row(*ANSWERS), row(*ANSWERS, **what)))
    assert len(answers.table) == 2
    assert answers.not_counted == ({3: rule} if rule else {})


def test_a_column_that_the_source_ignores_decides_nothing() -> None:
    content = text_of(NAMES, row(*ANSWERS, progress="50", finished="False"))
    assert read(content, ignore=["finished", "Progress"]).not_counted == {}
    assert read(content, ignore=["Progress"]).not_counted == {2: "unfinished"}


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ({"status": "Vorschau"}, "line 3, the 'Status', holds 'Vorschau'; expected 'IP Address', 'Survey Preview'"),
        ({"finished": "maybe"}, "line 3, the 'Finished', holds 'maybe'; expected 'True' and 'False' or its number"),
        ({"finished": ""}, "line 3, the 'Finished', holds ''"),
        ({"progress": "101"}, "line 3, the 'Progress', holds '101'; expected 0 to 100"),
    ],
)
def test_a_state_of_no_known_meaning_is_refused_with_the_way_out(what: dict[str, str], message: str) -> None:
    found = refused(text_of(NAMES, row(*ANSWERS), row(*ANSWERS, **what)))
    assert message in found
    assert "`ignore: [" in found


def test_the_end_is_the_day_where_no_record_is_kept() -> None:
    headers = ("StartDate", "EndDate", "Finished", "Q1")
    answers = read(text_of(headers, ("2024-03-04 10:00:00", "2024-03-05 23:59:59", "1", "x")))
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 5)]


def test_moments_written_otherwise_are_refused_until_declared() -> None:
    content = text_of(("EndDate", "Finished", "Q1"), ("3/5/24 23:59", "1", "x"))
    assert "line 2, the 'EndDate', holds '3/5/24 23:59', which is not written as '%Y-%m-%d" in refused(content)
    assert read(content, dates="%d/%m/%y %H:%M").table["submitted_on"].tolist() == [dt.date(2024, 5, 3)]


def test_a_file_without_its_moments_is_no_qualtrics_export() -> None:
    message = refused(b"Name,Q1\nx,y\n")
    assert message.endswith("is not a Qualtrics export: it has no column 'RecordedDate' and 'EndDate'.")


@pytest.mark.parametrize(("delimiter", "name"), [(";", "';'"), ("\t", "tab")])
def test_a_delimiter_that_is_not_declared_is_told(delimiter: str, name: str) -> None:
    message = refused(text_of(NAMES, row(*ANSWERS), delimiter=delimiter))
    assert "its first row is one field, 'StartDate" in message
    assert f"declare `delimiter: {name}` for this source" in message


def test_utf_16_must_be_declared() -> None:
    assert "declare `encoding: utf-16`" in refused(text_of(NAMES, encoding="utf-16"), delimiter="tab")


def test_a_name_that_comes_twice_is_refused() -> None:
    assert "column 2 and column 3 have the same header" in refused(b"EndDate,Q1,Q1\n")


def test_a_row_of_another_width_is_refused_with_its_line() -> None:
    assert "line 4: found 2 fields; expected 3" in refused(b'EndDate,Q1,Q2\nEnd Date,"a\nb",c\nx,y\n')


def test_headers_alone_give_a_table_without_rows() -> None:
    assert len(read(text_of(NAMES, TEXTS, IMPORT_IDS)).table) == 0


REAL = {"survey_results_25_05_2025.csv": (70, 57), "survey_results_02_06_2025.csv": (78, 60)}


@pytest.fixture
def real_folder() -> Path:
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set; it names the folder that holds the real exports.")
    return Path(shared) / "real" / "qualtrics-exceed-python"


def read_real(folder: Path, file: str) -> RawAnswers:
    return read_export(folder, Source(file=file, platform="qualtrics", delimiter=";"), shown="real")


@pytest.mark.parametrize("file", REAL)
def test_a_real_download_has_the_rows_and_columns_of_its_description(file: str, real_folder: Path) -> None:
    rows, finished = REAL[file]
    answers = read_real(real_folder, file)
    assert (len(answers.table), len(answers.headers)) == (rows, 67)
    assert answers.table.shape[1] == 67 - 6 + 2
    assert answers.dropped == {}
    # Counted in the file by hand: rows whose Finished is 1.
    assert set(answers.not_counted.values()) == {"unfinished"}
    assert rows - len(answers.not_counted) == finished


def test_all_of_the_first_real_download_are_in_the_second(real_folder: Path) -> None:
    first, second = (
        Counter(read_real(real_folder, file).table.drop(columns="line").fillna("").itertuples(index=False, name=None))
        for file in REAL
    )
    assert first.total() == 70
    assert first <= second


def test_a_moment_with_a_month_in_letters_is_no_row_of_texts() -> None:
    answers = read(text_of(("EndDate", "Finished", "Q1"), ("5 Mar 2024", "1", "x")), dates="%d %b %Y")
    assert answers.table["Q1"].tolist() == ["x"]


SPLIT = ("Q5_1", "Q5_2", "Q5_8", "Q5_8_TEXT")
ASKED = "Where do you work? (tick all - or none)"
SPLIT_TEXTS = tuple(f"{ASKED} - Selected Choice - {option}" for option in ("Camden", "Hertford - East", "Other"))


def ticks(*rows: Sequence[str], names: Sequence[str] = SPLIT, texts: Sequence[str] | None = None) -> RawAnswers:
    texts = texts or (*SPLIT_TEXTS, f"{ASKED} - Other - Text")
    filled = [(*row("Sure", "Agree", ""), *cells) for cells in rows]
    return read(text_of((*NAMES, *names), (*TEXTS, *texts), *filled))


def test_options_in_a_column_each_become_one_question() -> None:
    answers = ticks(("Camden", "Hertford - East", "", ""), ("", "", "Other", "Luton"), ("", "", "", ""))
    assert list(answers.table.columns[5:]) == ["Q5", "Q5_8_TEXT"]
    assert answers.texts["Q5"] == ASKED
    assert answers.table["Q5"].fillna("").tolist() == ["Camden,Hertford - East", "Other", ""]
    assert answers.table["Q5_8_TEXT"].fillna("").tolist() == ["", "Luton", ""]


def test_options_that_nobody_ticked_are_a_question_all_the_same() -> None:
    answers = ticks(("", "", "", ""), ("", "", "", ""))
    assert "Q5" in answers.table and answers.table["Q5"].isna().all()
    # Without the platform's own mark they might be the rows of a grid that nobody answered.
    blank = ticks(("", ""), names=("Q5_1", "Q5_2"), texts=("How? - At work", "How? - At home"))
    assert list(blank.table.columns[5:]) == ["Q5_1", "Q5_2"]


def test_an_option_without_the_platforms_mark_shows_itself_by_its_ticks() -> None:
    answers = ticks(
        ("", "A - B", ""), ("C", "", ""), names=("Q5_1", "Q5_2", "Q5_3"), texts=("W? - C", "W? - A - B", "W? - D")
    )
    assert answers.table["Q5"].tolist() == ["A - B", "C"]


@pytest.mark.parametrize(
    "cells", [("Agree", "Agree"), ("At work", "Agree"), ("At work", "At work"), ("1", "1")], ids=str
)
def test_the_rows_of_a_grid_stay_questions(cells: tuple[str, str]) -> None:
    answers = ticks(cells, names=("Q5_1", "Q5_2"), texts=("How? - At work", "How? - At home"))
    assert list(answers.table.columns[5:]) == ["Q5_1", "Q5_2"]


def test_a_column_that_only_looks_like_an_option_stays_a_question() -> None:
    answers = ticks(
        ("C", "", "seven"), ("", "D", ""), names=("Q5_1", "Q5_2", "Q5_3"), texts=("W? - C", "W? - D", "How many?")
    )
    assert list(answers.table.columns[5:]) == ["Q5", "Q5_3"]
    assert answers.table["Q5_3"].fillna("").tolist() == ["seven", ""]


def test_options_that_the_source_ignores_or_renames_are_not_joined() -> None:
    rows = [(*NAMES, "Q5_1", "Q5_2"), (*TEXTS, "W? - C", "W? - D"), (*row("Sure", "Agree", ""), "C", "D")]
    assert list(read(text_of(*rows), ignore=["Q5_2"]).table.columns[5:]) == ["Q5_1"]
    assert list(read(text_of(*rows), columns={"Q5_1": "c"}).table.columns[5:]) == ["c", "Q5_2"]
