"""Every estimate of one wave beside its baseline, in tidy tables that are still private."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.change import estimate_distributions, estimate_shares
from pipeline.statistics.checks.blanks import count_blanks
from pipeline.statistics.checks.reliability import estimate_reliability
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.comparisons import bring_together
from pipeline.statistics.counts import Withheld
from pipeline.statistics.respondents import (
    count_by_area_wave,
    count_by_sector_area_wave,
    count_commenting_by_question_wave,
    count_submissions_by_wave,
    respondents_with_sector,
)
from pipeline.statistics.retrospective import estimate_retrospective
from pipeline.statistics.since_baseline import compare_since_baseline, nothing_before


@dataclass(frozen=True)
class WaveEstimates:
    """Tidy estimates, one row an item x area x wave or wave pair; counts and shares unrounded, nothing hidden.

    `changes_by_item_area` lead: standardised, each area's pooled with the others where there are others. Beside them
    stand the areas' own (`alone`), the shares as counted, and the changes in log-odds that both rest on.
    """

    shares_by_item_area_wave: pd.DataFrame
    changes_by_item_area: pd.DataFrame
    changes_alone_by_item_area: pd.DataFrame
    counted_changes_by_item_area: pd.DataFrame
    standardised_shares_by_item_area_wave: pd.DataFrame
    model_changes_by_item_area: pd.DataFrame
    model_changes_pooled_by_item_area: pd.DataFrame
    separate_changes_by_item_area: pd.DataFrame
    superiority_by_item_area: pd.DataFrame
    mean_changes_by_item: pd.DataFrame
    pooling_by_item: pd.DataFrame
    wave_pair_changes_by_item_area: pd.DataFrame
    trends_by_item_area: pd.DataFrame
    distribution_by_item_area_wave: pd.DataFrame
    retrospective_by_item_area: pd.DataFrame
    sensitivity_by_item: pd.DataFrame
    influence_by_item: pd.DataFrame
    proportional_odds_by_item: pd.DataFrame
    subject_specific_by_item: pd.DataFrame
    p_values_by_item: pd.DataFrame
    detectable_changes_by_item_area: pd.DataFrame
    reliability_by_wave: pd.DataFrame
    blanks_by_item_wave: pd.DataFrame
    respondents_by_area_wave: pd.DataFrame
    respondents_by_sector_area_wave: pd.DataFrame
    comments_by_question_wave: pd.DataFrame
    submissions_by_wave: pd.DataFrame
    linked_by_area: pd.DataFrame
    wording_changes: pd.DataFrame
    matches_by_wave_pair: pd.DataFrame
    baseline_shares_by_item_link: pd.DataFrame


def estimate_wave(
    cleaned: CleanedTables, evaluation: Evaluation, wave_id: str, *, withheld: Withheld = frozenset()
) -> WaveEstimates:
    """Return shares per wave, their changes since the baseline and between all waves, checks, and who answered.

    Where an item of an area is `withheld` in a wave, models know its people only among all those of no area, and there
    is no change of that area: no published figure can then tell how its people's answers differ from the others'.

    For the baseline wave itself the tables of change are empty. An item asked differently in the two waves has its
    shares in each, and in place of a change a note that says why, unless evaluation.yml says it is the same.
    """
    until = evaluation.waves_until(wave_id)
    waves = list(dict.fromkeys([until[0].id, wave_id]))
    areas = [evaluation.whole_area.id, *(area.id for area in evaluation.areas)]
    items = [item.id for item in evaluation.items]
    linking = evaluation.models.linking
    together, links = bring_together(cleaned, evaluation, until, one_part_off=linking.one_part_off, withheld=withheld)
    exact_links, _ = bring_together(cleaned, evaluation, until, one_part_off=False, withheld=withheld)
    answers, places = together.answers_by_respondent_item, cleaned.areas_by_respondent
    respondents = respondents_with_sector(answers)
    conf_level = evaluation.models.conf_level
    ids_by_key = {"item": items, "area": areas, "wave": waves}
    shares = _stacked(
        lambda wave: estimate_shares(
            answers, places, _favourable(evaluation, wave), waves=[wave], area_ids=areas, conf_level=conf_level
        ),
        ids_by_key | {"wave": [wave.id for wave in until]},
    )
    changed = compare_since_baseline(together, exact_links, shares) if len(waves) > 1 else nothing_before()
    return WaveEstimates(
        shares_by_item_area_wave=shares[shares["wave"].isin(waves)].reset_index(drop=True),
        distribution_by_item_area_wave=_stacked(
            lambda wave: _estimate_distributions_of_wave(answers, places, evaluation, wave, areas), ids_by_key
        ),
        respondents_by_area_wave=count_by_area_wave(places, areas=areas, waves=waves),
        respondents_by_sector_area_wave=count_by_sector_area_wave(
            respondents, places, sectors=[sector.id for sector in evaluation.sectors], areas=areas, waves=waves
        ),
        comments_by_question_wave=count_commenting_by_question_wave(
            cleaned.commenting_by_respondent, questions=[comment.id for comment in evaluation.comments], waves=waves
        ),
        submissions_by_wave=count_submissions_by_wave(cleaned.ledger_by_file, waves=waves),
        retrospective_by_item_area=_estimate_looking_back(answers, places, evaluation, wave_id, areas),
        reliability_by_wave=estimate_reliability(answers, items=items, waves=waves, conf_level=conf_level),
        blanks_by_item_wave=count_blanks(answers, items=items, waves=waves),
        matches_by_wave_pair=links.matches_by_wave_pair,
        **changed,
    )


def _estimate_distributions_of_wave(
    answers: pd.DataFrame, places: pd.DataFrame, evaluation: Evaluation, wave_id: str, areas: list[str]
) -> pd.DataFrame:
    return estimate_distributions(
        answers[answers["wave"] == wave_id],
        places,
        items_levels={item.id: len(evaluation.scale_of(item.id, wave_id).levels) for item in evaluation.items},
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


def _stacked(estimate: Callable[[str], pd.DataFrame], ids_by_key: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the estimates of each wave, whose scales may differ, as one table in the order of the ids."""
    tables = pd.concat([estimate(wave) for wave in ids_by_key["wave"]], ignore_index=True)
    ranks = {key: {name: number for number, name in enumerate(ids)} for key, ids in ids_by_key.items()}
    # Sorting by several keys is stable, so levels keep their order.
    return tables.sort_values(list(ranks), key=lambda column: column.map(ranks[str(column.name)]), ignore_index=True)


def _favourable(evaluation: Evaluation, wave_id: str) -> dict[str, frozenset[int]]:
    return {item.id: evaluation.scale_of(item.id, wave_id).favourable_levels for item in evaluation.items}
