"""The page of methods, held against METHODS.md and the table of the calibration word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import mistune

from pipeline.disclosure.reading.markup import Node, blocks, read_fragment
from pipeline.disclosure.reading.values import MINUS
from pipeline.disclosure.reading.words import day

_PIECE = "{calibration}"
NOT_CALIBRATED = "How often intervals like these hold the truth has not been calibrated yet."


def methods_faults(main: Node, methods: str, calibration: Mapping[str, Any] | None) -> Iterator[str]:
    """Give the first block of the page that is not what METHODS.md and the calibration have there."""
    expected: list[tuple[str, str]] = []
    for tag, text in _blocks_of(methods):
        expected += _calibration(calibration) if text == _PIECE else [(tag, text)]
    found = [(node.tag, text) for node, text in blocks(main)]
    for one, other in zip(found, expected, strict=False):
        if one != other:
            yield f"“{one[1][:120]}” stands where METHODS.md has “{other[1][:120]}”."
            return
    if len(found) != len(expected):
        yield f"it has {len(found)} blocks of text where METHODS.md gives {len(expected)}."


@lru_cache(maxsize=4)
def _blocks_of(methods: str) -> tuple[tuple[str, str], ...]:
    top = read_fragment(str(mistune.create_markdown(escape=True, plugins=["table"])(methods)))
    return tuple((node.tag, text) for node, text in blocks(top))


def _calibration(calibration: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    if calibration is None:
        return [("p", NOT_CALIBRATED)]
    made = f"{day(dt.date.fromisoformat(calibration['date']))}, code {calibration['commit']}"
    caption = (
        f"How often intervals held the truth, with the Monte-Carlo error; {calibration['surveys']:,} surveys of each "
        f"scenario, seed {calibration['seed']}, {made}"
    )
    header = ["Scenario and figure", "Held the truth", "Bounds set before", "Mean width", "Mean error"]
    cells = [("caption", caption), *(("th", name) for name in header)]
    for row in calibration["rows"]:
        cells.append(("th", f"{row['scenario']}: {row['figure']}"))
        cells.append(("td", f"{_percent(row['coverage'])} (± {row['mc_error'] * 100:.1f})"))
        cells.append(("td", _bounds(row)))
        cells.append(("td", f"{row['width']:.2f}"))
        cells.append(("td", f"{row['bias']:+.2f}".replace("-", MINUS)))
    return cells


def _bounds(row: Mapping[str, Any]) -> str:
    low, high = row["low"], row["high"]
    if low is None and high is None:
        return "none"
    kept = "" if row["kept"] else ": not kept"
    return f"at least {_percent(low)}{kept}" if high is None else f"{_percent(low)} to {_percent(min(high, 1))}{kept}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"
