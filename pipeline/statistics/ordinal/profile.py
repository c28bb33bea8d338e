"""Intervals by profile likelihood: the values of an effect that a likelihood-ratio test would not reject.

Unlike Wald intervals they need no standard error, so they hold under separation, where one end is infinite. Sources:
Venzon and Moolgavkar 1988, Applied Statistics 37:87; Heinze and Schemper 2002, Statistics in Medicine 21:2409.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.optimize import brentq
from scipy.special import chdtri

from pipeline.statistics.ordinal.identification import COLLINEAR, UNRELIABLE, NotIdentified, find_obstacle
from pipeline.statistics.ordinal.likelihood import CutLikelihood
from pipeline.statistics.ordinal.links import Floats, Link, check_link
from pipeline.statistics.ordinal.model import Likelihood
from pipeline.statistics.ordinal.patterns import gather_answers
from pipeline.statistics.ordinal.scaling import scale_columns
from pipeline.statistics.ordinal.separation import find_moving_cuts, find_supremum, move_to_infinity, span_of
from pipeline.statistics.proportions import check_conf_level

FARTHEST_DOUBLING = 60
NOTHING_SAID = "These answers fit every size of the effect equally well, so nothing can be said about it."
ONE_SIDED = "The answers overlap too little to bound the effect {side}, so the interval is open on that side."


class _NotSettledError(Exception):
    """The search for a maximum settled nowhere."""


@dataclass(frozen=True)
class ProfileInterval:
    """An effect and the ends of its interval, on the link's scale; `note` says where separation makes one infinite."""

    estimate: float
    conf_low: float
    conf_high: float
    note: str


def profile_interval(
    levels: NDArray[np.integer],
    design: Floats,
    column: int,
    conf_level: float,
    *,
    weights: Floats | None = None,
    offset: Floats | None = None,
    link: Link = "logit",
) -> ProfileInterval | NotIdentified:
    """Give the interval of the effect of one column of the design (n rows, p columns; 0 is the first).

    Answers count as independent: people who answered twice make it too narrow or too wide. Arrays and errors are
    those of `fit_cumulative_link`; ValueError as well for no such column or a conf_level outside 0..1.
    """
    check_conf_level(conf_level)
    check_link(link)
    answers = gather_answers(levels, design, None, weights, offset, None)
    if not 0 <= column < answers.design.shape[1]:
        raise ValueError(f"the design has the columns 0 to {answers.design.shape[1] - 1}, not {column}")
    obstacle = find_obstacle(answers)
    columns = None if obstacle else scale_columns(answers)
    if columns is None:
        return NotIdentified(obstacle or COLLINEAR)
    likelihood = Likelihood(answers, columns.values, 0, link)
    profile = _Profile(likelihood, likelihood.n_thresholds + column)
    try:
        interval = profile.interval(float(chdtri(1, 1 - conf_level)) / 2)
    except _NotSettledError:
        return NotIdentified(UNRELIABLE)
    if isinstance(interval, NotIdentified):
        return interval
    estimate, low, high = (float(end / columns.spread[column]) for end in interval)
    side = "above" if high == np.inf else "below"
    return ProfileInterval(estimate, low, high, "" if np.isfinite([low, high]).all() else ONE_SIDED.format(side=side))


class _Profile:
    """The likelihood at its highest over all other parameters, as a function of one of them."""

    def __init__(self, likelihood: CutLikelihood, place: int) -> None:
        # Separation in other directions costs the other parameters their finite values, but not this one.
        moving = None if likelihood.maximise() else find_moving_cuts(likelihood, place)
        limit = likelihood if moving is None else move_to_infinity(likelihood, moving)
        others = np.arange(len(limit.cuts)) != place
        span = span_of(limit.cuts[others])
        self.own_cuts = limit.cuts[place]
        self.rest = limit.in_other_parameters(span.T @ limit.cuts[others], span.T @ limit.start[others])
        with_own = np.vstack([self.rest.cuts, self.own_cuts])
        self.whole = limit.in_other_parameters(with_own, np.append(self.rest.start, 0.0))
        self.latest = self.rest.start

    def interval(self, depth: float) -> tuple[float, float, float] | NotIdentified:
        """Give the estimate and the ends, where the profile lies `depth` below its supremum."""
        if span_of(self.whole.cuts).shape[1] < len(self.whole.cuts):
            return NotIdentified(NOTHING_SAID)
        top = self.whole.maximise()
        if top is not None:
            estimate, step = top.params[-1], 2 * np.sqrt(linalg.inv(top.information)[-1, -1])
            low, high = (self._end(estimate, sign * step, top.loglik - depth) for sign in (-1, 1))
            return estimate, low, high
        last = len(self.whole.cuts) - 1
        up, down = (find_moving_cuts(self.whole, last, pace) for pace in (1.0, -1.0))
        if up is not None and down is not None:
            return NotIdentified(NOTHING_SAID)
        supremum = find_supremum(self.whole, down if up is None else up)
        if supremum is None:
            return NotIdentified(UNRELIABLE)
        away = 1.0 if down is None else -1.0
        start = self._step_until(0.0, away, lambda value: value > supremum.loglik - depth)
        end = self._end(start, -away, supremum.loglik - depth)
        return (np.inf, end, np.inf) if away > 0 else (-np.inf, -np.inf, end)

    def _end(self, inside: float, step: float, level: float) -> float:
        outside = self._step_until(inside + step, step, lambda value: value < level)
        return float(brentq(lambda at: self._value(at) - level, inside, outside, xtol=1e-10, rtol=1e-12))

    def _step_until(self, at: float, step: float, arrived: Callable[[float], bool]) -> float:
        for _ in range(FARTHEST_DOUBLING):
            if arrived(self._value(at)):
                return at
            at, step = at + step, 2 * step
        raise _NotSettledError

    def _value(self, at: float) -> float:
        held = replace(self.rest, base=self.rest.base + at * self.own_cuts)
        point = held.maximise(self.latest) or held.maximise()
        if point is None:
            raise _NotSettledError
        self.latest = point.params
        return point.loglik
