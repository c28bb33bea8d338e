"""Checks of the whole area's changes, as they may be shown: none of an area, and of single people a yes or a no."""

from __future__ import annotations

import pandas as pd

from pipeline.disclosure.hiding import BASES, INTERVAL, few_in_a_wave, hide, in_whole_hundredths, with_decimals
from pipeline.disclosure.protected_changes import near_an_end
from pipeline.statistics.checks.sensitivity import COUNTED, LEAD

_PAIR = ["item", "baseline_wave", "comparison_wave"]
_P_VALUES = ["p_value", "p_holm", "p_false_discovery"]
_ODDS = ["lr_p_value", "brant_p_value"]
_LOG_ODDS = ["log_odds", "log_odds_low", "log_odds_high"]
_KINDS = {"answered_n": "on the scale", "off_scale_n": "off the scale", "missing_n": "blank"}


def protect_sensitivity(
    sensitivity: pd.DataFrame, shares: pd.DataFrame, whole_area: str, minimum_base: int
) -> pd.DataFrame:
    """Return the change by each analysis in whole percentage points, hidden by the analysis's own bases.

    An analysis of some of the people is hidden too where the others are few, and a counted change where one of its
    `shares` is near an end.
    """
    whole = in_whole_hundredths(sensitivity, INTERVAL).drop(columns=["std_error", *_LOG_ODDS])
    few = few_in_a_wave(sensitivity, minimum_base)
    lead = sensitivity[sensitivity["analysis"] == LEAD].drop_duplicates("item").set_index("item")
    for base in BASES:
        left_out = sensitivity["item"].map(lead[base]) - sensitivity[base]
        few |= left_out.between(1, minimum_base - 1)
    placed = sensitivity.assign(area=whole_area)
    few |= near_an_end(placed, shares) & (sensitivity["analysis"] == COUNTED)
    return hide(whole, too_few=few, columns=[*INTERVAL, *BASES])


def protect_p_values(p_values: pd.DataFrame, changes_of_whole: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return p-values as they are printed: two significant digits, or 'under 0.001'."""
    placed = p_values.merge(changes_of_whole[["item", *BASES]], on="item", how="left")
    printed = {name: placed[name].map(_printed).astype("str") for name in _P_VALUES}
    kept = placed.assign(**printed)[[*_PAIR, *_P_VALUES, *BASES]]
    return hide(kept, too_few=few_in_a_wave(placed, minimum_base), columns=[*_P_VALUES, *BASES])


def protect_proportional_odds(checks: pd.DataFrame, changes_of_whole: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return the p-values of proportional odds as they are printed; the statistics themselves are not kept."""
    placed = checks.merge(changes_of_whole[["item", *BASES]], on="item", how="left")
    printed = {name: placed[name].map(_printed, na_action="ignore").astype("str") for name in _ODDS}
    kept = placed.assign(**printed)[[*_PAIR, *_ODDS, *BASES]]
    few = few_in_a_wave(placed, minimum_base)
    return hide(kept, too_few=few, columns=[*_ODDS, *BASES], missing="lr_p_value")


def _printed(p_value: float) -> str:
    return "under 0.001" if p_value < 0.001 else f"{p_value:.2g}"


def protect_single_person(influence: pd.DataFrame, changes_of_whole: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return whether a clear change stays clear without any single person; how far one person moves it is not kept."""
    placed = influence.merge(changes_of_whole[["item", *BASES]], on="item", how="left")
    is_clear = placed["clear"].astype("boolean").fillna(False)
    stays = placed["clear_without"].astype("boolean").where(is_clear)
    kept = placed[_PAIR].assign(stays_clear=stays)
    few = few_in_a_wave(placed, minimum_base)
    return hide(kept, too_few=few, columns=["stays_clear"], missing="stays_clear")


def protect_reliability(reliability: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return alpha with two decimals."""
    rounded = with_decimals(reliability, INTERVAL, 2)
    return hide(rounded, too_few=reliability["base_n"] < minimum_base, columns=[*INTERVAL, "base_n"])


def protect_blanks(blanks: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return the people of each item, wave and kind of answer, one row a count.

    A count of few is hidden, and so is its neighbour: the people in all and those who answered on the scale stand
    elsewhere, so that of the two others one would give the other; few answers on the scale hide all three.
    """
    long = blanks.melt(
        id_vars=["item", "wave"],
        value_vars=list(_KINDS),
        var_name="answer_kind",
        value_name="base_n",
        ignore_index=False,
    ).sort_index(kind="stable")
    few = blanks[list(_KINDS)] < minimum_base
    beside = few[["off_scale_n", "missing_n"]].any(axis=1).reindex(long.index)
    too_few = few["answered_n"].reindex(long.index) | (beside & (long["answer_kind"] != "answered_n"))
    named = long.assign(answer_kind=long["answer_kind"].map(_KINDS), base_n=long["base_n"].astype("Int64"))
    return hide(named, too_few=too_few, columns=["base_n"])
