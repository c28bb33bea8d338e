"""The likelihood of answers that each lie between two cuts, linear in the parameters, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from pipeline.statistics.ordinal.links import Floats, Link, slopes_between

# Under separation a Newton step moves some predictor by about 1 (logit) or by 1/its size (probit) for ever,
# so a small step tells a real maximum from a drift to infinity, which a small gradient does not. What is left after
# a step is about its square: 1e-10.
STEP_TOLERANCE = 1e-5
MAX_STEPS = 30
MAX_HALVINGS = 30
# The last bits of a sum of n logarithms are noise: a step may seem worse by that much.
NOISE = 1e-13
SMALLEST_RELATIVE_CURVATURE = 1e-12


class Point(NamedTuple):
    """The log-likelihood at `params`, the score of each row (q, n), unweighted, and the observed information."""

    params: Floats
    loglik: float
    scores: Floats
    information: Floats


@dataclass
class CutLikelihood:
    """The log-likelihood of answers between cuts `params @ cuts + base`; cuts (q, 2n) run over upper, then lower ones.

    Where an answer has no such cut, `exists` is false, its column is 0 and its base infinite.
    """

    cuts: Floats
    base: Floats
    exists: NDArray[np.bool_]
    weight: Floats
    start: Floats
    link: Link

    def in_other_parameters(self, cuts: Floats, start: Floats) -> CutLikelihood:
        """Give the likelihood of the same answers with cuts made of other parameters."""
        return CutLikelihood(cuts, self.base, self.exists, self.weight, start, self.link)

    def evaluate(self, params: Floats) -> Point | None:
        """Give the likelihood and its derivatives at `params`, or None where some probability is not positive."""
        at = (params @ self.cuts + self.base).reshape(2, -1)
        if not (at[0] > at[1]).all() or not self.is_allowed(params):
            return None
        slopes = slopes_between(at, self.link, self.exists.reshape(2, -1))
        loglik = float(self.weight @ slopes.log_mass)
        if not np.isfinite(loglik):
            return None
        # log m has the slope m'/m in a cut and the bend m''/m - (m'/m)^2. All squares and cross products of slopes
        # are the outer product of the score.
        n_rows = len(self.weight)
        sloped = slopes.first.ravel() * self.cuts
        scores = sloped[:, :n_rows] + sloped[:, n_rows:]
        bends = ((slopes.second * self.weight).ravel() * self.cuts) @ self.cuts.T
        return Point(params, loglik, scores, (self.weight * scores) @ scores.T - bends)

    def is_allowed(self, params: Floats) -> bool:
        """Tell whether levels that nobody chose have no negative probability either."""
        return True

    def gradient(self, point: Point) -> Floats:
        """Give the derivative of the log-likelihood in the parameters."""
        return point.scores @ self.weight

    def maximise(self, start: Floats | None = None) -> Point | None:
        """Give the maximum of the likelihood, or None when Newton's method settles nowhere."""
        point = self.evaluate(self.start if start is None else start)
        if len(self.cuts) == 0:
            return point
        for _ in range(MAX_STEPS):
            step = None if point is None else newton_step(point.information, self.gradient(point))
            if point is None or step is None:
                return None
            if np.abs(step @ self.cuts).max() < STEP_TOLERANCE:
                return self.evaluate(point.params + step)
            point = self._halve_until_no_worse(point, step)
        return None

    def _halve_until_no_worse(self, point: Point, step: Floats) -> Point | None:
        floor = point.loglik - NOISE * (1 + abs(point.loglik))
        for halvings in range(MAX_HALVINGS):
            trial = self.evaluate(point.params + step / 2**halvings)
            if trial is not None and trial.loglik >= floor:
                return trial
        return None


def newton_step(information: Floats, gradient: Floats) -> Floats | None:
    """Give the Newton step, or None where the likelihood is (nearly) flat in some direction."""
    factor, failed = linalg.lapack.dpotrf(information)
    if failed or not np.isfinite(factor).all():
        return None
    pivots = factor.diagonal() ** 2
    # The smallest pivot is seldom far above the smallest eigenvalue: only a small one needs the exact look.
    if pivots.min() <= SMALLEST_RELATIVE_CURVATURE * 1e4 * pivots.max():
        curvatures = linalg.eigvalsh(information)
        if curvatures[0] <= SMALLEST_RELATIVE_CURVATURE * curvatures[-1]:
            return None
    step, _ = linalg.lapack.dpotrs(factor, gradient)
    return step


def symmetric(matrix: Floats) -> Floats:
    """Give a matrix that rounding left not quite symmetric as a symmetric one."""
    return (matrix + matrix.T) / 2
