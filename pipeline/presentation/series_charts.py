"""Run charts and XmR charts as pictures, with marks of our own; what is drawn was computed before.

A marked point differs from the others in shape and fill as well as in colour, and the key names it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from pipeline.presentation.charts import BLUE, GREY, INK, ORANGE, as_svg, styled
from pipeline.presentation.text_fitting import fitted_lines, text_width
from pipeline.presentation.wording import count, day, decimal, in_a_row
from pipeline.statistics.improvement.series import QUIET, SeriesChart
from pipeline.statistics.improvement.xmr_charts import Improvement, variation_by_point

PURPLE = "#801650"
# Points.
_WIDTH, _PLOT, _LINE, _SIZE, _LEFT, _FOOT, _INDENT = 346.0, 170.0, 12.5, 9.0, 34.0, 24.0, 17.0
# What the axis leaves free at its ends, as a share of its length.
_ROOM = 0.04
LOOKS: dict[str, dict[str, Any]] = {
    QUIET: {"marker": "o", "markersize": 4.5, "color": GREY},
    "signal": {"marker": "s", "markersize": 6.5, "color": BLUE},
    "improvement": {"marker": "s", "markersize": 6.5, "color": BLUE},
    "concern": {"marker": "D", "markersize": 6.5, "color": ORANGE, "markerfacecolor": "white", "markeredgewidth": 1.8},
    "neither": {"marker": "^", "markersize": 7, "color": PURPLE},
}
_LINES: dict[str, dict[str, Any]] = {
    "upper": {"linewidth": 1, "linestyle": "--"},
    "centre": {"linewidth": 1.3},
    "lower": {"linewidth": 1, "linestyle": "--"},
}
_KEYS = {
    "signal": "Marked by a rule: shift or trend",
    "improvement": "Special cause: better",
    "concern": "Special cause: worse",
    "neither": "Special cause: neither better nor worse",
}


@dataclass(frozen=True)
class Note:
    """Something that happened on a date, such as a cycle of testing a change."""

    date: dt.date
    words: str


def draw_run_chart(chart: SeriesChart, *, value_label: str, notes: Sequence[Note] = ()) -> bytes:
    """Return an SVG of a series about its median, as from `draw_up_run_chart`, with numbered notes explained below."""
    looks = ["signal" if rules else QUIET for rules in chart.points["rules"]]
    return draw_series(chart.points, looks, value_label=value_label, centre="Median", notes=notes)


def draw_xmr_chart(
    chart: SeriesChart, *, improvement: Improvement, value_label: str, notes: Sequence[Note] = ()
) -> bytes:
    """Return an SVG of a series within its limits, as from `draw_up_xmr_chart`, with numbered notes explained below."""
    variations = variation_by_point(chart, improvement)
    looks = [(variation or QUIET).removesuffix(" high").removesuffix(" low") for variation in variations]
    return draw_series(chart.points, looks, value_label=value_label, centre="Mean", notes=notes)


def describe_series(chart: SeriesChart, *, value_label: str, centre: str) -> str:
    """Return the text alternative of a chart: its points, its lines (`centre`: 'Median' or 'Mean') and its rules."""
    points = chart.points
    if points.empty:
        return f"{value_label}: no points."
    values = points["value"]
    span = f"{day(points['date'].iloc[0])} to {day(points['date'].iloc[-1])}"
    parts = [
        f"{value_label}: {len(points)} point{'' if len(points) == 1 else 's'}, {span}, "
        f"from {_number(values.min())} to {_number(values.max())}."
    ]
    if lines := list(_named_lines(points, centre)):
        parts.append(f"{in_a_row(lines)}.")
        parts.append(f"Rules that speak: {in_a_row(list(chart.signals))}.")
    return " ".join([*parts, *([chart.note] if chart.note else [])])


def draw_series(
    points: pd.DataFrame, looks: Sequence[str], *, value_label: str, centre: str, notes: Sequence[Note] = ()
) -> bytes:
    """Return an SVG of points, `date, value, centre, lower, upper`, with the look of each, a key of `LOOKS`.

    `centre` names the line in the middle. Raises ValueError without points.
    """
    if points.empty:
        raise ValueError("a chart of a series needs at least one point")
    keys = [look for look in _KEYS if look in looks]
    title = fitted_lines(value_label, _WIDTH - 8, size=_SIZE, weight="bold")
    notes = sorted(notes, key=lambda note: note.date)
    below = [_note_lines(note) for note in notes]
    named = _named_lines(points, centre)
    right = max([12.0, *(text_width(words, _SIZE) + 10 for words in named)])
    above = _LINE * (len(keys) + len(title)) + (16 if notes else 4)
    height = above + _PLOT + _FOOT + _LINE * sum(map(len, below)) + 2
    with styled():
        figure = plt.figure(figsize=(_WIDTH / 72, height / 72))
        plot = (_LEFT / _WIDTH, 1 - (above + _PLOT) / height, 1 - (_LEFT + right) / _WIDTH, _PLOT / height)
        axes = figure.add_axes(plot)
        _draw_points(axes, points, looks)
        _draw_lines(axes, points)
        _name_lines(axes, named)
        _draw_notes(axes, notes)
        around = figure.add_axes((0, 0, 1, 1))
        around.set(xlim=(0, _WIDTH), ylim=(height, 0))
        around.axis("off")
        _write_head(around, keys, title)
        _write_notes(around, below, above + _PLOT + _FOOT)
        return as_svg(figure)


def _draw_points(axes: Axes, points: pd.DataFrame, looks: Sequence[str]) -> None:
    dates, values = date2num(pd.to_datetime(points["date"])), points["value"].to_numpy("float64")
    axes.plot(dates, values, color=GREY, linewidth=1, zorder=2)
    for look in LOOKS:
        alike = [number for number, one in enumerate(looks) if one == look]
        if alike:
            axes.plot(dates[alike], values[alike], linestyle="none", zorder=3, **LOOKS[look])
    axes.set_ylim(*_reach(points))
    span = float(dates.max() - dates.min()) or 1.0
    axes.set_xlim(dates.min() - _ROOM * span, dates.max() + _ROOM * span)
    ticks = _tick_places(len(dates))
    axes.set_xticks(dates[ticks], [_short_day(points["date"].iloc[tick]) for tick in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=bool((values % 1 == 0).all())))
    axes.tick_params(labelsize=_SIZE, length=3, width=0.6, bottom=True)
    axes.grid(False, axis="x")
    sns.despine(ax=axes, left=True)


def _reach(points: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis of values: from nought where what is shown is of its size, else close about it."""
    shown = points[["value", "lower", "upper"]].to_numpy("float64")
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    room = (high - low or abs(high) or 1) * 0.08
    return (0.0 if 0 <= low < high * 2 / 3 else low - room), high + room


def _draw_lines(axes: Axes, points: pd.DataFrame) -> None:
    """Draw centre and limits, each over the stretch it holds for."""
    dates = date2num(pd.to_datetime(points["date"]))
    for column, style in _LINES.items():
        values = points[column].astype("float64")
        for _, part in values.groupby((values != values.shift()).cumsum()):
            if part.notna().all():
                ends = part.index[[0, -1]]
                axes.plot(dates[ends], part[ends], color=INK, zorder=1, solid_capstyle="butt", **style)


def _named_lines(points: pd.DataFrame, centre: str) -> dict[str, float]:
    """Return the latest value of each line by its name, the uppermost first."""
    names = dict(zip(_LINES, ("Upper limit", centre, "Lower limit"), strict=True))
    latest = {name: points[column].astype("float64").dropna() for column, name in names.items()}
    return {f"{name} {_number(values.iloc[-1])}": values.iloc[-1] for name, values in latest.items() if len(values)}


def _name_lines(axes: Axes, named: Mapping[str, float]) -> None:
    """Write the name of each line at its right end, none upon another."""
    low, high = axes.get_ylim()
    least = (high - low) * (_LINE - 1) / _PLOT
    place = float("inf")
    for words, value in named.items():
        place = min(value, place - least)
        y = (place - low) / (high - low)
        axes.annotate(words, (1, y), (4, 0), "axes fraction", "offset points", va="center", fontsize=_SIZE)


def _draw_notes(axes: Axes, notes: Sequence[Note]) -> None:
    """Draw a line at each note's date, its number above it or, where the last number stands, to the right of that."""
    left, right = axes.get_xlim()
    # Of the axis, so that two numbers stand a letter's width apart.
    apart = _SIZE * 1.1 / (axes.get_position().width * _WIDTH)
    last = float("-inf")
    for number, note in enumerate(notes, start=1):
        place = (min(max(float(date2num(note.date)), left), right) - left) / (right - left)
        last = max(place, last + apart)
        axes.axvline(left + place * (right - left), color=PURPLE, linewidth=1, linestyle=":", zorder=0)
        font: dict[str, Any] = {"fontsize": _SIZE, "fontweight": "bold", "color": PURPLE}
        axes.text(last, 1.02, str(number), transform=axes.transAxes, ha="center", va="bottom", **font)


def _write_head(around: Axes, keys: Sequence[str], title: Sequence[str]) -> None:
    """Write what is counted and below it the key, a mark and its words a line, above the plot."""
    for number, line in enumerate(title):
        around.text(4, (number + 0.6) * _LINE, line, va="center", fontsize=_SIZE, fontweight="bold")
    for number, look in enumerate(keys, start=len(title)):
        middle = (number + 0.6) * _LINE
        around.plot([8], [middle], linestyle="none", **LOOKS[look])
        around.text(_INDENT, middle, _KEYS[look], va="center", fontsize=_SIZE)


def _write_notes(around: Axes, below: Sequence[Sequence[str]], top: float) -> None:
    middle = top + _LINE / 2
    for number, lines in enumerate(below, start=1):
        around.text(4, middle, str(number), va="center", fontsize=_SIZE, fontweight="bold", color=PURPLE)
        for line in lines:
            around.text(_INDENT, middle, line, va="center", fontsize=_SIZE)
            middle += _LINE


def _note_lines(note: Note) -> list[str]:
    return fitted_lines(f"{day(note.date)}: {note.words}", _WIDTH - _INDENT - 4, size=_SIZE)


def _tick_places(points: int) -> list[int]:
    """Return up to four points, evenly apart, the first and the last among them."""
    last, ticks = points - 1, min(points, 4)
    return sorted({round(last * number / max(ticks - 1, 1)) for number in range(ticks)})


def _short_day(date: dt.date) -> str:
    """Return a date in the few letters an axis has room for: 6 Mar 23."""
    number, month, year = day(date).split()
    return f"{number} {month[:3]} {year[2:]}"


def _number(value: float) -> str:
    return count(value) if float(value).is_integer() else decimal(value)
