"""Targets: the counts of a block that must stay uncertain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.blocks import (
    FAVOURABLE_IN,
    PAIRED,
    Block,
    ItemBlock,
    LinkBlock,
    PairBlock,
    SectorBlock,
    answering,
    favourable,
)
from pipeline.disclosure.attack.evidence import Evidence
from pipeline.disclosure.attack.program import Terms
from pipeline.disclosure.attack.survey import NO_AREA, SUPPRESSED_GROUPS, KnownSurvey
from pipeline.disclosure.attack.tables import Table, times, total

PEOPLE, ANSWERING, FAVOURABLE, NOT_FAVOURABLE = "people", "people answering", "favourable", "not favourable"
LINKED, NOT_LINKED, MORE_PEOPLE, PAIRS = "linked", "not linked", "more people", "pairs"


@dataclass(frozen=True)
class Target:
    """A count and what it is of; `few` is a group's base where it is protected only if that is provably small."""

    wave: str
    area: str
    item: str | None
    sector: str | None
    what: str
    terms: Terms
    few: Terms | None = None


@dataclass(frozen=True)
class _Group:
    """A group of people: some areas' sum, under one name; `always` protected, or only where it is provably small."""

    name: str
    areas: tuple[str, ...]
    always: bool


def people_by_group(table: Table, evidence: Evidence) -> dict[str, Terms]:
    """Return the bases that a wave's blocks share: of each area, of none, of the whole, of what is hidden together."""
    survey = table.survey
    found: dict[str, Terms] = {area: table.count(area) for area in (*survey.groups, survey.whole_area)}
    hidden = [area for area in survey.areas if evidence.hides_people(table.wave, area)]
    for group in _groups(hidden, survey):
        found[group.name] = total(*(table.count(area) for area in group.areas))
    return found


@singledispatch
def targets_of(block: Block, evidence: Evidence, survey: KnownSurvey) -> list[Target]:
    """Return a block's targets.

    Where suppressed groups are protected: all counts of each, and of the people of no area and of all that is hidden
    together where these are provably fewer than the minimum base. Where counts up to six are: each cell of each table.
    """
    raise TypeError(f"no targets are known of {block.name}")


@targets_of.register
def _of_items(block: ItemBlock, evidence: Evidence, survey: KnownSurvey) -> list[Target]:
    (table,) = block.tables
    wave, item = table.wave, block.item
    hidden = [
        area
        for area in (*survey.areas, survey.whole_area)
        if evidence.hides_people(wave, area) or evidence.hides_answers(wave, area, item)
    ]
    found = []
    for group in _groups(hidden, survey):
        base = total(*(answering(table, area) for area in group.areas))
        yes = total(*(favourable(table, area, item) for area in group.areas))
        counts = {ANSWERING: base, FAVOURABLE: yes, NOT_FAVOURABLE: total(base, times(-1, yes))}
        keys = {"wave": wave, "area": group.name, "item": item}
        # How many of a shown group leave a question out is no answer of theirs.
        told = all(not evidence.hides_people(wave, area) for area in group.areas if area in survey.areas)
        if survey.protects == SUPPRESSED_GROUPS and (told or _is_base_shown(evidence, kinds.ANSWERING, **keys)):
            del counts[ANSWERING]
        if survey.protects == SUPPRESSED_GROUPS or group.name == survey.whole_area:
            levels = [one for one in table.categories if one.startswith("level ")]
            counts |= {one: total(*(table.count(area, [one]) for area in group.areas)) for one in levels}
        few = None if group.always else base
        found += [Target(wave, group.name, item, None, what, terms, few) for what, terms in counts.items()]
    return found


@targets_of.register
def _of_sectors(block: SectorBlock, evidence: Evidence, survey: KnownSurvey) -> list[Target]:
    (table,) = block.tables
    wave = table.wave
    places = (*survey.areas, survey.whole_area)
    hidden = [area for area in places if evidence.hides_people(wave, area)]
    found = [_people_target(table, group) for group in _groups(hidden, survey)]
    if not any(
        evidence.of(kinds.PEOPLE_BY_SECTOR, wave=wave, area=area, sector=s) for area in places for s in survey.sectors
    ):
        return found
    for sector in survey.sectors:
        cells = [
            area
            for area in places
            if area in hidden
            or not _is_base_shown(evidence, kinds.PEOPLE_BY_SECTOR, wave=wave, area=area, sector=sector)
        ]
        found += [_people_target(table, group, sector) for group in _groups(cells, survey)]
    return found


def _people_target(table: Table, group: _Group, sector: str | None = None) -> Target:
    terms = total(*(table.count(area, None if sector is None else [sector]) for area in group.areas))
    return Target(table.wave, group.name, None, sector, PEOPLE, terms, None if group.always else terms)


@targets_of.register
def _of_pairs(block: PairBlock, evidence: Evidence, survey: KnownSurvey) -> list[Target]:
    (table,) = block.tables
    wave, item = table.wave, block.item
    keys = {"wave": wave, "item": item, "before_item": block.before_item}
    hidden = [
        area
        for area in (*survey.areas, survey.whole_area)
        if evidence.hides_people(wave, area)
        or not _is_base_shown(evidence, kinds.PAIRS, area=area, **keys)
        or evidence.is_suppressed(kinds.SHARE_OF_PAIRS, area=area, **keys)
    ]
    found = []
    for group in _groups(hidden, survey):
        base = total(*(table.count(area, PAIRED) for area in group.areas))
        counts = {PAIRS: base}
        for part, categories in FAVOURABLE_IN.items():
            yes = total(*(table.count(area, categories) for area in group.areas))
            counts |= {f"{FAVOURABLE} {part}": yes, f"{NOT_FAVOURABLE} {part}": total(base, times(-1, yes))}
        if survey.protects == SUPPRESSED_GROUPS and _is_base_shown(evidence, kinds.PAIRS, area=group.name, **keys):
            del counts[PAIRS]
        few = None if group.always else base
        found += [Target(wave, group.name, item, None, what, terms, few) for what, terms in counts.items()]
    return found


@targets_of.register
def _of_links(block: LinkBlock, evidence: Evidence, survey: KnownSurvey) -> list[Target]:
    baseline, comparison = block.tables
    keys = {"baseline_wave": baseline.wave, "comparison_wave": comparison.wave}
    both = f"{baseline.wave} and {comparison.wave}"
    protects_all = survey.protects != SUPPRESSED_GROUPS
    found = []
    for area in (*survey.areas, survey.whole_area):
        linked = block.links.linked(area)
        is_hidden = protects_all or not _is_base_shown(evidence, kinds.LINKED, area=area, **keys)
        if is_hidden:
            found.append(Target(both, area, None, None, LINKED, linked))
        hides_people = [protects_all or evidence.hides_people(table.wave, area) for table in block.tables]
        for table, other, hides in zip(block.tables, (comparison, baseline), hides_people, strict=True):
            rest = total(table.count(area), times(-1, linked))
            few = None if is_hidden or hides else rest
            found.append(Target(table.wave, area, None, None, f"{NOT_LINKED} with {other.wave}", rest, few))
        if any(hides_people):
            more = total(comparison.count(area), times(-1, baseline.count(area)))
            found.append(Target(both, area, None, None, MORE_PEOPLE, more))
    return found


def _is_base_shown(evidence: Evidence, statistic: str, **keys: str) -> bool:
    return evidence.is_shown(statistic, **keys) and not evidence.is_suppressed(statistic, **keys)


def _groups(hidden: Sequence[str], survey: KnownSurvey) -> Iterator[_Group]:
    """Yield the groups to protect, `hidden` being the suppressed ones."""
    if survey.protects != SUPPRESSED_GROUPS:
        hidden = (*survey.areas, survey.whole_area)
    for area in hidden:
        yield _Group(area, (area,), always=True)
    nowhere = [NO_AREA] if survey.none_listed else []
    for area in nowhere:
        yield _Group(area, (area,), always=False)
    together = (*(area for area in hidden if area != survey.whole_area), *nowhere)
    # Counts of people in several areas are no difference of what is shown, which then bounds nothing exactly.
    if survey.protects == SUPPRESSED_GROUPS and not survey.several_areas and len(together) > 1:
        yield _Group("what is hidden together", together, always=False)
