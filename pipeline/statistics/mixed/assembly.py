"""From a model of single answers to where the search begins, and from where it ends to the fit as given."""

from __future__ import annotations

import numpy as np

from pipeline.statistics.mixed.answers import Answers, Ints
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.places import AnyLikelihood, SinglePlace
from pipeline.statistics.mixed.scaling import Scaling
from pipeline.statistics.ordinal.links import Floats, Link

# The standard deviation of one answer's own deviate: what "large" and "small" are measured by.
RESIDUAL_SD: dict[Link, float] = {"logit": float(np.pi / np.sqrt(3)), "probit": 1.0}
# Eleven times that is a variance share above 0.99: neither the data nor the points tell such values apart.
LARGEST_RELATIVE_SD = 11.0
SMALLEST_RELATIVE_SD = 1e-5

NO_UPPER_LIMIT = (
    "Those who answered more than once answered so alike that how much people differ has no upper limit in these data."
)
TOO_UNCERTAIN = (
    "These answers say so little about how much people differ that no estimate can be trusted; a prior on it, or "
    "several items that share it, would help."
)
UNRELIABLE = "The model could not be fitted reliably to these answers."


def start_params(thresholds: Floats, beta: Floats, scaling: Scaling, logit_root: Floats, link: Link) -> Floats:
    """Give the search's start: the plain fit, stretched for the variance that the random effects will explain."""
    root = logit_root * RESIDUAL_SD[link] / RESIDUAL_SD["logit"]
    stretch = np.sqrt(1 + (root**2).sum() / RESIDUAL_SD[link] ** 2)
    return np.concatenate([scaling.to_scaled(thresholds, beta) * stretch, root])


def root_is_within(root: Floats, link: Link) -> bool:
    """Tell whether the random effects are of a size that data can tell."""
    return bool(np.abs(root).max() < LARGEST_RELATIVE_SD * RESIDUAL_SD[link])


def smallest_sd(link: Link) -> float:
    """Give the standard deviation below which it counts as 0."""
    return SMALLEST_RELATIVE_SD * RESIDUAL_SD[link]


def assemble(
    likelihood: AnyLikelihood,
    scaling: Scaling,
    params: Floats,
    place: SinglePlace,
    covariance: Floats,
    levels: Ints,
    first_rows: Ints,
    sd_prior_scale: float | None,
) -> MixedFit:
    """Give the fit in terms of the columns as given, from the parameters and covariance of the scaled ones."""
    answers = likelihood.answers
    n_thresholds, n_fixed = answers.n_thresholds, answers.n_fixed
    back = scaling.back(n_thresholds)
    estimate = back @ params[:n_fixed]
    root = scaling.effects_back @ answers.root(params)
    cov = back @ covariance[:n_fixed, :n_fixed] @ back.T
    return MixedFit(
        levels=levels,
        thresholds=estimate[:n_thresholds],
        beta=estimate[n_thresholds:],
        cov=(cov + cov.T) / 2,
        loglik=place.evaluation.loglik,
        n_obs=len(answers.codes),
        n_params=len(params),
        random_cov=root @ root.T,
        random_sd_std_error=_sd_std_errors(answers, root, scaling, covariance[n_fixed:, n_fixed:]),
        at_boundary=any(params[n_fixed + at] == 0 for at, (row, col) in enumerate(answers.entries) if row == col),
        effects=likelihood.unit_modes(params, place.evaluation.modes) @ root.T,
        first_rows=first_rows,
        link=answers.link,
        n_points=likelihood.n_points,
        sd_prior_scale=sd_prior_scale,
    )


def _sd_std_errors(answers: Answers, root: Floats, scaling: Scaling, covariance: Floats) -> tuple[float | None, ...]:
    """Give the standard errors of the standard deviations by the delta method, None for one that is 0."""
    errors: list[float | None] = []
    for effect, sd in enumerate(np.sqrt((root**2).sum(axis=1))):
        if sd == 0:
            errors.append(None)
            continue
        slopes = [root[effect, column] * scaling.effects_back[effect, row] / sd for row, column in answers.entries]
        errors.append(float(np.sqrt(slopes @ covariance @ np.array(slopes))))
    return tuple(errors)
