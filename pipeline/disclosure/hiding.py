"""Hiding and rounding: the rules that every published table keeps."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pipeline.disclosure.policies import HIGH_END, LOW_END
from pipeline.disclosure.published import NOT_AVAILABLE, OVER, SHOWN, SUPPRESSED, UNDER

INTERVAL = ["estimate", "conf_low", "conf_high"]
BASES = ["base_n_baseline", "base_n_comparison"]


def hide(table: pd.DataFrame, *, too_few: pd.Series, columns: list[str], missing: str = "estimate") -> pd.DataFrame:
    """Return the table with a status a row, and without the figures (`columns`) of the rows that are not shown.

    `too_few` says of each row whether it is suppressed; a row without the figure `missing`, where the table has it, is
    not available.
    """
    table = table.reset_index(drop=True)
    few = too_few.reset_index(drop=True).astype(bool)
    absent = table[missing].isna() if missing in table else pd.Series(False, index=table.index)
    for column in columns:
        # A count stays a whole number beside hidden ones.
        whole = pd.api.types.is_integer_dtype(table[column])
        table[column] = (table[column].astype("Int64") if whole else table[column]).mask(few)
    # A note says why there is no figure, and a method whether an area could be pooled: both tell of the answers.
    for column in table.columns.intersection(["note", "method"]):
        table[column] = table[column].mask(few, "")
    table["status"] = np.select([few, absent], [SUPPRESSED, NOT_AVAILABLE], SHOWN)
    return table


def with_ends(table: pd.DataFrame, exact: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Return the table with 'under 10%' or 'over 90%' in place of the figures of shares (`exact`, 0..1) beyond these.

    An interval would tell how far beyond; bases stay.
    """
    exact = exact.reset_index(drop=True).astype("float64")
    end = np.select([exact < LOW_END, exact > HIGH_END], [UNDER, OVER], SHOWN)
    marked = (end != SHOWN) & (table["status"] == SHOWN).to_numpy()
    shown = {column: table[column].mask(marked) for column in columns}
    return table.assign(**shown, status=np.where(marked, end, table["status"]))


def hide_rows(table: pd.DataFrame, hidden: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Return a table that has a status with more of its rows suppressed."""
    hidden = hidden.reset_index(drop=True).astype(bool)
    blank = {column: table[column].mask(hidden) for column in columns}
    notes = {column: table[column].mask(hidden, "") for column in table.columns.intersection(["note", "method"])}
    return table.assign(**blank, **notes, status=table["status"].mask(hidden, SUPPRESSED))


def few_in_a_wave(changes: pd.DataFrame, minimum_base: int) -> pd.Series:
    """Return whether fewer people than the minimum base answered in one of a change's waves; unknown counts as few."""
    return ~((changes["base_n_baseline"] >= minimum_base) & (changes["base_n_comparison"] >= minimum_base))


def in_whole_hundredths(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return a copy whose shares (0..1) are whole per cent, or percentage points, or pairs of a hundred."""
    return table.assign(**{column: whole_numbers(table[column].astype("float64") * 100) for column in columns})


def with_decimals(table: pd.DataFrame, columns: list[str], decimals: int) -> pd.DataFrame:
    """Return a copy with fewer decimals, without a minus before nought."""
    return table.assign(**{column: table[column].astype("float64").round(decimals) + 0.0 for column in columns})


def as_odds_ratios(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return a copy whose log-odds are odds ratios: two decimals near 1, where they decide, and fewer further up."""
    ratios = {column: [_readable(math.exp(one)) for one in table[column].astype("float64")] for column in columns}
    return table.assign(**{column: pd.Series(ratio, table.index, "float64") for column, ratio in ratios.items()})


def whole_numbers(numbers: pd.Series) -> pd.Series:
    """Return whole numbers, missing where there is none."""
    return numbers.astype("float64").round().astype("Int64")


def _readable(ratio: float) -> float:
    return ratio if math.isnan(ratio) else float(f"{ratio:.2f}" if ratio < 10 else f"{ratio:.2g}")
