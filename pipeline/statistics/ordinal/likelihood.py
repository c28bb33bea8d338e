"""The likelihood of a cumulative-link model: each answer lies between two cuts that are linear in the parameters."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import linalg

from pipeline.statistics.ordinal.links import (
    Floats,
    Link,
    log_density,
    log_mass_between,
    quantile,
    slopes_between,
)
from pipeline.statistics.ordinal.patterns import Answers, Ints

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


class Densities(NamedTuple):
    """Each level's log probability (n, levels); at each cut (n, thresholds), the density over the probability of the
    level that ends there, and over that of the level that begins there."""

    log_mass: Floats
    above: Floats
    below: Floats


class Likelihood:
    """The log-likelihood of answers in scaled columns; parameters are thresholds, nominal by column, then beta."""

    def __init__(self, answers: Answers, columns: Floats, n_nominal: int, link: Link) -> None:
        self.codes, self.columns, self.n_nominal, self.link = answers.codes, columns.T, n_nominal, link
        self.offset, self.n_thresholds = answers.offset, len(answers.used_levels) - 1
        self.row_weight, self.weight = answers.weight, answers.weight * answers.count
        self.n_by_threshold = self.n_thresholds * (1 + n_nominal)
        # Everything about cuts runs over all upper, then all lower ones; a row per parameter makes for long loops.
        self.exists = np.concatenate([self.codes < self.n_thresholds, self.codes > 0])
        self.cuts = self._made_of(np.concatenate([self.codes, self.codes - 1])) * self.exists
        outermost = np.repeat([np.inf, -np.inf], len(self.codes))
        self.base = np.where(self.exists, np.concatenate([-self.offset, -self.offset]), outermost)
        total = self.weight.sum()
        below = np.bincount(self.codes, self.weight).cumsum()[:-1] / total
        self.start = np.zeros(len(self.cuts))
        self.start[: self.n_thresholds] = quantile(below, link) + self.weight @ self.offset / total

    def _made_of(self, thresholds: Ints) -> Floats:
        """Give what these cuts of all rows, one or several times over, are made of, shape (q, cuts)."""
        times = len(thresholds) // len(self.codes)
        columns = np.concatenate([self.columns] * times, axis=1)
        is_own = (thresholds == np.arange(self.n_thresholds)[:, None]).astype(float)
        by_column = [is_own * column for column in columns[: self.n_nominal]]
        return np.concatenate([is_own, *by_column, -columns[self.n_nominal :]])

    def evaluate(self, params: Floats) -> Point | None:
        """Give the likelihood and its derivatives at `params`, or None where some probability is not positive."""
        if not self.is_ordered(params):
            return None
        at = (params @ self.cuts + self.base).reshape(2, -1)
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

    def is_ordered(self, params: Floats) -> bool:
        """Tell whether the cuts of every row stand in ascending order, so that no level's probability is negative."""
        thresholds, shifts, _ = self.split(params)
        if self.n_nominal == 0:
            return bool((thresholds[1:] > thresholds[:-1]).all())
        by_row = thresholds[:, None] + shifts.T @ self.columns[: self.n_nominal]
        return bool((by_row[1:] > by_row[:-1]).all())

    def gradient(self, point: Point) -> Floats:
        """Give the derivative of the log-likelihood in the parameters."""
        return point.scores @ self.weight

    def maximise(self) -> Point | None:
        """Give the maximum of the likelihood, or None when Newton's method settles nowhere."""
        point = self.evaluate(self.start)
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

    @cached_property
    def all_cuts(self) -> Floats:
        """What every cut of every row is made of, shape (n, thresholds, q)."""
        thresholds = np.repeat(np.arange(self.n_thresholds), len(self.codes))
        by_threshold = self._made_of(thresholds).reshape(len(self.cuts), self.n_thresholds, -1)
        return np.ascontiguousarray(by_threshold.transpose(2, 1, 0))

    def inner_cuts(self, params: Floats) -> Floats:
        """Give the cuts between the levels, per row, shape (n, thresholds)."""
        return self.all_cuts @ params - self.offset[:, None]

    def densities_by_level(self, params: Floats) -> Densities:
        """Give what the expected information is made of, for every level of every row."""
        inner = self.inner_cuts(params)
        outer = np.full((len(inner), 1), np.inf)
        padded = np.hstack([-outer, inner, outer])
        log_mass = log_mass_between(padded[:, 1:], padded[:, :-1], self.link)
        at_cuts = log_density(inner, self.link)
        return Densities(log_mass, np.exp(at_cuts - log_mass[:, :-1]), np.exp(at_cuts - log_mass[:, 1:]))

    def roots_of_information(self, densities: Densities) -> Floats:
        """Give R (n, levels, q) with R'R the expected information of one answer of each row, of weight one.

        The expected information is the sum over levels of probability times outer product of the score.
        """
        root = np.exp(densities.log_mass / 2)
        roots = np.zeros((*root.shape, len(self.cuts)))
        roots[:, :-1] = (root[:, :-1] * densities.above)[:, :, None] * self.all_cuts
        roots[:, 1:] -= (root[:, 1:] * densities.below)[:, :, None] * self.all_cuts
        return roots

    def split(self, params: Floats) -> tuple[Floats, Floats, Floats]:
        """Give the thresholds, the nominal effects (a row per column, a column per threshold), and beta."""
        n_thresholds, n_by_threshold = self.n_thresholds, self.n_by_threshold
        shifts = params[n_thresholds:n_by_threshold].reshape(self.n_nominal, n_thresholds)
        return params[:n_thresholds], shifts, params[n_by_threshold:]


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


def sum_of_outer_products(roots: Floats, weight: Floats) -> Floats:
    """Give the sum over rows of weight times R'R, for roots R of the shape (n, levels, q)."""
    flat = (roots * np.sqrt(weight)[:, None, None]).reshape(-1, roots.shape[2])
    return flat.T @ flat
