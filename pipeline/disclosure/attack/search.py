"""The attack on one block: its targets bounded by outsiders first, then by those who know or take more to be so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import numpy as np

from pipeline.disclosure.attack import targets as of
from pipeline.disclosure.attack.attackers import ANYONE, Attacker, insiders, outsiders, own_part
from pipeline.disclosure.attack.blocks import Block
from pipeline.disclosure.attack.evidence import Evidence
from pipeline.disclosure.attack.program import Case, Program, Terms
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
        self.block, self._program, self._evidence, self._survey = block, program, evidence, survey
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
        attackers = [*outsiders(self.block, self._evidence, self._survey)]
        for number, attacker in enumerate(attackers if self._exact else [_OUTSIDER, *attackers]):
            self._follow(attacker)
            if self._is_decided():
                return
            if number < _GUESSES_WALKED:
                self._spread(attacker)
        if self._known_rows != "none":
            for attacker in insiders(self.block, self._evidence, self._survey):
                self._follow(attacker)
                if self._is_decided():
                    return

    def _bound_for_outsiders(self) -> None:
        self._spread()
        bounds = [self._program.bounds(weights, ends) for weights, ends in zip(self._weights, self._plain, strict=True)]
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
        targets = targets_of(self.block, self._evidence, self._survey)
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
        with self._program.under(attacker.rows) as case:
            view = _View(case, self._matrix)
            try:
                if self._known_rows == "all":
                    self._bound(view, attacker, range(len(self._targets)))
                else:
                    view.widen(self._left, self._survey.least_values)
                    self._bound(view, attacker, view.narrow(self._left, self._survey.least_values))
            except InfeasibleError:
                return  # What is published is at odds with such an attacker.

    def _bound(self, view: _View, attacker: Attacker, numbers: Iterable[int]) -> None:
        for number in numbers:
            weights, (least, most) = self._weights[number], self._plain[number]
            high = view.most(weights, most)
            if self._known_rows != "all" and not view.narrow([number], self._survey.least_values):
                continue
            ends = (-view.most(-weights, -least), high)
            self._judge(number, self._bounded(number, ends, attacker))
            if self._is_decided():
                return

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


class _View:
    """What an attacker sees of the targets: the least and the most of each in the solutions in hand."""

    def __init__(self, case: Case, matrix: np.ndarray) -> None:
        self._case, self._matrix = case, matrix
        values = case.solutions @ matrix.T
        self._low, self._high = values.min(axis=0, initial=np.inf), values.max(axis=0, initial=-np.inf)

    def narrow(self, numbers: Iterable[int], least_values: int) -> list[int]:
        """Return which targets have fewer values between these than must be left."""
        wanted = np.array(sorted(numbers), dtype=int)
        return [int(one) for one in wanted[self._high[wanted] - self._low[wanted] + 1 < least_values]]

    def most(self, weights: np.ndarray, at_most: float) -> int:
        """Return the most of a weighted sum, as a program does."""
        found = self._case.most(weights, at_most)
        self._note(self._case.solutions[-1:])
        return found

    def widen(self, numbers: Iterable[int], least_values: int) -> None:
        """Look for solutions in which all narrow targets together are high, then low, as long as that helps."""
        narrow = self.narrow(numbers, least_values)
        while len(narrow) > 1:
            for sign in (1, -1):
                found = self._case.toward(sign * self._matrix[narrow].sum(axis=0))
                if found is not None:
                    self._note(found[None])
            before, narrow = narrow, self.narrow(narrow, least_values)
            if len(narrow) == len(before):
                return

    def _note(self, solutions: np.ndarray) -> None:
        values = solutions @ self._matrix.T
        self._low = np.minimum(self._low, values.min(axis=0, initial=np.inf))
        self._high = np.maximum(self._high, values.max(axis=0, initial=-np.inf))


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
