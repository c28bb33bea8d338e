"""Cells of tables and rows of charts, made from the same published row so that they cannot differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN
from pipeline.presentation.charts import ChartRow, Span
from pipeline.presentation.measures import Measure, Row
from pipeline.presentation.wording import percent, signed

_IN_BRACKETS = re.compile(r"\([^()]*\)")


def span(row: Row | None) -> Span | None:
    """Return a figure with its interval for a chart, or None when it is not shown."""
    if row is None or row["status"] != SHOWN:
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


def change_words(row: Row | None) -> str:
    """Return a published change in short: +12 (+2 to +21), or its mark."""
    if row is None:
        return NOT_AVAILABLE
    if row["status"] != SHOWN:
        return str(row["status"])
    return f"{signed(row['estimate'])} ({signed(row['conf_low'])} to {signed(row['conf_high'])})"


def span_words(measure: Measure) -> str:
    """Return the shares of the waves in short: 31% → 52%, or 31%; 52% where they are not compared."""
    return (" → " if measure.is_compared else "; ").join(
        percent(share["estimate"]) if share["status"] == SHOWN else str(share["status"]) for share in measure.shares
    )


def unbroken(words: str) -> str:
    """Return words for a narrow cell with what stands in brackets kept on one line."""
    return _IN_BRACKETS.sub(lambda found: found[0].replace(" ", "\u00a0"), words)


def share_cell(row: Row) -> str:
    """Return a share for a table: 31% (19% to 46%), 45 answering."""
    if row["status"] != SHOWN:
        return str(row["status"])
    interval = f"{percent(row['conf_low'])} to {percent(row['conf_high'])}"
    return unbroken(f"{percent(row['estimate'])} ({interval}), {int(row['base_n'])} answering")


def change_cells(row: Row | None, *, signed_points: bool = True) -> list[str]:
    """Return the cells of a change: people answering in each wave, then the change with its interval."""
    if row is None:
        return [NOT_AVAILABLE] * 3
    bases = [row["base_n_baseline"], row["base_n_comparison"]]
    if row["status"] != SHOWN:
        return [str(row["status"])] * 3
    figure = (
        change_words(row) if signed_points else f"{row['estimate']:g} ({row['conf_low']:g} to {row['conf_high']:g})"
    )
    return [*(str(int(base)) for base in bases), unbroken(figure)]
