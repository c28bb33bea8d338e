"""Pictures drawn from published figures; nothing is computed here, and the same figures give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from pipeline.presentation.chart_rows import ChartRow, Look, Series, Span

# Analysis Function palette: dark blue and orange stand 3:1 from each other and from white.
BLUE, ORANGE, GREY, INK = "#12436D", "#F46A25", "#5F5F5F", "#1A1A1A"
SHADES = ("#801650", "#D9A9C4", "#E3E3E3", "#7FB2DB", "#12436D")
_WIDTH = 4.6  # inches: on a telephone the picture shrinks little enough for its text to stay readable
_STYLE = {
    # DejaVu Sans comes with matplotlib, so that text is measured alike on every machine.
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "common-language",
    # A label with two dollar signs is no formula.
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "grid.color": "#D8D8D8",
    "axes.edgecolor": "#8A8A8A",
}

_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
# Grid lines must not run through words.
_CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 1}
# A bar of all answers, in per cent, and what of it is not shown.
_WHOLE = 100
_HATCHED: dict[str, Any] = {"facecolor": "white", "edgecolor": GREY, "linewidth": 0.6, "hatch": "///"}


def draw_forest(rows: Sequence[ChartRow], *, axis_label: str, series: Sequence[Series]) -> bytes:
    """Return an SVG of changes with intervals about a line at nought, one row below the other."""
    with styled():
        figure, axes = _canvas(rows, series[::-1])
        spans = [span for row in rows for span in row.spans if span]
        reach = max([10, *(max(abs(span.low), abs(span.high)) for span in spans)]) * 1.06
        axes.set_xlim(-reach, reach)
        axes.axvline(0, color=INK, linewidth=1)
        _draw_rows(axes, rows, series, joined=False)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:+.0f}".replace("-", "−") if value else "0")
        axes.set_xlabel(axis_label)
        return as_svg(figure)


def draw_dumbbell(rows: Sequence[ChartRow], *, axis_label: str, series: Sequence[Series]) -> bytes:
    """Return an SVG of shares from 0 to 100 per cent, the waves of a row joined."""
    with styled():
        figure, axes = _canvas(rows, series)
        axes.set_xlim(0, 100)
        _draw_rows(axes, rows, series, joined=True)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
        axes.set_xlabel(axis_label)
        return as_svg(figure)


def draw_distribution(bars: Sequence[tuple[str, Sequence[int | None] | None]], *, levels: Sequence[str]) -> bytes:
    """Return an SVG of bars that each divide 100 per cent among a scale's levels, lowest first; None: not shown.

    The levels that are not shown share what is left, at the end of the bar.
    """
    with styled():
        figure, axes = plt.subplots(figsize=(_WIDTH, 1.05 + 0.62 * len(bars) + 0.2 * len(levels)), layout="constrained")
        colours = _shades(len(levels))
        for position, (label, shares) in enumerate(bars):
            axes.text(0, position - 0.36, label, va="bottom", ha="left", bbox=_CLEAR)
            _draw_bar(axes, position, shares, colours)
        key = [
            Patch(facecolor=colour, edgecolor=GREY, linewidth=0.6, label=level)
            for level, colour in zip(levels, colours, strict=True)
        ]
        if any(shares is not None and None in shares for _, shares in bars):
            key.append(Patch(label="Not shown one by one", **_HATCHED))
        axes.set(xlim=(0, 100), ylim=(len(bars) - 0.4, -0.75), yticks=[])
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
        axes.grid(False, axis="y")
        sns.despine(ax=axes, left=True)
        figure.legend(handles=key, loc="outside upper left", frameon=False, fontsize=9)
        return as_svg(figure)


def _draw_bar(axes: Axes, position: int, shares: Sequence[int | None] | None, colours: Sequence[str]) -> None:
    if shares is None:
        axes.text(0, position, "[c]", va="center", ha="left")
        return
    left = 0
    for share, colour in zip(shares, colours, strict=True):
        if share is None:
            continue
        axes.barh(position, share, left=left, height=0.6, color=colour, edgecolor="white", linewidth=1.2)
        if share >= 6:
            axes.text(
                left + share / 2, position, str(share), ha="center", va="center", color=_ink_on(colour), fontsize=9
            )
        left += share
    if None in shares and left < _WHOLE:
        axes.barh(position, _WHOLE - left, left=left, height=0.6, **_HATCHED)


def _shades(count: int) -> list[str]:
    if count == len(SHADES):
        return list(SHADES)
    return [str(colour) for colour in sns.blend_palette(SHADES, n_colors=count).as_hex()]


def _ink_on(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return "white" if 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 < 0.18 else INK


def styled() -> AbstractContextManager[None]:
    """Return the style in which every picture is drawn."""
    style: dict[str, Any] = {**sns.axes_style("whitegrid"), **_STYLE}
    return matplotlib.rc_context(style)  # type: ignore[arg-type]


def _canvas(rows: Sequence[ChartRow], series: Sequence[Series]) -> tuple[Canvas, Axes]:
    height = 0.95 + _row_height(series) * len(rows) + (0.28 if len(series) > 1 else 0)
    figure, axes = plt.subplots(figsize=(_WIDTH, height), layout="constrained")
    axes.set(ylim=(len(rows) - 0.55, -0.7), yticks=[])
    axes.grid(False, axis="y")
    sns.despine(ax=axes, left=True)
    if len(series) > 1:
        # Named one by one: a legend made of the artists' labels leaves out those that begin with an underscore.
        keys = [axes.plot([], [], linestyle="none", **_MARKS[one.look])[0] for one in series]
        names = [one.name for one in series]
        figure.legend(
            keys,
            names,
            loc="outside upper left",
            ncols=3,
            frameon=False,
            fontsize=9,
            handletextpad=0.2,
            columnspacing=1,
        )
    return figure, axes


def _row_height(series: Sequence[Series]) -> float:
    return 0.6 if len(series) > 2 else 0.56


_MARKS: dict[Look, dict[str, Any]] = {
    "filled": {"marker": "o", "markersize": 7, "color": BLUE, "markerfacecolor": BLUE},
    "hollow": {"marker": "o", "markersize": 5, "color": GREY, "markerfacecolor": "white", "markeredgewidth": 1.2},
    "other": {"marker": "D", "markersize": 6, "color": ORANGE, "markerfacecolor": "white", "markeredgewidth": 1.6},
}
_LINE_WIDTHS: dict[Look, float] = {"filled": 1.8, "hollow": 1.0, "other": 1.8}
# Where the spans of a row lie below its middle, the first of them lowest.
_OFFSETS = {1: (0.06,), 2: (0.14, -0.06), 3: (0.29, 0.11, -0.07)}


def _draw_rows(axes: Axes, rows: Sequence[ChartRow], series: Sequence[Series], *, joined: bool) -> None:
    low, high = axes.get_xlim()
    offsets = _OFFSETS[len(series)]
    for position, row in enumerate(rows):
        weight = "bold" if row.emphasised else "normal"
        axes.text(low, position - 0.3, row.label, ha="left", va="bottom", fontweight=weight, bbox=_CLEAR)
        axes.text(high, position - 0.3, row.words, ha="right", va="bottom", bbox=_CLEAR)
        for span, offset, one in zip(row.spans, offsets, series, strict=True):
            if span is not None:
                _draw_span(axes, span, position + offset, one.look)
        if joined and row.joined and all(row.spans) and len(row.spans) == 2:
            ends = [(span.estimate, position + offset) for span, offset in zip(row.spans, offsets, strict=True) if span]
            axes.plot(*zip(*ends, strict=True), color=GREY, linewidth=0.8, linestyle=":", zorder=1)


def _draw_span(axes: Axes, span: Span, y: float, look: Look) -> None:
    mark = _MARKS[look]
    axes.plot([span.low, span.high], [y, y], color=mark["color"], linewidth=_LINE_WIDTHS[look], solid_capstyle="butt")
    axes.plot([span.estimate], [y], linestyle="none", zorder=3, **mark)


def as_svg(figure: Canvas) -> bytes:
    """Return a drawn figure as an SVG whose bytes depend on what it shows alone, and close it."""
    buffer = io.BytesIO()
    # Without a date, and with the fixed salt above, the same figure gives the same bytes; the document type and the
    # metadata would name addresses that no page needs.
    figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    plt.close(figure)
    drawing = re.sub(rb"<!DOCTYPE.*?>\n?", b"", buffer.getvalue(), count=1, flags=re.DOTALL)
    return _with_short_names(drawing.replace(b"'DejaVu Sans'", b"'DejaVu Sans', Arial, Helvetica, sans-serif"))


def _with_short_names(drawing: bytes) -> bytes:
    """Return a drawing whose clips, marks and patterns are called p1, m1, m2 and so on: names that tell nothing."""
    names: dict[bytes, bytes] = {}

    def short(found: re.Match[bytes]) -> bytes:
        kind = found[2][:1]
        number = sum(name.startswith(kind) for name in names) + 1
        return found[1] + names.setdefault(found[2], kind + str(number).encode("ascii"))

    return re.sub(rb'( id="|="#|url\(#)([pmh][0-9a-f]{10})\b', short, drawing)
