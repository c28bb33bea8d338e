"""What every export reader gives: the submissions of one file, text exactly as exported, nothing personal in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.exports.grid import Cell, Grid
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

OWN_COLUMNS = ("line", "submitted_on")

# What a form may gather about the person or the machine beside the questions; never kept.
PERSONAL_COLUMNS = frozenset(
    {
        "email",
        "e-mail",
        "email address",
        "e-mail address",
        "username",
        "name",
        "full name",
        "first name",
        "last name",
        "ip",
        "ip address",
        "ipaddress",
        "coordinates",
        "latitude",
        "longitude",
        "location latitude",
        "location longitude",
        "locationlatitude",
        "locationlongitude",
        "device",
        "device id",
        "user agent",
    }
)


@dataclass(frozen=True)
class RawAnswers:
    """The submissions of one export file.

    `table` has one row a submission: `line` (in the file or sheet; the header is 1), `submitted_on` (a date or None),
    then one text column a question, named as exported; a cell is missing only where the export's cell is empty.
    `headers` are all headers of the file; `dropped` counts the non-blank cells of each personal column dropped.
    """

    file: str
    table: pd.DataFrame
    headers: tuple[str, ...]
    dropped: Mapping[str, int]
    option_separator: str


def raw_answers_schema(questions: Sequence[str]) -> pa.DataFrameSchema:
    """Return the schema of a raw table whose question columns are `questions`."""
    is_date = pa.Check(lambda day: isinstance(day, dt.date) and not isinstance(day, dt.datetime), element_wise=True)
    return pa.DataFrameSchema(
        {
            "line": pa.Column("int64", pa.Check.gt(1), unique=True),
            "submitted_on": pa.Column(object, is_date, nullable=True),
            **{question: pa.Column("str", nullable=True) for question in questions},
        },
        strict=True,
        ordered=True,
        coerce=False,
    )


def build_raw_answers(
    grid: Grid, *, file: str, submitted_on: Sequence[dt.date | None], system: frozenset[str], option_separator: str
) -> RawAnswers:
    """Return the grid's questions as one checked table, without personal columns and the platform's own.

    `system` holds the normal forms of the platform's own headers. Raises ExportError for a question headed like one
    of the table's own columns.
    """
    columns: dict[str, pd.Series[str]] = {}
    dropped: dict[str, int] = {}
    for position, header in enumerate(grid.headers):
        form = normal_form(header)
        if form in PERSONAL_COLUMNS:
            dropped[header] = sum(1 for row in grid.rows if not _is_blank(row[position]))
        elif header in OWN_COLUMNS:
            raise ExportError(f"{file}: a question is headed '{header}', a word kept for the table itself; reword it.")
        elif form not in system:
            columns[header] = pd.Series([cell_text(row[position]) for row in grid.rows], dtype="str")
    table = pd.DataFrame(
        {
            "line": pd.Series(grid.lines, dtype="int64"),
            "submitted_on": pd.Series(list[Any](submitted_on), dtype=object),
            **columns,
        }
    )
    checked = raw_answers_schema(list(columns)).validate(table)
    return RawAnswers(file, checked, grid.headers, dropped, option_separator)


def cell_text(cell: Cell) -> str | None:
    """Return a cell as text: a moment in ISO 8601, without its time when that is midnight."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(timespec="seconds")
    return cell


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not normal_form(cell))
