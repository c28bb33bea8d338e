"""Tables of people: areas by categories, with a whole area in which everybody counts once."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.disclosure.attack.program import MOST_PEOPLE, Row, Terms
from pipeline.disclosure.attack.survey import NO_AREA, KnownSurvey


def total(*parts: Terms) -> dict[Hashable, int]:
    """Return the sum of sums of cells."""
    joined: dict[Hashable, int] = {}
    for part in parts:
        for cell, weight in part.items():
            joined[cell] = joined.get(cell, 0) + weight
    return {cell: weight for cell, weight in joined.items() if weight}


def times(factor: int, terms: Terms) -> dict[Hashable, int]:
    return {cell: factor * weight for cell, weight in terms.items()}


@dataclass(frozen=True)
class Table:
    """The people of one wave by area and category: of everybody's categories exactly one is theirs.

    Who works in several areas counts in each of them and once in the whole. Of a category the whole then has at least
    as many people as any area and at most as many as all together, and, beside those, everybody of no listed area; each
    number between is possible, whatever the counts of the areas are.
    """

    wave: str
    categories: tuple[str, ...]
    survey: KnownSurvey

    def count(self, area: str, categories: Iterable[str] | None = None) -> dict[Hashable, int]:
        """Return the people of an area, of NO_AREA or of the whole area, of all or of some categories."""
        chosen = self.categories if categories is None else tuple(categories)
        if area == self.survey.whole_area and not self.survey.several_areas:
            return {self._cell(group, one): 1 for group in self.survey.groups for one in chosen}
        return {self._cell(area, one): 1 for one in chosen}

    def rows(self) -> list[Row]:
        """Return what holds of any such table, and still holds when a person is taken out of it."""
        if not self.survey.several_areas:
            return [Row(self.count(self.survey.whole_area), low=0)]
        return [row for category in self.categories for row in self._union(category)]

    def person(self, areas: Sequence[str], category: str) -> dict[Hashable, int]:
        """Return the cells in which one person counts."""
        own: dict[Hashable, int] = {self._cell(area, category): 1 for area in areas}
        return own | ({self._cell(self.survey.whole_area, category): 1} if self.survey.several_areas else {})

    def limit(self) -> Row:
        return Row(self.count(self.survey.whole_area), high=MOST_PEOPLE)

    def _union(self, category: str) -> list[Row]:
        whole = self.count(self.survey.whole_area, [category])
        nowhere = self.count(NO_AREA, [category]) if self.survey.none_listed else {}
        areas = [self.count(area, [category]) for area in self.survey.areas]
        each = [Row(total(whole, times(-1, area), times(-1, nowhere)), low=0) for area in areas]
        return [*each, Row(total(*areas, nowhere, times(-1, whole)), low=0)]

    def _cell(self, area: str, category: str) -> tuple[str, str, str]:
        return (self.wave, area, category)


def rows_of_ratio(part: Terms, base: Terms, low: float, high: float) -> list[Row]:
    """Return rows for part/base in `low`..`high`, in whole numbers.

    A bound becomes the nearest fraction whose denominator is at most MOST_PEOPLE, so no count that fits the bound itself
    is lost: part/base is such a fraction too, so the nearest never lies beyond it.
    """
    rows = []
    if low > 0:
        lower = Fraction(low).limit_denominator(MOST_PEOPLE)
        rows.append(Row(total(times(lower.denominator, part), times(-lower.numerator, base)), low=0))
    if math.isfinite(high):
        upper = Fraction(high).limit_denominator(MOST_PEOPLE)
        rows.append(Row(total(times(upper.denominator, part), times(-upper.numerator, base)), high=0))
    return rows
