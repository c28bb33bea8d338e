"""The measures of the improvement: what each is, its target, its level of evidence, and where its figures stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.improvement import Measure, kirkpatrick_of

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

ITEM, SERIES = "item", "series"
KINDS = ("outcome", "process", "balancing")
MEASURE_COLUMNS = [
    "name", "kind", "definition", "direction", "target", "unit", "level", "source", "evidence", "series", "latest",
    "latest_on",
]  # fmt: skip


def list_measures(
    registers: Registers, evaluation: Evaluation, series: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return one row a measure, `MEASURE_COLUMNS`, outcome measures first.

    `level` is Kirkpatrick's; `source` is ITEM, SERIES, a register's name, or missing, and `evidence` tells whether any
    data had come of it by the day; `latest` is the last count of the series with the id `series`, on `latest_on`.
    """
    rows = [_row(measure, registers, evaluation, series, as_of) for measure in in_order(evaluation.measures)]
    table = pd.DataFrame(rows, columns=MEASURE_COLUMNS)
    return table.astype({"level": "Int64", "latest": "Int64", "latest_on": "datetime64[us]"})


def in_order(measures: Iterable[Measure]) -> list[Measure]:
    """Return measures as they are listed: outcome, process, balancing."""
    return sorted(measures, key=lambda measure: KINDS.index(measure.kind))


def _row(
    measure: Measure, registers: Registers, evaluation: Evaluation, series: pd.DataFrame, as_of: pd.Timestamp
) -> list[object]:
    source = measure.source
    of_series = source.series if source else None
    points = series[series["series"] == of_series]
    latest, latest_on = points[["count", "date"]].iloc[-1] if len(points) else (pd.NA, pd.NaT)
    taken_from = source and (ITEM if source.item else SERIES if source.series else source.register_)
    has_evidence = bool(len(points)) or taken_from == ITEM
    if source and source.register_:
        has_evidence = _has_begun(registers, source.register_, as_of)
    level = kirkpatrick_of(measure, evaluation.items)
    about = [measure.name, measure.kind, measure.definition, measure.direction, measure.target, measure.unit]
    return [*about, pd.NA if level is None else level, taken_from, has_evidence, of_series, latest, latest_on]


def _has_begun(registers: Registers, name: str, as_of: pd.Timestamp) -> bool:
    """Return whether a register tells of anything up to the day; a row without a day of its own counts from the first.

    Of people at events the day is the event's.
    """
    rows = getattr(registers, name)
    if "event" in rows and "date" not in rows:
        rows = rows.merge(registers.events[["event", "date"]])
    days = next((rows[day] for day in ("date", "made_on", "started_on", "since") if day in rows), None)
    return bool(len(rows)) if days is None else bool((days <= as_of).any())
