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

from pipeline.disclosure.published import NOT_TOLD, SHOWN, SUPPRESSED
from pipeline.disclosure.safe_cells import quoted_cell

PIECE = "application/vnd.evaluation.piece+html"


@dataclass(frozen=True)
class Html:
    """A piece of a page; a notebook shows it as it will stand in the report.

    It carries a media type of its own: pages are made of that alone, so that a data frame looked at in a report's
    notebook cannot be published by accident.
    """

    markup: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.markup, PIECE: self.markup}


@dataclass(frozen=True)
class Download:
    """The tidy rows behind a table: a file name and its rows, figures that are not shown replaced by their mark."""

    name: str
    rows: pd.DataFrame

    def content(self) -> bytes:
        """Return the CSV as bytes: UTF-8 with a mark that spreadsheets need, cells that look like formulas quoted."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow([_safe_cell(name) for name in self.rows.columns])
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
class Picture:
    """A picture with its message, its measure and its text alternative; a list or a table below says the same."""

    id: str
    message: str
    subtitle: str
    alt: str
    svg: bytes

    def image(self) -> str:
        """Return the picture as a data address, which needs no second file and keeps the page's policy strict."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode("ascii")

    def html(self) -> Markup:
        return Markup(render("figure.html.j2", figure=self, image=self.image()))


@dataclass(frozen=True)
class Figure(Picture):
    """A picture with the table that says the same."""

    table: Table

    def html(self) -> Markup:
        return Markup("{}\n{}").format(super().html(), self.table.html())


def tidy_rows(table: pd.DataFrame, *, figures: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return published rows for a CSV: ids replaced by names, figures that are not shown by their mark.

    Where something stands in a figure's place the base beside it stays.
    """
    tidy = table.copy()
    for column in figures:
        shown = [
            _plain_number(value) if status == SHOWN or (status not in NOT_TOLD and pd.notna(value)) else status
            for value, status in zip(table[column], table["status"], strict=True)
        ]
        tidy[column] = pd.Series(shown, index=table.index, dtype=object)
    for column in tidy.columns.intersection(list(names)):
        tidy[column] = tidy[column].map(names[column])
    return tidy.drop(columns=["status", "note"], errors="ignore")


def with_bins_apart(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose bins of people ('7–12', '7–12 of 13–18') stand in their own columns, estimate and base.

    An interval is not shown beside bins, nor its method, nor the base of a single answer.
    """
    parts = [str(status).split(" of ") for status in table["status"]]
    people = [part[0] for part in parts]
    if "estimate" not in table:
        return table.assign(base_n=people)
    answered = [part[1] if len(part) > 1 else SUPPRESSED for part in parts]
    interval = dict.fromkeys(table.columns.intersection(["conf_low", "conf_high"]), SUPPRESSED)
    # Where a method were left out for few people alone, it would tell where in its bin their number lies.
    method = dict.fromkeys(table.columns.intersection(["method"]), "")
    return table.assign(estimate=people, base_n=answered, **interval, **method)


def _plain_number(value: Any) -> Any:
    """Return a whole number as one: a column with a hidden figure would write 13 as 13.0."""
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() else value


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
    if isinstance(value, str):
        return quoted_cell(value)
    return "" if pd.isna(value) else value
