"""The whole of a file as one strict grid, whichever kind of file it is."""

from __future__ import annotations

from pipeline.exports.grid import Grid, Row
from pipeline.exports.reader import Export
from pipeline.exports.text_table import DELIMITERS as DELIMITERS
from pipeline.exports.text_table import grid_under, read_records, read_text_table
from pipeline.exports.workbook import read_whole_sheet, read_workbook
from pipeline.ground.errors import ExportError


def read_grid(export: Export) -> Grid:
    """Return the cells of a workbook with one sheet, or of a text divided as the source declares."""
    if _is_workbook(export):
        return read_workbook(export.content, shown=export.shown)
    return read_text_table(
        export.content,
        encoding=export.source.encoding,
        delimiter=DELIMITERS[export.source.delimiter],
        shown=export.shown,
    )


def read_rows(export: Export) -> Grid:
    """Return a file's first row, unchecked, as headers and all others as rows, for platforms with several of headers.

    Every row is as wide as the first, or, in a workbook, as the widest.
    """
    if _is_workbook(export):
        rows = read_whole_sheet(export.content, shown=export.shown)
        width = max(len(row) for row in rows)
        padded: list[Row] = [row + (None,) * (width - len(row)) for row in rows]
        headers = tuple("" if cell is None else str(cell) for cell in padded[0])
        return Grid(headers, tuple(range(2, len(rows) + 1)), tuple(padded[1:]))
    source = export.source
    delimiter = DELIMITERS[source.delimiter]
    records = read_records(export.content, encoding=source.encoding, delimiter=delimiter, shown=export.shown)
    _, first = next(records)
    return grid_under(first, records, export.shown)


def _is_workbook(export: Export) -> bool:
    if export.content.startswith(b"PK\x03\x04"):
        return True
    if export.shown.endswith(".xlsx"):
        raise ExportError(f"{export.shown} is not a workbook; expected the .xlsx file as the platform exports it.")
    return False
