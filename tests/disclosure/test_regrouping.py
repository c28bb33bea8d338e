"""Models may not tell hidden groups apart: whoever of their people is in which of them, their input is the same."""

from __future__ import annotations

import pytest

from pipeline.disclosure import facts
from pipeline.disclosure.facts import hidden_fact, keys_of, shown_fact
from pipeline.disclosure.gate import against_policy
from pipeline.disclosure.policies import STANDARD, STRICT
from pipeline.disclosure.regrouping import (
    find_changed_inputs,
    find_told_by_models,
    people_of_wave,
    share_out_otherwise,
)
from pipeline.disclosure.suppression import Suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from tests.surveys import Person, cleaned_survey, evaluation_of

WAVE = "wave-1"
MIXED = (1, 1, 2, 2, 3, 3, 1, 2, 3, 3, 1, 2)


def told(*people: Person, areas: set[str], items: set[str] = frozenset(), none_listed: bool = False) -> list[str]:  # type: ignore[assignment]
    evaluation = evaluation_of(["barnet", "camden", "enfield"])
    found = people_of_wave(cleaned_survey(list(people)), evaluation, WAVE, several_areas=False, none_listed=none_listed)
    hidden = Suppression(
        areas=frozenset((area, WAVE) for area in areas),
        items=frozenset(("sure", area, WAVE) for area in {*areas, *items}),
    )
    return find_told_by_models(found, hidden, evaluation, "sure")


def of(area: str, *levels: int, sector: str = "health") -> list[Person]:
    return [Person((area,), sector, level) for level in levels]


BIG = [*of("barnet", *MIXED), *of("camden", *MIXED)]


def test_a_hidden_area_alone_among_those_of_no_shown_area_is_told_by_models() -> None:
    sentences = told(*BIG, *of("enfield", 1, 2, 3, 3, 1, 2), areas={"enfield"})
    assert len(sentences) == 2
    assert "fewer than 4 possible numbers (1) of people of Enfield" in sentences[0]


def test_two_hidden_areas_protect_each_other_and_so_do_people_of_none() -> None:
    assert told(*BIG, *of("enfield", 1, 2, 3, 3, 3, 1, 2), areas={"enfield", "barnet"}) == []
    none = [Person((), "health", level) for level in MIXED]
    assert told(*BIG, *none, *of("enfield", 1, 2, 3, 3, 3, 1, 2), areas={"enfield"}, none_listed=True) == []


def test_answers_are_exchanged_within_a_sector_alone() -> None:
    hidden = {"areas": {"enfield"}, "items": {"barnet"}}
    same = [*of("camden", *MIXED), *of("barnet", *MIXED), *of("enfield", 1, 2, 3, 3, 1, 2)]
    assert told(*same, **hidden) == []  # type: ignore[arg-type]
    other = [*of("camden", *MIXED), *of("barnet", *MIXED, sector="schools"), *of("enfield", 1, 2, 3, 3, 1, 2)]
    assert told(*other, **hidden) != []  # type: ignore[arg-type]


def all_hidden(evaluation: Evaluation, areas: set[str], *, withheld: bool) -> Suppression:
    items = frozenset(
        (item.id, area, wave.id) for item in evaluation.items for area in areas for wave in evaluation.waves
    )
    gone = frozenset((area, wave.id) for area in areas for wave in evaluation.waves)
    return Suppression(areas=gone, items=items, withheld=items if withheld else frozenset())


def test_sharing_people_out_otherwise_moves_them_and_changes_no_model_that_does_not_know_their_area(
    tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation
) -> None:
    hidden = all_hidden(tiny_evaluation, {"camden", "enfield"}, withheld=True)
    before = tiny_cleaned.areas_by_respondent
    after = share_out_otherwise(before, hidden, tiny_evaluation)
    moved = set(before.itertuples(index=False, name=None)) ^ set(after.itertuples(index=False, name=None))
    assert moved
    assert {area for _, _, area in moved} <= {"camden", "enfield"}
    assert find_changed_inputs(tiny_cleaned, hidden, tiny_evaluation, "wave-2") == []


def test_a_model_that_knows_a_hidden_area_is_noticed(tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation) -> None:
    hidden = all_hidden(tiny_evaluation, {"camden", "enfield"}, withheld=False)
    assert find_changed_inputs(tiny_cleaned, hidden, tiny_evaluation, "wave-2")


@pytest.mark.parametrize(
    ("statistic", "area", "policy", "refused"),
    [
        (facts.CHANGE, "barnet", STANDARD, False),
        (facts.CHANGE, "barnet", STRICT, True),
        (facts.CHANGE, "all", STRICT, False),
        (facts.FAVOURABLE_SHARE, "barnet", STRICT, True),
        (facts.LEVEL_SHARE, "barnet", STANDARD, True),
        ("standard deviation", "all", STANDARD, True),
    ],
)
def test_a_figure_that_the_policy_does_not_show_for_such_an_area_or_does_not_name_is_refused(
    statistic: str, area: str, policy: object, refused: bool
) -> None:
    keys = keys_of(area=area, item="sure", wave=WAVE)
    shown, hidden = shown_fact(statistic, keys, 0.3, 0.4, "a page"), hidden_fact(statistic, keys, "a page")
    assert bool(list(against_policy([shown], policy, "all"))) == refused  # type: ignore[arg-type]
    assert list(against_policy([hidden], policy, "all")) == []  # type: ignore[arg-type]
