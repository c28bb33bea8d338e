"""The driver diagram built again from its file: every box, line and word in its place, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.disclosure.reading.book import Row
from pipeline.disclosure.reading.improvement.plain_drawing import (
    GROUND,
    INK,
    WHITE,
    Item,
    Plain,
    differences,
    read_plain,
    rectangle,
    text_style,
)
from pipeline.disclosure.reading.shapes import UndrawableError

LAYERS = ("aim", "primary", "secondary", "idea")
_HEADINGS = dict(zip(LAYERS, ("Aim", "Primary drivers", "Secondary drivers", "Change ideas"), strict=True))
_LOOKS = {
    "aim": "fill: #12436d; stroke: #12436d",
    "primary": "fill: #d6e2ee; stroke: #12436d",
    "secondary": "fill: #ffffff; stroke: #12436d",
    "idea": "fill: #ffffff; stroke: #5f5f5f",
}
_LINE = "fill: none; stroke: #5f5f5f; stroke-linecap: round"
# Points.
_WIDTH, _GAP, _BETWEEN, _PAD, _STEP, _HEAD = 547.0, 22.0, 8.0, 6.0, 11.5, 20.0

# Letters.
_LONG_WORD = 12


@dataclass
class _Box:
    row: Row
    lines: list[str]
    status: list[str]
    below: list[str]
    left: float = 0.0
    band: float = 0.0
    top: float = 0.0

    @property
    def height(self) -> float:
        return (len(self.lines) + len(self.status)) * _STEP + 2 * _PAD

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def diagram_faults(content: bytes, rows: Sequence[Row]) -> Iterator[str]:
    """Give what is wrong with the picture of a tree of drivers."""
    try:
        _check_tree(rows)
        found = read_plain(content)
        boxes = _boxes(found, rows)
    except UndrawableError as error:
        yield f"its picture cannot be read, as {error}."
        return
    used = [layer for layer in LAYERS if any(row["layer"] == layer for row in rows)]
    width = (_WIDTH - 2 - _GAP * (len(used) - 1)) / max(len(used), 2)
    lefts = {layer: 1 + number * (width + _GAP) for number, layer in enumerate(used)}
    _place(boxes, lefts)
    height = max(box.top + box.height for box in boxes.values()) + 2
    if (found.width, round(found.height - height, 4)) != (_WIDTH, 0) or found.clips != ((0, _WIDTH, 0, found.height),):
        yield "its picture is of another size than what it holds."
        return
    yield from differences(found, list(_items(boxes, lefts, width, height)))


def _check_tree(rows: Sequence[Row]) -> None:
    """Raise UndrawableError where a node stands twice, or before the one that it serves."""
    seen = {""}
    for row in rows:
        if row["node"] in seen or row["parent"] not in seen:
            raise UndrawableError(f"'{row['node'][:40]}' stands in its file twice, or before what it serves")
        seen.add(row["node"])


def _boxes(found: Plain, rows: Sequence[Row]) -> dict[str, _Box]:
    """Return each node's box with its lines, broken where the picture breaks them."""
    lines = [item.text for item in found.texts()][len({row["layer"] for row in rows}) :]
    boxes = {}
    for row in rows:
        status = f"Status: {row['status']}" if row["status"] else ""
        own, state = _taken(lines, row["text"]), _taken(lines, status)
        below = [one["node"] for one in rows if one["parent"] == row["node"]]
        boxes[row["node"]] = _Box(row, own, state, below)
    return boxes


def _taken(lines: list[str], text: str) -> list[str]:
    """Take from the front those lines that make up a text; raises UndrawableError when the next do not."""
    bare, taken = "".join(text.split()), []
    while bare:
        line = "".join(lines[0].split()) if lines else ""
        if not line or not bare.startswith(line):
            raise UndrawableError(f"it says '{lines[0] if lines else ''}' where its file has '{text}'")
        bare = bare.removeprefix(line)
        taken.append(lines.pop(0))
    # Only a word that is wider than its box is broken.
    words = text.split()
    if " ".join(taken).split() != words and max(map(len, words)) <= _LONG_WORD:
        raise UndrawableError(f"it does not say '{text}' with its own spaces")
    return taken


def _place(boxes: dict[str, _Box], lefts: dict[str, float]) -> None:
    """Give each box its place: every subtree in a band of its own, each box in the middle of its band."""
    for box in reversed(boxes.values()):
        box.left = lefts[box.row["layer"]]
        box.band = max(box.height, _stacked(boxes, box))
    tops = {node: _HEAD for node, box in boxes.items() if not box.row["parent"]}
    for node, box in boxes.items():
        box.top = tops[node] + (box.band - box.height) / 2
        top = tops[node] + (box.band - _stacked(boxes, box)) / 2
        for child in box.below:
            tops[child] = top
            top += boxes[child].band + _BETWEEN


def _stacked(boxes: dict[str, _Box], box: _Box) -> float:
    return sum(boxes[child].band for child in box.below) + _BETWEEN * max(len(box.below) - 1, 0)


def _items(boxes: dict[str, _Box], lefts: dict[str, float], width: float, height: float) -> Iterator[Item]:
    yield Item("area", GROUND, rectangle(0, _WIDTH, 0, height))
    for box in boxes.values():
        if box.row["parent"]:
            above = boxes[box.row["parent"]]
            turn = above.left + width + _GAP / 2
            ends = ((above.left + width, above.middle), (turn, above.middle), (turn, box.middle))
            yield Item("line", _LINE, (*ends, (box.left, box.middle)))
    for box in boxes.values():
        corners = rectangle(box.left, box.left + width, box.top + box.height, box.top)
        yield Item("area", f"{_LOOKS[box.row['layer']]}; stroke-linejoin: miter", corners)
    for layer, left in lefts.items():
        yield Item("text", text_style(bold=True), ((left, 10.0),), _HEADINGS[layer], is_about=True)
    for box in boxes.values():
        is_aim = box.row["layer"] == "aim"
        for number, line in enumerate([*box.lines, *box.status]):
            at = (box.left + _PAD, box.top + _PAD + (number + 0.78) * _STEP)
            bold = is_aim or number >= len(box.lines)
            yield Item("text", text_style(WHITE if is_aim else INK, bold=bold), (at,), line)
