"""The attack on one block: its targets bounded by outsiders first, then by those who know or take more to be so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import numpy as np

from pipeline.disclosure.attack import targets as of
from pipeline.disclosure.attack.attackers import ANYONE, Attacker, insiders, outsiders, own_part
from pipeline.disclosure.attack.blocks import Block
from pipeline.disclosure.attack.evidence import Evidence
from pipeline.disclosure.attack.program import Program, Terms
from pipeline.disclosure.attack.sentences import Bounded, sentence_for_bounded, sentence_for_class
from pipeline.disclosure.attack.solver import InfeasibleError
from pipeline.disclosure.attack.survey import SUPPRESSED_GROUPS, KnownSurvey
from pipeline.disclosure.attack.targets import Target, targets_of

KnownRows = Literal["none", "where needed", "all"]
_OUTSIDER = Attacker(ANYONE)
_GUESSES_WALKED = 5
_HIGHEST_SMALL_COUNT = 6


class BlockSearch:
    """The bounds of one block's targets (`intervals`) and a sentence for each too narrow one (`findings`)."""

    def __init__(
        self,
        block: Block,
        program: Program,
        evidence: Evidence,
        survey: KnownSurvey,
        known_rows: KnownRows,
        *,
        exact: bool = True,
    ) -> None:
        self._block, self._program, self._evidence, self._survey = block, program, evidence, survey
        self._known_rows, self._exact = known_rows, exact
        self.intervals: list[Bounded] = []
        self.findings: list[str] = []

    def run(self) -> None:
        """Bound the targets; whoever learns too much of one is named, and others are not asked about it any more.

        What is not to be exact ends at the first finding, and bounds what solutions in hand do not leave open already.
        Raises InfeasibleError or UnsolvedError.
        """
        self._targets = self._protected()
        if not self._targets:
            return
        self._weights = [self._program.vector(target.terms) for target in self._targets]
        self._matrix = np.array(self._weights)
        self._left = set(range(len(self._targets)))
        self._plain = [_obvious(weights) for weights in self._weights]
        if self._exact:
            self._bound_for_outsiders()
        attackers = [*outsiders(self._block, self._evidence, self._survey)]
        for number, attacker in enumerate(attackers if self._exact else [_OUTSIDER, *attackers]):
            self._follow(attacker)
            if self._is_decided():
                return
            if number < _GUESSES_WALKED:
                self._spread(attacker)
        if self._known_rows != "none":
            for attacker in insiders(self._block, self._evidence, self._survey):
                self._follow(attacker)
                if self._is_decided():
                    return

    def _bound_for_outsiders(self) -> None:
        self._spread()
        bounds = [
            self._program.bounds(weights, within=ends) for weights, ends in zip(self._weights, self._plain, strict=True)
        ]
        self._plain[:] = bounds
        self._spread()
        plain = [self._bounded(number, ends, _OUTSIDER) for number, ends in enumerate(bounds)]
        for number, bounded in enumerate(plain):
            self._judge(number, bounded)
        if self._survey.protects == SUPPRESSED_GROUPS:
            self.findings += _classes(plain)

    def _is_decided(self) -> bool:
        # All answered alike are narrow bounds too, of an answer that nobody gave.
        return bool(self.findings) and not self._exact

    def _spread(self, attacker: Attacker = _OUTSIDER) -> None:
        if self._known_rows == "where needed":
            self._program.spread(attacker.rows)

    def _protected(self) -> list[Target]:
        """Return the targets without those of groups that need not be small."""
        targets = targets_of(self._block, self._evidence, self._survey)
        if self._survey.protects != SUPPRESSED_GROUPS:
            return targets
        return [target for target in targets if target.few is None or self._is_small(target.few)]

    def _is_small(self, base: Terms) -> bool:
        weights = self._program.vector(base)
        values = self._program.solutions @ weights
        if len(values) and values.max() >= self._survey.minimum_base:
            return False
        return self._program.bounds(weights)[1] < self._survey.minimum_base

    def _follow(self, attacker: Attacker) -> None:
        """Bound what an attacker wants to know, unless solutions in hand show that enough is left open."""
        numbers = (
            list(range(len(self._targets))) if self._known_rows == "all" else self._undecided(attacker, self._left)
        )
        for number in numbers:
            weights, (least, most) = self._weights[number], self._plain[number]
            try:
                high = self._program.most(weights, attacker.rows, most)
                if self._known_rows != "all" and not self._undecided(attacker, [number]):
                    continue
                ends = (-self._program.most(-weights, attacker.rows, -least), high)
            except InfeasibleError:
                return  # What is published is at odds with such an attacker.
            self._judge(number, self._bounded(number, ends, attacker))
            if self._is_decided():
                return

    def _undecided(self, attacker: Attacker, numbers: Iterable[int]) -> list[int]:
        """Return which targets the attacker's solutions in hand leave fewer values than must be left."""
        fitting = self._program.solutions[self._program.satisfying(attacker.rows)]
        if not len(fitting):
            return sorted(numbers)
        wanted = np.array(sorted(numbers), dtype=int)
        spans = np.ptp(fitting @ self._matrix[wanted].T, axis=0)
        return [int(number) for number in wanted[spans + 1 < self._survey.least_values]]

    def _bounded(self, number: int, ends: tuple[int, int], attacker: Attacker) -> Bounded:
        target = self._targets[number]
        own = own_part(target.terms, attacker.known)
        keys = (target.wave, target.area, target.item, target.sector, target.what)
        return Bounded(*keys, ends[0] - own, ends[1] - own, attacker.words, besides_one=attacker.known is not None)

    def _judge(self, number: int, bounded: Bounded) -> None:
        self.intervals.append(bounded)
        if number in self._left and self._is_narrow(bounded):
            self._left.discard(number)
            self.findings.append(sentence_for_bounded(bounded))

    def _is_narrow(self, bounded: Bounded) -> bool:
        if bounded.values >= self._survey.least_values:
            return False
        if self._survey.protects == SUPPRESSED_GROUPS:
            return True
        sizes = (bounded.low, bounded.high) if bounded.high > 0 else (-bounded.high, -bounded.low)
        return sizes[1] >= 1 and sizes[0] <= _HIGHEST_SMALL_COUNT


def _obvious(weights: np.ndarray) -> tuple[float, float]:
    """Return bounds that need no search: a sum of counts is not below 0."""
    return (0.0 if (weights >= 0).all() else -np.inf, np.inf)


def _classes(bounded: Sequence[Bounded]) -> Iterator[str]:
    """Yield a sentence for each group of which all are known to have answered alike."""
    by_group: dict[tuple[str, str, str | None], dict[str, Bounded]] = {}
    for one in bounded:
        by_group.setdefault((one.wave, one.area, one.item), {})[one.what] = one
    for counts in by_group.values():
        levels = [one for what, one in counts.items() if what.startswith("level ")]
        possible = [one for one in levels if one.high > 0]
        if len(levels) > 1 and len(possible) == 1:
            yield sentence_for_class(possible[0])
            continue
        for what in (of.FAVOURABLE, of.NOT_FAVOURABLE):
            other = of.NOT_FAVOURABLE if what == of.FAVOURABLE else of.FAVOURABLE
            if what in counts and counts[what].high == 0 < counts[other].high:
                yield sentence_for_class(counts[what])
