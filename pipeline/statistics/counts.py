"""What is counted in each wave, before any model: what disclosure control decides from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.statistics.change import estimate_distributions, estimate_shares
from pipeline.statistics.checks.blanks import count_blanks
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.respondents import count_by_area_wave, count_by_sector_area_wave, respondents_with_sector

# An item of an area in a wave, whose people stand under no area of their own in a model.
Withheld = frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class WaveCounts:
    """Private counts of some waves, of every area and the whole one; columns as in WaveEstimates.

    `several_areas`: whether anybody works in several of the listed areas; `none_listed`: whether anybody in none.
    """

    respondents_by_area_wave: pd.DataFrame
    respondents_by_sector_area_wave: pd.DataFrame
    shares_by_item_area_wave: pd.DataFrame
    distribution_by_item_area_wave: pd.DataFrame
    blanks_by_item_wave: pd.DataFrame
    several_areas: bool
    none_listed: bool


def count_waves(cleaned: CleanedTables, evaluation: Evaluation, waves: Sequence[Wave]) -> WaveCounts:
    """Return what is counted in some waves, empty cells included."""
    answers, places = cleaned.answers_by_respondent_item, cleaned.areas_by_respondent
    listed = [area.id for area in evaluation.areas]
    areas, ids = [evaluation.whole_area.id, *listed], [wave.id for wave in waves]
    respondents = respondents_with_sector(answers)
    in_waves = respondents[respondents["wave"].isin(ids)][["wave", "respondent_id"]]
    somewhere = places[places["area"].isin(listed)].merge(in_waves, on=["wave", "respondent_id"])
    places_n = somewhere.groupby(["wave", "respondent_id"]).size()
    shares, spread = zip(*(_of_wave(answers, places, evaluation, wave.id, areas) for wave in waves), strict=True)
    return WaveCounts(
        count_by_area_wave(places, areas=areas, waves=ids),
        count_by_sector_area_wave(
            respondents, places, sectors=[sector.id for sector in evaluation.sectors], areas=areas, waves=ids
        ),
        pd.concat(shares, ignore_index=True),
        pd.concat(spread, ignore_index=True),
        count_blanks(answers, items=[item.id for item in evaluation.items], waves=ids),
        several_areas=bool((places_n > 1).any()),
        none_listed=len(places_n) < len(in_waves),
    )


def _of_wave(
    answers: pd.DataFrame, places: pd.DataFrame, evaluation: Evaluation, wave_id: str, areas: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    scales = {item.id: evaluation.scale_of(item.id, wave_id) for item in evaluation.items}
    asked = {"waves": [wave_id], "area_ids": areas}
    shares = estimate_shares(
        answers,
        places,
        {item: scale.favourable_levels for item, scale in scales.items()},
        conf_level=evaluation.models.conf_level,
        **asked,
    )
    levels = {item: len(scale.levels) for item, scale in scales.items()}
    in_wave = answers[answers["wave"] == wave_id]
    return shares, estimate_distributions(in_wave, places, items_levels=levels, **asked)
