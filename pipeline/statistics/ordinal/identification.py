"""Whether a model has an estimate at all, and if not, why, in one sentence for readers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.statistics.ordinal.links import Floats
from pipeline.statistics.ordinal.model import Likelihood
from pipeline.statistics.ordinal.patterns import Answers
from pipeline.statistics.ordinal.separation import find_moving_cuts

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
    """Say why there is no maximum."""
    gaps = likelihood.gaps() if likelihood.n_nominal else None
    if find_moving_cuts(likelihood, gaps=gaps) is not None:
        return SEPARATION
    return CROSSING if likelihood.n_nominal else UNRELIABLE


def has_vanishing_variance(cov_robust: Floats, cov: Floats, n_thresholds: int) -> bool:
    """Tell whether an interval would have no width, as when the same people gave the same answers twice."""
    robust, model = np.diag(cov_robust)[n_thresholds:], np.diag(cov)[n_thresholds:]
    return bool((robust <= SMALLEST_RELATIVE_VARIANCE * model).any())
