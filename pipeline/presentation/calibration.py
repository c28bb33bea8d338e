"""How often the intervals held the truth in simulated surveys: a paragraph for a page, the table for the methods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.presentation.rows import unbroken
from pipeline.presentation.tables import Table
from pipeline.presentation.wording import MINUS, day
from pipeline.reference.places import Noun

# The figures of a page's intervals, as the calibration names them.
OF_WHOLE, OF_AREAS, OF_AREA_APART = "everyone, share", "area pooled, share", "the area apart pooled, share"
APART_ALONE = "the area apart alone, share"
NOT_CALIBRATED = "How often intervals like these hold the truth has not been calibrated yet."


def sentences_for_calibration(calibration: Mapping[str, Any] | None, noun: Noun, *, areas: bool) -> str:
    """Return how often the intervals held the truth in simulated surveys, by when and which code.

    `calibration` has a date, a commit, the number of surveys and rows of scenarios and figures; `areas`: whether there
    are several to pool.
    """
    if calibration is None:
        return NOT_CALIBRATED
    rows = calibration["rows"]
    scenarios = len({row["trial"] for row in rows})
    tried = (
        f"In {calibration['surveys']:,} simulated surveys of about this size for each of {scenarios} situations "
        f"({_made(calibration)}) the intervals, meant to hold the truth 95 times in 100, held it"
    )
    of_whole = f"{_range(rows, OF_WHOLE)} of the time for the whole area"
    if not areas:
        return f"{tried} {of_whole}."
    return f"{tried} {of_whole} and {_range(rows, OF_AREAS)} for {noun.plural}.{_warning(rows, noun)}"


def _warning(rows: Sequence[Mapping[str, Any]], noun: Noun) -> str:
    pooled, alone = _coverages(rows, OF_AREA_APART), _coverages(rows, APART_ALONE)
    if not pooled:
        return ""
    beside = f", that from its own answers alone {_percent(min(alone))}" if alone else ""
    return (
        f" A {noun.singular} that truly differs from all others is covered less often: its change drawn towards them "
        f"held the truth {_percent(min(pooled))} of the time{beside}."
    )


def _made(calibration: Mapping[str, Any]) -> str:
    return f"{day(dt.date.fromisoformat(calibration['date']))}, code {calibration['commit']}"


def _coverages(rows: Sequence[Mapping[str, Any]], figure: str) -> list[float]:
    return [row["coverage"] for row in rows if row["figure"] == figure]


def _range(rows: Sequence[Mapping[str, Any]], figure: str) -> str:
    found = _coverages(rows, figure)
    if not found:
        return "an unknown part"
    return f"{_percent(min(found))} to {_percent(max(found))}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"


def calibration_table(calibration: Mapping[str, Any]) -> Table:
    """Return every scenario and figure with its coverage, the bounds set beforehand, and how wide and biased it is."""
    rows = [
        [
            f"{row['scenario']}: {row['figure']}",
            unbroken(f"{_percent(row['coverage'])} (± {row['mc_error'] * 100:.1f})"),
            _bounds(row),
            f"{row['width']:.2f}",
            f"{row['bias']:+.2f}".replace("-", MINUS),
        ]
        for row in calibration["rows"]
    ]
    caption = (
        f"How often intervals held the truth, with the Monte-Carlo error; {calibration['surveys']:,} surveys of each "
        f"scenario, seed {calibration['seed']}, {_made(calibration)}"
    )
    header = ["Scenario and figure", "Held the truth", "Bounds set before", "Mean width", "Mean error"]
    return Table("table-calibration", caption, header, rows)


def _bounds(row: Mapping[str, Any]) -> str:
    low, high = row["low"], row["high"]
    if low is None and high is None:
        return "none"
    kept = "" if row["kept"] else ": not kept"
    # Three Monte-Carlo errors can reach beyond all surveys.
    return f"at least {_percent(low)}{kept}" if high is None else f"{_percent(low)} to {_percent(min(high, 1))}{kept}"
