"""Several items fitted at once, each with its own thresholds and betas, with one spread between people.

From some twenty pairs of one item the standard deviation of people's levels is hardly identified (0 and 5 on items of
one survey); over several items it is. A person's levels on different items are taken as independent of one another.
The information is an arrow: a block an item, and a border for the shared deviation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.mixed.arrow import ArrowPlace, Item, covariances_by_item, joint_evaluator, split_by_item
from pipeline.statistics.mixed.assembly import (
    NO_UPPER_LIMIT,
    UNRELIABLE,
    assemble,
    root_is_within,
    smallest_sd,
    start_params,
)
from pipeline.statistics.mixed.climbing import Climb, climb
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.places import evaluator
from pipeline.statistics.mixed.random_part import NOBODY_TWICE, Points, arrange, check_points, likelihood_of
from pipeline.statistics.mixed.uncertainty import information_at
from pipeline.statistics.ordinal.cumulative_link import NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.links import Floats, Link


@dataclass(frozen=True)
class ItemAnswers:
    """One item: `levels` (n integers), `design` (n, p) without a constant, `units` (n labels of people)."""

    levels: NDArray[np.integer]
    design: Floats
    units: NDArray


@dataclass(frozen=True)
class SharedSdFit:
    """Each item's fit at the common standard deviation, its uncertainty included, or why the item has none.

    `sd_std_error` is None where `at_boundary`, that is where the standard deviation is 0. `loglik` is that of all
    items together, without the prior.
    """

    by_item: dict[str, MixedFit | NotIdentified]
    sd: float
    sd_std_error: float | None
    at_boundary: bool
    loglik: float
    sd_prior_scale: float | None


def fit_with_shared_sd(
    answers_by_item: Mapping[str, ItemAnswers],
    *,
    link: Link = "logit",
    points: Points = 10,
    sd_prior_scale: float | None = None,
) -> SharedSdFit | NotIdentified:
    """Fit every item with an intercept for each unit, the standard deviation of the intercepts being the same.

    Items that cannot be fitted on their own (all gave the same answer, say) are left out and say why. Raises
    ValueError as `fit_mixed` does. NotIdentified where no item can be fitted or nobody answered any item twice.
    """
    if sd_prior_scale is not None and not sd_prior_scale > 0:
        raise ValueError("a prior needs a positive scale")
    prepared = {name: _prepare(name, item, link, points) for name, item in answers_by_item.items()}
    items = [item for item in prepared.values() if isinstance(item, Item)]
    reasons = [item.reason for item in prepared.values() if isinstance(item, NotIdentified)]
    if not items:
        return NotIdentified(reasons[0] if reasons else "Nobody answered.")
    if all(len(item.first_rows) == len(item.likelihood.answers.codes) for item in items):
        return NotIdentified(NOBODY_TWICE)
    evaluate = joint_evaluator(items, sd_prior_scale)
    start = np.concatenate([item.start[:-1] for item in items] + [items[0].start[-1:]])
    end = climb(evaluate, start, is_within=lambda params: root_is_within(params[-1:], link), noise=1e-12)
    if end is None or not end.settled:
        return NotIdentified(NO_UPPER_LIMIT if end is not None and end.ran_off else UNRELIABLE)
    fitted = _finish(items, evaluate, end, link, sd_prior_scale)
    if isinstance(fitted, NotIdentified):
        return fitted
    by_item: dict[str, MixedFit | NotIdentified] = {
        name: item if isinstance(item, NotIdentified) else fitted[name] for name, item in prepared.items()
    }
    first = fitted[items[0].name]
    total = sum(fit.loglik for fit in fitted.values())
    error = first.random_sd_std_error[0]
    return SharedSdFit(by_item, float(first.random_sd[0]), error, first.at_boundary, total, sd_prior_scale)


def _prepare(name: str, item: ItemAnswers, link: Link, points: Points) -> Item | NotIdentified:
    plain = fit_cumulative_link(item.levels, item.design, link=link)
    if isinstance(plain, NotIdentified):
        return plain
    part = arrange(np.asarray(item.units), None, None, n_obs=len(item.levels))
    codes = np.searchsorted(plain.levels, item.levels)
    design = np.asarray(item.design, dtype=float)
    likelihood, scaling = likelihood_of(part, codes, design, link, check_points(points, part))
    start = start_params(plain.thresholds, plain.beta, scaling, part.start, link)
    evaluate = evaluator(likelihood, None)
    return Item(name, likelihood, scaling, evaluate, start, plain.levels, part.first_rows)


def _finish(
    items: list[Item],
    evaluate: Callable[[Floats, ArrowPlace | None], ArrowPlace | None],
    end: Climb[ArrowPlace],
    link: Link,
    scale: float | None,
) -> dict[str, MixedFit] | NotIdentified:
    sd = abs(end.params[-1])
    params = np.append(end.params[:-1], 0.0 if sd < smallest_sd(link) else sd)
    place = evaluate(params, end.place)
    if place is None:
        return NotIdentified(UNRELIABLE)
    split = split_by_item(items, params)
    informations = [
        information_at(item.likelihood, own, there) for item, own, there in zip(items, split, place.items, strict=True)
    ]
    covariances = covariances_by_item(
        informations, sd_is_free=params[-1] > 0, precision=0.0 if scale is None else scale**-2
    )
    if covariances is None:
        return NotIdentified(UNRELIABLE)
    return {
        item.name: assemble(
            item.likelihood, item.scaling, own, there, covariance, item.levels, item.first_rows, scale
        )
        for item, own, there, covariance in zip(items, split, place.items, covariances, strict=True)
    }  # fmt: skip
