"""The attack: every protected count bounded from all that is published, by each attacker.

Each item of a wave, its sectors, its pairs of questions and each pair of waves is a block, an integer program of its
own; blocks of one wave tell each other the bounds of its bases until nothing narrows. That gives up what only several
blocks together, or a guess or a known row in one for another, would tell beyond the bases. Differences of a hidden
group's answers between waves are as wide as the two counts together, since no block ties answers of two waves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.disclosure.attack.blocks import Block, build_blocks
from pipeline.disclosure.attack.evidence import Evidence, shown_although_hidden, sort_facts
from pipeline.disclosure.attack.issues import part_issues
from pipeline.disclosure.attack.program import Program, Row
from pipeline.disclosure.attack.search import BlockSearch, KnownRows
from pipeline.disclosure.attack.sentences import Bounded
from pipeline.disclosure.attack.solver import InfeasibleError, UnsolvedError
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.attack.targets import people_by_group
from pipeline.disclosure.facts import Fact
from pipeline.ground.sharing import share


@dataclass(frozen=True)
class AttackResult:
    """The bounded counts, and a sentence for each that is known too well and for whatever does not fit; none: pass.

    `cut_short`: a search had no proven end, which is a finding; another time it may have one.
    """

    intervals: list[Bounded]
    findings: list[str]
    cut_short: bool = False


def attack(
    facts: Sequence[Fact],
    survey: KnownSurvey,
    *,
    known_rows: KnownRows = "where needed",
    only: type[Block] = Block,
    alone: bool = False,
    exact: bool = True,
    seconds: float = 10.0,
    processes: int = 1,
) -> AttackResult:
    """Bound every protected count.

    `known_rows`: whether attackers who know a person's row are followed: never ('none'), only where solutions found so
    far do not leave them enough values already ('where needed': the others, and those who guess, then have no
    interval), or everywhere ('all'). `only` counts of one kind of block are bounded; the others lend what they tell of
    bases, unless each block is looked at `alone`, which leaves bounds wider. Where only the verdict matters, and not
    what is learned, it need not be `exact`: the same blocks have findings then, but one each, and few counts have an
    interval. `seconds` limit each search; blocks are shared over so many `processes`, which changes no result. Facts
    that no table of counts satisfies, and a search without a proven end, are findings.
    """
    evidence, findings = sort_facts(facts, survey)
    findings += shown_although_hidden(evidence, survey)
    evidence, differences = part_issues(evidence, survey)
    findings += differences
    blocks = [block for block in build_blocks(evidence, survey) if not alone or isinstance(block, only)]
    exchange = _Exchange(evidence, [(block, Program(block.rows, seconds=seconds)) for block in blocks])
    found = [] if alone else exchange.run()
    searches = [
        BlockSearch(block, program, evidence, survey, known_rows, exact=exact)
        for block, program in exchange.solvable
        if isinstance(block, only)
    ]
    found += share([partial(_search, one) for one in searches], processes)
    findings += [finding for one in found for finding in one.findings]
    intervals = [one for each in found for one in each.intervals]
    return AttackResult(intervals, list(dict.fromkeys(findings)), any(one.cut_short for one in found))


def _search(search: BlockSearch) -> AttackResult:
    failed = _fail_closed(search.block, search.run)
    return AttackResult(search.intervals, [*failed.findings, *search.findings], failed.cut_short)


def _fail_closed(block: Block, run: Callable[[], None]) -> AttackResult:
    """Return a finding when a block cannot be bounded."""
    try:
        run()
    except InfeasibleError:
        told = f"What is published of {block.name} does not fit together: no people could have answered so."
        return AttackResult([], [told])
    except UnsolvedError as error:
        told = f"What can be worked out of {block.name} could not be bounded: {error}."
        return AttackResult([], [told], cut_short=True)
    return AttackResult([], [])


class _Exchange:
    """Bases narrowed by all blocks that have them, until none narrows one further."""

    def __init__(self, evidence: Evidence, programs: Sequence[tuple[Block, Program]]) -> None:
        self.solvable = list(programs)
        self._evidence = evidence
        self._known: dict[tuple[str, str], tuple[float, float]] = {}
        self._told: dict[tuple[str, str, str], tuple[float, float]] = {}

    def run(self) -> list[AttackResult]:
        """Tell all blocks of all bases; return a finding for each that cannot be solved, which is then left out."""
        found: list[AttackResult] = []
        before = None
        while before != self._known:
            before = dict(self._known)
            for block, program in list(self.solvable):
                failed = _fail_closed(block, partial(self._narrow, block, program))
                if failed.findings:
                    self.solvable.remove((block, program))
                    found.append(failed)
        return found

    def _narrow(self, block: Block, program: Program) -> None:
        for table in block.tables:
            for name, terms in people_by_group(table, self._evidence).items():
                key = (table.wave, name)
                ends = self._known.get(key, (0, math.inf))
                if self._told.get((block.name, *key), (0, math.inf)) != ends:
                    program.add([Row(terms, *ends)])
                if ends[0] < ends[1]:
                    self._known[key] = program.bounds(program.vector(terms), ends)
                self._told[block.name, *key] = self._known.get(key, ends)
