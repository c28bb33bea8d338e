"""Integrating the random effects out, unit by unit, at points placed where each unit's integrand lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from pipeline.statistics.mixed.answers import sum_by_unit
from pipeline.statistics.mixed.derivatives import Terms, cut_terms
from pipeline.statistics.mixed.modes import Rows, find_modes
from pipeline.statistics.mixed.quadrature import Rule
from pipeline.statistics.ordinal.links import Floats


@dataclass(frozen=True)
class Posterior:
    """Each unit's integral and what it was summed from, at K points.

    `log_integral` (units); `modes` (units, d); `spread` (units, d, d) lower triangular, its square the inverse
    curvature at the mode; `effects` (units, K, d) the points; `weights` (units, K) their posterior probabilities;
    `terms` of each answer at each point, (n, K).
    """

    log_integral: Floats
    modes: Floats
    spread: Floats
    effects: Floats
    weights: Floats
    terms: Terms


def integrate_units(rows: Rows, rule: Rule, start: Floats) -> Posterior:
    """Integrate the answers of each unit over its standard normal effects by adaptive Gauss-Hermite quadrature.

    `start` (units, d) is where the search for the modes begins. Source: Pinheiro and Bates 1995; Liu and Pierce
    1994, Biometrika 81:624.
    """
    modes, curvature = find_modes(rows, start)
    spread = np.linalg.cholesky(np.linalg.inv(curvature))
    effects = modes[:, None, :] + rule.points @ np.swapaxes(spread, 1, 2)
    terms = cut_terms(*rows.shifted(effects), rows.link)
    heights = sum_by_unit(terms.log_p, rows.starts) - (effects**2).sum(axis=2) / 2 + rule.log_weights
    total = logsumexp(heights, axis=1)
    log_scale = np.log(np.diagonal(spread, axis1=1, axis2=2)).sum(axis=1)
    return Posterior(total + log_scale, modes, spread, effects, np.exp(heights - total[:, None]), terms)
