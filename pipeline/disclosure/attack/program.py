"""An integer program over the cells of a few tables, which keeps every solution it has found."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.attack.solver import Rows, Solver, both
from pipeline.disclosure.attack.walk import find_moves, walk, without_doubles

# Beyond any survey this is made for; a count that reaches it has no upper bound.
MOST_PEOPLE = 10_000
# About what one walk finds; looking through more takes longer than searching for what is missing.
_MOST_SOLUTIONS = 2_500

Terms = Mapping[Hashable, int]


@dataclass(frozen=True)
class Row:
    """A weighted sum of cells that lies in `low`..`high`."""

    terms: Terms
    low: float = -math.inf
    high: float = math.inf


class Program:
    """Whole numbers from 0, a cell each, that satisfy rows; the least and the most of a sum of them."""

    def __init__(self, rows: Sequence[Row], *, seconds: float) -> None:
        self._number = {cell: number for number, cell in enumerate(dict.fromkeys(c for row in rows for c in row.terms))}
        self._chance = np.random.default_rng(0)
        # Whole numbers far below 2**53, which floating point holds and adds exactly, and multiplies fastest.
        self._solver = Solver(len(self._number), most_a_cell=MOST_PEOPLE, seconds=seconds)
        self.solutions = np.zeros((0, len(self._number)))
        self.add(rows)

    def vector(self, terms: Terms) -> np.ndarray:
        """Return the weights of a sum, one a cell."""
        weights = np.zeros(len(self._number))
        for cell, weight in terms.items():
            weights[self._number[cell]] = weight
        return weights

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows, and forget the solutions that they rule out."""
        self.solutions = self.solutions[self.satisfying(rows)]
        self._moves: np.ndarray | None = None
        self._solver.add(self._arrays(rows))

    def satisfying(self, rows: Sequence[Row]) -> np.ndarray:
        """Return which of the solutions found so far satisfy further rows."""
        return _fit(self.solutions, self._arrays(rows)) if rows else np.ones(len(self.solutions), dtype=bool)

    def spread(self, extra: Sequence[Row] = ()) -> None:
        """Add solutions that satisfy `extra` rows too, near those found."""
        if self._moves is None:
            matrix, low, high = self._solver.rows
            self._moves = find_moves(matrix[low == high], len(self._number), self._chance)
        rows = both(self._solver.rows, self._arrays(extra))
        near = walk(self.solutions[self.satisfying(extra)], self._moves, rows, self._chance)
        self.solutions = without_doubles(np.vstack([self.solutions, near]))[-_MOST_SOLUTIONS:]

    def bounds(self, weights: np.ndarray, within: tuple[float, float] = (-math.inf, math.inf)) -> tuple[int, int]:
        """Return the least and the most of a weighted sum.

        `within` are bounds known to hold: a solution found before that reaches one spares the search. Raises
        InfeasibleError or UnsolvedError.
        """
        with self.under() as case:
            return -case.most(-weights, -within[0]), case.most(weights, within[1])

    @contextmanager
    def under(self, extra: Sequence[Row] = ()) -> Iterator[Case]:
        """Give the program with `extra` rows, which are taken away again."""
        rows = self._arrays(extra)
        self._solver.add(rows)
        try:
            yield Case(self, self._solver, self.solutions[_fit(self.solutions, rows)])
        finally:
            self._solver.take_away(len(extra))

    def _arrays(self, rows: Sequence[Row]) -> Rows:
        matrix = np.zeros((len(rows), len(self._number)))
        for place, row in enumerate(rows):
            for cell, weight in row.terms.items():
                matrix[place, self._number[cell]] = weight
        return matrix, np.array([row.low for row in rows], float), np.array([row.high for row in rows], float)


class Case:
    """A program with some rows more, and the solutions in hand that satisfy these too."""

    def __init__(self, program: Program, solver: Solver, solutions: np.ndarray) -> None:
        self._program, self._solver = program, solver
        self.solutions = solutions

    def most(self, weights: np.ndarray, at_most: float = math.inf) -> int:
        """Return the most of a weighted sum, of which `at_most` is known; raises InfeasibleError or UnsolvedError."""
        found = float((self.solutions @ weights).max(initial=-math.inf))
        if found >= at_most:
            return int(found)
        limit, counts = self._solver.relaxed(weights)
        if found >= limit:
            return int(found)
        is_most = float(counts @ weights) >= limit and self._solver.fits(counts)
        return int(self._keep(counts if is_most else self._solver.most(weights)) @ weights)

    def toward(self, weights: np.ndarray) -> np.ndarray | None:
        """Return a solution with much of a weighted sum if one is found at once; raises InfeasibleError."""
        _, counts = self._solver.relaxed(weights)
        return self._keep(counts) if self._solver.fits(counts) else None

    def _keep(self, counts: np.ndarray) -> np.ndarray:
        self.solutions = np.vstack([self.solutions, counts])
        self._program.solutions = np.vstack([self._program.solutions, counts])
        return counts


def _fit(solutions: np.ndarray, rows: Rows) -> np.ndarray:
    matrix, low, high = rows
    sums = solutions @ matrix.T
    fits: np.ndarray = np.all((sums >= low) & (sums <= high), axis=1)
    return fits
