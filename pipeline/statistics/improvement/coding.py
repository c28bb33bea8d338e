"""Whether two or more people code comments alike: Krippendorff's alpha with a bootstrap interval.

No maintained package with a licence that fits computes it (the one of that name is under the GPL; statsmodels has it
only after 0.15.0, and without sets of codes).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Level = Literal["nominal", "ordinal", "interval", "sets"]
CODING_COLUMNS = [
    "what", "coders_n", "base_n", "estimate", "conf_low", "conf_high", "conf_level", "resamples", "note",
]  # fmt: skip
# Fewer units than this resample to a handful of different surveys, and the interval would be a show of precision.
FEWEST_UNITS = 10
_RESAMPLES, _SEED = 2000, 20110612
_UNIT = ["wave", "comment"]

Matrix = NDArray[np.float64]


def krippendorff_alpha(codes: Sequence[Sequence[Any]], level: Level) -> float:
    """Return alpha for codes by unit and coder; None or nan where a coder gave none, and those units still count.

    `codes[unit][coder]` is any value for 'nominal', a number for 'ordinal' and 'interval', a frozenset of values for
    'sets'. It is 1 under perfect agreement, about 0 by chance, and nan where it is not defined: no unit was coded by
    two coders, or all codes are the same.
    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; sets: Passonneau 2006 (MASI), LREC.
    """
    by_unit, values = _coincidences(codes, level)
    return float(_alpha(by_unit.sum(axis=0)[None], values, level)[0]) if len(by_unit) else math.nan


def alpha_interval(codes: Sequence[Sequence[Any]], level: Level, *, conf_level: float) -> tuple[float, float]:
    """Return the percentile interval of alpha when units are drawn anew, with replacement, from a fixed seed.

    Samples in which alpha is not defined (all codes the same) are left out. nan when fewer than FEWEST_UNITS units
    were coded by two coders, or when alpha is not defined.
    Source: Zapf et al. 2016, BMC Med Res Methodol 16:93, whose simulations bear out this bootstrap over units for
    alpha; Krippendorff's own draws pairs of codes as though those of one unit were independent.
    """
    by_unit, values = _coincidences(codes, level)
    if len(by_unit) < FEWEST_UNITS:
        return math.nan, math.nan
    draws = np.random.default_rng(_SEED).multinomial(
        len(by_unit), np.full(len(by_unit), 1 / len(by_unit)), size=_RESAMPLES
    )
    # In an order of their own, so that the order of the rows does not change what is drawn.
    order = np.lexsort(by_unit.reshape(len(by_unit), -1).T)
    drawn = np.tensordot(draws.astype(float), by_unit[order], axes=1)
    alphas = _alpha(drawn, values, level)
    alphas = alphas[np.isfinite(alphas)]
    if not len(alphas):
        return math.nan, math.nan
    low, high = np.quantile(alphas, [(1 - conf_level) / 2, (1 + conf_level) / 2])
    return float(low), float(high)


def estimate_coding_agreement(coding: pd.DataFrame, *, conf_level: float) -> pd.DataFrame:
    """Return alpha with its interval for the coding of comments, one row for each thing that was coded.

    `coding` has one row a code: `wave, comment, coder, theme, grouping, impact` (1 to 3); a coder who read a comment
    and found no theme in it has a row whose theme is empty. `what` is 'themes' (the set of themes of a comment),
    'groupings' (its set of groupings), 'impact' (ordinal, per comment and theme that two coders gave), then each theme
    by its id: whether it was given to a comment at all. `base_n` are the units two or more coders coded.
    """
    read = coding.drop_duplicates([*_UNIT, "coder"])
    shared = read.groupby(_UNIT)["coder"].transform("nunique") >= 2
    units = pd.MultiIndex.from_frame(read.loc[shared, _UNIT].drop_duplicates().sort_values(_UNIT))
    coders = sorted(coding["coder"].unique())
    themes = _sets(coding, "theme", units, coders)
    rows = [
        _row("themes", themes, "sets", conf_level),
        _row("groupings", _sets(coding, "grouping", units, coders), "sets", conf_level),
        _row("impact", _impacts(coding, coders), "ordinal", conf_level),
    ]
    for theme in sorted(coding["theme"].dropna().unique()):
        given = [[None if codes is None else theme in codes for codes in unit] for unit in themes]
        rows.append(_row(theme, given, "nominal", conf_level))
    return pd.DataFrame(rows, columns=CODING_COLUMNS)


def _row(what: str, codes: list[list[Any]], level: Level, conf_level: float) -> tuple[object, ...]:
    paired = [unit for unit in codes if sum(not _is_missing(code) for code in unit) >= 2]
    # Turned about, so that a row is what one coder gave.
    coders_n = sum(any(not _is_missing(code) for code in of_coder) for of_coder in zip(*paired, strict=True))
    estimate = krippendorff_alpha(paired, level)
    low, high = alpha_interval(paired, level, conf_level=conf_level)
    resamples = _RESAMPLES if math.isfinite(low) else 0
    note = _note(len(paired), estimate, low)
    return what, coders_n, len(paired), estimate, low, high, conf_level, resamples, note


def _note(units: int, estimate: float, low: float) -> str:
    if not units:
        return "No comment was coded by two people."
    if math.isnan(estimate):
        return "Every code is the same, so that agreement cannot be told from chance."
    return f"Only {units} were coded by two people: too few for an interval." if math.isnan(low) else ""


def _sets(coding: pd.DataFrame, column: str, units: pd.MultiIndex, coders: list[str]) -> list[list[Any]]:
    """Return the set of values each coder gave each unit, None where a coder did not read it."""
    found = {key: frozenset(values.dropna()) for key, values in coding.groupby([*_UNIT, "coder"])[column]}
    return [[found.get((*unit, coder)) for coder in coders] for unit in units]


def _impacts(coding: pd.DataFrame, coders: list[str]) -> list[list[Any]]:
    impacts = coding.dropna(subset=["theme", "impact"])
    if impacts.empty:
        return []
    table = impacts.pivot_table(index=[*_UNIT, "theme"], columns="coder", values="impact", aggfunc="max")
    return table.reindex(columns=coders).to_numpy("float64").tolist()


def _is_missing(code: Any) -> bool:
    return code is None or (isinstance(code, float) and math.isnan(code))


def _coincidences(codes: Sequence[Sequence[Any]], level: Level) -> tuple[NDArray[np.float64], list[Any]]:
    """Return each unit's coincidence matrix, and the values its rows and columns stand for.

    A unit that m coders coded adds 1 / (m - 1) for every ordered pair of its codes.
    """
    given = [[code for code in unit if not _is_missing(code)] for unit in codes]
    given = [unit for unit in given if len(unit) >= 2]
    distinct: set[Any] = {code for unit in given for code in unit}
    values: list[Any] = sorted(distinct, key=lambda code: _sortable(code, level))
    place = {value: number for number, value in enumerate(values)}
    by_unit = np.zeros((len(given), len(values), len(values)))
    for number, unit in enumerate(given):
        counts = np.bincount([place[code] for code in unit], minlength=len(values)).astype(float)
        by_unit[number] = (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return by_unit, values


def _sortable(code: Any, level: Level) -> Any:
    if level == "sets":
        return sorted(map(str, code))
    return str(code) if level == "nominal" else float(code)


def _alpha(coincidences: Matrix, values: list[Any], level: Level) -> Matrix:
    """Return alpha of each matrix of coincidences: 1 minus observed over expected disagreement."""
    totals = coincidences.sum(axis=2)
    codes_n = totals.sum(axis=1)
    differences = _differences(values, level, totals)
    observed = (coincidences * differences).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * differences).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (codes_n - 1) * observed / expected, np.nan)


def _differences(values: list[Any], level: Level, totals: Matrix) -> Matrix:
    """Return the squared difference of every two values, for each row of `totals` (only ordinal ones depend on it)."""
    count = len(values)
    if level == "nominal":
        return (1 - np.eye(count))[None]
    if level == "interval":
        numbers = np.array(values, dtype=float)
        return (numbers[:, None] - numbers[None]) ** 2 * np.ones((1, 1, 1))
    if level == "sets":
        return np.array([[[_set_difference(one, other) for other in values] for one in values]])
    # The ranks between two values: all codes up to the one, less half of those at it, taken from the same of the other.
    middle = np.cumsum(totals, axis=1) - totals / 2
    return (middle[:, :, None] - middle[:, None, :]) ** 2


def _set_difference(one: frozenset[Any], other: frozenset[Any]) -> float:
    """Return Passonneau's distance of two sets: 1 minus Jaccard's index times how far the one holds the other."""
    if one == other:
        return 0.0
    common = one & other
    if not common:
        return 1.0
    monotone = 2 / 3 if common in (one, other) else 1 / 3
    return 1 - len(common) / len(one | other) * monotone
