"""The estimates of every item as tidy tables, one row an item and area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.statistics.estimands.answers import Bools, ItemAnswers
from pipeline.statistics.estimands.item_change import Change, ItemChange, estimate_item_change
from pipeline.statistics.estimands.standardised import Figure, StandardisedChange
from pipeline.statistics.estimands.superiority import Superiority, estimate_superiority

_FIGURES = ["estimate", "std_error", "conf_low", "conf_high", "conf_level"]
_PAIR = ["item", "area", "baseline_wave", "comparison_wave"]
_BASES = ["base_n_baseline", "base_n_comparison"]
CHANGE_COLUMNS = [*_PAIR, *_FIGURES, *_BASES, "method", "note"]
MODEL_COLUMNS = [*_PAIR, *_FIGURES, "p_value", *_BASES, "linked_n", "method", "note"]
STANDARDISED_SHARE_COLUMNS = ["item", "area", "wave", *_FIGURES, "method", "note"]
POOLING_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "mean_change", "mean_change_low", "mean_change_high",
    "between_sd", "between_sd_low", "between_sd_high", "own_weight", "prior_scale", "areas_n", "note",
]  # fmt: skip
STANDARDISED, POOLED = "standardised to the sectors of all who answered", "standardised and pooled over areas"
MODEL, MODEL_POOLED = "cumulative link over all areas, clustered by person", "the same, pooled over areas"
PENALISED = "; penalised, as answers are separated"
SUPERIORITY = "Brunner-Munzel, clustered by person"


@dataclass(frozen=True)
class ChangeTables:
    """What two waves say of each item; `changes` lead: everyone's, and each area's pooled where there are others."""

    changes: pd.DataFrame
    changes_alone: pd.DataFrame
    standardised_shares: pd.DataFrame
    model_changes: pd.DataFrame
    model_changes_pooled: pd.DataFrame
    superiority: pd.DataFrame
    pooling: pd.DataFrame


@dataclass(frozen=True)
class Comparison:
    """Two waves to compare, the settings of the models, and for some items why they are not compared."""

    baseline_wave: str
    comparison_wave: str
    whole_area: str
    area_ids: Sequence[str]
    favourable_from: Mapping[str, int]
    conf_level: float
    prior_scale: float
    not_compared: Mapping[str, str]


def estimate_changes(answers_by_item: Mapping[str, ItemAnswers], comparison: Comparison) -> ChangeTables:
    """Return every estimate of change between the waves of a comparison, those of waves between giving a line.

    Shares and their changes lie in -1..1, model changes are log-odds. Where an estimate does not exist its figures are
    missing and the note says why.
    """
    rows = [_ItemRows(item, answers, comparison) for item, answers in answers_by_item.items()]
    return ChangeTables(
        _table(CHANGE_COLUMNS, [row for one in rows for row in one.changes(one.lead)]),
        _table(CHANGE_COLUMNS, [row for one in rows for row in one.changes(one.alone)]),
        _table(STANDARDISED_SHARE_COLUMNS, [row for one in rows for row in one.standardised_shares()]),
        _table(MODEL_COLUMNS, [row for one in rows for row in one.model_changes(one.alone)]),
        _table(MODEL_COLUMNS, [row for one in rows for row in one.model_changes(one.lead)]),
        _table(CHANGE_COLUMNS, [row for one in rows for row in one.superiority()]),
        _table(POOLING_COLUMNS, [one.pooling() for one in rows]),
    )


class _ItemRows:
    """The rows of one item, made from its estimates in each area."""

    def __init__(self, item: str, answers: ItemAnswers, comparison: Comparison) -> None:
        self.item, self.answers, self.about = item, answers, comparison
        self.areas: list[tuple[str, Bools]] = [(comparison.whole_area, np.ones(len(answers.level), dtype=bool))]
        self.areas += list(zip(comparison.area_ids, answers.areas.T, strict=True))
        found = self._estimate()
        self.found = found
        self.alone = [found.everyone, *found.alone]
        # Where there is nothing to pool with, an area's own answers are all there is.
        self.lead = [
            found.everyone,
            *(_first_with_share(*pair) for pair in zip(found.pooled, found.alone, strict=True)),
        ]

    def _estimate(self) -> ItemChange:
        why = self.about.not_compared.get(self.item)
        if why:
            none = Change(why, why)
            return ItemChange(none, (none,) * len(self.about.area_ids), (none,) * len(self.about.area_ids), None)
        return estimate_item_change(
            self.answers,
            favourable_from=self.about.favourable_from[self.item],
            conf_level=self.about.conf_level,
            prior_scale=self.about.prior_scale,
        )

    def _bases(self, here: Bools) -> tuple[int, int]:
        moments = self.answers.moment[here]
        return int((moments == 0).sum()), int((moments == 1).sum())

    def _pair(self, area: str) -> tuple[str, str, str, str]:
        return self.item, area, self.about.baseline_wave, self.about.comparison_wave

    def _each(self, changes: list[Change]) -> list[tuple[str, Bools, Change, tuple[int, int], bool]]:
        pooled = [False, *(change is not own for change, own in zip(changes[1:], self.alone[1:], strict=True))]
        return [
            (area, here, change, self._bases(here), is_pooled)
            for (area, here), change, is_pooled in zip(self.areas, changes, pooled, strict=True)
        ]

    def changes(self, changes: list[Change]) -> list[tuple[object, ...]]:
        return [
            (
                *self._pair(area),
                *_figures(_part(change.share, "change"), self.about.conf_level),
                *bases,
                _method(POOLED if is_pooled else STANDARDISED, change),
                _note(change.share, bases),
            )
            for area, _, change, bases, is_pooled in self._each(changes)
        ]

    def model_changes(self, changes: list[Change]) -> list[tuple[object, ...]]:
        return [
            (
                *self._pair(area),
                *_figures(change.log_odds, self.about.conf_level),
                np.nan if isinstance(change.log_odds, str) else change.p_value,
                *bases,
                self._count_linked(here),
                _method(MODEL_POOLED if is_pooled else MODEL, change),
                _note(change.log_odds, bases),
            )
            for area, here, change, bases, is_pooled in self._each(changes)
        ]

    def _count_linked(self, here: Bools) -> int:
        answers = self.answers.where(here)
        earlier, later = (np.unique(answers.person[answers.moment == moment]) for moment in (0, 1))
        return len(np.intersect1d(earlier, later))

    def standardised_shares(self) -> list[tuple[object, ...]]:
        waves = {self.about.baseline_wave: "earlier", self.about.comparison_wave: "later"}
        return [
            (
                self.item,
                area,
                wave,
                *_figures(_part(change.share, which), self.about.conf_level),
                _method(POOLED if is_pooled else STANDARDISED, change),
                _note(change.share, bases),
            )
            for area, _, change, bases, is_pooled in self._each(self.lead)
            for wave, which in waves.items()
        ]

    def superiority(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for area, here in self.areas:
            answers = self.answers.where(here & np.isin(self.answers.moment, (0, 1)))
            why = self.about.not_compared.get(self.item)
            found: Superiority | str = why or estimate_superiority(answers, self.about.conf_level)
            bases = self._bases(here)
            rows.append(
                (*self._pair(area), *_figures(found, self.about.conf_level), *bases, SUPERIORITY, _note(found, bases))
            )
        return rows

    def pooling(self) -> tuple[object, ...]:
        names = (self.item, self.about.baseline_wave, self.about.comparison_wave)
        mixture = self.found.mixture
        if mixture is None:
            note = next((str(one.share) for one in self.found.pooled if isinstance(one.share, str)), "")
            return (*names, *[np.nan] * 7, self.about.prior_scale, 0, note)
        tails = np.array([0.5, (1 - self.about.conf_level) / 2, (1 + self.about.conf_level) / 2])
        return (
            *names,
            *mixture.mean_with_interval(self.about.conf_level),
            *mixture.between_sd_quantiles(tails),
            mixture.own_weight,
            self.about.prior_scale,
            mixture.areas_n,
            "",
        )


def _method(name: str, change: Change) -> str:
    return name + (PENALISED if change.is_penalised else "")


def _first_with_share(pooled: Change, alone: Change) -> Change:
    return alone if isinstance(pooled.share, str) and not isinstance(alone.share, str) else pooled


def _part(share: StandardisedChange | str, name: str) -> Figure | str:
    if isinstance(share, str):
        return share
    return {"earlier": share.earlier, "later": share.later, "change": share.change}[name]


def _figures(found: Figure | Superiority | str, conf_level: float) -> tuple[float, ...]:
    if isinstance(found, str):
        return (np.nan, np.nan, np.nan, np.nan, conf_level)
    return found.estimate, found.std_error, found.conf_low, found.conf_high, conf_level


def _note(found: object, bases: tuple[int, int]) -> str:
    if isinstance(found, str):
        return note_empty_wave(*bases) or found
    return ""


def note_empty_wave(base_n_baseline: int, base_n_comparison: int) -> str:
    """Return which of two waves has no answers, or nothing."""
    if base_n_baseline == 0 and base_n_comparison == 0:
        return "Nobody answered in either wave."
    if base_n_baseline == 0:
        return "Nobody answered in the baseline wave."
    return "Nobody answered in the comparison wave." if base_n_comparison == 0 else ""


def _table(columns: list[str], rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame.from_records(rows, columns=columns)
