"""Columns are centred and scaled for the fit, and its parameters turned back to the columns as given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.statistics.ordinal.links import Floats


@dataclass(frozen=True)
class Scaling:
    """Centre and spread of the design's columns, and T with effects as given = T times effects as fitted."""

    centre: Floats
    spread: Floats
    effects_back: Floats

    def scaled(self, design: Floats) -> Floats:
        """Give the columns with mean 0 and standard deviation 1."""
        return (design - self.centre) / self.spread

    def to_scaled(self, thresholds: Floats, beta: Floats) -> Floats:
        """Give the thresholds and betas of the scaled columns."""
        return np.concatenate([thresholds - self.centre @ beta, beta * self.spread])

    def back(self, n_thresholds: int) -> Floats:
        """Give the matrix that turns thresholds and betas of the scaled columns into those of the columns as given."""
        matrix = np.eye(n_thresholds + len(self.centre))
        matrix[:n_thresholds, n_thresholds:] = self.centre / self.spread
        matrix[n_thresholds:, n_thresholds:] = np.diag(1 / self.spread)
        return matrix


def scaling_of(design: Floats, slope: Floats | None, n_effects: int) -> Scaling:
    """Measure the columns of the design, which must vary, and of the random slope where there is one."""
    effects_back = np.eye(n_effects)
    if slope is not None:
        effects_back[:, 1] = [-slope.mean() / slope.std(), 1 / slope.std()]
    return Scaling(design.mean(axis=0), design.std(axis=0), effects_back)
