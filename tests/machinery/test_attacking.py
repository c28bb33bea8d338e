"""The attack is made once on the same figures, and anew whenever a figure, the survey or the attack itself changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.disclosure.attack.attack import AttackResult, attack
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import Fact
from pipeline.ground.paths import Project
from pipeline.machinery import attacking
from pipeline.machinery.attacking import attack_once

SURVEY = KnownSurvey(
    areas=("barnet", "camden"),
    whole_area="all",
    sectors=(),
    waves=("wave-1",),
    levels_by_item_wave={("sure", "wave-1"): 3},
    favourable_by_item_wave={("sure", "wave-1"): frozenset({3})},
    several_areas=False,
    none_listed=False,
    minimum_base=3,
    least_values=1,
    protects="suppressed groups",
    few=frozenset({("camden", "wave-1")}),
)


def people(area: str, count: int) -> Fact:
    return Fact("people", (("area", area), ("wave", "wave-1")), count, count, "", f"{area}.html")


FACTS = [
    people("all", 14),
    people("barnet", 9),
    Fact("people", (("area", "camden"), ("wave", "wave-1")), 0, float("inf"), "[c]", "x"),
]


@pytest.fixture
def attacks(monkeypatch: pytest.MonkeyPatch) -> list[AttackResult]:
    """The attacks that were really made."""
    made: list[AttackResult] = []

    def counted(facts: list[Fact], survey: KnownSurvey, *, processes: int) -> AttackResult:
        made.append(attack(facts, survey, processes=processes))
        return made[-1]

    monkeypatch.setattr(attacking, "attack", counted)
    return made


def test_the_same_figures_are_attacked_once_and_tell_the_same(tmp_path: Path, attacks: list[AttackResult]) -> None:
    first = attack_once(Project(tmp_path))(FACTS, SURVEY)
    again = attack_once(Project(tmp_path))(FACTS, SURVEY)
    assert len(attacks) == 1
    assert first.findings == []
    assert first.intervals
    assert again == first


@pytest.mark.parametrize(
    ("facts", "survey"),
    [
        ([people("all", 15), *FACTS[1:]], SURVEY),
        (FACTS[:2], SURVEY),
        (FACTS, replace(SURVEY, minimum_base=4)),
        (FACTS, replace(SURVEY, few=None)),
    ],
)
def test_other_figures_or_another_survey_are_attacked_anew(
    tmp_path: Path, attacks: list[AttackResult], facts: list[Fact], survey: KnownSurvey
) -> None:
    attack_once(Project(tmp_path))(FACTS, SURVEY)
    attack_once(Project(tmp_path))(facts, survey)
    assert len(attacks) == 2


def test_what_is_against_the_figures_is_found_every_time(tmp_path: Path, attacks: list[AttackResult]) -> None:
    narrow = replace(SURVEY, least_values=4)
    assert attack_once(Project(tmp_path))(FACTS, narrow).findings
    assert attack_once(Project(tmp_path))(FACTS, narrow).findings
    assert len(attacks) == 2


def test_what_was_kept_and_cannot_be_read_is_attacked_anew(tmp_path: Path, attacks: list[AttackResult]) -> None:
    project = Project(tmp_path)
    attack_once(project)(FACTS, SURVEY)
    for path in (project.processed / "attacks").iterdir():
        path.write_text('[{"wave": 1', "utf-8")
    attack_once(project)(FACTS, SURVEY)
    assert len(attacks) == 2
