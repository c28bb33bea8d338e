"""Fisher's identity and Louis' formula: derivatives of a log-likelihood as moments over the unseen effects."""

from __future__ import annotations

import numpy as np

from pipeline.statistics.mixed.answers import Answers
from pipeline.statistics.mixed.derivatives import Terms
from pipeline.statistics.ordinal.links import Floats


def scores_at_points(answers: Answers, terms: Terms, effects: Floats) -> Floats:
    """Give each unit's score, were its effects those of the point: (units, K, parameters)."""
    upper, lower = answers.cut_designs()
    by_row = terms.u[:, :, None] * upper[:, None, :] + terms.l[:, :, None] * lower[:, None, :]
    fixed = np.add.reduceat(by_row, answers.starts, axis=0)
    pulls = np.add.reduceat(terms.slope[:, :, None] * answers.effects[:, None, :], answers.starts, axis=0)
    random = [pulls[:, :, row] * effects[:, :, column] for row, column in answers.entries]
    return np.concatenate([fixed, np.stack(random, axis=2)], axis=2)


def expected_hessian(answers: Answers, terms: Terms, effects: Floats, weights: Floats) -> Floats:
    """Give the second derivatives of log p of all answers, averaged over the points with weights (units, K)."""
    upper, lower = answers.cut_designs()
    at_rows = weights[answers.unit]
    uu, ll, ul = (np.einsum("nk,nk->n", at_rows, part) for part in (terms.uu, terms.ll, terms.ul))
    cross = upper.T @ (ul[:, None] * lower)
    fixed = upper.T @ (uu[:, None] * upper) + lower.T @ (ll[:, None] * lower) + cross + cross.T
    at_effects = at_rows[:, :, None] * effects[answers.unit]
    by_u = np.einsum("nk,nkd->nd", terms.slope_u, at_effects)
    by_l = np.einsum("nk,nkd->nd", terms.slope_l, at_effects)
    mixed = [
        (answers.effects[:, row] * by_u[:, column]) @ upper + (answers.effects[:, row] * by_l[:, column]) @ lower
        for row, column in answers.entries
    ]
    bends = np.einsum("nk,nkd,nke->nde", terms.bend, at_effects, effects[answers.unit])
    places = answers.entries
    random = [[answers.effects[:, a] * answers.effects[:, c] @ bends[:, b, d] for c, d in places] for a, b in places]
    border = np.stack(mixed, axis=1)
    return np.block([[fixed, border], [border.T, np.array(random)]])


def spread_of_scores(scores: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Give each unit's mean score (units, q), and the sum of the scores' covariances over the points (q, q)."""
    means = np.einsum("gk,gkq->gq", weights, scores)
    weighted = (weights[:, :, None] * scores).reshape(-1, scores.shape[2])
    return means, weighted.T @ scores.reshape(-1, scores.shape[2]) - means.T @ means
