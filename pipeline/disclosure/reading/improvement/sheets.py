"""The kinds of CSV file on the improvement work: what each column may hold, and how a page's table shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.values import Kind
from pipeline.disclosure.reading.words import day

# `text` was written by hand and stands in a register or in evaluation.yml; a set names all that may stand there.
Holds = Kind | Literal["text", "area", "sector", "day"] | frozenset[str]
Row = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """One column: what it holds, its header in a page's table ('' where it stands in the file alone).

    `statistic`: which figure of `facts` it is, by which the policy is asked; `of_people`: an exact number in it must
    reach the minimum base, and is a bin where the policy shows bins alone.
    """

    name: str
    holds: Holds
    header: str = ""
    statistic: str = ""
    of_people: bool = False
    blank: bool = False


@dataclass(frozen=True)
class RegisterSheet:
    """A kind of file, and its columns in order; those that end every file of ours come by themselves."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (*(column.name for column in self.columns), "data", "release")

    def header(self) -> list[str]:
        """Return the header of a page's table."""
        return [column.header for column in self.columns if column.header]

    def cells(self, row: Row) -> list[str]:
        """Return a row of a page's table."""
        return [shown(column, row[column.name]) for column in self.columns if column.header]


def shown(column: Column, cell: str) -> str:
    """Return a cell as a page shows it: 31%, 1,200, 7 February 2023."""
    if isinstance(column.holds, Kind):
        return values.percent(cell) if column.holds.name == values.PERCENT.name else values.thousands(cell)
    return day(dt.date.fromisoformat(cell)) if column.holds == "day" and cell else cell
