"""Where the search for one model's maximum stands, with the prior on the spread of the random effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.statistics.mixed.answers import Answers
from pipeline.statistics.mixed.climbing import uphill_step
from pipeline.statistics.mixed.likelihood import Evaluation
from pipeline.statistics.ordinal.links import Floats


class AnyLikelihood(Protocol):
    """A likelihood with one level of units, or with two nested ones."""

    @property
    def answers(self) -> Answers:
        """The answers."""
        ...

    @property
    def n_points(self) -> int:
        """Quadrature points an effect."""
        ...

    def start_modes(self) -> Floats:
        """Give where the first search for modes begins."""
        ...

    def unit_modes(self, params: Floats, modes: Floats) -> Floats:
        """Give the most probable standard effects of each unit."""
        ...

    def evaluate(self, params: Floats, modes: Floats) -> Evaluation:
        """Give log-likelihood, gradient and information."""
        ...


@dataclass(frozen=True)
class SinglePlace:
    """An evaluation with the half-normal prior's part added."""

    evaluation: Evaluation
    loglik: float
    gradient: Floats
    information: Floats

    def ascent(self) -> Floats:
        """Give the uphill step of all parameters together."""
        return uphill_step(self.information, self.gradient)


def evaluator(
    likelihood: AnyLikelihood, sd_prior_scale: float | None
) -> Callable[[Floats, SinglePlace | None], SinglePlace | None]:
    """Give the function that the search climbs; the prior on the (single) standard deviation is half-normal."""

    def evaluate(params: Floats, last: SinglePlace | None) -> SinglePlace | None:
        if not likelihood.answers.in_order(params):
            return None
        modes = likelihood.start_modes() if last is None else last.evaluation.modes
        found = likelihood.evaluate(params, modes)
        if not np.isfinite(found.loglik):
            return None
        return with_prior(found, params, sd_prior_scale)

    return evaluate


def with_prior(found: Evaluation, params: Floats, scale: float | None) -> SinglePlace:
    """Add log density, slope and curvature of a half-normal prior on the last parameter."""
    if scale is None:
        return SinglePlace(found, found.loglik, found.gradient, found.information)
    gradient, information = found.gradient.copy(), found.information.copy()
    gradient[-1] -= params[-1] / scale**2
    information[-1, -1] += 1 / scale**2
    return SinglePlace(found, found.loglik - params[-1] ** 2 / (2 * scale**2), gradient, information)
