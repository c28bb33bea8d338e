"""Protection of a wave's estimates: minimum base, whole percentages, distributions for the whole area only."""

from __future__ import annotations

import pandas as pd

from pipeline.data.drift import SYNONYMS
from pipeline.disclosure import protected_changes as of_changes
from pipeline.disclosure import protected_checks as of_checks
from pipeline.disclosure.hiding import INTERVAL, hide, in_whole_hundredths, with_decimals
from pipeline.disclosure.published import Published
from pipeline.statistics.retrospective import MEAN_FIGURES
from pipeline.statistics.wave import WaveEstimates

_SHARES_OF_PAIRS = ["share_before", "share_now"]
_PUBLISHED_OF_PAIRS = [
    "item", "before_item", "area", "wave", "base_n", *_SHARES_OF_PAIRS, *INTERVAL, "conf_level", *MEAN_FIGURES,
    "method", "note",
]  # fmt: skip


def protect(estimates: WaveEstimates, *, minimum_base: int, whole_area: str) -> Published:
    """Return the tables that may be shown.

    A row is suppressed, its base included, when fewer than `minimum_base` people stand behind it in any of its waves;
    nought counts as fewer. Answer distributions, means and checks are kept for the whole area only.
    """
    distribution = estimates.distribution_by_item_area_wave
    return Published(
        shares_by_item_area_wave=_protect_shares(estimates.shares_by_item_area_wave, minimum_base),
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
        **_protect_changes(estimates, minimum_base, whole_area),
        **_protect_checks(estimates, minimum_base, whole_area),
    )


def _protect_changes(estimates: WaveEstimates, minimum_base: int, whole_area: str) -> dict[str, pd.DataFrame]:
    lead, pairs = estimates.changes_by_item_area, estimates.wave_pair_changes_by_item_area
    return {
        "changes_by_item_area": of_changes.protect_changes(lead, minimum_base),
        "changes_alone_by_item_area": of_changes.protect_changes(estimates.changes_alone_by_item_area, minimum_base),
        "standardised_shares_by_item_area_wave": of_changes.protect_standardised_shares(
            estimates.standardised_shares_by_item_area_wave, lead, minimum_base
        ),
        "odds_ratios_by_item_area": of_changes.protect_odds_ratios(estimates.model_changes_by_item_area, minimum_base),
        "odds_ratios_pooled_by_item_area": of_changes.protect_odds_ratios(
            estimates.model_changes_pooled_by_item_area, minimum_base
        ),
        "superiority_by_item_area": of_changes.protect_changes(estimates.superiority_by_item_area, minimum_base),
        "mean_changes_by_item": of_changes.protect_mean_changes(estimates.mean_changes_by_item, minimum_base),
        "wave_pair_changes_by_item_area": of_changes.protect_changes(pairs, minimum_base),
        "trends_by_item_area": of_changes.protect_trends(estimates.trends_by_item_area, pairs, minimum_base),
        "pooling_by_item": of_changes.protect_pooling(
            estimates.pooling_by_item, _of_whole(estimates, whole_area), minimum_base
        ),
        "detectable_changes_by_item_area": of_changes.protect_detectable(
            estimates.detectable_changes_by_item_area, lead, minimum_base
        ),
    }


def _protect_checks(estimates: WaveEstimates, minimum_base: int, whole_area: str) -> dict[str, pd.DataFrame]:
    whole = _of_whole(estimates, whole_area)
    return {
        "sensitivity_by_item": of_checks.protect_sensitivity(estimates.sensitivity_by_item, minimum_base),
        "p_values_by_item": of_checks.protect_p_values(estimates.p_values_by_item, whole, minimum_base),
        "proportional_odds_by_item": of_checks.protect_proportional_odds(
            estimates.proportional_odds_by_item, whole, minimum_base
        ),
        "single_person_by_item": of_checks.protect_single_person(estimates.influence_by_item, whole, minimum_base),
        "reliability_by_wave": of_checks.protect_reliability(estimates.reliability_by_wave, minimum_base),
        "blanks_by_item_wave_kind": of_checks.protect_blanks(estimates.blanks_by_item_wave, minimum_base),
    }


def _of_whole(estimates: WaveEstimates, whole_area: str) -> pd.DataFrame:
    lead = estimates.changes_by_item_area
    return lead[lead["area"] == whole_area]


def _without_answers(wording_changes: pd.DataFrame) -> pd.DataFrame:
    # Which spelling of a label was seen comes from answers, perhaps one person's; the other texts are the form's own.
    return wording_changes[wording_changes["what_changed"] != SYNONYMS].reset_index(drop=True)


def _protect_retrospective(retrospective: pd.DataFrame, minimum_base: int, whole_area: str) -> pd.DataFrame:
    # Bases and means of all who answered one of the two questions would, beside those of pairs, tell of the few others.
    kept = in_whole_hundredths(retrospective, [*INTERVAL, *_SHARES_OF_PAIRS])[_PUBLISHED_OF_PAIRS]
    kept = with_decimals(kept, MEAN_FIGURES, 1)
    elsewhere = retrospective["area"] != whole_area
    kept[MEAN_FIGURES] = kept[MEAN_FIGURES].mask(elsewhere)
    columns = [*INTERVAL, "base_n", *_SHARES_OF_PAIRS, *MEAN_FIGURES]
    return hide(kept, too_few=retrospective["base_n"] < minimum_base, columns=columns)


def _protect_shares(shares: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    whole = in_whole_hundredths(shares, INTERVAL).drop(columns=["favourable_n"])
    return hide(whole, too_few=shares["base_n"] < minimum_base, columns=[*INTERVAL, "base_n"])


def _protect_distribution(distribution: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    whole = in_whole_hundredths(distribution, ["estimate"]).drop(columns=["count", "area"])
    return hide(whole, too_few=distribution["base_n"] < minimum_base, columns=["estimate", "base_n"])


def _protect_counts(counts: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    return hide(counts, too_few=counts["base_n"] < minimum_base, columns=["base_n"])


def _protect_submissions(submissions: pd.DataFrame, minimum_base: int) -> pd.DataFrame:
    return hide(submissions, too_few=submissions["used"] < minimum_base, columns=["received", "used"])
