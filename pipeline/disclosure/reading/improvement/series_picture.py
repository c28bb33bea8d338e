"""Charts of counts over time built again from their file: every point, line and word in its place, and nothing else."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.disclosure.reading.improvement.plain_drawing import (
    GROUND,
    INK,
    PURPLE,
    Item,
    Plain,
    differences,
    read_plain,
    rectangle,
    text_style,
)
from pipeline.disclosure.reading.shapes import UndrawableError
from pipeline.disclosure.reading.words import day

# Points.
_WIDTH, _PLOT, _STEP, _LEFT, _FOOT, _INDENT, _LETTER = 346.0, 170.0, 12.5, 34.0, 24.0, 17.0, 9.0
# What is left free at the ends of the axis of days, as a share of its length, and of values.
_ROOM, _VALUE_ROOM = 0.04, 0.08
_CIRCLE = (
    "M 0 2.25 C 0.596707 2.25 1.169055 2.012926 1.59099 1.59099 C 2.012926 1.169055 2.25 0.596707 2.25 0 "
    "C 2.25 -0.596707 2.012926 -1.169055 1.59099 -1.59099 C 1.169055 -2.012926 0.596707 -2.25 0 -2.25 "
    "C -0.596707 -2.25 -1.169055 -2.012926 -1.59099 -1.59099 C -2.012926 -1.169055 -2.25 -0.596707 -2.25 0 "
    "C -2.25 0.596707 -2.012926 1.169055 -1.59099 1.59099 C -1.169055 2.012926 -0.596707 2.25 0 2.25 z"
)
_SQUARE = "M -3.25 3.25 L 3.25 3.25 L 3.25 -3.25 L -3.25 -3.25 z"
_DIAMOND = "M -0 4.596194 L 4.596194 0 L 0 -4.596194 L -4.596194 -0 z"
_TRIANGLE = "M 0 -3.5 L -3.5 3.5 L 3.5 3.5 z"
# How each kind of point is drawn, and what the key says of it, in the key's order.
QUIET = ""
_MARKS = {
    QUIET: ("fill: #5f5f5f; stroke: #5f5f5f", _CIRCLE, ""),
    "signal": ("fill: #12436d; stroke: #12436d; stroke-linejoin: miter", _SQUARE, "Marked by a rule: shift or trend"),
    "better": ("fill: #12436d; stroke: #12436d; stroke-linejoin: miter", _SQUARE, "Special cause: better"),
    "worse": (
        "fill: #ffffff; stroke: #f46a25; stroke-width: 1.8; stroke-linejoin: miter", _DIAMOND, "Special cause: worse",
    ),
    "unlike the rest": (
        "fill: #801650; stroke: #801650; stroke-linejoin: miter",
        _TRIANGLE,
        "Special cause: neither better nor worse",
    ),
}  # fmt: skip
_TICK = ("fill: #1a1a1a; stroke: #1a1a1a; stroke-width: 0.6", "M 0 0 L 0 3")
_GRID = "fill: none; stroke: #d8d8d8; stroke-width: 0.8; stroke-linecap: round"
_SPINE = "fill: none; stroke: #8a8a8a; stroke-width: 0.8; stroke-linejoin: miter; stroke-linecap: square"
_THROUGH = "fill: none; stroke: #5f5f5f; stroke-linecap: round"
_NOTE = f"fill: none; stroke-dasharray: 1,1.65; stroke-dashoffset: 0; stroke: {PURPLE}"
_LIMIT = f"fill: none; stroke-dasharray: 3.7,1.6; stroke-dashoffset: 0; stroke: {INK}"
_MIDDLE = f"fill: none; stroke: {INK}; stroke-width: 1.3"
# The colour of numbers beside the axis of values.
_QUIET_INK = "#262626"


@dataclass(frozen=True)
class SeriesPicture:
    """What a chart of a series must show: its points with the kind of each, its lines by name, and its notes."""

    label: str
    points: Sequence[tuple[dt.date, float, str]]
    # The uppermost first, each with its value and that as it is written.
    lines: Sequence[tuple[str, float, str]]
    notes: Sequence[tuple[dt.date, str]]


@dataclass(frozen=True)
class _Frame:
    """Where days and values lie in a picture."""

    left: float
    right: float
    top: float
    height: float
    picture: SeriesPicture

    @property
    def bottom(self) -> float:
        return self.top + _PLOT

    def x(self, date: dt.date) -> float:
        first, last = self.picture.points[0][0].toordinal(), self.picture.points[-1][0].toordinal()
        span = last - first or 1
        share = (date.toordinal() - first + _ROOM * span) / (span * (1 + 2 * _ROOM))
        return self.left + share * (self.right - self.left)

    @property
    def values(self) -> tuple[float, float]:
        """The lowest and the highest value on the axis."""
        shown = [value for _, value, _ in self.picture.points]
        shown += [value for name, value, _ in self.picture.lines if name.endswith("limit")]
        low, high = min(shown), max(shown)
        room = (high - low or abs(high) or 1) * _VALUE_ROOM
        return (0.0 if 0 <= low < high * 2 / 3 else low - room), high + room

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (value - low) / (high - low) * _PLOT


def series_faults(content: bytes, picture: SeriesPicture) -> Iterator[str]:
    """Give what is wrong with the picture of a series."""
    try:
        found = read_plain(content)
        frame, title, below = _frame(found, picture)
        expected = [*_plot(found, frame), *_around(frame, title, below)]
    except UndrawableError as error:
        yield f"its picture cannot be read, as {error}."
        return
    box = (frame.left, frame.right, frame.top, frame.bottom)
    clips = [(0.0, _WIDTH, 0.0, frame.height), box]
    near = all(
        min(math.dist(clip, one) for one in clips) < 1e-3  # the size of a number that is printed with six decimals
        for clip in found.clips
    )
    if (found.width, round(found.height - frame.height, 4)) != (_WIDTH, 0) or not near:
        yield "its picture is of another size than what it holds."
        return
    yield from differences(found, expected)


def _frame(found: Plain, picture: SeriesPicture) -> tuple[_Frame, list[str], list[list[str]]]:
    """Return where the axes must lie, and the lines of the title and of each note as the picture breaks them."""
    texts = [item.text for item in found.texts()]
    keys = _keys(picture)
    left_over = len(texts) - len(keys) - len(picture.notes)
    end = len(texts)
    below: list[list[str]] = []
    for number, (date, words) in reversed(list(enumerate(picture.notes, start=1))):
        lines, end = _last_lines(texts, end, f"{day(date)}: {words}")
        if end == 0 or texts[end - 1] != str(number):
            raise UndrawableError(f"note {number} does not stand below it")
        end -= 1
        below.insert(0, lines)
    title, end = _last_lines(texts, end - len(keys), picture.label)
    boxes = [item for item in found.items if item.kind == "area"]
    if len(boxes) != 2 or left_over < 0:
        raise UndrawableError("it has another number of areas or words than a chart of ours")
    right = boxes[1].points[1][0]
    if not _LEFT + 100 < right <= _WIDTH - 12:
        raise UndrawableError("its axes are of another width than a chart's")
    top = _STEP * (len(keys) + len(title)) + (16 if picture.notes else 4)
    height = top + _PLOT + _FOOT + _STEP * sum(map(len, below)) + 2
    return _Frame(_LEFT, right, top, height, picture), title, below


def _last_lines(texts: Sequence[str], end: int, text: str) -> tuple[list[str], int]:
    """Return the lines before a place that make up a text, and where they begin; raises UndrawableError."""
    for start in range(end - 1, -1, -1):
        if " ".join(texts[start:end]) == text:
            return list(texts[start:end]), start
    bare = "".join(text.split())
    for start in range(end - 1, -1, -1):
        if "".join("".join(texts[start:end]).split()) == bare and max(map(len, text.split())) > _LONG_WORD:
            return list(texts[start:end]), start
    raise UndrawableError(f"it does not say '{text}' where it should")


# A word of so many letters or fewer is never broken.
_LONG_WORD = 30


def _keys(picture: SeriesPicture) -> list[str]:
    kinds = {kind for _, _, kind in picture.points}
    return [kind for kind in _MARKS if kind and kind in kinds]


def _plot(found: Plain, frame: _Frame) -> Iterator[Item]:
    picture = frame.picture
    box = rectangle(frame.left, frame.right, frame.top, frame.bottom)
    yield Item("area", GROUND, rectangle(0, _WIDTH, 0, frame.height))
    yield Item("area", GROUND, box)
    for date, _ in picture.notes:
        yield Item("line", _NOTE, ((frame.x(date), frame.bottom), (frame.x(date), frame.top)))
    yield from _day_ticks(frame)
    yield from _value_ticks(found, frame)
    dates = [frame.x(date) for date, _, _ in picture.points]
    for name, value, _ in picture.lines:
        style = _LIMIT if name.endswith("limit") else _MIDDLE
        yield Item("line", style, ((dates[0], frame.y(value)), (dates[-1], frame.y(value))))
    points = tuple((frame.x(date), frame.y(value)) for date, value, _ in picture.points)
    yield Item("line", _THROUGH, points)
    yield Item("line", _SPINE, box[:2])
    for kind, (style, outline, _) in _MARKS.items():
        alike = [point for point, (_, _, one) in zip(points, picture.points, strict=True) if one == kind]
        yield from (Item("mark", style, (point,), outline) for point in alike)
    yield from _line_names(frame)
    yield from _note_numbers(frame)


def _day_ticks(frame: _Frame) -> Iterator[Item]:
    points = frame.picture.points
    last, ticks = len(points) - 1, min(len(points), 4)
    for place in sorted({round(last * number / max(ticks - 1, 1)) for number in range(ticks)}):
        date = points[place][0]
        number, month, year = day(date).split()
        x = frame.x(date)
        yield Item("mark", _TICK[0], ((x, frame.bottom),), _TICK[1])
        written = f"{number} {month[:3]} {year[2:]}"
        yield Item("text", text_style(anchor="middle"), ((x, frame.bottom + 13.3),), written, is_about=True)


def _value_ticks(found: Plain, frame: _Frame) -> Iterator[Item]:
    """Give the lines and numbers of the axis of values, whichever round ones the picture has, each where it belongs."""
    style = text_style(_QUIET_INK, "end")
    numbers = [item.text for item in found.texts() if item.style == style]
    if len(set(numbers)) < len(numbers) or len(numbers) > 7:
        raise UndrawableError("its axis of values has a number twice, or more of them than a chart's")
    for number in numbers:
        if not re.fullmatch(r"−?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,3})?", number):
            raise UndrawableError(f"its axis of values has '{number}'")
        y = frame.y(float(number.replace("−", "-")))
        if not frame.top - 0.01 <= y <= frame.bottom + 0.01:
            raise UndrawableError(f"its axis of values has '{number}' beyond its ends")
        yield Item("line", _GRID, ((frame.left, y), (frame.right, y)))
        yield Item("text", style, ((frame.left - 6.5, y + 3.4),), number, is_about=True)


def _line_names(frame: _Frame) -> Iterator[Item]:
    """Give the name of each line at its right end, none upon another."""
    low, high = frame.values
    least = (high - low) * (_STEP - 1) / _PLOT
    place = math.inf
    for name, value, written in frame.picture.lines:
        place = min(value, place - least)
        yield Item("text", text_style(), ((frame.right + 4, frame.y(place) + 2.3),), f"{name} {written}", is_about=True)


def _note_numbers(frame: _Frame) -> Iterator[Item]:
    apart = _LETTER * 1.1
    last = -math.inf
    for number, (date, _) in enumerate(frame.picture.notes, start=1):
        last = max(frame.x(date), last + apart)
        style = text_style(PURPLE, "middle", bold=True)
        yield Item("text", style, ((last, frame.top - 0.02 * _PLOT - 2.2),), str(number), is_about=True)


def _around(frame: _Frame, title: Sequence[str], below: Sequence[Sequence[str]]) -> Iterator[Item]:
    """Give the title and the key above the axes, and the notes below them."""
    middles = [(number + 0.6) * _STEP for number in range(len(title) + len(_keys(frame.picture)))]
    for key, middle in zip(_keys(frame.picture), middles[len(title) :], strict=True):
        style, outline, _ = _MARKS[key]
        yield Item("mark", style, ((8.0, middle),), outline)
    for line, middle in zip(title, middles, strict=False):
        yield Item("text", text_style(bold=True), ((4.0, middle + 2.3),), line, is_about=True)
    for key, middle in zip(_keys(frame.picture), middles[len(title) :], strict=True):
        yield Item("text", text_style(), ((_INDENT, middle + 2.3),), _MARKS[key][2], is_about=True)
    middle = frame.bottom + _FOOT + _STEP / 2
    for number, lines in enumerate(below, start=1):
        style = text_style(PURPLE, bold=True)
        yield Item("text", style, ((4.0, middle + 3.3),), str(number), is_about=True)
        for line in lines:
            yield Item("text", text_style(), ((_INDENT, middle + 2.3),), line, is_about=True)
            middle += _STEP
