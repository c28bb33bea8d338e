"""Whether models of everybody tell of small counts: other answers must give the same printed figures, bin by bin.

Where counts are shown in bins, models know everybody as strangers of no area: a table of answers by wave, sector and
level is all that a model knows, and no program bounds that from a change and its interval. So tables are looked for
that lie in the same bins and give the same figures, as they are printed, with another value of a small count. One that
is found is a proof; where enough are not found within a fixed number of trials, the figures are taken to tell too much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.model_figures import Floats, Ints, PrintedFigures
from pipeline.disclosure.other_tables import TableProgram
from pipeline.disclosure.policies import BIN

# Any seed will do; a fixed one finds the same tables each time.
SEED = 6
# Trials for one value of one count: tables proposed, ways to choose the people who answer otherwise, and exchanges.
_TABLES, _CHOICES, _EXCHANGES = 5, 8, 40


@dataclass(frozen=True)
class SmallCount:
    """A count of up to six: of those who gave some answers in a wave, of an area (by number) or, with None, of all."""

    wave: int
    levels: tuple[int, ...]
    area: int | None
    words: str


def values_left(printed: PrintedFigures, area_names: tuple[str, ...], least: int) -> dict[SmallCount, set[int]]:
    """Return values of each small count that agree with all that is printed, its own first; `least` end the search."""
    return _Search(printed, area_names, least).run()


class _Search:
    """The search for other tables of one item."""

    def __init__(self, printed: PrintedFigures, area_names: tuple[str, ...], least: int) -> None:
        self._printed, self._least = printed, least
        item = printed.item
        self._truth, self._areas, self._sector = item.answers.level, item.answers.areas, item.answers.sector
        self._wave = item.answers.moment.astype(np.int64)
        self._favourable = item.favourable
        self._rng = np.random.default_rng(SEED)
        self._yes = self._favourably(self._truth)
        self._room = [
            np.array([ends_of_bin(int(one)) for one in self._by_area(self._truth, wave)]).reshape(-1, 2)
            for wave in range(len(item.waves))
        ]
        counts = self._small_counts(area_names)
        self._found = {one: {value} for one in counts if 1 <= (value := self._value(one, self._truth)) <= BIN}

    def run(self) -> dict[SmallCount, set[int]]:
        of_all = [one for one in self._found if one.area is None]
        if of_all:
            figures = self._printed.of(self._truth)
            self._program = TableProgram(self._printed, self._slopes(figures))
            for count in of_all:
                self._vary(count, figures)
        for count in self._found:
            if count.area is not None:
                self._exchange(count, count.area)
        return self._found

    def _small_counts(self, area_names: tuple[str, ...]) -> Iterator[SmallCount]:
        item = self._printed.item
        for number, wave in enumerate(item.waves):
            levels = tuple(range(1, item.levels[number] + 1))
            yes = tuple(one for one in levels if one in self._favourable[number])
            no = tuple(one for one in levels if one not in self._favourable[number])
            both = ((yes, f"answered favourably in {wave}"), (no, f"answered unfavourably in {wave}"))
            for level in levels:
                yield SmallCount(number, (level,), None, f"gave answer {level} in {wave}")
            for chosen, words in (*both, (levels, f"answered in {wave}")):
                yield SmallCount(number, chosen, None, words)
            for area, name in enumerate(area_names):
                for chosen, words in both:
                    yield SmallCount(number, chosen, area, f"{words} in {name}")

    def _value(self, count: SmallCount, level: Ints) -> int:
        given = (self._wave == count.wave) & np.isin(level, count.levels)
        return int((given if count.area is None else given & self._areas[:, count.area]).sum())

    def _favourably(self, level: Ints) -> NDArray[np.bool_]:
        found = np.zeros(len(level), dtype=bool)
        for wave, favourable in enumerate(self._favourable):
            found |= (self._wave == wave) & np.isin(level, list(favourable))
        return found

    def _by_area(self, level: Ints, wave: int) -> Ints:
        """Return how many people of each area answered favourably in a wave."""
        found: Ints = self._areas[self._favourably(level) & (self._wave == wave)].sum(axis=0)
        return found

    def _note(self, level: Ints) -> None:
        for count, values in self._found.items():
            values.add(self._value(count, level))

    def _vary(self, count: SmallCount, figures: Floats) -> None:
        """Look for tables with other values of a count of all."""
        values = self._found[count]
        truth = self._value(count, self._truth)
        for value in sorted(range(BIN + 1), key=lambda one: (abs(one - truth), one)):
            if len(values) >= self._least:
                return
            if value not in values:
                self._look_for(count, value - truth, figures)

    def _look_for(self, count: SmallCount, more: int, figures: Floats) -> None:
        """Note all values of a table in which so many more give some answers, if one is found with the same figures."""
        at = np.zeros_like(self._program.counts)
        for _ in range(_TABLES):
            change = self._program.propose((count.wave, count.levels, more), at, figures)
            if change is None:
                return
            told = None
            for _ in range(_CHOICES):
                level = self._with(change)
                if level is None:
                    continue
                told = self._printed.of(level)
                if self._printed.agree(told):
                    self._note(level)
                    return
            if told is None or np.isnan(told).any():
                return
            # What the slopes foretold wrongly of this table they tell better from here.
            at, figures = change, told

    def _with(self, change: Ints) -> Ints | None:
        """Return levels with such changes of the counts, given by people chosen at random, or None in this try.

        Every area's favourable answers stay in their bin.
        """
        level = self._truth.copy()
        for wave, row in enumerate(change):
            fewer, more = (np.repeat(np.arange(len(row)), np.maximum(sign * row, 0)) + 1 for sign in (-1, 1))
            by_area = self._by_area(self._truth, wave)
            for before, after in zip(fewer, more, strict=True):
                turn = int(after in self._favourable[wave]) - int(before in self._favourable[wave])
                free = (self._wave == wave) & (level == before) & (self._truth == before)
                if turn:
                    has_room = self._room[wave][:, int(turn > 0)] != by_area
                    free &= (has_room | ~self._areas).all(axis=1)
                if not free.any():
                    return None
                person = self._rng.choice(np.flatnonzero(free))
                level[person] = after
                by_area = by_area + turn * self._areas[person]
        return level

    def _exchange(self, count: SmallCount, area: int) -> None:
        """Let people of an area exchange answers with others: of the same sector freely, else where figures agree."""
        tries = 0
        for more in (True, False):
            level = self._truth
            for _ in range(self._least):
                if len(self._found[count]) >= self._least:
                    return
                step = None
                for one, other in self._partners(level, count, area, more):
                    swapped = level.copy()
                    swapped[[one, other]] = level[[other, one]]
                    alike = self._sector[one] == self._sector[other]
                    tries += not alike
                    if alike or (tries <= _EXCHANGES and self._printed.agree(self._printed.of(swapped))):
                        step = swapped
                        break
                if step is None:
                    break
                level = step
                self._note(level)

    def _partners(self, level: Ints, count: SmallCount, area: int, more: bool) -> Ints:
        """Return pairs of people, of an area and elsewhere, whose exchange of answers makes the count grow, or shrink.

        All areas' favourable answers stay in their bins. Those of the same sector come first.
        """
        here, gave = self._wave == count.wave, np.isin(level, count.levels)
        ours = np.flatnonzero(here & self._areas[:, area] & (gave != more))
        others = np.flatnonzero(here & ~self._areas[:, area] & (gave == more))
        pairs = np.array(np.meshgrid(ours, others, indexing="ij")).reshape(2, -1).T
        turn = 1 if (count.levels[0] in self._favourable[count.wave]) == more else -1
        moved = self._areas[pairs[:, 0]].astype(np.int64) - self._areas[pairs[:, 1]]
        by_area = self._by_area(level, count.wave) + turn * moved
        low, high = self._room[count.wave].T
        pairs = pairs[((by_area >= low) & (by_area <= high)).all(axis=1)]
        found: Ints = pairs[np.argsort(self._sector[pairs[:, 0]] != self._sector[pairs[:, 1]], kind="stable")]
        return found

    def _slopes(self, figures: Floats) -> Floats:
        """Return (waves, levels, figures) what one answer more at a level adds to a figure, beside one at the first.

        Told by one person's answer moved by one level, of the sector that has most of them there.
        """
        item = self._printed.item
        slopes = np.zeros((len(item.waves), max(item.levels), len(figures)))
        for wave in range(len(item.waves)):
            for level in range(1, item.levels[wave]):
                slopes[wave, level] = slopes[wave, level - 1] + self._slope(wave, level, figures)
        return slopes

    def _slope(self, wave: int, level: int, figures: Floats) -> Floats:
        for here, by in ((level, 1), (level + 1, -1)):
            rows = np.flatnonzero((self._wave == wave) & (self._truth == here))
            if len(rows):
                sectors = self._sector[rows]
                moved = self._truth.copy()
                moved[rows[sectors == np.bincount(sectors).argmax()][0]] += by
                return np.nan_to_num(by * (self._printed.of(moved) - figures))
        return np.zeros_like(figures)
