"""The verdict alone agrees with the whole attack, and linear programs first with branch and cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import AttackResult, attack
from pipeline.disclosure.attack.program import MOST_PEOPLE, Program, Row
from pipeline.disclosure.attack.solver import InfeasibleError, Solver
from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey

ITEM = {"wave": "wave-1", "item": "describe"}
AREAS = ("barnet", "camden", "enfield")


@st.composite
def answers_of_a_wave(draw: st.DrawFn) -> list[Fact]:
    """Return people and answers of three areas and the whole, some hidden, some rounded."""
    people = {area: draw(st.integers(1, 25)) for area in AREAS}
    blank = {area: draw(st.integers(0, min(2, people[area] - 1))) for area in AREAS}
    yes = {area: draw(st.integers(0, people[area] - blank[area])) for area in AREAS}
    for counts in (people, blank, yes):
        counts["all"] = sum(counts.values())
    facts = []
    for area in (*AREAS, "all"):
        answering = people[area] - blank[area]
        if draw(st.booleans()):
            facts.append(make_fact(kinds.PEOPLE, people[area], wave="wave-1", area=area))
            facts.append(make_fact(kinds.ANSWERING, answering, area=area, **ITEM))
            share = round(yes[area] / answering, 1)
            facts.append(make_fact(kinds.FAVOURABLE_SHARE, max(0, share - 0.05), share + 0.05, area=area, **ITEM))
        else:
            facts.append(make_fact(kinds.PEOPLE, None, wave="wave-1", area=area))
    return facts


def blocks_told_of(result: AttackResult) -> set[bool]:
    """Return whether findings are of answers, of people, or of both."""
    return {"'describe'" in finding for finding in result.findings}


@settings(max_examples=12, deadline=None)
@given(
    facts=answers_of_a_wave(),
    several=st.booleans(),
    protects=st.sampled_from(["suppressed groups", "counts up to six"]),
    known_rows=st.sampled_from(["none", "where needed"]),
)
def test_the_verdict_alone_is_that_of_the_whole_attack(
    facts: list[Fact], several: bool, protects: str, known_rows: str
) -> None:
    survey = make_survey(areas=AREAS, several_areas=several, protects=protects)
    whole = attack(facts, survey, known_rows=known_rows)
    verdict = attack(facts, survey, known_rows=known_rows, exact=False)
    assert blocks_told_of(verdict) == blocks_told_of(whole)
    assert len(verdict.intervals) <= len(whole.intervals)


@pytest.mark.parametrize("exact", [True, False], ids=["the whole attack", "the verdict alone"])
def test_who_takes_all_that_is_hidden_to_be_of_few_is_followed_though_nobody_else_learns_enough(exact: bool) -> None:
    # Camden and enfield share 30 - 14 = 16 people: 0 to 16 each, and 7 to 9 each where both have at most 9.
    facts = [
        make_fact(kinds.PEOPLE, 30, wave="wave-1", area="all"),
        make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"),
        *(make_fact(kinds.PEOPLE, None, wave="wave-1", area=area) for area in ("camden", "enfield")),
    ]
    findings = attack(facts, make_survey(areas=AREAS), known_rows="none", exact=exact).findings
    guess = "Anyone who takes all that is hidden to be of few people can work out that 7 to 9 people of"
    assert findings and all(one.startswith(guess) for one in findings)
    # Of 40 - 14 = 26 people not both can have at most 9: nobody can take it to be so.
    facts[0] = make_fact(kinds.PEOPLE, 40, wave="wave-1", area="all")
    assert attack(facts, make_survey(areas=AREAS), known_rows="none", exact=exact).findings == []


def by_branch_and_cut(rows: list[Row], weights: np.ndarray) -> float | None:
    """Return the most of a sum by scipy's own call of HiGHS, or None where no counts satisfy the rows."""
    matrix = np.array([[row.terms.get(cell, 0) for cell in range(len(weights))] for row in rows], float)
    found = milp(
        -weights,
        integrality=np.ones(len(weights)),
        bounds=Bounds(0, MOST_PEOPLE),
        constraints=LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows]),
        options={"mip_rel_gap": 0.0},
    )
    return None if found.status == 2 else round(-found.fun)


@st.composite
def rows_of_four_cells(draw: st.DrawFn) -> list[Row]:
    """Return rows with large and small weights, as those of shares have, and a limit on all cells together."""
    rows = [Row(dict.fromkeys(range(4), 1), high=draw(st.integers(5, 60)))]
    for _ in range(draw(st.integers(1, 4))):
        terms = {cell: draw(st.integers(-40, 40)) for cell in range(4)}
        low = draw(st.integers(-60, 40))
        rows.append(Row(terms, low=low, high=low + draw(st.integers(0, 60))))
    return rows


@settings(max_examples=40, deadline=None)
@given(
    rows=rows_of_four_cells(),
    further=rows_of_four_cells(),
    weights=st.lists(st.integers(-3, 3), min_size=4, max_size=4),
)
def test_linear_programs_first_give_the_bounds_of_branch_and_cut(
    rows: list[Row], further: list[Row], weights: list[int]
) -> None:
    program = Program(rows, seconds=10.0)
    # What was solved before, and rows put in for one search, leave nothing behind.
    for extra in ([], further, []):
        for sense in (1.0, -1.0):
            wanted = sense * np.array(weights, float)
            expected = by_branch_and_cut([*rows, *extra], wanted)
            with program.under(extra) as case:
                if expected is None:
                    with pytest.raises(InfeasibleError):
                        case.most(wanted)
                else:
                    assert case.most(wanted) == expected


def test_multipliers_prove_a_bound_whatever_they_are() -> None:
    solver = Solver(2, most_a_cell=100, seconds=10.0)
    solver.add((np.array([[1.0, 1.0], [2.0, 3.0]]), np.array([-np.inf, -np.inf]), np.array([10.0, 24.0])))
    weights = np.array([1.0, 1.0])
    limit, counts = solver.relaxed(weights)
    assert limit == 10 and solver.fits(counts) and counts.sum() == 10
    for multipliers in ([1.0, 0.0], [0.0, 0.5], [0.3, 0.1], [-1.0, 0.2]):
        assert solver._proven(weights, np.array(multipliers)) >= 10


@st.composite
def people_in_bins(draw: st.DrawFn) -> list[Fact]:
    """Return people of three areas and the whole by sector, in bins that are mostly of six and sometimes finer."""
    facts = []
    for sector in ("health", "schools"):
        people = {area: draw(st.integers(0, 15)) for area in AREAS}
        for area, count in {**people, "all": sum(people.values())}.items():
            low, high = ends_of_bin(count)
            if draw(st.integers(0, 5)) == 0:
                low, high = max(low, count - draw(st.integers(0, 2))), min(high, count + draw(st.integers(0, 2)))
            keys = {"wave": "wave-1", "area": area, "sector": sector}
            facts.append(make_fact(kinds.PEOPLE_BY_SECTOR, low, high, **keys))
    return facts


@settings(max_examples=15, deadline=None)
@given(facts=people_in_bins(), several=st.booleans())
def test_who_knows_a_row_finds_the_same_whether_all_is_bounded_or_only_what_solutions_in_hand_leave_open(
    facts: list[Fact], several: bool
) -> None:
    changes = {"areas": AREAS, "sectors": ("health", "schools"), "several_areas": several}
    survey = make_survey(protects="counts up to six", **changes)
    everything = attack(facts, survey, known_rows="all")
    needed = attack(facts, survey, known_rows="where needed")
    assert set(needed.findings) == set(everything.findings)
    assert set(needed.intervals) <= set(everything.intervals)
