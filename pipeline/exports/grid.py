"""A file's cells as rows under one checked header, before any platform's meaning is given to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

Cell = str | dt.datetime | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """Headers, and rows of as many cells, each with its line in the file or sheet."""

    headers: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[Row, ...]

    def position(self, form: str) -> int:
        """Return where the column with that normal form stands; the column must be there."""
        return [normal_form(header) for header in self.headers].index(form)


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
