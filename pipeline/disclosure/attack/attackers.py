"""Attackers: what somebody may know, or take to be so, beside all that is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.blocks import (
    PAIRED,
    Block,
    ItemBlock,
    LinkBlock,
    PairBlock,
    Person,
    SectorBlock,
    answering,
)
from pipeline.disclosure.attack.evidence import Evidence
from pipeline.disclosure.attack.issues import plain_wave
from pipeline.disclosure.attack.program import Row, Terms
from pipeline.disclosure.attack.survey import KnownSurvey

ANYONE = "Anyone"
# With more hidden cells than this in a block, who knows a row takes none or all of them to be of few people.
_MOST_SINGLE_GUESSES = 4


@dataclass(frozen=True)
class Attacker:
    """Rows that an attacker adds; the cells of the person he knows are no part of what he wants to know."""

    words: str
    rows: tuple[Row, ...] = ()
    known: Terms | None = None


@dataclass(frozen=True)
class _Guess:
    words: str
    rows: tuple[Row, ...]


def outsiders(block: Block, evidence: Evidence, survey: KnownSurvey) -> list[Attacker]:
    """Return attackers who know no row: each takes some hidden groups to be smaller than the minimum base.

    A mark stands for a small group or for one that would give away a small one, and pages do not tell which. Who knows
    the places knows: where the survey says which groups are small, one takes these to be so. Else one takes all marks
    for small groups, another one mark alone. A guess that no table fits has been refuted.
    """
    return [Attacker(f"{ANYONE} who {guess.words}", guess.rows) for guess in _guesses(block, evidence, survey)]


def insiders(block: Block, evidence: Evidence, survey: KnownSurvey) -> Iterator[Attacker]:
    """Yield attackers who know one row of the block: their own, or that of somebody, such as one who has left since."""
    guesses = _guesses(block, evidence, survey)
    if len(guesses) > _MOST_SINGLE_GUESSES + 1:
        guesses = guesses[:1]
    for person in block.people:
        rows = _without(person, block)
        who = f"Whoever is, or knows, {person.words}"
        if survey.few is None or not guesses:
            yield Attacker(who, rows, person.cells)
        for guess in guesses:
            yield Attacker(f"{who} and {guess.words}", (*rows, *guess.rows), person.cells)


def own_part(terms: Terms, known: Terms | None) -> int:
    """Return how much of a count is the person that the attacker knows."""
    return sum(weight * known.get(cell, 0) for cell, weight in terms.items()) if known else 0


def _without(person: Person, block: Block) -> tuple[Row, ...]:
    """Return rows for tables in which this person is, and which stay tables of people without."""
    rows = [Row({cell: 1}, low=weight) for cell, weight in person.cells.items()]
    for row in block.structure:
        if shift := own_part(row.terms, person.cells):
            rows.append(Row(row.terms, row.low + shift, row.high + shift))
    return tuple(rows)


def _guesses(block: Block, evidence: Evidence, survey: KnownSurvey) -> list[_Guess]:
    """Return the guess that every hidden group of a block is small first; then, where that may be wrong, each alone."""
    hidden = [
        (name, Row(terms, high=survey.minimum_base - 1)) for name, terms in _hidden(block, evidence, survey).items()
    ]
    alone = [_Guess(f"takes {name} to be hidden for its few people", (row,)) for name, row in hidden]
    if len(alone) < 2:
        return alone
    every = _Guess("takes all that is hidden to be of few people", tuple(row for _, row in hidden))
    if survey.few is not None:
        return [_Guess("knows which of the hidden groups have few people", every.rows)]
    return [every, *alone]


def _hidden(block: Block, evidence: Evidence, survey: KnownSurvey) -> Mapping[str, Terms]:
    """Return the marked groups of a block by name, each with its base."""
    places = (*survey.areas, survey.whole_area)
    found: dict[str, Terms] = {}
    for table in block.tables:
        for area in places:
            is_hidden = evidence.is_suppressed(kinds.PEOPLE, wave=table.wave, area=area)
            if is_hidden and survey.may_be_few(area, plain_wave(table.wave)):
                found[f"{area} in {table.wave}"] = table.count(area)
    for area in places:
        found |= _hidden_cells(block, evidence, survey, area)
    return found


def _hidden_cells(block: Block, evidence: Evidence, survey: KnownSurvey, area: str) -> dict[str, Terms]:
    table = block.tables[0]
    wave = table.wave
    keys = {"wave": wave, "area": area}
    if isinstance(block, LinkBlock):
        waves = {"baseline_wave": wave, "comparison_wave": block.tables[1].wave}
        is_hidden = evidence.is_suppressed(kinds.LINKED, area=area, **waves)
        return {f"who is linked in {area}": block.links.linked(area)} if is_hidden and survey.few is None else {}
    if evidence.is_suppressed(kinds.PEOPLE, **keys):
        return {}
    if isinstance(block, SectorBlock):
        return {
            f"sector '{sector}' of {area} in {wave}": table.count(area, [sector])
            for sector in survey.sectors
            if evidence.is_suppressed(kinds.PEOPLE_BY_SECTOR, sector=sector, **keys)
            and survey.may_be_few(sector, area, plain_wave(wave))
        }
    if isinstance(block, ItemBlock) and evidence.is_suppressed(kinds.ANSWERING, item=block.item, **keys):
        if not survey.may_be_few(block.item, area, plain_wave(wave)):
            return {}
        return {f"'{block.item}' of {area} in {wave}": answering(table, area)}
    if isinstance(block, PairBlock):
        pair = {"item": block.item, "before_item": block.before_item}
        if survey.few is None and evidence.is_suppressed(kinds.PAIRS, **pair, **keys):
            return {f"looking back on '{block.item}' of {area} in {wave}": table.count(area, PAIRED)}
    return {}
