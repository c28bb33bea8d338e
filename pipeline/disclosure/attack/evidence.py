"""What the facts say, in order: which fit the survey, which are hidden, and which belong to an earlier issue."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import Fact, keys_of
from pipeline.disclosure.published import SUPPRESSED

# The keys each figure of the program has; an area that is not named is the whole one.
KEYS = {
    kinds.PEOPLE: {"wave", "area"},
    kinds.PEOPLE_BY_SECTOR: {"wave", "area", "sector"},
    kinds.ANSWERING: {"wave", "area", "item"},
    kinds.FAVOURABLE_SHARE: {"wave", "area", "item"},
    kinds.FAVOURABLE_PEOPLE: {"wave", "area", "item"},
    kinds.LEVEL_SHARE: {"wave", "area", "item", "level"},
    kinds.LEVEL_PEOPLE: {"wave", "area", "item", "level"},
    kinds.MEAN: {"wave", "area", "item"},
    kinds.OFF_SCALE: {"wave", "area", "item"},
    kinds.BLANK: {"wave", "area", "item"},
    kinds.LINKED: {"baseline_wave", "comparison_wave", "area"},
    kinds.PAIRS: {"wave", "area", "item", "before_item"},
    kinds.SHARE_OF_PAIRS: {"wave", "area", "item", "before_item", "part"},
}
RATIOS = frozenset({kinds.FAVOURABLE_SHARE, kinds.LEVEL_SHARE, kinds.MEAN, kinds.SHARE_OF_PAIRS})
OF_ANSWERS = frozenset(
    {kinds.ANSWERING, kinds.FAVOURABLE_SHARE, kinds.FAVOURABLE_PEOPLE, kinds.LEVEL_SHARE, kinds.LEVEL_PEOPLE,
     kinds.MEAN, kinds.OFF_SCALE, kinds.BLANK}
)  # fmt: skip
OF_GROUPS = (kinds.ANSWERING, kinds.FAVOURABLE_SHARE, kinds.FAVOURABLE_PEOPLE)
_WAVES = ("wave", "baseline_wave", "comparison_wave")
_ITSELF = ("", "estimate", "share")
_BEFORE_AND_NOW = ("before", "now")


@dataclass(frozen=True)
class Evidence:
    """Facts by statistic and keys: those in the program, and the others, which only may not be shown."""

    in_program: tuple[Fact, ...]
    others: tuple[Fact, ...]

    @cached_property
    def _by_keys(self) -> dict[tuple[str, frozenset[tuple[str, str]]], list[Fact]]:
        by_keys: dict[tuple[str, frozenset[tuple[str, str]]], list[Fact]] = {}
        for fact in self.in_program:
            of_whom = frozenset(key for key in fact.keys if key[0] not in ("level", "part"))
            by_keys.setdefault((fact.statistic, of_whom), []).append(fact)
        return by_keys

    def of(self, statistic: str, **keys: str) -> list[Fact]:
        """Return the facts of a statistic with these keys, of whatever level and part."""
        return self._by_keys.get((statistic, frozenset(keys.items())), [])

    def is_shown(self, statistic: str, **keys: str) -> bool:
        return any(fact.is_shown for fact in self.of(statistic, **keys))

    def is_suppressed(self, statistic: str, **keys: str) -> bool:
        return any(fact.status == SUPPRESSED for fact in self.of(statistic, **keys))

    def hides_people(self, wave: str, area: str) -> bool:
        """Return whether an area's people of a wave are no public count: marked, or nowhere named."""
        keys = {"wave": wave, "area": area}
        return self.is_suppressed(kinds.PEOPLE, **keys) or not self.is_shown(kinds.PEOPLE, **keys)

    def hides_answers(self, wave: str, area: str, item: str) -> bool:
        """Return whether an area's answers to an item are hidden: marked, or nowhere named."""
        keys = {"wave": wave, "area": area, "item": item}
        # A mark at a level, a mean or what is left out hides that alone, and no group.
        marked = any(self.is_suppressed(statistic, **keys) for statistic in OF_GROUPS)
        return marked or not any(self.is_shown(statistic, **keys) for statistic in OF_ANSWERS)


def sort_facts(facts: Sequence[Fact], survey: KnownSurvey) -> tuple[Evidence, list[str]]:
    """Return the facts to reason with, their area always named, and a sentence for each that does not fit."""
    in_program, others, findings = [], [], []
    for fact in facts:
        placed = _placed(fact, survey)
        strange = _strange(fact, survey, is_modelled=placed is not None)
        if strange:
            findings.append(f"{_name(fact)} does not fit the survey: {strange}.")
        elif placed is None:
            others.append(fact)
        elif misses := KEYS[placed.statistic] ^ placed.of.keys():
            findings.append(
                f"{_name(fact)} does not fit: it cannot be told what it is of ({', '.join(sorted(misses))})."
            )
        else:
            in_program.append(placed)
    return Evidence(tuple(in_program), tuple(others)), findings


def shown_although_hidden(evidence: Evidence, survey: KnownSurvey) -> Iterator[str]:
    """Yield a sentence for each shown fact of a group whose people, or whose answers to its item, are suppressed.

    Facts from registers of the improvement work are of other people than those who answered in an area.
    """
    for fact in [*evidence.in_program, *evidence.others]:
        keys = fact.of
        if not fact.is_shown or fact.statistic == kinds.PEOPLE or "register" in keys:
            continue
        area = keys.get("area", survey.whole_area)
        for wave in dict.fromkeys(keys[name] for name in _WAVES if name in keys):
            if evidence.is_suppressed(kinds.PEOPLE, wave=wave, area=area):
                yield f"{_name(fact)} is shown although the people of {area} in {wave} are suppressed."
            elif fact.statistic != kinds.ANSWERING and _hides_item(evidence, wave, area, keys.get("item")):
                answers = f"the answers of {area} to '{keys['item']}' in {wave}"
                yield f"{_name(fact)} is shown although {answers} are suppressed."


def _hides_item(evidence: Evidence, wave: str, area: str, item: str | None) -> bool:
    return item is not None and evidence.is_suppressed(kinds.ANSWERING, wave=wave, area=area, item=item)


def describe(fact: Fact) -> str:
    keys = ", ".join(value for _, value in fact.keys)
    return f"{fact.statistic} ({keys})"


def _name(fact: Fact) -> str:
    return f"{fact.where}: {describe(fact)}"


def _placed(fact: Fact, survey: KnownSurvey) -> Fact | None:
    """Return a fact of the program with all its keys named, or None for any other figure."""
    if fact.statistic == kinds.USED:
        # Everybody whose submission is used is one of the whole area's people.
        return replace(fact, statistic=kinds.PEOPLE, keys=keys_of(**(dict(fact.of) | {"area": survey.whole_area})))
    if fact.statistic not in KEYS:
        return None
    keys = {"area": survey.whole_area} | dict(fact.of)
    wanted = _BEFORE_AND_NOW if fact.statistic == kinds.SHARE_OF_PAIRS else _ITSELF
    part = keys.get("part", "")
    if part not in wanted:
        return None
    if fact.statistic != kinds.SHARE_OF_PAIRS:
        keys.pop("part", None)
    return replace(fact, keys=keys_of(**keys))


def _strange(fact: Fact, survey: KnownSurvey, *, is_modelled: bool) -> str:
    """Return what is wrong with a fact, or nothing."""
    keys = fact.of
    known = {
        "area": {*survey.areas, survey.whole_area},
        "item": survey.items,
        "sector": set(survey.sectors),
        **{name: set(survey.waves) for name in _WAVES},
    }
    for name, allowed in known.items():
        if name in keys and keys[name] not in allowed:
            return f"there is no {name} '{keys[name]}'"
    if fact.is_shown and is_modelled and not 0 <= fact.low <= fact.high:
        return f"it lies between {fact.low} and {fact.high}"
    if math.isnan(fact.low) or math.isnan(fact.high):
        return "it is no number"
    if (
        is_modelled
        and fact.statistic in OF_ANSWERS
        and (keys.get("item"), keys.get("wave")) not in survey.levels_by_item_wave
    ):
        return f"'{keys.get('item')}' is not asked in {keys.get('wave')}"
    if fact.statistic in (kinds.LEVEL_SHARE, kinds.LEVEL_PEOPLE):
        levels = survey.levels_by_item_wave[keys["item"], keys["wave"]]
        if keys.get("level") not in {str(level) for level in range(1, levels + 1)}:
            return f"there is no level '{keys.get('level')}'"
    return ""
