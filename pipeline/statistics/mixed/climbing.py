"""Newton's method with steps that always lead uphill, for one model or for several that share a parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from scipy import linalg

from pipeline.statistics.ordinal.links import Floats

STEP_TOLERANCE = 1e-7
MOST_STEPS = 100
MOST_HALVINGS = 12
LONGEST_STEP = 2.0  # so that one nearly flat direction cannot throw the search far away
SMALLEST_RELATIVE_CURVATURE = 1e-6


class Place(Protocol):
    """What the search must know where it stands."""

    @property
    def loglik(self) -> float:
        """The log-likelihood, with any penalty."""
        ...

    def ascent(self) -> Floats:
        """Give a step that leads uphill, Newton's where the curvature allows."""
        ...


PlaceT = TypeVar("PlaceT", bound=Place)


@dataclass(frozen=True)
class Climb(Generic[PlaceT]):
    """The end of a search; `settled` tells whether it found a maximum within `stay_within`."""

    params: Floats
    place: PlaceT
    settled: bool
    ran_off: bool


def climb(
    evaluate: Callable[[Floats, PlaceT | None], PlaceT | None],
    start: Floats,
    *,
    is_within: Callable[[Floats], bool],
    noise: float,
) -> Climb[PlaceT] | None:
    """Climb from `start` to a maximum, or until `is_within` is no longer true of the parameters.

    `evaluate` takes parameters and the last place, and gives None where the log-likelihood does not exist. `noise` is
    the relative error of the log-likelihood: a step may seem worse by that much. None when even the start has none.
    """
    params, place = start, evaluate(start, None)
    if place is None:
        return None
    for _ in range(MOST_STEPS):
        step = place.ascent()
        length = float(np.abs(step).max())
        step = step * min(1.0, LONGEST_STEP / length) if length > 0 else step
        moved = _halve_until_no_worse(evaluate, params, place, step, noise)
        if moved is None:
            return Climb(params, place, length < np.sqrt(STEP_TOLERANCE), ran_off=False)
        params, place = moved
        if not is_within(params):
            return Climb(params, place, settled=False, ran_off=True)
        if length < STEP_TOLERANCE:
            return Climb(params, place, settled=True, ran_off=False)
    return Climb(params, place, settled=False, ran_off=False)


def _halve_until_no_worse(
    evaluate: Callable[[Floats, PlaceT | None], PlaceT | None],
    params: Floats,
    place: PlaceT,
    step: Floats,
    noise: float,
) -> tuple[Floats, PlaceT] | None:
    floor = place.loglik - noise * (1 + abs(place.loglik))
    for halvings in range(MOST_HALVINGS):
        trial = params + step / 2**halvings
        there = evaluate(trial, place)
        if there is not None and there.loglik >= floor:
            return trial, there
    return None


def uphill_step(information: Floats, gradient: Floats) -> Floats:
    """Give Newton's step, with every curvature taken as positive and none as nearly 0, so that it leads uphill."""
    curvatures, directions = linalg.eigh(information)
    sizes = np.abs(curvatures)
    sizes = np.maximum(sizes, SMALLEST_RELATIVE_CURVATURE * sizes.max())
    return directions @ ((directions.T @ gradient) / sizes)
