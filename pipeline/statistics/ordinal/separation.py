"""Separation: directions in which no answer gets less likely, and the likelihood at their end.

Answers are separated where some direction moves an upper cut up or a lower cut down and none the other way (Albert
and Anderson 1984, Biometrika 71:1). The likelihood then has no maximum but a supremum: that of the limit model, in
which the cuts that move are infinite (Geyer 2009, Electronic Journal of Statistics 3:259).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from pipeline.statistics.ordinal.likelihood import CutLikelihood
from pipeline.statistics.ordinal.links import Floats

SMALLEST_RELATIVE_SINGULAR_VALUE = 1e-9


class Limit(NamedTuple):
    """The supremum of the likelihood, and parameters that reach it once the moving cuts are at infinity."""

    loglik: float
    params: Floats
    model: CutLikelihood


def find_moving_cuts(
    likelihood: CutLikelihood, place: int | None = None, pace: float = 0.0, gaps: Floats | None = None
) -> NDArray[np.bool_] | None:
    """Tell which cuts some direction of separation moves, or None where there is no separation.

    With `place`, only directions count in which that parameter moves by `pace`; with `gaps` (g, q), only those in which
    no gap between two cuts closes.
    """
    sign = np.repeat([1.0, -1.0], len(likelihood.weight))
    gains = (sign * likelihood.cuts).T
    distinct = np.unique(gains[likelihood.exists], axis=0)
    n_gains, n_params = distinct.shape
    # Maximise how many gains rise, each counted up to 1: the direction may be as long as it likes.
    held = np.eye(n_params)[[] if place is None else [place]]
    kept = np.empty((0, n_params)) if gaps is None else gaps
    found = linprog(
        np.repeat([0.0, -1.0], [n_params, n_gains]),
        A_ub=np.vstack([np.hstack([-distinct, np.eye(n_gains)]), np.hstack([-kept, np.zeros((len(kept), n_gains))])]),
        b_ub=np.zeros(n_gains + len(kept)),
        A_eq=np.hstack([held, np.zeros((len(held), n_gains))]), b_eq=np.full(len(held), pace),
        bounds=[(None, None)] * n_params + [(0, 1)] * n_gains,
    )  # fmt: skip
    if found.status != 0:
        return None
    moving = (gains @ found.x[:n_params] > 0.5) & likelihood.exists
    return moving if moving.any() else None


def move_to_infinity(likelihood: CutLikelihood, moving: NDArray[np.bool_]) -> CutLikelihood:
    """Give the likelihood in which the moving cuts are infinite."""
    exists = likelihood.exists & ~moving
    outermost = np.repeat([np.inf, -np.inf], len(likelihood.weight))
    base = np.where(moving, outermost, likelihood.base)
    return CutLikelihood(likelihood.cuts * exists, base, exists, likelihood.weight, likelihood.start, likelihood.link)


def find_supremum(likelihood: CutLikelihood, moving: NDArray[np.bool_] | None) -> Limit | None:
    """Give the supremum of the likelihood, the moving cuts at infinity; None where the search settles nowhere."""
    limit = likelihood if moving is None else move_to_infinity(likelihood, moving)
    span = span_of(limit.cuts)
    point = limit.in_other_parameters(span.T @ limit.cuts, span.T @ limit.start).maximise()
    return None if point is None else Limit(point.loglik, span @ point.params, limit)


def span_of(cuts: Floats) -> Floats:
    """Give an orthonormal basis (q, k) of the directions in which some cut moves."""
    return _directions(cuts)[0]


def free_of(cuts: Floats) -> Floats:
    """Give an orthonormal basis (q, k) of the directions in which no cut moves."""
    return _directions(cuts)[1]


def _directions(cuts: Floats) -> tuple[Floats, Floats]:
    n_params, n_cuts = cuts.shape
    directions, sizes, _ = np.linalg.svd(cuts, full_matrices=n_params > n_cuts)
    rank = int((sizes > SMALLEST_RELATIVE_SINGULAR_VALUE * sizes.max(initial=0)).sum())
    return directions[:, :rank], directions[:, rank:]
