"""Whatever is published of true answers, the truth lies inside every interval, and more facts never widen one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.attack.sentences import Bounded
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey

AREAS, SECTORS, LEVELS = ("barnet", "camden", "enfield"), ("health", "not-stated"), ("1", "2", "3", "off", "blank")
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Person:
    areas: frozenset[str]
    sector: str
    answer: str


def truth(people: list[Person], what: str, area: str, sector: str | None) -> int:
    """Return how many people of an area a target counts."""
    of = {"people": LEVELS, "people answering": LEVELS[:3], "favourable": ("3",), "not favourable": ("1", "2")}
    answers = of.get(what) or (what.removeprefix("level "),)
    inside = [one for one in people if area == "all" or area in one.areas or (area == "none" and not one.areas)]
    return sum(one.answer in answers and sector in (None, one.sector) for one in inside)


def published(people: list[Person], chance: np.random.Generator) -> list[Fact]:
    """Return facts of a wave in random roundings, some suppressed, some missing."""
    facts: list[Fact] = []

    def put(statistic: str, value: float, width: float, area: str, **keys: str) -> None:
        kind = chance.choice(["exact", "wide", "suppressed", "missing"], p=[0.4, 0.3, 0.2, 0.1])
        if kind == "suppressed":
            facts.append(make_fact(statistic, None, wave="wave-1", area=area, **keys))
        elif kind != "missing":
            low, high = (value, value) if kind == "exact" else (max(0, value - width), value + width)
            facts.append(make_fact(statistic, low, high, wave="wave-1", area=area, **keys))

    for area in (*AREAS, "all"):
        put(kinds.PEOPLE, truth(people, "people", area, None), 2, area)
        for sector in SECTORS:
            put(kinds.PEOPLE_BY_SECTOR, truth(people, "people", area, sector), 2, area, sector=sector)
        base = truth(people, "people answering", area, None)
        put(kinds.ANSWERING, base, 2, area, item="describe")
        if base:
            put(kinds.FAVOURABLE_SHARE, truth(people, "favourable", area, None) / base, 0.05, area, item="describe")
    whole = truth(people, "people answering", "all", None)
    if whole:
        levels = [truth(people, f"level {level}", "all", None) for level in (1, 2, 3)]
        put(kinds.MEAN, float(np.dot(levels, (1, 2, 3))) / whole, 0.05, "all", item="describe")
        put(kinds.LEVEL_SHARE, levels[0] / whole, 0.005, "all", item="describe", level="1")
    put(kinds.BLANK, truth(people, "level blank", "all", None), 1, "all", item="describe")
    return facts


@st.composite
def surveys(draw: st.DrawFn) -> tuple[list[Person], list[Fact], dict[str, bool]]:
    several, nowhere = draw(st.booleans()), draw(st.booleans())
    areas = st.frozensets(st.sampled_from(AREAS), min_size=0 if nowhere else 1, max_size=3 if several else 1)
    person = st.builds(Person, areas, st.sampled_from(SECTORS), st.sampled_from(LEVELS))
    people = draw(st.lists(person, max_size=25))
    facts = published(people, np.random.default_rng(draw(st.integers(0, 10_000))))
    return people, facts, {"several_areas": several, "none_listed": nowhere}


@QUICK
@given(surveys())
def test_the_truth_lies_inside_every_interval(drawn: tuple[list[Person], list[Fact], dict[str, bool]]) -> None:
    people, facts, kind = drawn
    result = attack(facts, make_survey(sectors=SECTORS, **kind), known_rows="none")
    assert not any("does not fit together" in one or "bounded" in one for one in result.findings)
    for one in result.intervals:
        if one.attacker == "Anyone" and not one.area.startswith("what is"):
            assert one.low <= truth(people, one.what, one.area, one.sector) <= one.high


@QUICK
@given(surveys(), st.randoms(use_true_random=False))
def test_one_more_fact_widens_no_interval(
    drawn: tuple[list[Person], list[Fact], dict[str, bool]], random: Random
) -> None:
    _, facts, kind = drawn
    left_out = random.randrange(len(facts)) if facts else 0
    fewer = [fact for number, fact in enumerate(facts) if number != left_out]
    survey = make_survey(sectors=SECTORS, **kind)
    before, after = _learnt_by_anyone(fewer, survey), _learnt_by_anyone(facts, survey)
    for key in before.keys() & after.keys():
        assert before[key].low <= after[key].low and after[key].high <= before[key].high


def _learnt_by_anyone(facts: list[Fact], survey: KnownSurvey) -> dict[tuple[str | None, ...], Bounded]:
    found = attack(facts, survey, known_rows="none").intervals
    return {
        (one.area, one.item, one.sector, one.what): one
        for one in found
        if one.attacker == "Anyone" and not one.area.startswith("what is")
    }
