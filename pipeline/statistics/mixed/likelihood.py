"""The log-likelihood of a mixed model with one level of units, with its gradient and information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.statistics.mixed.answers import Answers
from pipeline.statistics.mixed.modes import Rows
from pipeline.statistics.mixed.moments import expected_hessian, scores_at_points, spread_of_scores
from pipeline.statistics.mixed.moving_points import gradient_of_moving_points
from pipeline.statistics.mixed.posterior import Posterior, integrate_units
from pipeline.statistics.mixed.quadrature import product_rule
from pipeline.statistics.ordinal.links import Floats

# With fewer points Louis' formula is too coarse for a Newton direction, and is taken from this many instead.
FEWEST_POINTS_FOR_LOUIS = 5
DIFFERENCE = 1e-5


@dataclass(frozen=True)
class Evaluation:
    """Log-likelihood, gradient (q) and information (q, q) at some parameters, and the modes found there.

    `moving` is the part of the gradient that comes from the points' movement, and would be 0 were the integrals exact.
    """

    loglik: float
    gradient: Floats
    information: Floats
    modes: Floats
    moving: Floats


@dataclass(frozen=True)
class Likelihood:
    """The likelihood of answers, integrated at `n_points` points in each random effect."""

    answers: Answers
    n_points: int

    def unit_modes(self, params: Floats, modes: Floats) -> Floats:
        """Give the most probable standard effects of each unit (units, d), searched from `modes`."""
        return self._integrate(params, self.n_points, modes)[1].modes

    def start_modes(self) -> Floats:
        """Give where the first search for the units' modes begins: at 0."""
        return np.zeros((len(self.answers.starts), self.answers.effects.shape[1]))

    def loglik(self, params: Floats) -> float:
        """Give the log-likelihood at parameters: thresholds, betas, then the entries of the root."""
        return float(self._integrate(params, self.n_points, self.start_modes())[1].log_integral.sum())

    def evaluate(self, params: Floats, modes: Floats) -> Evaluation:
        """Give log-likelihood, its exact gradient, and the information by Louis' formula.

        `modes` is where the search for the units' modes begins. Sources: Louis 1982, JRSS B 44:226; for the gradient
        Fisher's identity, with the movement of the points added.
        """
        posterior, gradient, information, moving = self._differentiate(params, modes)
        if self.n_points < FEWEST_POINTS_FOR_LOUIS:
            information = self._information_of_few_points(params, posterior.modes, gradient)
        return Evaluation(float(posterior.log_integral.sum()), gradient, information, posterior.modes, moving)

    def _differentiate(self, params: Floats, modes: Floats) -> tuple[Posterior, Floats, Floats, Floats]:
        rows, posterior = self._integrate(params, self.n_points, modes)
        rule = product_rule(self.n_points, self.answers.effects.shape[1])
        gradient, information = self._moments(posterior)
        moving = gradient_of_moving_points(self.answers, rows, posterior, rule)
        return posterior, gradient + moving, information, moving

    def _information_of_few_points(self, params: Floats, modes: Floats, gradient: Floats) -> Floats:
        """Take the root's curvature from differences of the gradient: that of few points is not the integral's."""
        finer = self._integrate(params, FEWEST_POINTS_FOR_LOUIS, modes)[1]
        information = self._moments(finer)[1]
        for at in range(self.answers.n_fixed, len(params)):
            step = np.eye(len(params))[at] * DIFFERENCE
            information[at] = information[:, at] = (
                gradient - self._differentiate(params + step, modes)[1]
            ) / DIFFERENCE
        return information

    def _integrate(self, params: Floats, n_points: int, modes: Floats) -> tuple[Rows, Posterior]:
        answers = self.answers
        loads = answers.effects @ answers.root(params)
        rows = Rows(*answers.cuts(params), loads, answers.unit, answers.starts, answers.link)
        return rows, integrate_units(rows, product_rule(n_points, answers.effects.shape[1]), modes)

    def _moments(self, posterior: Posterior) -> tuple[Floats, Floats]:
        scores = scores_at_points(self.answers, posterior.terms, posterior.effects)
        means, spread = spread_of_scores(scores, posterior.weights)
        hessian = expected_hessian(self.answers, posterior.terms, posterior.effects, posterior.weights)
        return means.sum(axis=0), -(hessian + spread)
