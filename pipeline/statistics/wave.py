"""Every estimate of one wave beside its baseline, in tidy tables that are still private."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.data.drift import WORDING_CHANGE_COLUMNS, compare_wording, not_compared
from pipeline.data.matching import LinkedWaves, fill_person_ids, link_waves
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.change import (
    MODEL_CHANGE_COLUMNS,
    SHARE_CHANGE_COLUMNS,
    estimate_distributions,
    estimate_model_changes,
    estimate_share_changes,
    estimate_shares,
)
from pipeline.statistics.linked import BASELINE_SHARE_COLUMNS, estimate_baseline_shares_by_link
from pipeline.statistics.respondents import (
    count_by_area_wave,
    count_by_sector_area_wave,
    count_comments_by_question_wave,
    count_linked_by_area,
    count_submissions_by_wave,
    respondents_with_sector,
)
from pipeline.statistics.retrospective import estimate_retrospective

DIFFERENT_NUMBERS_OF_LABELS = "The question had another number of answers in each wave, so no model compares them."


@dataclass(frozen=True)
class CleanedTables:
    """The cleaned tables of the waves to compare, one below the other."""

    answers_by_respondent_item: pd.DataFrame
    areas_by_respondent: pd.DataFrame
    comments_by_respondent: pd.DataFrame
    ledger_by_file: pd.DataFrame
    questions_by_wave: pd.DataFrame
    codes_by_respondent: pd.DataFrame


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
    wording_changes: pd.DataFrame
    retrospective_by_item_area: pd.DataFrame
    matches_by_wave_pair: pd.DataFrame
    baseline_shares_by_item_link: pd.DataFrame
    model_changes_exact_links_by_item_area: pd.DataFrame


def estimate_wave(cleaned: CleanedTables, evaluation: Evaluation, wave_id: str) -> WaveEstimates:
    """Return shares per wave, their changes since the baseline, the model's changes, and who answered.

    For the baseline wave itself the tables of change are empty. An item asked differently in the two waves has its
    shares in each, and in place of a change a note that says why, unless evaluation.yml says it is the same.
    """
    baseline = evaluation.baseline_for(wave_id)
    waves = [baseline.id, wave_id] if baseline else [wave_id]
    areas = [evaluation.whole_area.id, *(area.id for area in evaluation.areas)]
    items = [item.id for item in evaluation.items]
    links = link_cleaned(cleaned, evaluation, waves, one_part_off=evaluation.models.linking.one_part_off)
    answers, places = fill_person_ids(cleaned.answers_by_respondent_item, links), cleaned.areas_by_respondent
    respondents = respondents_with_sector(answers)
    conf_level = evaluation.models.conf_level
    ids_by_key = {"item": items, "area": areas, "wave": waves}
    shares = _stacked(
        lambda wave: estimate_shares(
            answers, places, _favourable(evaluation, wave), waves=[wave], area_ids=areas, conf_level=conf_level
        ),
        ids_by_key,
    )
    pair = {"baseline_wave": baseline.id, "comparison_wave": wave_id} if baseline else None
    compared = _compare_with_baseline(cleaned, evaluation, links, shares, pair) if pair else _nothing_to_compare()
    return WaveEstimates(
        shares_by_item_area_wave=shares,
        distribution_by_item_area_wave=_stacked(
            lambda wave: _estimate_distributions_of_wave(answers, places, evaluation, wave, areas), ids_by_key
        ),
        respondents_by_area_wave=count_by_area_wave(places, areas=areas, waves=waves),
        respondents_by_sector_area_wave=count_by_sector_area_wave(
            respondents, places, sectors=[sector.id for sector in evaluation.sectors], areas=areas, waves=waves
        ),
        comments_by_question_wave=count_comments_by_question_wave(
            cleaned.comments_by_respondent, questions=[comment.id for comment in evaluation.comments], waves=waves
        ),
        submissions_by_wave=count_submissions_by_wave(cleaned.ledger_by_file, waves=waves),
        retrospective_by_item_area=_estimate_looking_back(answers, places, evaluation, wave_id, areas),
        matches_by_wave_pair=links.matches_by_wave_pair,
        **compared,
    )


def _nothing_to_compare() -> dict[str, pd.DataFrame]:
    """Return the tables of change of the baseline wave itself: their columns alone."""
    columns_by_table = {
        "changes_by_item_area": SHARE_CHANGE_COLUMNS,
        "model_changes_by_item_area": MODEL_CHANGE_COLUMNS,
        "linked_by_area": ["area", "base_n", "baseline_wave", "comparison_wave"],
        "wording_changes": WORDING_CHANGE_COLUMNS,
        "baseline_shares_by_item_link": BASELINE_SHARE_COLUMNS,
        "model_changes_exact_links_by_item_area": MODEL_CHANGE_COLUMNS,
    }
    return {table: pd.DataFrame(columns=columns) for table, columns in columns_by_table.items()}


def _compare_with_baseline(
    cleaned: CleanedTables, evaluation: Evaluation, links: LinkedWaves, shares: pd.DataFrame, pair: dict[str, str]
) -> dict[str, pd.DataFrame]:
    """Return the tables of change of a wave by their name in WaveEstimates."""
    baseline, wave_id = pair["baseline_wave"], pair["comparison_wave"]
    conf_level = evaluation.models.conf_level
    answers, places = fill_person_ids(cleaned.answers_by_respondent_item, links), cleaned.areas_by_respondent
    wording_changes = compare_wording(cleaned.questions_by_wave, evaluation, baseline, wave_id)
    apart = not_compared(wording_changes)
    exact = link_cleaned(cleaned, evaluation, [baseline, wave_id], one_part_off=False)
    model, model_exact_links = (
        _estimate_model(fill_person_ids(answers, used), places, evaluation, pair, apart) for used in (links, exact)
    )
    areas = [evaluation.whole_area.id, *(area.id for area in evaluation.areas)]
    return {
        "changes_by_item_area": without_estimates(estimate_share_changes(shares, **pair, conf_level=conf_level), apart),
        "model_changes_by_item_area": model,
        "linked_by_area": count_linked_by_area(respondents_with_sector(answers), places, areas=areas, **pair),
        "wording_changes": wording_changes,
        "baseline_shares_by_item_link": estimate_baseline_shares_by_link(
            answers, _favourable(evaluation, baseline), baseline_wave=baseline, conf_level=conf_level
        ),
        "model_changes_exact_links_by_item_area": model_exact_links,
    }


def _estimate_model(
    answers: pd.DataFrame, places: pd.DataFrame, evaluation: Evaluation, pair: dict[str, str], apart: dict[str, str]
) -> pd.DataFrame:
    changes = estimate_model_changes(
        answers,
        places,
        items=[item.id for item in evaluation.items],
        area_ids=[evaluation.whole_area.id, *(area.id for area in evaluation.areas)],
        **pair,
        conf_level=evaluation.models.conf_level,
    )
    return without_estimates(changes, _other_scales(evaluation, pair["baseline_wave"], pair["comparison_wave"]) | apart)


def _estimate_distributions_of_wave(
    answers: pd.DataFrame, places: pd.DataFrame, evaluation: Evaluation, wave_id: str, areas: list[str]
) -> pd.DataFrame:
    return estimate_distributions(
        answers[answers["wave"] == wave_id],
        places,
        items_levels=_levels(evaluation, wave_id),
        waves=[wave_id],
        area_ids=areas,
    )


def _estimate_looking_back(
    answers: pd.DataFrame, places: pd.DataFrame, evaluation: Evaluation, wave_id: str, areas: list[str]
) -> pd.DataFrame:
    return estimate_retrospective(
        answers,
        places,
        before_by_item={item.id: item.before for item in evaluation.items if item.before},
        favourable=_favourable(evaluation, wave_id),
        wave=wave_id,
        area_ids=areas,
        conf_level=evaluation.models.conf_level,
    )


def link_cleaned(
    cleaned: CleanedTables, evaluation: Evaluation, waves: Sequence[str], *, one_part_off: bool
) -> LinkedWaves:
    """Return who is who across cleaned waves."""
    return link_waves(
        cleaned.codes_by_respondent,
        respondents_with_sector(cleaned.answers_by_respondent_item),
        cleaned.areas_by_respondent,
        waves=waves,
        whole_area=evaluation.whole_area.id,
        one_part_off=one_part_off,
    )


def without_estimates(changes: pd.DataFrame, note_by_item: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of changes without the estimates of some items, whose note says why there are none."""
    left_out = changes["item"].isin(list(note_by_item))
    figures = changes.columns.intersection(["estimate", "std_error", "conf_low", "conf_high"])
    blank = {column: changes[column].mask(left_out) for column in figures}
    return changes.assign(**blank, note=changes["item"].map(note_by_item).where(left_out, changes["note"]))


def _stacked(estimate: Callable[[str], pd.DataFrame], ids_by_key: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the estimates of each wave, whose scales may differ, as one table in the order of the ids."""
    tables = pd.concat([estimate(wave) for wave in ids_by_key["wave"]], ignore_index=True)
    ranks = {key: {name: number for number, name in enumerate(ids)} for key, ids in ids_by_key.items()}
    # Sorting by several keys is stable, so levels keep their order.
    return tables.sort_values(list(ranks), key=lambda column: column.map(ranks[str(column.name)]), ignore_index=True)


def _favourable(evaluation: Evaluation, wave_id: str) -> dict[str, frozenset[int]]:
    return {item.id: evaluation.scale_of(item.id, wave_id).favourable_levels for item in evaluation.items}


def _levels(evaluation: Evaluation, wave_id: str) -> dict[str, int]:
    return {item.id: len(evaluation.scale_of(item.id, wave_id).levels) for item in evaluation.items}


def _other_scales(evaluation: Evaluation, baseline: str, comparison: str) -> dict[str, str]:
    """Return a note by item for the items whose scale has another number of levels in each wave."""
    earlier, later = _levels(evaluation, baseline), _levels(evaluation, comparison)
    return {item: DIFFERENT_NUMBERS_OF_LABELS for item in later if earlier[item] != later[item]}
