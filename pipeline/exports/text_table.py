"""Delimited text read strictly: one encoding, one width, quotation marks that pair up."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from pipeline.exports.grid import Grid, Row, check_headers, quoted, without_trailing_blanks
from pipeline.exports.large_text import LARGE, read_large
from pipeline.ground.errors import ExportError

# By their names in evaluation.yml.
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}


def read_text_table(content: bytes, *, encoding: str, shown: str, delimiter: str = ",") -> Grid:
    """Return the cells of a delimited file; an empty field is None and nothing else is changed.

    Raises ExportError, naming the line, for anything that cannot be read without guessing.
    """
    large = read_large(content, delimiter) if len(content) > LARGE and _is_utf_8(encoding) else None
    records = iter(()) if large else read_records(content, encoding=encoding, shown=shown, delimiter=delimiter)
    headers = large.headers if large else next(records)[1]
    check_headers(headers, shown, lambda position: f"column {position + 1}")
    return large or grid_under(headers, records, shown)


def read_records(content: bytes, *, encoding: str, shown: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield each record of a delimited text with the line on which it starts, headers too; the text is not empty."""
    text = _decode(content, encoding, shown)
    if not text.strip():
        raise ExportError(f"{shown} is empty; expected a line of headers and one row a submission.")
    return _records(text, shown, delimiter)


def grid_under(headers: Sequence[str], records: Iterator[tuple[int, list[str]]], shown: str) -> Grid:
    """Return the records that follow as a grid under checked headers, every record as wide as they are."""
    lines: list[int] = []
    rows: list[Row] = []
    blank: int | None = None
    for line, fields in records:
        if not fields:
            blank = blank or line
            continue
        if blank or len(fields) != len(headers):
            raise ExportError(
                f"{shown}, line {blank or line}: found {0 if blank else len(fields)} fields; "
                f"expected {len(headers)}, as in the header."
            )
        lines.append(line)
        rows.append(tuple(field or None for field in fields))
    return Grid(tuple(headers), *without_trailing_blanks(lines, rows))


def _records(text: str, shown: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it starts; a blank line is a record without fields."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    while True:
        start = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # csv puts the delimiter into its message as it is, a tab too.
            what = str(error).replace("\t", "\\t")
            raise ExportError(
                f"{shown}, line {start}: the row that starts here cannot be read as CSV ({what}); expected every "
                "quotation mark to be closed, and those within an answer to be doubled."
            ) from None
        if start == 1:
            _check_divided(fields, shown, delimiter)
        yield start, fields


def _check_divided(headers: Sequence[str], shown: str, delimiter: str) -> None:
    """Raise ExportError where the first row is one field that another delimiter would divide into three or more."""
    other = next((mark for mark in DELIMITERS if len(headers) == 1 and headers[0].count(DELIMITERS[mark]) > 1), None)
    if other:
        raise ExportError(
            f"{shown}: its first row is one field, {quoted(headers[0])}, when divided at {quoted(delimiter)}; declare "
            f"`delimiter: {other if other == 'tab' else quoted(other)}` for this source in evaluation.yml."
        )


def _is_utf_8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    except LookupError:
        return False


def _decode(content: bytes, encoding: str, shown: str) -> str:
    try:
        # A byte order mark is no part of the first header.
        name = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        text = content.decode(name)
    except LookupError:
        raise ExportError(
            f"{shown}: '{encoding}' is not a text encoding; declare `encoding: utf-8` or `encoding: cp1252` "
            "for the source in evaluation.yml."
        ) from None
    except UnicodeError as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        remedy = "`encoding: utf-16`" if is_utf_16 else "`encoding: cp1252`" if name == "utf-8-sig" else "its encoding"
        raise ExportError(
            f"{shown}, line {line}: a character is not {encoding}; save the file as UTF-8, or declare {remedy} "
            "for the source in evaluation.yml if it was written so."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ExportError(
            f"{shown}, line {line}: found a NUL byte, which no text holds; the file is damaged, so download it again."
        )
    return text
