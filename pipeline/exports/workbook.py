"""An .xlsx workbook read strictly: no bomb, no formula, no error value, one sheet with one header row."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pipeline.exports.grid import Cell, Grid, Row, check_headers, without_trailing_blanks
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed

LARGEST_BYTES = 200 * 1024 * 1024
LARGEST_RATIO = 200
# The limit of the format; a row that claims to lie beyond it would be waited for without end.
LAST_ROW = 1_048_576
LAST_COLUMN = 2_000


def read_workbook(content: bytes, *, shown: str, leaving_out: str = "") -> Grid:
    """Return the cells of the one sheet that holds anything; moments stay moments, all else is text.

    `leaving_out`: the title of a sheet that is passed over. Raises ExportError, naming the cell, for anything that
    cannot be read without guessing.
    """
    return _as_grid(read_whole_sheet(content, shown=shown, leaving_out=leaving_out), shown)


def read_whole_sheet(content: bytes, *, shown: str, leaving_out: str = "") -> list[Row]:
    """Return every row of the one sheet that holds anything, its headers with them; raises ExportError likewise."""
    check_archive(content, shown)
    try:
        with warnings.catch_warnings():
            # openpyxl warns about styles and extensions, which hold no answers.
            warnings.simplefilter("ignore")
            sheets = _read_sheets(content, shown)
    except ExportError:
        raise
    # A damaged workbook surfaces in openpyxl as almost any exception.
    except Exception as error:
        raise ExportError(
            f"{shown} cannot be read as a workbook ({type(error).__name__}); download it again as .xlsx, unchanged."
        ) from None
    filled = {title: rows for title, rows in sheets.items() if rows and title != leaving_out}
    if len(filled) != 1:
        found = f"it has answers on {len(filled)} sheets, {listed(filled)}" if filled else "it is empty"
        raise ExportError(f"{shown}: {found}; expected one sheet with a row of headers and one row a submission.")
    return next(iter(filled.values()))


def read_sheet_rows(content: bytes, *, shown: str, most: int) -> list[Row]:
    """Return the first rows of the first sheet that holds anything, for telling what a workbook is."""
    check_archive(content, shown)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _first_filled(content, shown, most)
        except ExportError:
            raise
        # A damaged workbook surfaces in openpyxl as almost any exception, at its rows as well as at its opening.
        except Exception as error:
            raise ExportError(f"{shown} cannot be read as a workbook ({type(error).__name__}).") from None


def _first_filled(content: bytes, shown: str, most: int) -> list[Row]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = [row for row, _ in zip(_read_rows(sheet, shown), range(most), strict=False)]
        if any(cell is not None for row in rows for cell in row):
            return rows
    return []


def check_archive(content: bytes, shown: str) -> None:
    """Raise ExportError for bytes that are not a zip archive, or that would unpack to an unreasonable size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ExportError(
            f"{shown} is not an .xlsx workbook; expected one as the platform exports it, without a password."
        ) from None
    if unpacked > LARGEST_BYTES or unpacked > LARGEST_RATIO * len(content):
        raise ExportError(
            f"{shown} would unpack from {len(content):,} to {unpacked:,} bytes; expected at most {LARGEST_BYTES:,} "
            f"and {LARGEST_RATIO} times its size, so it is not opened."
        )


def _read_sheets(content: bytes, shown: str) -> dict[str, list[Row]]:
    # Cached values (data_only=True) would hide that a cell is a formula.
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    try:
        sheets = {}
        for sheet in book.worksheets:
            # The size that a sheet declares may be wrong, or a million empty rows.
            sheet.reset_dimensions()
            rows = list(_read_rows(sheet, shown))
            sheets[sheet.title] = list(without_trailing_blanks(range(len(rows)), rows)[1])
        return sheets
    finally:
        book.close()


def _read_rows(sheet: Any, shown: str) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW or len(cells) > LAST_COLUMN:
            raise ExportError(
                f"{shown}: row {number} reaches beyond {LAST_ROW:,} rows or {LAST_COLUMN:,} columns; "
                "expected a survey export."
            )
        yield tuple(_read_cell(cell, shown) for cell in cells)


def _read_cell(cell: Any, shown: str) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        raise ExportError(
            f"{shown}: cell {cell.coordinate} is a formula; expected answers as exported, so download the file again "
            "(or paste the value in its place, where you fill in the file yourself)."
        )
    if cell.data_type == "e":
        raise ExportError(f"{shown}: cell {cell.coordinate} is the error {value}; expected an answer or an empty cell.")
    if value is None or isinstance(value, dt.datetime):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    # Excel stores a carriage return so; openpyxl hands the code on.
    return str(value).replace("_x000D_", "\r")


def _as_grid(rows: list[Row], shown: str) -> Grid:
    headers = ["" if cell is None else str(cell) for cell in rows[0]]
    while headers and not headers[-1].strip():
        headers.pop()
    width = len(headers)
    check_headers(headers, shown, lambda position: f"cell {get_column_letter(position + 1)}1")
    for number, row in enumerate(rows[1:], start=2):
        beyond = next((at for at, cell in enumerate(row[width:], start=width + 1) if cell is not None), None)
        if beyond:
            raise ExportError(
                f"{shown}: cell {get_column_letter(beyond)}{number} holds something under no header; "
                "expected every column to have one in row 1."
            )
    padded = tuple(row[:width] + (None,) * (width - len(row)) for row in rows[1:])
    return Grid(tuple(headers), tuple(range(2, len(rows) + 1)), padded)
