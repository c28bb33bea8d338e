"""What the attack finds, by hand on small tables."""

from __future__ import annotations

import pytest

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.facts import Fact
from tests.disclosure.attack.conftest import make_fact, make_survey

ITEM = {"wave": "wave-1", "item": "describe"}
SHOWN = {"barnet": 14, "camden": 12}


def people(whole: float | None, enfield: float | None, *, wave: str = "wave-1", where: str = "page.html") -> list[Fact]:
    """Return the people of barnet (14), camden (12), enfield and the whole."""
    counts = {**SHOWN, "enfield": enfield, "all": whole}
    return [make_fact(kinds.PEOPLE, count, wave=wave, area=area, where=where) for area, count in counts.items()]


def answers(barnet: float, camden: float, whole: float, **bases: float) -> list[Fact]:
    """Return exact numbers of favourable answers, everybody answering, of a wave whose enfield is suppressed."""
    facts = []
    for area, count, base in (("barnet", barnet, 14), ("camden", camden, 12), ("all", whole, bases["whole_base"])):
        facts.append(make_fact(kinds.ANSWERING, base, area=area, **ITEM))
        facts.append(make_fact(kinds.FAVOURABLE_PEOPLE, count, area=area, **ITEM))
    return [*facts, make_fact(kinds.ANSWERING, None, area="enfield", **ITEM)]


def findings(facts: list[Fact], **changes: object) -> list[str]:
    """Return the sentences of the whole attack, beside which the verdict alone must not differ."""
    survey = make_survey(**changes)
    found = attack(facts, survey).findings
    assert bool(attack(facts, survey, exact=False).findings) == bool(found)
    return found


def intervals(facts: list[Fact], **changes: object) -> dict[tuple[str, str], tuple[int, int]]:
    found = attack(facts, make_survey(**changes)).intervals
    return {(one.area, one.what): (one.low, one.high) for one in found if one.attacker == "Anyone"}


def test_the_whole_less_the_boroughs_gives_away_the_hidden_one() -> None:
    assert "Anyone can work out that 7 people of enfield took part in wave-1." in findings(people(33, None))


def test_a_hidden_whole_beside_a_hidden_borough_gives_nothing_away() -> None:
    assert findings(people(None, None)) == []


def test_a_hidden_whole_is_given_away_by_boroughs_that_are_all_shown() -> None:
    assert "Anyone can work out that 37 people of all took part in wave-1." in findings(people(None, 11))


def test_answers_of_the_hidden_borough_are_the_whole_less_the_others() -> None:
    found = findings([*people(33, None), *answers(5, 6, 14, whole_base=33)])
    assert "Anyone can work out that 3 people of enfield in wave-1 answered favourably to 'describe'." in found
    assert (
        "Anyone can work out that 4 people of enfield in wave-1 answered, but not favourably, to 'describe'." in found
    )


def test_people_in_several_boroughs_make_the_difference_uncertain() -> None:
    # 33 in the whole: enfield has at least 33 - 14 - 12 = 7 people, and all 33 at most.
    assert intervals(people(33, None), several_areas=True)["enfield", "people"] == (7, 33)
    # Only who knows the minimum base, and takes enfield's mark for its own, learns more.
    guess = (
        "Anyone who takes enfield in wave-1 to be hidden for its few people can work out that 7 to 9 people of enfield"
    )
    assert findings(people(33, None), several_areas=True) == [f"{guess} took part in wave-1."]


def test_people_of_no_borough_make_the_difference_uncertain_but_small_together() -> None:
    found = intervals(people(33, None), none_listed=True)
    assert found["enfield", "people"] == found["none", "people"] == (0, 7)
    text = "Anyone can work out that 7 people of what is hidden together took part in wave-1."
    assert findings(people(33, None), none_listed=True) == [text]


def test_two_hidden_boroughs_whose_sum_is_large_are_safe() -> None:
    facts = [
        make_fact(kinds.PEOPLE, 40, wave="wave-1", area="all"),
        make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"),
    ]
    hidden = [make_fact(kinds.PEOPLE, None, wave="wave-1", area=area) for area in ("camden", "enfield")]
    assert findings([*facts, *hidden]) == []


def test_two_hidden_boroughs_of_sixteen_people_are_seven_to_nine_each_to_who_takes_both_for_small() -> None:
    facts = [
        make_fact(kinds.PEOPLE, 30, wave="wave-1", area="all"),
        make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"),
    ]
    hidden = [make_fact(kinds.PEOPLE, None, wave="wave-1", area=area) for area in ("camden", "enfield")]
    guess = "Anyone who takes all that is hidden to be of few people can work out that 7 to 9 people of camden"
    assert f"{guess} took part in wave-1." in findings([*facts, *hidden])


def test_nobody_is_protected_like_anybody() -> None:
    found = findings(people(26, None))
    assert "Anyone can work out that no people of enfield took part in wave-1." in found


def test_an_exact_base_whose_halves_are_both_below_eight_gives_the_halves_away() -> None:
    bins = [make_fact(kinds.FAVOURABLE_PEOPLE, 0, 7, area="barnet", **ITEM)]
    bins += [make_fact(kinds.LEVEL_SHARE, 0, 0.5, area="barnet", level=str(level), **ITEM) for level in (1, 2)]
    exact = make_fact(kinds.ANSWERING, 14, area="barnet", **ITEM)
    halves = make_fact(kinds.FAVOURABLE_SHARE, 0.5, 0.54, area="barnet", **ITEM)
    found = findings([make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"), exact, halves, *bins],
                     protects="counts up to six", levels_by_item_wave={("describe", "wave-1"): 3})  # fmt: skip
    assert not any("7 people" in one for one in found)  # Seven is above six.
    exact = make_fact(kinds.ANSWERING, 12, area="barnet", **ITEM)
    found = findings(
        [exact, make_fact(kinds.FAVOURABLE_SHARE, 0.5, 0.54, area="barnet", **ITEM)], protects="counts up to six"
    )
    assert "Anyone can work out that 6 people of barnet in wave-1 answered favourably to 'describe'." in found


def test_bins_of_six_for_base_and_halves_pass() -> None:
    facts = [make_fact(kinds.PEOPLE, 13, 18, wave="wave-1", area="barnet"),
             make_fact(kinds.ANSWERING, 13, 18, area="barnet", **ITEM),
             make_fact(kinds.FAVOURABLE_PEOPLE, 0, 6, area="barnet", **ITEM)]  # fmt: skip
    assert findings(facts, protects="counts up to six") == []


def test_an_exact_base_between_bins_narrows_what_a_bin_hides() -> None:
    facts = [make_fact(kinds.ANSWERING, 8, area="barnet", **ITEM),
             make_fact(kinds.FAVOURABLE_PEOPLE, 0, 6, area="barnet", **ITEM),
             make_fact(kinds.LEVEL_SHARE, 0, 0.5, area="barnet", level="1", **ITEM),
             make_fact(kinds.LEVEL_SHARE, 0, 0.01, area="barnet", level="2", **ITEM)]  # fmt: skip
    # At most 4 gave answer 1, nobody answer 2: 4 to 6 gave answer 3.
    found = findings(facts, protects="counts up to six")
    assert "Anyone can work out that 4 to 6 people of barnet in wave-1 answered favourably to 'describe'." in found


def test_a_group_all_in_one_level_is_named() -> None:
    # Nobody of the whole gave answer 2 or 3, so nobody of enfield did.
    levels = [
        make_fact(kinds.LEVEL_SHARE, share, level=level, **ITEM) for level, share in (("1", 1), ("2", 0), ("3", 0))
    ]
    found = findings([make_fact(kinds.PEOPLE, 40, wave="wave-1", area="all"),
                      make_fact(kinds.ANSWERING, 40, area="all", **ITEM), *levels])  # fmt: skip
    assert "Anyone can work out that all people of enfield who answered 'describe' in wave-1 gave answer 1." in found


def test_a_respondent_takes_himself_out_of_what_he_cannot_tell_apart() -> None:
    # The two hidden ones share 3 favourable answers: 0 to 3 each, four values; who gave one of them leaves 0 to 2.
    facts = [make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"),
             make_fact(kinds.PEOPLE, 54, wave="wave-1", area="all"),
             make_fact(kinds.ANSWERING, 14, area="barnet", **ITEM), make_fact(kinds.ANSWERING, 54, area="all", **ITEM),
             make_fact(kinds.FAVOURABLE_PEOPLE, 5, area="barnet", **ITEM),
             make_fact(kinds.FAVOURABLE_PEOPLE, 8, area="all", **ITEM)]  # fmt: skip
    hidden = [make_fact(kinds.PEOPLE, None, wave="wave-1", area=area) for area in ("camden", "enfield")]
    assert intervals([*facts, *hidden])["camden", "favourable"] == (0, 3)
    found = findings([*facts, *hidden])
    who = "Whoever is, or knows, a person of camden who gave answer 3 to 'describe' can work out that"
    assert f"{who} 0 to 2 other people of camden in wave-1 answered favourably to 'describe'." in found
    assert not any(one.startswith("Anyone can") for one in found)


def linked(count: float | None, area: str = "barnet") -> Fact:
    return make_fact(kinds.LINKED, count, baseline_wave="wave-1", comparison_wave="wave-2", area=area)


def test_thirteen_of_fourteen_linked_leave_one_who_was_not() -> None:
    both = [make_fact(kinds.PEOPLE, 14, wave=wave, area="barnet") for wave in ("wave-1", "wave-2")]
    found = findings([*both, linked(13)])
    assert "Anyone can work out that 1 person of barnet in wave-1 were not recognised in wave-2." in found


def test_few_linked_that_are_hidden_stay_so() -> None:
    both = [make_fact(kinds.PEOPLE, 14, wave=wave, area="barnet") for wave in ("wave-1", "wave-2")]
    assert findings([*both, linked(None)]) == []


def test_linked_people_bound_a_hidden_base_from_below() -> None:
    hidden = make_fact(kinds.PEOPLE, None, wave="wave-2", area="barnet")
    facts = [make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"), hidden, linked(12)]
    assert intervals(facts)["barnet", "people"][0] == 12


def links_of_two_boroughs(barnet: int, camden: int, whole: int, *, linked_in_all: int) -> list[Fact]:
    """Return facts of two waves of the same sizes, whose people recognised are shown for the whole area alone."""
    counts = {"barnet": barnet, "camden": camden, "all": whole}
    people_shown = [
        make_fact(kinds.PEOPLE, count, wave=wave, area=area)
        for wave in ("wave-1", "wave-2")
        for area, count in counts.items()
    ]
    return [*people_shown, linked(linked_in_all, "all"), linked(None), linked(None, "camden")]


def test_whoever_moved_is_one_of_the_people_of_two_boroughs() -> None:
    # Of barnet's 14 people 10 stayed: at most 4 came and 4 went, so of the other 10 recognised at least 2 stayed.
    facts = links_of_two_boroughs(14, 12, 26, linked_in_all=20)
    found = intervals([*facts, linked(10)], areas=("barnet", "camden"))
    assert found["camden", "linked"] == (2, 10)


def test_of_twenty_recognised_eighteen_of_a_borough_both_times_have_sixteen_in_common() -> None:
    facts = links_of_two_boroughs(18, 12, 20, linked_in_all=20)
    found = intervals(facts, areas=("barnet", "camden"), several_areas=True)
    assert found["barnet", "linked"] == (16, 18)
    assert found["camden", "linked"] == (4, 12)


def test_sectors_that_are_shown_but_for_one_give_it_away() -> None:
    sectors = ("health", "schools", "not-stated")
    place = {"wave": "wave-1", "area": "barnet"}
    facts = [make_fact(kinds.PEOPLE, 34, **place)]
    facts += [make_fact(kinds.PEOPLE_BY_SECTOR, count, sector=sector, **place)
              for sector, count in zip(sectors, (20, 12, None), strict=True)]  # fmt: skip
    found = findings(facts, sectors=sectors)
    assert "Anyone can work out that 2 people of barnet and sector 'not-stated' took part in wave-1." in found


def test_pairs_that_look_back_are_protected_like_answers() -> None:
    pair = {**ITEM, "before_item": "before"}
    facts = [make_fact(kinds.PAIRS, 30, area="all", **pair), make_fact(kinds.PAIRS, 20, area="barnet", **pair)]
    facts += [make_fact(kinds.PAIRS, 10, area="camden", **pair)]
    found = findings([*facts, make_fact(kinds.PAIRS, None, area="enfield", **pair)])
    assert (
        "Anyone can work out that no people of enfield in wave-1 answered 'describe' and the question of before."
        in found
    )


def test_a_reissue_that_differs_by_one_person_is_found() -> None:
    first = [make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet", where="release-1: barnet.html")]
    now = [make_fact(kinds.PEOPLE, 13, wave="wave-1", area="barnet")]
    (found,) = findings([*first, *now])
    assert "differ by one person: the difference would give away" in found


def test_a_reissue_with_ten_people_more_is_of_other_answers() -> None:
    first = make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet", where="release-1: barnet.html")
    assert findings([first, make_fact(kinds.PEOPLE, 24, wave="wave-1", area="barnet")]) == []


def test_a_reissue_whose_shares_differ_and_bases_do_not_is_found() -> None:
    facts = []
    for where, low in (("release-1: barnet.html", 0.285), ("barnet.html", 0.355)):
        facts.append(make_fact(kinds.ANSWERING, 14, area="barnet", where=where, **ITEM))
        facts.append(make_fact(kinds.FAVOURABLE_SHARE, low, low + 0.01, area="barnet", where=where, **ITEM))
    found = " ".join(findings(facts))
    assert "differ while the people answering do not" in found


def test_a_bin_that_a_reissue_changes_leaves_the_difference_open() -> None:
    first = make_fact(kinds.PEOPLE, 13, 18, wave="wave-1", area="barnet", where="release-1: barnet.html")
    now = make_fact(kinds.PEOPLE, 19, 24, wave="wave-1", area="barnet")
    assert findings([first, now], protects="counts up to six") == []


def test_a_releases_count_that_is_hidden_now_is_known_all_the_same() -> None:
    first = make_fact(kinds.PEOPLE, 12, wave="wave-1", area="barnet", where="release-1: barnet.html")
    found = findings([first, make_fact(kinds.PEOPLE, None, wave="wave-1", area="barnet")])
    assert "Anyone can work out that 12 people of barnet took part in wave-1." in found


@pytest.mark.parametrize("statistic", [kinds.CHANGE, kinds.P_VALUE, kinds.STANDARDISED_SHARE, kinds.ODDS_RATIO])
def test_a_models_figure_of_a_hidden_borough_is_not_shown(statistic: str) -> None:
    keys = {"baseline_wave": "wave-1", "comparison_wave": "wave-2", "area": "enfield", "item": "describe"}
    facts = [make_fact(kinds.PEOPLE, None, wave="wave-2", area="enfield"), make_fact(statistic, 0.1, 0.2, **keys)]
    (found,) = findings(facts)
    assert "is shown although the people of enfield in wave-2 are suppressed." in found


def test_a_figure_of_a_register_is_of_other_people_than_those_who_answered() -> None:
    keys = {"wave": "wave-2", "area": "enfield", "register": "presence", "entry": "The first forum", "part": "present"}
    facts = [make_fact(kinds.PEOPLE, None, wave="wave-2", area="enfield"), make_fact(kinds.EVENT_PRESENCE, 1, **keys)]
    assert findings(facts) == []


def test_a_figure_of_a_hidden_items_answers_is_not_shown() -> None:
    facts = [make_fact(kinds.PEOPLE, 14, wave="wave-1", area="barnet"),
             make_fact(kinds.ANSWERING, None, area="barnet", **ITEM),
             make_fact(kinds.FAVOURABLE_SHARE, 0.1, 0.9, area="barnet", **ITEM)]  # fmt: skip
    assert any("is shown although the answers of barnet to 'describe'" in one for one in findings(facts))


# How it fails closed.


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("wave", make_fact(kinds.PEOPLE, 14, wave="wave-9", area="barnet")),
        ("area", make_fact(kinds.PEOPLE, 14, wave="wave-1", area="leeds")),
        ("item", make_fact(kinds.CHANGE, 0.1, wave="wave-1", area="barnet", item="what")),
        ("sector", make_fact(kinds.PEOPLE_BY_SECTOR, 14, wave="wave-1", area="barnet", sector="navy")),
        ("level", make_fact(kinds.LEVEL_SHARE, 0.5, level="4", **ITEM)),
    ],
)
def test_a_fact_about_something_unknown_does_not_fit(name: str, fact: Fact) -> None:
    (found,) = findings([fact])
    assert "does not fit" in found and f"there is no {name}" in found


def test_a_fact_that_lacks_a_key_does_not_fit() -> None:
    (found,) = findings([make_fact(kinds.PEOPLE, 14, area="barnet")])
    assert "does not fit" in found


@pytest.mark.parametrize("bounds", [(3, 2), (-1, 4), (float("nan"), 4)])
def test_bounds_that_are_no_bounds_do_not_fit(bounds: tuple[float, float]) -> None:
    (found,) = findings([make_fact(kinds.PEOPLE, *bounds, wave="wave-1", area="barnet")])
    assert "does not fit" in found


def test_two_figures_of_one_release_that_contradict_each_other_do_not_fit() -> None:
    facts = [make_fact(kinds.PEOPLE, count, wave="wave-1", area="barnet") for count in (14, 30)]
    assert any("does not fit" in one and "says otherwise" in one for one in findings(facts))


def test_boroughs_with_more_people_than_the_whole_do_not_fit() -> None:
    assert any("does not fit together" in one for one in findings(people(20, None)))


def test_a_search_that_runs_out_of_time_is_a_finding() -> None:
    facts = [*people(60, None), *answers(5, 6, 14, whole_base=40)]
    result = attack(facts, make_survey(several_areas=True), seconds=0.0)
    assert any("could not be bounded" in one for one in result.findings)
