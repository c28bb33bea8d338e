"""Other surveys that would be published alike: people moved between areas and sectors, answers left out or changed.

A survey found here is a proof that what is published, tables and models of everybody together, does not rule it out.
How many were recognised in two waves, in each area, stays in its bin too.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.everybody import ModelsOfEverybody
from pipeline.disclosure.model_figures import PrintedFigures
from pipeline.disclosure.suppression import HiddenModels
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.estimands.answers import ItemAnswers

# A set of people: all, a sector's, or an item's by how they answered.
Key = tuple[str, ...]
BLANK, OFF = -1, -2
_EDITS, _TRIES, _CHAIN, _RESTARTS, _NEAR = 30, 500, 4, 12, 1e-9


@dataclass
class People:
    """One wave: sectors (n), areas (n, A), answers (n, items; a level, blank or off the scale), and persons."""

    sector: np.ndarray
    areas: np.ndarray
    answers: np.ndarray
    person: np.ndarray


@dataclass
class Surveys:
    """The true survey, its bins and printed figures, and the search for others with another value of a count."""

    cleaned: CleanedTables
    evaluation: Evaluation
    hidden: HiddenModels
    wave_id: str
    persons: Mapping[tuple[str, str], str]
    least: int = 4
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(6))

    def __post_init__(self) -> None:
        self.waves = [wave.id for wave in self.evaluation.waves_until(self.wave_id)]
        self.items = [item.id for item in self.evaluation.items]
        self.true = {wave: self._people(wave) for wave in self.waves}
        self.sectors = sorted({one for people in self.true.values() for one in people.sector})
        self.models = ModelsOfEverybody(self.cleaned, self.evaluation, self.wave_id)
        self.ends = {item: self._printed(item) for item in self.items}
        self.bins = {wave: {key: ends_of_bin(int(v.sum())) for key, v in self._whole(wave)} for wave in self.waves}
        self.area_bins = {
            wave: {(key, area): ends_of_bin(int(v @ people.areas[:, area])) for key, v in self._shown(wave, people)
                   for area in range(people.areas.shape[1])}
            for wave, people in self.true.items()
        }  # fmt: skip

    # What the survey is.

    def _people(self, wave: str) -> People:
        table = self.cleaned.answers_by_respondent_item
        table = table[table["wave"] == wave].sort_values("respondent_id", kind="stable")
        first = table.drop_duplicates("respondent_id")
        ids = first["respondent_id"].tolist()
        levels = table.pivot(index="respondent_id", columns="item", values="level").astype("Float64").reindex(ids)
        kinds = table.pivot(index="respondent_id", columns="item", values="answer_kind").reindex(ids)
        answers = levels[self.items].to_numpy("float64", na_value=np.nan)
        off = (kinds[self.items] == "off_scale").to_numpy()
        answers = np.where(np.isnan(answers), np.where(off, OFF, BLANK), answers).astype(int)
        places = self.cleaned.areas_by_respondent
        places = places[places["wave"] == wave]
        areas = [np.isin(ids, places.loc[places["area"] == one.id, "respondent_id"]) for one in self.evaluation.areas]
        person = np.array([self.persons.get((wave, one), "") for one in ids], dtype=object)
        return People(first["sector"].astype("str").to_numpy(dtype=object), np.column_stack(areas), answers, person)

    def _printed(self, item: str) -> PrintedFigures:
        models = self.models.models_of(item)
        ends = np.array([self.models._ends(item, model, self.hidden, {}) for model in models])
        return PrintedFigures(self.models.items[item], models, ends[:, 0], ends[:, 1])

    def _shown(self, wave: str, people: People) -> Iterator[tuple[Key, np.ndarray]]:
        """Give the sets of which each area's people are counted."""
        yield ("people",), np.ones(len(people.sector))
        for sector in self.sectors:
            yield ("sector", sector), (people.sector == sector) * 1.0
        for number, item in enumerate(self.items):
            given = people.answers[:, number]
            yield ("answering", item), (given > 0) * 1.0
            yield ("favourable", item), np.isin(given, list(self._favourable(item, wave))) * 1.0

    def counted(self, wave: str, people: People) -> dict[Key, np.ndarray]:
        """Return every set whose counts are protected, of areas or of all."""
        found = dict(self._shown(wave, people))
        for number, item in enumerate(self.items):
            found["unfavourable", item] = found["answering", item] - found["favourable", item]
            found["blank", item] = (people.answers[:, number] == BLANK) * 1.0
            found["off", item] = (people.answers[:, number] == OFF) * 1.0
        return found

    def _whole(self, wave: str, people: People | None = None) -> Iterator[tuple[Key, np.ndarray]]:
        people = people or self.true[wave]
        counted = self.counted(wave, people)
        yield from ((key, one) for key, one in counted.items() if key[0] != "unfavourable")
        for number, item in enumerate(self.items):
            for level in range(1, len(self.evaluation.scale_of(item, wave).levels) + 1):
                yield ("level", item, str(level)), (people.answers[:, number] == level) * 1.0

    def _favourable(self, item: str, wave: str) -> frozenset[int]:
        return self.evaluation.scale_of(item, wave).favourable_levels

    # Whether another survey is published alike.

    def is_in_bins(self, wave: str, people: People) -> bool:
        bins = self.bins[wave]
        return all(bins[key][0] <= one.sum() <= bins[key][1] for key, one in self._whole(wave, people))

    def range_in_area(self, wave: str, people: People, key: Key, area: int) -> range:
        """Return the values of an area's count when people are moved between areas and every area's bin holds."""
        count, areas = people.areas.shape
        rows, ends = [], []
        for (of, place), limits in self.area_bins[wave].items():
            row = np.zeros((count, areas))
            row[:, place] = dict(self._shown(wave, people))[of]
            rows.append(row.ravel())
            ends.append(limits)
        for row, limits in self._rows_of_links(wave, people):
            rows.append(row)
            ends.append(limits)
        wanted = np.zeros((count, areas))
        wanted[:, area] = self.counted(wave, people)[key]
        found = []
        for sign in (1, -1):
            limit = LinearConstraint(np.array(rows), *np.array(ends).T)
            result = milp(
                sign * wanted.ravel(), integrality=np.ones(wanted.size), bounds=Bounds(0, 1), constraints=limit
            )
            if result.x is None:
                return range(0)
            found.append(round(sign * result.fun))
        return range(found[0], found[1] + 1)

    def _rows_of_links(self, wave: str, people: People) -> Iterator[tuple[np.ndarray, tuple[int, int]]]:
        """Give how many of an area are recognised there in another wave, whose people stay in their areas."""
        for name in (one for one in self.waves if one != wave):
            other = self.true[name]
            there = {person: number for number, person in enumerate(other.person) if person}
            again = [(number, there[one]) for number, one in enumerate(people.person) if one and one in there]
            for area in range(people.areas.shape[1]):
                row = np.zeros(people.areas.shape)
                for here, then in again:
                    row[here, area] = other.areas[then, area]
                yield row.ravel(), ends_of_bin(self._linked(wave, name, area))

    def _linked(self, wave: str, other: str, area: int) -> int:
        """Return how many people were truly recognised in an area in two waves."""
        here, there = ({p for p, at in zip(one.person, one.areas[:, area], strict=True) if p and at}
                       for one in (self.true[wave], self.true[other]))  # fmt: skip
        return len(here & there)

    def with_same_figures(self, survey: dict[str, People], items: list[str]) -> dict[str, People] | None:
        """Return a survey with answers to some items changed until their printed figures are the true ones, or None."""
        survey = copy.deepcopy(survey)
        for item in items:
            number = self.items.index(item)
            far, rows = self._distance(survey, item)
            for _ in range(_TRIES):
                if far <= _NEAR:
                    break
                place, person = rows[self.chance.integers(len(rows))]
                people = survey[self.waves[place]]
                before = people.answers[person, number]
                levels = len(self.evaluation.scale_of(item, self.waves[place]).levels)
                people.answers[person, number] = self.chance.integers(1, levels + 1)
                is_in = self.is_in_bins(self.waves[place], people)
                now = self._distance(survey, item)[0] if is_in and self._areas_hold(place, people) else np.inf
                if now < far:
                    far = now
                else:
                    people.answers[person, number] = before
            if far > _NEAR:
                return None
        return survey

    def _areas_hold(self, place: int, people: People) -> bool:
        wave = self.waves[place]
        shown = dict(self._shown(wave, people))
        bins = self.area_bins[wave].items()
        return all(low <= shown[key] @ people.areas[:, area] <= high for (key, area), (low, high) in bins)

    def _distance(self, survey: dict[str, People], item: str) -> tuple[float, list[tuple[int, int]]]:
        """Return how far, in all, a survey's figures lie from what is printed, and the places of those who answered."""
        printed, number = self.ends[item], self.items.index(item)
        rows = [(place, int(person)) for place, wave in enumerate(self.waves)
                for person in np.flatnonzero(survey[wave].answers[:, number] > 0)]  # fmt: skip
        if not printed.is_printed.any():
            return 0.0, rows
        level = np.array([survey[self.waves[place]].answers[person, number] for place, person in rows])
        codes = np.array([self.sectors.index(survey[self.waves[place]].sector[person]) for place, person in rows])
        moment = np.array([float(place) for place, _ in rows])
        areas = np.zeros((len(rows), len(self.evaluation.areas)), dtype=bool)
        answers = ItemAnswers(level, moment, np.arange(len(rows)), codes, areas)
        made = replace(printed, item=replace(printed.item, answers=answers, _found={}))
        figures = made.of(level)
        outside = np.maximum(0, np.maximum(made.low.ravel() - figures, figures - made.high.ravel()))
        return float("inf") if np.isnan(figures).any() else float(outside[made.is_printed].sum()), rows

    # The search.

    def values(self, wave: str, key: Key, area: int | None) -> set[int]:
        """Return values of a count, of an area by number or of all, in surveys that are published alike."""
        found = self._values_of(self.true, wave, key, area)
        for up in (True, False) * _RESTARTS:
            survey = self.true
            for _ in range(_CHAIN):
                if len(found) >= self.least:
                    return found
                after = next(self._edited(survey, (wave, key, area), found, up), None)
                if after is None:
                    break
                survey = after
                found |= self._values_of(survey, wave, key, area)
        return found

    def _values_of(self, survey: dict[str, People], wave: str, key: Key, area: int | None) -> set[int]:
        if area is not None:
            return set(self.range_in_area(wave, survey[wave], key, area))
        is_possible = len(self.range_in_area(wave, survey[wave], ("people",), 0)) > 0
        return {int(self.counted(wave, survey[wave])[key].sum())} if is_possible else set()

    def _edited(
        self, survey: dict[str, People], count: tuple[str, Key, int | None], known: set[int], up: bool
    ) -> Iterator[dict[str, People]]:
        """Give surveys published alike that have another value than the `known` ones of a count.

        One more, or one fewer, of all people is in its set, or one came in.
        """
        wave, key, area = count
        tried = 0
        for people, items in self._edits(survey[wave], wave, key, up):
            edited = survey | {wave: people}
            if not self.is_in_bins(wave, people) or self._values_of(edited, wave, key, area) <= known:
                continue
            tried += 1
            if tried > _EDITS:
                return
            changed = self.with_same_figures(edited, items)
            if changed is not None and not self._values_of(changed, wave, key, area) <= known:
                yield changed

    def _edits(self, people: People, wave: str, key: Key, up: bool) -> Iterator[tuple[People, list[str]]]:
        inside = self.counted(wave, people)[key] > 0
        for person in self.chance.permutation(np.flatnonzero(inside != up)):
            if key[0] == "sector":
                for other in (
                    [key[1]] if up else self.chance.permutation([one for one in self.sectors if one != key[1]])
                ):
                    changed = copy.deepcopy(people)
                    changed.sector[person] = other
                    yield changed, [self.items[at] for at in np.flatnonzero(people.answers[person] > 0)]
                continue
            number = self.items.index(key[1])
            levels = range(1, len(self.evaluation.scale_of(key[1], wave).levels) + 1)
            for answer in self.chance.permutation([BLANK, OFF, *levels]):
                changed = copy.deepcopy(people)
                changed.answers[person, number] = answer
                if (self.counted(wave, changed)[key][person] > 0) == up:
                    yield changed, [key[1]]
        if key[0] == "answering" and not up:
            yield from self._with_one_more(people, wave, key[1])

    def _with_one_more(self, people: People, wave: str, item: str) -> Iterator[tuple[People, list[str]]]:
        """Give a wave with one person more, in no area yet, who left an item blank and answered some of the others."""
        for _, sector in itertools.product(range(400), self.sectors):
            answers = [
                BLANK if one == item or self.chance.random() < 0.35
                else int(self.chance.integers(1, len(self.evaluation.scale_of(one, wave).levels) + 1))
                for one in self.items
            ]  # fmt: skip
            areas = np.vstack([people.areas, np.zeros(people.areas.shape[1], dtype=bool)])
            more = People(
                np.append(people.sector, sector),
                areas,
                np.vstack([people.answers, answers]),
                np.append(people.person, ""),
            )
            yield more, [one for one, given in zip(self.items, answers, strict=True) if given > 0]
