"""Moments written as text, read by the declared pattern and never by a guess."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence

import pandas as pd
from openpyxl.utils import get_column_letter

from pipeline.exports.grid import Cell, Grid, TextColumns, cells_of, quoted
from pipeline.exports.large_dates import days_of_column
from pipeline.exports.reader import Export
from pipeline.ground.errors import ExportError

# Three letters or more, so that AM and PM stay.
_ZONE = r"[A-Z]{3,5}([+-]\d{1,2}(:?\d{2})?)?"
_TIME_ZONE, _ZONE_ALONE = re.compile(f" {_ZONE}$"), re.compile(_ZONE)
_MOMENT = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(?:[T ,].*)?")
_FIELD = re.compile(r"%(.)")
_OF_TIME = frozenset("HIMSfp")


def read_date(text: str, pattern: str, where: str) -> dt.date:
    """Return the day of a moment written by `pattern` (strptime codes), its trailing time zone dropped.

    `where` begins the message of the ExportError raised when the text does not fit the pattern.
    """
    # Some languages of Google Forms put a narrow no-break space before PM; NFKC makes it plain.
    plain = _TIME_ZONE.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))
    try:
        return dt.datetime.strptime(plain, pattern).date()
    except ValueError:
        raise ExportError(
            f"{where} holds {quoted(text)}, which is not written as '{pattern}'; "
            "correct `dates` for this source in evaluation.yml."
        ) from None


class _Days:
    """Days of moments written by one pattern, each different part of a text read once.

    A blank divides parts, and no field of a pattern goes across one; the parts that say only the time of day, which
    differ most, say nothing of the day.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._parts = pattern.split()
        self._is_time = [set(_FIELD.findall(part)) <= _OF_TIME and "%" in part for part in self._parts]
        # A part that mixes day and time counts as one of the day.
        self._known: dict[tuple[str, ...], dt.date] = {}
        self._times: set[tuple[int, str]] = set()

    def read(self, text: str, where: Callable[[], str]) -> dt.date:
        """Return the day of a text; raises ExportError as `read_date`."""
        parts = text.split()
        if not text.isascii() or len(parts) < 2 or "%%" in self.pattern:
            return read_date(text, self.pattern, where())
        if len(parts) == len(self._parts) + 1 and _ZONE_ALONE.fullmatch(parts[-1]):
            parts.pop()
        if len(parts) != len(self._parts):
            return read_date(text, self.pattern, where())
        times = [(at, part) for at, part in enumerate(parts) if self._is_time[at]]
        day = tuple(part for at, part in enumerate(parts) if not self._is_time[at])
        if day in self._known and self._times.issuperset(times):
            return self._known[day]
        # What is read whole shows that each of its parts can be read.
        found = read_date(text, self.pattern, where())
        self._times.update(times)
        self._known[day] = found
        return found

    def read_column(self, texts: pd.Series[str]) -> list[dt.date] | None:
        """Return the day of each text of a large column, or None where they must be read one by one."""
        if "%%" in self.pattern or len(self._parts) < 2:
            return None
        is_zone = _ZONE_ALONE.fullmatch
        return days_of_column(texts, self._parts, lambda text: bool(is_zone(text)), self._read_or_not)

    def _read_or_not(self, text: str) -> dt.date:
        try:
            return read_date(text, self.pattern, "")
        except ExportError as error:
            raise ValueError from error


def read_moments(grid: Grid, column: int | None, export: Export) -> list[dt.date | None]:
    """Return the day in each cell of a column: a workbook's own date, or text by the source's `dates`.

    Without a column there are no days. Raises ExportError for text when `dates` is not declared: day and month cannot
    be told apart. Where the file is only looked at, a day that cannot be read so is None.
    """
    if column is None:
        return [None] * len(grid.rows)
    if export.only_looking:
        return days_at_sight(cells_of(grid, column))
    days = _Days(export.source.dates) if export.source.dates else None
    if days and isinstance(grid.rows, TextColumns):
        found = days.read_column(grid.rows.columns[column])
        if found is not None:
            return list[dt.date | None](found)
    cells = zip(grid.lines, cells_of(grid, column), strict=True)
    return [_read_moment(cell, grid.headers[column], line, column, export, days) for line, cell in cells]


def is_moment(text: str) -> bool:
    """Return whether a text looks like a day, alone or with a time."""
    return _MOMENT.fullmatch(" ".join(text.split())) is not None


def days_at_sight(cells: Sequence[Cell]) -> list[dt.date | None]:
    """Return the day of each moment as far as all of them together show how they are written, only to be looked at.

    The year first is followed by the month; else a number above 12 shows which is the day, and none shows nothing.
    """
    texts = {cell for cell in cells if isinstance(cell, str)}
    matches = {text: match for text in texts if (match := _MOMENT.fullmatch(" ".join(text.split())))}
    order = _order_of_parts(list(matches.values()))
    found = {text: _day_of([int(match[at]) for at in order]) for text, match in matches.items()} if order else {}
    return [cell.date() if isinstance(cell, dt.datetime) else found.get(cell or "") for cell in cells]


def _order_of_parts(matches: Sequence[re.Match[str]]) -> tuple[int, int, int] | None:
    """Return which parts are year, month and day, or None where they do not show it."""
    if all(len(match[1]) == 4 for match in matches):
        return 1, 2, 3
    if any(len(match[1]) > 2 or len(match[3]) not in (2, 4) for match in matches):
        return None
    first, second = (max(int(match[at]) for match in matches) for at in (1, 2))
    if (first > 12) == (second > 12):
        return None
    return (3, 2, 1) if first > 12 else (3, 1, 2)


def _day_of(parts: list[int]) -> dt.date | None:
    year, month, day = parts
    try:
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def place_of(line: int, column: int, export: Export) -> str:
    """Return how a message names a cell: file and cell of a workbook, file and line of a text."""
    is_workbook = export.content.startswith(b"PK\x03\x04")
    return (
        f"{export.shown}: cell {get_column_letter(column + 1)}{line}" if is_workbook else f"{export.shown}, line {line}"
    )


def _read_moment(cell: Cell, header: str, line: int, column: int, export: Export, days: _Days | None) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if cell is None or not cell.strip():
        raise ExportError(
            f"{place_of(line, column, export)}, the {quoted(header)}, is empty; expected a date and time."
        )
    if days is None:
        raise ExportError(
            f"{place_of(line, column, export)}, the {quoted(header)}, holds the text {quoted(cell)}, and day and month "
            'cannot be told apart; declare how it is written, such as `dates: "%d/%m/%Y %H:%M:%S"`, for this source in '
            "evaluation.yml."
        )
    return days.read(cell, lambda: f"{place_of(line, column, export)}, the {quoted(header)},")
