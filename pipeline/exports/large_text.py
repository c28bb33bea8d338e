"""A large text read fast, where every line end ends a record and every quotation mark stands at an end of a field."""

from __future__ import annotations

import codecs
import csv
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.csv
from numpy.typing import NDArray

from pipeline.exports.grid import Grid, TextColumns

# Bytes from which on a text is worth the faster reading.
LARGE = 5_000_000
_AT_ONCE = 2**24
_NEW_LINE, _RETURN, _QUOTE = b'\n\r"'


def read_large(content: bytes, delimiter: str) -> Grid | None:
    """Return the grid of a UTF-8 text as the strict reader gives it, or None for one that it alone can judge.

    The headers are not checked.
    """
    text = _without_ends(content)
    ends = _line_ends(text)
    if b"\0" in content or ends is None or not len(ends) or not _is_plain(text, ends, delimiter):
        return None
    headers = _headers(bytes(text[: ends[0]]), delimiter)
    names = [str(position) for position in range(len(headers))]
    if len(headers) < 2:
        return None
    try:
        table = pyarrow.csv.read_csv(
            pyarrow.BufferReader(text),
            pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, block_size=_AT_ONCE),
            pyarrow.csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pyarrow.large_string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pyarrow.ArrowInvalid:
        return None
    # Fewer rows than lines: a line end within quotation marks.
    if table.num_rows != len(ends):
        return None
    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    columns = [pd.Series(dtype.__from_arrow__(column)) for column in table.columns]
    return Grid(headers, range(2, len(ends) + 2), TextColumns(columns))


def _without_ends(content: bytes) -> memoryview:
    """Return a text without its byte order mark and its last line ends, not copied."""
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    end = len(content)
    while end > start and content[end - 1] in (_NEW_LINE, _RETURN):
        end -= 1
    return memoryview(content)[start:end]


def _line_ends(text: memoryview) -> NDArray[np.int64] | None:
    """Return where the lines of a text end, its last apart, or None where a lone carriage return may end one too."""
    cells = np.frombuffer(text, dtype=np.uint8)
    # A part at a time, for the memory of a mask as long as the text takes longer to get than to fill.
    windows = [cells[start : start + _AT_ONCE] for start in range(0, len(cells), _AT_ONCE)]
    found = [number * _AT_ONCE + np.flatnonzero(window == _NEW_LINE) for number, window in enumerate(windows)]
    ends = np.concatenate([*found, np.zeros(0, dtype=np.int64)])
    returns = sum(int(np.count_nonzero(window == _RETURN)) for window in windows)
    return ends if returns == np.count_nonzero(cells[ends[ends > 0] - 1] == _RETURN) else None


def _is_plain(text: memoryview, ends: NDArray[np.int64], delimiter: str) -> bool:
    """Return whether no line is blank or too long, the last holds something, and all quotation marks are regular."""
    cells = np.frombuffer(text, dtype=np.uint8)
    lengths = np.diff(ends, prepend=-1, append=len(text)) - 1
    # A blank line is a mistake, which pyarrow would take for a row of empty cells.
    is_blank = (lengths == 0) | ((lengths == 1) & (np.append(cells[ends - 1], 0) == _RETURN))
    # The strict reader says what is beyond csv's limit of a field, and leaves out last lines without an answer.
    return (
        not is_blank.any()
        and int(lengths.max()) < csv.field_size_limit()
        and bool(bytes(text[ends[-1] + 1 :]).strip(delimiter.encode() + b'\r"'))
        and _are_quotes_regular(cells, ord(delimiter))
    )


def _are_quotes_regular(cells: NDArray[np.uint8], delimiter: int) -> bool:
    """Return whether quotation marks open a field at its start and close it at its end, in turn, none doubled."""
    seen, last = 0, len(cells) - 1
    for start in range(0, len(cells), _AT_ONCE):
        at = start + np.flatnonzero(cells[start : start + _AT_ONCE] == _QUOTE)
        opening, closing = at[seen % 2 :: 2], at[1 - seen % 2 :: 2]
        before, after = cells[np.maximum(opening - 1, 0)], cells[np.minimum(closing + 1, last)]
        opens = (opening == 0) | (before == delimiter) | (before == _NEW_LINE)
        closes = (closing == last) | (after == delimiter) | (after == _NEW_LINE) | (after == _RETURN)
        if not opens.all() or not closes.all():
            return False
        seen += len(at)
    return seen % 2 == 0


def _headers(line: bytes, delimiter: str) -> tuple[str, ...]:
    """Return the fields of the first line, none where it cannot be read alone."""
    try:
        return tuple(next(csv.reader([line.decode("utf-8")], strict=True, delimiter=delimiter), ()))
    except (UnicodeDecodeError, csv.Error):
        return ()
