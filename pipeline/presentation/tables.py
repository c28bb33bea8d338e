"""Tables and figures as a page shows them, each with the CSV that a reader can take away."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from pipeline.disclosure.published import SHOWN

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Html:
    """A piece of a page; a notebook shows it as it will stand in the report."""

    markup: str

    def _repr_html_(self) -> str:
        return self.markup


@dataclass(frozen=True)
class Download:
    """The tidy rows behind a table: a file name and its rows, figures that are not shown replaced by their mark."""

    name: str
    rows: pd.DataFrame

    def content(self) -> bytes:
        """Return the CSV as bytes: UTF-8 with a mark that spreadsheets need, cells that look like formulas quoted."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(self.rows.columns)
        writer.writerows([[_safe_cell(value) for value in row] for row in self.rows.itertuples(index=False, name=None)])
        return buffer.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Table:
    """A table for people: the first cell of a row is its header."""

    id: str
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    download: Download | None = None

    def html(self) -> Markup:
        return Markup(render("table.html.j2", table=self))


@dataclass(frozen=True)
class Figure:
    """A chart with its message, its measure, its text alternative, and the table that says the same."""

    id: str
    message: str
    subtitle: str
    alt: str
    svg: bytes
    table: Table

    def image(self) -> str:
        """Return the picture as a data address, which needs no second file and keeps the page's policy strict."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode("ascii")

    def html(self) -> Markup:
        return Markup(render("figure.html.j2", figure=self, image=self.image()))


def tidy_rows(table: pd.DataFrame, *, figures: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return published rows for a CSV: ids replaced by names, figures that are not shown by their mark."""
    tidy = table.copy()
    for column in figures:
        shown = tidy[column].astype("object")
        tidy[column] = shown.where(tidy["status"] == SHOWN, tidy["status"])
    for column in tidy.columns.intersection(list(names)):
        tidy[column] = tidy[column].map(names[column])
    return tidy.drop(columns=["status", "note"], errors="ignore")


def render(template: str, **context: Any) -> str:
    """Return one of our templates filled in; everything that is not Markup is escaped."""
    return templates().get_template(template).render(**context)


@cache
def templates() -> jinja2.Environment:
    """Return the environment of our templates: escaping always on, an undefined name is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline.presentation", "template"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _safe_cell(value: Any) -> Any:
    # A spreadsheet would run a cell that starts like a formula; numbers, negative ones too, are ours.
    if isinstance(value, str) and value.startswith(_FORMULA_START):
        return "'" + value
    return "" if value is None or value is pd.NA else value
