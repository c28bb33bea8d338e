"""The driver diagram: nothing overlaps, nothing runs over its box, and the list says all that the picture says."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.page_safety.picture import picture_faults
from pipeline.disclosure.page_safety.plain_text import plain_text_checks
from pipeline.presentation.driver_diagram import (
    Box,
    describe_drivers,
    draw_driver_diagram,
    list_drivers,
    place_boxes,
)
from pipeline.presentation.text_fitting import fitted_lines, text_width

TREE = pd.DataFrame(
    [
        ("aim", "", "aim", "Everybody uses the same words by 2025", ""),
        ("p1", "aim", "primary", "Shared words & meanings", ""),
        ("s1", "p1", "secondary", "One glossary, used in every referral and at every meeting", ""),
        ("i1", "s1", "idea", "Words on one page", "testing"),
        ("i2", "s1", "idea", "A check of <acronyms>", "planned"),
        ("p2", "aim", "primary", "Leaders who ask for it", ""),
        ("i3", "p2", "idea", "A standing item", ""),
    ],
    columns=["node", "parent", "layer", "text", "status"],
)


def words(svg: bytes) -> str:
    return " ".join(
        "".join(node.itertext()).strip() for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    )


def apart(one: Box, other: Box) -> bool:
    beside = one.left + one.width <= other.left or other.left + other.width <= one.left
    return beside or one.bottom <= other.top or other.bottom <= one.top


def test_all_words_stand_in_the_picture_as_text() -> None:
    found = words(draw_driver_diagram(TREE))
    for text in [*TREE["text"], "Status: testing", "Status: planned"]:
        assert text in found
    assert [heading in found for heading in ("Aim", "Primary drivers", "Secondary drivers", "Change ideas")] == [
        True
    ] * 4


def test_the_same_tree_gives_the_same_bytes_and_a_picture_a_page_may_hold() -> None:
    svg = draw_driver_diagram(TREE)
    assert svg == draw_driver_diagram(TREE)
    assert picture_faults(svg, plain_text_checks([])) == []


def test_columns_go_from_left_to_right_and_a_layer_nobody_uses_has_none() -> None:
    boxes = place_boxes(TREE)
    lefts = [boxes[node].left for node in ("aim", "p1", "s1", "i1")]
    assert lefts == sorted(set(lefts))
    assert boxes["i1"].left == boxes["i3"].left
    without = TREE[~TREE["node"].isin(["s1", "i1", "i2"])]
    assert len({box.left for box in place_boxes(without).values()}) == 3
    assert "Secondary drivers" not in words(draw_driver_diagram(without))


def test_a_parent_stands_at_the_middle_of_its_children() -> None:
    boxes = place_boxes(TREE)
    assert boxes["s1"].middle == pytest.approx((boxes["i1"].top + boxes["i2"].bottom) / 2)


texts = st.text(st.sampled_from("abcdefghij mnop-/&WM"), min_size=1, max_size=90).filter(str.strip)


@st.composite
def trees(draw: st.DrawFn) -> pd.DataFrame:
    """Make a tree of up to two of everything below everything, ordered."""
    rows = [("aim", "", "aim", draw(texts), "")]
    below = {"aim": ["primary"], "primary": ["secondary", "idea"], "secondary": ["idea"], "idea": []}

    def grow(parent: str, layer: str) -> None:
        for child_layer in below[layer]:
            for _ in range(draw(st.integers(0, 2))):
                node = f"n{len(rows)}"
                rows.append((node, parent, child_layer, draw(texts), draw(st.sampled_from(["", "testing"]))))
                grow(node, child_layer)

    grow("aim", "aim")
    return pd.DataFrame(rows, columns=TREE.columns)


@given(trees())
@settings(max_examples=8, deadline=None)
def test_no_box_overlaps_another_and_every_line_fits_its_box(tree: pd.DataFrame) -> None:
    boxes = list(place_boxes(tree).values())
    assert all(apart(one, other) for one, other in combinations(boxes, 2))
    assert all(box.top >= 20 and box.left + box.width <= 547 for box in boxes)
    for box in boxes:
        weight = "bold" if box.layer == "aim" else "normal"
        assert all(text_width(line, 9.0, weight) <= box.width - 12 for line in box.lines)
        assert (len(box.lines) + len(box.status)) * 9 <= box.height


@given(texts, st.integers(20, 120))
@settings(max_examples=10, deadline=None)
def test_breaking_lines_loses_no_letter(text: str, width: int) -> None:
    lines = fitted_lines(text, width, size=9)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 9) <= width for line in lines)


def test_the_list_says_all_that_the_picture_says_and_nests_as_the_tree_does() -> None:
    listed = str(list_drivers(TREE))
    plain = html.unescape(re.sub(r"<[^>]+>", " ", listed))
    for text in TREE["text"]:
        assert text in plain
    assert "A check of <acronyms> (status: planned)" in plain
    depths = {}
    for found in re.finditer(r"<strong>[^<]+</strong> ([^<(]+)", listed):
        before = listed[: found.start()]
        depths[html.unescape(found[1]).strip()] = before.count("<ul>") - before.count("</ul>")
    assert depths["Everybody uses the same words by 2025"] == 1
    assert depths["Shared words & meanings"] == depths["Leaders who ask for it"] == 2
    assert depths["Words on one page"] == 4
    assert depths["A standing item"] == 3
    assert listed.count("<ul>") == listed.count("</ul>")


def test_the_text_alternative_tells_the_aim_and_how_much_of_each_layer_there_is() -> None:
    assert describe_drivers(TREE) == (
        "Driver diagram from left to right. Aim: Everybody uses the same words by 2025. "
        "Towards it: 2 primary drivers, 1 secondary driver and 3 change ideas. The list says the same."
    )
    assert "Towards" not in describe_drivers(TREE.iloc[:1])
    assert list_drivers(TREE.iloc[:1]).count("<li>") == 1
