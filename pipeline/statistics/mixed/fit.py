"""Fitting a cumulative-link mixed model: answers of people who differ by more than the design says.

P(Y <= j given u) = F(theta_j - x'beta - z'u), u normal with mean 0. Signs and names follow Christensen's
`ordinal::clmm`; beta is the effect for one person at a given u and larger than the effect in the population. The
random effects are integrated out by adaptive Gauss-Hermite quadrature. Where the data cannot tell, the answer is
`NotIdentified`, with the reason in words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.mixed.assembly import (
    NO_UPPER_LIMIT,
    TOO_UNCERTAIN,
    UNRELIABLE,
    assemble,
    root_is_within,
    smallest_sd,
    start_params,
)
from pipeline.statistics.mixed.climbing import climb
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.places import evaluator
from pipeline.statistics.mixed.random_part import Points, arrange, check_points, find_obstacle, likelihood_of
from pipeline.statistics.mixed.uncertainty import (
    information_at,
    invert,
    settle_root,
    stands_with_finer_points,
)
from pipeline.statistics.ordinal.cumulative_link import NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.links import Floats, Link

EXACT_NOISE, NESTED_NOISE = 1e-12, 1e-7


def fit_mixed(
    levels: NDArray[np.integer],
    design: Floats,
    units: NDArray,
    *,
    slope: Floats | None = None,
    areas: NDArray | None = None,
    link: Link = "logit",
    points: Points = 10,
    sd_prior_scale: float | None = None,
) -> MixedFit | NotIdentified:
    """Fit levels (n integers) on design (n rows, p columns, no constant) with an intercept for each unit.

    `units` (n labels) says whose answer a row is. `slope` (n) adds a slope of each unit, correlated with its
    intercept; `areas` (n labels) an intercept of each area, units being nested in areas. `points` is the number of
    quadrature points an effect; `"laplace"` asks for one. `sd_prior_scale` puts a half-normal prior on the standard
    deviation of a single intercept. Raises ValueError for arrays that do not fit together, and for too few points.
    Sources: Hedeker and Gibbons 1994, Biometrics 50:933; Pinheiro and Bates 1995.
    """
    if slope is not None and areas is not None:
        raise ValueError("a slope and nested areas together are not offered")
    if sd_prior_scale is not None and (slope is not None or areas is not None or not sd_prior_scale > 0):
        raise ValueError("a prior needs a positive scale and a single random intercept")
    plain = fit_cumulative_link(levels, design, link=link)
    part = arrange(np.asarray(units), slope, areas, n_obs=len(levels))
    n_points = check_points(points, part)
    obstacle = plain.reason if isinstance(plain, NotIdentified) else find_obstacle(part)
    if isinstance(plain, NotIdentified) or obstacle:
        return NotIdentified(obstacle)
    codes = np.searchsorted(plain.levels, levels)
    likelihood, scaling = likelihood_of(part, codes, np.asarray(design, dtype=float), link, n_points)
    evaluate = evaluator(likelihood, sd_prior_scale)
    n_fixed = likelihood.answers.n_fixed
    end = climb(
        evaluate,
        start_params(plain.thresholds, plain.beta, scaling, part.start, link),
        is_within=lambda params: root_is_within(params[n_fixed:], link),
        noise=EXACT_NOISE if areas is None else NESTED_NOISE,
    )
    if end is None or not end.settled:
        return NotIdentified(NO_UPPER_LIMIT if end is not None and end.ran_off else UNRELIABLE)
    root, root_is_free = settle_root(likelihood.answers.entries, end.params[n_fixed:], smallest_sd(link))
    params, is_free = np.append(end.params[:n_fixed], root), np.append(np.full(n_fixed, True), root_is_free)
    place = evaluate(params, end.place)
    if place is None:
        return NotIdentified(UNRELIABLE)
    if not stands_with_finer_points(likelihood, params, place, is_free, sd_prior_scale):
        return NotIdentified(TOO_UNCERTAIN)
    covariance = invert(information_at(likelihood, params, place), is_free)
    if covariance is None:
        return NotIdentified(UNRELIABLE)
    return assemble(likelihood, scaling, params, place, covariance, plain.levels, part.first_rows, sd_prior_scale)
