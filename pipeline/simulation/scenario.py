"""What a simulated survey is like apart from chance, and the same as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scenario:
    """What a simulated survey is like, apart from chance.

    Log-odds are conditional on the person; shares and probabilities lie in 0..1. `people` counts the respondents of
    a wave by their first area, the whole area's id standing for people who work in all; the earliest wave given is
    the baseline.
    """

    people: Mapping[str, Mapping[str, int]]  # wave -> area -> respondents
    thresholds: Mapping[str, tuple[float, ...]]  # item -> rising, one fewer than the levels
    changes: Mapping[str, Mapping[str, float]]  # wave -> item -> log-odds since the first wave; 0 when not named
    sector_mix: Mapping[str, Mapping[str, float]]  # wave -> sector -> share
    sector_effects: Mapping[str, float] = field(default_factory=dict)
    departures: Mapping[str, float] = field(default_factory=dict)  # area -> log-odds added to every item's change
    change_sd: float = 0.3  # between areas, drawn anew for every item
    person_sd: float = 1.5
    item_correlation: float = 0.6  # of one person's effects on two items
    returning: float = 0.4  # share of a wave, per area, who answered an earlier one, where there are enough
    two_areas: float = 0.06  # of those not in the whole area
    off_scale: float = 0.04
    missing: float = 0.03
    code_given: float = 0.94
    code_slip: float = 0.07  # a part of the code written unlike the person's own


@dataclass(frozen=True)
class Plan:
    """A scenario as arrays, over w(aves), s(trata: the areas, last those in all), i(tems) and c (sectors)."""

    waves: list[Wave]
    area_ids: list[str]
    sector_ids: list[str]
    item_ids: list[str]
    people: Ints  # w, s
    returning: Ints  # w, s
    newcomer_mix: Floats  # w, s, c
    expected_mix: Floats  # w, s, c
    thresholds: Floats  # i, k; padded with infinity
    changes: Floats  # w, i
    sector_effects: Floats  # c

    @property
    def whole(self) -> int:
        return len(self.area_ids) - 1


def plan_arrays(scenario: Scenario, evaluation: Evaluation) -> Plan:
    """Return a scenario as arrays, in the order of the evaluation's waves, areas, items and sectors.

    Raises KeyError for an item without thresholds or a wave without a mix of sectors.
    """
    waves = [wave for wave in evaluation.waves if wave.id in scenario.people]
    area_ids = [area.id for area in (*evaluation.areas, evaluation.whole_area)]
    sector_ids = [sector.id for sector in evaluation.sectors]
    item_ids = [item.id for item in evaluation.items]
    people = np.array([[scenario.people[wave.id].get(area, 0) for area in area_ids] for wave in waves])
    mix = np.array([[scenario.sector_mix[wave.id].get(sector, 0.0) for sector in sector_ids] for wave in waves])
    thresholds = np.full((len(item_ids), max(len(scenario.thresholds[item]) for item in item_ids)), np.inf)
    for row, item in enumerate(item_ids):
        thresholds[row, : len(scenario.thresholds[item])] = scenario.thresholds[item]
    return Plan(
        waves, area_ids, sector_ids, item_ids, people,
        *_plan_mixes(people, mix / mix.sum(axis=1, keepdims=True), scenario.returning),
        thresholds=thresholds,
        changes=np.array([[scenario.changes.get(wave.id, {}).get(item, 0.0) for item in item_ids] for wave in waves]),
        sector_effects=np.array([scenario.sector_effects.get(sector, 0.0) for sector in sector_ids]),
    )  # fmt: skip


def _plan_mixes(people: Ints, mix: Floats, returning_share: float) -> tuple[Ints, Floats, Floats]:
    """Give how many return (w, s), the newcomers' sector mix and the mix to expect of all (w, s, c).

    Who returns brings the sector along, so newcomers make up what the wave's mix still lacks.
    """
    returning = np.zeros_like(people)
    newcomer_mix, expected_mix = np.zeros((2, *people.shape, mix.shape[1]))
    known, known_sectors = np.zeros(people.shape[1]), np.zeros((people.shape[1], mix.shape[1]))
    for wave, wanted in enumerate(people):
        back = returning[wave] = np.minimum(np.rint(returning_share * wanted), known)
        brought = known_sectors * (back / np.maximum(known, 1))[:, None]
        lacking = np.maximum(wanted[:, None] * mix[wave] - brought, 0)
        lacking[lacking.sum(axis=1) == 0] = mix[wave]
        newcomer_mix[wave] = lacking / lacking.sum(axis=1, keepdims=True)
        newcomers = (wanted - back)[:, None] * newcomer_mix[wave]
        expected_mix[wave] = (brought + newcomers) / np.maximum(wanted, 1)[:, None]
        known, known_sectors = known + wanted - back, known_sectors + newcomers
    return returning, newcomer_mix, expected_mix


def as_categories(codes: Ints, labels: list[str]) -> pd.Categorical:
    """Return positions among labels, -1 for none, as categories."""
    categories: pd.Index[Any] = pd.Index(labels)
    return pd.Categorical.from_codes(codes, categories)
