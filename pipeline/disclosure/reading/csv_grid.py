"""The bytes of a CSV file of ours as a grid of cells, or the one way in which they are none."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

_BOM = b"\xef\xbb\xbf"


class GridError(ValueError):
    """Raised where bytes are no file of ours: `place` in it, and what is wrong there."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place, self.what = place, what


def read_grid(content: bytes, columns: Sequence[str]) -> list[list[str]]:
    """Return the cells below the first line, which must hold these columns; raises GridError."""
    if not content.startswith(_BOM):
        raise GridError("start", "the mark of UTF-8 that spreadsheets need is missing.")
    try:
        text = content[len(_BOM) :].decode("utf-8")
        grid = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise GridError("bytes", f"it cannot be read as CSV in UTF-8 ({error}).") from error
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\r\n").writerows(grid)
    if again.getvalue() != text:
        raise GridError("bytes", "its line ends or quotation marks are not those of a CSV of ours.")
    if not grid or grid[0] != list(columns):
        raise GridError("line 1", f"its columns are an unmodelled statistic; expected {', '.join(columns)}.")
    uneven = [number for number, row in enumerate(grid, start=1) if len(row) != len(columns)]
    if uneven:
        raise GridError(f"line {uneven[0]}", "it has another number of cells than the first line.")
    return grid[1:]
