"""Cells of tables and rows of charts, made from the same published row so that they cannot differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from pipeline.disclosure.published import NOT_AVAILABLE, NOT_TOLD, OVER, SHOWN, UNDER
from pipeline.presentation.chart_rows import ChartRow, Span
from pipeline.presentation.measures import Measure, Row, mark_of, share_words
from pipeline.presentation.narrative import change_words
from pipeline.presentation.wording import count, percent

_IN_BRACKETS = re.compile(r"\([^()]*\)")


def span(row: Row | None) -> Span | None:
    """Return a figure with its interval for a chart, or None when it is not shown."""
    if row is None or mark_of(row) != SHOWN:
        return None
    return Span(int(row["estimate"]), int(row["conf_low"]), int(row["conf_high"]))


def chart_row(measure: Measure, spans: Sequence[Span | None], words: str) -> ChartRow:
    """Return a chart's row for a measure; the leading measures stand out."""
    return ChartRow(
        label=measure.item.short_name,
        spans=tuple(spans),
        words=words,
        emphasised=measure.item.lead,
        joined=measure.is_compared,
    )


def span_words(measure: Measure) -> str:
    """Return the shares of the waves in short: 31% → 52%, or 31%; 52% where they are not compared."""
    return (" → " if measure.is_compared else "; ").join(share_words(share) for share in measure.shares)


def unbroken(words: str) -> str:
    """Return words for a narrow cell with what stands in brackets kept on one line."""
    return _IN_BRACKETS.sub(lambda found: found[0].replace(" ", "\u00a0"), words)


def share_cell(row: Row) -> str:
    """Return a share for a table: 31% (19% to 46%), 45 answering."""
    mark = mark_of(row)
    if mark in (UNDER, OVER) and pd.notna(row["base_n"]):
        return f"{mark}, {count(row['base_n'])} answering"
    if mark != SHOWN:
        return mark
    interval = f"{percent(row['conf_low'])} to {percent(row['conf_high'])}"
    return unbroken(f"{percent(row['estimate'])} ({interval}), {count(row['base_n'])} answering")


def change_cell(row: Row | None) -> str:
    """Return a change for a narrow cell of a table."""
    return unbroken(change_words(row))


def people_cell(row: Row | None) -> str:
    """Return the people who answered in each wave of a change: 45, then 56."""
    if row is None:
        return NOT_AVAILABLE
    if row["status"] != SHOWN:
        return str(row["status"])
    return f"{count(row['base_n_baseline'])}, then {count(row['base_n_comparison'])}"


def count_cell(row: Row) -> str:
    """Return a count of people for a table: 12, 7–12, or its mark."""
    return count(row["base_n"]) if row["status"] == SHOWN else str(row["status"])


def standardised_cell(measure: Measure) -> str:
    """Return the shares that a change belongs to: 31%, then 52%, or their mark, which both have."""
    marks = {str(share["status"]) for share in measure.standardised} or {NOT_AVAILABLE}
    if marks & NOT_TOLD:
        return max(marks & NOT_TOLD)
    return ", then ".join(share_words(share) for share in measure.standardised)


def ratio_cell(row: Row | None) -> str:
    """Return an odds ratio with its interval, or its mark."""
    return figures_cell(row, lambda value: f"{value:g}")


def figures_cell(row: Row | None, written: Callable[[Any], str]) -> str:
    """Return a figure with its interval, each number written as asked, or its mark."""
    if row is None or mark_of(row) != SHOWN:
        return mark_of(row)
    return unbroken(f"{written(row['estimate'])} ({written(row['conf_low'])} to {written(row['conf_high'])})")
