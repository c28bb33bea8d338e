"""What changed from the baseline to a wave: the estimates that lead, those beside them, and their checks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.data.drift import WORDING_CHANGE_COLUMNS, compare_wording, not_compared
from pipeline.statistics.change import (
    MODEL_CHANGE_COLUMNS,
    SHARE_CHANGE_COLUMNS,
    estimate_model_changes,
    estimate_share_changes,
)
from pipeline.statistics.checks.influence import INFLUENCE_COLUMNS, find_influential
from pipeline.statistics.checks.proportional_odds import PROPORTIONAL_ODDS_COLUMNS, check_proportional_odds
from pipeline.statistics.checks.sensitivity import SENSITIVITY_COLUMNS, compare_analyses
from pipeline.statistics.checks.several_measures import (
    DETECTABLE_COLUMNS,
    P_VALUE_COLUMNS,
    adjust_p_values,
    detectable_changes,
)
from pipeline.statistics.checks.subject_specific import SUBJECT_SPECIFIC_COLUMNS, estimate_within_person
from pipeline.statistics.comparisons import WavesCompared
from pipeline.statistics.estimands.means import MEAN_COLUMNS, estimate_mean_changes
from pipeline.statistics.estimands.tables import (
    CHANGE_COLUMNS,
    MODEL_COLUMNS,
    POOLING_COLUMNS,
    STANDARDISED_SHARE_COLUMNS,
    estimate_changes,
)
from pipeline.statistics.linked import BASELINE_SHARE_COLUMNS, estimate_baseline_shares_by_link
from pipeline.statistics.respondents import count_linked_by_area, respondents_with_sector

TREND_COLUMNS = [*CHANGE_COLUMNS, "years"]
NOTHING_BEFORE: Mapping[str, list[str]] = {
    "changes_by_item_area": CHANGE_COLUMNS,
    "changes_alone_by_item_area": CHANGE_COLUMNS,
    "counted_changes_by_item_area": SHARE_CHANGE_COLUMNS,
    "standardised_shares_by_item_area_wave": STANDARDISED_SHARE_COLUMNS,
    "model_changes_by_item_area": MODEL_COLUMNS,
    "model_changes_pooled_by_item_area": MODEL_COLUMNS,
    "separate_changes_by_item_area": MODEL_CHANGE_COLUMNS,
    "superiority_by_item_area": CHANGE_COLUMNS,
    "mean_changes_by_item": MEAN_COLUMNS,
    "pooling_by_item": POOLING_COLUMNS,
    "wave_pair_changes_by_item_area": CHANGE_COLUMNS,
    "trends_by_item_area": TREND_COLUMNS,
    "sensitivity_by_item": SENSITIVITY_COLUMNS,
    "influence_by_item": INFLUENCE_COLUMNS,
    "proportional_odds_by_item": PROPORTIONAL_ODDS_COLUMNS,
    "subject_specific_by_item": SUBJECT_SPECIFIC_COLUMNS,
    "p_values_by_item": P_VALUE_COLUMNS,
    "detectable_changes_by_item_area": DETECTABLE_COLUMNS,
    "linked_by_area": ["area", "base_n", "baseline_wave", "comparison_wave"],
    "wording_changes": WORDING_CHANGE_COLUMNS,
    "baseline_shares_by_item_link": BASELINE_SHARE_COLUMNS,
}


def nothing_before() -> dict[str, pd.DataFrame]:
    """Return the tables of change of the baseline wave itself: their columns alone."""
    return {table: pd.DataFrame(columns=columns) for table, columns in NOTHING_BEFORE.items()}


def compare_since_baseline(
    together: WavesCompared, exact_links: WavesCompared, shares_by_item_area_wave: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables of change from the first of the waves to the last, by their name in WaveEstimates.

    `exact_links` are the same waves with only exact links, `shares_by_item_area_wave` the shares of all as counted.
    """
    evaluation = together.evaluation
    baseline, wave = together.waves[0].id, together.waves[-1].id
    pair = {"baseline_wave": baseline, "comparison_wave": wave}
    comparison = together.comparison(baseline, wave)
    answers = together.answers({baseline: 0.0, wave: 1.0})
    found = estimate_changes(answers, comparison)
    wording = compare_wording(together.questions_by_wave, evaluation, baseline, wave)
    counted = _count_changes(shares_by_item_area_wave, baseline, wave, together, not_compared(wording))
    only_counted = _only_counted(found.changes, counted, shares_by_item_area_wave)
    lead = _counted_where_no_model(found.changes, counted, only_counted)
    exact = exact_links.answers({baseline: 0.0, wave: 1.0})
    return {
        "changes_by_item_area": lead,
        "changes_alone_by_item_area": _counted_where_no_model(found.changes_alone, counted, only_counted),
        "counted_changes_by_item_area": counted,
        "standardised_shares_by_item_area_wave": _counted_where_no_model(
            found.standardised_shares, shares_by_item_area_wave, only_counted
        ),
        "model_changes_by_item_area": found.model_changes,
        "model_changes_pooled_by_item_area": found.model_changes_pooled,
        "separate_changes_by_item_area": _estimate_separately(together, comparison.not_compared),
        "superiority_by_item_area": found.superiority,
        "mean_changes_by_item": estimate_mean_changes(answers, comparison),
        "pooling_by_item": found.pooling,
        **_compare_over_waves(together, lead, shares_by_item_area_wave),
        "sensitivity_by_item": compare_analyses(answers, exact, comparison),
        "influence_by_item": find_influential(answers, comparison),
        "proportional_odds_by_item": check_proportional_odds(answers, comparison),
        "subject_specific_by_item": estimate_within_person(answers, comparison),
        "p_values_by_item": adjust_p_values(found.model_changes, comparison.whole_area),
        "detectable_changes_by_item_area": detectable_changes(found.changes_alone),
        "linked_by_area": count_linked_by_area(
            respondents_with_sector(together.answers_by_respondent_item),
            together.areas_by_respondent,
            areas=[comparison.whole_area, *comparison.area_ids],
            **pair,
        ),
        "wording_changes": wording,
        "baseline_shares_by_item_link": estimate_baseline_shares_by_link(
            _known_in_both(together.answers_by_respondent_item, baseline, wave),
            {item.id: evaluation.scale_of(item.id, baseline).favourable_levels for item in evaluation.items},
            baseline_wave=baseline,
            conf_level=comparison.conf_level,
        ),
    }


def _compare_over_waves(
    together: WavesCompared, lead: pd.DataFrame, shares_by_item_area_wave: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the changes between every two waves and the trend over all; with two waves there is only their change."""
    trend = pd.DataFrame(columns=TREND_COLUMNS)
    if len(together.waves) > 2 and together.are_apart():
        found = estimate_changes(together.answers(together.moments()), together.trend()).changes
        trend = found.assign(years=together.years())
    ends = (together.waves[0].id, together.waves[-1].id)
    pairs = [
        lead if pair == ends else _lead_of_pair(together, *pair, shares_by_item_area_wave) for pair in together.pairs()
    ]
    return {"wave_pair_changes_by_item_area": pd.concat(pairs, ignore_index=True), "trends_by_item_area": trend}


def _lead_of_pair(
    together: WavesCompared, baseline: str, comparison: str, shares_by_item_area_wave: pd.DataFrame
) -> pd.DataFrame:
    changes = together.estimate_pair(baseline, comparison).changes
    wording = compare_wording(together.questions_by_wave, together.evaluation, baseline, comparison)
    counted = _count_changes(shares_by_item_area_wave, baseline, comparison, together, not_compared(wording))
    return _counted_where_no_model(changes, counted, _only_counted(changes, counted, shares_by_item_area_wave))


def _count_changes(
    shares: pd.DataFrame, baseline: str, comparison: str, together: WavesCompared, apart: Mapping[str, str]
) -> pd.DataFrame:
    level = together.evaluation.models.conf_level
    changes = estimate_share_changes(shares, baseline_wave=baseline, comparison_wave=comparison, conf_level=level)
    return without_estimates(changes, apart)


def _only_counted(changes: pd.DataFrame, counted: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return the items and areas in which counting says more than a model.

    No model compares other scales or one answer throughout. And where nobody in an area, or everybody, gave a
    favourable answer each time, a model would know from elsewhere, and far too surely, how near to the line they were.
    """
    both = changes[["item", "area", "estimate"]].merge(counted, on=["item", "area"], suffixes=("_model", ""))
    waves = [counted["baseline_wave"].iloc[0], counted["comparison_wave"].iloc[0]]
    compared = shares[shares["wave"].isin(waves)].groupby(["item", "area"], sort=False)["estimate"]
    at_one_end = (compared.max().eq(0) | compared.min().eq(1)).rename("at_one_end").reset_index()
    both = both.merge(at_one_end, on=["item", "area"], how="left")
    chosen = (both["estimate_model"].isna() | both["at_one_end"].fillna(False)) & both["estimate"].notna()
    return both.loc[chosen, ["item", "area"]]


def _known_in_both(answers: pd.DataFrame, baseline: str, wave: str) -> pd.DataFrame:
    """Return the answers with the person id of those alone who answered in both waves."""
    persons = [set(answers.loc[answers["wave"] == one, "person_id"].dropna()) for one in (baseline, wave)]
    return answers.assign(person_id=answers["person_id"].where(answers["person_id"].isin(persons[0] & persons[1])))


def _estimate_separately(together: WavesCompared, apart: Mapping[str, str]) -> pd.DataFrame:
    evaluation = together.evaluation
    changes = estimate_model_changes(
        together.answers_by_respondent_item,
        together.areas_by_respondent,
        items=[item.id for item in evaluation.items],
        area_ids=[evaluation.whole_area.id, *(area.id for area in evaluation.areas)],
        baseline_wave=together.waves[0].id,
        comparison_wave=together.waves[-1].id,
        conf_level=evaluation.models.conf_level,
    )
    return without_estimates(changes, apart)


def _counted_where_no_model(modelled: pd.DataFrame, counted: pd.DataFrame, only_counted: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the figures of some items and areas as counted, in place of none."""
    keys = [name for name in ("item", "area", "wave") if name in modelled]
    as_counted = modelled[keys].merge(counted, on=keys, how="left")
    replaced = modelled[["item", "area"]].merge(only_counted.assign(is_so=True), on=["item", "area"], how="left")
    is_replaced = replaced["is_so"].notna()
    figures = {
        name: modelled[name].mask(is_replaced, as_counted[name])
        for name in ("estimate", "conf_low", "conf_high", "method", "note")
    }
    return modelled.assign(**figures)


def without_estimates(changes: pd.DataFrame, note_by_item: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of changes without the estimates of some items, whose note says why there are none."""
    left_out = changes["item"].isin(list(note_by_item))
    figures = changes.columns.intersection(["estimate", "std_error", "conf_low", "conf_high"])
    blank = {column: changes[column].mask(left_out) for column in figures}
    return changes.assign(**blank, note=changes["item"].map(note_by_item).where(left_out, changes["note"]))
