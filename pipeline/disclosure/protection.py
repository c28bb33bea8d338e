"""Protection of a wave's estimates: minimum base, whole percentages, distributions for the whole area only."""

from __future__ import annotations

import pandas as pd

from pipeline.data.drift import SYNONYMS
from pipeline.disclosure import protected_changes as of_changes
from pipeline.disclosure import protected_checks as of_checks
from pipeline.disclosure import protected_counts as of_counts
from pipeline.disclosure.forms import as_the_policy_asks, without_suppressed
from pipeline.disclosure.policies import Policy
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression
from pipeline.statistics.wave import WaveEstimates


def protect(
    estimates: WaveEstimates, *, policy: Policy, minimum_base: int, suppression: Suppression, whole_area: str
) -> Published:
    """Return the tables that may be shown.

    A row is suppressed, its base included, when fewer than `minimum_base` people stand behind it in any of its waves
    (nought counts as fewer) or `suppression` hides it, lest it give another away. Answer distributions, means and
    checks are kept for the whole area only. What the policy does not show is suppressed for everybody.
    """
    distribution = estimates.distribution_by_item_area_wave
    of_whole = distribution[distribution["area"] == whole_area]
    people = estimates.respondents_by_area_wave
    tables = {
        "shares_by_item_area_wave": of_counts.protect_shares(
            estimates.shares_by_item_area_wave, minimum_base, suppression
        ),
        "distribution_by_item_wave": of_counts.protect_distribution(of_whole, minimum_base, suppression),
        "respondents_by_area_wave": of_counts.protect_people(people, minimum_base, suppression),
        "respondents_by_sector_area_wave": of_counts.protect_people(
            estimates.respondents_by_sector_area_wave, minimum_base, suppression
        ),
        "comments_by_question_wave": of_counts.protect_counts(estimates.comments_by_question_wave, minimum_base),
        "submissions_by_wave": of_counts.protect_submissions(estimates.submissions_by_wave, minimum_base),
        "linked_by_area": of_counts.protect_linked(estimates.linked_by_area, people, minimum_base, suppression),
        "retrospective_by_item_area": of_counts.protect_retrospective(
            estimates.retrospective_by_item_area, minimum_base, whole_area, suppression
        ),
        **_protect_changes(estimates, minimum_base, whole_area, suppression),
        **_protect_checks(estimates, minimum_base, whole_area),
    }
    tables = without_suppressed(tables, suppression, whole_area)
    return Published(
        **as_the_policy_asks(tables, estimates, policy, whole_area),
        wording_changes=_without_answers(estimates.wording_changes),
    )


def _protect_changes(
    estimates: WaveEstimates, minimum_base: int, whole_area: str, suppression: Suppression
) -> dict[str, pd.DataFrame]:
    lead, pairs = estimates.changes_by_item_area, estimates.wave_pair_changes_by_item_area
    shares = estimates.shares_by_item_area_wave
    return {
        "changes_by_item_area": of_changes.protect_lead(lead, shares, minimum_base),
        "changes_alone_by_item_area": of_changes.protect_lead(
            estimates.changes_alone_by_item_area, shares, minimum_base
        ),
        "standardised_shares_by_item_area_wave": of_changes.protect_standardised_shares(
            estimates.standardised_shares_by_item_area_wave, lead, minimum_base
        ),
        "odds_ratios_by_item_area": of_changes.protect_odds_ratios(estimates.model_changes_by_item_area, minimum_base),
        "odds_ratios_pooled_by_item_area": of_changes.protect_odds_ratios(
            estimates.model_changes_pooled_by_item_area, minimum_base
        ),
        "superiority_by_item_area": of_changes.protect_changes(estimates.superiority_by_item_area, minimum_base),
        "mean_changes_by_item": of_changes.protect_mean_changes(
            estimates.mean_changes_by_item, minimum_base, suppression
        ),
        "wave_pair_changes_by_item_area": of_changes.protect_lead(pairs, shares, minimum_base),
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
        "sensitivity_by_item": of_checks.protect_sensitivity(
            estimates.sensitivity_by_item, estimates.shares_by_item_area_wave, whole_area, minimum_base
        ),
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
