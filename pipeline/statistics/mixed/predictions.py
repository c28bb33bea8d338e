"""Probabilities of the levels, for a unit with given effects and on average over all units."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtr

from pipeline.statistics.ordinal.links import Floats, Link

# Equal steps sum a smooth integrand over a normal density to near machine precision (the trapezoid rule).
FURTHEST, N_STEPS = 8.5, 200


def level_probabilities(thresholds: Floats, predictor: Floats, link: Link) -> Floats:
    """Give P(Y = level), shape (*predictor.shape, levels)."""
    cuts = thresholds - predictor[..., None]
    below = expit(cuts) if link == "logit" else ndtr(cuts)
    return np.diff(below, axis=-1, prepend=0.0, append=1.0)


def averaged_probabilities(thresholds: Floats, predictor: Floats, sd: Floats, link: Link) -> Floats:
    """Average P(Y = level) over normal effects of standard deviation `sd` (n) added to the predictor (n)."""
    if link == "probit":
        stretch = np.sqrt(1 + sd**2)[:, None]
        below = ndtr((thresholds - predictor[:, None]) / stretch)
        return np.diff(below, axis=1, prepend=0.0, append=1.0)
    steps = np.linspace(-FURTHEST, FURTHEST, N_STEPS + 1)
    weights = np.exp(-(steps**2) / 2)
    at_steps = level_probabilities(thresholds, predictor[:, None] + sd[:, None] * steps, link)
    return np.einsum("k,nkj->nj", weights / weights.sum(), at_steps)


def sd_of_rows(random_cov: Floats, effect_columns: Floats) -> Floats:
    """Give the standard deviation of the random part of each row, from the columns its effects multiply (n, d)."""
    return np.sqrt(np.einsum("nd,de,ne->n", effect_columns, random_cov, effect_columns).clip(min=0))
