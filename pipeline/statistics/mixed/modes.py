"""The most probable random effects of every unit, by damped Newton steps for all units at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.statistics.mixed.answers import Ints, sum_by_unit
from pipeline.statistics.mixed.derivatives import cut_terms
from pipeline.statistics.ordinal.links import Floats, Link

HeightAndDerivatives = Callable[[Floats], tuple[Floats, Floats, Floats]]

MODE_TOLERANCE = 1e-10
MOST_MODE_STEPS = 200


@dataclass(frozen=True)
class Rows:
    """Answers at given parameters: the cuts at effects 0, `loads` (n, d) of the standard effects, and the units."""

    upper: Floats
    lower: Floats
    loads: Floats
    unit: Ints
    starts: Ints
    link: Link

    def shifted(self, effects: Floats) -> tuple[Floats, Floats]:
        """Give the cuts where each unit has these standard effects: (units, d), or (units, K, d) for K points."""
        at_rows = effects[self.unit]
        if effects.ndim == 2:
            shift = (self.loads * at_rows).sum(axis=1)
            return self.upper - shift, self.lower - shift
        shift = (at_rows @ self.loads[:, :, None])[:, :, 0]
        return self.upper[:, None] - shift, self.lower[:, None] - shift


def find_modes(rows: Rows, start: Floats) -> tuple[Floats, Floats]:
    """Give the modes (units, d) of the standard effects given the answers, and the curvature (units, d, d) there."""
    return climb_each(lambda effects: _evaluate(rows, effects), start, noise=1e-12)


def climb_each(evaluate: HeightAndDerivatives, start: Floats, *, noise: float) -> tuple[Floats, Floats]:
    """Give the maxima (units, d) of many concave functions at once, and the curvatures (units, d, d) there.

    `evaluate` gives heights (units), slopes (units, d) and curvatures. Both links are log-concave, so each function
    has one maximum, and halving a step that does no good always finds it. `noise` is the heights' relative error.
    """
    modes, step, height = start, np.zeros_like(start), np.full(len(start), -np.inf)
    for _ in range(MOST_MODE_STEPS):
        trial = modes + step
        trial_height, slope, curvature = evaluate(trial)
        worse = trial_height < height - noise * (1 + np.abs(trial_height))
        newton = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
        if not worse.any() and np.abs(newton).max() < MODE_TOLERANCE:
            return trial + newton, curvature
        modes, height = np.where(worse[:, None], modes, trial), np.where(worse, height, trial_height)
        step = np.where(worse[:, None], step / 2, newton)
    return modes, evaluate(modes)[2]


def _evaluate(rows: Rows, effects: Floats) -> tuple[Floats, Floats, Floats]:
    terms = cut_terms(*rows.shifted(effects), rows.link)
    height = sum_by_unit(terms.log_p, rows.starts) - (effects**2).sum(axis=1) / 2
    slope = sum_by_unit(terms.slope[:, None] * rows.loads, rows.starts) - effects
    squares = rows.loads[:, :, None] * rows.loads[:, None, :]
    curvature = np.eye(effects.shape[1]) - sum_by_unit(terms.bend[:, None, None] * squares, rows.starts)
    return height, slope, curvature
