"""Run charts about a median: the rules of improvement practice and Anhoej's, each one function.

Points on the median belong to no side; the others are called useful. A point that everybody would call wholly unlike
the rest ('astronomical') is left to people: no rule of ours marks it.
Sources: Perla, Provost & Murray 2011, BMJ Qual Saf 20:46 (shift, trend, runs); Swed & Eisenhart 1943, Ann Math Stat
14:66 (how many runs); Anhoej & Olesen 2014, PLoS ONE 9:e113825, and qicharts2 (longest run, crossings).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import bdtr

from pipeline.statistics.improvement.series import (
    Marks,
    SeriesChart,
    Values,
    chart_points,
    mark_long_runs,
    mark_trends,
    order_series,
    run_lengths,
    side_of,
)

FEWEST_USEFUL = 10
SHIFT, TREND, TOO_FEW_RUNS, TOO_MANY_RUNS = "shift", "trend", "too few runs", "too many runs"
LONG_RUN, FEW_CROSSINGS = "unusually long run", "unusually few crossings"
_TAIL = 0.025


def draw_up_run_chart(series: pd.DataFrame) -> SeriesChart:
    """Return a series, `date, value`, about its median, with the rules that speak.

    The rules 'shift' and 'trend' mark points, all six rules may stand in `signals`. With fewer than FEWEST_USEFUL
    points off the median there is no centre and no rule, and `note` says so: tables of runs begin there.
    Raises ValueError as `order_series` does.
    """
    ordered = order_series(series)
    values = ordered["value"].to_numpy("float64")
    centre = float(np.median(values)) if len(values) else math.nan
    useful = int(np.count_nonzero(side_of(values, centre)))
    if useful < FEWEST_USEFUL:
        return SeriesChart(chart_points(ordered, {}, {}), ordered[["date"]], (), _too_few(len(values), useful))
    marks = {SHIFT: mark_shift(values, centre), TREND: mark_trend(values)}
    whole = {
        TOO_FEW_RUNS: has_too_few_runs(values, centre),
        TOO_MANY_RUNS: has_too_many_runs(values, centre),
        LONG_RUN: has_long_run(values, centre),
        FEW_CROSSINGS: has_few_crossings(values, centre),
    }
    signals = [rule for rule, marked in marks.items() if marked.any()] + [
        rule for rule, speaks in whole.items() if speaks
    ]
    points = chart_points(ordered, {"centre": np.full(len(values), centre)}, marks)
    return SeriesChart(points, ordered[["date"]].assign(**marks), tuple(signals), "")


def mark_shift(values: Values, centre: float) -> Marks:
    """Mark runs of six or more points all above (+1) or all below (-1) the centre; points on it are passed over."""
    sides = side_of(values, centre)
    marks = np.zeros(len(values), dtype="int64")
    marks[sides != 0] = mark_long_runs(sides[sides != 0], 6)
    return marks


def mark_trend(values: Values) -> Marks:
    """Mark five or more points that each rise (+1) or fall (-1); of equal neighbours the first alone counts."""
    return mark_trends(values, 5)


def has_too_few_runs(values: Values, centre: float) -> bool:
    """Return whether there are fewer runs about the centre than chance would leave in 2.5 per cent of series."""
    runs, fewest, _ = _runs_and_limits(values, centre)
    return runs < fewest


def has_too_many_runs(values: Values, centre: float) -> bool:
    """Return whether there are more runs about the centre than chance would leave in 2.5 per cent of series."""
    runs, _, most = _runs_and_limits(values, centre)
    return runs > most


def has_long_run(values: Values, centre: float) -> bool:
    """Return whether the longest run is longer than Anhoej's limit for so many useful points."""
    sides = side_of(values, centre)
    useful = sides[sides != 0]
    longest = max((stop - start for start, stop, _ in run_lengths(useful)), default=0)
    return longest > longest_run_limit(len(useful))


def has_few_crossings(values: Values, centre: float) -> bool:
    """Return whether the line crosses the centre less often than Anhoej's limit for so many useful points."""
    sides = side_of(values, centre)
    useful = sides[sides != 0]
    return int(np.count_nonzero(np.diff(useful))) < crossings_limit(len(useful))


def longest_run_limit(useful: int) -> int:
    """Return the longest run that is not unusual among some useful points: log2 of their number plus 3, rounded."""
    return round(math.log2(useful)) + 3


def crossings_limit(useful: int) -> int:
    """Return the fewest crossings that are not unusual: the 5 per cent quantile of that many less one fair tosses."""
    tosses = np.arange(useful)
    return int(np.argmax(bdtr(tosses, useful - 1, 0.5) >= 0.05))


def run_limits(above: int, below: int) -> tuple[int, int]:
    """Return the fewest and the most runs that are not unusual, each tail holding at most 2.5 per cent.

    Computed from the exact distribution for so many points above and below the centre, of which printed tables for run
    charts are rounded extracts that differ by one here and there. Source: Swed & Eisenhart 1943, equation 1.
    """
    chances = [_chance_of_runs(runs, above, below) for runs in range(above + below + 1)]
    low, high = np.cumsum(chances), np.cumsum(chances[::-1])[::-1]
    # A sum of many fractions may miss the tail's bound by its last digit.
    fewest = int(np.count_nonzero(low <= _TAIL + 1e-12))
    most = len(chances) - 1 - int(np.count_nonzero(high <= _TAIL + 1e-12))
    return fewest, most


def _chance_of_runs(runs: int, above: int, below: int) -> float:
    if runs < 1 or not above or not below:
        return float(runs == 1 and bool(above) != bool(below))
    if runs == 1:
        return 0.0
    half, odd = divmod(runs, 2)
    one, other = above - 1, below - 1
    ways = (
        math.comb(one, half) * math.comb(other, half - 1) + math.comb(one, half - 1) * math.comb(other, half)
        if odd
        else 2 * math.comb(one, half - 1) * math.comb(other, half - 1)
    )
    return ways / math.comb(above + below, above)


def _runs_and_limits(values: Values, centre: float) -> tuple[int, int, int]:
    sides = side_of(values, centre)
    useful = sides[sides != 0]
    return len(run_lengths(useful)), *run_limits(int((useful > 0).sum()), int((useful < 0).sum()))


def _too_few(points: int, useful: int) -> str:
    least = f"a run chart needs at least {FEWEST_USEFUL} of them before its rules mean anything"
    if points < FEWEST_USEFUL:
        return f"There {'is 1 point' if points == 1 else f'are {points} points'}; {least}."
    return f"Only {useful} of {points} points lie off the median; {least}."
