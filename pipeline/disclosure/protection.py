"""Protection of a wave's estimates: minimum base, whole percentages, distributions for the whole area only."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pipeline.data.drift import SYNONYMS
from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN, SUPPRESSED, Published
from pipeline.statistics.retrospective import MEAN_FIGURES
from pipeline.statistics.wave import WaveEstimates

_INTERVAL = ["estimate", "conf_low", "conf_high"]
_PUBLISHED_OF_PAIRS = [
    "item", "before_item", "area", "wave", "base_n", "share_before", "share_now", *_INTERVAL, "conf_level",
    *MEAN_FIGURES, "method", "note",
]  # fmt: skip


def protect(estimates: WaveEstimates, *, minimum_base: int, whole_area: str) -> Published:
    """Return the tables that may be shown.

    A row is suppressed, its base included, when fewer than `minimum_base` people stand behind it in any of its waves;
    nought counts as fewer. Answer distributions and means are kept for the whole area only.
    """
    distribution = estimates.distribution_by_item_area_wave
    return Published(
        shares_by_item_area_wave=_protect_shares(estimates.shares_by_item_area_wave, minimum_base),
        changes_by_item_area=_protect_changes(estimates.changes_by_item_area, minimum_base),
        odds_ratios_by_item_area=_protect_odds_ratios(estimates.model_changes_by_item_area, minimum_base),
        distribution_by_item_wave=_protect_distribution(distribution[distribution["area"] == whole_area], minimum_base),
        respondents_by_area_wave=_protect_counts(estimates.respondents_by_area_wave, minimum_base),
        respondents_by_sector_area_wave=_protect_counts(estimates.respondents_by_sector_area_wave, minimum_base),
        comments_by_question_wave=_protect_counts(estimates.comments_by_question_wave, minimum_base),
        submissions_by_wave=_protect_submissions(estimates.submissions_by_wave, minimum_base),
        linked_by_area=_protect_counts(estimates.linked_by_area, minimum_base),
        wording_changes=_without_answers(estimates.wording_changes),
        retrospective_by_item_area=_protect_retrospective(
            estimates.retrospective_by_item_area, minimum_base, whole_area
        ),
    )


def _without_answers(wording_changes: pd.DataFrame) -> pd.DataFrame:
    # Which spelling of a label was seen comes from answers, perhaps one person's; the other texts are the form's own.
    return wording_changes[wording_changes["what_changed"] != SYNONYMS].reset_index(drop=True)


def _protect_retrospective(retrospective: pd.DataFrame, minimum_base: int, whole_area: str) -> pd.DataFrame:
    # Bases and means of all who answered one of the two questions would, beside those of pairs, tell of the few others.
    kept = _whole_percentages(retrospective)[_PUBLISHED_OF_PAIRS]
    for column in ("share_before", "share_now"):
        kept[column] = _rounded(retrospective[column] * 100)
    elsewhere = retrospective["area"] != whole_area
    for column in MEAN_FIGURES:
        kept[column] = retrospective[column].astype("float64").round(1).mask(elsewhere)
    columns = [*_INTERVAL, "base_n", "share_before", "share_now", *MEAN_FIGURES]
    return _hide(kept, too_few=retrospective["base_n"] < minimum_base, columns=columns)


def _protect_shares(shares: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    whole = _whole_percentages(shares).drop(columns=["favourable_n"])
    return _hide(whole, too_few=shares["base_n"] < minimum_base, columns=[*_INTERVAL, "base_n"])


def _protect_changes(changes: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    columns = [*_INTERVAL, "base_n_baseline", "base_n_comparison"]
    return _hide(_whole_percentages(changes), too_few=_few_in_a_wave(changes, minimum_base), columns=columns)


def _protect_odds_ratios(changes: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    ratios = changes.drop(columns=["std_error", "linked_n"])
    for column in _INTERVAL:
        ratios[column] = [_readable(math.exp(log_odds)) for log_odds in changes[column].astype("float64")]
    columns = [*_INTERVAL, "base_n_baseline", "base_n_comparison"]
    return _hide(ratios, too_few=_few_in_a_wave(changes, minimum_base), columns=columns)


def _protect_distribution(distribution: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    whole = distribution.drop(columns=["count", "area"])
    whole["estimate"] = _rounded(distribution["estimate"] * 100)
    return _hide(whole, too_few=distribution["base_n"] < minimum_base, columns=["estimate", "base_n"])


def _protect_counts(counts: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    return _hide(counts, too_few=counts["base_n"] < minimum_base, columns=["base_n"])


def _protect_submissions(submissions: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    return _hide(submissions, too_few=submissions["used"] < minimum_base, columns=["received", "used"])


def _few_in_a_wave(changes: pd.DataFrame, minimum_base: int) -> pd.Series:
    return (changes["base_n_baseline"] < minimum_base) | (changes["base_n_comparison"] < minimum_base)


def _whole_percentages(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    for column in _INTERVAL:
        table[column] = _rounded(table[column] * 100)
    return table


def _readable(ratio: float) -> float:
    """Return an odds ratio with two decimals near 1, where they decide, and fewer digits further up."""
    return ratio if math.isnan(ratio) else float(f"{ratio:.2f}" if ratio < 10 else f"{ratio:.2g}")


def _rounded(numbers: pd.Series) -> pd.Series:
    return numbers.astype("float64").round().astype("Int64")


def _hide(table: pd.DataFrame, *, too_few: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Return the table with a status a row, and without the figures of the rows that are not shown."""
    table = table.reset_index(drop=True)
    few = too_few.reset_index(drop=True).astype(bool)
    missing = table["estimate"].isna() if "estimate" in table else pd.Series(False, index=table.index)
    for column in columns:
        # A count stays a whole number beside hidden ones.
        whole = pd.api.types.is_integer_dtype(table[column])
        table[column] = (table[column].astype("Int64") if whole else table[column]).mask(few)
    if "note" in table:
        # A note says why there is no figure, which can say how few or how alike the answers are.
        table["note"] = table["note"].mask(few, "")
    table["status"] = np.select([few, missing], [SUPPRESSED, NOT_AVAILABLE], SHOWN)
    return table
