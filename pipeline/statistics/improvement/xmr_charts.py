"""XmR charts (individual values, moving ranges) with the rules of NHS England's Making Data Count, each one function.

Sources: Wheeler 2000, Understanding Variation (2.66 and 3.27); Making Data Count, with the two-of-three rule as changed
in late 2023 (a point beyond the limits counts too); NHSRplotthedots for screened ranges. A point on a limit is within.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.statistics.improvement.series import (
    Marks,
    SeriesChart,
    Values,
    chart_points,
    mark_long_runs,
    mark_trends,
    order_series,
    side_of,
)

# As in Making Data Count's own tool, which shows limits from there on.
FEWEST_POINTS = 13
OUTSIDE, ONE_SIDE, TREND, TWO_OF_THREE = "outside limits", "seven on one side", "trend of seven", "two of three"
# 3 / d2 and D4 for ranges of two values: three standard errors, as 2.66 is printed, and the ranges' upper limit.
_LIMIT, _RANGE_LIMIT = 2.66, 3.267

Improvement = Literal["high", "low", "neither"]
Variation = Literal[
    "common cause", "improvement high", "improvement low", "concern high", "concern low", "neither high", "neither low",
]  # fmt: skip
Assurance = Literal["consistently meets", "consistently misses", "hit or miss"]


@dataclass(frozen=True)
class XmrLimits:
    """The lines of one stretch of a series: mean, natural process limits, mean range and the ranges' upper limit."""

    centre: float
    lower: float
    upper: float
    mean_range: float
    range_upper: float


def draw_up_xmr_chart(
    series: pd.DataFrame, *, rebased_on: Sequence[dt.date] = (), screened: bool = False
) -> SeriesChart:
    """Return a series, `date, value`, between its natural process limits, with the rules that speak.

    `rebased_on`: dates from which limits are drawn anew, because people know what changed; never found by the data.
    `screened`: leave large moving ranges out of their mean once (`xmr_limits`). No rule reaches over a rebasing. A
    stretch of fewer than FEWEST_POINTS points has no limits and no rules, and `note` says so.
    Raises ValueError as `order_series` does, and for a rebasing outside the series.
    """
    ordered = order_series(series)
    values, starts = ordered["value"].to_numpy("float64"), _starts(ordered["date"], rebased_on)
    stretches = list(zip(starts, [*starts[1:], len(values)], strict=True))
    lines = {name: np.full(len(values), np.nan) for name in ("centre", "lower", "upper", "moving_range", "range_upper")}
    marks = {rule: np.zeros(len(values), dtype="int64") for rule in _RULES}
    short = []
    for start, stop in stretches:
        part = slice(start, stop)
        if stop - start < FEWEST_POINTS:
            short.append(stop - start)
            continue
        limits = xmr_limits(values[part], screened=screened)
        for name in ("centre", "lower", "upper", "range_upper"):
            lines[name][part] = getattr(limits, name)
        lines["moving_range"][part] = np.abs(np.diff(values[part], prepend=np.nan))
        for rule, mark in _RULES.items():
            marks[rule][part] = mark(values[part], limits)
    points = chart_points(ordered, lines, marks)
    signals = tuple(rule for rule, marked in marks.items() if marked.any())
    return SeriesChart(points, ordered[["date"]].assign(**marks), signals, _note(short, len(stretches)))


def xmr_limits(values: Values, *, screened: bool = False) -> XmrLimits:
    """Return mean, mean -+ 2.66 mean moving ranges, that mean range and 3.267 times it, for two values or more.

    `screened`: moving ranges of at least 3.267 times their mean are left out of it, once; Making Data Count's own tool
    does not do so, NHSRplotthedots does unless told otherwise.
    """
    ranges = np.abs(np.diff(values))
    mean_range = float(ranges.mean())
    if screened and mean_range:
        mean_range = float(ranges[ranges < _RANGE_LIMIT * mean_range].mean())
    centre, reach = float(values.mean()), _LIMIT * mean_range
    return XmrLimits(centre, centre - reach, centre + reach, mean_range, _RANGE_LIMIT * mean_range)


def mark_outside(values: Values, limits: XmrLimits) -> Marks:
    """Mark points above the upper (+1) or below the lower limit (-1)."""
    above, below = side_of(values, limits.upper) > 0, side_of(values, limits.lower) < 0
    return above.astype("int64") - below.astype("int64")


def mark_one_side(values: Values, limits: XmrLimits) -> Marks:
    """Mark runs of seven or more points all above (+1) or all below (-1) the mean; a point on it ends a run."""
    return mark_long_runs(side_of(values, limits.centre), 7)


def mark_trend(values: Values, limits: XmrLimits) -> Marks:
    """Mark seven or more points that each rise (+1) or fall (-1); a repeated value neither adds nor ends."""
    return mark_trends(values, 7)


def mark_two_of_three(values: Values, limits: XmrLimits) -> Marks:
    """Mark points beyond two thirds of the way to a limit, where three in a row on that side hold two such points.

    Points beyond the limit count among the two; the third is marked only if it lies beyond the two thirds itself.
    """
    side = side_of(values, limits.centre)
    third = (limits.upper - limits.centre) / 3
    far = (side_of(values, limits.upper - third) > 0) | (side_of(values, limits.lower + third) < 0)
    marks = np.zeros(len(values), dtype="int64")
    for start in range(len(values) - 2):
        three = slice(start, start + 3)
        if abs(side[three].sum()) == 3 and far[three].sum() >= 2:
            marks[three] = np.where(far[three], side[three], marks[three])
    return marks


_RULES = {
    OUTSIDE: mark_outside,
    ONE_SIDE: mark_one_side,
    TREND: mark_trend,
    TWO_OF_THREE: mark_two_of_three,
}


def variation_by_point(chart: SeriesChart, improvement: Improvement) -> list[Variation | None]:
    """Return what each point says, seen from the way that is better; None where no rule was applied.

    Where rules disagree about a point, improvement is told, as in Making Data Count's tool. The last entry is what its
    icon of variation shows.
    """
    ways = chart.marks.drop(columns="date").to_numpy("int64")
    has_lines = chart.points["centre"].notna()
    return [
        _variation(set(row[row != 0].tolist()), improvement) if has_line else None
        for row, has_line in zip(ways, has_lines, strict=True)
    ]


def _variation(ways: set[int], improvement: Improvement) -> Variation:
    if not ways:
        return "common cause"
    better = {"high": 1, "low": -1, "neither": 0}[improvement]
    way = better if better in ways else max(ways)
    meaning = "neither" if not better else "improvement" if way == better else "concern"
    return _VARIATIONS[(meaning, way)]


_VARIATIONS: dict[tuple[str, int], Variation] = {
    ("improvement", 1): "improvement high",
    ("improvement", -1): "improvement low",
    ("concern", 1): "concern high",
    ("concern", -1): "concern low",
    ("neither", 1): "neither high",
    ("neither", -1): "neither low",
}


def assure(chart: SeriesChart, target: float, improvement: Improvement) -> Assurance | None:
    """Return whether the latest limits lie wholly on the better or the worse side of a target, or about it.

    None where there are no limits or neither way is better. A limit on the target lies on neither side.
    """
    lower, upper = chart.points[["lower", "upper"]].iloc[-1] if len(chart.points) else (np.nan, np.nan)
    if improvement == "neither" or np.isnan(lower):
        return None
    above, below = bool(lower > target), bool(upper < target)
    if not above and not below:
        return "hit or miss"
    return "consistently meets" if above == (improvement == "high") else "consistently misses"


def _starts(dates: pd.Series, rebased_on: Sequence[dt.date]) -> list[int]:
    starts = {0}
    for date in rebased_on:
        start = int((dates < pd.Timestamp(date)).sum()) if len(dates) else 0
        if not 0 < start < len(dates):
            raise ValueError(f"limits cannot be drawn anew on {date:%Y-%m-%d}: no points lie on both sides of it")
        starts.add(start)
    return sorted(starts)


def _note(short: list[int], stretches: int) -> str:
    if not short:
        return ""
    least = f"limits mean little before {FEWEST_POINTS}"
    if stretches == 1:
        return f"There {'is 1 point' if short == [1] else f'are {short[0]} points'}; {least}."
    numbers = ", ".join(map(str, short))
    return f"Of {stretches} stretches {len(short)} with too few points for limits ({numbers}); {least}."
