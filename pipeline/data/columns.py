"""Columns worked on by their distinct values: a million cells hold few different answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def map_texts(
    cells: pd.Series[str], meaning: Callable[[str], str | None], missing: str | None = None
) -> pd.Series[str]:
    """Return what each cell means, looked up once a distinct text; `missing` where the cell is missing."""
    codes, distinct = pd.factorize(cells)
    meant = pd.array([*(meaning(str(cell)) for cell in distinct), missing], dtype="str")
    # A missing cell has the code -1, which takes the last.
    return pd.Series(meant.take(codes), index=cells.index)


def take_objects(codes: NDArray[np.intp], values: list[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    """Return `values` by their positions, as objects; a tuple stays one value."""
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return pd.Series(held.take(codes), index=index, dtype=object)
