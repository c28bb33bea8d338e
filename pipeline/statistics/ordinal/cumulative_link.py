"""The cumulative-link (proportional odds) model, logit P(Y <= j) = theta_j + z'g_j - x'beta - offset.

Fitted by Newton's method with analytic derivatives. Positive beta means higher levels. The model is McCullagh
1980, JRSS B 42:109, with the partial proportional odds of Peterson and Harrell 1990, Applied Statistics 39:205;
signs, names and the order of parameters follow Christensen's `ordinal::clm`. Where the likelihood has no finite
maximum the answer is `NotIdentified`, with the reason in words, never a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.ordinal.identification import (
    COLLINEAR,
    NO_WIDTH,
    UNRELIABLE,
    NotIdentified,
    explain_failure,
    find_obstacle,
    has_vanishing_variance,
)
from pipeline.statistics.ordinal.likelihood import Point, symmetric
from pipeline.statistics.ordinal.links import Floats, Link, check_link
from pipeline.statistics.ordinal.model import Likelihood
from pipeline.statistics.ordinal.patterns import gather_answers
from pipeline.statistics.ordinal.penalty import maximise_penalised
from pipeline.statistics.ordinal.results import CumulativeLinkFit, Penalty
from pipeline.statistics.ordinal.robust import CovType, estimate_cluster_covariance, group_clusters_by_size
from pipeline.statistics.ordinal.scaling import scale_columns

__all__ = ["CumulativeLinkFit", "NotIdentified", "fit_cumulative_link"]


def fit_cumulative_link(
    levels: NDArray[np.integer],
    design: Floats,
    *,
    clusters: NDArray | None = None,
    weights: Floats | None = None,
    offset: Floats | None = None,
    nominal: Floats | None = None,
    link: Link = "logit",
    penalty: Penalty | None = None,
    cov_type: CovType = "CR1",
) -> CumulativeLinkFit | NotIdentified:
    """Fit levels (n integers) on design (n rows, p columns, no constant) by maximum likelihood.

    Levels nobody chose are dropped. `clusters` (n labels, compared for equality only) adds a sandwich covariance of
    the kind `cov_type`. `weights` (n numbers from 0) count answers: 2 is the same answer twice, 0 no answer at all.
    `offset` (n numbers) is added to x'beta. `nominal` (n rows, m columns, none of them in design) has an effect of
    its own at each threshold. `penalty="jeffreys"` keeps estimates finite under separation. Coefficients are on the
    link's scale. Raises ValueError for arrays that do not fit together or hold missing numbers, negative weights, or
    an unknown link, penalty or cov_type. Sources: McCullagh 1980; those of `robust` and `penalty`.
    """
    _check_choices(link, penalty, cov_type)
    answers = gather_answers(levels, design, clusters, weights, offset, nominal)
    obstacle = find_obstacle(answers)
    if obstacle:
        return NotIdentified(obstacle)
    columns = scale_columns(answers)
    if columns is None:
        return NotIdentified(COLLINEAR)
    likelihood = Likelihood(answers, columns.values, columns.n_nominal, link)
    unscale = columns.unscale(likelihood.n_thresholds)
    fitted = _maximise(likelihood, unscale, penalty)
    if isinstance(fitted, NotIdentified):
        return fitted
    bread = unscale @ np.linalg.inv(fitted.information)
    cov = symmetric(bread @ unscale.T)
    robust = None
    if answers.cluster_codes is not None:
        groups = group_clusters_by_size(answers.cluster_codes, answers.row_of)
        robust = estimate_cluster_covariance(likelihood, fitted.point, bread, groups, cov_type)
        if has_vanishing_variance(robust.cov, cov, likelihood.n_thresholds):
            return NotIdentified(NO_WIDTH)
    thresholds, shifts, beta = likelihood.split(unscale @ fitted.point.params)
    return CumulativeLinkFit(
        answers.used_levels, thresholds, shifts, beta, cov, robust,
        fitted.point.loglik, answers.n_obs, link, penalty, fitted.penalised_loglik,
    )  # fmt: skip


def _check_choices(link: str, penalty: str | None, cov_type: str) -> None:
    check_link(link)
    if penalty is not None and penalty not in get_args(Penalty):
        raise ValueError(f"the penalty must be jeffreys or None, not {penalty}")
    if cov_type not in get_args(CovType):
        raise ValueError(f"cov_type must be CR1 or CR2, not {cov_type}")


@dataclass(frozen=True)
class _Maximum:
    point: Point
    information: Floats
    penalised_loglik: float | None


def _maximise(likelihood: Likelihood, unscale: Floats, penalty: Penalty | None) -> _Maximum | NotIdentified:
    if penalty is None:
        point = likelihood.maximise()
        return NotIdentified(explain_failure(likelihood)) if point is None else _Maximum(point, point.information, None)
    penalised = maximise_penalised(likelihood)
    if penalised is None:
        return NotIdentified(UNRELIABLE)
    # The information in the columns as given is that in scaled columns between the inverses of unscale.
    constant = -float(np.log(np.abs(np.diag(unscale))).sum())
    return _Maximum(penalised.plain, penalised.information, penalised.penalised_loglik + constant)
