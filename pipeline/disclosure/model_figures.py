"""What models of everybody print of one item: the change between some waves, worked out again from any answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import estimate_change_of_all
from pipeline.statistics.proportions import newcombe_change_interval

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# The change and the two ends of its interval, in this order.
PARTS = ("estimate", "conf_low", "conf_high")
# A figure printed as 15 in steps of five lies between 12.5 and 17.5, and reaches these all but for rounding.
JUST = 1e-9


@dataclass(frozen=True)
class Model:
    """The waves that are compared and the moment of each, 0 the first and 1 the last; more than two give a line."""

    waves: tuple[str, ...]
    moments: tuple[float, ...]


@dataclass(frozen=True)
class ItemInWaves:
    """One item's answers in some waves, `moment` being the number of the wave, with what is favourable in each."""

    answers: ItemAnswers
    waves: tuple[str, ...]
    levels: tuple[int, ...]
    favourable: tuple[frozenset[int], ...]
    conf_level: float
    _found: dict[tuple[Model, bytes], tuple[Floats, bool]] = field(default_factory=dict, compare=False, repr=False)

    def of_model(self, model: Model, level: Ints) -> tuple[Floats, bool]:
        """Return a change and its interval from such levels, NaN where there is none, and whether it is as counted.

        What has been worked out once is kept.
        """
        rows = np.isin(self.answers.moment, [self.waves.index(wave) for wave in model.waves])
        key = (model, level[rows].tobytes())
        if key not in self._found:
            self._found[key] = self._fit(model, level, rows)
        return self._found[key]

    def _fit(self, model: Model, level: Ints, rows: NDArray[np.bool_]) -> tuple[Floats, bool]:
        """Fit, everybody being a stranger of no area, as wherever counts are shown in bins.

        As where estimates are made, a change is counted where no model can be fitted, or where nobody, or everybody,
        answered favourably each time.
        """
        numbers = [self.waves.index(wave) for wave in model.waves]
        moment = np.array(model.moments)[np.searchsorted(numbers, self.answers.moment[rows])]
        no_area = np.zeros((len(moment), self.answers.areas.shape[1]), dtype=bool)
        answers = ItemAnswers(level[rows], moment, np.arange(len(moment)), self.answers.sector[rows], no_area)
        counts = [self.count(number, level) for number in (numbers[0], numbers[-1])]
        if not all(base for _, base in counts):
            return np.full(len(PARTS), np.nan), False
        is_line = len(numbers) > 2
        at_one_end = all(yes == 0 for yes, _ in counts) or all(yes == base for yes, base in counts)
        if is_line or not at_one_end:
            favourable_from = min(self.favourable[numbers[-1]])
            found = estimate_change_of_all(answers, favourable_from=favourable_from, conf_level=self.conf_level).share
            if not isinstance(found, str):
                return np.array([found.change.estimate, found.change.conf_low, found.change.conf_high]), False
        if is_line:
            return np.full(len(PARTS), np.nan), False
        (before, base_before), (after, base_after) = counts
        interval = newcombe_change_interval(after, base_after, before, base_before, self.conf_level)
        return np.array([after / base_after - before / base_before, *interval]), True

    def count(self, wave: int, level: Ints) -> tuple[int, int]:
        """Return how many answered favourably in a wave, by its number, and how many answered."""
        here = level[self.answers.moment == wave]
        return int(np.isin(here, list(self.favourable[wave])).sum()), len(here)


@dataclass(frozen=True)
class PrintedFigures:
    """What is printed of an item's models: the bounds of each figure (models, 3), infinite where it is not printed."""

    item: ItemInWaves
    models: Sequence[Model]
    low: Floats
    high: Floats

    @cached_property
    def is_printed(self) -> NDArray[np.bool_]:
        """Which of the figures, one after the other, are printed."""
        found: NDArray[np.bool_] = np.isfinite(self.low).ravel()
        return found

    def of(self, level: Ints) -> Floats:
        """Return the figures from other answers of the same people: 0 where not printed, NaN where not made alike."""
        found = np.zeros(self.low.shape)
        for number, model in enumerate(self.models):
            if np.isfinite(self.low[number]).any():
                figures, is_counted = self.item.of_model(model, level)
                # How a change was made stands beside it.
                alike = is_counted == self.item.of_model(model, self.item.answers.level)[1]
                found[number] = figures if alike else np.nan
        return found.ravel()

    def agree(self, figures: Floats) -> bool:
        """Tell whether figures would be printed alike."""
        near = (figures >= self.low.ravel() - JUST) & (figures <= self.high.ravel() + JUST)
        return bool(near.all())
