from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exports.grid import Grid
from pipeline.exports.text_table import read_text_table
from pipeline.ground.errors import ExportError


def read(content: bytes, encoding: str = "utf-8") -> Grid:
    return read_text_table(content, encoding=encoding, shown="wave-1/answers.csv")


def refused(content: bytes, encoding: str = "utf-8") -> str:
    with pytest.raises(ExportError) as caught:
        read(content, encoding)
    message = str(caught.value)
    assert message.startswith("wave-1/answers.csv")
    assert "\n" not in message
    return message


def test_cells_stay_text_exactly_as_exported() -> None:
    grid = read(b"a,b,c,d\n001,NA,None, x \n")
    assert grid.rows == (("001", "NA", "None", " x "),)


def test_an_empty_field_is_none_even_between_quotation_marks() -> None:
    assert read(b'a,b\n"",x\n').rows == ((None, "x"),)


def test_a_byte_order_mark_is_no_part_of_the_first_header() -> None:
    assert read("\ufeffa,b\n1,2\n".encode()).headers == ("a", "b")


def test_a_record_has_the_line_on_which_it_starts() -> None:
    assert read(b'a,b\r\n"one\r\ntwo",x\r\ny,z\r\n').lines == (2, 4)


def test_a_header_alone_has_no_rows() -> None:
    assert read(b"a,b\n").rows == ()


def test_rows_after_the_last_that_holds_anything_are_ignored() -> None:
    assert read(b"a,b\n1,2\n,\n\n\n").rows == (("1", "2"),)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert "is empty" in refused(content)


def test_a_blank_line_before_another_row_is_refused_with_its_line() -> None:
    assert "line 3: found 0 fields; expected 2" in refused(b"a,b\n1,2\n\n3,4\n")


@pytest.mark.parametrize(("row", "found"), [(b"1,2,3", 3), (b"1", 1)])
def test_a_row_with_a_field_too_many_or_too_few_is_refused(row: bytes, found: int) -> None:
    assert f"line 3: found {found} fields; expected 2" in refused(b"a,b\n1,2\n" + row + b"\n")


def test_cp1252_bytes_are_refused_as_utf_8_and_read_when_declared() -> None:
    content = "a,b\n1,2\nDon’t know,3\n".encode("cp1252")
    message = refused(content)
    assert "line 3" in message
    assert "declare `encoding: cp1252`" in message
    assert read(content, "cp1252").rows[1][0] == "Don’t know"


def test_utf_16_is_refused_with_its_own_remedy() -> None:
    assert "`encoding: utf-16`" in refused("a,b\n".encode("utf-16"))


def test_bytes_that_are_not_of_the_declared_encoding_are_refused() -> None:
    assert "declare its encoding" in refused(b"a,\x81\n", "cp1252")


def test_an_encoding_that_does_not_exist_is_refused() -> None:
    assert "'utf-9' is not a text encoding" in refused(b"a\n", "utf-9")


def test_a_nul_byte_is_refused_with_its_line() -> None:
    assert "line 2: found a NUL byte" in refused(b"a,b\n5\0,2\n")


def test_an_unclosed_quotation_mark_is_refused_where_its_row_starts() -> None:
    assert "line 3: the row that starts here" in refused(b'a,b\n1,2\n"x,3\n4,5\n')


def test_text_after_a_closing_quotation_mark_is_refused() -> None:
    assert "line 2" in refused(b'a,b\n"x"y,3\n')


@pytest.mark.parametrize("twin", ["How  sure?", "how sure?", "How\u00a0sure?"])
def test_headers_that_cannot_be_told_apart_are_refused(twin: str) -> None:
    assert "column 1 and column 3 have the same header" in refused(f"How sure?,b,{twin}\n".encode())


def test_an_empty_header_is_refused_with_its_column() -> None:
    assert "the header in column 2 is empty" in refused(b"a, ,c\n")


def test_a_blank_first_line_is_refused() -> None:
    assert "first row is empty" in refused(b"\na,b\n")


field = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(field, field, st.just("end")), max_size=6))
def test_what_is_written_as_csv_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("a", "b", "c"), *rows])
    assert read(file.getvalue().encode()).rows == tuple(tuple(cell or None for cell in row) for row in rows)


@pytest.mark.parametrize(("content", "name"), [(b"a;b;c\n1;2;3\n", "';'"), (b"a\tb\tc\n", "tab")])
def test_a_header_that_another_delimiter_divides_is_told(content: bytes, name: str) -> None:
    assert f"declare `delimiter: {name}` for this source" in refused(content)


def test_one_question_with_a_comma_is_one_column() -> None:
    assert read_text_table(b"How sure, overall?\nVery\n", encoding="utf-8", shown="a.csv", delimiter=";").rows == (
        ("Very",),
    )
