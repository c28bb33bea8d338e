"""Every estimate of one wave beside its baseline, in tidy tables that are still private."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.change import (
    MODEL_CHANGE_COLUMNS,
    SHARE_CHANGE_COLUMNS,
    estimate_distributions,
    estimate_model_changes,
    estimate_share_changes,
    estimate_shares,
)
from pipeline.statistics.respondents import (
    count_by_area_wave,
    count_by_sector_area_wave,
    count_comments_by_question_wave,
    count_linked_by_area,
    count_submissions_by_wave,
    respondents_with_sector,
)


@dataclass(frozen=True)
class CleanedTables:
    """The cleaned tables of the waves to compare, one below the other."""

    answers_by_respondent_item: pd.DataFrame
    areas_by_respondent: pd.DataFrame
    comments_by_respondent: pd.DataFrame
    ledger_by_file: pd.DataFrame


@dataclass(frozen=True)
class WaveEstimates:
    """Tidy estimates, one row an item x area x wave or wave pair; counts and shares unrounded, nothing hidden."""

    shares_by_item_area_wave: pd.DataFrame
    changes_by_item_area: pd.DataFrame
    model_changes_by_item_area: pd.DataFrame
    distribution_by_item_area_wave: pd.DataFrame
    respondents_by_area_wave: pd.DataFrame
    respondents_by_sector_area_wave: pd.DataFrame
    comments_by_question_wave: pd.DataFrame
    submissions_by_wave: pd.DataFrame
    linked_by_area: pd.DataFrame


def estimate_wave(cleaned: CleanedTables, evaluation: Evaluation, wave_id: str) -> WaveEstimates:
    """Return shares per wave, their changes since the baseline, the model's changes, and who answered.

    For the baseline wave itself the tables of change are empty.
    """
    baseline = evaluation.baseline_for(wave_id)
    waves = [baseline.id, wave_id] if baseline else [wave_id]
    areas = [evaluation.whole_area.id, *(area.id for area in evaluation.areas)]
    items = [item.id for item in evaluation.items]
    answers, places = cleaned.answers_by_respondent_item, cleaned.areas_by_respondent
    respondents = respondents_with_sector(answers)
    conf_level = evaluation.models.conf_level
    favourable = {item.id: evaluation.scale_of(item.id).favourable_levels for item in evaluation.items}
    shares = estimate_shares(answers, places, favourable, waves=waves, area_ids=areas, conf_level=conf_level)
    changes = pd.DataFrame(columns=SHARE_CHANGE_COLUMNS)
    model = pd.DataFrame(columns=MODEL_CHANGE_COLUMNS)
    linked = pd.DataFrame(columns=["area", "base_n", "baseline_wave", "comparison_wave"])
    if baseline:
        pair = {"baseline_wave": baseline.id, "comparison_wave": wave_id}
        changes = estimate_share_changes(shares, **pair, conf_level=conf_level)
        model = estimate_model_changes(answers, places, items=items, area_ids=areas, **pair, conf_level=conf_level)
        linked = count_linked_by_area(respondents, places, areas=areas, **pair)
    return WaveEstimates(
        shares_by_item_area_wave=shares,
        changes_by_item_area=changes,
        model_changes_by_item_area=model,
        distribution_by_item_area_wave=estimate_distributions(
            answers, places, items_levels=_levels(evaluation), waves=waves, area_ids=areas
        ),
        respondents_by_area_wave=count_by_area_wave(places, areas=areas, waves=waves),
        respondents_by_sector_area_wave=count_by_sector_area_wave(
            respondents, places, sectors=[sector.id for sector in evaluation.sectors], areas=areas, waves=waves
        ),
        comments_by_question_wave=count_comments_by_question_wave(
            cleaned.comments_by_respondent, questions=[comment.id for comment in evaluation.comments], waves=waves
        ),
        submissions_by_wave=count_submissions_by_wave(cleaned.ledger_by_file, waves=waves),
        linked_by_area=linked,
    )


def _levels(evaluation: Evaluation) -> dict[str, int]:
    return {item.id: len(evaluation.scale_of(item.id).levels) for item in evaluation.items}
