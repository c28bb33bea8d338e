"""Intervals for one share and for the difference between two shares."""

from typing import NamedTuple

from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint


class Interval(NamedTuple):
    """The two ends of a confidence interval, on the scale of the estimate."""

    conf_low: float
    conf_high: float


def wilson_interval(count: int, base_n: int, conf_level: float) -> Interval:
    """Give the Wilson score interval for the share `count / base_n`.

    Ends lie in 0..1. Raises ValueError when the base is empty, the count lies outside 0..base_n or conf_level
    outside 0..1. Sources: Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857, method 3.
    """
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
    check_conf_level(conf_level)
    _check_share(count_later, base_later)
    _check_share(count_earlier, base_earlier)
    low, high = confint_proportions_2indep(
        count_later, base_later, count_earlier, base_earlier,
        method="newcomb", compare="diff", alpha=1 - conf_level,
    )  # fmt: skip
    return Interval(max(float(low), -1.0), min(float(high), 1.0))


def check_conf_level(conf_level: float) -> None:
    """Raise ValueError unless conf_level lies strictly between 0 and 1."""
    if not 0 < conf_level < 1:
        raise ValueError(f"conf_level must lie between 0 and 1, not {conf_level}")


def _check_share(count: int, base_n: int) -> None:
    if base_n < 1:
        raise ValueError(f"a share needs a base of at least one respondent, not {base_n}")
    if not 0 <= count <= base_n:
        raise ValueError(f"the count must lie in 0..{base_n}, not {count}")
