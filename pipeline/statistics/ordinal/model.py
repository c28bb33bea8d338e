"""The cumulative-link model of given answers: what their cuts are made of, and the information they carry."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from pipeline.statistics.ordinal.likelihood import CutLikelihood
from pipeline.statistics.ordinal.links import Floats, Link, log_density, log_mass_between, quantile
from pipeline.statistics.ordinal.patterns import Answers, Ints


class Densities(NamedTuple):
    """Each level's log probability (n, levels); at each cut (n, thresholds), the density over the probability of the
    level that ends there, and over that of the level that begins there."""

    log_mass: Floats
    above: Floats
    below: Floats


class Likelihood(CutLikelihood):
    """The log-likelihood of answers in scaled columns; parameters are thresholds, nominal by column, then beta."""

    def __init__(self, answers: Answers, columns: Floats, n_nominal: int, link: Link) -> None:
        self.codes, self.columns, self.n_nominal, self.link = answers.codes, columns.T, n_nominal, link
        self.offset, self.n_thresholds = answers.offset, len(answers.used_levels) - 1
        self.row_weight, weight = answers.weight, answers.weight * answers.count
        self.n_by_threshold = self.n_thresholds * (1 + n_nominal)
        exists = np.concatenate([self.codes < self.n_thresholds, self.codes > 0])
        # A row per parameter makes for long loops over answers.
        cuts = self._made_of(np.concatenate([self.codes, self.codes - 1])) * exists
        outermost = np.repeat([np.inf, -np.inf], len(self.codes))
        base = np.where(exists, np.concatenate([-self.offset, -self.offset]), outermost)
        below, total = np.bincount(self.codes, weight).cumsum()[:-1], weight.sum()
        start = np.zeros(len(cuts))
        start[: self.n_thresholds] = quantile(below / total, link) + weight @ self.offset / total
        super().__init__(cuts, base, exists, weight, start, link)

    def _made_of(self, thresholds: Ints) -> Floats:
        """Give what these cuts of all rows, one or several times over, are made of, shape (q, cuts)."""
        times = len(thresholds) // len(self.codes)
        columns = np.concatenate([self.columns] * times, axis=1)
        is_own = (thresholds == np.arange(self.n_thresholds)[:, None]).astype(float)
        by_column = [is_own * column for column in columns[: self.n_nominal]]
        return np.concatenate([is_own, *by_column, -columns[self.n_nominal :]])

    def is_allowed(self, params: Floats) -> bool:
        """Tell whether the cuts of every row stand in ascending order, those beside no answer of its own too."""
        if self.n_nominal == 0:
            # Every level is somebody's, and all rows share the distances between thresholds.
            return True
        thresholds, shifts, _ = self.split(params)
        by_row = thresholds[:, None] + shifts.T @ self.columns[: self.n_nominal]
        return bool((by_row[1:] > by_row[:-1]).all())

    def gaps(self) -> Floats:
        """Give what the distinct distances between neighbouring cuts of a row are made of, shape (gaps, q)."""
        return np.unique(np.diff(self.all_cuts, axis=1).reshape(-1, len(self.cuts)), axis=0)

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


def sum_of_outer_products(roots: Floats, weight: Floats) -> Floats:
    """Give the sum over rows of weight times R'R, for roots R of the shape (n, levels, q)."""
    flat = (roots * np.sqrt(weight)[:, None, None]).reshape(-1, roots.shape[2])
    return flat.T @ flat
