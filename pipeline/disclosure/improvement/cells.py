"""Figures on the improvement work as published cells: text, in the form that files and pages show."""

from __future__ import annotations

import math

from pipeline.disclosure.policies import HIGH_END, LOW_END
from pipeline.disclosure.published import OVER, UNDER


def share_cell(part: int, whole: int) -> str:
    """Return a share in whole per cent, without its sign, or the end it is near."""
    share = part / whole
    if share < LOW_END:
        return UNDER
    return OVER if share > HIGH_END else str(math.floor(100 * share + 0.5))


def is_end(cell: str) -> bool:
    return cell in (UNDER, OVER)


def two_decimals(value: float) -> str:
    """Return a number with two decimals, without noughts at its end."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
