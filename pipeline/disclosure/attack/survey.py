"""What everybody knows of a survey before they read a figure: its areas, questions and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NOT_STATED = "not-stated"
NO_AREA = "none"
SUPPRESSED_GROUPS: Literal["suppressed groups"] = "suppressed groups"
COUNTS_UP_TO_SIX: Literal["counts up to six"] = "counts up to six"


@dataclass(frozen=True)
class KnownSurvey:
    """A survey as its settings and its pages tell it, by ids; `sectors` hold 'not-stated' when sectors are asked.

    `several_areas`: people may work in several listed areas, and count in each and once in the whole area.
    `none_listed`: people may work in none of them and answer for the whole area alone. Levels count from 1.
    """

    areas: tuple[str, ...]
    whole_area: str
    sectors: tuple[str, ...]
    waves: tuple[str, ...]
    levels_by_item_wave: Mapping[tuple[str, str], int]
    favourable_by_item_wave: Mapping[tuple[str, str], frozenset[int]]
    several_areas: bool
    none_listed: bool
    minimum_base: int
    least_values: int
    protects: Literal["suppressed groups", "counts up to six"]

    @property
    def items(self) -> frozenset[str]:
        return frozenset(item for item, _ in self.levels_by_item_wave)

    @property
    def groups(self) -> tuple[str, ...]:
        """Everybody's groups: the areas, and those of no area where there may be any."""
        return (*self.areas, *([NO_AREA] if self.none_listed else []))
