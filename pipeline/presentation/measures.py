"""One measure in one area as a page shows it: its shares, its change, and which way it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN, SUPPRESSED, Published
from pipeline.presentation.wording import percent
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Item, Scale
from pipeline.statistics.estimands.tables import POOLED

Direction = Literal["rise", "fall", "unclear", "hidden", "unavailable"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """An item in an area: its scale and share in each wave (baseline first), and its change, if any.

    `shares` are counted; `standardised` are those that the change belongs to. `alone` is the change from the area's own
    answers alone: the same as `change` where nothing is pooled.
    """

    item: Item
    scales: tuple[Scale, ...]
    shares: tuple[Row, ...]
    change: Row | None
    standardised: tuple[Row, ...] = ()
    alone: Row | None = None

    @property
    def is_pooled(self) -> bool:
        """Whether the change is shown and was drawn towards that of all areas."""
        return (
            self.change is not None and self.change["status"] == SHOWN and str(self.change["method"]).startswith(POOLED)
        )

    @property
    def favourable_answers(self) -> str:
        """The favourable answers as a sentence names them, in quotation marks; both where they differ by wave."""
        phrases = dict.fromkeys(f"“{scale.favourable_phrase}”" for scale in self.scales)
        return ", then ".join(phrases)

    @property
    def is_compared(self) -> bool:
        """Whether the waves' shares may stand in one line: not where the question was another one."""
        return self.change is None or self.change["status"] != NOT_AVAILABLE

    @property
    def direction(self) -> Direction:
        """Which way the share went, by its printed interval: clear only when the interval leaves out nought."""
        return "unavailable" if self.change is None else direction_of(self.change)


def mark_of(row: Row | None) -> str:
    """Return what stands in place of a row's figure: '' where it can be printed with its interval."""
    if row is None:
        return NOT_AVAILABLE
    if row["status"] == SHOWN and any(pd.isna(row[name]) for name in ("estimate", "conf_low", "conf_high")):
        return NOT_AVAILABLE
    return str(row["status"])


def direction_of(change: Row) -> Direction:
    """Return which way a published change went, by its printed interval."""
    mark = mark_of(change)
    if mark != SHOWN:
        return "hidden" if mark == SUPPRESSED else "unavailable"
    if change["conf_low"] > 0:
        return "rise"
    return "fall" if change["conf_high"] < 0 else "unclear"


def measures_in_area(published: Published, evaluation: Evaluation, area_id: str) -> list[Measure]:
    """Return every measure of the evaluation in one area, those marked `lead` first.

    Items that look back at how another one was before are no measures of a wave: they belong to that comparison.
    """
    shares = rows_by_key(published.shares_by_item_area_wave, "item", "area")
    changes = rows_by_key(published.changes_by_item_area, "item", "area")
    alone = rows_by_key(published.changes_alone_by_item_area, "item", "area")
    standardised = rows_by_key(published.standardised_shares_by_item_area_wave, "item", "area")
    asked_of_now = [item for item in evaluation.items if item.id not in evaluation.items_about_before]
    items = sorted(asked_of_now, key=lambda item: not item.lead)
    return [
        Measure(
            item=item,
            scales=tuple(evaluation.scale_of(item.id, row["wave"]) for row in shares.get((item.id, area_id), ())),
            shares=tuple(shares.get((item.id, area_id), ())),
            change=next(iter(changes.get((item.id, area_id), ())), None),
            standardised=tuple(standardised.get((item.id, area_id), ())),
            alone=next(iter(alone.get((item.id, area_id), ())), None),
        )
        for item in items
    ]


def share_words(row: Row) -> str:
    """Return a published share: 31%, under 10%, 7–12 of 13–18, or its mark."""
    return percent(row["estimate"]) if row["status"] == SHOWN else str(row["status"])


def people_of_share(row: Row) -> tuple[str, str] | None:
    """Return who gave a favourable answer, and who answered, where both are bins: ('7–12', '13–18')."""
    favourable, _, answered = str(row["status"]).partition(" of ")
    return (favourable, answered) if answered else None


def plain_rows(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a published table, in their order."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def rows_by_key(table: pd.DataFrame, *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    """Return the rows of a published table, in their order, by the values of `keys`."""
    rows: dict[tuple[Any, ...], list[Row]] = {}
    for row in plain_rows(table):
        rows.setdefault(tuple(row[key] for key in keys), []).append(row)
    return rows
