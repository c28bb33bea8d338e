"""Partial pooling of the areas' changes: each is drawn towards their mean, as far as the data themselves support."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from pipeline.statistics.estimands.answers import Ints
from pipeline.statistics.ordinal.links import Floats

POINTS = 60
MOST_STEPS, SMALLEST_STEP = 60, 1e-11
# No quantile of use lies further from a component, in its standard errors.
REACH_OF_TAILS = 9.0
# Beyond four times its scale the half-normal prior has less than one part in ten thousand.
REACH = 4.0


@dataclass(frozen=True)
class Pooled:
    """A mixture over the between-area SD: its grid, weights (summing to 1), and the parameters' normal in each point.

    `own_weight` (0..1) is how much of an area's own departure from the mean is kept, on average over areas and grid.
    """

    between_sd: Floats
    weights: Floats
    mean_change: Floats
    mean_change_se: Floats
    estimate: Floats
    cov: Floats
    areas_n: int
    own_weight: float

    def mean_with_interval(self, conf_level: float) -> tuple[float, float, float]:
        """Return the mean of the areas' changes and the ends of its interval."""
        mean, _, low, high = mixture_interval(self.mean_change, self.mean_change_se, self.weights, conf_level)
        return float(mean), float(low), float(high)

    def between_sd_quantiles(self, shares: Floats) -> Floats:
        """Return quantiles of the between-area SD."""
        step = self.between_sd[1] - self.between_sd[0]
        edges = np.concatenate([[0.0], self.between_sd + step / 2])
        return np.interp(shares, np.concatenate([[0.0], np.cumsum(self.weights)]), edges)


def pool_changes(
    estimate: Floats, cov: Floats, changes: Ints, *, prior_scale: float, widen: Floats | None = None
) -> Pooled:
    """Pool some of a model's parameters, and carry what that says of them into all others.

    `estimate` (q,) and `cov` (q, q, robust) are the model's, `changes` the places of the areas' changes (two or more);
    `widen` multiplies the standard errors of those changes, for being estimated themselves.
    Model: change_a ~ N(mean, between_sd^2), mean flat, between_sd half-normal(`prior_scale`), integrated on a grid;
    the estimates enter with their full covariance, as Gelman et al. 2013, Bayesian Data Analysis, section 5.4, has it
    for independent ones. Raises ValueError for fewer than two changes or a scale that is not positive.
    """
    if len(changes) < 2:
        raise ValueError("pooling needs the changes of at least two areas")
    if prior_scale <= 0:
        raise ValueError(f"the prior's scale must be positive, not {prior_scale}")
    own, own_cov = estimate[changes], cov[np.ix_(changes, changes)]
    taken_cov = own_cov if widen is None else own_cov * np.outer(widen, widen)
    grid = (np.arange(POINTS) + 0.5) * REACH * prior_scale / POINTS
    ones, eye = np.ones(len(changes)), np.eye(len(changes))
    precision = np.linalg.inv(taken_cov + (grid**2)[:, None, None] * eye)
    pull = precision @ ones
    information = pull @ ones
    mean = (pull @ own) / information
    apart = own - mean[:, None]
    log_weight = (
        0.5 * np.linalg.slogdet(precision)[1]
        - 0.5 * np.log(information)
        - 0.5 * np.einsum("ti,tij,tj->t", apart, precision, apart)
        - 0.5 * (grid / prior_scale) ** 2
    )
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    square = (grid**2)[:, None]
    pooled = mean[:, None] + square * np.einsum("tij,tj->ti", precision, apart)
    rest = ones - square * pull
    pooled_cov = square[:, :, None] * (eye - square[:, :, None] * precision)
    pooled_cov += rest[:, :, None] * rest[:, None, :] / information[:, None, None]
    carry = np.linalg.solve(own_cov, cov[changes]).T
    return Pooled(
        grid,
        weights,
        mean,
        1 / np.sqrt(information),
        estimate + (pooled - own) @ carry.T,
        cov + carry @ (pooled_cov - own_cov) @ carry.T,
        len(changes),
        float(weights @ (square[:, 0] * np.einsum("tii->t", precision)) / len(changes)),
    )


def mixture_interval(mean: Floats, std_error: Floats, weights: Floats, conf_level: float) -> Floats:
    """Return mean, standard deviation, and equal-tailed ends of mixtures of normals, shape (4, ...).

    `mean` and `std_error` have the mixture's components first, as `weights` has.
    """
    centre, spread = mixture_moments(mean, std_error, weights)
    tails = np.array([(1 - conf_level) / 2, (1 + conf_level) / 2]).reshape((2,) + (1,) * (mean.ndim - 1))
    share = weights.reshape((-1,) + (1,) * mean.ndim)
    low, high = (mean - REACH_OF_TAILS * std_error).min(axis=0), (mean + REACH_OF_TAILS * std_error).max(axis=0)
    low, high = (np.broadcast_to(end, tails.shape[:1] + end.shape) for end in (low, high))
    at = centre + ndtri(tails) * spread
    # Newton's method from the normal of the same mean and spread, held between ends that close in.
    for _ in range(MOST_STEPS):
        z = (at - mean[:, None]) / std_error[:, None]
        missing = tails - (share * ndtr(z)).sum(axis=0)
        low, high = np.where(missing > 0, at, low), np.where(missing > 0, high, at)
        density = (share * np.exp(-(z**2) / 2) / std_error[:, None]).sum(axis=0) / np.sqrt(2 * np.pi)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            step = at + missing / density
        inside = (step > low) & (step < high)
        moved = np.where(inside, step, (low + high) / 2)
        done = np.abs(moved - at).max() <= SMALLEST_STEP * spread.max()
        at = moved
        if done:
            break
    return np.stack([centre, spread, *at])


def mixture_moments(mean: Floats, std_error: Floats, weights: Floats) -> Floats:
    """Return mean and standard deviation of mixtures of normals, shape (2, ...), as `mixture_interval` takes them."""
    share = weights.reshape((-1,) + (1,) * (mean.ndim - 1))
    centre = (share * mean).sum(axis=0)
    return np.stack([centre, np.sqrt((share * (std_error**2 + (mean - centre) ** 2)).sum(axis=0))])
