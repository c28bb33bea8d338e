"""The days of a large column of moments, each different part of a moment read once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.compute
from numpy.typing import NDArray

_TIME_FIELDS = re.compile(r"%[HIMSp](:%[HIMSp])*")
_MOST_DAYS, _MOST_NUMBERED = 100_000, 2**62


def days_of_column(
    texts: pd.Series[str], parts: list[str], is_zone: Callable[[str], bool], read: Callable[[str], dt.date]
) -> list[dt.date] | None:
    """Return the day of each text, or None where only reading one by one can tell.

    `parts` are those of the pattern between blanks, `is_zone` tells a trailing time zone, and `read` reads a whole text
    or raises ValueError. Fields of the time of day stand between blanks and colons, say nothing of the day, and can be
    read or not whatever stands beside them; so it is enough to read each of their values, and each day, once.
    """
    column = pyarrow.chunked_array(pyarrow.array(texts)).combine_chunks()
    if column.null_count or not pyarrow.compute.all(pyarrow.compute.ascii_is_printable(column)).as_py():
        return None
    pieces = _split(column, " ", len(parts)) or _split(column, " ", len(parts) + 1)
    if pieces is None:
        return None
    if len(pieces) > len(parts) and not all(map(is_zone, pieces.pop().unique().to_pylist())):
        return None
    day, most, to_read = np.zeros(len(column), dtype=np.int64), 1, []
    for part, piece in zip(parts, pieces, strict=True):
        fields = _split(piece, ":", part.count(":") + 1) if _TIME_FIELDS.fullmatch(part) else [piece]
        if fields is None:
            return None
        for field in fields:
            codes, count = _encode(field)
            if _TIME_FIELDS.fullmatch(part):
                to_read.append(_first_of_each(codes, count))
            else:
                most *= count
                day = day * count + codes
    if most > _MOST_NUMBERED:
        return None
    return _read_once(texts, day, to_read, read)


def _read_once(
    texts: pd.Series[str], day: NDArray[np.int64], to_read: list[NDArray[np.int64]], read: Callable[[str], dt.date]
) -> list[dt.date] | None:
    codes, days = pd.factorize(day)
    if len(days) > _MOST_DAYS:
        return None
    try:
        for at in {int(at) for firsts in to_read for at in firsts}:
            read(texts.iloc[at])
        found = [read(texts.iloc[int(at)]) for at in _first_of_each(codes, len(days))]
    except ValueError:
        return None
    return list(np.array(found, dtype=object)[codes])


def _split(column: Any, mark: str, count: int) -> list[Any] | None:
    """Return the pieces between the marks as columns, or None where a text has another number of them."""
    pieces = pyarrow.compute.split_pattern(column, mark)
    least_most = pyarrow.compute.min_max(pyarrow.compute.list_value_length(pieces))
    if least_most["min"].as_py() != count or least_most["max"].as_py() != count:
        return None
    return [pyarrow.compute.list_element(pieces, at) for at in range(count)]


def _encode(column: Any) -> tuple[NDArray[np.int64], int]:
    """Return a number for each text and how many different ones there are."""
    encoded = column.dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)


def _first_of_each(codes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return where each code stands first; every code below `count` is there."""
    firsts = np.empty(count, dtype=np.int64)
    # Written from the end, so that the first stays.
    firsts[codes[::-1]] = np.arange(len(codes))[::-1]
    return firsts
