"""One register's file as a typed frame, with every cell that cannot be used told at its line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from pipeline.data.registers.cells import CellError, CellReader
from pipeline.data.registers.columns import Column, RegisterSchema
from pipeline.exports.grid import Cell, Grid, cells_of
from pipeline.exports.text_table import DELIMITERS, read_text_table
from pipeline.exports.workbook import read_workbook
from pipeline.ground.errors import ExportError
from pipeline.reference.improvement import RegisterFile
from pipeline.reference.labels import did_you_mean, listed, normal_form

# What a template says of its columns stands on a sheet of its own, and its example in a row that begins so.
EXPLAINING_SHEET, REMARK = "How to fill this in", "#"
_DTYPES = {"day": "datetime64[us]", "number": "float64", "whole": "Int64", "several": "object"}


@dataclass
class ReadRegister:
    """A register as read: a row of `rows` by its line in the file; None stands in a cell that cannot be used.

    `rows` is None for a file whose columns are not those of the register. `mistakes` hold the line and the sentence.
    """

    schema: RegisterSchema
    shown: str
    is_workbook: bool = False
    places: Mapping[str, int] = field(default_factory=dict)
    rows: pd.DataFrame | None = None
    mistakes: list[tuple[int, str]] = field(default_factory=list)
    refused: set[tuple[int, str]] = field(default_factory=set)

    def refuse(self, line: int, name: str, message: str) -> None:
        """Note a mistake in the cell of a line and column; `message` says what was found and what is expected."""
        self.refused.add((line, name))
        at = self.places.get(name)
        column = f" ('{name}')" if self.is_workbook else f", '{name}'"
        cell = f"cell {get_column_letter(at + 1)}{line}" if self.is_workbook and at is not None else f"line {line}"
        self.mistakes.append((line, f"{self.shown}, {cell}{column} {message}."))


def read_register(
    content: bytes, schema: RegisterSchema, file: RegisterFile, cells: CellReader, *, shown: str
) -> ReadRegister:
    """Return a register's file, csv or xlsx by its name, as typed rows with all that is wrong with them."""
    read = ReadRegister(schema, shown, is_workbook=file.file.lower().endswith(".xlsx"))
    try:
        grid = _read_grid(content, file, read)
    except ExportError as error:
        read.mistakes.append((0, str(error)))
        return read
    read.places = {normal_form(header).replace(" ", "_"): at for at, header in enumerate(grid.headers)}
    if _check_columns(read, grid, cells):
        kept = [at for at, row in enumerate(grid.rows) if not _is_blank_or_remark(row)]
        lines = pd.Index([grid.lines[at] for at in kept], name="line", dtype="int64")
        columns = {one.name: _read_column(read, grid, one, kept, cells, file.dates) for one in schema.columns}
        read.rows = build_frame(schema, columns, lines)
    return read


def build_frame(
    schema: RegisterSchema, columns: Mapping[str, list[Any]], index: pd.Index | None = None
) -> pd.DataFrame:
    """Return values by column as the register's typed frame: days at midnight, areas as tuples, texts and numbers."""
    return pd.DataFrame(
        {
            column.name: pd.Series(columns[column.name], index=index, dtype=_DTYPES.get(column.kind, "str"))
            for column in schema.columns
        }
    )


def _read_grid(content: bytes, file: RegisterFile, read: ReadRegister) -> Grid:
    if read.is_workbook:
        return read_workbook(content, shown=read.shown, leaving_out=EXPLAINING_SHEET)
    return read_text_table(content, encoding=file.encoding, shown=read.shown, delimiter=DELIMITERS[file.delimiter])


def _check_columns(read: ReadRegister, grid: Grid, cells: CellReader) -> bool:
    """Note columns that are missing or unknown; return whether there are none."""
    known = read.schema.names
    unknown = [name for name in read.places if name not in known]
    missing = [
        column.name
        for column in read.schema.columns
        if column.name not in read.places and not cells.may_be_blank(column)
    ]
    for name in unknown:
        header = grid.headers[read.places[name]]
        near = did_you_mean(header, [one for one in known if one not in read.places])
        expected = near or f"; expected {listed(known)}"
        read.mistakes.append(
            (1, f"{read.shown}: the column {listed([header])} is none of this register{_ended(expected)}")
        )
    if missing and not any(did_you_mean(grid.headers[read.places[name]], missing) for name in unknown):
        read.mistakes.append((1, f"{read.shown}: the column {listed(missing)} is missing; expected {listed(known)}."))
    return not unknown and not missing


def _ended(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _is_blank_or_remark(row: tuple[Cell, ...]) -> bool:
    first = row[0]
    return all(cell is None for cell in row) or (isinstance(first, str) and first.lstrip().startswith(REMARK))


def _read_column(
    read: ReadRegister, grid: Grid, column: Column, kept: list[int], cells: CellReader, dates: str | None
) -> list[Any]:
    """Return the values of a column, each different cell read once."""
    if column.name not in read.places:
        return [None] * len(kept)
    written = cells_of(grid, read.places[column.name])
    known: dict[Cell, Any] = {}
    values = []
    for at in kept:
        cell = written[at]
        if cell not in known:
            known[cell] = _read_or_error(cell, column, cells, dates)
        value = known[cell]
        if isinstance(value, CellError):
            read.refuse(grid.lines[at], column.name, str(value))
            value = None
        values.append(value)
    return values


def _read_or_error(cell: Cell, column: Column, cells: CellReader, dates: str | None) -> Any:
    try:
        return cells.read(cell, column, dates)
    except CellError as error:
        return error
