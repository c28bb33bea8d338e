"""Whether a CSV file is safe: read the same by every program, its cells plain text, none a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pipeline.disclosure.page_safety.plain_text import PlainText
from pipeline.disclosure.safe_cells import starts_formula

_MARK = "\ufeff"


def table_faults(text: str, plain: PlainText) -> Iterator[tuple[int, str]]:
    """Yield what is unsafe in a CSV file: the line, and a clause that says what was found."""
    if not text.startswith(_MARK):
        yield 1, "does not begin with the mark by which spreadsheets know UTF-8"
    body = text.removeprefix(_MARK)
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    except csv.Error:
        yield 1, "is not CSV"
        return
    if _rewritten(rows) != body:
        yield 1, "is not CSV in the one form that all programs read alike"
    for line, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            yield line, f"has {len(row)} cells where the header has {len(rows[0])}"
        for cell in row:
            yield from ((line, f"has the cell {cell[:40]!r}, {clause}") for clause in _cell_faults(cell, plain))
    yield from ((1, clause) for clause in plain.private_faults(body))


def _rewritten(rows: list[list[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def _cell_faults(cell: str, plain: PlainText) -> Iterator[str]:
    if starts_formula(cell):
        yield "which a spreadsheet would run; expected ' before it"
    yield from (f"which {clause}" for clause in plain.faults(cell))
