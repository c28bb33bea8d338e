"""Covariance for answers that come in clusters (several answers of a person): the sandwich, CR1 and CR2.

CR1 multiplies the sandwich (Liang and Zeger 1986, Biometrika 73:13) by G/(G-1). CR2 is Bell and McCaffrey's (2002,
Survey Methodology 28(2):169) carried over to a likelihood through the working model that answers are independent.
With s_g the summed score of cluster g, I_g its expected information and A the sum of all I_g, the fitted score is to
first order s_g - I_g A^-1 sum(s), of covariance I_g - I_g A^-1 I_g; so s_g is replaced by (1 - I_g A^-1)^(-1/2) s_g,
which has the covariance I_g that it should have. This equals the adjustment of the standardised residuals of all
levels by (1 - H_gg)^(-1/2), with H_gg = R_g A^-1 R_g' and R_g'R_g = I_g, whichever root R_g is taken; for a linear
model it is Bell and McCaffrey's CR2 itself. Where 1 - H_gg is singular (someone alone carries an effect) its
pseudo-inverse stands in, and the variance that leaves no residual to judge it by is taken from the working model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.ordinal.likelihood import Point, symmetric
from pipeline.statistics.ordinal.links import Floats
from pipeline.statistics.ordinal.model import Likelihood, sum_of_outer_products
from pipeline.statistics.ordinal.patterns import Ints, number_rows

# Equal clusters are looked for only where rows were counted once, and only among clusters of few answers.
LARGEST_COUNTED_ONCE = 6
CovType: TypeAlias = Literal["CR1", "CR2"]
WHOLE_LEVERAGE = 1 - 1e-10
NEGLIGIBLE_LEVERAGE = 1e-8


@dataclass(frozen=True)
class EqualSizes:
    """Clusters of one size: `members` (u, size) are rows of each distinct cluster, `count` how often it occurs."""

    members: Ints
    count: Floats
    clusters: Ints
    distinct_of: Ints


@dataclass(frozen=True)
class Leverage:
    """What CR2 knows of u clusters: H_gg = Q diag(values) Q', `directions` = R_g'Q in coordinates in which A is 1."""

    directions: Floats
    values: Floats
    count: Floats

    def powers(self, power: float) -> Floats:
        """Give (1 - H_gg)^power on the eigenvectors, zero where 1 - H_gg is singular."""
        return np.where(self.is_whole, 0.0, np.maximum(1 - self.values, 1 - WHOLE_LEVERAGE) ** power)

    @property
    def is_whole(self) -> NDArray[np.bool_]:
        """Where an eigenvalue is 1: the fit follows the cluster, and no residual is left."""
        return self.values >= WHOLE_LEVERAGE

    def unjudged(self) -> Floats:
        """Give vectors y (k, q), one for each eigenvalue 1, whose yy' is the working variance of what they pull."""
        cluster, place = np.nonzero(self.is_whole)
        return np.sqrt(self.count[cluster])[:, None] * self.directions[cluster, :, place]


@dataclass(frozen=True)
class ClusterCovariance:
    """A robust covariance over clusters (by order of appearance).

    `influence` (clusters, parameters) is the model's covariance times each cluster's summed score;
    `adjusted_influence` is the same as it enters `cov`, which is its cross product, and for CR2 what the working model
    adds where someone alone carries an effect. The last two are empty for CR1.
    """

    kind: CovType
    cov: Floats
    influence: Floats
    adjusted_influence: Floats
    leverages: tuple[Leverage, ...] = field(repr=False)
    to_standard: Floats = field(repr=False)

    def degrees_of_freedom(self, contrasts: Floats) -> Floats:
        """Give those of the variance of each contrast (k, q): clusters - 1 for CR1, Satterthwaite's for CR2."""
        if self.kind == "CR2":
            return satterthwaite(self.leverages, contrasts @ self.to_standard)
        return np.full(len(contrasts), len(self.influence) - 1.0)


def group_clusters_by_size(cluster_codes: Ints, row_of: Ints | None) -> list[EqualSizes]:
    """Sort clusters by how many answers they hold; where rows were counted once, so are clusters of equal rows."""
    order, sizes = np.argsort(cluster_codes, kind="stable"), np.bincount(cluster_codes)
    starts = np.cumsum(sizes) - sizes
    return [
        _equal_sizes(np.flatnonzero(sizes == size), starts, int(size), order, row_of)
        for size in np.flatnonzero(np.bincount(sizes))
    ]


def _equal_sizes(clusters: Ints, starts: Ints, size: int, order: Ints, row_of: Ints | None) -> EqualSizes:
    answers = order[starts[clusters][:, None] + np.arange(size)]
    every = np.arange(len(clusters))
    if row_of is None:
        return EqualSizes(answers, np.ones(len(clusters)), clusters, every)
    members = np.sort(row_of[answers], axis=1)
    numbers = number_rows(members.T, most=len(members)) if size <= LARGEST_COUNTED_ONCE else None
    if numbers is None:
        return EqualSizes(members, np.ones(len(clusters)), clusters, every)
    count = np.bincount(numbers)
    one_of_each = np.empty(len(count), dtype=np.int64)
    one_of_each[numbers] = every
    return EqualSizes(members[one_of_each], count.astype(float), clusters, numbers)


def estimate_cluster_covariance(
    likelihood: Likelihood, point: Point, bread: Floats, groups: list[EqualSizes], kind: CovType
) -> ClusterCovariance:
    """Give the robust covariance at `point`; `bread` (q, q) takes scores to parameters in the columns as given."""
    weighted = (likelihood.row_weight * point.scores).T
    sums = [weighted[group.members].sum(axis=1) for group in groups]
    influence = _by_cluster([summed @ bread.T for summed in sums], groups)
    if kind == "CR1":
        factor = len(influence) / (len(influence) - 1)
        cov = _cross_product([summed @ bread.T for summed in sums], groups) * factor
        return ClusterCovariance(kind, cov, influence, influence * np.sqrt(factor), (), np.empty((0, 0)))
    roots = likelihood.roots_of_information(likelihood.densities_by_level(point.params))
    lower = np.linalg.cholesky(sum_of_outer_products(roots, likelihood.weight))
    standardise = np.linalg.inv(lower).T
    standard = roots * np.sqrt(likelihood.row_weight)[:, None, None] @ standardise
    leverages = tuple(_leverage(standard[group.members], group.count) for group in groups)
    to_standard = bread @ lower
    adjusted = [
        _adjust(summed @ standardise, leverage) @ to_standard.T
        for summed, leverage in zip(sums, leverages, strict=True)
    ]
    unjudged = np.concatenate([leverage.unjudged() for leverage in leverages]) @ to_standard.T
    cov = _cross_product(adjusted, groups) + unjudged.T @ unjudged
    return ClusterCovariance(kind, cov, influence, _by_cluster(adjusted, groups), leverages, to_standard)


def _leverage(roots: Floats, count: Floats) -> Leverage:
    """Decompose H_gg of clusters whose members' roots have the shape (u, size, levels, q), by its smaller form."""
    n_distinct, size, n_levels, n_params = roots.shape
    stacked = roots.reshape(n_distinct, size * n_levels, n_params)
    if size * n_levels <= n_params:
        values, vectors = np.linalg.eigh(stacked @ stacked.swapaxes(1, 2))
        return Leverage(stacked.swapaxes(1, 2) @ vectors, np.clip(values, 0, 1), count)
    values, vectors = np.linalg.eigh(stacked.swapaxes(1, 2) @ stacked)
    values = np.clip(values, 0, 1)
    return Leverage(vectors * np.sqrt(values)[:, None, :], values, count)


def _adjust(sums: Floats, leverage: Leverage) -> Floats:
    """Give (1 - K)^(-1/2) z per cluster, K = R'R; z lies in the span of K, where K's eigenvectors are known."""
    values = leverage.values
    matters = values > NEGLIGIBLE_LEVERAGE
    gain = np.where(matters, (leverage.powers(-0.5) - 1) / np.where(matters, values, 1), 0.5)
    along = np.matmul(leverage.directions.swapaxes(1, 2), sums[:, :, None])
    return sums + np.matmul(leverage.directions, gain[:, :, None] * along)[:, :, 0]


def _cross_product(pieces: list[Floats], groups: list[EqualSizes]) -> Floats:
    every = np.concatenate([np.sqrt(group.count)[:, None] * piece for piece, group in zip(pieces, groups, strict=True)])
    return symmetric(every.T @ every)


def _by_cluster(pieces: list[Floats], groups: list[EqualSizes]) -> Floats:
    n_clusters = sum(len(group.clusters) for group in groups)
    gathered = np.empty((n_clusters, pieces[0].shape[1]))
    for piece, group in zip(pieces, groups, strict=True):
        gathered[group.clusters] = piece[group.distinct_of]
    return gathered


def satterthwaite(leverages: tuple[Leverage, ...], contrasts: Floats) -> Floats:
    """Give the degrees of freedom of the CR2 variance of each contrast (k, q), in coordinates in which A is 1.

    Under the working model the variance is a sum of G squares of correlated normals of covariance Omega, with
    Omega_gh = [g = h] d_g - v_g'v_h; the degrees of freedom are (trace Omega)^2 / trace(Omega^2), which gives a chi
    square of the same mean and variance. Source: Bell and McCaffrey 2002, Survey Methodology 28(2):169, section 4;
    d_g and v_g as for the linear model, with the cluster's expected information in place of X_g'X_g. What is taken
    from the working model counts as known: it adds to the trace of Omega alone, and alone has no end of freedom.
    """
    n_contrasts, n_params = contrasts.shape
    sum_d, sum_d2, cross = np.zeros(n_contrasts), np.zeros(n_contrasts), np.zeros(n_contrasts)
    known, inner = np.zeros(n_contrasts), np.zeros((n_contrasts, n_params, n_params))
    for leverage in leverages:
        along = leverage.directions.swapaxes(1, 2) @ contrasts.T
        d = (along**2 * leverage.powers(-1)[:, :, None]).sum(axis=1)
        v = leverage.directions @ (along * leverage.powers(-0.5)[:, :, None])
        count = leverage.count[:, None]
        sum_d += (count * d).sum(axis=0)
        sum_d2 += (count * d**2).sum(axis=0)
        cross += (count * d * (v**2).sum(axis=1)).sum(axis=0)
        known += ((leverage.unjudged() @ contrasts.T) ** 2).sum(axis=0)
        by_contrast = v.transpose(2, 0, 1)
        inner += by_contrast.swapaxes(1, 2) @ (leverage.count[:, None] * by_contrast)
    trace = sum_d - np.trace(inner, axis1=1, axis2=2)
    trace_of_square = sum_d2 - 2 * cross + (inner**2).sum(axis=(1, 2))
    with np.errstate(divide="ignore"):
        return (trace + known) ** 2 / np.maximum(trace_of_square, 0)
