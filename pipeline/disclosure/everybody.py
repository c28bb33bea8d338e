"""What models of everybody may print where counts are shown in bins: decided wave by wave, and held by the gate."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.model_figures import PARTS, Floats, ItemInWaves, Model, PrintedFigures
from pipeline.disclosure.policies import HIGH_END, LOW_END, STEP
from pipeline.disclosure.refitting import values_left
from pipeline.disclosure.suppression import HiddenModels
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.comparisons import bring_together

# Half a step: as far as what is printed lies from what it was rounded from.
HALF_STEP = STEP / 200
# A model's figures on a page, by the waves at its two ends, and whether it is a line through more.
Key = tuple[str, tuple[str, str], bool]
Bounds = Mapping[Key, Floats]


class ModelsOfEverybody:
    """The models of the whole area over the waves up to one, item by item."""

    def __init__(self, cleaned: CleanedTables, evaluation: Evaluation, wave_id: str) -> None:
        self._evaluation, waves = evaluation, evaluation.waves_until(wave_id)
        self._together, _ = bring_together(
            cleaned, evaluation, waves, one_part_off=evaluation.models.linking.one_part_off
        )
        self._waves = tuple(wave.id for wave in waves)
        answers = self._together.answers({wave: float(number) for number, wave in enumerate(self._waves)})
        scales = {item: [evaluation.scale_of(item, wave) for wave in self._waves] for item in answers}
        self.items = {
            item: ItemInWaves(
                given,
                self._waves,
                tuple(len(scale.levels) for scale in scales[item]),
                tuple(scale.favourable_levels for scale in scales[item]),
                evaluation.models.conf_level,
            )
            for item, given in answers.items()
        }

    def key(self, before: HiddenModels) -> str:
        """Return a hash of everything that it is decided from what to hide."""
        rules = self._evaluation.disclosure
        items = {
            item: (
                about.answers.level.tolist(),
                about.answers.moment.tolist(),
                about.answers.sector.tolist(),
                about.answers.areas.tolist(),
                about.levels,
                [sorted(one) for one in about.favourable],
                [(model.waves, model.moments) for model in self.models_of(item)],
            )
            for item, about in self.items.items()
        }
        known = (rules.minimum_base, rules.least_values, self._evaluation.models.conf_level, sorted(before))
        return hashlib.sha256(repr((items, known)).encode("utf-8")).hexdigest()

    def to_hide(self, before: HiddenModels) -> HiddenModels:
        """Return the models of the last wave that would tell of small counts, beside `before`, those of earlier waves.

        Where all of an item together tell too much, one after the other is kept that does not: the change since the
        baseline first, then that since the latest wave and so on, the line through all waves last.
        """
        found: set[tuple[str, ...]] = set()
        for item in self.items:
            models = [model for model in self.models_of(item) if (item, *model.waves) not in before]
            new = [model for model in models if model.waves[-1] == self._waves[-1]]
            kept = [model for model in models if model not in new]
            if not new or not self._few(item, models):
                continue
            for model in new:
                if len(new) > 1 and not self._few(item, [*kept, model]):
                    kept.append(model)
                else:
                    found.add((item, *model.waves))
        return frozenset(found)

    def told(self, hidden: HiddenModels, facts: Sequence[Fact]) -> Iterator[str]:
        """Yield a sentence for each small count that models leave too few values.

        What is printed are `facts`, and whatever is not among the `hidden` models, on pages that are not looked at.
        """
        whole, least = self._evaluation.whole_area, self._evaluation.disclosure.least_values
        bounds = _bounds_of(facts, whole.id)
        for item in self.items:
            models = self.models_of(item)
            for words, values in self._few(item, models, hidden, bounds):
                yield (
                    f"What models print of '{item}' may leave fewer than {least} possible numbers ({values}) of people "
                    f"of {whole.name} who {words}."
                )

    def models_of(self, item: str) -> list[Model]:
        """Return the models of an item wave by wave, the best worth keeping of each first."""
        return [model for model, apart in self._all_models if item not in apart]

    @cached_property
    def _all_models(self) -> list[tuple[Model, Collection[str]]]:
        """The models of any item, each with the items that it is not made of."""
        found: list[tuple[Model, Collection[str]]] = []
        for last in range(1, len(self._waves)):
            for first in (0, *range(last - 1, 0, -1)):
                pair = (self._waves[first], self._waves[last])
                found.append((Model(pair, (0.0, 1.0)), self._together.comparison(*pair).not_compared))
            until = replace(self._together, waves=self._together.waves[: last + 1])
            if last > 1 and until.are_apart():
                moments = until.moments()
                found.append((Model(tuple(moments), tuple(moments.values())), until.trend().not_compared))
        return found

    def _few(
        self, item: str, models: Sequence[Model], hidden: HiddenModels = frozenset(), bounds: Bounds | None = None
    ) -> list[tuple[str, int]]:
        """Return small counts with too few values left, in words and with their number, if models are printed."""
        ends = np.array([self._ends(item, model, hidden, bounds or {}) for model in models]).reshape(-1, 2, len(PARTS))
        printed = PrintedFigures(self.items[item], models, ends[:, 0], ends[:, 1])
        if not printed.is_printed.any():
            # The counts are those of the tables, which the program bounds.
            return []
        least = self._evaluation.disclosure.least_values
        names = tuple(area.name for area in self._evaluation.areas)
        left = values_left(printed, names, least)
        return [(count.words, len(values)) for count, values in left.items() if len(values) < least]

    def _ends(self, item: str, model: Model, hidden: HiddenModels, bounds: Bounds) -> Floats:
        """Return the bounds of a model's figures as they would be printed, narrowed by those that are."""
        wide = np.array([[-np.inf], [np.inf]]).repeat(len(PARTS), axis=1)
        ends = wide if (item, *model.waves) in hidden else self._printed(item, model)
        read = bounds.get((item, (model.waves[0], model.waves[-1]), len(model.waves) > 2), wide)
        return np.array([np.maximum(ends[0], read[0]), np.minimum(ends[1], read[1])])

    def _printed(self, item: str, model: Model) -> Floats:
        about = self.items[item]
        counts = [about.count(about.waves.index(wave), about.answers.level) for wave in model.waves]
        figures, is_counted = about.of_model(model, about.answers.level)
        few = any(base < self._evaluation.disclosure.minimum_base for _, base in counts)
        at_end = is_counted and any(not LOW_END <= yes / base <= HIGH_END for yes, base in counts)
        if few or at_end or np.isnan(figures).any():
            return np.array([[-np.inf], [np.inf]]).repeat(len(PARTS), axis=1)
        middle = np.round(100 * figures / STEP) * STEP / 100
        return np.array([middle - HALF_STEP, middle + HALF_STEP])


def _bounds_of(facts: Sequence[Fact], whole_area: str) -> dict[Key, Floats]:
    """Return the bounds of the printed figures of everybody, those of present pages first, which come first.

    A figure of an earlier release that contradicts these was of other answers.
    """
    found: dict[Key, Floats] = {}
    for fact in facts:
        of, kinds_of = fact.of, (kinds.CHANGE, kinds.WAVE_CHANGE, kinds.TREND)
        if not fact.is_shown or fact.statistic not in kinds_of or of.get("area", whole_area) != whole_area:
            continue
        key = (of["item"], (of["baseline_wave"], of["comparison_wave"]), fact.statistic == kinds.TREND)
        ends = found.setdefault(key, np.array([[-np.inf], [np.inf]]).repeat(len(PARTS), axis=1))
        part, middle = PARTS.index(of["part"]), (fact.low + fact.high) / 2
        low, high = max(ends[0, part], middle - HALF_STEP), min(ends[1, part], middle + HALF_STEP)
        if low <= high:
            ends[:, part] = low, high
    return found
