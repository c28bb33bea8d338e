"""Brant's test of proportional odds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, fit_cumulative_link
from pipeline.statistics.ordinal.identification import NotIdentified, find_obstacle
from pipeline.statistics.ordinal.likelihood import symmetric
from pipeline.statistics.ordinal.links import Floats
from pipeline.statistics.ordinal.patterns import gather_answers
from pipeline.statistics.ordinal.proportional_odds import (
    ChiSquareTest,
    chi_square_test,
    choose_columns,
    find_nothing_to_test,
)

TOO_SPARSE = "Too few answers lie beyond some level to fit each threshold on its own, so Brant's test cannot be made."
SMALLEST_RELATIVE_EIGENVALUE = 1e-10


def brant_test(
    levels: NDArray[np.integer], design: Floats, columns: Sequence[int], *, weights: Floats | None = None
) -> ChiSquareTest | NotIdentified:
    """Test whether logistic fits at each threshold give some columns of the design the same effects.

    A Wald test of beta_1 - beta_j = 0 for all j, with Cov(beta_j, beta_l) = (X'W_jj X)^-1 X'W_jl X (X'W_ll X)^-1, X
    with a constant, W_jl = P(Y > l) (1 - P(Y > j)) for j <= l; a generalised inverse where this is singular. Answers
    count as independent. Arrays and errors are those of `fit_cumulative_link`; ValueError as well for columns that do
    not exist. Source: Brant 1990, Biometrics 46:1171.
    """
    answers = gather_answers(levels, design, None, weights, None, None)
    chosen = choose_columns(columns, answers.design)
    obstacle = find_obstacle(answers) or find_nothing_to_test(answers, chosen)
    if obstacle:
        return NotIdentified(obstacle)
    weight = answers.weight * answers.count
    fits = [
        fit_cumulative_link((answers.codes > threshold).astype(int), answers.design, weights=weight)
        for threshold in range(len(answers.used_levels) - 1)
    ]
    found = [fit for fit in fits if isinstance(fit, CumulativeLinkFit)]
    if len(found) < len(fits):
        return NotIdentified(TOO_SPARSE)
    effects = np.array([fit.beta[chosen] for fit in found])
    cov = _covariance_between_thresholds(found, answers.design, weight, chosen)
    return _wald_of_equal_rows(effects, cov)


def _covariance_between_thresholds(
    fits: list[CumulativeLinkFit], design: Floats, weight: Floats, chosen: NDArray[np.bool_]
) -> Floats:
    """Give the covariance of the chosen effects, (thresholds, columns, thresholds, columns)."""
    with_constant = np.column_stack([np.ones(len(design)), design])
    above = np.array([fit.predict(design)[:, 1] for fit in fits])
    own = np.flatnonzero(np.append(False, chosen))
    n_thresholds = len(fits)
    inverses = [
        linalg.inv(with_constant.T @ ((weight * share * (1 - share))[:, None] * with_constant)) for share in above
    ]
    cov = np.empty((n_thresholds, len(own), n_thresholds, len(own)))
    for first in range(n_thresholds):
        for second in range(n_thresholds):
            low, high = sorted((first, second))
            shared = with_constant.T @ ((weight * above[high] * (1 - above[low]))[:, None] * with_constant)
            cov[first, :, second] = (inverses[first] @ shared @ inverses[second])[np.ix_(own, own)]
    return cov


def _wald_of_equal_rows(effects: Floats, cov: Floats) -> ChiSquareTest | NotIdentified:
    """Test whether all rows of `effects` are the same, by the generalised inverse of their differences' covariance."""
    n_thresholds, n_columns = effects.shape
    contrasts = np.hstack([np.ones((n_thresholds - 1, 1)), -np.eye(n_thresholds - 1)])
    difference = (contrasts @ effects).ravel()
    of_difference = np.einsum("ai,ijkl,bk->ajbl", contrasts, cov, contrasts).reshape(len(difference), -1)
    values, vectors = np.linalg.eigh(symmetric(of_difference))
    smallest = SMALLEST_RELATIVE_EIGENVALUE * values[-1]
    if values[0] < -smallest:
        return NotIdentified(TOO_SPARSE)
    matters = values > smallest
    along = vectors[:, matters].T @ difference
    return chi_square_test(float((along**2 / values[matters]).sum()), int(matters.sum()))
