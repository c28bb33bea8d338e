"""One item of a small survey, drawn so that its marginal truth is exact: what the calibration scores estimates against.

Each answer has a cumulative-link model of its own, logit P(level >= k) = effect - threshold_k, and a person's answers
go together through a Gaussian copula. The log-odds of the model are thus the truth, and no integral stands between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from pipeline.simulation.scenario import Floats, Ints

# A person's answers correlate by this much on the copula's scale, as with a person SD of 1.8 on the logit scale.
WITHIN_PERSON = 0.5


@dataclass(frozen=True)
class MarginalScenario:
    """What is true of a survey of one item; log-odds everywhere, rows of `people` being waves and columns areas.

    `returning` counts, by area, the people of the first wave who are in every later one; of them `linked` are known to
    be, and a share `falsely_linked` of those links joins a person to somebody else of the same area. A change is that
    from the first to the last wave and grows evenly between: `change` plus each area's departure, `departures` where
    given and else normal with `between_sd`. `steeper` adds to the change at each threshold; nought: proportional odds.
    """

    people: tuple[tuple[int, ...], ...]
    returning: tuple[int, ...]
    linked: tuple[int, ...]
    thresholds: tuple[float, ...]
    sector_effects: tuple[float, ...]
    sector_mix: tuple[tuple[float, ...], ...]
    change: float = 0.0
    between_sd: float = 0.0
    departures: tuple[float, ...] = ()
    steeper: tuple[float, ...] = ()
    area_sd: float = 0.3
    falsely_linked: float = 0.0


@dataclass(frozen=True)
class MarginalSurvey:
    """The answers, a row a respondent, and the truth: `changes` and `area_effects` by area, and the scenario's numbers.

    `first_wave` is the wave by whose mix a respondent's sector was drawn.
    """

    level: Ints
    moment: Floats
    person: Ints
    sector: Ints
    area: Ints
    first_wave: Ints
    changes: Floats
    area_effects: Floats
    scenario: MarginalScenario

    def chance_at_least(self, level: int, area: Ints, sector: Ints, moment: Floats | float) -> Floats:
        """Return the true chance of an answer at or above a level, for people of given areas and sectors."""
        steeper = self.scenario.steeper or (0.0,) * len(self.scenario.thresholds)
        change = self.changes[area] + steeper[level - 2]
        effect = self.area_effects[area] + np.array(self.scenario.sector_effects)[sector] + change * moment
        chance: Floats = expit(effect - self.scenario.thresholds[level - 2])
        return chance

    def expected_at_least(self, level: int) -> Floats:
        """Return each respondent's true chance of an answer at or above a level, over the sectors they may have."""
        mix = np.array(self.scenario.sector_mix)[self.first_wave]
        by_sector = [
            self.chance_at_least(level, self.area, np.full(len(self.area), sector), self.moment)
            for sector in range(mix.shape[1])
        ]
        expected: Floats = (mix * np.column_stack(by_sector)).sum(axis=1)
        return expected


def simulate_marginal(scenario: MarginalScenario, rng: np.random.Generator) -> MarginalSurvey:
    """Draw one survey; every chance comes from `rng`."""
    areas = len(scenario.people[0])
    departures = scenario.departures or tuple(scenario.between_sd * rng.standard_normal(areas))
    changes = scenario.change + np.array(departures)
    area_effects = scenario.area_sd * rng.standard_normal(areas)
    wave, area, true_person = _who_answers(scenario)
    moment = wave / (len(scenario.people) - 1)
    first_wave = _first_waves(scenario, wave, true_person)
    sector = _draw_sectors(scenario, first_wave, rng)[true_person]
    shared = rng.standard_normal(true_person.max() + 1)[true_person]
    own = rng.standard_normal(len(wave))
    tendency = logit(ndtr(np.sqrt(WITHIN_PERSON) * shared + np.sqrt(1 - WITHIN_PERSON) * own))
    effect = area_effects[area] + np.array(scenario.sector_effects)[sector] + changes[area] * moment
    steeper = np.array(scenario.steeper or (0.0,) * len(scenario.thresholds))
    cuts = np.array(scenario.thresholds) - steeper * moment[:, None] - effect[:, None]
    level: Ints = (tendency[:, None] > cuts).sum(axis=1) + 1
    person = _known_persons(scenario, wave, area, true_person, rng)
    return MarginalSurvey(level, moment, person, sector, area, first_wave[true_person], changes, area_effects, scenario)


def _who_answers(scenario: MarginalScenario) -> tuple[Ints, Ints, Ints]:
    """Return wave, area and true person of each response; in each area those who return come first."""
    parts: list[NDArray[np.int64]] = []
    persons = 0
    for area, returning in enumerate(scenario.returning):
        back = np.arange(persons, persons + returning)
        persons += returning
        for wave, people in enumerate(scenario.people):
            fresh = np.arange(persons, persons + people[area] - returning)
            persons += len(fresh)
            who = np.concatenate([back, fresh])
            parts.append(np.column_stack([np.full(len(who), wave), np.full(len(who), area), who]))
    wave_of, area_of, person_of = np.concatenate(parts).T
    return wave_of, area_of, person_of


def _first_waves(scenario: MarginalScenario, wave: Ints, person: Ints) -> Ints:
    first = np.full(person.max() + 1, len(scenario.people))
    np.minimum.at(first, person, wave)
    return first


def _draw_sectors(scenario: MarginalScenario, first_wave: Ints, rng: np.random.Generator) -> Ints:
    """Give each person a sector by the mix of the first wave in which they answer."""
    sums = np.array(scenario.sector_mix)[first_wave].cumsum(axis=1)
    drawn = (rng.random(len(first_wave))[:, None] > sums).sum(axis=1)
    return np.minimum(drawn, sums.shape[1] - 1)


def _known_persons(
    scenario: MarginalScenario, wave: Ints, area: Ints, true_person: Ints, rng: np.random.Generator
) -> Ints:
    """Return who is known to be whom: the first `linked` of each area keep their number, all others get a fresh one."""
    person = true_person.max() + 1 + np.arange(len(wave))
    for number, linked in enumerate(scenario.linked):
        here = np.flatnonzero(area == number)
        first = true_person[here].min()
        known = here[true_person[here] < first + linked]
        person[known] = true_person[known]
        for at in known[(wave[known] > 0) & (rng.random(len(known)) < scenario.falsely_linked)]:
            others = here[(wave[here] == wave[at]) & (person[here] > true_person.max())]
            if len(others):
                other = rng.choice(others)
                person[at], person[other] = person[other], person[at]
    return person
