"""What every export reader gives: the submissions of one file, text exactly as exported, nothing personal in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.exports.grid import Cell, Grid, TextColumns, quoted
from pipeline.ground.errors import ExportError
from pipeline.ground.tables import check_table
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source

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
        "email_address",
        "first_name",
        "last_name",
        "ip_address",
        "custom data 1",
        "custom_1",
        "recipientlastname",
        "recipientfirstname",
        "recipientemail",
        "externalreference",
        "externaldatareference",
        "nom",
        "adresse de messagerie",
        "nombre",
        "correo electrónico",
        "nome",
        "posta elettronica",
        "naam",
        "e-mail-adresse",
        "nutzername",
        "adresse e-mail",
        "nom d'utilisateur",
        "dirección de correo electrónico",
        "nombre de usuario",
        "endereço de e-mail",
        "nome de usuário",
        "indirizzo email",
        "nome utente",
        "e-mailadres",
        "gebruikersnaam",
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


# Why a platform itself says that a submission is none, in the order in which one is set aside.
NOT_COUNTED = ("preview", "spam", "unfinished")


@dataclass(frozen=True)
class RawAnswers:
    """The submissions of one export file.

    `table` has one row a submission: `line` (in the file or sheet; the header is 1), `submitted_on` (a date or None),
    then one text column a question; a cell is missing only where the export's cell is empty or declared to stand for no
    answer. `texts` gives each question's text as asked by its column's name: the two differ where a platform exports
    short names. `headers` are all headers of the file. `dropped` counts the non-blank cells of each personal column
    dropped, `declared_missing` the cells taken as no answer by what they mean, `ignored` names the columns left out;
    `ignores_others` says that columns which evaluation.yml does not name may be left out too. `not_counted` gives, by
    line, the one of NOT_COUNTED by which the platform itself says that a row is no submission.
    """

    file: str
    table: pd.DataFrame
    texts: Mapping[str, str]
    headers: tuple[str, ...]
    dropped: Mapping[str, int]
    declared_missing: Mapping[str, int]
    ignored: tuple[str, ...]
    ignores_others: bool
    option_separator: str
    not_counted: Mapping[int, str] = field(default_factory=dict)


def raw_answers_schema(questions: Sequence[str]) -> pa.DataFrameSchema:
    """Return the schema of a raw table whose question columns are `questions`."""
    # Each different day once: a large file has a million of few.
    is_date = pa.Check(lambda days: all(type(day) is dt.date for day in days.unique()), name="days without a time")
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
    grid: Grid,
    source: Source,
    *,
    file: str,
    submitted_on: Sequence[dt.date | None],
    system: frozenset[str],
    option_separator: str,
    texts: Mapping[str, str] | None = None,
    not_counted: Mapping[int, str] | None = None,
) -> RawAnswers:
    """Return the grid's questions as one checked table, without personal columns and the platform's own.

    `system` holds the normal forms of the platform's own headers, `texts` each question's text by its header where the
    header is a short name. What the source declares (columns renamed, ignored, cells that mean no answer) is applied
    here, for every platform alike. Raises ExportError for a question headed like one of the table's own columns.
    """
    columns: dict[str, pd.Series[str]] = {}
    asked: dict[str, str] = {}
    dropped: dict[str, int] = {}
    declared_missing: Counter[str] = Counter()
    ignore = {normal_form(name) for name in source.ignore}
    for position, header in enumerate(grid.headers):
        form = normal_form(header)
        if form in PERSONAL_COLUMNS:
            dropped[header] = sum(not _is_blank(cell) for cell in _texts(grid, position).dropna())
        elif form in system or form in ignore:
            continue
        else:
            name = source.columns.get(header.strip(), header)
            if name in OWN_COLUMNS or name in columns:
                why = "a word kept for the table itself" if name in OWN_COLUMNS else "as another column is"
                raise ExportError(f"{file}: a question is called {quoted(name)}, {why}; rename it under `columns`.")
            columns[name] = _without_missing(_texts(grid, position), source, declared_missing)
            asked[name] = (texts or {}).get(header, header)
    table = pd.DataFrame(
        {
            "line": pd.Series(grid.lines, dtype="int64"),
            "submitted_on": pd.Series(list[Any](submitted_on), dtype=object),
            **columns,
        },
        copy=False,
    )
    ignored = tuple(header for header in grid.headers if normal_form(header) in ignore)
    return RawAnswers(
        file=file,
        table=check_table(raw_answers_schema(list(columns)), table),
        texts=asked,
        headers=grid.headers,
        dropped=dropped,
        declared_missing=dict(declared_missing),
        ignored=ignored,
        ignores_others=source.other_columns == "ignore",
        option_separator=source.option_separator or option_separator,
        not_counted=dict(not_counted or {}),
    )


def cell_text(cell: Cell) -> str | None:
    """Return a cell as text: a moment in ISO 8601, without its time when that is midnight."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(timespec="seconds")
    return cell


def _texts(grid: Grid, position: int) -> pd.Series[str]:
    if isinstance(grid.rows, TextColumns):
        return grid.rows.columns[position]
    return pd.Series([cell_text(row[position]) for row in grid.rows], dtype="str")


def _without_missing(cells: pd.Series[str], source: Source, declared_missing: Counter[str]) -> pd.Series[str]:
    """Return the cells without those that the source declares to stand for no answer, and count these."""
    if not source.missing:
        return cells
    means_none = cells.isin(list(source.missing))
    declared_missing.update(cells[means_none].map(source.missing))
    return cells.mask(means_none)


def _is_blank(cell: str) -> bool:
    return not normal_form(cell)
