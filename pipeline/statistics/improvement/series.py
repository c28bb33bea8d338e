"""A measure over time as a run chart or an XmR chart takes it, and what such a chart says of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = NDArray[np.float64]
# +1 or -1 where a rule marks a point, by the way it points (high or rising, low or falling); 0 elsewhere.
Marks = NDArray[np.int64]
# How a point looks that no rule marks.
QUIET = "common cause"


@dataclass(frozen=True)
class SeriesChart:
    """A series with its lines and the rules that mark its points.

    `points`: `date, value, centre, lower, upper, moving_range, range_upper, rules`, the earliest first; lines a chart
    does not have are missing, `rules` is a tuple of the names of the rules that mark the point. `marks`: the same by
    rule, `date` and one column of +1, 0, -1 a rule. `signals`: the rules that speak of the chart as a whole.
    `note`: why no line is drawn and no rule applied, or nothing.
    """

    points: pd.DataFrame
    marks: pd.DataFrame
    signals: tuple[str, ...]
    note: str


def order_series(series: pd.DataFrame) -> pd.DataFrame:
    """Return a series, `date, value`, the earliest first.

    Raises ValueError for a missing date or value, and for a date that stands there twice: both would change what
    follows on what.
    """
    if series[["date", "value"]].isna().any(axis=None):
        raise ValueError("a series needs a date and a value in every row")
    ordered = series[["date", "value"]].sort_values("date", ignore_index=True)
    if ordered["date"].duplicated().any():
        twice = ordered.loc[ordered["date"].duplicated(), "date"].iloc[0]
        raise ValueError(f"the date {twice:%Y-%m-%d} stands in two rows; one value a date is expected")
    return ordered.assign(value=ordered["value"].astype("float64"))


def side_of(values: Values, line: float) -> Marks:
    """Return +1 for values above a line, -1 below, 0 on it: nearer than the last digits of a sum can tell apart."""
    apart = values - line
    near = np.abs(apart) <= 1e-9 * max(float(np.abs(values).max(initial=0)), abs(line))
    return np.where(near, 0, np.sign(apart)).astype("int64")


def run_lengths(signs: Marks) -> list[tuple[int, int, int]]:
    """Return the runs of equal signs as (start, stop, sign), stop not included."""
    if not len(signs):
        return []
    starts = np.flatnonzero(np.diff(signs, prepend=signs[0] - 1))
    stops = np.append(starts[1:], len(signs))
    return [(int(start), int(stop), int(signs[start])) for start, stop in zip(starts, stops, strict=True)]


def mark_long_runs(signs: Marks, least: int) -> Marks:
    """Return the signs of the points in runs of at least `least` equal signs other than 0, and 0 elsewhere."""
    marks = np.zeros(len(signs), dtype="int64")
    for start, stop, sign in run_lengths(signs):
        if sign and stop - start >= least:
            marks[start:stop] = sign
    return marks


def mark_trends(values: Values, least: int) -> Marks:
    """Return +1 for points of at least `least` points that each rise, -1 for such that fall, 0 elsewhere.

    Of equal neighbours the first alone counts and is marked: a repeated value neither adds to a trend nor ends it.
    """
    counted = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    marks = np.zeros(len(values), dtype="int64")
    for start, stop, sign in run_lengths(np.sign(np.diff(values[counted])).astype("int64")):
        if stop - start + 1 >= least:
            marks[counted[start : stop + 1]] = sign
    return marks


def chart_points(ordered: pd.DataFrame, lines: dict[str, Values], marks: dict[str, Marks]) -> pd.DataFrame:
    """Return the points of a chart; `lines` it does not have are missing."""
    columns = {name: lines.get(name, np.nan) for name in ("centre", "lower", "upper", "moving_range", "range_upper")}
    rules = [tuple(rule for rule, marked in marks.items() if marked[number]) for number in range(len(ordered))]
    return ordered.assign(**columns, rules=pd.Series(rules, index=ordered.index, dtype=object))
