"""The likelihood of several items that share one parameter: its information is an arrow, blocks and a border."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.mixed.climbing import uphill_step
from pipeline.statistics.mixed.places import AnyLikelihood, SinglePlace
from pipeline.statistics.mixed.scaling import Scaling
from pipeline.statistics.mixed.uncertainty import invert
from pipeline.statistics.ordinal.links import Floats


@dataclass(frozen=True)
class Item:
    """An item that can be fitted: where its fixed parameters stand among all, and how to evaluate them."""

    name: str
    likelihood: AnyLikelihood
    scaling: Scaling
    evaluate: Callable[[Floats, SinglePlace | None], SinglePlace | None]
    start: Floats
    levels: NDArray[np.int64]
    first_rows: NDArray[np.int64]


@dataclass(frozen=True)
class ArrowPlace:
    """The items' evaluations at one place; `loglik` holds the prior once."""

    items: tuple[SinglePlace, ...]
    loglik: float
    sd_gradient: float
    sd_information: float

    def ascent(self) -> Floats:
        """Solve the arrow: every item given the deviation, the deviation by what is left of its curvature."""
        own, border = [], []
        for item in self.items:
            block = item.information[:-1, :-1]
            own.append(uphill_step(block, item.gradient[:-1]))
            border.append(uphill_step(block, item.information[:-1, -1]))
        crosses = [item.information[:-1, -1] for item in self.items]
        left = self.sd_information - float(sum(cross @ part for cross, part in zip(crosses, border, strict=True)))
        pull = self.sd_gradient - float(sum(cross @ part for cross, part in zip(crosses, own, strict=True)))
        sd_step = pull / max(abs(left), 1e-6 * abs(self.sd_information))
        return np.concatenate([step - part * sd_step for step, part in zip(own, border, strict=True)] + [[sd_step]])


def split_by_item(items: list[Item], params: Floats) -> list[Floats]:
    """Give each item's own parameters, followed by the shared one."""
    ends = np.cumsum([len(item.start) - 1 for item in items])
    return [np.append(own, params[-1]) for own in np.split(params[:-1], ends[:-1])]


def joint_evaluator(items: list[Item], scale: float | None) -> Callable[[Floats, ArrowPlace | None], ArrowPlace | None]:
    """Give the function that the search climbs; the half-normal prior of scale `scale` counts once."""
    precision = 0.0 if scale is None else 1 / scale**2

    def evaluate(params: Floats, last: ArrowPlace | None) -> ArrowPlace | None:
        places = []
        for at, (item, own) in enumerate(zip(items, split_by_item(items, params), strict=True)):
            place = item.evaluate(own, None if last is None else last.items[at])
            if place is None:
                return None
            places.append(place)
        sd = params[-1]
        return ArrowPlace(
            tuple(places),
            sum(place.loglik for place in places) - precision * sd**2 / 2,
            sum(place.gradient[-1] for place in places) - precision * sd,
            sum(place.information[-1, -1] for place in places) + precision,
        )

    return evaluate


def covariances_by_item(informations: list[Floats], *, sd_is_free: bool, precision: float) -> list[Floats] | None:
    """Give each item's covariance (its parameters, then the deviation), the other items' being integrated out."""
    others = []
    for information in informations:
        block = invert(information[:-1, :-1], np.full(len(information) - 1, True))
        if block is None:
            return None
        others.append(information[-1, -1] - information[:-1, -1] @ block @ information[:-1, -1])
    left = sum(others) + precision
    if sd_is_free and not left > 0:
        return None
    covariances = []
    for information, own in zip(informations, others, strict=True):
        whole = information.copy()
        whole[-1, -1] += left - own
        covariance = invert(whole, np.append(np.full(len(whole) - 1, True), sd_is_free))
        if covariance is None:
            return None
        covariances.append(covariance)
    return covariances
