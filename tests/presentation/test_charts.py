"""Charts are the same bytes for the same figures, hold their words as text, and say nothing of what is hidden."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from pipeline.presentation.chart_rows import ChartRow, Series, Span
from pipeline.presentation.charts import draw_distribution, draw_dumbbell, draw_forest

ROWS = [
    ChartRow("Using the words", (Span(21, 2, 38), Span(33, 7, 57)), "+33 (+7 to +57)", emphasised=True),
    ChartRow("Knowing & <naming>", (Span(5, -9, 18), None), "[c]"),
]
SERIES = [Series("All three", "other"), Series("Barnet", "filled")]
ONE = [Series("", "filled")]


def texts(svg: bytes) -> list[str]:
    return ["".join(node.itertext()).strip() for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def draw(kind: str, rows: list[ChartRow], series: list[Series]) -> bytes:
    if kind == "forest":
        return draw_forest(rows, axis_label="Change, percentage points", series=series)
    return draw_dumbbell(rows, axis_label="Share of those answering", series=series)


@pytest.mark.parametrize("kind", ["forest", "dumbbell"])
def test_the_same_figures_give_the_same_bytes(kind: str) -> None:
    rows = [ROWS[0], ChartRow("Knowing", (None, None), "[c] → [c]")]
    assert draw(kind, rows, SERIES) == draw(kind, rows, SERIES)


def test_the_same_distribution_gives_the_same_bytes() -> None:
    bars = [("Using, First wave", [44, 44, 11, 0]), ("Using, Second wave", None)]
    levels = ["Not sure", "A little sure", "Sure", "Very sure"]
    assert draw_distribution(bars, levels=levels) == draw_distribution(bars, levels=levels)


@pytest.mark.parametrize("kind", ["forest", "dumbbell"])
def test_labels_words_and_names_are_text_that_can_be_read_aloud(kind: str) -> None:
    found = texts(draw(kind, ROWS, SERIES))
    assert {"Using the words", "Knowing & <naming>", "+33 (+7 to +57)", "[c]", "All three", "Barnet"} <= set(found)


def test_a_picture_names_no_time_no_machine_and_no_address() -> None:
    svg = draw("forest", ROWS, SERIES)
    assert not re.search(rb"<dc:date>|20\d\d-\d\d-\d\d|matplotlib v", svg)
    assert b"<script" not in svg
    # Names of vocabularies are no requests; nothing may be fetched.
    assert not re.search(rb'(?:href|src)="(?!#)', svg)


def test_a_hidden_row_leaves_its_words_alone_and_no_mark() -> None:
    hidden = draw("forest", [ChartRow("Enfield", (None,), "[c]")], ONE)
    shown = draw("forest", [ChartRow("Enfield", (Span(4, -8, 9),), "[c]")], ONE)
    # The axis reaches from -10 to +10 at the least, so that its numbers are the same whatever is hidden.
    axis = {text for text in texts(draw("forest", [ChartRow("", (None,), "")], ONE)) if re.search(r"\d", text)}
    assert {text for text in texts(hidden) if re.search(r"\d", text)} == axis
    assert set(texts(hidden)) >= {"Enfield", "[c]"}
    assert shown.count(b"<path") > hidden.count(b"<path")


def test_the_axis_of_a_forest_lies_evenly_about_nought_and_holds_every_interval() -> None:
    found = texts(draw("forest", [ChartRow("A", (Span(70, 30, 86),), "x")], ONE))
    numbers = [int(text.replace("−", "-")) for text in found if re.fullmatch(r"[+−]?\d+", text)]
    assert min(numbers) == -max(numbers)
    assert max(numbers) >= 75


def test_a_bar_that_is_hidden_holds_no_share() -> None:
    svg = draw_distribution([("Using, First wave", None)], levels=["Not sure", "Sure"])
    assert {text for text in texts(svg) if re.search(r"\d", text)} <= {f"{number}%" for number in range(0, 101, 20)}
    assert "[c]" in texts(svg)


def test_shares_of_six_per_cent_or_more_are_written_into_their_bar() -> None:
    found = texts(draw_distribution([("Using", [61, 34, 5])], levels=["a", "b", "c"]))
    assert {"61", "34"} <= set(found)
    assert "5" not in found


def test_a_figure_from_few_answers_alone_is_drawn_hollow_and_thinner_than_the_one_drawn_in() -> None:
    series = [Series("All three", "other"), Series("Its own answers alone", "hollow"), Series("Barnet", "filled")]
    svg = draw("forest", [ChartRow("Using", (Span(21, 2, 38), Span(5, -30, 40), Span(18, 1, 33)), "+18")], series)
    # A line of width 1 is written without its width.
    found = re.findall(r"fill: none; stroke: (#\w+)(?:; stroke-width: ([\d.]+))?", svg.decode())
    widths = {colour: float(width or 1) for colour, width in found}
    assert widths["#5f5f5f"] < widths["#12436d"] == widths["#f46a25"]
    marks = set(re.findall(r'<use [^>]*style="fill: (#\w+); stroke: (#\w+)', svg.decode()))
    assert marks >= {("#ffffff", "#5f5f5f"), ("#12436d", "#12436d"), ("#ffffff", "#f46a25")}
    names = [text for text in texts(svg) if text in {one.name for one in series}]
    assert names == ["Barnet", "Its own answers alone", "All three"]


def patches(svg: bytes) -> list[str]:
    """Return the fill of every bar and of every mark in the key."""
    return re.findall(r'style="fill: (url\(#\w+\)|#\w+)', svg.decode())


def test_levels_that_are_not_shown_share_the_hatched_end_of_their_bar_and_have_a_key() -> None:
    levels = ["Not sure", "A little sure", "Sure"]
    whole = draw_distribution([("Using", [44, 45, 11])], levels=levels)
    parted = draw_distribution([("Using", [None, 45, 44])], levels=levels)
    assert "Not shown one by one" not in texts(whole)
    assert not any(fill.startswith("url") for fill in patches(whole))
    # One end of a bar, and one mark in the key.
    assert "Not shown one by one" in texts(parted)
    assert len([fill for fill in patches(parted) if fill.startswith("url")]) == 2
    # The missing 11 are told by no number.
    assert "11" not in texts(parted)
    assert parted == draw_distribution([("Using", [None, 45, 44])], levels=levels)


def test_rounded_shares_that_fill_their_bar_leave_no_end_to_hatch() -> None:
    full = draw_distribution([("Using", [None, 46, 54])], levels=["Not sure", "A little sure", "Sure"])
    assert len([fill for fill in patches(full) if fill.startswith("url")]) == 1
