"""What varies between units, arranged for the fit, and why it may be impossible to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.statistics.mixed.answers import Answers, Ints
from pipeline.statistics.mixed.likelihood import Likelihood
from pipeline.statistics.mixed.nested import NestedLikelihood
from pipeline.statistics.mixed.scaling import Scaling, scaling_of
from pipeline.statistics.ordinal.links import Floats, Link

Points = int | Literal["laplace"]
FEWEST_NESTED_POINTS = 5
NOBODY_TWICE = "Nobody answered more than once, so lasting differences between people cannot be told from chance."


@dataclass(frozen=True)
class RandomPart:
    """Sorted rows: `order` sorts them by area and unit; `unit`, `area` (of each unit) count from 0 in that order.

    `first_rows` are, for each unit, the place among the rows as given of its first row.
    """

    order: Ints
    unit: Ints
    starts: Ints
    first_rows: Ints
    area: Ints | None
    slope: Floats | None

    @property
    def sizes(self) -> Ints:
        """Rows of each unit."""
        return np.bincount(self.unit)

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """The free places of the root of the effects' covariance."""
        if self.area is not None:
            return (0, 0), (1, 1)
        return ((0, 0),) if self.slope is None else ((0, 0), (1, 0), (1, 1))

    @property
    def n_effects(self) -> int:
        """Effects of a unit, an area's shared one included."""
        return 1 if len(self.entries) == 1 else 2

    @property
    def start(self) -> Floats:
        """Where the search begins, in standard deviations on the logit scale."""
        if self.area is not None:
            return np.array([0.5, 1.0])
        return np.array([1.0]) if self.slope is None else np.array([1.0, 0.0, 0.5])


def arrange(units: NDArray, slope: Floats | None, areas: NDArray | None, *, n_obs: int) -> RandomPart:
    """Sort n_obs rows by area, then unit, in order of appearance; ValueError for a missing label or misfit sizes."""
    unit_codes = _codes(units, n_obs, "units")
    if slope is not None and (np.shape(slope) != np.shape(unit_codes) or not np.isfinite(slope).all()):
        raise ValueError(f"slope must hold {n_obs} numbers, none missing or infinite")
    area_codes = np.zeros_like(unit_codes) if areas is None else _codes(areas, n_obs, "areas")
    order = np.lexsort((unit_codes, area_codes))
    pairs = np.column_stack([area_codes, unit_codes])[order]
    is_first = np.concatenate([[True], (np.diff(pairs, axis=0) != 0).any(axis=1)])[:n_obs]
    starts = np.flatnonzero(is_first)
    area = None if areas is None else pairs[starts, 0]
    return RandomPart(order, np.cumsum(is_first) - 1, starts, order[starts], area, slope)


def _codes(labels: NDArray, n_obs: int, name: str) -> Ints:
    if len(labels) != n_obs:
        raise ValueError(f"{name} must hold {n_obs} labels, not {len(labels)}")
    codes = pd.factorize(np.asarray(labels))[0]
    if (codes < 0).any():
        raise ValueError(f"{name} holds a missing label")
    return codes


def find_obstacle(part: RandomPart) -> str:
    """Say why the random effects cannot be learnt from these rows, or nothing."""
    if len(part.starts) < 2:
        return "All answers come from one person, so differences between people cannot be judged."
    if part.sizes.max() < 2:
        return NOBODY_TWICE
    if part.slope is not None:
        return _obstacle_to_slope(part, part.slope[part.order])
    return "" if part.area is None else _obstacle_to_areas(part.area)


def _obstacle_to_slope(part: RandomPart, slope: Floats) -> str:
    lowest, highest = (reduce.reduceat(slope, part.starts) for reduce in (np.minimum, np.maximum))
    if not (highest > lowest).any():
        return "What the slope belongs to never changes within one person, so people's slopes cannot be estimated."
    if part.sizes.max() < 3:
        return "Nobody answered three times, so people's own slopes cannot be told from chance."
    return ""


def _obstacle_to_areas(area: Ints) -> str:
    if area.max() < 1:
        return "All answers come from one area, so differences between areas cannot be judged."
    if np.bincount(area).max() < 2:
        return "No area holds two people, so differences between areas cannot be told from those between people."
    return ""


def check_points(points: Points, part: RandomPart) -> int:
    """Give the number of points; raises ValueError where there are too few for these units."""
    if part.area is not None and (points == "laplace" or points < FEWEST_NESTED_POINTS):
        raise ValueError(f"two nested levels need at least {FEWEST_NESTED_POINTS} points")
    if points == "laplace":
        return 1
    if points < 1:
        raise ValueError(f"points must be 1 or more, not {points}")
    if points == 1 and np.median(part.sizes) <= 2:
        raise ValueError(
            "one point (Laplace's approximation) is badly biased where most people answered once or twice; "
            "take 10 points, or ask for it by name: points='laplace'"
        )
    return points


def likelihood_of(
    part: RandomPart, codes: Ints, design: Floats, link: Link, n_points: int
) -> tuple[Likelihood | NestedLikelihood, Scaling]:
    """Give the likelihood of the sorted, scaled rows, and how they were scaled."""
    scaling = scaling_of(design, part.slope, part.n_effects)
    effects = np.ones((len(codes), part.n_effects))
    if part.slope is not None:
        effects[:, 1] = (part.slope - part.slope.mean()) / part.slope.std()
    rows = part.order
    answers = Answers(
        codes[rows], scaling.scaled(design)[rows], effects[rows], part.unit, part.starts, part.entries,
        int(codes.max()) + 1, link,
    )  # fmt: skip
    if part.area is None:
        return Likelihood(answers, n_points), scaling
    area_starts = np.flatnonzero(np.diff(part.area, prepend=-1))
    return NestedLikelihood(answers, part.area, area_starts, n_points), scaling
