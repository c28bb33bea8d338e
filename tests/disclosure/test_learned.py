"""What an audit says of the hidden groups besides its findings."""

from __future__ import annotations

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.gate import most_learned
from tests.disclosure.attack.conftest import make_fact, make_survey


def two_hidden_boroughs() -> list[Fact]:
    """Return 40 people, 14 of them of barnet: 26 of camden and enfield together, who answered 'describe'."""
    facts = []
    for area, count in (("all", 40), ("barnet", 14)):
        facts.append(make_fact(kinds.PEOPLE, count, wave="wave-1", area=area))
        facts.append(make_fact(kinds.ANSWERING, count, wave="wave-1", area=area, item="describe"))
    # Favourable were 10 to 12 of all 40, and 4 of barnet: 6 to 8 of the two together.
    facts.append(make_fact(kinds.FAVOURABLE_PEOPLE, 10, 12, wave="wave-1", area="all", item="describe"))
    facts.append(make_fact(kinds.FAVOURABLE_PEOPLE, 4, wave="wave-1", area="barnet", item="describe"))
    return [*facts, *(make_fact(kinds.PEOPLE, None, wave="wave-1", area=area) for area in ("camden", "enfield"))]


def test_the_best_known_count_of_each_hidden_group_is_told_as_anybody_knows_it() -> None:
    counts = ["people", "people answering", "favourable", "not favourable", "level 1", "level 2", "level 3"]
    told = list(most_learned(attack(two_hidden_boroughs(), make_survey()).intervals))
    assert told == [
        f"{area}, wave-1: {len(counts)} hidden counts; the one best known to anybody, from what is published alone, "
        "is 'favourable' of 'describe', between 0 and 8."
        for area in ("camden", "enfield")
    ]


def test_what_is_told_does_not_hang_on_which_attackers_had_to_be_followed() -> None:
    survey = make_survey()
    everywhere, needed, never = (
        attack(two_hidden_boroughs(), survey, known_rows=rows).intervals for rows in ("all", "where needed", "none")
    )
    narrowest = min(everywhere, key=lambda one: one.values)
    assert narrowest.attacker != "Anyone" and narrowest.values < 9
    assert list(most_learned(everywhere)) == list(most_learned(needed)) == list(most_learned(never))
