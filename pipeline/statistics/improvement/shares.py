"""A counted share with its interval, as the columns of a row."""

from __future__ import annotations

import math

from pipeline.statistics.proportions import wilson_interval

SHARE_COLUMNS = ["count", "base_n", "estimate", "conf_low", "conf_high", "conf_level", "note"]


def share_row(count: int, base_n: int, conf_level: float, *, nobody: str) -> dict[str, object]:
    """Return the columns of a share `count / base_n` with Wilson's interval; without a base, `nobody` as its note.

    Raises ValueError as `wilson_interval` does.
    """
    row: dict[str, object] = {"count": int(count), "base_n": int(base_n), "conf_level": conf_level}
    if not base_n:
        return {**row, "estimate": math.nan, "conf_low": math.nan, "conf_high": math.nan, "note": nobody}
    low, high = wilson_interval(int(count), int(base_n), conf_level)
    return {**row, "estimate": count / base_n, "conf_low": low, "conf_high": high, "note": ""}
