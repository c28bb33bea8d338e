"""What is fast for large files gives exactly what the plain way gives."""

from __future__ import annotations

import codecs
import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exports.dates import _Days, read_date
from pipeline.exports.grid import Grid, TextColumns, cells_of
from pipeline.exports.large_text import LARGE, read_large
from pipeline.exports.text_table import grid_under, read_records, read_text_table
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
    quote=st.sampled_from(["", '"']),
    regular=st.booleans(),
)
def test_the_fast_reading_of_a_text_is_that_of_csv_or_none(
    body: str, rows: list[list[str]], delimiter: str, end: str, quote: str, regular: bool
) -> None:
    text = end.join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in [["x", "y"], *rows])
    if not regular:
        text = f"{quote}x{quote}{delimiter}y\n{body}"
    fast = read_large(text.encode(), delimiter)
    expected, _ = strictly(text, delimiter)
    if fast is not None:
        assert expected is not None
        assert fast.headers == expected.headers
        assert (list(fast.lines), list(fast.rows)) == (list(expected.lines), list(expected.rows))
        assert list(cells_of(fast, 1)) == cells_of(expected, 1)
        assert [fast.rows[at] for at in range(len(fast.rows))] == list(fast.rows[:])


@pytest.mark.parametrize("row", ["a,\r\n", '"a",""\n'])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_large_regular_text_is_read_the_fast_way(row: str, mark: bytes) -> None:
    count = LARGE // len(row) + 1
    text = mark + b"x,y\r\n" + row.encode() * count
    grid = read_text_table(text, encoding="utf-8", shown="a.csv")
    assert isinstance(grid.rows, TextColumns)
    assert grid.headers == ("x", "y")
    assert (len(grid.rows), grid.rows[0], grid.rows[-1]) == (count, ("a", None), ("a", None))


@pytest.mark.parametrize(
    "text",
    ["x,y\na,b\n\nc,d\n", 'x,y\na,"b\nc"\n', 'x,y\na,"b""c"\n', "x,y\na,b\0\n", 'x,y\na,b"\n', "x,y\na,b\n,\n"],
    ids=["blank line", "line end in quotes", "doubled quote", "NUL", "quote within", "nothing in the last line"],
)
def test_a_text_that_only_the_strict_reader_can_judge_is_left_to_it(text: str) -> None:
    assert read_large(b"x,y\na,b\n", ",") is not None
    assert read_large(text.encode(), ",") is None


@pytest.mark.parametrize(
    ("pattern", "ending"), [("%Y/%m/%d %H:%M:%S", ""), ("%d/%m/%Y %I:%M %p", " GMT+1"), ("%H:%M %d.%m.%Y", " UTC")]
)
def test_days_of_a_large_column_are_read_together(pattern: str, ending: str) -> None:
    moments = [dt.datetime(2024, 2, 27) + dt.timedelta(minutes=7 * number) for number in range(2000)]
    texts = [f"{moment.strftime(pattern)}{ending}" for moment in moments]
    days = _Days(pattern)
    assert days.read_column(pd.Series(texts, dtype="str")) == [moment.date() for moment in moments]
    # One that no calendar has, among those that are right, is left for the message that names its line.
    for wrong in ("31/02/2024 10:00 AM", "2024/02/27 24:00:00", "10:61 27.02.2024", texts[0] + " x", "", texts[0][:-6]):
        assert days.read_column(pd.Series([*texts, wrong], dtype="str")) is None


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
    together = days.read_column(pd.Series([*texts, *texts], dtype="str"))
    if together is not None:
        assert together == [read_date(text, pattern, "here") for text in [*texts, *texts]]
    for text in [*texts, *texts]:
        try:
            expected = read_date(text, pattern, "here")
        except ExportError as error:
            with pytest.raises(ExportError) as found:
                days.read(text, lambda: "here")
            assert str(found.value) == str(error)
        else:
            assert days.read(text, lambda: "here") == expected
