"""A file's cells as rows under one checked header, before any platform's meaning is given to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import pandas as pd

from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

Cell = str | dt.datetime | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """Headers, and rows of as many cells, each with its line in the file or sheet."""

    headers: tuple[str, ...]
    lines: Sequence[int]
    rows: Sequence[Row]


class TextColumns(Sequence[Row]):
    """The rows of a large text, kept as columns; a row is made only where one is asked for."""

    def __init__(self, columns: Sequence[pd.Series[str]]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return TextColumns([column.iloc[at] for column in self.columns])
        return tuple(None if pd.isna(cell) else cell for cell in (column.iloc[at] for column in self.columns))

    def __iter__(self) -> Iterator[Row]:
        return zip(*(_with_none(column) for column in self.columns), strict=True)


def cells_of(grid: Grid, position: int) -> Sequence[Cell]:
    """Return the cells of one column."""
    if isinstance(grid.rows, TextColumns):
        return _with_none(grid.rows.columns[position])
    return [row[position] for row in grid.rows]


def _with_none(column: pd.Series[str]) -> list[Cell]:
    return column.astype(object).where(column.notna(), None).tolist()


def column_of(grid: Grid, names: Sequence[str]) -> int | None:
    """Return where the column with one of these headers stands, or None."""
    forms = [normal_form(header) for header in grid.headers]
    return next((forms.index(normal_form(name)) for name in names if normal_form(name) in forms), None)


def check_headers(headers: Sequence[str], shown: str, place: Callable[[int], str]) -> None:
    """Raise ExportError for no header, an empty one, or two that differ by no more than case, spacing or dashes.

    `place` names the position of a column (from 0) in words.
    """
    if not headers:
        raise ExportError(f"{shown}: its first row is empty; expected the headers there.")
    seen: dict[str, int] = {}
    for position, header in enumerate(headers):
        form = normal_form(header)
        if not form:
            raise ExportError(f"{shown}: the header in {place(position)} is empty; expected the text of a question.")
        if form in seen:
            raise ExportError(
                f"{shown}: {place(seen[form])} and {place(position)} have the same header, {quoted(header)}; "
                "expected each header once."
            )
        seen[form] = position


def without_trailing_blanks(lines: Sequence[int], rows: Sequence[Row]) -> tuple[tuple[int, ...], tuple[Row, ...]]:
    """Return lines and rows up to the last row that holds anything."""
    end = len(rows)
    while end and all(cell is None for cell in rows[end - 1]):
        end -= 1
    return tuple(lines[:end]), tuple(rows[:end])


def quoted(text: str, longest: int = 80) -> str:
    """Return text for a message: in quotation marks, invisible and control characters escaped, not too long."""
    return repr(text if len(text) <= longest else text[: longest - 1] + "…")
