"""The log-likelihood with two nested levels: units (people) within areas, each with an intercept of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from pipeline.statistics.mixed.answers import Answers, Ints, sum_by_unit
from pipeline.statistics.mixed.derivatives import Terms
from pipeline.statistics.mixed.likelihood import Evaluation
from pipeline.statistics.mixed.modes import Rows, climb_each
from pipeline.statistics.mixed.moments import expected_hessian, scores_at_points, spread_of_scores
from pipeline.statistics.mixed.posterior import Posterior, integrate_units
from pipeline.statistics.mixed.quadrature import product_rule
from pipeline.statistics.ordinal.links import Floats

# A sum over points says how the areas' integrands bend only this well.
NOISE = 1e-7


@dataclass(frozen=True)
class NestedLikelihood:
    """The likelihood where `answers` has two effects, the area's and the unit's, both multiplying 1.

    Units of an area stand together: `area` is each unit's area, `area_starts` each area's first unit. For each of
    `n_points` values of an area's effect, every unit's is integrated out at points of its own.
    """

    answers: Answers
    area: Ints
    area_starts: Ints
    n_points: int

    def start_modes(self) -> Floats:
        """Give where the first search for the areas' modes begins: at 0."""
        return np.zeros((len(self.area_starts), 1))

    def loglik(self, params: Floats) -> float:
        """Give the log-likelihood at parameters: thresholds, betas, then the areas' and the units' deviation."""
        return self.evaluate(params, self.start_modes()).loglik

    def evaluate(self, params: Floats, modes: Floats) -> Evaluation:
        """Give log-likelihood, gradient by Fisher's identity, and information by Louis' formula.

        `modes` (areas, 1) is where the search for the areas' modes begins.
        """
        modes, curvature = climb_each(lambda effects: self._area_heights(params, effects), modes, noise=NOISE)
        rule = product_rule(self.n_points, 1)
        scale = 1 / np.sqrt(curvature[:, 0])
        at_area = modes + scale * rule.points[:, 0]
        centres = self._integrate(params, modes[self.area], self._no_effects(1)).modes
        inner = self._integrate(params, at_area[self.area], np.tile(centres, (self.n_points, 1)))
        by_unit = inner.log_integral.reshape(self.n_points, -1).T
        heights = sum_by_unit(by_unit, self.area_starts) - at_area**2 / 2 + rule.log_weights
        total = logsumexp(heights, axis=1)
        gradient, information = self._moments(inner, at_area, np.exp(heights - total[:, None]))
        loglik = float((total + np.log(scale[:, 0])).sum())
        return Evaluation(loglik, gradient, information, modes, np.zeros_like(gradient))

    def unit_modes(self, params: Floats, modes: Floats) -> Floats:
        """Give the most probable standard effects (units, 2): the area's, and the unit's given the area's."""
        at_units = self.evaluate(params, modes).modes[self.area]
        return np.hstack([at_units, self._integrate(params, at_units, self._no_effects(1)).modes])

    def _no_effects(self, n_values: int) -> Floats:
        return np.zeros((n_values * len(self.area), 1))

    def _integrate(self, params: Floats, at_area: Floats, start: Floats) -> Posterior:
        """Integrate the units where their area has the effects `at_area` (units, M): M copies of all units."""
        answers = self.answers
        n_rows, n_units, n_values = len(answers.codes), len(answers.starts), at_area.shape[1]
        shift = params[-2] * at_area.T[:, answers.unit]
        upper, lower = answers.cuts(params)
        copies = np.arange(n_values)[:, None]
        rows = Rows(
            (upper - shift).ravel(),
            (lower - shift).ravel(),
            np.full((n_values * n_rows, 1), params[-1]),
            (answers.unit + copies * n_units).ravel(),
            (answers.starts + copies * n_rows).ravel(),
            answers.link,
        )
        return integrate_units(rows, product_rule(self.n_points, 1), start)

    def _area_heights(self, params: Floats, effects: Floats) -> tuple[Floats, Floats, Floats]:
        """Give each area's log-integrand at its effect (areas, 1), the slope and the curvature."""
        inner = self._integrate(params, effects[self.area], self._no_effects(1))
        pulls = sum_by_unit(inner.terms.slope, self.answers.starts)
        bends = sum_by_unit(inner.terms.bend, self.answers.starts)
        pull = (inner.weights * pulls).sum(axis=1)
        bend = (inner.weights * (bends + pulls**2)).sum(axis=1) - pull**2
        by_unit = np.column_stack([inner.log_integral, params[-2] * pull, params[-2] ** 2 * bend])
        height, slope, turn = sum_by_unit(by_unit, self.area_starts).T
        return height - effects[:, 0] ** 2 / 2, slope[:, None] - effects, 1 - turn[:, None, None]

    def _moments(self, inner: Posterior, at_area: Floats, area_weights: Floats) -> tuple[Floats, Floats]:
        n_values, n_units = at_area.shape[1], len(self.area)
        inner_weights = np.moveaxis(inner.weights.reshape(n_values, n_units, -1), 0, 1)
        weights = area_weights[self.area][:, :, None] * inner_weights
        own = np.moveaxis(inner.effects.reshape(n_values, n_units, -1), 0, 1)
        shared = np.broadcast_to(at_area[self.area][:, :, None], own.shape)
        effects = np.stack([shared, own], axis=3).reshape(n_units, -1, 2)
        terms = _side_by_side(inner.terms, n_values)
        hessian = expected_hessian(self.answers, terms, effects, weights.reshape(n_units, -1))
        scores = scores_at_points(self.answers, terms, effects).reshape(*own.shape, -1)
        # Louis' covariance of scores in two parts: among the units' points given the area's, then among the area's.
        given_area = np.einsum("pmk,pmkq->pmq", inner_weights, scores)
        flat, weighted = (part.reshape(-1, scores.shape[3]) for part in (scores, weights[..., None] * scores))
        at_units = area_weights[self.area][:, :, None] * given_area
        within = weighted.T @ flat - np.einsum("pmq,pmr->qr", at_units, given_area)
        means, among = spread_of_scores(sum_by_unit(given_area, self.area_starts), area_weights)
        return means.sum(axis=0), -(hessian + within + among)


def _side_by_side(terms: Terms, n_values: int) -> Terms:
    """Turn terms of M copies of all rows, one below the other, into terms at M times as many points."""

    def turn(part: Floats) -> Floats:
        copies = np.broadcast_to(part, terms.log_p.shape).reshape(n_values, -1, terms.log_p.shape[1])
        return np.moveaxis(copies, 0, 1).reshape(copies.shape[1], -1)

    return Terms(*(turn(part) for part in (terms.log_p, terms.u, terms.l, terms.uu, terms.ll, terms.ul)))
