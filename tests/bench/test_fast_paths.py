"""What is fast for large files gives exactly what the plain way gives."""

from __future__ import annotations

import codecs
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exports.dates import _Days, read_date
from pipeline.exports.grid import Grid, TextColumns, cells_of
from pipeline.exports.text_table import LARGE, grid_under, read_large, read_records
from pipeline.ground.errors import ExportError

# What could be read in more than one way, or is easily taken for something else.
PIECES = [
    ",",
    ",",
    ";",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\r",
    '"',
    "'",
    "\\",
    "a",
    "é",
    "NA",
    "null",
    " ",
    "#",
    "1",
    "\ufeff",
]
PIECES += ["\u2028", "\x0b", "\x1c", "\N{NO-BREAK SPACE}"]


def strictly(text: str, delimiter: str) -> tuple[Grid | None, str]:
    try:
        records = read_records(text.encode(), encoding="utf-8", shown="a.csv", delimiter=delimiter)
        _, headers = next(records)
        return grid_under(headers, records, "a.csv"), ""
    except ExportError as error:
        return None, str(error)


@settings(max_examples=600, deadline=None)
@given(
    body=st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    rows=st.lists(st.lists(st.sampled_from(["", "a", "é b", "NA", "'", "\\"]), min_size=2, max_size=2), max_size=5),
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n"]),
    regular=st.booleans(),
)
def test_the_fast_reading_of_a_text_is_that_of_csv_or_none(
    body: str, rows: list[list[str]], delimiter: str, end: str, regular: bool
) -> None:
    text = end.join(delimiter.join(row) for row in [["x", "y"], *rows]) if regular else f"x{delimiter}y\n{body}"
    if text.encode().startswith(codecs.BOM_UTF8):
        return
    fast = read_large(text, ["x", "y"], delimiter)
    expected, _ = strictly(text, delimiter)
    if fast is not None:
        assert expected is not None
        assert (list(fast.lines), list(fast.rows)) == (list(expected.lines), list(expected.rows))
        assert list(cells_of(fast, 1)) == cells_of(expected, 1)
        assert [fast.rows[at] for at in range(len(fast.rows))] == list(fast.rows[:])


def test_a_large_regular_text_is_read_the_fast_way() -> None:
    text = "x,y\r\n" + "a,\r\n" * (LARGE // 4)
    fast = read_large(text, ["x", "y"], ",")
    assert fast is not None
    assert isinstance(fast.rows, TextColumns)
    assert (len(fast.rows), fast.rows[0], fast.rows[-1]) == (LARGE // 4, ("a", None), ("a", None))


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(
        st.one_of(
            st.datetimes(dt.datetime(1999, 1, 1), dt.datetime(2030, 1, 1)).map(str),
            st.from_regex(
                r"[0-3]?\d/[01]?\d/20\d\d [0-2]?\d:[0-6]\d(:[0-6]\d)?( [AP]M)?( GMT(\+1)?| UTC)?", fullmatch=True
            ),
            st.text("0123456789/:- APMGT", max_size=20),
        ),
        min_size=1,
        max_size=12,
    ),
    pattern=st.sampled_from(
        [
            "%d/%m/%Y %H:%M",
            "%m/%d/%Y %I:%M:%S %p",
            "%Y-%m-%d %H:%M:%S.%f",
            "%d/%m/%Y %H:%M:%S",
            "%H:%M %d/%m/%Y",
            "%d/%m/%Y",
        ]
    ),
)
def test_days_read_part_by_part_are_those_read_whole(texts: list[str], pattern: str) -> None:
    days = _Days(pattern)
    for text in [*texts, *texts]:
        try:
            expected = read_date(text, pattern, "here")
        except ExportError as error:
            with pytest.raises(ExportError) as found:
                days.read(text, lambda: "here")
            assert str(found.value) == str(error)
        else:
            assert days.read(text, lambda: "here") == expected
