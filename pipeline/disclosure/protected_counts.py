"""Counts of people and shares of their answers, as they may be shown."""

from __future__ import annotations

import pandas as pd

from pipeline.disclosure.hiding import INTERVAL, hide, hide_rows, in_whole_hundredths, with_decimals, with_ends
from pipeline.disclosure.published import SHOWN
from pipeline.disclosure.suppression import Suppression, is_among
from pipeline.statistics.retrospective import MEAN_FIGURES

_SHARES_OF_PAIRS = ["share_before", "share_now"]
_PUBLISHED_OF_PAIRS = [
    "item", "before_item", "area", "wave", "base_n", *_SHARES_OF_PAIRS, *INTERVAL, "conf_level", *MEAN_FIGURES,
    "method", "note",
]  # fmt: skip


def protect_counts(counts: pd.DataFrame, minimum_base: int, hidden: pd.Series | None = None) -> pd.DataFrame:
    """Return counts of people (`base_n`), those of few and those `hidden` besides suppressed."""
    few = counts["base_n"] < minimum_base
    return hide(counts, too_few=few if hidden is None else few | hidden, columns=["base_n"])


def protect_people(people: pd.DataFrame, minimum_base: int, suppression: Suppression) -> pd.DataFrame:
    """Return the people of each area and wave, or of each sector too."""
    if "sector" in people:
        return protect_counts(people, minimum_base, is_among(people, ["sector", "area", "wave"], suppression.sectors))
    return protect_counts(people, minimum_base, is_among(people, ["area", "wave"], suppression.areas))


def protect_linked(linked: pd.DataFrame, people: pd.DataFrame, minimum_base: int, hidden: Suppression) -> pd.DataFrame:
    """Return the people recognised in both waves, hidden where they or the others of a wave are few.

    `people` are the respondents of each area and wave; where they are hidden their part is as well.
    """
    few = pd.Series(False, index=linked.index)
    for column in ("baseline_wave", "comparison_wave"):
        placed = linked.merge(people, left_on=["area", column], right_on=["area", "wave"], how="left")
        of_all = placed["base_n_y"].set_axis(linked.index)
        few |= ~(of_all - linked["base_n"] >= minimum_base) | is_among(linked, ["area", column], hidden.areas)
    return protect_counts(linked, minimum_base, few)


def protect_shares(shares: pd.DataFrame, minimum_base: int, suppression: Suppression) -> pd.DataFrame:
    """Return shares of favourable answers in whole per cent, those near an end by the end alone."""
    whole = in_whole_hundredths(shares, INTERVAL).drop(columns=["favourable_n"])
    few = (shares["base_n"] < minimum_base) | is_among(shares, ["item", "area", "wave"], suppression.items)
    return with_ends(hide(whole, too_few=few, columns=[*INTERVAL, "base_n"]), shares["estimate"], INTERVAL)


def protect_distribution(distribution: pd.DataFrame, minimum_base: int, suppression: Suppression) -> pd.DataFrame:
    """Return the whole area's share of each level in whole per cent; of a hidden level the base stays."""
    whole = in_whole_hundredths(distribution, ["estimate"]).drop(columns=["count", "area"])
    few = (distribution["base_n"] < minimum_base) | is_among(distribution, ["item", "area", "wave"], suppression.items)
    hidden = hide(whole, too_few=few, columns=["estimate", "base_n"])
    hidden = with_ends(hidden, distribution["estimate"], ["estimate"])
    level = is_among(distribution, ["item", "wave", "level"], suppression.levels).reset_index(drop=True)
    return hide_rows(hidden, level & ~few.reset_index(drop=True), ["estimate"])


def protect_submissions(submissions: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    return hide(submissions, too_few=submissions["used"] < minimum_base, columns=["received", "used"])


def protect_retrospective(
    retrospective: pd.DataFrame, minimum_base: int, whole_area: str, suppression: Suppression
) -> pd.DataFrame:
    """Return what people say of before and now, hidden where a share is near an end: its change would tell it."""
    # Bases and means of all who answered one of the two questions would, beside those of pairs, tell of the few others.
    kept = in_whole_hundredths(retrospective, [*INTERVAL, *_SHARES_OF_PAIRS])[_PUBLISHED_OF_PAIRS]
    kept = with_decimals(kept, MEAN_FIGURES, 1)
    kept[MEAN_FIGURES] = kept[MEAN_FIGURES].mask(retrospective["area"] != whole_area)
    few = retrospective["base_n"] < minimum_base
    for item in ("item", "before_item"):
        few |= is_among(retrospective, [item, "area", "wave"], suppression.items)
    columns = [*INTERVAL, "base_n", *_SHARES_OF_PAIRS, *MEAN_FIGURES]
    found = hide(kept, too_few=few, columns=columns)
    ends = pd.Series(False, index=found.index)
    for share in _SHARES_OF_PAIRS:
        marks = with_ends(found, retrospective[share], [])["status"]
        ends |= ~marks.isin([SHOWN]) & (found["status"] == SHOWN)
    return hide_rows(found, ends, columns)
