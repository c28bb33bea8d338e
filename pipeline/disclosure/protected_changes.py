"""Changes and shares since the baseline, as they may be shown: each hidden by the bases of its own waves."""

from __future__ import annotations

import pandas as pd

from pipeline.disclosure.hiding import (
    BASES,
    INTERVAL,
    as_odds_ratios,
    few_in_a_wave,
    hide,
    hide_rows,
    in_whole_hundredths,
    whole_numbers,
    with_decimals,
    with_ends,
)
from pipeline.disclosure.policies import HIGH_END, LOW_END
from pipeline.disclosure.suppression import Suppression, is_among
from pipeline.statistics.change import COUNTED_CHANGE

_BETWEEN = ["between_sd", "between_sd_low", "between_sd_high"]
_POOLING = ["item", "baseline_wave", "comparison_wave", *INTERVAL, *_BETWEEN, "own_weight", "conf_level", *BASES]
_MEANS = ["mean_baseline", "mean_comparison"]


def protect_changes(changes: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return changes in whole percentage points; of superiority, whole pairs of a hundred."""
    whole = in_whole_hundredths(changes, INTERVAL).drop(columns=["std_error"])
    return hide(whole, too_few=few_in_a_wave(changes, minimum_base), columns=[*INTERVAL, *BASES])


def protect_lead(changes: pd.DataFrame, shares: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return changes in whole percentage points, without those counted from a share near an end, which they would tell.

    `shares` are counted; where a wave of a counted change has none here the change is hidden too.
    """
    found = protect_changes(changes, minimum_base)
    at_end = near_an_end(changes, shares) & (changes["method"] == COUNTED_CHANGE)
    return hide_rows(found, at_end, [*INTERVAL, *BASES])


def near_an_end(changes: pd.DataFrame, shares: pd.DataFrame) -> pd.Series:
    """Tell of each change whether a counted share in one of its waves is near an end, or is not known."""
    by_key = shares.set_index(["item", "area", "wave"])["estimate"].to_dict()
    near = pd.Series(False, index=changes.index)
    for column in ("baseline_wave", "comparison_wave"):
        keys = changes[["item", "area", column]].itertuples(index=False, name=None)
        found = pd.Series([by_key.get(key, float("nan")) for key in keys], index=changes.index, dtype="float64")
        near |= ~found.between(LOW_END, HIGH_END)
    return near


def protect_standardised_shares(shares: pd.DataFrame, changes: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return standardised shares in whole per cent, each with its wave's base and hidden by those of both waves.

    `changes` are the changes that the shares belong to, one row an item and area.
    """
    keys = ["item", "area"]
    placed = shares.merge(changes[[*keys, "baseline_wave", *BASES]], on=keys, how="left", validate="many_to_one")
    is_first = placed["wave"] == placed["baseline_wave"]
    few = few_in_a_wave(placed, minimum_base)
    whole = in_whole_hundredths(placed, INTERVAL).drop(columns=["std_error", "baseline_wave", *BASES])
    whole["base_n"] = whole_numbers(placed["base_n_baseline"].where(is_first, placed["base_n_comparison"]))
    return with_ends(hide(whole, too_few=few, columns=[*INTERVAL, "base_n"]), placed["estimate"], INTERVAL)


def protect_odds_ratios(changes: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return a model's changes as odds ratios."""
    ratios = as_odds_ratios(changes, INTERVAL).drop(columns=["std_error", "linked_n", "p_value"])
    return hide(ratios, too_few=few_in_a_wave(changes, minimum_base), columns=[*INTERVAL, *BASES])


def protect_mean_changes(means: pd.DataFrame, minimum_base: int, suppression: Suppression) -> pd.DataFrame:
    """Return mean levels, which are of the whole area, and their change with one decimal."""
    rounded = with_decimals(means, [*_MEANS, *INTERVAL], 1).drop(columns=["std_error"])
    few = few_in_a_wave(means, minimum_base)
    for column in ("baseline_wave", "comparison_wave"):
        few |= is_among(means, ["item", column], suppression.means)
    return hide(rounded, too_few=few, columns=[*_MEANS, *INTERVAL, *BASES])


def protect_trends(trends: pd.DataFrame, wave_pairs: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return trends in whole percentage points, hidden where too few answered in any wave that the line goes through.

    `wave_pairs` are the changes between every two waves, which have the bases of all.
    """
    few_pairs = wave_pairs[few_in_a_wave(wave_pairs, minimum_base)]
    hidden = set(zip(few_pairs["item"], few_pairs["area"], strict=True))
    few = pd.Series([key in hidden for key in zip(trends["item"], trends["area"], strict=True)], index=trends.index)
    whole = with_decimals(in_whole_hundredths(trends, INTERVAL), ["years"], 1).drop(columns=["std_error"])
    return hide(whole, too_few=few | few_in_a_wave(trends, minimum_base), columns=[*INTERVAL, *BASES])


def protect_pooling(pooling: pd.DataFrame, changes_of_whole: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return the mean odds ratio of all areas and how far they differ, shown where the whole area's change is.

    How many areas there were to pool, and why none, would tell of the answers of hidden ones; neither is kept.
    """
    placed = pooling.merge(changes_of_whole[["item", "conf_level", *BASES]], on="item", how="left")
    renamed = placed.rename(
        columns={"mean_change": "estimate", "mean_change_low": "conf_low", "mean_change_high": "conf_high"}
    )
    rounded = with_decimals(as_odds_ratios(renamed, INTERVAL), _BETWEEN, 1)
    whole = in_whole_hundredths(rounded, ["own_weight"])[_POOLING]
    columns = [*INTERVAL, *_BETWEEN, "own_weight", *BASES]
    return hide(whole, too_few=few_in_a_wave(placed, minimum_base), columns=columns)


def protect_detectable(detectable: pd.DataFrame, changes: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    """Return the smallest change that would have shown, in whole percentage points, hidden with the change itself."""
    placed = detectable.merge(changes[["item", "area", *BASES]], on=["item", "area"], how="left")
    whole = in_whole_hundredths(placed, ["detectable"])
    few = few_in_a_wave(placed, minimum_base)
    return hide(whole, too_few=few, columns=["detectable", *BASES], missing="detectable")
