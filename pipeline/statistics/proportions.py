"""Intervals for one share and for the difference between two shares."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# statsmodels takes most of a second to import; whoever only shows an interval need not pay it.


class Interval(NamedTuple):
    """The two ends of a confidence interval, on the scale of the estimate."""

    conf_low: float
    conf_high: float


def wilson_interval(count: int, base_n: int, conf_level: float) -> Interval:
    """Give the Wilson score interval for the share `count / base_n`.

    Ends lie in 0..1. Raises ValueError when the base is empty, the count lies outside 0..base_n or conf_level
    outside 0..1. Sources: Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857, method 3.
    """
    from statsmodels.stats.proportion import proportion_confint

    check_conf_level(conf_level)
    _check_share(count, base_n)
    low, high = proportion_confint(count, base_n, alpha=1 - conf_level, method="wilson")
    # Rounding would otherwise leave ends like 1e-17 where the formula gives exactly 0 or 1.
    return Interval(0.0 if count == 0 else float(low), 1.0 if count == base_n else float(high))


def newcombe_change_interval(
    count_later: int, base_later: int, count_earlier: int, base_earlier: int, conf_level: float
) -> Interval:
    """Give Newcombe's interval for the later share minus the earlier share.

    Ends lie in -1..1; the two shares count as independent samples, which is cautious for the change of people
    who answered twice. Raises ValueError as `wilson_interval` does, for either share.
    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    check_conf_level(conf_level)
    _check_share(count_later, base_later)
    _check_share(count_earlier, base_earlier)
    low, high = confint_proportions_2indep(
        count_later, base_later, count_earlier, base_earlier,
        method="newcomb", compare="diff", alpha=1 - conf_level,
    )  # fmt: skip
    return Interval(max(float(low), -1.0), min(float(high), 1.0))


def counted_change(
    favourable: NDArray[np.bool_], later: NDArray[np.bool_], earlier: NDArray[np.bool_], conf_level: float
) -> tuple[float, float, float]:
    """Give the change in the share of favourable answers among the later and the earlier rows, and Newcombe's interval.

    Raises ValueError as `newcombe_change_interval` does.
    """
    (count_later, base_later), (count_earlier, base_earlier) = (
        (int((favourable & rows).sum()), int(rows.sum())) for rows in (later, earlier)
    )
    low, high = newcombe_change_interval(count_later, base_later, count_earlier, base_earlier, conf_level)
    return count_later / base_later - count_earlier / base_earlier, low, high


def newcombe_paired_change_interval(
    both: int, later_only: int, earlier_only: int, neither: int, conf_level: float
) -> Interval:
    """Give Newcombe's interval for the later share minus the earlier share of the same people.

    The counts are of people favourable at both times, at one, at neither. Ends lie in -1..1. Raises ValueError for a
    negative count, no people at all, or a bad conf_level.
    Source: Newcombe 1998, Statistics in Medicine 17:2635, method 10 (Wilson limits, corrected correlation).
    """
    check_conf_level(conf_level)
    if min(both, later_only, earlier_only, neither) < 0:
        raise ValueError("counts of people cannot be negative")
    base_n = both + later_only + earlier_only + neither
    count_later, count_earlier = both + later_only, both + earlier_only
    later, earlier = (wilson_interval(count, base_n, conf_level) for count in (count_later, count_earlier))
    share_later, share_earlier = count_later / base_n, count_earlier / base_n
    correlation = _corrected_correlation(both, later_only, earlier_only, neither)
    change = share_later - share_earlier
    down = _paired_reach(share_later - later.conf_low, earlier.conf_high - share_earlier, correlation)
    up = _paired_reach(later.conf_high - share_later, share_earlier - earlier.conf_low, correlation)
    return Interval(max(change - down, -1.0), min(change + up, 1.0))


def _corrected_correlation(both: int, later_only: int, earlier_only: int, neither: int) -> float:
    """Give the phi coefficient of the fourfold table, a positive one corrected for continuity as in method 10."""
    base_n = both + later_only + earlier_only + neither
    margins = (both + later_only) * (earlier_only + neither) * (both + earlier_only) * (later_only + neither)
    product = both * neither - later_only * earlier_only
    numerator = max(product - base_n / 2, 0.0) if product > 0 else float(product)
    return numerator / math.sqrt(margins) if margins else 0.0


def _paired_reach(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(one**2 - 2 * correlation * one * other + other**2, 0.0))


def check_conf_level(conf_level: float) -> None:
    """Raise ValueError unless conf_level lies strictly between 0 and 1."""
    if not 0 < conf_level < 1:
        raise ValueError(f"conf_level must lie between 0 and 1, not {conf_level}")


def _check_share(count: int, base_n: int) -> None:
    if base_n < 1:
        raise ValueError(f"a share needs a base of at least one respondent, not {base_n}")
    if not 0 <= count <= base_n:
        raise ValueError(f"the count must lie in 0..{base_n}, not {count}")
