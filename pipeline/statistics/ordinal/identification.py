"""Whether a model has an estimate at all, and if not, why, in one sentence for readers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from pipeline.statistics.ordinal.likelihood import Likelihood
from pipeline.statistics.ordinal.links import Floats
from pipeline.statistics.ordinal.patterns import Answers

SMALLEST_RELATIVE_VARIANCE = 1e-10

COLLINEAR = "What the answers are compared by does not vary enough to tell its effects apart."
SEPARATION = "The answers of those compared overlap too little (separation), so no finite estimate exists."
CROSSING = "Effects that differ from level to level would give an answer that nobody chose a chance below zero."
UNRELIABLE = "The model could not be fitted reliably to these answers."
NO_WIDTH = "No two people differ in how they changed, so the uncertainty cannot be judged."


@dataclass(frozen=True)
class NotIdentified:
    """No estimate exists; `reason` says why in one plain sentence."""

    reason: str


def find_obstacle(answers: Answers) -> str:
    """Say what about the answers leaves nothing to estimate; "" for nothing."""
    if len(answers.used_levels) == 0:
        return "Nobody answered."
    if len(answers.used_levels) == 1:
        return "Everyone gave the same answer, so there is nothing to compare."
    if answers.n_clusters == 1:
        return "All answers come from one person, so their uncertainty cannot be judged."
    return ""


def explain_failure(likelihood: Likelihood) -> str:
    """Say why there is no maximum: separation, if no answer gets less likely along some direction."""
    gains = gains_of_answers(likelihood)
    bounded = linprog(
        -gains.sum(axis=0), A_ub=np.vstack([-gains, gains]),
        b_ub=np.repeat([0.0, 1.0], len(gains)), bounds=(None, None),
    )  # fmt: skip
    if bounded.status == 0 and -bounded.fun > 0.5:
        return SEPARATION
    return CROSSING if likelihood.n_nominal else UNRELIABLE


def gains_of_answers(likelihood: Likelihood) -> Floats:
    """Give the distinct cuts of all answers, each signed so that a larger value makes its answer likelier.

    Some direction in which none of them falls and one rises is what separation is (Albert and Anderson 1984,
    Biometrika 71:1).
    """
    sign = np.repeat([1.0, -1.0], len(likelihood.codes))
    return np.unique((sign * likelihood.cuts)[:, likelihood.exists].T, axis=0)


def has_vanishing_variance(cov_robust: Floats, cov: Floats, n_thresholds: int) -> bool:
    """Tell whether an interval would have no width, as when the same people gave the same answers twice."""
    robust, model = np.diag(cov_robust)[n_thresholds:], np.diag(cov)[n_thresholds:]
    return bool((robust <= SMALLEST_RELATIVE_VARIANCE * model).any())
