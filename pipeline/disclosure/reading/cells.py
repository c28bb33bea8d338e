"""What a cell of a table, or the words at the end of a chart's row, must say of a row of the files."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.book import Row, mark_of


def change(row: Row | None) -> str:
    """Return +12 (+2 to +21), or the mark."""
    return figures(row, values.signed)


def figures(row: Row | None, written: Callable[[str], str], ends: str = "estimate conf_low conf_high") -> str:
    """Return a figure with its interval, or the mark; the figure alone where its interval is not told."""
    estimate, low, high = ends.split()
    if row is None or mark_of(row, estimate):
        return mark_of(row, estimate)
    if row[low] in ("", row[estimate]) and not row[estimate].removeprefix("-").isdecimal():
        return written(row[estimate])
    return f"{written(row[estimate])} ({written(row[low])} to {written(row[high])})"


def people(row: Row | None) -> str:
    """Return 45, then 56, or the mark."""
    if row is None or mark_of(row, "base_n_baseline"):
        return mark_of(row, "base_n_baseline")
    return f"{row['base_n_baseline']}, then {row['base_n_comparison']}"


def counted(row: Row) -> str:
    """Return a share as it was counted: 31%, or 13–18 of 55–60."""
    if values.bin_bounds(row["estimate"]):
        return f"{row['estimate']} of {row['base_n']}"
    return values.percent(row["estimate"])


def share(row: Row | None) -> str:
    """Return 31% (19% to 46%), 45 answering, or the mark."""
    told = figures(row, values.percent)
    if row is not None and values.bin_bounds(row["estimate"]):
        return counted(row)
    return told if row is None or mark_of(row) else f"{told}, {row['base_n']} answering"


def shares(rows: list[Row | None]) -> str:
    """Return 31%, then 52%, or the mark, which both have."""
    marks = {mark_of(row) for row in rows}
    if marks != {""}:
        return max(marks) or values.NOT_AVAILABLE
    return ", then ".join(values.percent(row["estimate"]) for row in rows if row is not None)


def count(text: str) -> str:
    """Return a count of people with its thousands, or the mark."""
    return values.thousands(text)


def share_of(part: str, whole: str) -> str:
    """Return a count as a share of another, hidden where either is not shown as it is."""
    if not (part.isdecimal() and whole.isdecimal()):
        return values.HIDDEN
    return f"{round(100 * int(part) / int(whole))}%"
