"""A seeded simulator of a survey in waves, which knows the truth behind every number it makes.

The model, on the logit scale: P(level <= k) = logistic(threshold_k - effect), where a respondent's effect is the
person's own (normal, the same in every wave) plus the sector's plus, after the first wave, the change of the item and
the mean departure of the person's areas from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.simulation.scenario import Floats, Ints, Plan, Scenario, as_categories, plan_arrays
from pipeline.simulation.truth import tabulate_truth, true_changes, true_shares

_TOWN_STARTS = wrap(
    "AbBaBeBiBlBrBuCaChCoCrDeDoDuEdExFaGaGlGrHaHeHoHuInKiLaLeLiLoLuMaMiMuNeNoOlOxPePlPoReRoSaShSoStSuTaThTrWaWeWiWo", 2
)
_SCHOOL_ENDS = wrap("alamchdyenereseygeghldlellndnsodonrdrerkrsryshsssttethts", 2)
_DAYS = [f"{day:02d}" for day in range(1, 32)]
_CODE_PARTS = (_TOWN_STARTS, _DAYS, _SCHOOL_ENDS)


@dataclass(frozen=True)
class SimulatedSurvey:
    """What people answered, and the truth behind it.

    `respondents`: wave, respondent_id, person (the true identity), areas (tuple of ids), sector, role, code_1..,
    started_at, submitted_at. `answers_by_respondent_item`: wave, respondent_id, person, item, level (from 1), off_scale
    (label); both missing where the item was left out. `true_change_by_item_area_wave`: conditional log-odds since the
    first wave; the whole area's is the mean of its areas. `true_share_by_item_area_wave`: the favourable share to
    expect among all who name the area, each person once in the whole area; missing where nobody does.
    """

    respondents: pd.DataFrame
    answers_by_respondent_item: pd.DataFrame
    true_change_by_item_area_wave: pd.DataFrame
    true_share_by_item_area_wave: pd.DataFrame


@dataclass(frozen=True)
class _People:
    """Persons (rows 0..) and their responses, in order of wave and submission."""

    person: Ints
    wave: Ints
    first_area: Ints  # of the response, a stratum
    second_area: Ints  # of the response; the first again where there is no second
    sector: Ints
    role: Ints
    submitted_at: NDArray[np.datetime64]
    persons: int


def simulate_survey(scenario: Scenario, evaluation: Evaluation, rng: np.random.Generator) -> SimulatedSurvey:
    """Simulate all waves of a scenario; every chance comes from `rng`.

    Raises KeyError for an item without thresholds or a wave without a mix of sectors.
    """
    plan = plan_arrays(scenario, evaluation)
    departures = _draw_departures(scenario, plan, rng)
    people = _draw_people(scenario, evaluation, plan, rng)
    return SimulatedSurvey(
        respondents=_respondents(scenario, evaluation, plan, people, rng),
        answers_by_respondent_item=_answers(scenario, evaluation, plan, people, departures, rng),
        true_change_by_item_area_wave=tabulate_truth(plan, "change", true_changes(plan, departures)),
        true_share_by_item_area_wave=tabulate_truth(plan, "share", true_shares(scenario, evaluation, plan, departures)),
    )


def _draw_departures(scenario: Scenario, plan: Plan, rng: np.random.Generator) -> Floats:
    """Give each stratum's departure from the change of each item (s, i); people in all areas have the mean."""
    fixed = np.array([scenario.departures.get(area, 0.0) for area in plan.area_ids[:-1]])
    drawn = fixed[:, None] + scenario.change_sd * rng.standard_normal((len(fixed), len(plan.item_ids)))
    return np.vstack([drawn, drawn.mean(axis=0)])


def _draw_people(scenario: Scenario, evaluation: Evaluation, plan: Plan, rng: np.random.Generator) -> _People:
    person, wave, stratum, newcomer_wave = _draw_who_answers(plan, rng)
    persons = len(stratum)
    sums = plan.newcomer_mix[newcomer_wave, stratum].cumsum(axis=1)
    sector = np.minimum((rng.random(persons)[:, None] > sums).sum(axis=1), len(plan.sector_ids) - 1)
    second = (stratum + 1 + rng.integers(0, max(plan.whole - 1, 1), persons)) % max(plan.whole, 1)
    alone = (rng.random(persons) >= scenario.two_areas) | (stratum == plan.whole)
    weights = 1 / np.arange(1, len(evaluation.respondent_roles) + 1)
    role = rng.choice(len(weights), persons, p=weights / weights.sum()) if len(weights) else np.zeros(persons, np.int64)
    submitted_at = _draw_times(plan.waves, wave, rng)
    order = np.lexsort((submitted_at, wave))
    person = person[order]
    return _People(
        person, wave[order], stratum[person], np.where(alone, stratum, second)[person], sector[person], role[person],
        submitted_at[order], persons,
    )  # fmt: skip


def _draw_who_answers(plan: Plan, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Give person and wave of each response, and stratum and first wave of each person."""
    pools: list[Ints] = [np.empty(0, np.int64) for _ in plan.area_ids]
    responses: list[tuple[Ints, int]] = []
    newcomers: list[tuple[int, int, int]] = []
    persons = 0
    for wave, stratum in np.ndindex(plan.people.shape):
        back = int(plan.returning[wave, stratum])
        fresh = np.arange(persons, persons + int(plan.people[wave, stratum]) - back)
        responses.append((np.concatenate([rng.permutation(pools[stratum])[:back], fresh]), wave))
        newcomers.append((stratum, wave, len(fresh)))
        pools[stratum] = np.concatenate([pools[stratum], fresh])
        persons += len(fresh)
    strata, first_waves, counts = np.array(newcomers).T
    return (
        np.concatenate([person for person, _ in responses]),
        np.repeat([wave for _, wave in responses], [len(person) for person, _ in responses]),
        np.repeat(strata, counts),
        np.repeat(first_waves, counts),
    )


def _draw_times(waves: list[Wave], wave: Ints, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """Give times in the office hours of the fieldwork's working days, to the second."""
    times = np.empty(len(wave), dtype="datetime64[s]")
    for row, one in enumerate(waves):
        days = np.arange(np.datetime64(one.fieldwork.start, "D"), np.datetime64(one.fieldwork.end, "D") + 1)
        working = days[np.is_busday(days)] if np.is_busday(days).any() else days
        here = wave == row
        chosen = working[rng.integers(0, len(working), here.sum())].astype("datetime64[s]")
        times[here] = chosen + rng.integers(8 * 3600, 18 * 3600, here.sum())
    return times


def _respondents(
    scenario: Scenario, evaluation: Evaluation, plan: Plan, people: _People, rng: np.random.Generator
) -> pd.DataFrame:
    ids = plan.area_ids
    pairs = zip(people.first_area, people.second_area, strict=True)
    areas = [(ids[one],) if one == two else (ids[one], ids[two]) for one, two in pairs]
    roles = [role.id for role in evaluation.respondent_roles]
    columns: dict[str, object] = {
        "wave": as_categories(people.wave, [wave.id for wave in plan.waves]),
        "respondent_id": np.arange(len(people.person)),
        "person": people.person,
        "areas": pd.Series(areas, dtype=object),
        "sector": as_categories(people.sector, plan.sector_ids),
        "role": as_categories(people.role if roles else people.role - 1, roles),
    }
    parts = _draw_codes(scenario, len(evaluation.questions.code), people, rng)
    columns |= {f"code_{number}": pd.Series(part, dtype=object) for number, part in enumerate(parts, start=1)}
    columns["started_at"] = people.submitted_at - rng.integers(150, 900, len(people.person))
    columns["submitted_at"] = people.submitted_at
    return pd.DataFrame(columns)


def _draw_codes(scenario: Scenario, parts: int, people: _People, rng: np.random.Generator) -> list[list[str | None]]:
    """Give the written parts of each response's code: the person's own, or with one part unlike, or none."""
    responses = len(people.person)
    given = rng.random(responses) < scenario.code_given
    slipped = np.where(rng.random(responses) < scenario.code_slip, rng.integers(0, max(parts, 1), responses), -1)
    written = []
    for part in range(parts):
        choices = _CODE_PARTS[part % len(_CODE_PARTS)]
        own = rng.integers(0, len(choices), people.persons)[people.person]
        shift = rng.integers(1, len(choices), responses)
        chosen = (own + np.where(slipped == part, shift, 0)) % len(choices)
        written.append([choices[number] if here else None for number, here in zip(chosen, given, strict=True)])
    return written


def _answers(
    scenario: Scenario,
    evaluation: Evaluation,
    plan: Plan,
    people: _People,
    departures: Floats,
    rng: np.random.Generator,
) -> pd.DataFrame:
    shape = (len(people.person), len(plan.item_ids))
    level = _draw_levels(scenario, plan, people, departures, rng)
    labels_by_item = [evaluation.scale_of(item).off_scale for item in plan.item_ids]
    labels = list(dict.fromkeys(label for some in labels_by_item for label in some))
    count = np.array([len(some) for some in labels_by_item])
    code = np.array(
        [[labels.index(label) for label in some] + [-1] * (len(labels) - len(some)) for some in labels_by_item]
    )
    fate, which = rng.random((2, *shape))
    left_out = fate < scenario.missing
    off = ~left_out & (fate < scenario.missing + scenario.off_scale) & (count > 0)
    choice = np.full(shape, -1)
    if labels:
        choice = np.where(off, code[np.arange(shape[1]), (which * count).astype(np.int64)], -1)
    repeated = np.repeat(np.arange(shape[0]), shape[1])
    return pd.DataFrame(
        {
            "wave": as_categories(people.wave[repeated], [wave.id for wave in plan.waves]),
            "respondent_id": repeated,
            "person": people.person[repeated],
            "item": as_categories(np.tile(np.arange(shape[1]), shape[0]), plan.item_ids),
            "level": pd.array(np.where(left_out | off, np.nan, level).ravel(), dtype="Int8"),
            "off_scale": as_categories(choice.ravel(), labels),
        }
    )


def _draw_levels(scenario: Scenario, plan: Plan, people: _People, departures: Floats, rng: np.random.Generator) -> Ints:
    """Give the level (from 1) that each response would choose on each item."""
    items = len(plan.item_ids)
    own, common = rng.standard_normal((people.persons, items)), rng.standard_normal((people.persons, 1))
    person = np.sqrt(scenario.item_correlation) * common + np.sqrt(1 - scenario.item_correlation) * own
    departure = (departures[people.first_area] + departures[people.second_area]) / 2
    effect = scenario.person_sd * person[people.person] + plan.sector_effects[people.sector][:, None]
    effect += plan.changes[people.wave] + np.where(people.wave[:, None] > 0, departure, 0)
    latent = effect + rng.logistic(size=effect.shape)
    level: Ints = (latent[..., None] > plan.thresholds).sum(axis=-1) + 1
    return level
