"""Columns worked on by their distinct values: a million cells hold few different answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def categorise(
    cells: pd.Series[Any],
    meaning: Callable[[str], str | None],
    *,
    missing: str | None = None,
    among: Sequence[str] | None = None,
) -> pd.Series[Any]:
    """Return what each cell means as a category of text, looked up once a distinct text; `missing` for a missing cell.

    The categories are `among`, in that order, else the meanings as they first occur.
    """
    codes, distinct = _factorise(cells)
    # A missing cell has the code -1, which takes the last.
    meant = [*(meaning(str(cell)) for cell in distinct), missing]
    held = dict.fromkeys(among if among is not None else (one for one in meant if one is not None))
    place = {text: number for number, text in enumerate(held)}
    places = np.array(
        [-1 if one is None else place.get(one, -1) for one in meant], dtype=np.min_scalar_type(-len(held) - 1)
    )
    return pd.Series(categories_at(places[codes], list(held)), index=cells.index)


def categories_at(places: NDArray[Any], texts: Sequence[str] | pd.Index[str]) -> Any:
    """Return a category of text from places in `texts`, -1 for missing."""
    return pd.Categorical.from_codes(places, dtype=pd.CategoricalDtype(text_index(texts)))


def place_type(count: int) -> np.dtype[Any]:
    """Return the smallest type for places among so many, and -1 for missing: there may be millions."""
    return np.min_scalar_type(-count - 1)


def text_index(texts: Any) -> Any:
    """Return texts as an index."""
    return pd.Index(texts, dtype="str")


def repeated(place: int, texts: Sequence[str], index: pd.Index[Any]) -> pd.Series[Any]:
    """Return a column that holds one of these texts throughout, as a category of all."""
    return pd.Series(categories_at(np.full(len(index), place, dtype=np.int16), texts), index=index)


def take_objects(codes: NDArray[np.intp], values: list[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    """Return `values` by their positions, as objects; a tuple stays one value."""
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return pd.Series(held.take(codes), index=index, dtype=object)


def _factorise(cells: pd.Series[Any]) -> tuple[NDArray[Any], Sequence[Any]]:
    if isinstance(cells.array, pd.Categorical):
        return cells.array.codes, list(cells.array.categories)
    codes, distinct = pd.factorize(cells)
    return codes, list(distinct)
