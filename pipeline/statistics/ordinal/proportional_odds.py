"""Tests of nested models and of proportional odds: is an effect the same at every threshold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.optimize import linprog
from scipy.special import chdtrc

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, fit_cumulative_link
from pipeline.statistics.ordinal.identification import COLLINEAR, CROSSING, UNRELIABLE, NotIdentified, find_obstacle
from pipeline.statistics.ordinal.likelihood import symmetric
from pipeline.statistics.ordinal.links import Floats, Link, check_link
from pipeline.statistics.ordinal.model import Likelihood
from pipeline.statistics.ordinal.patterns import Answers, gather_answers
from pipeline.statistics.ordinal.scaling import scale_columns
from pipeline.statistics.ordinal.separation import Limit, find_moving_cuts, find_supremum, free_of

ONE_THRESHOLD = "With two levels there is one threshold, so an effect cannot differ between thresholds."
NO_COLUMNS = "Nothing is compared, so there is no effect that could differ between thresholds."
OPEN_ENDED = "Some effects have no finite estimate (separation), so the p-value is a rough guide."
TOO_SPARSE = "Too few answers lie beyond some level to fit each threshold on its own, so Brant's test cannot be made."
SMALLEST_RELATIVE_EIGENVALUE = 1e-10


@dataclass(frozen=True)
class ChiSquareTest:
    """A test statistic that is chi-square with `df` degrees of freedom where nothing differs, and its p-value."""

    statistic: float
    df: int
    p_value: float
    note: str = ""


def likelihood_ratio_test(smaller: CumulativeLinkFit, larger: CumulativeLinkFit) -> ChiSquareTest:
    """Compare two nested fits to the same answers.

    Answers count as independent; clusters are left out of it. Raises ValueError for penalised fits and for such as
    cannot be nested.
    """
    if smaller.penalty or larger.penalty:
        raise ValueError("penalised fits have no likelihood-ratio test")
    df = len(larger.estimate) - len(smaller.estimate)
    same = smaller.n_obs == larger.n_obs and np.array_equal(smaller.levels, larger.levels)
    if df <= 0 or not same or larger.loglik < smaller.loglik - 1e-6:
        raise ValueError("the first fit must be nested in the second and to the same answers")
    return _chi_square(2 * (larger.loglik - smaller.loglik), df)


def nominal_test(
    levels: NDArray[np.integer],
    design: Floats,
    columns: Sequence[int],
    *,
    weights: Floats | None = None,
    offset: Floats | None = None,
    link: Link = "logit",
) -> ChiSquareTest | NotIdentified:
    """Test by likelihood ratio whether the effects of some columns of the design differ between thresholds.

    Answers count as independent. Where effects have no finite estimate, the supremum of the likelihood stands for its
    maximum, and `note` says so. Arrays and errors are those of `fit_cumulative_link`; ValueError as well for columns
    that do not exist. Source: as `nominal_test` of R's ordinal (Christensen 2022); Peterson and Harrell 1990.
    """
    check_link(link)
    answers = gather_answers(levels, design, None, weights, offset, None)
    chosen = _choose(columns, answers.design)
    obstacle = find_obstacle(answers) or _find_nothing_to_test(answers, chosen)
    if obstacle:
        return NotIdentified(obstacle)
    differing = replace(answers, design=answers.design[:, ~chosen], nominal=answers.design[:, chosen])
    proportional, free = _find_highest(answers, link), _find_highest(differing, link)
    if isinstance(proportional, NotIdentified):
        return proportional
    if isinstance(free, NotIdentified):
        return free
    note = OPEN_ENDED if proportional.is_open or free.is_open else ""
    df = int(chosen.sum()) * (len(answers.used_levels) - 2)
    return _chi_square(2 * (free.loglik - proportional.loglik), df, note)


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
    chosen = _choose(columns, answers.design)
    obstacle = find_obstacle(answers) or _find_nothing_to_test(answers, chosen)
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
    return _chi_square(float((along**2 / values[matters]).sum()), int(matters.sum()))


def _chi_square(statistic: float, df: int, note: str = "") -> ChiSquareTest:
    # Rounding may leave two equal likelihoods apart by less than nothing.
    statistic = max(float(statistic), 0.0)
    return ChiSquareTest(statistic, df, float(chdtrc(df, statistic)), note)


def _choose(columns: Sequence[int], design: Floats) -> NDArray[np.bool_]:
    chosen = np.zeros(design.shape[1], dtype=bool)
    for column in columns:
        if not 0 <= column < len(chosen):
            raise ValueError(f"the design has the columns 0 to {len(chosen) - 1}, not {column}")
        chosen[column] = True
    return chosen


def _find_nothing_to_test(answers: Answers, chosen: NDArray[np.bool_]) -> str:
    if not chosen.any():
        return NO_COLUMNS
    return ONE_THRESHOLD if len(answers.used_levels) == 2 else ""


class _Highest(NamedTuple):
    """The supremum of a likelihood; `is_open` where no finite parameters reach it."""

    loglik: float
    is_open: bool


def _find_highest(answers: Answers, link: Link) -> _Highest | NotIdentified:
    columns = scale_columns(answers)
    if columns is None:
        return NotIdentified(COLLINEAR)
    likelihood = Likelihood(answers, columns.values, columns.n_nominal, link)
    top = likelihood.maximise()
    if top is not None:
        return _Highest(top.loglik, False)
    limit = find_supremum(likelihood, find_moving_cuts(likelihood))
    if limit is None:
        return NotIdentified(UNRELIABLE)
    return _Highest(limit.loglik, True) if _can_be_ordered(likelihood, limit) else NotIdentified(CROSSING)


def _can_be_ordered(likelihood: Likelihood, limit: Limit) -> bool:
    """Tell whether some parameters of the limit's likelihood give no level a negative probability."""
    gaps = np.unique(np.diff(likelihood.all_cuts, axis=1).reshape(-1, len(limit.params)), axis=0)
    free = free_of(limit.model.cuts)
    if free.shape[1] == 0:
        return bool((gaps @ limit.params >= 0).all())
    return bool(
        linprog(np.zeros(free.shape[1]), A_ub=-gaps @ free, b_ub=gaps @ limit.params, bounds=(None, None)).success
    )
