"""The register of approved quotes, as it stands in its file: read strictly, not judged."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields

from pipeline.exports.text_table import read_text_table
from pipeline.ground.errors import QuotesError
from pipeline.ground.storage import hash_bytes
from pipeline.reference.labels import listed


@dataclass(frozen=True)
class Quote:
    """One row of the register, cells as they stand there; `place` names the file and the line.

    `sha256` is of `text`, the exact text to print, and `original_sha256` of the text as it was written; `shown_as` is
    blank, or the id of an area or a sector; `checked` says why a text that the pre-check marks is safe.
    """

    place: str
    sha256: str
    wave: str
    question: str
    theme: str
    text: str
    consent: str
    approver_1: str
    approver_2: str
    approved_on: str
    shown_as: str
    original_sha256: str
    checked: str


COLUMNS = tuple(field.name for field in fields(Quote) if field.name != "place")


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text as UTF-8 in composed form (NFC): what the register calls its text by."""
    return hash_bytes(unicodedata.normalize("NFC", text).encode("utf-8", errors="surrogatepass"))


def read_quotes(content: bytes, *, shown: str) -> list[Quote]:
    """Return the rows of a register, a CSV file in UTF-8 with exactly the columns `COLUMNS`, in any order.

    Raises QuotesError for other columns, ExportError, naming the line, for a file that cannot be read without guessing.
    """
    grid = read_text_table(content, encoding="utf-8", shown=shown)
    headers = [header.strip() for header in grid.headers]
    if sorted(headers) != sorted(COLUMNS):
        raise QuotesError(f"{shown}: found the columns {listed(grid.headers)}; expected {listed(COLUMNS)}.")
    return [
        Quote(f"{shown}, line {line}", **{name: str(cell or "") for name, cell in zip(headers, row, strict=True)})
        for line, row in zip(grid.lines, grid.rows, strict=True)
    ]
