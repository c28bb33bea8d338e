"""The program's intervals are those of counting: every table of a small survey that agrees with the facts is made."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cache

import numpy as np
import pytest

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.attack.sentences import Bounded
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey

MOST = 6
CASES = 60  # 250 of each kind of survey, a thousand in all, take minutes and agree as well
PLACES = ("barnet", "camden", "none", "all")


def small_survey(several: bool, nowhere: bool) -> KnownSurvey:
    return make_survey(
        areas=("barnet", "camden"),
        waves=("wave-1",),
        levels_by_item_wave={("describe", "wave-1"): 2},
        favourable_by_item_wave={("describe", "wave-1"): frozenset({2})},
        several_areas=several,
        none_listed=nowhere,
        least_values=1_000,
        minimum_base=4,
    )


@cache
def people_kinds(several: bool, nowhere: bool) -> list[tuple[tuple[str, ...], int]]:
    """Return every kind of person: where they work, and what they said: level 1, level 2 or nothing (2)."""
    areas: list[tuple[str, ...]] = [("barnet",), ("camden",)]
    areas += [("barnet", "camden")] if several else []
    areas += [("none",)] if nowhere else []
    return [(where, said) for where in areas for said in range(3)]


@cache
def all_tables(several: bool, nowhere: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return how many people of each kind, a survey a line, and counts by survey, place and what was said."""
    which = people_kinds(several, nowhere)
    surveys = np.array(
        [
            np.bincount(chosen, minlength=len(which))
            for size in range(MOST + 1)
            for chosen in (list(one) for one in itertools.combinations_with_replacement(range(len(which)), size))
        ]
    )
    counts = np.zeros((len(surveys), len(PLACES), 3), dtype=int)
    for kind, (where, said) in enumerate(which):
        for place in (*where, "all"):
            counts[:, PLACES.index(place), said] += surveys[:, kind]
    return surveys, counts


def ratio_bounds(part: int, base: int, chance: np.random.Generator) -> tuple[float, float]:
    step = chance.choice([0.01, 0.1, 0.25])
    nearest = round(part / base / step) * step if base else 0.0
    return max(0.0, nearest - step / 2), nearest + step / 2


def random_facts(
    truth: np.ndarray, chance: np.random.Generator
) -> tuple[list[Fact], list[tuple[np.ndarray, float, float, np.ndarray]]]:
    """Return facts of a true survey, and each as weights (place by said), low, high, and weights of a base."""
    facts = [make_fact(kinds.BLANK, 0, MOST, wave="wave-1", item="describe")]
    facts += [make_fact(kinds.OFF_SCALE, 0, wave="wave-1", item="describe")]
    rows: list[tuple[np.ndarray, float, float, np.ndarray]] = []
    facts.append(make_fact(kinds.PEOPLE, 0, MOST, wave="wave-1", area="all"))
    for place in ("barnet", "camden", "all"):
        for statistic, said in ((kinds.PEOPLE, (0, 1, 2)), (kinds.ANSWERING, (0, 1)), (kinds.FAVOURABLE_PEOPLE, (1,))):
            if chance.random() < 0.45:
                continue
            weights = np.zeros((4, 3))
            weights[PLACES.index(place), list(said)] = 1
            value = int((truth * weights).sum())
            low, high = (
                (value, value) if chance.random() < 0.6 else (max(0, value - 1), value + int(chance.integers(3)))
            )
            item = {} if statistic == kinds.PEOPLE else {"item": "describe"}
            facts.append(make_fact(statistic, low, high, wave="wave-1", area=place, **item))
            rows.append((weights, low, high, np.zeros((4, 3))))
        base = np.zeros((4, 3))
        base[PLACES.index(place), :2] = 1
        for statistic, level in ((kinds.FAVOURABLE_SHARE, 1), (kinds.LEVEL_SHARE, 0)):
            if chance.random() < 0.6 or not (truth * base).sum():
                continue
            part = np.zeros((4, 3))
            part[PLACES.index(place), level] = 1
            low, high = ratio_bounds(int((truth * part).sum()), int((truth * base).sum()), chance)
            extra = {"level": "1"} if statistic == kinds.LEVEL_SHARE else {}
            facts.append(make_fact(statistic, low, high, wave="wave-1", area=place, item="describe", **extra))
            rows.append((part, low, high, base))
    for place in ("barnet", "camden"):
        is_named = any(fact.statistic == kinds.PEOPLE and fact.of["area"] == place for fact in facts)
        if not is_named and chance.random() < 0.6:
            facts.append(make_fact(kinds.PEOPLE, None, wave="wave-1", area=place))
    return facts, rows


def agreeing(counts: np.ndarray, rows: list[tuple[np.ndarray, float, float, np.ndarray]]) -> np.ndarray:
    fits = np.ones(len(counts), dtype=bool)
    flat = counts.reshape(len(counts), -1)
    for weights, low, high, base in rows:
        value = flat @ weights.ravel()
        scale = flat @ base.ravel() if base.any() else 1
        fits &= (value >= low * scale - 1e-9) & (value <= high * scale + 1e-9)
    return fits


WHAT = {
    "people": (0, 1, 2), "people answering": (0, 1), "favourable": (1,), "not favourable": (0,),
    "level 1": (0,), "level 2": (1,),
}  # fmt: skip


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("nowhere", [False, True])
def test_attackers_learn_what_counting_every_table_tells(several: bool, nowhere: bool) -> None:
    survey = small_survey(several, nowhere)
    surveys, counts = all_tables(several, nowhere)
    which = people_kinds(several, nowhere)
    chance = np.random.default_rng([several, nowhere])
    seen: Counter[str] = Counter()
    for case in range(CASES):
        facts, rows = random_facts(counts[chance.integers(len(counts))], chance)
        fits = agreeing(counts, rows)
        intervals = attack(facts, survey, known_rows="all" if case % 8 == 0 else "none").intervals
        is_small = bool(counts[fits][:, PLACES.index("none")].sum(axis=1).max() < survey.minimum_base)
        assert any(one.area == "none" and one.item is None for one in intervals) == (nowhere and is_small)
        for bounded in intervals:
            areas = hidden_together(facts, bounded, nowhere) if bounded.area.startswith("what is") else [bounded.area]
            fitting = fits & guessed(counts, facts, bounded.attacker)
            person = people_in(bounded.attacker) if bounded.besides_one else []
            own = 0
            if person:
                fitting = fitting & surveys[:, [which.index(one) for one in person]].any(axis=1)
                said_of = {said for _, said in person}
                is_counted = len(said_of) > 1 or said_of <= set(WHAT[bounded.what])
                own = int(is_counted) * sum(area == "all" or area in person[0][0] for area in areas)
            index = [PLACES.index(area) for area in areas]
            values = counts[fitting][:, index][:, :, list(WHAT[bounded.what])].sum(axis=(1, 2)) - own
            if not len(values) and bounded.what == "people":
                continue  # The answers rule such an attacker out; the block of the people cannot know.
            expected = (values.min(), values.max())
            if bounded.what == "people" and bounded.attacker != "Anyone":
                # Who takes part, and what they answered, are blocks of their own: what one is told stays there.
                assert bounded.low <= expected[0] and expected[1] <= bounded.high
            else:
                assert (bounded.low, bounded.high) == expected, (bounded, facts)
            seen[bounded.attacker.split()[0] + " " * ("takes" in bounded.attacker)] += 1
    assert seen["Anyone"] > 100 and min(seen["Anyone "], seen["Whoever"], seen["Whoever "]) > 0


def hidden_together(facts: list[Fact], bounded: Bounded, nowhere: bool) -> list[str]:
    """Return the areas of which nothing is shown: no people, or, of an item, no people or no answers."""
    shown = {(fact.statistic == kinds.PEOPLE, fact.of.get("area")) for fact in facts if fact.is_shown}
    needed = (True,) if bounded.item is None else (True, False)
    hidden = [area for area in ("barnet", "camden") if not all((kind, area) in shown for kind in needed)]
    return hidden + ["none"] * nowhere


def guessed(counts: np.ndarray, facts: list[Fact], attacker: str) -> np.ndarray:
    """Return which surveys have fewer people than 4 in the suppressed areas that an attacker takes to be small."""
    _, _, guess = attacker.partition("takes ")
    marked = [fact.of["area"] for fact in facts if not fact.is_shown]
    small = [area for area in marked if guess.startswith(("all that", f"{area} in"))]
    return (counts[:, [PLACES.index(area) for area in small]].sum(axis=2) < 4).all(axis=1)


def people_in(attacker: str) -> list[tuple[tuple[str, ...], int]]:
    """Return the kinds of person of whom the attacker knows one, from the words for him."""
    before, _, what = attacker.removeprefix("Whoever is, or knows, ").partition(" who ")
    where = tuple(area for area in ("barnet", "camden") if area in before) or ("none",)
    said = {"gave answer 1": [0], "gave answer 2": [1], "left 'describe' blank": [2], "took part": [0, 1, 2]}
    (numbers,) = [numbers for words, numbers in said.items() if what.startswith(words)]
    return [(where, number) for number in numbers]
