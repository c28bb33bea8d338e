"""Delimited text read strictly: one encoding, one width, quotation marks that pair up."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from pipeline.exports.grid import Grid, Row, check_headers, without_trailing_blanks
from pipeline.ground.errors import ExportError


def read_text_table(content: bytes, *, encoding: str, shown: str) -> Grid:
    """Return the cells of a comma-separated file; an empty field is None and nothing else is changed.

    Raises ExportError, naming the line, for anything that cannot be read without guessing.
    """
    text = _decode(content, encoding, shown)
    if not text.strip():
        raise ExportError(f"{shown} is empty; expected a line of headers and one row a submission.")
    records = _records(text, shown)
    _, headers = next(records)
    check_headers(headers, shown, lambda position: f"column {position + 1}")
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


def _records(text: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it starts; a blank line is a record without fields."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ExportError(
                f"{shown}, line {start}: the row that starts here cannot be read as CSV ({error}); expected every "
                "quotation mark to be closed, and those within an answer to be doubled."
            ) from None
        yield start, fields


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
