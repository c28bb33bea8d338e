"""Blocks: the tables that are reasoned about together, with the facts of them as rows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.evidence import OF_ANSWERS, Evidence
from pipeline.disclosure.attack.issues import plain_wave
from pipeline.disclosure.attack.links import Links
from pipeline.disclosure.attack.program import Row, Terms
from pipeline.disclosure.attack.survey import NO_AREA, SUPPRESSED_GROUPS, KnownSurvey
from pipeline.disclosure.attack.tables import Table, rows_of_ratio, times, total
from pipeline.disclosure.facts import Fact

OFF_SCALE, BLANK = "off the scale", "blank"
EVERYBODY = "everybody"
BEFORE_AND_NOW, BEFORE_ALONE, NOW_ALONE, NEITHER, NO_PAIR = (
    "favourable before and now", "favourable before alone", "favourable now alone", "favourable neither time",
    "no pair",
)  # fmt: skip
PAIRED = (BEFORE_AND_NOW, BEFORE_ALONE, NOW_ALONE, NEITHER)
FAVOURABLE_IN = {"before": (BEFORE_AND_NOW, BEFORE_ALONE), "now": (BEFORE_AND_NOW, NOW_ALONE)}


@dataclass(frozen=True)
class Person:
    """A row that somebody knows: the cells in which this person counts, and who it is in words."""

    words: str
    cells: Terms


@dataclass(frozen=True)
class Block:
    """Tables in one program.

    `structure` still holds when a person is taken out of the tables; `facts` are what is published of them; `people` is
    whom a respondent, or somebody who knows one, may know of.
    """

    name: str
    tables: tuple[Table, ...]
    structure: tuple[Row, ...]
    facts: tuple[Row, ...]
    people: tuple[Person, ...]

    @property
    def rows(self) -> list[Row]:
        return [*self.structure, *self.facts, *(table.limit() for table in self.tables)]


@dataclass(frozen=True)
class ItemBlock(Block):
    """The answers to one item in one wave."""

    item: str


@dataclass(frozen=True)
class SectorBlock(Block):
    """The people of one wave by sector, or all together where no sectors are asked."""


@dataclass(frozen=True)
class PairBlock(Block):
    """Answers to two questions of one wave by the same people, who look back."""

    item: str
    before_item: str


@dataclass(frozen=True)
class LinkBlock(Block):
    """The people of two waves, and those of them who were recognised in both."""

    links: Links


def level_category(level: int) -> str:
    return f"level {level}"


def build_blocks(evidence: Evidence, survey: KnownSurvey) -> list[Block]:
    """Return the blocks of every wave, or issue of a wave, of which something is published."""
    waves = sorted({keys["wave"] for fact in evidence.in_program if "wave" in (keys := fact.of)})
    blocks: list[Block] = [_sector_block(evidence, survey, wave) for wave in waves]
    blocks += [_item_block(evidence, survey, *key) for key in _keys(evidence, OF_ANSWERS, "item", "wave")]
    pairs = {kinds.PAIRS, kinds.SHARE_OF_PAIRS}
    blocks += [_pair_block(evidence, survey, *key) for key in _keys(evidence, pairs, "item", "before_item", "wave")]
    waves_of_links = _keys(evidence, {kinds.LINKED}, "baseline_wave", "comparison_wave")
    return blocks + [_link_block(evidence, survey, *key) for key in waves_of_links]


def _keys(evidence: Evidence, statistics: set[str] | frozenset[str], *names: str) -> list[tuple[str, ...]]:
    return sorted(
        {tuple(fact.of[name] for name in names) for fact in evidence.in_program if fact.statistic in statistics}
    )


def _shown(evidence: Evidence, statistics: Sequence[str], **keys: str) -> Iterator[Fact]:
    for fact in evidence.in_program:
        if fact.is_shown and fact.statistic in statistics and keys.items() <= fact.of.items():
            yield fact


def _count_row(terms: Terms, fact: Fact) -> Row:
    # A bound that a floating point number only just misses is meant.
    return Row(
        terms, math.ceil(fact.low - 1e-9), math.floor(fact.high + 1e-9) if math.isfinite(fact.high) else math.inf
    )


def _people_rows(evidence: Evidence, table: Table) -> list[Row]:
    shown = _shown(evidence, (kinds.PEOPLE,), wave=table.wave)
    return [_count_row(table.count(fact.of["area"]), fact) for fact in shown]


def _sector_block(evidence: Evidence, survey: KnownSurvey, wave: str) -> SectorBlock:
    table = Table(wave, survey.sectors or (EVERYBODY,), survey)
    rows = _people_rows(evidence, table)
    for fact in _shown(evidence, (kinds.PEOPLE_BY_SECTOR,), wave=wave):
        rows.append(_count_row(table.count(fact.of["area"], [fact.of["sector"]]), fact))
    people = _people(
        evidence, table, {one: f"of sector '{one}'" for one in survey.sectors} or {EVERYBODY: "who took part"}
    )
    return SectorBlock(f"the people of {wave}", (table,), tuple(table.rows()), tuple(rows), people)


def _item_block(evidence: Evidence, survey: KnownSurvey, item: str, wave: str) -> ItemBlock:
    levels = range(1, survey.levels_by_item_wave[item, plain_wave(wave)] + 1)
    table = Table(wave, (*map(level_category, levels), OFF_SCALE, BLANK), survey)
    rows = _people_rows(evidence, table)
    for fact in _shown(evidence, tuple(OF_ANSWERS), wave=wave, item=item):
        rows += _rows_of_answers(fact, table, survey)
    words = {level_category(one): f"who gave answer {one} to '{item}'" for one in levels}
    words |= {OFF_SCALE: f"whose answer to '{item}' is off the scale", BLANK: f"who left '{item}' blank"}
    people = _people(evidence, table, words)
    return ItemBlock(f"the answers to '{item}' in {wave}", (table,), tuple(table.rows()), tuple(rows), people, item)


def answering(table: Table, area: str) -> dict[Hashable, int]:
    """Return an area's people with an answer on the scale."""
    return table.count(area, [one for one in table.categories if one not in (OFF_SCALE, BLANK)])


def favourable(table: Table, area: str, item: str) -> dict[Hashable, int]:
    levels = table.survey.favourable_by_item_wave[item, plain_wave(table.wave)]
    return table.count(area, [level_category(one) for one in sorted(levels)])


def _rows_of_answers(fact: Fact, table: Table, survey: KnownSurvey) -> list[Row]:
    keys = fact.of
    area = keys["area"]
    base = answering(table, area)
    if fact.statistic == kinds.ANSWERING:
        return [_count_row(base, fact)]
    if fact.statistic in (kinds.OFF_SCALE, kinds.BLANK):
        category = OFF_SCALE if fact.statistic == kinds.OFF_SCALE else BLANK
        return [_count_row(table.count(area, [category]), fact)]
    if fact.statistic == kinds.FAVOURABLE_PEOPLE:
        return [_count_row(favourable(table, area, keys["item"]), fact)]
    if fact.statistic == kinds.FAVOURABLE_SHARE:
        return rows_of_ratio(favourable(table, area, keys["item"]), base, fact.low, fact.high)
    if fact.statistic == kinds.LEVEL_PEOPLE:
        return [_count_row(table.count(area, [level_category(int(keys["level"]))]), fact)]
    if fact.statistic == kinds.LEVEL_SHARE:
        level = table.count(area, [level_category(int(keys["level"]))])
        return rows_of_ratio(level, base, fact.low, fact.high)
    levels = survey.levels_by_item_wave[keys["item"], plain_wave(table.wave)]
    sums = [times(level, table.count(area, [level_category(level)])) for level in range(1, levels + 1)]
    return rows_of_ratio(total(*sums), base, fact.low, fact.high)


def _pair_block(evidence: Evidence, survey: KnownSurvey, item: str, before_item: str, wave: str) -> PairBlock:
    table = Table(wave, (*PAIRED, NO_PAIR), survey)
    rows = _people_rows(evidence, table)
    statistics = (kinds.PAIRS, kinds.SHARE_OF_PAIRS)
    for fact in _shown(evidence, statistics, wave=wave, item=item, before_item=before_item):
        base = table.count(fact.of["area"], PAIRED)
        if fact.statistic == kinds.PAIRS:
            rows.append(_count_row(base, fact))
        else:
            part = table.count(fact.of["area"], FAVOURABLE_IN[fact.of["part"]])
            rows += rows_of_ratio(part, base, fact.low, fact.high)
    name = f"those who answered '{before_item}' and '{item}' in {wave}"
    people = _people(
        evidence, table, {one: f"whose answers to '{before_item}' and '{item}' are: {one}" for one in table.categories}
    )
    return PairBlock(name, (table,), tuple(table.rows()), tuple(rows), people, item, before_item)


def _link_block(evidence: Evidence, survey: KnownSurvey, baseline_wave: str, comparison_wave: str) -> LinkBlock:
    # A wave may be beside an issue of itself only in name; the tables then are one.
    tables = (Table(baseline_wave, (EVERYBODY,), survey), Table(comparison_wave, (EVERYBODY,), survey))
    links = Links(tables)
    rows = [row for table in tables for row in _people_rows(evidence, table)]
    for fact in _shown(evidence, (kinds.LINKED,), baseline_wave=baseline_wave, comparison_wave=comparison_wave):
        rows.append(_count_row(links.linked(fact.of["area"]), fact))
    structure = [*(row for table in tables for row in table.rows()), *links.rows()]
    name = f"who was recognised in {baseline_wave} and {comparison_wave}"
    return LinkBlock(name, tables, tuple(structure), tuple(rows), tuple(_linked_people(evidence, links)), links)


def _linked_people(evidence: Evidence, links: Links) -> Iterator[Person]:
    before, after = links.tables
    survey = before.survey
    in_both = f"recognised in {before.wave} and {after.wave}"
    for areas in _area_patterns(evidence, survey, [table.wave for table in links.tables]):
        cells = total(*(table.person(areas, EVERYBODY) for table in links.tables), links.person(areas, areas))
        yield Person(f"a person of {_and(areas)} {in_both}", cells)
        for table in links.tables:
            words = f"a person of {_and(areas)} in {table.wave} who is not {in_both}"
            yield Person(words, table.person(areas, EVERYBODY))
    # Of several areas before or after are too many kinds of person to follow each.
    for here, there in itertools.permutations(survey.groups, 2):
        cells = total(before.person([here], EVERYBODY), after.person([there], EVERYBODY))
        words = f"a person of {_and([here])} in {before.wave} and of {_and([there])} in {after.wave} {in_both}"
        yield Person(words, total(cells, links.person([here], [there])))


def _area_patterns(evidence: Evidence, survey: KnownSurvey, waves: Sequence[str]) -> list[tuple[str, ...]]:
    """Return where a person may work: in one area, in none, or in two of which one, at least, is to be protected."""
    alone: list[tuple[str, ...]] = [(group,) for group in survey.groups]
    if not survey.several_areas:
        return alone
    protected = set(survey.areas)
    if survey.protects == SUPPRESSED_GROUPS:
        protected = {area for area in survey.areas for wave in waves if evidence.hides_people(wave, area)}
    return [*alone, *(pair for pair in itertools.combinations(survey.areas, 2) if protected & set(pair))]


def _people(evidence: Evidence, table: Table, words: dict[str, str]) -> tuple[Person, ...]:
    return tuple(
        Person(f"a person of {_and(areas)} {words[category]}", table.person(areas, category))
        for areas in _area_patterns(evidence, table.survey, [table.wave])
        for category in words
    )


def _and(areas: Sequence[str]) -> str:
    return " and ".join("no area" if area == NO_AREA else area for area in areas)
