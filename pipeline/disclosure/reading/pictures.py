"""Charts read as drawings: every mark must lie where the page's table puts it, and nothing else may be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.disclosure.reading.drawing import Bar, Drawing, read_drawing
from pipeline.disclosure.reading.expected_charts import WIDE, Chart, chart_of
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.shapes import UndrawableError

# How far, in units of its axis, a mark may lie from its figure: figures are whole numbers, so that no more is told.
NEAR = 0.02
WHOLE = 100
# How far apart, in points, things may be drawn that stand at one height.
LEVEL = 0.05


def picture_faults(content: bytes, address: str, scope: Scope) -> Iterator[str]:
    """Give what is wrong with the chart of a figure, by what the files beside its page say."""
    expected = chart_of(scope, address)
    if expected is None:
        yield "it is no figure that a page has."
        return
    try:
        drawing = read_drawing(content)
    except UndrawableError as error:
        yield f"its picture cannot be read, as {error}."
        return
    yield from _text_faults(drawing, expected)
    yield from _axis_faults(drawing)
    try:
        scale = _Scale(drawing, expected)
    except UndrawableError as error:
        yield f"its picture has no scale, as {error}."
        return
    yield from (_bar_faults(drawing, expected, scale) if expected.bars else _row_faults(drawing, expected, scale))


def _text_faults(drawing: Drawing, expected: Chart) -> Iterator[str]:
    labels = [text.text for text in drawing.texts if not text.is_tick]
    if sorted(labels) != sorted(expected.texts):
        extra = next((text for text in labels if labels.count(text) > expected.texts.count(text)), "")
        missing = next((text for text in expected.texts if expected.texts.count(text) > labels.count(text)), "")
        yield f"its picture says '{extra}' where the files beside it have '{missing}'."


# How far below the axes the ticks' names stand, and what the axis is called; how far below a bar's middle its figure.
_TICKS_BELOW, _NAME_BELOW, _FIGURE_BELOW = 14.217773, 27.718515, 2.337966


def _axis_faults(drawing: Drawing) -> Iterator[str]:
    """Give the words below the axes that do not stand where those of a chart do."""
    left, right, _, bottom = drawing.box
    below = [text for text in drawing.texts if text.y > bottom]
    for text in below:
        far = _TICKS_BELOW if text.is_tick else _NAME_BELOW
        is_aside = not text.is_tick and abs(text.x - (left + right) / 2) > LEVEL
        if abs(text.y - bottom - far) > LEVEL or is_aside:
            yield f"its picture says '{text.text}' elsewhere than a chart does."


# How far below the line of its label each series' mark lies, in parts of a row; how far letters reach below their line;
# and what is left above and below all rows, in rows.
_PARTS = {1: (0.36,), 2: (0.44, 0.24), 3: (0.59, 0.41, 0.23)}
_DESCENT, _AROUND_ROWS = 2.285, 0.15
# Where a series' name begins beside its mark in the key.
_KEY_ACROSS, _KEY_DOWN = 10.8, 3.15


class _Scale:
    """The axis below a chart, from its ticks: where a value lies."""

    def __init__(self, drawing: Drawing, expected: Chart) -> None:
        ticks = [(_number(tick.text, percent=expected.percent), tick.x) for tick in drawing.ticks]
        if len(ticks) < 2 or ticks != sorted(ticks):
            raise UndrawableError("its axis has fewer than two ticks, or they are out of order")
        (first, left), (last, right) = ticks[0], ticks[-1]
        self.width = (right - left) / (last - first)
        self.left = left - first * self.width
        self.has_tick = {round(x, 3) for _, x in ticks}
        # Ticks between whole numbers, such as 2.5, are called by the nearest.
        steps = [after - before for (_, before), (_, after) in pairwise(ticks)]
        if max(steps) - min(steps) > LEVEL or any(abs(self.x(value) - x) > self.width / 2 for value, x in ticks):
            raise UndrawableError("its ticks do not lie on one scale")
        for x, _, _, _ in drawing.grid:
            if round(x, 3) not in self.has_tick:
                raise UndrawableError("a line of its grid stands at no tick")

    def x(self, value: float) -> float:
        return self.left + value * self.width

    def is_at(self, x: float, value: float) -> bool:
        return abs(x - self.x(value)) <= NEAR * self.width


def _number(text: str, *, percent: bool) -> float:
    """Return the number of a tick: 40%, or +20, −20 and 0."""
    bare = text.removesuffix("%") if percent else text.replace("−", "-")
    if not re.fullmatch("0|[1-9][0-9]*" if percent else "0|[+-][1-9][0-9]*", bare) or percent != text.endswith("%"):
        raise UndrawableError(f"a tick of its axis is called '{text}'")
    return float(bare)


def _row_faults(drawing: Drawing, expected: Chart, scale: _Scale) -> Iterator[str]:
    """Check the marks, intervals and joining lines of each row: none more, none elsewhere, all series alike."""
    heights = _heights(drawing, expected)
    if heights is None:
        yield "the labels of its picture's rows do not stand in the order of the table."
        return
    marks, lines, joins = list(drawing.marks), list(drawing.lines), list(drawing.joins)
    step = (drawing.box[3] - drawing.box[2]) / (len(expected.rows) + _AROUND_ROWS)
    below = {
        look: part * step + _DESCENT for look, part in zip(expected.looks, _PARTS[len(expected.looks)], strict=True)
    }
    for row, top in zip(expected.rows, heights, strict=True):
        ends = []
        for look, span in row.spans:
            if span is None:
                continue
            mark = next((one for one in marks if one.look == look and scale.is_at(one.x, span.estimate)
                         and abs(one.y - top - below[look]) < LEVEL), None)  # fmt: skip
            line = next((one for one in lines if mark and one.look == look and abs(one.y - mark.y) < LEVEL
                         and scale.is_at(one.left, span.low) and scale.is_at(one.right, span.high)), None)  # fmt: skip
            if mark is None or line is None:
                yield f"its picture draws {row.label} elsewhere than at {span.estimate} ({span.low} to {span.high})."
                continue
            marks.remove(mark)
            lines.remove(line)
            ends.append((mark.x, mark.y))
        if row.joined and len(ends) == 2:
            join = next((one for one in joins if _joins(one, ends)), None)
            if join is not None:
                joins.remove(join)
            else:
                yield f"its picture does not join the waves of {row.label}."
    if marks or lines or joins:
        yield f"its picture has {len(marks)} marks and {len(lines) + len(joins)} lines that no row of its table has."
    yield from _rest_faults(drawing, expected, scale)


def _joins(join: tuple[float, float, float, float], ends: list[tuple[float, float]]) -> bool:
    flat = (*ends[0], *ends[1])
    return all(abs(one - other) < LEVEL for one, other in zip(join, flat, strict=True))


def _heights(drawing: Drawing, expected: Chart) -> list[float] | None:
    """Return at what height each row's label stands, or None where they are out of order or missing."""
    wanted = [row.label for row in expected.rows]
    found = [text for text in drawing.texts if text.is_row_label and text.text in wanted]
    found.sort(key=lambda text: text.y)
    if [text.text for text in found] != wanted:
        return None
    words = [text for text in drawing.texts if text.is_row_end]
    for text, row in zip(found, expected.rows, strict=True):
        here = [one.text for one in words if abs(one.y - text.y) < LEVEL]
        if here != ([row.words] if row.words else []):
            return None
    heights = [text.y for text in found]
    steps = [after - before for before, after in pairwise(heights)]
    left, right = drawing.box[:2]
    is_even = max(steps, default=0) - min(steps, default=0) < LEVEL
    in_line = all(abs(text.x - left) < LEVEL for text in found) and all(abs(text.x - right) < LEVEL for text in words)
    return heights if is_even and in_line and len(words) == len([row for row in expected.rows if row.words]) else None


def _rest_faults(drawing: Drawing, expected: Chart, scale: _Scale) -> Iterator[str]:
    if drawing.bars or drawing.swatches:
        yield "its picture draws bars, which a chart of intervals has not."
    if _key_of(drawing) != sorted(zip(expected.looks, expected.key, strict=False)):
        yield "the key of its picture is not that of its series."
    if [round(scale.x(0), 2) for _ in range(0 if expected.percent else 1)] != [round(x, 2) for x, *_ in drawing.zero]:
        yield "its picture has another line of no change than one at nought."
    if drawing.empty != (len(expected.looks) if len(expected.looks) > 1 else 0):
        yield "its picture has other empty lines than those of its key."


def _key_of(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the look and the name of each series in the key, '' where no name stands beside its mark."""
    found = []
    for mark in drawing.legend:
        across, down = mark.x + _KEY_ACROSS, mark.y + _KEY_DOWN
        beside = [text.text for text in drawing.texts if max(abs(text.x - across), abs(text.y - down)) < LEVEL]
        found.append((mark.look, beside[0] if len(beside) == 1 else ""))
    return sorted(found)


def _bar_faults(drawing: Drawing, expected: Chart, scale: _Scale) -> Iterator[str]:
    """Check that each bar is divided as the table says, the levels' colours in order, hidden bars not drawn."""
    bars = sorted(drawing.bars, key=lambda bar: (round(bar.top, 1), bar.left))
    colours = drawing.swatches
    number = 0
    for label, shares in expected.bars:
        for left, right, level in _parts(shares or [], len(colours)):
            bar = bars[number] if number < len(bars) else None
            is_right = bar is not None and scale.is_at(bar.left, left) and scale.is_at(bar.right, right)
            if not is_right or level >= len(colours) or (bar and bar.colour != colours[level]):
                yield f"its picture divides the bar of {label} otherwise than the table."
                return
            number += 1
            if bar and right - left >= WIDE and level < len(colours) - (None in (shares or [])):
                yield from _figure_faults(drawing, bar, str(right - left))
    heights = [bar.bottom - bar.top for bar in bars]
    if max(heights, default=0) - min(heights, default=0) > LEVEL:
        yield "the bars of its picture are not all of one height."
    if number != len(bars) or len(colours) != expected.levels:
        yield f"its picture has {len(bars)} parts of bars where its table has {number}."
    if drawing.marks or drawing.lines or drawing.joins or drawing.zero or drawing.legend:
        yield "its picture draws marks or lines, which a chart of bars has not."
    labels = [text.text for text in sorted(drawing.texts, key=lambda text: text.y) if text.is_row_label]
    if labels != [label for label, _ in expected.bars]:
        yield "the bars of its picture do not stand in the order of the table."


def _figure_faults(drawing: Drawing, bar: Bar, figure: str) -> Iterator[str]:
    across, down = (bar.left + bar.right) / 2, (bar.top + bar.bottom) / 2 + _FIGURE_BELOW
    if not any(text.text == figure and max(abs(text.x - across), abs(text.y - down)) < LEVEL for text in drawing.texts):
        yield f"its picture does not say '{figure}' in the middle of the part that is as long."


def _parts(shares: Sequence[int | None], colours: int) -> Iterator[tuple[float, float, int]]:
    """Give where each part of a bar begins and ends, and its colour's place in the key: last what is not shown."""
    left = 0
    for level, share in enumerate(shares):
        if share is not None:
            yield left, left + share, level
            left += share
    if None in shares and left < WHOLE:
        yield left, WHOLE, colours - 1
