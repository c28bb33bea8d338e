"""Which waves are compared, on which items, and everything that a comparison of two waves gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

import pandas as pd

from pipeline.data.drift import compare_wording, not_compared
from pipeline.data.matching import LinkedWaves, fill_person_ids, link_waves
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import Withheld
from pipeline.statistics.estimands.answers import ItemAnswers, gather_answers
from pipeline.statistics.estimands.tables import ChangeTables, Comparison, estimate_changes
from pipeline.statistics.respondents import respondents_with_sector

DIFFERENT_NUMBERS_OF_LABELS = "The question had another number of answers in each wave, so no model compares them."
DIFFERENT_FAVOURABLE = "Other answers count as favourable in each wave, so no model compares them."
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class WavesCompared:
    """The answers of some waves with who is who, ready for any comparison among them."""

    answers_by_respondent_item: pd.DataFrame
    areas_by_respondent: pd.DataFrame
    questions_by_wave: pd.DataFrame
    evaluation: Evaluation
    waves: tuple[Wave, ...]
    withheld: Withheld = frozenset()

    def pairs(self) -> list[tuple[str, str]]:
        """Return every two of the waves, the earlier first."""
        return list(combinations([wave.id for wave in self.waves], 2))

    def comparison(self, baseline: str, comparison: str) -> Comparison:
        """Return what is compared between two waves, and for some items why they are not."""
        evaluation = self.evaluation
        apart = not_compared(compare_wording(self.questions_by_wave, evaluation, baseline, comparison))
        return self._comparison(baseline, comparison, other_scales(evaluation, baseline, comparison) | apart)

    def trend(self) -> Comparison:
        """Return the comparison of the first with the last wave along a line through all of them."""
        between = (self.comparison(*pair).not_compared for pair in combinations([w.id for w in self.waves], 2))
        apart = {item: note for notes in between for item, note in notes.items()}
        return self._comparison(self.waves[0].id, self.waves[-1].id, apart)

    def _comparison(self, baseline: str, comparison: str, apart: Mapping[str, str]) -> Comparison:
        evaluation = self.evaluation
        return Comparison(
            baseline,
            comparison,
            evaluation.whole_area.id,
            [area.id for area in evaluation.areas],
            {item.id: min(evaluation.scale_of(item.id, comparison).favourable_levels) for item in evaluation.items},
            evaluation.models.conf_level,
            evaluation.models.pooling.prior_scale,
            apart,
        )

    def answers(self, moment_by_wave: Mapping[str, float]) -> dict[str, ItemAnswers]:
        """Return the answers of each item in some waves, each at its moment, areas withheld in any of them merged."""
        areas = [area.id for area in self.evaluation.areas]
        found = gather_answers(
            self.answers_by_respondent_item,
            self.areas_by_respondent,
            items=[item.id for item in self.evaluation.items],
            area_ids=areas,
            moment_by_wave=moment_by_wave,
        )
        hidden = {(item, area) for item, area, wave in self.withheld if wave in moment_by_wave}
        return {
            item: answers.with_areas_merged([number for number, area in enumerate(areas) if (item, area) in hidden])
            for item, answers in found.items()
        }

    def are_apart(self) -> bool:
        """Tell whether each wave's middle is later than the one before: without that there is no line through them."""
        middles = [_middle(wave) for wave in self.waves]
        return all(one < other for one, other in pairwise(middles))

    def moments(self) -> dict[str, float]:
        """Return when each wave was, by the middle of its fieldwork: 0 for the first, 1 for the last."""
        days = {wave.id: _middle(wave) for wave in self.waves}
        first, last = days[self.waves[0].id], days[self.waves[-1].id]
        return {wave: (day - first) / (last - first) for wave, day in days.items()}

    def years(self) -> float:
        """Return the years between the middles of the first and the last wave."""
        return (_middle(self.waves[-1]) - _middle(self.waves[0])) / DAYS_A_YEAR

    def estimate_pair(self, baseline: str, comparison: str) -> ChangeTables:
        """Return every estimate of change between two waves."""
        answers = self.answers({baseline: 0.0, comparison: 1.0})
        return estimate_changes(answers, self.comparison(baseline, comparison))


def bring_together(
    cleaned: CleanedTables,
    evaluation: Evaluation,
    waves: Sequence[Wave],
    *,
    one_part_off: bool,
    withheld: Withheld = frozenset(),
) -> tuple[WavesCompared, LinkedWaves]:
    """Return the waves with their people linked, and how they were."""
    links = link_waves(
        cleaned.codes_by_respondent,
        respondents_with_sector(cleaned.answers_by_respondent_item),
        cleaned.areas_by_respondent,
        waves=[wave.id for wave in waves],
        whole_area=evaluation.whole_area.id,
        one_part_off=one_part_off,
    )
    answers = fill_person_ids(cleaned.answers_by_respondent_item, links)
    together = WavesCompared(
        answers, cleaned.areas_by_respondent, cleaned.questions_by_wave, evaluation, tuple(waves), withheld
    )
    return together, links


def _middle(wave: Wave) -> float:
    start, end = wave.fieldwork.start, wave.fieldwork.end
    return (start - date(1970, 1, 1)).days + (end - start).days / 2


def other_scales(evaluation: Evaluation, baseline: str, comparison: str) -> dict[str, str]:
    """Return a note by item for the items whose scale is not the same in two waves."""
    notes = {}
    for item in evaluation.items:
        earlier, later = (evaluation.scale_of(item.id, wave) for wave in (baseline, comparison))
        if len(earlier.levels) != len(later.levels):
            notes[item.id] = DIFFERENT_NUMBERS_OF_LABELS
        elif earlier.favourable_levels != later.favourable_levels:
            notes[item.id] = DIFFERENT_FAVOURABLE
    return notes
