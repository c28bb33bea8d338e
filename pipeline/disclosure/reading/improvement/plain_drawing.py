"""Drawings on the improvement work as a list of what they draw, in order, to be held against what they must draw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal
from xml.etree.ElementTree import Element

from pipeline.disclosure.reading.drawing import read_svg, size_of
from pipeline.disclosure.reading.shapes import CONTENT_OF, STYLE_SHEET, UndrawableError, attributes_of, points_of

FONT = "font-size: 9px; font-family: 'DejaVu Sans', Arial, Helvetica, sans-serif; text-anchor: "
BOLD = "font-weight: 700; "
INK, WHITE, PURPLE = "#1a1a1a", "#ffffff", "#801650"
GROUND = "fill: #ffffff"
# How far, in points, things may be drawn from where they belong; letters stand on a line that their face sets.
_CLOSE, _ABOUT = 0.02, 5.5
_GROUPS = {"figure", "axes", "patch", "line2d", "text", "xtick", "ytick", "matplotlib.axis"}

Point = tuple[float, float]


@dataclass(frozen=True)
class Item:
    """One thing that is drawn: how, through which points, and the words of a text or the shape of a mark.

    The points of an area are those of its corners in the order in which they are drawn. `is_about`: its height is known
    to the height of a letter alone.
    """

    kind: Literal["line", "area", "text", "mark"]
    style: str
    points: tuple[Point, ...]
    text: str = ""
    is_about: bool = False

    def is_like(self, found: Item) -> bool:
        """Return whether what was found is this."""
        near = _ABOUT if self.is_about else _CLOSE
        return (
            (self.kind, self.style, self.text) == (found.kind, found.style, found.text)
            and len(self.points) == len(found.points)
            and all(
                abs(x - other_x) <= _CLOSE and abs(y - other_y) <= near
                for (x, y), (other_x, other_y) in zip(self.points, found.points, strict=True)
            )
        )


@dataclass(frozen=True)
class Plain:
    """A drawing's size and all that it draws; `clips` are the boxes that it is cut to: left, right, top, bottom."""

    width: float
    height: float
    items: tuple[Item, ...]
    clips: tuple[tuple[float, float, float, float], ...]

    def texts(self) -> list[Item]:
        return [item for item in self.items if item.kind == "text"]


def text_style(colour: str = INK, anchor: str = "start", *, bold: bool = False) -> str:
    """Return how letters are drawn."""
    return f"{BOLD if bold else ''}{FONT}{anchor}; fill: {colour}"


def rectangle(left: float, right: float, top: float, bottom: float) -> tuple[Point, ...]:
    """Return the corners of an area as they are drawn."""
    return ((left, bottom), (right, bottom), (right, top), (left, top))


def read_plain(content: bytes) -> Plain:
    """Return what a drawing draws; raises UndrawableError with what may not stand in one."""
    top = read_svg(content)
    width, height = size_of(top)
    reader = _Reader()
    reader.walk(top)
    if reader.used - set(reader.clips) or len(reader.clips) > 2:
        raise UndrawableError("something is cut out of it otherwise than by its axes")
    return Plain(width, height, tuple(reader.items), tuple(reader.clips.values()))


def differences(found: Plain, expected: Sequence[Item]) -> Iterator[str]:
    """Give the first thing that is drawn otherwise than it must be."""
    for one, other in zip_longest(found.items, expected):
        if one is None or other is None or not other.is_like(one):
            yield f"its picture has {_named(one)} where the files beside it have {_named(other)}."
            return


def _named(item: Item | None) -> str:
    if item is None:
        return "nothing"
    words = f" '{item.text}'" if item.kind == "text" else ""
    x, y = item.points[-1]
    return f"a {item.kind}{words} at {x:g}, {y:g}"


class _Reader:
    def __init__(self) -> None:
        self.items: list[Item] = []
        self.counts: Counter[str] = Counter()
        # The outline and the style of each mark by its id, and the boxes that things are cut to.
        self.marks: dict[str, tuple[str, str]] = {}
        self.clips: dict[str, tuple[float, float, float, float]] = {}
        self.used: set[str] = set()

    def walk(self, node: Element) -> None:
        tag, attributes = attributes_of(node)
        held = (node.text or "").strip(" \n")
        if (held and tag not in ("text", "style")) or (node.tail or "").strip(" \n"):
            raise UndrawableError(f"text stands by itself in <{tag}>")
        if tag == "style" and held != STYLE_SHEET:
            raise UndrawableError("its style sheet is not the one that charts have")
        if tag in ("pattern", "rect"):
            raise UndrawableError(f"<{tag}> stands in it")
        if tag == "g" and "id" in attributes:
            self._count(attributes["id"])
        if "clip-path" in attributes:
            self.used.add(attributes["clip-path"].removeprefix("url(#").removesuffix(")"))
        self._read(node, tag, attributes)
        for child in node if tag != "clipPath" else ():
            child_tag = attributes_of(child)[0]
            if child_tag not in CONTENT_OF[tag]:
                raise UndrawableError(f"<{tag}> holds <{child_tag}>")
            self.walk(child)

    def _count(self, name: str) -> None:
        """Check that a group is the next of its kind."""
        kind, _, number = name.rpartition("_")
        self.counts[kind] += 1
        if kind not in _GROUPS or number != str(self.counts[kind]):
            raise UndrawableError(f"a group is called '{name[:40]}'")

    def _read(self, node: Element, tag: str, attributes: dict[str, str]) -> None:
        if tag == "path" and "id" in attributes:
            self.marks[attributes["id"]] = (" ".join(attributes["d"].split()), attributes["style"])
        elif tag == "path":
            points, is_closed = points_of(attributes["d"])
            self.items.append(Item("area" if is_closed else "line", attributes["style"], tuple(points)))
        elif tag == "use":
            outline, drawn = self.marks.get(attributes["href"].removeprefix("#"), ("", ""))
            if re.sub(r"^fill: [^;]*; ", "", attributes["style"]) != drawn:
                raise UndrawableError("a mark is drawn otherwise than its shape")
            at = (float(attributes["x"]), float(attributes["y"]))
            self.items.append(Item("mark", attributes["style"], (at,), outline))
        elif tag == "text":
            self._read_text(node, attributes)
        elif tag == "clipPath":
            edges = {name: float(text) for box in node for name, text in attributes_of(box)[1].items()}
            right, bottom = edges["x"] + edges["width"], edges["y"] + edges["height"]
            self.clips[attributes["id"]] = (edges["x"], right, edges["y"], bottom)

    def _read_text(self, node: Element, attributes: dict[str, str]) -> None:
        if attributes["transform"] != f"rotate(-0 {attributes['x']} {attributes['y']})":
            raise UndrawableError("a text is turned")
        at = (float(attributes["x"]), float(attributes["y"]))
        text = node.text or ""
        if text != " ".join(text.split(" ")) or text != text.strip() or "\n" in text:
            raise UndrawableError("spaces that nobody sees stand in it")
        self.items.append(Item("text", attributes["style"], (at,), text))
