"""Which cells are hidden: those of few people, and those that would give a hidden one away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from pipeline.disclosure.policies import Policy
from pipeline.statistics.counts import WaveCounts, Withheld

# Models of the whole area: the item and the waves that are compared, two or, along a line, more.
HiddenModels = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Suppression:
    """Hidden cells by their keys, as the fields' types say: (area, wave), (item, area, wave) and so on.

    `items` hold those of every hidden area too; `levels`, `means` and `models` are of the whole area. `withheld` are
    the items of areas that models may not tell apart from others.
    """

    areas: frozenset[tuple[str, str]] = frozenset()
    items: frozenset[tuple[str, str, str]] = frozenset()
    sectors: frozenset[tuple[str, str, str]] = frozenset()
    levels: frozenset[tuple[str, str, int]] = frozenset()
    means: frozenset[tuple[str, str]] = frozenset()
    withheld: Withheld = frozenset()
    models: HiddenModels = frozenset()

    def as_lists(self) -> dict[str, list[list[Any]]]:
        """Return the cells as plain lists, in one order, to be kept in a file."""
        return {name.name: sorted(map(list, getattr(self, name.name))) for name in fields(self)}

    @classmethod
    def from_lists(cls, lists: Mapping[str, list[list[Any]]]) -> Suppression:
        """Return what `as_lists` gave."""
        return cls(**{name: frozenset(map(tuple, cells)) for name, cells in lists.items()})

    def of_wave(self, wave: str) -> Suppression:
        """Return the cells of one wave."""
        return Suppression(
            **{one.name: frozenset(cell for cell in getattr(self, one.name) if wave in cell) for one in fields(self)}
        )

    def and_also(self, other: Suppression) -> Suppression:
        """Return what hides the cells of both."""
        return Suppression(
            self.areas | other.areas,
            self.items | other.items,
            self.sectors | other.sectors,
            self.levels | other.levels,
            self.means | other.means,
            self.withheld | other.withheld,
            self.models | other.models,
        )


def primary_suppression(counts: WaveCounts, policy: Policy, minimum_base: int) -> Suppression:
    """Return the cells of fewer people than the minimum base, nobody included; in bins none is hidden.

    A hidden area hides its items and sectors. Under a policy of bins no model may tell areas apart at all.
    """
    shares = counts.shares_by_item_area_wave
    if policy.has_bins:
        return Suppression(withheld=frozenset(_keys(shares, ["item", "area", "wave"])))
    few = {
        name: frozenset(_keys(table[table["base_n"] < minimum_base], keys))
        for name, table, keys in (
            ("areas", counts.respondents_by_area_wave, ["area", "wave"]),
            ("items", shares, ["item", "area", "wave"]),
            ("sectors", counts.respondents_by_sector_area_wave, ["sector", "area", "wave"]),
        )
    }
    return with_whole_areas_hidden(Suppression(**few), counts)


def with_whole_areas_hidden(suppression: Suppression, counts: WaveCounts) -> Suppression:
    """Return the suppression with every item and sector of a hidden area hidden, and models told of it."""
    items, sectors = (
        frozenset(key for key in _keys(table, [first, "area", "wave"]) if (key[1], key[2]) in suppression.areas)
        for table, first in (
            (counts.shares_by_item_area_wave, "item"),
            (counts.respondents_by_sector_area_wave, "sector"),
        )
    )
    hidden = suppression.items | items
    return replace(suppression, items=hidden, sectors=suppression.sectors | sectors, withheld=hidden)


def is_among(table: pd.DataFrame, keys: Iterable[str], hidden: frozenset[tuple[Any, ...]]) -> pd.Series:
    """Tell of each row of a table whether its keys are among the hidden ones."""
    return pd.Series([key in hidden for key in _keys(table, list(keys))], index=table.index, dtype=bool)


def _keys(table: pd.DataFrame, keys: list[str]) -> list[tuple[Any, ...]]:
    return list(table[keys].itertuples(index=False, name=None))
