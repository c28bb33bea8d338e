"""On single tables: the intervals of a linear program, which hold those of tau-ARGUS' own audit (pytauargus).

The audit is narrower by a person or two in places, within what the table's equations allow: it is compared as lying
inside, and the linear program, whose solutions are whole numbers in a table of two ways, as equal.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey

AREAS, SECTORS = ("barnet", "camden", "enfield"), ("health", "schools", "social", "youth")


@pytest.mark.parametrize("seed", range(8))
def test_a_table_protected_by_tau_argus_has_intervals_that_hold_those_of_its_audit(seed: int, tmp_path: Path) -> None:
    pytauargus = pytest.importorskip("pytauargus", reason="pytauargus is not installed")
    table = np.random.default_rng(seed).integers(1, 10, size=(3, 4))
    people = [
        {"area": area, "sector": sector, "people": 1.0}
        for area, row in zip(AREAS, table, strict=True)
        for sector, count in zip(SECTORS, row, strict=True)
        for _ in range(count)
    ]
    result = pytauargus.protect(
        people, ["area", "sector"], response="people", safety_rules="FREQ(4,30)", workdir=str(tmp_path)
    )
    audited = {cell["cell"]: (round(cell["min"]), round(cell["max"])) for cell in result.engine.audit(0)}
    # Cells stand row by row, a total before its parts.
    places = [(area, sector) for area in ("all", *AREAS) for sector in (None, *SECTORS)]
    facts = [_as_fact(*place, value) for place, value in zip(places, result.tables[0].safe(), strict=True)]
    bounds = {
        (one.area, one.sector): (one.low, one.high)
        for one in attack(facts, make_survey(areas=AREAS, sectors=SECTORS), known_rows="none").intervals
        if one.attacker == "Anyone"
    }
    shown = [None if value == "x" else float(value) for value in result.tables[0].safe()]
    assert audited
    for number, (low, high) in audited.items():
        ours = bounds[places[number]]
        assert ours == _bounds_of_linear_program(shown, number)
        assert ours[0] <= low <= high <= ours[1]


def _bounds_of_linear_program(shown: list[float | None], number: int) -> tuple[int, int]:
    """Return the least and the most of a cell of a table of 4 by 5, its first row and column being totals."""
    numbers = np.arange(20).reshape(4, 5)
    equations = np.zeros((9, 20))
    for place, line in enumerate([*numbers, *numbers.T]):
        equations[place, line] = [-1, *[1] * (len(line) - 1)]
    wanted = np.eye(20)[number]
    bounds = [(0, None) if value is None else (value, value) for value in shown]
    least, most = (
        linprog(sign * wanted, A_eq=equations, b_eq=np.zeros(9), bounds=bounds).fun * sign for sign in (1, -1)
    )
    return round(least), round(most)


def _as_fact(area: str, sector: str | None, value: float | str) -> Fact:
    keys = {"wave": "wave-1", "area": area} | ({"sector": sector} if sector else {})
    count = None if value == "x" else float(value)
    return make_fact(kinds.PEOPLE_BY_SECTOR if sector else kinds.PEOPLE, count, **keys)
