"""Delimited text read strictly: one encoding, one width, quotation marks that pair up."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.csv

from pipeline.exports.grid import Grid, Row, TextColumns, check_headers, quoted, without_trailing_blanks
from pipeline.ground.errors import ExportError

# By their names in evaluation.yml.
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}
# Characters from which on a text is worth the faster reading.
LARGE = 5_000_000


def read_text_table(content: bytes, *, encoding: str, shown: str, delimiter: str = ",") -> Grid:
    """Return the cells of a delimited file; an empty field is None and nothing else is changed.

    Raises ExportError, naming the line, for anything that cannot be read without guessing.
    """
    text = _decode(content, encoding, shown)
    records = _records_of(text, shown, delimiter)
    _, headers = next(records)
    check_headers(headers, shown, lambda position: f"column {position + 1}")
    large = read_large(text, headers, delimiter) if len(text) > LARGE else None
    return large or grid_under(headers, records, shown)


def read_large(text: str, headers: Sequence[str], delimiter: str) -> Grid | None:
    """Return the same grid as the strict reader, faster, or None for a text that could be read in more than one way.

    Without a quotation mark or a lone carriage return, every line end ends a record and every delimiter a field.
    """
    first, _, body = text.partition("\n")
    body = body.rstrip("\r\n")
    is_plain = '"' not in text and text.count("\r") == text.count("\r\n") and not body.startswith("\ufeff")
    if not body or not is_plain or len(headers) < 2:
        return None
    lines = body.split("\n")
    # The strict reader says what is beyond csv's limit of a field, and leaves out last lines without an answer.
    if max(map(len, lines)) >= csv.field_size_limit() or not lines[-1].strip(delimiter + "\r"):
        return None
    # A blank line is a mistake, which pyarrow would take for a row of empty cells.
    if "" in lines or "\r" in lines:
        return None
    count = len(lines)
    del lines
    names = [str(position) for position in range(len(headers))]
    try:
        table = pyarrow.csv.read_csv(
            io.BytesIO(body.encode("utf-8")),
            pyarrow.csv.ReadOptions(column_names=names),
            pyarrow.csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pyarrow.large_string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pyarrow.ArrowInvalid:
        return None
    if table.num_rows != count:
        return None
    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    columns = [pd.Series(dtype.__from_arrow__(column.combine_chunks())) for column in table.columns]
    return Grid(tuple(headers), range(2, count + 2), TextColumns(columns))


def read_records(content: bytes, *, encoding: str, shown: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield each record of a delimited text with the line on which it starts, headers too; the text is not empty."""
    return _records_of(_decode(content, encoding, shown), shown, delimiter)


def _records_of(text: str, shown: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
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
