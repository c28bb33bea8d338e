from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest

from pipeline.exports.grid import Grid
from pipeline.exports.workbook import LAST_COLUMN, read_workbook
from pipeline.ground.errors import ExportError

Make = Callable[..., bytes]


def read(content: bytes) -> Grid:
    return read_workbook(content, shown="wave-1/answers.xlsx")


def refused(content: bytes) -> str:
    with pytest.raises(ExportError) as caught:
        read(content)
    message = str(caught.value)
    assert message.startswith("wave-1/answers.xlsx")
    assert "\n" not in message
    return message


def with_sheet_xml(content: bytes, change: Callable[[str], str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            is_sheet = entry.filename.endswith("sheet1.xml")
            new.writestr(entry.filename, change(data.decode()).encode() if is_sheet else data)
    return out.getvalue()


def test_cells_become_text_and_moments_stay(workbook_bytes: Make) -> None:
    moment = dt.datetime(2023, 3, 7, 10, 30)
    grid = read(workbook_bytes(list("abcdefgh"), ["001", 3, 3.0, 3.5, True, moment, None, " NA "]))
    assert grid.rows == (("001", "3", "3", "3.5", "TRUE", moment, None, " NA "),)
    assert grid.lines == (2,)


def test_a_header_alone_has_no_rows(workbook_bytes: Make) -> None:
    assert read(workbook_bytes(["a", "b"])).rows == ()


def test_trailing_empty_rows_and_columns_are_ignored(workbook_bytes: Make) -> None:
    grid = read(workbook_bytes(["a", "b", None, " "], [1, None, None], [None, None], [None]))
    assert (grid.headers, grid.rows) == (("a", "b"), (("1", None),))


def test_an_empty_row_in_between_keeps_its_number(workbook_bytes: Make) -> None:
    grid = read(workbook_bytes(["a"], [1], [None], [2]))
    assert (grid.lines, grid.rows) == ((2, 3, 4), (("1",), (None,), ("2",)))


def test_the_size_that_a_sheet_declares_is_not_believed(workbook_bytes: Make) -> None:
    content = with_sheet_xml(
        workbook_bytes(["a"], ["x"]), lambda xml: xml.replace('ref="A1:A2"', 'ref="A1:XFD1048576"')
    )
    assert read(content).rows == (("x",),)


def test_a_carriage_return_is_read_as_one(workbook_bytes: Make) -> None:
    assert read(workbook_bytes(["a"], ["one_x000D_\ntwo"])).rows == (("one\r\ntwo",),)


def test_a_formula_is_refused_with_its_cell(workbook_bytes: Make) -> None:
    assert "cell B2 is a formula" in refused(workbook_bytes(["a", "b"], ["x", "=1+1"]))


def test_an_error_value_is_refused_with_its_cell(workbook_bytes: Make) -> None:
    assert "cell A3 is the error #REF!" in refused(workbook_bytes(["a"], ["x"], ["#REF!"]))


def test_headers_that_cannot_be_told_apart_are_refused(workbook_bytes: Make) -> None:
    assert "cell A1 and cell C1 have the same header" in refused(workbook_bytes(["a", "b", "A "]))


def test_an_empty_header_is_refused_with_its_cell(workbook_bytes: Make) -> None:
    assert "the header in cell B1 is empty" in refused(workbook_bytes(["a", None, "c"]))


def test_a_cell_under_no_header_is_refused(workbook_bytes: Make) -> None:
    assert "cell C2 holds something under no header" in refused(workbook_bytes(["a", "b"], [1, 2, 3]))


def test_answers_on_two_sheets_are_refused(workbook_bytes: Make) -> None:
    assert "answers on 2 sheets" in refused(workbook_bytes(["a"], [1], other_sheets=[[["b"]]]))


def test_an_empty_sheet_beside_the_answers_is_ignored(workbook_bytes: Make) -> None:
    assert read(workbook_bytes(["a"], [1], other_sheets=[[]])).headers == ("a",)


def test_an_empty_workbook_is_refused(workbook_bytes: Make) -> None:
    assert "it is empty" in refused(workbook_bytes())


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"PK\x03\x04 and no more"])
def test_bytes_that_are_no_archive_are_refused(content: bytes) -> None:
    assert "is not an .xlsx workbook" in refused(content)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "cannot be read as a workbook" in refused(file.getvalue())


def test_an_archive_that_unpacks_to_far_more_is_not_opened() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    assert "so it is not opened" in refused(file.getvalue())


def test_an_entity_bomb_is_refused(workbook_bytes: Make) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    content = with_sheet_xml(workbook_bytes(["a"], ["x"]), lambda xml: bomb + xml)
    with pytest.raises(ExportError, match="cannot be read as a workbook") as caught:
        read(content)
    causes, cause = [], caught.value.__context__
    while cause:
        causes.append(type(cause).__name__)
        cause = cause.__context__
    assert "EntitiesForbidden" in causes


def test_a_row_number_beyond_the_format_does_not_hang(workbook_bytes: Make) -> None:
    content = with_sheet_xml(
        workbook_bytes(["a"], ["x"]), lambda xml: xml.replace('<row r="2"', '<row r="99999999999"')
    )
    assert "reaches beyond" in refused(content)


def test_a_sheet_wider_than_any_survey_is_refused(workbook_bytes: Make) -> None:
    assert "reaches beyond" in refused(workbook_bytes(["a"], [None] * LAST_COLUMN + ["x"]))
