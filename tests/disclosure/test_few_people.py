"""Surveys that are hard to protect: each is protected so that the attack finds nothing, or is refused in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.complementary import NotProtectedError, suppress
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.known import CountsAsFacts, known_survey
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves
from tests.surveys import Person, cleaned_survey, evaluation_of

MIXED = (1, 1, 2, 2, 3, 3, 1, 2, 3, 3, 1, 2, 2, 3, 1, 2, 3, 1)
AREAS = ("barnet", "camden", "enfield")


def people(area: str, count: int, levels: Sequence[int] = MIXED, sector: str = "health") -> list[Person]:
    return [Person((area,), sector, levels[number % len(levels)]) for number in range(count)]


def published_facts(
    cleaned: CleanedTables, evaluation: Evaluation, hidden: Suppression, wave_id: str
) -> tuple[list[Fact], KnownSurvey]:
    """Return what would be published of every wave up to one, and what everybody knows."""
    policy, minimum = find_policy(evaluation.disclosure.policy), evaluation.disclosure.minimum_base
    waves = evaluation.waves_until(wave_id)
    counts = count_waves(cleaned, evaluation, waves)
    survey = known_survey(
        evaluation, waves, several_areas=counts.several_areas, none_listed=counts.none_listed,
        few=primary_suppression(counts, policy, minimum),
    )  # fmt: skip
    facts: list[Fact] = []
    for wave in waves:
        of = CountsAsFacts(counts, policy, wave.id, evaluation.whole_area.id, minimum)
        facts += [*of.of_people(hidden), *of.of_sectors(hidden)]
        facts += [fact for item in evaluation.items for fact in of.of_item(item.id, hidden)]
    return facts, survey


def findings(cleaned: CleanedTables, evaluation: Evaluation, hidden: Suppression, wave_id: str = "wave-1") -> list[str]:
    return attack(*published_facts(cleaned, evaluation, hidden, wave_id)).findings


@pytest.mark.parametrize("policy", ["standard", "strict"])
@pytest.mark.parametrize("few", [0, 1, 2, 9, 10])
def test_a_borough_of_few_people_is_protected_whatever_their_number(policy: str, few: int) -> None:
    cleaned = cleaned_survey([*people("barnet", 18), *people("camden", 14, MIXED[1:]), *people("enfield", few)])
    evaluation = evaluation_of(AREAS, policy=policy)
    hidden = suppress(cleaned, evaluation, "wave-1")
    assert findings(cleaned, evaluation, hidden) == []
    assert (("enfield", "wave-1") in hidden.areas) == (policy == "standard" and few < 10)


@pytest.mark.parametrize("policy", ["standard", "strict"])
def test_a_hidden_borough_whose_answers_are_all_alike_is_protected(policy: str) -> None:
    cleaned = cleaned_survey([*people("barnet", 18), *people("camden", 14), *people("enfield", 9, [3])])
    evaluation = evaluation_of(AREAS, policy=policy)
    assert findings(cleaned, evaluation, suppress(cleaned, evaluation, "wave-1")) == []


def test_a_survey_in_which_all_answer_alike_is_protected_or_told_in_one_sentence() -> None:
    cleaned = cleaned_survey([*people("barnet", 12, [3]), *people("camden", 12, [3]), *people("enfield", 4, [3])])
    evaluation = evaluation_of(AREAS)
    try:
        hidden = suppress(cleaned, evaluation, "wave-1")
    except NotProtectedError as error:
        assert str(error).startswith("wave-1: ") and "\n" not in str(error)
    else:
        assert findings(cleaned, evaluation, hidden) == []


@pytest.mark.parametrize("policy", ["standard", "strict"])
def test_a_sector_that_is_found_in_one_borough_alone_is_protected(policy: str) -> None:
    cleaned = cleaned_survey(
        [*people("barnet", 12), *people("barnet", 3, sector="schools"), *people("camden", 14), *people("enfield", 11)]
    )
    evaluation = evaluation_of(AREAS, policy=policy)
    hidden = suppress(cleaned, evaluation, "wave-1")
    assert findings(cleaned, evaluation, hidden) == []
    if policy == "standard":
        assert ("schools", "barnet", "wave-1") in hidden.sectors


def test_a_wave_after_which_one_person_has_left_is_protected_with_the_wave_before() -> None:
    before = [*people("barnet", 18), *people("camden", 14, MIXED[1:]), *people("enfield", 10)]
    cleaned = cleaned_survey(before, before[:-1])
    evaluation = evaluation_of(AREAS)
    hidden = suppress(cleaned, evaluation, "wave-2")
    assert findings(cleaned, evaluation, hidden, "wave-2") == []


def test_a_wave_reissued_without_one_person_is_told_in_one_sentence() -> None:
    before = [*people("barnet", 18), *people("camden", 14, MIXED[1:]), *people("enfield", 12)]
    evaluation = evaluation_of(AREAS)
    issues = [cleaned_survey(before), cleaned_survey(before[:-1])]
    told = [published_facts(one, evaluation, suppress(one, evaluation, "wave-1"), "wave-1") for one in issues]
    first = [replace(fact, where=f"wave-1-r1: {fact.where}") for fact in told[0][0]]
    found = attack([*first, *told[1][0]], told[1][1]).findings
    assert any("differ by one person: the difference would give away answers of few." in one for one in found)
    assert all("\n" not in one for one in found)
