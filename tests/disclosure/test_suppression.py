"""What is hidden besides few people: only where something could be worked out, and as little as will do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from pipeline.disclosure.bins import ends_of_bin, in_bin
from pipeline.disclosure.complementary import Hiding, least_of, suppress
from pipeline.disclosure.policies import POLICIES, STANDARD, STRICT, find_policy
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.ground.errors import SettingsError
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves
from tests.surveys import Person, cleaned_survey, evaluation_of

WAVE = "wave-1"


def people(area: str, *levels: int, sector: str = "health") -> list[Person]:
    return [Person((area,), sector, level) for level in levels]


def hidden_areas(survey: Sequence[Person], policy: str = "standard") -> set[str]:
    evaluation = evaluation_of(["barnet", "camden", "enfield"], policy=policy)
    return {area for area, _ in suppress(cleaned_survey(survey), evaluation, WAVE).areas}


MIXED = (1, 1, 2, 2, 3, 3, 1, 2, 3, 3, 1, 2)


def test_nothing_is_hidden_where_every_area_has_enough_people() -> None:
    assert hidden_areas([*people("barnet", *MIXED), *people("camden", *MIXED), *people("enfield", *MIXED)]) == set()


def test_an_area_hidden_for_few_people_takes_the_smallest_other_with_it_where_the_whole_would_give_it_away() -> None:
    survey = [*people("barnet", *MIXED), *people("camden", *MIXED, *MIXED), *people("enfield", 1, 2, 3, 3, 1, 2)]
    assert hidden_areas(survey) == {"enfield", "barnet"}


def test_an_area_hidden_for_few_people_is_hidden_alone_where_people_may_count_in_several() -> None:
    survey = [*people("barnet", *MIXED), *people("camden", *MIXED, *MIXED), *people("enfield", 1, 2, 3, 3, 1, 2)]
    survey += [Person(("barnet", "camden"), "health", 2), Person((), "health", 1), Person((), "health", 3)]
    assert hidden_areas(survey) == {"enfield"}


def test_in_bins_no_area_is_hidden_and_no_model_may_tell_areas_apart() -> None:
    survey = [*people("barnet", *MIXED), *people("camden", *MIXED), *people("enfield", 1, 2, 3)]
    evaluation = evaluation_of(["barnet", "camden", "enfield"], policy="strict")
    found = suppress(cleaned_survey(survey), evaluation, WAVE)
    assert not found.areas | found.items
    assert {area for _, area, _ in found.withheld} == {"all", "barnet", "camden", "enfield"}


@pytest.mark.parametrize(
    ("count", "printed"), [(0, "0–6"), (1, "0–6"), (6, "0–6"), (7, "7–12"), (12, "7–12"), (13, "13–18")]
)
def test_a_count_is_printed_as_its_bin_of_six_with_nought_in_the_first(count: int, printed: str) -> None:
    assert in_bin(count) == printed
    first, last = ends_of_bin(count)
    assert first <= count <= last


@pytest.mark.parametrize("size", [0, 1, 2, 9])
def test_an_area_of_fewer_people_than_the_minimum_base_hides_its_items_and_sectors_too(size: int) -> None:
    survey = [*people("barnet", *MIXED), *people("camden", *MIXED), *people("enfield", *MIXED[:size])]
    evaluation = evaluation_of(["barnet", "camden", "enfield"])
    counts = count_waves(cleaned_survey(survey), evaluation, evaluation.waves[:1])
    found = primary_suppression(counts, STANDARD, 10)
    assert {area for area, _ in found.areas} == {"enfield"}
    assert {key for key in found.items if key[1] == "enfield"} == {("sure", "enfield", WAVE)}
    assert ("health", "enfield", WAVE) in found.sectors
    assert found.withheld == found.items


def test_ten_people_are_enough() -> None:
    survey = [*people("barnet", *MIXED[:10]), *people("camden", *MIXED), *people("enfield", *MIXED)]
    assert hidden_areas(survey) == set()


def hide(level: int, cost: float) -> Hiding:
    return Hiding(Suppression(levels=frozenset({("sure", WAVE, level)})), cost)


def needs(*levels: int) -> Callable[[Suppression], bool]:
    return lambda cells: set(levels) <= {level for _, _, level in cells.levels}


def test_of_several_ways_the_cheapest_is_taken_and_nothing_that_is_not_needed() -> None:
    start = Suppression()
    ways = [[hide(1, 5), hide(2, 1), hide(3, 1)], [hide(4, 2)]]
    either = lambda cells: needs(2, 3)(cells) or needs(4)(cells)  # noqa: E731
    found = least_of(start, ways, either)
    assert found is not None
    # The first way ends with 2 and 3, which cost 2 together; level 1 was hidden on the way and is shown again.
    assert {level for _, _, level in found.levels} == {2, 3}


def test_where_no_way_is_safe_none_is_found() -> None:
    assert least_of(Suppression(), [[hide(1, 1)], [hide(2, 1)]], lambda _: False) is None


def test_every_policy_has_a_rule_with_a_reason_for_the_same_figures() -> None:
    figures = [[rule.figure for rule in policy.rules] for policy in POLICIES]
    assert all(len(set(one)) == len(one) for one in figures)
    assert all(set(one) == set(figures[0]) for one in figures)
    assert all(rule.why for policy in POLICIES for rule in policy.rules)


def test_strict_shows_no_figure_of_a_model_and_no_interval_of_a_single_area() -> None:
    models = [rule for rule in STRICT.rules if not rule.is_modelled and rule.figure != "quote"]
    assert {rule.area for rule in models} == {"not shown"}


def test_a_policy_that_does_not_exist_is_told_in_one_sentence_with_those_that_do() -> None:
    with pytest.raises(SettingsError, match=r"no policy 'strikt'; did you mean 'strict'\? It is one of"):
        find_policy("strikt")


def test_the_waves_of_a_report_are_decided_one_by_one(tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation) -> None:
    first = suppress(tiny_cleaned, tiny_evaluation, "wave-1")
    both = suppress(tiny_cleaned, tiny_evaluation, "wave-2")
    assert {cell for cell in both.items if cell[2] == "wave-1"} == first.items
    assert {cell for cell in both.sectors if cell[2] == "wave-1"} == first.sectors
