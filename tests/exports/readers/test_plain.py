from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.read import read_export
from pipeline.exports.reader import Export
from pipeline.exports.readers.plain import READER
from pipeline.exports.registry import platforms_of
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

SHOWN = "wave-1/answers.csv"


def read(content: str | bytes, shown: str = SHOWN, **settings: Any) -> RawAnswers:
    content = content if isinstance(content, bytes) else content.encode()
    return READER.read(Export(content, Source(file=shown, platform="plain", **settings), shown))


def refused(content: str | bytes, **settings: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(content, **settings)
    return str(caught.value)


def test_every_column_is_a_question_and_every_cell_stays_as_it_is() -> None:
    answers = read("Name of town,When,q\n None ,1/2/24,007\n,NA,\n")
    assert list(answers.table.columns) == ["line", "submitted_on", "Name of town", "When", "q"]
    assert answers.table.iloc[0, 2:].tolist() == [" None ", "1/2/24", "007"]
    assert answers.table.iloc[1, 2:].isna().tolist() == [True, False, True]
    assert answers.table["submitted_on"].tolist() == [None, None]


def test_the_declared_column_gives_the_day() -> None:
    answers = read("Date,q\n9/8/18 3:42,x\n12/31/18 15:29,y\n", submitted="date", dates="%m/%d/%y %H:%M")
    assert answers.table["submitted_on"].tolist() == [dt.date(2018, 9, 8), dt.date(2018, 12, 31)]
    assert list(answers.table.columns[2:]) == ["q"]


def test_how_dates_are_written_must_be_declared() -> None:
    assert "holds the text '9/8/18', and day and month cannot be told apart" in refused(
        "Date,q\n9/8/18,x\n", submitted="Date"
    )


def test_a_declared_column_that_is_not_there_is_refused() -> None:
    message = refused("Date,q\n9/8/18,x\n", submitted="Dates")
    assert message.endswith("no column 'Dates', which evaluation.yml declares as `submitted`; did you mean 'Date'?")


def test_a_declared_column_unlike_all_others_is_refused() -> None:
    assert refused("Date,q\n9/8/18,x\n", submitted="Moment").endswith("as `submitted`; correct it there.")


def test_columns_are_renamed_and_left_out_as_declared() -> None:
    answers = read("a,b,c\n1,2,3\n", columns={"a": "How sure?"}, ignore=["B"])
    assert list(answers.table.columns[2:]) == ["How sure?", "c"]
    assert answers.ignored == ("b",)


def test_cells_that_stand_for_no_answer_are_counted() -> None:
    answers = read("a\n888\n1\n", missing={"888": "not asked"})
    assert answers.declared_missing == {"not asked": 1}


def test_personal_columns_are_dropped_and_counted() -> None:
    assert read("E-mail,q\na@example.org,x\n").dropped == {"E-mail": 1}


def test_a_cell_is_one_answer_unless_a_separator_is_declared() -> None:
    text = 'q\n"Camden, Barnet; Enfield"\n'
    assert read(text).option_separator not in text
    assert read(text, option_separator=";").option_separator == ";"


@pytest.mark.parametrize(("delimiter", "mark"), [(";", ";"), ("tab", "\t"), (",", ",")])
def test_the_declared_mark_divides_the_fields(delimiter: str, mark: str) -> None:
    assert read(f"a{mark}b\n1{mark}2\n", delimiter=delimiter).table["b"].tolist() == ["2"]


def test_the_declared_encoding_is_used() -> None:
    content = "q\nDon\u2019t know\n".encode("cp1252")
    assert "a character is not utf-8" in refused(content)
    assert read(content, encoding="cp1252").table["q"].tolist() == ["Don\u2019t know"]


def test_a_workbook_gives_its_own_dates(workbook_bytes: Callable[..., bytes]) -> None:
    content = workbook_bytes(["Sent", "q"], [dt.datetime(2024, 3, 5, 9, 30), "x"])
    answers = read(content, "wave-1/answers.xlsx", submitted="Sent")
    assert answers.table.iloc[0].tolist() == [2, dt.date(2024, 3, 5), "x"]


def test_headers_that_come_twice_are_refused() -> None:
    assert "have the same header" in refused("a,A\n1,2\n")


@pytest.mark.parametrize("headers", ["q", "Timestamp,q", "ID,Start time,Completion time,Email,Name,q"])
def test_no_file_is_ever_recognised_as_plain(headers: str) -> None:
    assert "plain" not in platforms_of(read_first_rows(f"{headers}\n".encode(), shown=SHOWN))


def test_dates_without_a_column_to_read_them_from_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Date,Q\n9/8/18,Yes\n", "utf-8")
    source = Source(file="a.csv", platform="plain", dates="%m/%d/%y")
    with pytest.raises(ExportError, match="not in which column they stand; name it under `submitted`"):
        read_export(tmp_path, source, shown="data/raw")


@pytest.mark.parametrize("dates", [None, "%d.%m.%Y"])
def test_a_header_that_cannot_be_shown_is_escaped_in_a_message(dates: str | None) -> None:
    for cell in ("", "27.03.20\x123"):
        with pytest.raises(ExportError) as caught:
            read(f"S\N{ZERO WIDTH NO-BREAK SPACE}ent at,q\n{cell},x\n", submitted="Sent at", dates=dates)
        assert str(caught.value).isprintable()
        assert r"'S\ufeffent at'" in str(caught.value)
