"""Jeffreys' penalty: the log-likelihood plus half the log determinant of the expected information.

The estimate is finite even under separation. Sources: Jeffreys 1946, Proceedings of the Royal Society A 186:453;
Firth 1993, Biometrika 80:27; Kosmidis 2014, JRSS B 76:169, for cumulative-link models.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from pipeline.statistics.ordinal.likelihood import MAX_HALVINGS, NOISE, Point, symmetric
from pipeline.statistics.ordinal.links import Floats, log_density, log_density_slope
from pipeline.statistics.ordinal.model import Densities, Likelihood, sum_of_outer_products

STEP_TOLERANCE = 1e-9
MAX_STEPS = 200
# A step longer than this is taken by the expected information where it starts; shorter ones learn from those before.
LONG_STEP = 0.5
SUFFICIENT_RISE = 1e-4


class PenalisedPoint(NamedTuple):
    """The likelihood at a point, the penalised log-likelihood there, its gradient, and the expected information."""

    plain: Point
    penalised_loglik: float
    gradient: Floats
    information: Floats


def maximise_penalised(likelihood: Likelihood) -> PenalisedPoint | None:
    """Give the maximum of the penalised likelihood, or None where the search settles nowhere.

    Scoring by the expected information leaves out the penalty's own curvature, which is as large as the likelihood's
    where answers are few; so near the maximum its inverse is updated as in the method of Broyden, Fletcher, Goldfarb
    and Shanno (Nocedal and Wright 2006, Numerical Optimization, section 6.1).
    """
    point = evaluate_penalised(likelihood, likelihood.start)
    learnt: Floats | None = None
    for _ in range(MAX_STEPS):
        if point is None:
            return None
        inverse: Floats = linalg.inv(point.information) if learnt is None else learnt
        step = inverse @ point.gradient
        reach = np.abs(step @ likelihood.cuts).max()
        if reach < STEP_TOLERANCE:
            return point
        ahead = _halve_until_better(likelihood, point, step)
        learnt = None if ahead is None or reach > LONG_STEP else _learn(inverse, point, ahead)
        point = ahead
    return None


def _learn(inverse: Floats, before: PenalisedPoint, after: PenalisedPoint) -> Floats | None:
    moved, fallen = after.plain.params - before.plain.params, before.gradient - after.gradient
    curvature = moved @ fallen
    if curvature <= 0:
        return None
    off = np.eye(len(moved)) - np.outer(moved, fallen) / curvature
    return off @ inverse @ off.T + np.outer(moved, moved) / curvature


def _halve_until_better(likelihood: Likelihood, point: PenalisedPoint, step: Floats) -> PenalisedPoint | None:
    rise = SUFFICIENT_RISE * (step @ point.gradient)
    noise = NOISE * (1 + abs(point.penalised_loglik))
    for share in 0.5 ** np.arange(MAX_HALVINGS):
        trial = evaluate_penalised(likelihood, point.plain.params + share * step)
        if trial is not None and trial.penalised_loglik >= point.penalised_loglik + share * rise - noise:
            return trial
    return None


def evaluate_penalised(likelihood: Likelihood, params: Floats) -> PenalisedPoint | None:
    """Give the penalised likelihood at `params`, or None where it is not finite."""
    point = likelihood.evaluate(params)
    if point is None:
        return None
    densities = likelihood.densities_by_level(params)
    information = sum_of_outer_products(likelihood.roots_of_information(densities), likelihood.weight)
    factor, failed = linalg.lapack.dpotrf(information)
    if failed or not np.isfinite(factor).all():
        return None
    inverse, _ = linalg.lapack.dpotrs(factor, np.eye(len(params)))
    half_log_determinant = float(np.log(np.diag(factor)).sum())
    slope = _slope_of_half_log_determinant(likelihood, params, densities, symmetric(inverse))
    return PenalisedPoint(point, point.loglik + half_log_determinant, likelihood.gradient(point) + slope, information)


def _slope_of_half_log_determinant(
    likelihood: Likelihood, params: Floats, densities: Densities, inverse: Floats
) -> Floats:
    """Give half the trace of inverse times the derivative of the expected information, per parameter.

    A row's information is D'WD, with D what its cuts are made of and W tridiagonal: with p_t the probability between
    cuts t-1 and t, W_tt = f_t^2 (1/p_t + 1/p_(t+1)) and W_t,t+1 = -f_t f_(t+1) / p_(t+1). So the trace needs of D
    inverse D' only the diagonal and the one beside it.
    """
    made_of = likelihood.all_cuts
    spread = made_of @ inverse
    diagonal = (spread * made_of).sum(axis=2)
    beside = (spread[:, :-1] * made_of[:, 1:]).sum(axis=2)
    at = likelihood.inner_cuts(params)
    density, steepness = np.exp(log_density(at, likelihood.link)), log_density_slope(at, likelihood.link)
    by_cut = _trace_by_cut(density, steepness, densities.above, densities.below, diagonal, beside)
    return np.tensordot(likelihood.weight[:, None] * by_cut, made_of, axes=2) / 2


def _trace_by_cut(
    density: Floats, steepness: Floats, above: Floats, below: Floats, diagonal: Floats, beside: Floats
) -> Floats:
    """Give, per row and cut, the sum of D inverse D' times the derivative of W in that cut.

    `above` is f_t / p_t and `below` f_t / p_(t+1); `steepness` is f'_t / f_t.
    """
    by_cut = diagonal * density * (2 * steepness * (above + below) - above**2 + below**2)
    # W_tt depends on the neighbouring cuts through p_t and p_(t+1).
    by_cut[:, 1:] -= diagonal[:, :-1] * below[:, :-1] ** 2 * density[:, 1:]
    by_cut[:, :-1] += diagonal[:, 1:] * above[:, 1:] ** 2 * density[:, :-1]
    # W_t,t+1 depends on both of its cuts, and stands on both sides of the diagonal.
    own, other = above[:, 1:], below[:, :-1]
    by_cut[:, :-1] -= 2 * beside * own * density[:, :-1] * (steepness[:, :-1] + other)
    by_cut[:, 1:] -= 2 * beside * other * density[:, 1:] * (steepness[:, 1:] - own)
    return by_cut
