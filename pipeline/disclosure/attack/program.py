"""An integer program over the cells of a few tables, which keeps every solution it has found."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from pipeline.disclosure.attack.walk import find_moves, walk, without_doubles
from pipeline.ground.errors import PipelineError

# Beyond any survey this is made for; a count that reaches it has no upper bound.
MOST_PEOPLE = 10_000
_OPTIMAL, _INFEASIBLE = 0, 2
_MOST_SOLUTIONS = 8_000

Terms = Mapping[Hashable, int]


class UnsolvedError(PipelineError):
    """Raised when the solver gives no answer that can be relied on."""


class InfeasibleError(PipelineError):
    """Raised when no table of counts satisfies all rows."""


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
        # HiGHS's presolve loses optima of such programs, and says that it has proved the others.
        self._options = {"time_limit": seconds, "mip_rel_gap": 0.0, "presolve": False}
        # Whole numbers far below 2**53, which floating point holds and adds exactly, and multiplies fastest.
        self._matrix = np.zeros((0, len(self._number)))
        self._low, self._high = np.zeros(0), np.zeros(0)
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
        matrix, low, high = self._arrays(rows)
        self.solutions = self.solutions[self.satisfying(rows)]
        self._moves: np.ndarray | None = None
        self._matrix = np.vstack([self._matrix, matrix])
        self._low, self._high = np.concatenate([self._low, low]), np.concatenate([self._high, high])
        self._constraint = LinearConstraint(csr_array(self._matrix), self._low, self._high)

    def satisfying(self, rows: Sequence[Row]) -> np.ndarray:
        """Return which of the solutions found so far satisfy further rows."""
        matrix, low, high = self._arrays(rows)
        return _fit(self.solutions, matrix, low, high)

    def spread(self, extra: Sequence[Row] = (), *, rounds: int = 40) -> None:
        """Add solutions that satisfy `extra` rows too, near those found."""
        if self._moves is None:
            self._moves = find_moves(self._matrix[self._low == self._high], len(self._number), self._chance)
        matrix, low, high = self._arrays(extra)
        rows = (np.vstack([self._matrix, matrix]), np.concatenate([self._low, low]), np.concatenate([self._high, high]))
        near = walk(self.solutions[self.satisfying(extra)], self._moves, rows, self._chance, rounds=rounds)
        self.solutions = without_doubles(np.vstack([self.solutions, near]))[-_MOST_SOLUTIONS:]

    def bounds(
        self, weights: np.ndarray, extra: Sequence[Row] = (), within: tuple[float, float] = (-math.inf, math.inf)
    ) -> tuple[int, int]:
        """Return the least and the most of a weighted sum under the program's rows and `extra` ones.

        `within` are bounds known to hold, without `extra` rows: a solution found before that reaches one spares the
        search. Raises InfeasibleError or UnsolvedError.
        """
        return -self.most(-weights, extra, -within[0]), self.most(weights, extra, within[1])

    def most(self, weights: np.ndarray, extra: Sequence[Row], at_most: float = math.inf) -> int:
        """Return the most of a weighted sum, as `bounds`, `at_most` being known to hold without `extra` rows."""
        values = (self.solutions @ weights)[self.satisfying(extra)]
        if len(values) and values.max() >= at_most:
            return int(values.max())
        return int(self._solve(weights, extra) @ weights)

    def _solve(self, weights: np.ndarray, extra: Sequence[Row]) -> np.ndarray:
        matrix, low, high = self._arrays(extra)
        constraints = [self._constraint]
        if len(low):
            constraints.append(LinearConstraint(csr_array(matrix), low, high))
        result = milp(
            -weights,
            integrality=np.ones(len(weights)),
            bounds=Bounds(0, MOST_PEOPLE),
            constraints=constraints,
            options=self._options,
        )
        if result.status == _INFEASIBLE:
            raise InfeasibleError("no table of counts satisfies all rows")
        solution = self._checked(result, weights)
        sums = np.concatenate([self._matrix @ solution, matrix @ solution])
        if (sums < np.concatenate([self._low, low])).any() or (sums > np.concatenate([self._high, high])).any():
            raise UnsolvedError("the solver's counts do not satisfy the rows")
        self.solutions = np.vstack([self.solutions, solution])
        return solution

    def _checked(self, result: OptimizeResult, weights: np.ndarray) -> np.ndarray:
        """Return an optimum in whole numbers; HiGHS works in floating point, so its answer is not taken on trust."""
        if result.status != _OPTIMAL or result.x is None:
            raise UnsolvedError(f"the solver stopped without an optimum: {result.message}")
        solution = np.rint(result.x)
        if np.abs(result.x - solution).max(initial=0) > 1e-3 or (solution < 0).any():
            raise UnsolvedError("the solver's counts are no whole numbers")
        if abs(result.mip_dual_bound + float(solution @ weights)) > 0.5:
            raise UnsolvedError("the solver has not shown its optimum to be one")
        return solution

    def _arrays(self, rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        matrix = np.zeros((len(rows), len(self._number)))
        for place, row in enumerate(rows):
            for cell, weight in row.terms.items():
                matrix[place, self._number[cell]] = weight
        return matrix, np.array([row.low for row in rows], float), np.array([row.high for row in rows], float)


def _fit(solutions: np.ndarray, matrix: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    sums = solutions @ matrix.T
    return ((sums >= low) & (sums <= high)).all(axis=1)
