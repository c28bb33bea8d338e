"""Counts in bins of six: nought to six is the first, then 7 to 12, and so on."""

from __future__ import annotations

import pandas as pd

from pipeline.disclosure.policies import BIN


def in_bin(count: int) -> str:
    """Return the bin of a count as it is printed: 0–6, 7–12, 13–18."""
    last = max(-(-count // BIN), 1) * BIN
    return f"{0 if last == BIN else last - BIN + 1}–{last}"


def in_bins(counts: pd.Series) -> pd.Series:
    """Return counts as the bins they are printed as, missing ones as ''."""
    return pd.Series(["" if pd.isna(count) else in_bin(int(count)) for count in counts], counts.index, dtype=object)
