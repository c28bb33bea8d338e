"""The driver diagram as a picture, aim left and change ideas right, and as a nested list that says the same.

Drawn with matplotlib and a layout of our own rather than with Graphviz: it is a tree in at most four columns, so that
stacking subtrees can make nothing overlap; text is wrapped by measure, which Graphviz does not do; the picture has the
style, the bytes and the safety of our other charts; and no program outside Python must be installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pipeline.presentation.charts import BLUE, GREY, INK, as_svg, styled
from pipeline.presentation.text_fitting import fitted_lines
from pipeline.presentation.wording import in_a_row
from pipeline.statistics.improvement.drivers import AIM, IDEA, LAYERS, PRIMARY, SECONDARY

# Points; the width is that of a page's text on a wide screen, and of an A4 page within its margins at 94 per cent.
_WIDTH, _GAP, _BETWEEN, _PAD, _LINE, _HEAD, _SIZE = 547.0, 22.0, 8.0, 6.0, 11.5, 20.0, 9.0
_HEADINGS = {AIM: "Aim", PRIMARY: "Primary drivers", SECONDARY: "Secondary drivers", IDEA: "Change ideas"}
_NAMES = {AIM: "Aim", PRIMARY: "Primary driver", SECONDARY: "Secondary driver", IDEA: "Change idea"}
_FILLS = {AIM: BLUE, PRIMARY: "#D6E2EE", SECONDARY: "white", IDEA: "white"}
_EDGES = {AIM: BLUE, PRIMARY: BLUE, SECONDARY: BLUE, IDEA: GREY}


Row = dict[Any, Any]


@dataclass(frozen=True)
class Box:
    """A node in its place: left edge, middle, width and height in points from the upper left corner, and its lines."""

    layer: str
    left: float
    middle: float
    width: float
    height: float
    lines: tuple[str, ...]
    status: tuple[str, ...]

    @property
    def top(self) -> float:
        return self.middle - self.height / 2

    @property
    def bottom(self) -> float:
        return self.middle + self.height / 2


def draw_driver_diagram(tree: pd.DataFrame) -> bytes:
    """Return an SVG of a tree as from `order_drivers`: a column a layer, each node beside its parent, lines between."""
    boxes = place_boxes(tree)
    height = max(box.bottom for box in boxes.values()) + 2
    with styled():
        figure = plt.figure(figsize=(_WIDTH / 72, height / 72))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, _WIDTH), ylim=(height, 0))
        axes.axis("off")
        for box in {box.layer: box for box in boxes.values()}.values():
            axes.text(box.left, 10, _HEADINGS[box.layer], ha="left", va="center", fontsize=_SIZE, fontweight="bold")
        for node, parent in zip(tree["node"], tree["parent"], strict=True):
            if parent:
                _draw_line(axes, boxes[parent], boxes[node])
        for box in boxes.values():
            _draw_box(axes, box)
        return as_svg(figure)


def place_boxes(tree: pd.DataFrame) -> dict[str, Box]:
    """Return where each node of a tree stands; every subtree has a band of its own, so that nothing overlaps."""
    used = [layer for layer in LAYERS if layer in set(tree["layer"])]
    width = (_WIDTH - 2 - _GAP * (len(used) - 1)) / max(len(used), 2)
    lefts = {layer: 1 + number * (width + _GAP) for number, layer in enumerate(used)}
    rows = {row["node"]: row for row in tree.to_dict("records")}
    below: dict[str, list[str]] = {node: [] for node in rows}
    for node, row in rows.items():
        if row["parent"]:
            below[row["parent"]].append(node)
    sizes = {node: _sized(row, width) for node, row in rows.items()}
    bands: dict[str, float] = {}
    # Children stand after their parents, so that from the end every child's band is known before its parent's.
    for node in reversed(rows):
        bands[node] = max(sizes[node][2], _stacked([bands[child] for child in below[node]]))
    boxes: dict[str, Box] = {}
    tops = {node: _HEAD for node in rows if not rows[node]["parent"]}
    for node, row in rows.items():
        lines, status, height = sizes[node]
        boxes[node] = Box(row["layer"], lefts[row["layer"]], tops[node] + bands[node] / 2, width, height, lines, status)
        top = tops[node] + (bands[node] - _stacked([bands[child] for child in below[node]])) / 2
        for child in below[node]:
            tops[child] = top
            top += bands[child] + _BETWEEN
    return boxes


def list_drivers(tree: pd.DataFrame) -> Markup:
    """Return a tree as from `order_drivers` as a nested list: each node after its layer's name, ideas with status."""
    return Markup(_listed(tree, "").strip())


def describe_drivers(tree: pd.DataFrame) -> str:
    """Return the text alternative of the picture: its aim, and how much of each layer there is."""
    aim = tree.loc[tree["layer"] == AIM, "text"].iloc[0].rstrip(".")
    counts = tree["layer"].value_counts()
    parts = [
        f"{counts[layer]} {_NAMES[layer].lower()}{'' if counts[layer] == 1 else 's'}"
        for layer in LAYERS[1:]
        if layer in counts
    ]
    below = f" Towards it: {in_a_row(parts)}." if parts else ""
    return f"Driver diagram from left to right. Aim: {aim}.{below} The list says the same."


def _listed(tree: pd.DataFrame, parent: str) -> Markup:
    rows = tree[tree["parent"] == parent].to_dict("records")
    items = [
        Markup("<li><strong>{}:</strong> {}{}{}</li>\n").format(
            _NAMES[row["layer"]], row["text"], _status_words(row), _listed(tree, row["node"])
        )
        for row in rows
    ]
    return Markup("\n<ul>\n{}</ul>\n").format(Markup("").join(items)) if items else Markup("")


def _status_words(row: Row) -> str:
    return f" (status: {row['status']})" if row["status"] else ""


def _sized(row: Row, width: float) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Return a node's lines, the lines of its status, and its height."""
    room = width - 2 * _PAD
    lines = tuple(fitted_lines(row["text"], room, size=_SIZE, weight=_weight(row["layer"])))
    status = tuple(fitted_lines(f"Status: {row['status']}", room, size=_SIZE, weight="bold")) if row["status"] else ()
    return lines, status, (len(lines) + len(status)) * _LINE + 2 * _PAD


def _stacked(bands: list[float]) -> float:
    return sum(bands) + _BETWEEN * max(len(bands) - 1, 0)


def _weight(layer: str) -> str:
    return "bold" if layer == AIM else "normal"


def _draw_line(axes: Axes, parent: Box, child: Box) -> None:
    start, turn = parent.left + parent.width, parent.left + parent.width + _GAP / 2
    axes.plot(
        [start, turn, turn, child.left],
        [parent.middle, parent.middle, child.middle, child.middle],
        color=GREY,
        linewidth=1,
        zorder=1,
    )


def _draw_box(axes: Axes, box: Box) -> None:
    look: dict[str, Any] = {"facecolor": _FILLS[box.layer], "edgecolor": _EDGES[box.layer]}
    axes.add_patch(Rectangle((box.left, box.top), box.width, box.height, zorder=2, **look))
    ink = "white" if box.layer == AIM else INK
    weights = [_weight(box.layer)] * len(box.lines) + ["bold"] * len(box.status)
    for number, (line, weight) in enumerate(zip(box.lines + box.status, weights, strict=True)):
        baseline = box.top + _PAD + (number + 0.78) * _LINE
        axes.text(box.left + _PAD, baseline, line, color=ink, fontsize=_SIZE, fontweight=weight, zorder=3)
