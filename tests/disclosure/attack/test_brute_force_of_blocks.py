"""Sectors, people looking back and people linked: the program's intervals are those of counting every small survey."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.attack.blocks import (
    FAVOURABLE_IN,
    NO_PAIR,
    PAIRED,
    Block,
    LinkBlock,
    PairBlock,
    SectorBlock,
)
from pipeline.disclosure.attack.program import Program, Row
from pipeline.disclosure.attack.search import KnownRows
from pipeline.disclosure.attack.sentences import Bounded
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey

CASES = 8
ITEM, BEFORE, WAVES = "describe", "before", ("wave-1", "wave-2")
SECTORS = ("health", "schools")
AREAS = ("barnet", "camden", "all")
# Where somebody works.
Places = frozenset[str]
# A count of people: its key, and whether a kind of person is in it.
Counts = Mapping[Hashable, Callable[[tuple[object, ...]], bool]]


@dataclass(frozen=True)
class Surveys:
    """Every survey of few people: how many of each kind there are, a survey a line; and counts, by key."""

    people: np.ndarray
    kinds: Sequence[tuple[object, ...]]

    def count(self, is_in: Callable[[tuple[object, ...]], bool]) -> np.ndarray:
        found: np.ndarray = self.people @ np.array([int(is_in(kind)) for kind in self.kinds])
        return found


def places(several: bool, nowhere: bool) -> list[Places]:
    found = [frozenset({"barnet"}), frozenset({"camden"})]
    return [*found, *([frozenset({"barnet", "camden"})] if several else []), *([frozenset()] if nowhere else [])]


def all_surveys(of_kinds: Sequence[tuple[object, ...]], most: int) -> Surveys:
    chosen = (
        np.bincount(one, minlength=len(of_kinds))
        for size in range(most + 1)
        for one in map(list, itertools.combinations_with_replacement(range(len(of_kinds)), size))
    )
    return Surveys(np.array(list(chosen), dtype=np.int64).reshape(-1, len(of_kinds)), of_kinds)


def is_of(area: str, where: object) -> bool:
    return area == "all" or area in where  # type: ignore[operator]


@dataclass
class Case:
    """What is published of one true survey, and which of all surveys agree with it."""

    surveys: Surveys
    truth: int
    chance: np.random.Generator
    facts: list[Fact]
    fits: np.ndarray

    def tell(self, statistic: str, counts: np.ndarray, *, always: tuple[int, int] | None = None, **keys: str) -> None:
        """Publish a count: exactly, between two numbers, hidden, or not at all; `always`: between these."""
        true = int(counts[self.truth])
        form = "bounds" if always else self.chance.choice(["exact", "between", "hidden", "nothing"])
        if form == "nothing":
            return
        if form == "hidden":
            self.facts.append(make_fact(statistic, None, **keys))
            return
        ends = (true, true) if form == "exact" else (max(0, true - 1), true + int(self.chance.integers(3)))
        low, high = always or ends
        self.facts.append(make_fact(statistic, low, high, **keys))
        self.fits &= (counts >= low) & (counts <= high)

    def tell_share(self, statistic: str, some: np.ndarray, base: np.ndarray, **keys: str) -> None:
        """Publish a share, rounded, or not at all."""
        step, true = float(self.chance.choice([0.01, 0.1, 0.25])), int(base[self.truth])
        if self.chance.random() < 0.5 or not true:
            return
        nearest = round(some[self.truth] / true / step) * step
        low, high = max(0.0, nearest - step / 2), nearest + step / 2
        self.facts.append(make_fact(statistic, low, high, **keys))
        self.fits &= (some >= low * base - 1e-9) & (some <= high * base + 1e-9)


def cases(surveys: Surveys, seed: Sequence[int], n_cases: int) -> Iterator[Case]:
    chance = np.random.default_rng(list(seed))
    for _ in range(n_cases):
        yield Case(
            surveys, int(chance.integers(len(surveys.people))), chance, [], np.ones(len(surveys.people), dtype=bool)
        )


def intervals(
    case: Case,
    several: bool,
    nowhere: bool,
    only: type[Block],
    known_rows: KnownRows = "none",
    **settings: object,
) -> list[Bounded]:
    """Return what is learned without a guess, of areas alone."""
    survey = make_survey(
        areas=("barnet", "camden"),
        waves=WAVES,
        several_areas=several,
        none_listed=nowhere,
        least_values=1_000,
        minimum_base=4,
        **settings,
    )
    found = attack(case.facts, survey, known_rows=known_rows, only=only).intervals
    # What areas have together is a sum of these; guesses are tried on the items of a wave.
    without_guess = [one for one in found if "takes" not in one.attacker]
    return [one for one in without_guess if one.area in ("barnet", "camden", "all", "none")]


def area_of(bounded: Bounded) -> Callable[[object], bool]:
    return lambda where: not where if bounded.area == "none" else is_of(bounded.area, where)


@cache
def surveys_of_sectors(several: bool, nowhere: bool) -> Surveys:
    return all_surveys(list(itertools.product(places(several, nowhere), SECTORS)), 5)


def check_sectors(several: bool, nowhere: bool, n_cases: int) -> int:
    surveys, seen = surveys_of_sectors(several, nowhere), 0
    for case in cases(surveys, (1, several, nowhere), n_cases):
        case.tell(kinds.PEOPLE, surveys.count(lambda _: True), always=(0, 5), wave="wave-1", area="all")
        for area in AREAS:
            here = surveys.count(lambda kind, area=area: is_of(area, kind[0]))
            if area != "all":
                case.tell(kinds.PEOPLE, here, wave="wave-1", area=area)
            for sector in SECTORS:
                both = surveys.count(lambda kind, area=area, sector=sector: is_of(area, kind[0]) and kind[1] == sector)
                case.tell(kinds.PEOPLE_BY_SECTOR, both, wave="wave-1", area=area, sector=sector)
        for one in intervals(case, several, nowhere, SectorBlock, sectors=SECTORS):
            counts = surveys.count(lambda kind, one=one: area_of(one)(kind[0]) and one.sector in (None, kind[1]))[
                case.fits
            ]
            assert (one.low, one.high) == (counts.min(), counts.max()), (one, case.facts)
            seen += 1
    return seen


@cache
def surveys_of_pairs(several: bool, nowhere: bool) -> Surveys:
    return all_surveys(list(itertools.product(places(several, nowhere), (*PAIRED, NO_PAIR))), 4)


def is_counted(what: str, category: object) -> bool:
    """Tell whether somebody's pair of answers is counted in pairs, or in "favourable now" and so on."""
    *other, part = what.split()
    if what == "pairs":
        return category in PAIRED
    return category in PAIRED and (category in FAVOURABLE_IN[part]) == (other == ["favourable"])


def check_pairs(several: bool, nowhere: bool, n_cases: int) -> int:
    surveys, seen = surveys_of_pairs(several, nowhere), 0
    keys = {"wave": "wave-1", "item": ITEM, "before_item": BEFORE}
    for case in cases(surveys, (2, several, nowhere), n_cases):
        case.tell(kinds.PEOPLE, surveys.count(lambda _: True), always=(0, 4), wave="wave-1", area="all")
        for area in AREAS:

            def counted(what: str, area: str = area) -> np.ndarray:
                return surveys.count(lambda kind: is_of(area, kind[0]) and is_counted(what, kind[1]))

            case.tell(kinds.PAIRS, counted("pairs"), area=area, **keys)
            for part in ("before", "now"):
                share = counted(f"favourable {part}")
                case.tell_share(kinds.SHARE_OF_PAIRS, share, counted("pairs"), part=part, area=area, **keys)
        for one in intervals(case, several, nowhere, PairBlock):
            counts = surveys.count(lambda kind, one=one: area_of(one)(kind[0]) and is_counted(one.what, kind[1]))[
                case.fits
            ]
            assert (one.low, one.high) == (counts.min(), counts.max()), (one, case.facts)
            seen += 1
    return seen


@cache
def surveys_of_links(several: bool, nowhere: bool) -> tuple[Surveys, int]:
    """Return surveys of two waves, a kind of person being where they worked in each, None where they took no part."""
    where: list[Places | None] = [*places(several, nowhere)]
    most = 3 if len(where) == 2 else 2
    made = all_surveys([pair for pair in itertools.product([*where, None], repeat=2) if pair != (None, None)], 2 * most)
    few = np.ones(len(made.people), dtype=bool)
    for wave in (0, 1):
        few &= made.count(lambda kind, wave=wave: kind[wave] is not None) <= most
    return Surveys(made.people[few], made.kinds), most


def is_linked(kind: tuple[object, ...], area: str) -> bool:
    """Whoever took part in both waves is recognised; of an area are those who worked in it both times."""
    return None not in kind and all(is_of(area, where) for where in kind)


def took_part(kind: tuple[object, ...], wave: int, area: str) -> bool:
    return kind[wave] is not None and is_of(area, kind[wave])


def counted_of_links(surveys: Surveys, one: Bounded) -> np.ndarray:
    linked = surveys.count(lambda kind: is_linked(kind, one.area))
    by_wave = [surveys.count(lambda kind, wave=wave: took_part(kind, wave, one.area)) for wave in (0, 1)]
    if one.what == "linked":
        return linked
    if one.what == "more people":
        return by_wave[1] - by_wave[0]
    rest: np.ndarray = by_wave[WAVES.index(one.wave)] - linked
    return rest


def people_known(nowhere: bool) -> dict[str, tuple[object, ...]]:
    """Return every kind of person of one area or none whose row may be known, by the words for who knows it."""
    where = places(several=False, nowhere=nowhere)
    found: dict[str, tuple[object, ...]] = {}
    for place in where:
        name = "".join(place) or "no area"
        found[f"{name} recognised in wave-1 and wave-2"] = (place, place)
        found[f"{name} in wave-1 who is not recognised in wave-1 and wave-2"] = (place, None)
        found[f"{name} in wave-2 who is not recognised in wave-1 and wave-2"] = (None, place)
        for other in where:
            to = f"{''.join(other) or 'no area'} in wave-2"
            if place != other:
                found[f"{name} in wave-1 and of {to} recognised in wave-1 and wave-2"] = (place, other)
    return {f"Whoever is, or knows, a person of {words}": kind for words, kind in found.items()}


def is_among(surveys: Surveys, kind: tuple[object, ...]) -> np.ndarray:
    found: np.ndarray = surveys.count(lambda other: other == kind) > 0
    return found


def check_links(several: bool, nowhere: bool, n_cases: int) -> int:
    """Compare with counting, which agrees exactly where people work in one area; else no true count is ruled out."""
    (surveys, most), seen, known = surveys_of_links(several, nowhere), 0, people_known(nowhere)
    for number, case in enumerate(cases(surveys, (3, several, nowhere), n_cases)):
        tell_of_links(case, most)
        known_rows = "all" if number % 4 == 0 and not several else "none"
        found = intervals(case, several, nowhere, LinkBlock, known_rows=known_rows)
        if found and known_rows == "all":
            possible = {who for who, kind in known.items() if is_among(surveys, kind)[case.fits].any()}
            assert {one.attacker for one in found if one.besides_one} == possible, case.facts
        for one in found:
            counts = counted_of_links(surveys, one)
            fits = case.fits
            if one.besides_one:
                kind = known[one.attacker]
                fits = fits & is_among(surveys, kind)
                alone = Surveys(np.eye(1, dtype=np.int64), [kind])
                counts = counts - counted_of_links(alone, one)
            ends = (counts[fits].min(), counts[fits].max())
            if several:
                assert one.low <= ends[0] and ends[1] <= one.high, (one, case.facts)
            else:
                assert (one.low, one.high) == ends, (one, case.facts)
            seen += 1
    return seen


def tell_of_links(case: Case, most: int) -> None:
    for number, wave in enumerate(WAVES):
        for area in AREAS:
            here = case.surveys.count(lambda kind, number=number, area=area: took_part(kind, number, area))
            always = (0, most) if area == "all" else None
            case.tell(kinds.PEOPLE, here, always=always, wave=wave, area=area)
    keys = {"baseline_wave": WAVES[0], "comparison_wave": WAVES[1]}
    for area in AREAS:
        linked = case.surveys.count(lambda kind, area=area: is_linked(kind, area))
        case.tell(kinds.LINKED, linked, area=area, **keys)


def test_the_solver_loses_no_optimum() -> None:
    # With its presolve HiGHS, as scipy 1.17.1 has it, calls 3 the most of camden here and says that it has proved it.
    rows = [
        Row({"all": 1, "barnet": -1}, low=0),
        Row({"all": 1, "camden": -1}, low=0),
        Row({"barnet": 1, "camden": 1, "all": -1}, low=0),
        Row({"all others": 1, "barnet others": -1}, low=0),
        Row({"all others": 1, "camden others": -1}, low=0),
        Row({"barnet others": 1, "camden others": 1, "all others": -1}, low=0),
        Row({"all": 1, "all others": 1}, low=0, high=5),
        Row({"camden others": 1}, low=0, high=1),
        Row({"all": 1}, low=2, high=5),
        Row({"all others": 1}, low=0, high=3),
        Row({"all": 1, "all others": 1}, high=10_000),
    ]
    program = Program(rows, seconds=10)
    assert program.bounds(program.vector({"camden": 1})) == (0, 5)


CHECKS = {"sectors": check_sectors, "pairs": check_pairs, "links": check_links}
KINDS_OF_SURVEY = list(itertools.product((False, True), repeat=2))


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
@pytest.mark.parametrize(("several", "nowhere"), KINDS_OF_SURVEY[:1])
def test_anyone_learns_what_counting_every_survey_tells(
    check: Callable[[bool, bool, int], int], several: bool, nowhere: bool
) -> None:
    assert check(several, nowhere, CASES) > CASES


def test_no_true_count_of_people_in_several_areas_or_none_who_moved_is_ruled_out() -> None:
    assert check_links(several=True, nowhere=True, n_cases=2 * CASES) > CASES


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
@pytest.mark.parametrize(("several", "nowhere"), KINDS_OF_SURVEY)
def test_anyone_learns_what_counting_tells_of_every_kind_of_survey(
    check: Callable[[bool, bool, int], int], several: bool, nowhere: bool
) -> None:
    assert check(several, nowhere, 10 * CASES) > CASES
