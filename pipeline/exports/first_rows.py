"""The first rows of a file, read leniently: enough to tell which platform made it, never to take answers from."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from pipeline.exports.workbook import read_sheet_rows
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

_ZIP_START = b"PK\x03\x04"
_DELIMITERS = (",", ";", "\t")
_BYTES = 200_000
_ROWS = 4


@dataclass(frozen=True)
class FirstRows:
    """The kind of file, its first rows as text, and, for text, its encoding and what divides its fields."""

    is_workbook: bool
    rows: tuple[tuple[str, ...], ...]
    encoding: str = ""
    delimiter: str = ""

    @property
    def headers(self) -> frozenset[str]:
        """The normal forms of the first row."""
        return frozenset(normal_form(cell) for cell in self.rows[0]) if self.rows else frozenset()

    @property
    def first_header(self) -> str:
        """The normal form of the first header, '' where the first row is blank."""
        return normal_form(self.rows[0][0]) if self.rows and self.rows[0] else ""

    def has(self, *headers: str) -> bool:
        """Return whether the first row holds every one of these headers."""
        return {normal_form(header) for header in headers} <= self.headers


def read_first_rows(content: bytes, *, shown: str) -> FirstRows:
    """Return the first rows of a workbook or of delimited text; raises ExportError for what is neither."""
    if content.startswith(_ZIP_START):
        rows = [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in read_sheet_rows(content, shown=shown, most=_ROWS)
        ]
        return FirstRows(True, tuple(rows))
    encoding = guess_encoding(content)
    text = content[:_BYTES].decode(encoding, errors="replace")
    if not text.strip() or "\0" in text:
        raise ExportError(f"{shown} is empty or not text; expected a survey export.")
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(tuple(row))
            if len(rows) == _ROWS:
                break
    except csv.Error:
        # What can be read of it is enough to tell the platform; the strict reader says what is wrong.
        pass
    return FirstRows(False, tuple(rows), encoding, delimiter)


def guess_encoding(content: bytes) -> str:
    """Return the encoding that a file's first bytes show: UTF-16 by its mark, else UTF-8 where it fits, else cp1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        if not content.isascii():
            content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
