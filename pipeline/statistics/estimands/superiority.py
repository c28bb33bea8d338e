"""The probability of superiority: how often a later answer lies above an earlier one, ties counting half."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, stdtrit

from pipeline.statistics.estimands.answers import ItemAnswers


@dataclass(frozen=True)
class Superiority:
    """The estimate (0..1), its standard error, degrees of freedom, and interval."""

    estimate: float
    std_error: float
    df: float
    conf_low: float
    conf_high: float


def estimate_superiority(answers: ItemAnswers, conf_level: float) -> Superiority | str:
    """Estimate P(later > earlier) + P(equal)/2 for a random person of each wave, or say why it cannot be.

    Where nobody answers twice this is Brunner and Munzel's estimate and variance (2000, Biometrical Journal 42:17);
    people who answer twice enter the variance with both their placements at once, as clusters (Obuchowski 1997,
    Biometrics 53:567). The interval is Student's t on the logit scale, with Satterthwaite's degrees of freedom.
    """
    later = answers.moment > 0
    n_later, n_earlier = int(later.sum()), int((~later).sum())
    if min(n_later, n_earlier) < 2:
        return "Fewer than two people answered in one of the waves, so the uncertainty cannot be judged."
    highest = int(answers.level.max())
    counts = [np.bincount(answers.level[rows], minlength=highest + 1) for rows in (~later, later)]
    # An answer's placement: the part of the other wave that it exceeds, ties counting half.
    placed = [(np.cumsum(count) - count / 2) / count.sum() for count in counts]
    placement = np.where(later, placed[0][answers.level], placed[1][answers.level])
    estimate = float(placement[later].mean())
    if estimate in (0.0, 1.0):
        return "Every answer of one wave lies above every answer of the other, so the uncertainty cannot be judged."
    pull = np.where(
        later, (placement - estimate) / np.sqrt(n_later * (n_later - 1)),
        -(placement - (1 - estimate)) / np.sqrt(n_earlier * (n_earlier - 1)),
    )  # fmt: skip
    people, row_of = np.unique(answers.person, return_inverse=True)
    by_person = np.bincount(row_of, weights=pull, minlength=len(people))
    waves_of = np.bincount(row_of, weights=later + 1.0) / np.bincount(row_of)
    parts = [by_person[waves_of == kind] for kind in np.unique(waves_of)]
    variances = np.array([float(part @ part) for part in parts])
    variance = variances.sum()
    if not pull.any():
        return "Everyone in both waves gave the same answer, so the uncertainty cannot be judged."
    if variance <= 1e-12:
        return "No two people differ in how they changed, so the uncertainty cannot be judged."
    df = variance**2 / sum(v**2 / max(len(part) - 1, 1) for v, part in zip(variances, parts, strict=True))
    reach = stdtrit(df, (1 + conf_level) / 2) * np.sqrt(variance)
    ends = expit(logit(estimate) + np.array([-1, 1]) * reach / (estimate * (1 - estimate)))
    return Superiority(estimate, float(np.sqrt(variance)), float(df), float(ends[0]), float(ends[1]))
