"""What everybody knows of an evaluation's survey, and the figures that its counts would be published as."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.facts import Fact, hidden_fact, keys_of, shown_fact
from pipeline.disclosure.policies import HIGH_END, LOW_END, Policy, find_policy
from pipeline.disclosure.suppression import Suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave
from pipeline.statistics.counts import WaveCounts
from pipeline.statistics.respondents import NOT_STATED

WHERE = "the wave's own counts"
# 'Under 10%' is below it, if only just.
JUST = 1e-6


def known_survey(
    evaluation: Evaluation, waves: tuple[Wave, ...], *, several_areas: bool, none_listed: bool
) -> KnownSurvey:
    """Return what the settings tell of some waves, and whether people may work in several listed areas, or in none."""
    scales = {(item.id, wave.id): evaluation.scale_of(item.id, wave.id) for item in evaluation.items for wave in waves}
    rules = evaluation.disclosure
    return KnownSurvey(
        areas=tuple(area.id for area in evaluation.areas),
        whole_area=evaluation.whole_area.id,
        sectors=(*(sector.id for sector in evaluation.sectors), NOT_STATED) if evaluation.sectors else (),
        waves=tuple(wave.id for wave in waves),
        levels_by_item_wave={key: len(scale.levels) for key, scale in scales.items()},
        favourable_by_item_wave={key: scale.favourable_levels for key, scale in scales.items()},
        several_areas=several_areas,
        none_listed=none_listed,
        minimum_base=rules.minimum_base,
        least_values=rules.least_values,
        protects=find_policy(rules.policy).protects,
    )


class CountsAsFacts:
    """The figures that a wave's counts are published as, given what is suppressed."""

    def __init__(self, counts: WaveCounts, policy: Policy, wave: str, whole_area: str, minimum_base: int) -> None:
        self._in_bins, self._wave, self._whole = policy.has_bins, wave, whole_area
        self._shows_means = policy.form(kinds.MEAN, of_whole=True) != "not shown"
        self._minimum_base = minimum_base
        self.people = _of_wave(counts.respondents_by_area_wave, wave)
        self.sectors = _of_wave(counts.respondents_by_sector_area_wave, wave)
        self.shares = _of_wave(counts.shares_by_item_area_wave, wave)
        spread = _of_wave(counts.distribution_by_item_area_wave, wave)
        self.spread = spread[spread["area"] == whole_area]
        self.blanks = _of_wave(counts.blanks_by_item_wave, wave)

    def of_people(self, hidden: Suppression) -> list[Fact]:
        return [
            self._count(kinds.PEOPLE, count, (area, self._wave) in hidden.areas, area=area)
            for area, count in self.people[["area", "base_n"]].itertuples(index=False)
        ]

    def of_sectors(self, hidden: Suppression) -> list[Fact]:
        return [
            self._count(
                kinds.PEOPLE_BY_SECTOR, count, (sector, area, self._wave) in hidden.sectors, sector=sector, area=area
            )
            for sector, area, count in self.sectors[["sector", "area", "base_n"]].itertuples(index=False)
        ]

    def of_item(self, item: str, hidden: Suppression) -> list[Fact]:
        """Return the figures on the answers to one item, in every area and for the whole."""
        return [*self._shares(item, hidden), *self._levels(item, hidden), *self._left_out(item)]

    def _shares(self, item: str, hidden: Suppression) -> Iterator[Fact]:
        rows = self.shares[self.shares["item"] == item]
        for area, yes, base in rows[["area", "favourable_n", "base_n"]].itertuples(index=False):
            keys = {"item": item, "area": area}
            is_hidden = (item, area, self._wave) in hidden.items
            yield self._count(kinds.ANSWERING, base, is_hidden, **keys)
            if self._in_bins:
                yield self._count(kinds.FAVOURABLE_PEOPLE, yes, is_hidden, **keys)
            else:
                yield self._share(kinds.FAVOURABLE_SHARE, yes, base, is_hidden, **keys)

    def _levels(self, item: str, hidden: Suppression) -> Iterator[Fact]:
        rows = self.spread[self.spread["item"] == item]
        everybody = (item, self._whole, self._wave) in hidden.items
        total = base = 0
        for level, yes, base in rows[["level", "count", "base_n"]].itertuples(index=False):
            total += level * yes
            keys = {"item": item, "area": self._whole, "level": str(level)}
            if self._in_bins:
                yield self._count(kinds.LEVEL_PEOPLE, yes, everybody, **keys)
            else:
                is_hidden = everybody or (item, self._wave, level) in hidden.levels
                yield self._share(kinds.LEVEL_SHARE, yes, base, is_hidden, **keys)
        if base and self._shows_means and not everybody and (item, self._wave) not in hidden.means:
            mean = round(total / base, 1)
            keys = {"item": item, "area": self._whole, "wave": self._wave}
            yield shown_fact(kinds.MEAN, keys_of(**keys), mean - 0.05, mean + 0.05, WHERE)

    def _left_out(self, item: str) -> Iterator[Fact]:
        rows = self.blanks[self.blanks["item"] == item]
        for answered, off, blank in rows[["answered_n", "off_scale_n", "missing_n"]].itertuples(index=False):
            few = not self._in_bins and min(answered, off, blank) < self._minimum_base
            for kind, count in ((kinds.OFF_SCALE, off), (kinds.BLANK, blank)):
                yield self._count(kind, count, few, item=item, area=self._whole)

    def _count(self, statistic: str, count: int, is_hidden: bool, **keys: str) -> Fact:
        of = keys_of(wave=self._wave, **keys)
        if is_hidden:
            return hidden_fact(statistic, of, WHERE)
        low, high = ends_of_bin(int(count)) if self._in_bins else (int(count), int(count))
        return shown_fact(statistic, of, low, high, WHERE)

    def _share(self, statistic: str, yes: int, base: int, is_hidden: bool, **keys: str) -> Fact:
        of = keys_of(wave=self._wave, **keys)
        if is_hidden or not base:
            return hidden_fact(statistic, of, WHERE)
        return shown_fact(statistic, of, *ends_of_share(yes / base), WHERE)


def ends_of_share(share: float) -> tuple[float, float]:
    """Return between which shares one lies for whoever reads it as it is printed."""
    if share < LOW_END:
        return 0.0, LOW_END - JUST
    if share > HIGH_END:
        return HIGH_END + JUST, 1.0
    printed = round(100 * share)
    return (printed - 0.5) / 100, (printed + 0.5) / 100


def _of_wave(table: pd.DataFrame, wave: str) -> pd.DataFrame:
    return table[table["wave"] == wave]
