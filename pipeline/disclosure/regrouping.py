"""Whether models tell of hidden groups: people shared out otherwise among these must give the same printed figures.

Counts can be bounded by a program; what a model makes of them cannot. But models know a hidden area's people only among
all those of no shown area, as strangers. So whoever of these is in which hidden area, or gave the answer of another of
the same sector, every model has the same input. This module counts how many values that leaves each hidden count, and
compares the inputs of all models when the people are shared out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.disclosure.suppression import Suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.comparisons import WavesCompared, bring_together
from pipeline.statistics.estimands.answers import ItemAnswers

Bools = NDArray[np.bool_]
# Any seed will do; a fixed one shares people out alike each time.
SEED = 6


@dataclass(frozen=True)
class PeopleOfWave:
    """One wave's people: their listed areas (n, A), their sectors, and the level they gave each item, or none."""

    wave: str
    areas: Bools
    sector: NDArray[np.object_]
    levels: pd.DataFrame
    several_areas: bool
    none_listed: bool


def find_told_by_models(people: PeopleOfWave, hidden: Suppression, evaluation: Evaluation, item: str) -> list[str]:
    """Return a sentence for each hidden count of answers to an item that all models together may tell too well."""
    if (item, evaluation.whole_area.id, people.wave) in hidden.items:
        # Without a figure of everybody no model's figure has the hidden areas' people in it.
        return []
    return [
        sentence
        for number, area in enumerate(evaluation.areas)
        if (item, area.id, people.wave) in hidden.items
        for sentence in _Regrouping(people, hidden, evaluation, item, number).sentences()
    ]


def find_changed_inputs(cleaned: CleanedTables, hidden: Suppression, evaluation: Evaluation, wave_id: str) -> list[str]:
    """Return a sentence for each item whose models have another input when hidden areas' people are shared out anew."""
    waves = evaluation.waves_until(wave_id)
    together, _ = bring_together(
        cleaned, evaluation, waves, one_part_off=evaluation.models.linking.one_part_off, withheld=hidden.withheld
    )
    places = share_out_otherwise(cleaned.areas_by_respondent, hidden, evaluation)
    other = replace(together, areas_by_respondent=places)
    changed = {item for pair in [*together.pairs()] for item in _different(together, other, pair)}
    return [
        f"Who is in which hidden {evaluation.area_noun.singular} changes what a model of '{item}' is made from."
        for item in sorted(changed)
    ]


def _different(together: WavesCompared, other: WavesCompared, pair: tuple[str, str]) -> list[str]:
    moments = dict(zip(pair, (0.0, 1.0), strict=True))
    before, after = together.answers(moments), other.answers(moments)
    return [item for item in before if not _same(before[item], after[item])]


def _same(one: ItemAnswers, other: ItemAnswers) -> bool:
    names = ("level", "moment", "person", "sector", "areas")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def share_out_otherwise(places: pd.DataFrame, hidden: Suppression, evaluation: Evaluation) -> pd.DataFrame:
    """Return where people work, those of no shown area shared out anew among hidden areas and none in each wave."""
    rng = np.random.default_rng(SEED)
    listed = [area.id for area in evaluation.areas]
    for wave in dict.fromkeys(places["wave"]):
        gone = [area for area in listed if (area, wave) in hidden.areas]
        here = places[places["wave"] == wave]
        shown = set(here.loc[here["area"].isin(set(listed) - set(gone)), "respondent_id"])
        free = sorted(set(here["respondent_id"]) - shown)
        moved = here["respondent_id"].isin(free) & here["area"].isin(gone)
        # Whoever works in two hidden areas works in one now: as many people, placed otherwise.
        labels = [*here.loc[moved, "area"].astype("str"), *[None] * len(free)][: len(free)]
        where = [label for label in rng.permutation(np.array(labels, dtype=object))] if gone else []
        added = [(wave, one, area) for one, area in zip(free, where, strict=False) if area is not None]
        kept = places.drop(here.index[moved]) if gone else places
        places = pd.concat([kept, pd.DataFrame(added, columns=["wave", "respondent_id", "area"])], ignore_index=True)
    return places


def people_of_wave(
    cleaned: CleanedTables, evaluation: Evaluation, wave: str, *, several_areas: bool, none_listed: bool
) -> PeopleOfWave:
    """Return one wave's people, in the order of their ids."""
    answers = cleaned.answers_by_respondent_item
    answers = answers[answers["wave"] == wave]
    levels = answers.pivot(index="respondent_id", columns="item", values="level").astype("Float64")
    first = answers.drop_duplicates("respondent_id").set_index("respondent_id").reindex(levels.index)
    here = cleaned.areas_by_respondent[cleaned.areas_by_respondent["wave"] == wave]
    areas = [levels.index.isin(here.loc[here["area"] == area.id, "respondent_id"]) for area in evaluation.areas]
    member = np.column_stack(areas) if areas else np.zeros((len(levels), 0), dtype=bool)
    sector = first["sector"].astype("str").to_numpy(dtype=object)
    return PeopleOfWave(wave, member, sector, levels, several_areas, none_listed)


class _Regrouping:
    """The values that one hidden area's count of favourable answers could have while all models stay as they are."""

    def __init__(self, people: PeopleOfWave, hidden: Suppression, evaluation: Evaluation, item: str, area: int) -> None:
        self._people, self._item, self._number = people, item, area
        self._area = evaluation.areas[area]
        self._least = evaluation.disclosure.least_values
        self._most = evaluation.disclosure.minimum_base - 1
        level = people.levels[item].to_numpy("float64", na_value=np.nan)
        favourable = list(evaluation.scale_of(item, people.wave).favourable_levels)
        self._answers = {"favourably": np.isin(level, favourable), "unfavourably": ~np.isin(level, favourable)}
        self._answers["unfavourably"] &= ~np.isnan(level)
        ids = [one.id for one in evaluation.areas]
        self._gone = np.array([(one, people.wave) in hidden.areas for one in ids])
        self._hidden = np.array([(item, one, people.wave) in hidden.items for one in ids])

    def sentences(self) -> Iterator[str]:
        for how, gave in self._answers.items():
            values = self._by_moving(gave) if self._gone[self._number] else self._by_exchange(gave)
            if values < self._least:
                yield (
                    f"What models tell may leave fewer than {self._least} possible numbers ({values}) of people of "
                    f"{self._area.name} in {self._people.wave} who answered {how} to '{self._item}'."
                )

    @cached_property
    def _without_shown(self) -> Bools:
        """Those who stand under no area of their own in a model of this item."""
        found: Bools = ~np.asarray(self._people.areas[:, ~self._hidden].any(axis=1))
        return found

    def _by_moving(self, gave: Bools) -> int:
        """Return the values left by moving people into and out of an area of which nothing is shown."""
        bound: Bools = ~np.asarray(self._people.areas[:, ~self._gone].any(axis=1))
        sizes = self._people.areas.sum(axis=0)
        # An area hidden for its few people stays one of few; one hidden to protect others can have any number.
        room = np.where(sizes <= self._most, self._most, len(gave))
        elsewhere = int(room[self._gone].sum() - room[self._number])
        lowest = 0 if self._people.none_listed else max(0, int((gave & bound).sum()) - elsewhere)
        highest = int((gave if self._people.several_areas else gave & bound).sum())
        # People of areas hidden for this item alone cannot be moved, but their answers can be exchanged.
        more, fewer = self._exchanges(gave, bound, self._without_shown & ~bound)
        return min(int(room[self._number]), highest + more) - max(0, lowest - fewer) + 1

    def _by_exchange(self, gave: Bools) -> int:
        """Return the values left by exchanging answers with people of no shown area, of the same sector."""
        member: Bools = np.asarray(self._people.areas[:, self._number] & self._without_shown)
        more, fewer = self._exchanges(gave, member, self._without_shown & ~member)
        return more + fewer + 1

    def _exchanges(self, gave: Bools, here: Bools, there: Bools) -> tuple[int, int]:
        """Return by how many people of `here` who gave an answer could become more, and fewer, in exchange."""
        more = fewer = 0
        for sector in np.unique(self._people.sector):
            same = (self._people.sector == sector) & self._answered
            more += min((here & same & ~gave).sum(), (there & same & gave).sum())
            fewer += min((here & same & gave).sum(), (there & same & ~gave).sum())
        return int(more), int(fewer)

    @property
    def _answered(self) -> Bools:
        found: Bools = self._answers["favourably"] | self._answers["unfavourably"]
        return found
