"""Run charts and XmR charts as pictures: what is marked differs in shape too, and nothing is written on another."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pandas as pd
import pytest

from pipeline.disclosure.page_safety.picture import picture_faults
from pipeline.disclosure.page_safety.plain_text import plain_text_checks
from pipeline.presentation.series_charts import Note, describe_series, draw_run_chart, draw_xmr_chart
from pipeline.statistics.improvement.run_charts import draw_up_run_chart
from pipeline.statistics.improvement.xmr_charts import Improvement, draw_up_xmr_chart

STEP = [2.0, 4, 3, 5, 3, 4, 2, 5, 12, 14, 11, 13, 15, 12, 14, 13]
NOTES = [Note(dt.date(2024, 9, 3), "Cycle 2: a card"), Note(dt.date(2024, 8, 20), "Cycle 1: words & a page")]
SVG = "{http://www.w3.org/2000/svg}"


def series(values: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range("2024-01-01", periods=len(values), freq="MS"), "value": values})


def run_chart(values: Sequence[float], notes: Sequence[Note] = ()) -> bytes:
    return draw_run_chart(draw_up_run_chart(series(values)), value_label="People at a forum", notes=notes)


def xmr_chart(values: Sequence[float], improvement: Improvement = "high", notes: Sequence[Note] = ()) -> bytes:
    chart = draw_up_xmr_chart(series(values))
    return draw_xmr_chart(chart, improvement=improvement, value_label="People at a forum", notes=notes)


def written(svg: bytes) -> list[tuple[str, float, float]]:
    """Return every text of a picture and where it stands, in points from the upper left corner."""
    found = []
    for node in ET.fromstring(svg).iter(f"{SVG}text"):
        place = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", node.get("transform", ""))
        x, y = place.groups() if place else (node.get("x", "0"), node.get("y", "0"))
        found.append(("".join(node.itertext()).strip(), float(x), float(y)))
    return found


def texts(svg: bytes) -> dict[str, tuple[float, float]]:
    return {words: (x, y) for words, x, y in written(svg)}


def marks(svg: bytes) -> dict[tuple[str, str], int]:
    """Return how many marks of each shape and fill a picture has: the shape is the outline of the marker used."""
    tree = ET.fromstring(svg)
    outlines = {f"#{node.get('id')}": node.get("d", "").strip() for node in tree.iter(f"{SVG}path") if node.get("id")}
    found: dict[tuple[str, str], int] = {}
    for use in tree.iter(f"{SVG}use"):
        style = use.get("style", "")
        fill = re.search(r"fill: (#\w+)", style)
        shape = outlines[use.get("{http://www.w3.org/1999/xlink}href", "")]
        if "C" in shape or "z" in shape:
            found[(shape, fill[1] if fill else "")] = found.get((shape, fill[1] if fill else ""), 0) + 1
    return found


@pytest.mark.parametrize("draw", [run_chart, xmr_chart])
def test_a_page_may_hold_the_picture_and_the_same_series_gives_the_same_bytes(draw: object) -> None:
    assert callable(draw)
    svg = draw(STEP, notes=NOTES)
    assert svg == draw(STEP, notes=NOTES)
    assert picture_faults(svg, plain_text_checks([])) == []


def test_the_lines_are_named_with_their_values() -> None:
    # Mean 8.25, ranges 2 1 2 2 1 2 3 7 2 3 2 2 3 2 1: mean 35/15, limits 8.25 -+ 6.2.
    assert {"Mean 8.2", "Upper limit 14.5", "Lower limit 2.0"} <= set(texts(xmr_chart(STEP)))
    assert "Median 8" in texts(run_chart(STEP))


def test_names_of_lines_that_lie_close_are_written_apart() -> None:
    # The last point makes the axis so long that the limits, 2.66 times 1057/60 from the mean, lie 7 points from it.
    places = texts(xmr_chart([1.0, 2.0] * 30 + [1000.0]))
    heights = sorted(y for words, (_, y) in places.items() if re.match("Mean|Upper|Lower", words))
    assert len(heights) == 3
    assert all(below - above >= 11 for above, below in zip(heights, heights[1:], strict=False))


def test_points_a_rule_marks_have_a_shape_and_a_fill_of_their_own_and_a_key() -> None:
    svg = xmr_chart(STEP)
    # The key holds one mark of each; eight points are better, eight worse, and none is quiet.
    assert sorted(marks(svg).values()) == [9, 9]
    assert len({shape for shape, _ in marks(svg)}) == 2
    assert {"Special cause: better", "Special cause: worse"} <= set(texts(svg))
    assert "Special cause: neither better nor worse" in texts(xmr_chart(STEP, improvement="neither"))


def test_a_quiet_series_has_one_shape_and_no_key() -> None:
    svg = xmr_chart([5.0, 7, 4, 6] * 4)
    assert list(marks(svg).values()) == [16]
    assert not any(words.startswith("Special") for words in texts(svg))


def test_a_series_with_too_few_points_is_drawn_without_lines_or_marks() -> None:
    svg = run_chart([3.0, 5, 4])
    assert list(marks(svg).values()) == [3]
    assert not any(words.startswith("Median") for words in texts(svg))
    assert len(marks(run_chart([7.0]))) == 1


def test_a_series_without_points_has_no_picture() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        run_chart([])


def test_notes_are_numbered_in_the_order_of_their_dates_and_explained_below() -> None:
    places = texts(run_chart(STEP, notes=NOTES))
    first = places["20 August 2024: Cycle 1: words & a page"]
    second = places["3 September 2024: Cycle 2: a card"]
    assert first[1] < second[1]


def test_numbers_of_notes_close_in_time_do_not_stand_on_each_other() -> None:
    svg = run_chart(STEP, notes=[Note(dt.date(2024, 6, day), "A test") for day in (3, 4, 5)])
    # The same numbers stand below as well, at the left.
    above = sorted(x for words, x, _ in written(svg) if words in ("1", "2", "3") and x > 20)
    assert len(above) == 3
    assert all(right - left >= 9 for left, right in zip(above, above[1:], strict=False))


def test_counts_have_whole_numbers_on_their_axis_and_begin_at_nought() -> None:
    numbers = {words for words in texts(run_chart([3.0, 5, 4])) if re.fullmatch(r"[\d.]+", words)}
    assert "0" in numbers
    assert not any("." in number for number in numbers)


def test_the_text_alternative_tells_points_lines_and_rules() -> None:
    chart = draw_up_run_chart(series(STEP))
    assert describe_series(chart, value_label="People at a forum", centre="Median") == (
        "People at a forum: 16 points, 1 January 2024 to 1 April 2025, from 2 to 15. Median 8. "
        "Rules that speak: shift, too few runs, unusually long run and unusually few crossings."
    )
    few = describe_series(draw_up_run_chart(series([3.0, 5, 4.5])), value_label="People at a forum", centre="Median")
    assert few == (
        "People at a forum: 3 points, 1 January 2024 to 1 March 2024, from 3 to 5. "
        "There are 3 points; a run chart needs at least 10 of them before its rules mean anything."
    )
    nothing = describe_series(draw_up_run_chart(series([])), value_label="People at a forum", centre="Median")
    assert nothing == "People at a forum: no points."
