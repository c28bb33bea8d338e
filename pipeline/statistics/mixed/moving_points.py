"""What the gradient gains because the quadrature points move with the parameters.

With many points this is nothing, as the integral does not depend on where the points lie. With few it is what makes
the gradient that of the sum actually computed; with one point (Laplace) nothing else carries the effects' curvature.
"""

from __future__ import annotations

import numpy as np

from pipeline.statistics.mixed.answers import Answers, sum_by_unit
from pipeline.statistics.mixed.derivatives import bend_by_cut, cut_terms
from pipeline.statistics.mixed.modes import Rows
from pipeline.statistics.mixed.posterior import Posterior
from pipeline.statistics.mixed.quadrature import Rule
from pipeline.statistics.ordinal.links import Floats


def gradient_of_moving_points(answers: Answers, rows: Rows, posterior: Posterior, rule: Rule) -> Floats:
    """Give the derivative of the sum of the units' log-integrals through the modes and spreads of their points.

    Let h be a unit's log-integrand, m its mode, C = S S' its inverse curvature, x a point. With the weighted means
    r of h'(m + S x) and M of h'(m + S x) x' + inverse(S'), the derivative is r'dm + trace(M'dS). Differentiating
    h'(m) = 0 gives dm = C dh', and the Cholesky root moves by dS = -S Phi(S' dA S), where A = -h'' and Phi keeps
    the lower triangle and half the diagonal.
    """
    pull, weight_on_curvature = _sensitivities(rows, posterior, rule)
    upper, lower = rows.shifted(posterior.modes)
    terms = cut_terms(upper, lower, rows.link)
    bend_u, bend_l = bend_by_cut(upper, lower, terms, rows.link)
    loads, unit = rows.loads, rows.unit
    turned = np.einsum("nde,ne->nd", weight_on_curvature[unit], loads)
    on_bend = (turned * loads).sum(axis=1)
    third = sum_by_unit((-(bend_u + bend_l) * on_bend)[:, None] * loads, rows.starts)
    covariance = posterior.spread @ np.swapaxes(posterior.spread, 1, 2)
    along = np.einsum("gde,ge->gd", covariance, pull + third)
    on_slope = (loads * along[unit]).sum(axis=1)
    upper_design, lower_design = answers.cut_designs()
    fixed = (on_slope * terms.slope_u + on_bend * bend_u) @ upper_design
    fixed += (on_slope * terms.slope_l + on_bend * bend_l) @ lower_design
    shift = terms.bend * on_slope - (bend_u + bend_l) * on_bend
    by_effect = shift[:, None] * posterior.modes[unit] + terms.slope[:, None] * along[unit]
    by_effect += 2 * terms.bend[:, None] * turned
    random = [answers.effects[:, row] @ by_effect[:, column] for row, column in answers.entries]
    return np.concatenate([fixed, random])


def _sensitivities(rows: Rows, posterior: Posterior, rule: Rule) -> tuple[Floats, Floats]:
    """Give r (units, d) and the symmetric weight Q (units, d, d) with trace(M'dS) = -trace(Q dA)."""
    slopes = posterior.terms.slope[:, :, None] * rows.loads[:, None, :]
    weighted = posterior.weights[:, :, None] * (sum_by_unit(slopes, rows.starts) - posterior.effects)
    pull = weighted.sum(axis=1)
    spread = posterior.spread
    # S' M = S' (mean of h' x') + identity
    inner = np.swapaxes(spread, 1, 2) @ (np.swapaxes(weighted, 1, 2) @ rule.points) + np.eye(spread.shape[1])
    lower = np.tril(inner, -1) + inner * np.eye(spread.shape[1]) / 2
    return pull, spread @ (lower + np.swapaxes(lower, 1, 2)) / 2 @ np.swapaxes(spread, 1, 2)
