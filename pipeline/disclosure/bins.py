"""Counts in bins of six: nought to six is the first, then 7 to 12, and so on."""

from __future__ import annotations

import pandas as pd

from pipeline.disclosure.policies import BIN


def ends_of_bin(count: int) -> tuple[int, int]:
    """Return the least and the greatest count of the bin that a count lies in."""
    last = max(-(-count // BIN), 1) * BIN
    return 0 if last == BIN else last - BIN + 1, last


def in_bin(count: int) -> str:
    """Return the bin of a count as it is printed: 0–6, 7–12, 13–18."""
    first, last = ends_of_bin(count)
    return f"{first}–{last}"


def in_bins(counts: pd.Series) -> pd.Series:
    """Return counts as the bins they are printed as, missing ones as ''."""
    return pd.Series(["" if pd.isna(count) else in_bin(int(count)) for count in counts], counts.index, dtype=object)
