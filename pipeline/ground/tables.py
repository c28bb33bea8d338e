"""Tables held against their schema: quickly where they fit, and in pandera's words where they do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

_MOST_KEYS = 2**62
# Rows whose numbers fit into memory that is used again and again.
_AT_ONCE = 2**16
_CodesAndCounts = Sequence[tuple[NDArray[Any], int]]


def check_table(schema: pa.DataFrameSchema, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table; raises pandera's SchemaError or SchemaErrors for one that is not as the schema says.

    pandera takes as long for a table of three rows as for one of thousands, and is asked only where one does not fit.
    """
    return table if fits(schema, table) else schema.validate(table)


def fits(schema: pa.DataFrameSchema, table: pd.DataFrame) -> bool:
    """Return whether a table has the columns, types and values of a strict and ordered schema that coerces nothing."""
    if list(table.columns) != list(schema.columns):
        return False
    columns = [(column, table[name]) for name, column in schema.columns.items()]
    if not all(_is_of_type(column, cells) for column, cells in columns):
        return False
    # Without rows no value can be wrong.
    return table.empty or (
        all(_holds(column, cells) for column, cells in columns)
        and (not schema.unique or is_unique(table, schema.unique))
        and all(bool(check(table).check_passed) for check in schema.checks)
    )


def is_unique(table: pd.DataFrame, names: Sequence[str]) -> bool:
    """Return whether no two rows agree in all of these columns; missing agrees with missing."""
    codes_and_counts = [_codes(table[name].array) for name in names]
    if math.prod(count + 1 for _, count in codes_and_counts) > _MOST_KEYS:
        return not bool(table.duplicated(list(names)).any())
    # Rows mostly stand in order, which is seen faster than that they differ.
    return _are_in_order(codes_and_counts, len(table)) or bool(pd.Index(_keys(codes_and_counts, slice(None))).is_unique)


def _are_in_order(codes_and_counts: _CodesAndCounts, length: int) -> bool:
    # A part at a time, each beginning with the last row of the one before.
    parts = (_keys(codes_and_counts, slice(start, start + _AT_ONCE + 1)) for start in range(0, length, _AT_ONCE))
    return all(bool((keys[1:] > keys[:-1]).all()) for keys in parts)


def _keys(codes_and_counts: _CodesAndCounts, rows: slice) -> NDArray[np.int64]:
    """Return one number for what each of the rows holds in all columns."""
    keys: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
    for codes, count in codes_and_counts:
        keys = keys * (count + 1) + codes[rows]
    return keys


def _codes(cells: Any) -> tuple[NDArray[Any], int]:
    if isinstance(cells, pd.Categorical):
        return cells.codes, len(cells.categories)
    codes, distinct = pd.factorize(cells)
    return codes, len(distinct)


def _is_of_type(column: pa.Column, cells: pd.Series[Any]) -> bool:
    expected = column.dtype.type
    if isinstance(expected, pd.CategoricalDtype) and expected.categories is None:
        return isinstance(cells.dtype, pd.CategoricalDtype)
    return bool(cells.dtype == expected)


def _holds(column: pa.Column, cells: pd.Series[Any]) -> bool:
    return (
        (column.nullable or not cells.hasnans)
        and (not column.unique or cells.is_unique)
        and all(bool(check(cells).check_passed) for check in column.checks)
    )
