"""The covariance of a mixed model's parameters at the maximum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from pipeline.statistics.mixed.likelihood import DIFFERENCE, Likelihood
from pipeline.statistics.mixed.places import AnyLikelihood, SinglePlace, with_prior
from pipeline.statistics.ordinal.links import Floats

# Louis' formula is as good as the integrals. Where the points' movement would shift an estimate by more than this
# part of its standard error, the exact gradient is differenced instead.
LARGEST_SHIFT = 1e-3
# An estimate that finer points would move by more than this part of its standard error is not given.
LARGEST_CHANGE, FINER = 0.05, 3
SMALLEST_RELATIVE_CURVATURE = 1e-10


def information_at(likelihood: AnyLikelihood, params: Floats, place: SinglePlace) -> Floats:
    """Give the observed information (q, q), the prior's included."""
    if not is_coarse(place):
        return place.information
    here = place.evaluation
    columns = [
        here.gradient - likelihood.evaluate(params + step, here.modes).gradient
        for step in np.eye(len(params)) * DIFFERENCE
    ]
    differenced = np.array(columns) / DIFFERENCE
    prior = place.information - here.information
    return (differenced + differenced.T) / 2 + prior


def is_coarse(place: SinglePlace) -> bool:
    """Tell whether the quadrature has too few points for these answers to take its integrals as exact."""
    curvatures, directions = linalg.eigh(place.information)
    if curvatures[0] <= SMALLEST_RELATIVE_CURVATURE * curvatures[-1]:
        return True
    # in an eigenvector's direction the shift over the standard error is the slope over the curvature's root
    shift = np.abs(directions.T @ place.evaluation.moving) / np.sqrt(curvatures)
    return bool(shift.max() >= LARGEST_SHIFT)


def stands_with_finer_points(
    likelihood: AnyLikelihood, params: Floats, place: SinglePlace, is_free: NDArray[np.bool_], scale: float | None
) -> bool:
    """Tell whether about the same estimate would come from three times as many points.

    Where people's spread is large or has no limit, the sum over few points can have a maximum where the integral
    has none. Asked only where the points look too few, and not of Laplace's approximation, which is no such sum.
    """
    if not isinstance(likelihood, Likelihood) or likelihood.n_points == 1 or not is_coarse(place):
        return True
    finer = Likelihood(likelihood.answers, FINER * likelihood.n_points)
    there = with_prior(finer.evaluate(params, place.evaluation.modes), params, scale)
    covariance = invert(there.information, is_free)
    if covariance is None:
        return False
    change = np.abs(covariance @ there.gradient)[is_free] / np.sqrt(np.diag(covariance))[is_free]
    return bool(change.max() < LARGEST_CHANGE)


def invert(information: Floats, is_free: NDArray[np.bool_]) -> Floats | None:
    """Give the covariance, 0 for parameters that are not free; None where the free ones' curvature is not definite."""
    free = information[np.ix_(is_free, is_free)]
    curvatures = linalg.eigvalsh(free)
    if not curvatures[0] > SMALLEST_RELATIVE_CURVATURE * curvatures[-1]:
        return None
    covariance = np.zeros_like(information)
    covariance[np.ix_(is_free, is_free)] = linalg.inv(free)
    return covariance


def settle_root(
    entries: tuple[tuple[int, int], ...], root: Floats, smallest: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the root's entries with those at the boundary put to 0, and which of them are free.

    At the boundary (a standard deviation of 0, or a correlation of 1) the likelihood is flat across it, as it depends
    on the square; what is left is a model with fewer parameters. Signs are chosen so that the diagonal is positive.
    """
    values = dict(zip(entries, root, strict=True))
    if len(entries) == 3:
        if abs(values[0, 0]) < smallest:  # the second effect stands alone: turn the root so that it says so
            values = {(0, 0): 0.0, (1, 0): 0.0, (1, 1): float(np.hypot(values[1, 0], values[1, 1]))}
        values[1, 0] *= np.sign(values[0, 0])
    for place in values:
        if place[0] == place[1]:
            values[place] = 0.0 if abs(values[place]) < smallest else abs(values[place])
    is_free = [values[row, row] > 0 if row == column else values[0, 0] > 0 for row, column in entries]
    return np.array([values[place] for place in entries]), np.array(is_free)
