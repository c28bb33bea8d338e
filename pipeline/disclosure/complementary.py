"""What is hidden besides few people: as little as keeps every hidden count from being worked out.

Each wave is decided from its own counts alone, so that it is shown alike in the report of every later wave. Several
ways are tried wherever something could be worked out; the one that gives up least is taken, the first of equals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from itertools import combinations

from pipeline.disclosure.attack.attack import AttackResult, attack
from pipeline.disclosure.attack.blocks import Block, ItemBlock, SectorBlock
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.everybody import ModelsOfEverybody
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.known import CountsAsFacts, known_survey
from pipeline.disclosure.policies import Policy, find_policy
from pipeline.disclosure.regrouping import PeopleOfWave, find_told_by_models, people_of_wave
from pipeline.disclosure.suppression import Suppression, primary_suppression, with_whole_areas_hidden
from pipeline.ground.errors import PipelineError
from pipeline.ground.sharing import share
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import WaveCounts, count_waves

# What a hidden cell costs, in printed figures: an area's item has a share and a change with their intervals.
LEVEL_COST, MEAN_COST, SECTOR_COST, ITEM_COST = 1, 1, 1, 4


class NotProtectedError(PipelineError):
    """No way was found to protect a wave."""


@dataclass(frozen=True)
class Hiding:
    """One more thing that could be hidden, and what is lost by it."""

    cells: Suppression
    cost: float


Way = Sequence[Hiding]
Judge = Callable[[Suppression], bool]


def suppress(
    cleaned: CleanedTables,
    evaluation: Evaluation,
    wave_id: str,
    *,
    kept: MutableMapping[str, Suppression] | None = None,
    processes: int = 1,
) -> Suppression:
    """Return what is hidden in every wave up to one: few people, and what would give them away.

    A wave takes some seconds; `kept` are those decided before, by all that they were decided from, and takes new ones.
    Waves are shared over so many `processes`, which changes nothing. Raises NotProtectedError where hiding all there is
    would not do.
    """
    rules, waves = evaluation.disclosure, evaluation.waves_until(wave_id)
    policy = find_policy(rules.policy)
    counts = count_waves(cleaned, evaluation, waves)
    found = primary_suppression(counts, policy, rules.minimum_base)
    survey = known_survey(
        evaluation, waves, several_areas=counts.several_areas, none_listed=counts.none_listed, few=found
    )
    kept = {} if kept is None else kept
    searches: dict[str, _WaveSearch] = {}
    for wave in waves:
        people = people_of_wave(
            cleaned, evaluation, wave.id, several_areas=counts.several_areas, none_listed=counts.none_listed
        )
        search = _WaveSearch(counts, policy, survey, people, evaluation)
        searches[search.key(found)] = search
    new = {key: search for key, search in searches.items() if key not in kept}
    each = [partial(one.protect, found.of_wave(one.wave), processes // len(new)) for one in new.values()]
    kept.update(zip(new, share(each, processes), strict=True))
    for key in searches:
        found = found.and_also(kept[key])
    return with_models_hidden(found, cleaned, evaluation, waves, kept) if policy.has_bins else found


def with_models_hidden(
    found: Suppression,
    cleaned: CleanedTables,
    evaluation: Evaluation,
    waves: tuple[Wave, ...],
    kept: MutableMapping[str, Suppression],
) -> Suppression:
    """Return what is hidden with the models of everybody that would tell of small counts, decided wave by wave."""
    for wave in waves[1:]:
        models = ModelsOfEverybody(cleaned, evaluation, wave.id)
        key = models.key(found.models)
        if key not in kept:
            kept[key] = Suppression(models=models.to_hide(found.models))
        found = found.and_also(kept[key])
    return found


def least_of(start: Suppression, ways: Sequence[Way], is_safe: Judge) -> Suppression | None:
    """Return what is hidden by the way that costs least, the first of equals, or None when none is safe.

    A way hides one thing after the other until it is safe, then shows again, the dearest first, what need not be
    hidden. What was hidden last is needed, so a way ends where that alone costs as much as another way in all.
    """
    best: tuple[float, Suppression] | None = None
    for way in ways:
        taken: list[Hiding] = []
        for hiding in way:
            if best is not None and hiding.cost >= best[0]:
                break
            taken.append(hiding)
            if is_safe(_all(start, taken)):
                taken = _needed(start, taken, is_safe)
                cost = sum(one.cost for one in taken)
                best = (cost, _all(start, taken)) if best is None or cost < best[0] else best
                break
    return best[1] if best else None


def _needed(start: Suppression, taken: list[Hiding], is_safe: Judge) -> list[Hiding]:
    for one in sorted(taken[:-1], key=lambda one: -one.cost):
        without = [other for other in taken if other is not one]
        taken = without if is_safe(_all(start, without)) else taken
    return taken


def _all(start: Suppression, hidings: Sequence[Hiding]) -> Suppression:
    for hiding in hidings:
        start = start.and_also(hiding.cells)
    return start


class _WaveSearch:
    """The search for what one wave must hide: areas first, then sectors, then item by item."""

    def __init__(
        self, counts: WaveCounts, policy: Policy, survey: KnownSurvey, people: PeopleOfWave, evaluation: Evaluation
    ) -> None:
        self._counts, self._survey, self._people, self._evaluation = counts, survey, people, evaluation
        self.wave = wave = people.wave
        self._narrower = replace(survey, least_values=survey.least_values + 1)
        self._thorough = False
        self._whole = evaluation.whole_area.id
        self._items = [item.id for item in evaluation.items]
        self._facts = CountsAsFacts(counts, policy, wave, self._whole, evaluation.disclosure.minimum_base)

    def key(self, start: Suppression) -> str:
        """Return a hash of everything that the wave is decided from."""
        bare = Suppression()
        facts = [*self._facts.of_people(bare), *self._facts.of_sectors(bare)]
        facts += [fact for item in self._items for fact in self._facts.of_item(item, bare)]
        known = {field.name: getattr(self._survey, field.name) for field in fields(self._survey)}
        known |= {"waves": self.wave, "few": sorted(cell for cell in self._survey.few or () if self.wave in cell)}
        for name in ("levels_by_item_wave", "favourable_by_item_wave"):
            known[name] = sorted(
                f"{key}: {sorted([value] if isinstance(value, int) else value)}"
                for key, value in known[name].items()
                if self.wave in key
            )
        people = (self._people.areas.tolist(), self._people.sector.tolist(), self._people.levels.to_dict("split"))
        material = repr((sorted(map(repr, facts)), known, people, start.of_wave(self.wave).as_lists()))
        return hashlib.sha256(material.encode("utf-8")).hexdigest()

    def protect(self, start: Suppression, processes: int = 1) -> Suppression:
        """Return what must be hidden of the wave besides what is hidden at the start."""
        self._processes = processes
        found = self._least(start, self._ways_with_areas, lambda cells: self._is_safe(self._facts.of_people(cells)))
        if self._survey.sectors:
            found = self._least(found, self._ways_with_sectors, self._sectors_are_safe)
        for thorough in (False, True):
            for item in self._unsafe_items(found, thorough):
                ways, is_safe = partial(self._ways_with_item, item=item), partial(self._item_is_safe, item=item)
                found = self._least(found, ways, is_safe)
        # What items tell of how many people there are, sectors are not asked about by themselves.
        return self._least(found, self._ways_with_sectors, self._all_is_safe) if self._survey.sectors else found

    def _least(self, start: Suppression, ways: Callable[[Suppression], Sequence[Way]], is_safe: Judge) -> Suppression:
        for thorough in (False, True):
            self._thorough = thorough
            found = start if is_safe(start) else least_of(start, ways(start), cache(is_safe))
            self._thorough = True
            if found is not None and (thorough or is_safe(found)):
                return found
        raise NotProtectedError(
            f"{self.wave}: whatever is hidden, a count of few people could still be worked out; "
            "the wave cannot be reported."
        )

    def _is_safe(self, facts: list[Fact], only: type[Block] = SectorBlock) -> bool:
        """Tell whether every attacker is left enough values.

        At first only outsiders are followed, who must be left one value more, as a person whose row is known takes
        about one away; what is found that way is then put to all attackers.
        """
        return not self._attack(facts, only, self._thorough).findings

    def _attack(self, facts: list[Fact], only: type[Block], thorough: bool) -> AttackResult:
        if thorough:
            return attack(facts, self._survey, only=only, exact=False, processes=self._processes)
        return attack(facts, self._narrower, known_rows="none", only=only, alone=True, exact=False)

    def _unsafe_items(self, cells: Suppression, thorough: bool) -> list[str]:
        """Return the items of which something could be worked out, all of them asked about at once."""
        facts = [
            *self._facts.of_people(cells),
            *(one for item in self._items for one in self._facts.of_item(item, cells)),
        ]
        found = self._attack(facts, ItemBlock, thorough)
        survey = self._survey if thorough else self._narrower
        narrow = {one.item for one in found.intervals if one.values < survey.least_values}
        told = {item for item in self._items if find_told_by_models(self._people, cells, self._evaluation, item)}
        # Whatever could not be bounded has no interval: then every item is looked at by itself.
        return [item for item in self._items if item in narrow | told or (found.findings and not narrow)]

    def _sectors_are_safe(self, cells: Suppression) -> bool:
        return self._is_safe([*self._facts.of_people(cells), *self._facts.of_sectors(cells)])

    def _all_is_safe(self, cells: Suppression) -> bool:
        of_items = [one for item in self._items for one in self._facts.of_item(item, cells)]
        return self._is_safe([*self._facts.of_people(cells), *self._facts.of_sectors(cells), *of_items])

    def _item_is_safe(self, cells: Suppression, item: str) -> bool:
        if find_told_by_models(self._people, cells, self._evaluation, item):
            return False
        return self._is_safe([*self._facts.of_people(cells), *self._facts.of_item(item, cells)], ItemBlock)

    def _ways_with_areas(self, start: Suppression) -> list[Way]:
        """Return each shown area, the smallest first, then pairs of them, and so on, each as one thing to hide."""
        people = self._facts.people.set_index("area")["base_n"]
        shown = [area for area in self._survey.areas if (area, self.wave) not in start.areas]
        shown = sorted(shown, key=lambda area: (people[area], area))
        sets = [chosen for count in range(1, len(shown) + 1) for chosen in combinations(shown, count)]
        return [[Hiding(self._areas(chosen), sum(people[area] for area in chosen))] for chosen in sets]

    def _areas(self, areas: Sequence[str]) -> Suppression:
        return with_whole_areas_hidden(Suppression(areas=frozenset((area, self.wave) for area in areas)), self._counts)

    def _ways_with_sectors(self, start: Suppression) -> list[Way]:
        """Return the shown cells of sector and area, the smallest first; or whole areas, and the whole, at a time."""
        rows = self._facts.sectors.sort_values(["base_n", "area", "sector"])
        shown = [
            (str(sector), str(area))
            for sector, area in rows[["sector", "area"]].itertuples(index=False)
            if (sector, area, self.wave) not in start.sectors
        ]
        of_areas = [cell for cell in shown if cell[1] != self._whole]
        return [
            [self._sector(cell) for cell in [*of_areas, *(one for one in shown if one not in of_areas)]],
            [self._sector(cell) for cell in shown],
        ]

    def _sector(self, cell: tuple[str, str]) -> Hiding:
        return Hiding(Suppression(sectors=frozenset({(*cell, self.wave)})), SECTOR_COST)

    def _ways_with_item(self, start: Suppression, item: str) -> list[Way]:
        """Return ways: levels of the whole area, the least given first, then areas; or single areas; or the whole."""
        mean = Hiding(Suppression(means=frozenset({(item, self.wave)})), MEAN_COST)
        rows = self._facts.spread[self._facts.spread["item"] == item].sort_values(["count", "level"])
        levels = [
            Hiding(Suppression(levels=frozenset({(item, self.wave, int(level))})), LEVEL_COST)
            for level in rows["level"]
            if (item, self.wave, level) not in start.levels
        ]
        shares = self._facts.shares[self._facts.shares["item"] == item].sort_values(["base_n", "area"])
        areas = [
            self._item(item, str(area))
            for area in shares["area"]
            if area != self._whole and (item, area, self.wave) not in start.items
        ]
        everybody = self._item(item, self._whole)
        every_level = [*levels, mean]
        return [
            [*levels, mean, *areas, everybody],
            [mean, *levels, *areas, everybody],
            *([[*every_level, area, everybody] for area in areas]),
            [*every_level, everybody, *areas],
        ]

    def _item(self, item: str, area: str) -> Hiding:
        key = frozenset({(item, area, self.wave)})
        # Everybody's figures are read by everybody.
        cost = ITEM_COST * (len(self._survey.areas) + 1 if area == self._whole else 1)
        return Hiding(Suppression(items=key, withheld=key), cost)
