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
    relative_density,
)
from pipeline.statistics.ordinal.patterns import Answers

# Under separation a Newton step moves some predictor by about 1 (logit) or by 1/its size (probit) for ever,
# so a small step tells a real maximum from a drift to infinity, which a small gradient does not.
STEP_TOLERANCE = 1e-7
MAX_STEPS = 30
MAX_HALVINGS = 30
# The last bits of a sum of n logarithms are noise: a step may seem worse by that much.
NOISE = 1e-13
SMALLEST_RELATIVE_CURVATURE = 1e-12


class Point(NamedTuple):
    """The log-likelihood at `params`, the score of each row (n, q), unweighted, and the observed information."""

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

    def __init__(self, answers: Answers, design: Floats, nominal: Floats, link: Link) -> None:
        self.codes, self.design, self.nominal, self.link = answers.codes, design, nominal, link
        self.offset, self.n_thresholds = answers.offset, len(answers.used_levels) - 1
        self.row_weight, self.weight = answers.weight, answers.weight * answers.count
        n_rows = len(self.codes)
        self.exists = np.concatenate([self.codes < self.n_thresholds, self.codes > 0])
        self.cuts = np.vstack([self._cut_rows(self.codes), self._cut_rows(self.codes - 1)])
        self.base = np.concatenate([-self.offset, -self.offset])
        self.base[~self.exists] = np.repeat([np.inf, -np.inf], n_rows)[~self.exists]
        below = np.cumsum(np.bincount(self.codes, self.weight, self.n_thresholds + 1))[:-1] / self.weight.sum()
        self.start = np.zeros(self.cuts.shape[1])
        self.start[: self.n_thresholds] = quantile(below, link) + np.average(self.offset, weights=self.weight)

    def _cut_rows(self, threshold: np.ndarray) -> Floats:
        """Give, per row, what its cut number `threshold` is made of; zeros where there is no such cut."""
        n_rows, n_thresholds, n_nominal = len(threshold), self.n_thresholds, self.nominal.shape[1]
        exists = (threshold >= 0) & (threshold < n_thresholds)
        made_of = np.zeros((n_rows, n_thresholds * (1 + n_nominal) + self.design.shape[1]))
        rows = np.flatnonzero(exists)
        for place, column in enumerate([np.ones(n_rows), *self.nominal.T]):
            made_of[rows, place * n_thresholds + threshold[rows]] = column[rows]
        made_of[rows, n_thresholds * (1 + n_nominal) :] = -self.design[rows]
        return made_of

    def evaluate(self, params: Floats) -> Point | None:
        """Give the likelihood and its derivatives at `params`, or None where some probability is not positive."""
        if not self.is_ordered(params):
            return None
        at = self.cuts @ params + self.base
        upper, lower = np.split(at, 2)
        log_mass = log_mass_between(upper, lower, self.link)
        loglik = float(self.weight @ log_mass)
        if loglik == -np.inf:
            return None
        # With m = F(u) - F(l), log m has the slope f(u)/m and the bend f'(u)/m - (f(u)/m)^2 in u. All squares
        # and cross products of slopes, those in l included, are the outer product of the score.
        slope, bend = relative_density(at, np.tile(log_mass, 2), self.link, self.exists)
        n_rows = len(log_mass)
        slope[n_rows:] *= -1
        bend[n_rows:] *= -1
        sloped = slope[:, None] * self.cuts
        scores = sloped[:n_rows] + sloped[n_rows:]
        bends = self.cuts.T @ ((bend * np.tile(self.weight, 2))[:, None] * self.cuts)
        return Point(params, loglik, scores, symmetric(scores.T @ (self.weight[:, None] * scores) - bends))

    def is_ordered(self, params: Floats) -> bool:
        """Tell whether the cuts of every row stand in ascending order, so that no level's probability is negative."""
        thresholds, shifts, _ = self.split(params)
        if len(shifts) == 0:
            return bool((thresholds[1:] > thresholds[:-1]).all())
        return bool((np.diff(thresholds + self.nominal @ shifts, axis=1) > 0).all())

    def gradient(self, point: Point) -> Floats:
        """Give the derivative of the log-likelihood in the parameters."""
        return self.weight @ point.scores

    def maximise(self) -> Point | None:
        """Give the maximum of the likelihood, or None when Newton's method settles nowhere."""
        point = self.evaluate(self.start)
        for _ in range(MAX_STEPS):
            step = None if point is None else newton_step(point.information, self.gradient(point))
            if point is None or step is None:
                return None
            if np.abs(self.cuts @ step).max() < STEP_TOLERANCE:
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
        each = np.arange(self.n_thresholds)
        return np.stack([self._cut_rows(np.full(len(self.codes), threshold)) for threshold in each], axis=1)

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
        roots = np.zeros((*root.shape, self.cuts.shape[1]))
        roots[:, :-1] = (root[:, :-1] * densities.above)[:, :, None] * self.all_cuts
        roots[:, 1:] -= (root[:, 1:] * densities.below)[:, :, None] * self.all_cuts
        return roots

    def split(self, params: Floats) -> tuple[Floats, Floats, Floats]:
        """Give the thresholds, the nominal effects (a row per column, a column per threshold), and beta."""
        n_thresholds, n_nominal = self.n_thresholds, self.nominal.shape[1]
        thresholds, shifts, beta = np.split(params, [n_thresholds, n_thresholds * (1 + n_nominal)])
        return thresholds, shifts.reshape(n_nominal, n_thresholds), beta


def newton_step(information: Floats, gradient: Floats) -> Floats | None:
    """Give the Newton step, or None where the likelihood is (nearly) flat in some direction."""
    factor, failed = linalg.lapack.dpotrf(information)
    if failed or not np.isfinite(factor).all():
        return None
    pivots = np.diag(factor) ** 2
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
