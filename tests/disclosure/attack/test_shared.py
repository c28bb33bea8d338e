"""The attack gives the same whether its blocks are worked out one after the other or by several processes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.complementary import suppress
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey
from tests.surveys import Person, cleaned_survey, evaluation_of

AREAS, SECTORS = ("barnet", "camden", "enfield"), ("health", "schools")


def two_waves_in_bins() -> list[Fact]:
    """Return people by area and sector, and how many answered favourably, in bins of six; one bin is too fine."""
    facts = []
    for wave, first in (("wave-1", 4), ("wave-2", 9)):
        people = {area: first + 5 * number for number, area in enumerate(AREAS)}
        for area, count in {**people, "all": sum(people.values())}.items():
            keys = {"wave": wave, "area": area}
            facts.append(make_fact(kinds.PEOPLE, *ends_of_bin(count), **keys))
            facts += [
                make_fact(kinds.PEOPLE_BY_SECTOR, *ends_of_bin(count // 2), sector=sector, **keys) for sector in SECTORS
            ]
            facts.append(make_fact(kinds.ANSWERING, *ends_of_bin(count - 1), item="describe", **keys))
            facts.append(make_fact(kinds.FAVOURABLE_PEOPLE, *ends_of_bin(count // 3), item="describe", **keys))
    return [*facts, make_fact(kinds.FAVOURABLE_PEOPLE, 1, 2, item="describe", wave="wave-1", area="barnet")]


@pytest.mark.parametrize("exact", [True, False])
def test_one_process_and_two_find_the_same_in_the_same_order(exact: bool) -> None:
    survey = make_survey(areas=AREAS, sectors=SECTORS, protects="counts up to six", several_areas=True)
    one, two, three = (attack(two_waves_in_bins(), survey, exact=exact, processes=count) for count in (1, 2, 3))
    assert len(one.findings) >= 1
    assert one == two == three


def test_waves_decided_by_two_processes_hide_the_same() -> None:
    levels = (1, 1, 2, 2, 3, 3, 1, 2, 3, 3, 1, 2)
    waves = [
        [Person((area,), "health", level) for area, count in sizes.items() for level in levels[:count]]
        for sizes in ({"barnet": 12, "camden": 11, "enfield": 5}, {"barnet": 12, "camden": 4, "enfield": 12})
    ]
    evaluation = evaluation_of(AREAS)
    one, two = (suppress(cleaned_survey(*waves), evaluation, "wave-2", processes=count) for count in (1, 2))
    assert {wave for _, wave in one.areas} == {"wave-1", "wave-2"}
    assert one == two


@pytest.mark.parametrize("processes", [1, 2])
def test_a_search_without_time_is_a_finding_of_its_own_block_and_the_result_says_so(processes: int) -> None:
    survey = make_survey(areas=AREAS, sectors=SECTORS, protects="counts up to six")
    cut = attack(two_waves_in_bins(), survey, seconds=0.0, processes=processes)
    assert cut.cut_short
    assert any("could not be bounded: the solver stopped without an optimum" in one for one in cut.findings)
    whole = attack(two_waves_in_bins(), replace(survey, least_values=1), processes=processes)
    assert not whole.cut_short
