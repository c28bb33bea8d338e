"""The answers of a mixed model as arrays, sorted so that the rows of a person stand together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.ordinal.links import Floats, Link

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """Rows sorted by unit (a person, say): `starts` is each unit's first row, `unit` each row's unit.

    `codes` are levels 0..J-1, `design` the fixed columns (n, p), `effects` the columns that the random effects
    multiply (n, d). `entries` are the free (row, column) places of the lower-triangular root L of the effects'
    covariance: a unit's effects are L v with v standard normal.
    """

    codes: Ints
    design: Floats
    effects: Floats
    unit: Ints
    starts: Ints
    entries: tuple[tuple[int, int], ...]
    n_levels: int
    link: Link

    @property
    def n_thresholds(self) -> int:
        """Thresholds lie between the levels."""
        return self.n_levels - 1

    @property
    def n_fixed(self) -> int:
        """Count the thresholds and the betas."""
        return self.n_thresholds + self.design.shape[1]

    def cuts(self, params: Floats) -> tuple[Floats, Floats]:
        """Give the cuts above and below each answer where all random effects are 0."""
        bounds = np.concatenate([[-np.inf], params[: self.n_thresholds], [np.inf]])
        predictor = self.design @ params[self.n_thresholds : self.n_fixed]
        return bounds[self.codes + 1] - predictor, bounds[self.codes] - predictor

    def root(self, params: Floats) -> Floats:
        """Give L, so that L L' is the covariance of a unit's effects: positive semidefinite for any parameters."""
        root = np.zeros((self.effects.shape[1],) * 2)
        for value, place in zip(params[self.n_fixed :], self.entries, strict=True):
            root[place] = value
        return root

    def in_order(self, params: Floats) -> bool:
        """Tell whether the thresholds rise, as every answer then has a probability."""
        return bool((np.diff(params[: self.n_thresholds]) > 0).all())

    def cut_designs(self) -> tuple[Floats, Floats]:
        """Give the derivative of the upper and of the lower cut in the thresholds and betas, (n, n_fixed) each."""
        places = np.arange(self.n_thresholds)
        above = (self.codes[:, None] == places).astype(float)
        below = (self.codes[:, None] - 1 == places).astype(float)
        return np.hstack([above, -self.design]), np.hstack([below, -self.design])


def sum_by_unit(values: Floats, starts: Ints) -> Floats:
    """Sum the rows of each unit; the rows of a unit stand together and begin at `starts`."""
    return np.add.reduceat(values, starts, axis=0)
