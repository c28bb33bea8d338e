"""A chart's SVG taken apart into ticks, texts, marks, lines and bars, so strictly that nothing else can stand in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.disclosure.reading.expected_charts import FILLED, HOLLOW, OTHER
from pipeline.disclosure.reading.shapes import (
    CONTENT_OF,
    HATCH,
    HATCHED,
    NUMBER,
    STYLE_SHEET,
    UndrawableError,
    attributes_of,
    ground_of,
    look_of,
    names_in_order,
    points_of,
    rectangle_of,
    style_of,
)

_START = '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<svg '
_LINES = {"#f46a25": OTHER, "#5f5f5f": HOLLOW, "#12436d": FILLED}
_WIDTHS = {OTHER: "1.8", HOLLOW: "", FILLED: "1.8"}
_GRID, _SPINE, _ZERO, _KEY_EDGE = "#d8d8d8", "#8a8a8a", "#1a1a1a", "#5f5f5f"
# How far, in points, things may be drawn from where they belong.
CLOSE = 0.02
# What a chart leaves below its axes: for its ticks, or for these and what the axis is called.
_BELOW = (19.50024, 33.000982)
_INK, _SMALL = "#1a1a1a", "9px"


@dataclass(frozen=True)
class Text:
    """A text: where it stands, whether it names a tick of the axis, begins a row, or ends one."""

    text: str
    x: float
    y: float
    is_tick: bool
    is_row_label: bool
    is_row_end: bool


@dataclass(frozen=True)
class Mark:
    """A figure's mark, in one of the looks of series."""

    look: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """An interval."""

    look: str
    left: float
    right: float
    y: float


@dataclass(frozen=True)
class Bar:
    """A part of a bar."""

    left: float
    right: float
    top: float
    bottom: float
    colour: str


Segment = tuple[float, float, float, float]


@dataclass
class Drawing:
    """All that a chart draws; `box` is the left, right, top and bottom of its axes."""

    texts: list[Text] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    joins: list[Segment] = field(default_factory=list)
    grid: list[Segment] = field(default_factory=list)
    zero: list[Segment] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    swatches: list[str] = field(default_factory=list)
    legend: list[Mark] = field(default_factory=list)
    empty: int = 0
    box: Segment = (0.0, 0.0, 0.0, 0.0)

    @property
    def ticks(self) -> list[Text]:
        return [text for text in self.texts if text.is_tick]


def read_drawing(content: bytes) -> Drawing:
    """Return what a chart draws; raises UndrawableError with what may not stand in one."""
    reader = _Reader()
    reader.read(read_svg(content))
    return reader.drawing


def read_svg(content: bytes) -> Element:
    """Return the tree of an SVG that is written as ours are; raises UndrawableError."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise UndrawableError("it is not UTF-8") from None
    body = text.removeprefix(_START)
    if not names_in_order(text):
        raise UndrawableError("its clips, marks and patterns are called otherwise than p1, m1, m2 and so on")
    if re.search(r"\S {2,}\S", body) or not _is_indented(text):
        raise UndrawableError("spaces that nobody sees stand in it")
    found = re.search(r"<[!?]|&(?!amp;|lt;|gt;|quot;)", body)
    if body == text or found:
        raise UndrawableError("it begins otherwise than a chart, or holds a comment, an instruction or a declaration")
    try:
        return fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        raise UndrawableError(f"it is no XML ({error})") from None


def size_of(top: Element) -> tuple[float, float]:
    """Return the width and height of an SVG, which must say them twice alike; raises UndrawableError."""
    tag, attributes = attributes_of(top)
    size = re.fullmatch(rf"0 0 ({NUMBER}) ({NUMBER})", attributes.get("viewBox", ""))
    if tag != "svg" or size is None or attributes.get("version") != "1.1":
        raise UndrawableError("it is not an SVG of the size that it says")
    if (attributes.get("width"), attributes.get("height")) != (f"{size[1]}pt", f"{size[2]}pt"):
        raise UndrawableError("it says two sizes")
    return float(size[1]), float(size[2])


def _is_indented(text: str) -> bool:
    """Return whether each line that begins an element is indented by as many spaces as elements are open."""
    depth = 0
    for line in text.split("\n")[1:]:
        bare = line.lstrip(" ")
        depth -= bare.startswith("</")
        if bare.startswith("<") and len(line) - len(bare) != depth:
            return False
        # A path's points go on over several lines.
        depth += bare.startswith("<") and bare.endswith(">") and "</" not in bare and not bare.endswith("/>")
    return True


class _Reader:
    def __init__(self) -> None:
        self.drawing = Drawing()
        self.counts: Counter[str] = Counter()
        self.markers: dict[str, str] = {}
        self.clips: set[str] = set()
        self.clip = ""
        self.hatches: set[str] = set()
        self.size = (0.0, 0.0)
        # Whether the text being read stands on a white ground of its own, as a row's label and the words at its end do.
        self.is_boxed = False
        # The white grounds below texts, of which each text takes the last.
        self.grounds: list[Segment] = []

    def read(self, top: Element) -> None:
        self.size = size_of(top)
        self._walk(top, ())
        if min(abs(self.size[1] - self.drawing.box[3] - below) for below in _BELOW) > CLOSE:
            raise UndrawableError("it is of another size than its axes need")
        if self.clips - {self.clip}:
            raise UndrawableError("something is cut out of it otherwise than by its axes")

    def _walk(self, node: Element, inside: tuple[str, ...]) -> None:
        tag, attributes = attributes_of(node)
        self._check_text(node, tag)
        if "clip-path" in attributes:
            self.clips.add(attributes["clip-path"].removeprefix("url(#").removesuffix(")"))
        within = inside
        if "id" in attributes and tag == "g":
            within = (*inside, self._counted(attributes["id"]))
        elif tag == "pattern":
            within = ("pattern",)
        self._read_shape(node, tag, attributes, inside)
        if tag == "g" and "id" in attributes and len(node) == 0 and within[-1] == "line2d":
            self.drawing.empty += 1
        held = [attributes_of(child)[0] for child in node]
        for child, child_tag in zip(node, held, strict=True):
            if child_tag not in CONTENT_OF[tag]:
                raise UndrawableError(f"<{tag}> holds <{child_tag}>")
            self.is_boxed = held == ["g", "text"]
            self._walk(child, within)

    def _read_shape(self, node: Element, tag: str, attributes: dict[str, str], inside: tuple[str, ...]) -> None:
        if tag == "path" and inside != ("pattern",):
            self._read_path(attributes, inside)
        elif tag == "use":
            self._read_use(attributes, inside)
        elif tag == "text":
            self._read_text(node, attributes, inside)
        elif tag == "clipPath":
            self._read_clip(node, attributes)
        elif tag == "pattern":
            self._read_hatch(node, attributes)

    def _check_text(self, node: Element, tag: str) -> None:
        held = (node.text or "").strip(" \n")
        if (held and tag not in ("text", "style")) or (node.tail or "").strip(" \n"):
            raise UndrawableError(f"text stands by itself in <{tag}>")
        if tag == "style" and held != STYLE_SHEET:
            raise UndrawableError("its style sheet is not the one that charts have")

    def _counted(self, name: str) -> str:
        """Return the kind of a group from its id, which must be the next of its kind."""
        kind, _, number = name.rpartition("_")
        known = {"figure", "axes", "patch", "line2d", "text", "xtick", "matplotlib.axis", "legend"}
        self.counts[kind] += 1
        if kind not in known or number != str(self.counts[kind]):
            raise UndrawableError(f"a group is called '{name[:40]}'")
        return kind

    def _read_path(self, attributes: dict[str, str], inside: tuple[str, ...]) -> None:
        style = style_of(attributes.get("style", ""))
        if "id" in attributes:
            self.markers[attributes["id"]] = look_of(attributes["d"], style)
            return
        points, is_closed = points_of(attributes["d"])
        stroke, fill = style.get("stroke", ""), style.get("fill", "")
        if is_closed:
            self._read_area(points, fill, stroke, inside)
        elif len(points) == 2 and fill == "none":
            self._read_segment((*points[0], *points[1]), stroke, style, inside)
        else:
            raise UndrawableError("a path is neither a line nor a rectangle")

    def _read_area(self, points: list[tuple[float, float]], fill: str, stroke: str, inside: tuple[str, ...]) -> None:
        left, right, top, bottom = rectangle_of(points)
        if inside == ("figure", "patch") and (fill, stroke) == ("#ffffff", ""):
            if (left, top, right, bottom) != (0, 0, *self.size):
                raise UndrawableError("its ground is not its whole size")
        elif inside == ("figure", "axes", "patch") and (fill, stroke) == ("#ffffff", "") and not self.drawing.box[1]:
            self.drawing.box = (left, right, top, bottom)
        elif inside == ("figure", "axes", "patch") and (stroke == "#ffffff" or fill.startswith("url")):
            self.drawing.bars.append(Bar(left, right, top, bottom, self._colour(fill)))
        elif inside[-2:] == ("text", "patch") and (fill, stroke) == ("#ffffff", ""):
            self.grounds.append((left, right, top, bottom))
        elif inside == ("figure", "legend", "patch") and stroke == _KEY_EDGE:
            self.drawing.swatches.append(self._colour(fill))
        else:
            raise UndrawableError(f"a rectangle filled with {fill} stands in it")

    def _colour(self, fill: str) -> str:
        """Return a colour, or that it is hatched; every hatching is the same one."""
        if not fill.startswith("url(#"):
            return fill
        self.hatches.add(fill.removeprefix("url(#").removesuffix(")"))
        return HATCHED

    def _read_hatch(self, node: Element, attributes: dict[str, str]) -> None:
        found = [attributes_of(one) for one in node]
        ground = {"x": "0", "y": "0", "width": "73", "height": "73", "fill": "#ffffff"}
        if [tag for tag, _ in found] != ["rect", "path"] or found[0][1] != ground or self.hatches != {attributes["id"]}:
            raise UndrawableError("a pattern stands in it that fills nothing, or is not slanted lines on white")
        if " ".join(found[1][1]["d"].split()) != HATCH or "id" in found[1][1]:
            raise UndrawableError("the slanted lines of its pattern are not those of charts")

    def _read_segment(self, ends: Segment, stroke: str, style: dict[str, str], inside: tuple[str, ...]) -> None:
        drawing = self.drawing
        left, right, top, bottom = drawing.box
        is_upright = ends[0] == ends[2] and abs(ends[1] - bottom) < CLOSE and abs(ends[3] - top) < CLOSE
        if inside[-3:] == ("matplotlib.axis", "xtick", "line2d") and stroke == _GRID and is_upright:
            drawing.grid.append(ends)
        elif inside == ("figure", "axes", "line2d") and stroke == _ZERO and is_upright:
            drawing.zero.append(ends)
        elif inside == ("figure", "axes", "line2d") and "stroke-dasharray" in style and stroke == "#5f5f5f":
            drawing.joins.append(ends)
        elif inside == ("figure", "axes", "line2d") and stroke in _LINES and ends[1] == ends[3]:
            if style.get("stroke-width", "") != _WIDTHS[_LINES[stroke]]:
                raise UndrawableError("an interval is drawn in another width than that of its series")
            drawing.lines.append(Line(_LINES[stroke], ends[0], ends[2], ends[1]))
        elif inside == ("figure", "axes", "patch") and stroke == _SPINE:
            if any(abs(one - other) > CLOSE for one, other in zip(ends, (left, bottom, right, bottom), strict=True)):
                raise UndrawableError("the line of its axis does not lie below its axes")
        else:
            raise UndrawableError(f"a line of colour {stroke} stands where none belongs")

    def _read_use(self, attributes: dict[str, str], inside: tuple[str, ...]) -> None:
        marker = attributes["href"].removeprefix("#")
        look = look_of("", style_of(attributes["style"]))
        if self.markers.get(marker) != look:
            raise UndrawableError(f"a mark is drawn as '{marker}', which is not of its look")
        x, y = float(attributes["x"]), float(attributes["y"])
        if inside == ("figure", "legend", "line2d"):
            self.drawing.legend.append(Mark(look, x, y))
        elif inside == ("figure", "axes", "line2d"):
            self.drawing.marks.append(Mark(look, x, y))
        else:
            raise UndrawableError("a mark stands outside its axes")

    def _read_text(self, node: Element, attributes: dict[str, str], inside: tuple[str, ...]) -> None:
        style = style_of(attributes["style"])
        anchor = style.get("text-anchor", "")
        self._check_letters(style, inside)
        if self.is_boxed:
            self._check_ground(node.text or "", style, float(attributes["x"]), float(attributes["y"]))
        if attributes["transform"] != f"rotate(-0 {attributes['x']} {attributes['y']})" or inside[-1:] != ("text",):
            raise UndrawableError("a text is turned, or stands outside a group of its own")
        is_tick = inside[-3:] == ("matplotlib.axis", "xtick", "text")
        self.drawing.texts.append(
            Text(
                node.text or "",
                float(attributes["x"]),
                float(attributes["y"]),
                is_tick,
                self.is_boxed and anchor == "start",
                self.is_boxed and anchor == "end",
            )
        )

    def _check_letters(self, style: dict[str, str], inside: tuple[str, ...]) -> None:
        """Check that letters have the size and the colour of their place: white ones stand in bars alone."""
        in_bar = inside[-2:] == ("axes", "text") and style.get("text-anchor") == "middle" and not self.is_boxed
        is_small = in_bar or inside[1:2] == ("legend",)
        colours = {_INK, "#ffffff"} if in_bar else {_INK}
        if style.get("fill") not in colours or (style.get("font-size") == _SMALL) != is_small:
            raise UndrawableError("letters have another size or colour than those of their place")

    def _check_ground(self, text: str, style: dict[str, str], x: float, y: float) -> None:
        """Check that the ground of a text is as large as its letters need, and none is left without a text."""
        ground = self.grounds.pop() if len(self.grounds) == 1 else (0.0, 0.0, 0.0, 0.0)
        if any(abs(one - other) > CLOSE for one, other in zip(ground, ground_of(text, style, x, y), strict=True)):
            raise UndrawableError(f"the ground of '{text[:40]}' is larger or smaller than its letters need")

    def _read_clip(self, node: Element, attributes: dict[str, str]) -> None:
        if self.clip or len(node) != 1:
            raise UndrawableError("it cuts out more than its axes")
        self.clip = attributes["id"]
        edges = {name: float(one) for name, one in attributes_of(node[0])[1].items()}
        left, right, top, bottom = self.drawing.box
        found = (edges["x"], edges["x"] + edges["width"], edges["y"], edges["y"] + edges["height"])
        if any(abs(one - other) > CLOSE for one, other in zip(found, (left, right, top, bottom), strict=True)):
            raise UndrawableError("it cuts out something else than its axes")
