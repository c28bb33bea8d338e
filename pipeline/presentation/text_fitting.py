"""Text broken into lines that fit a width, measured with the typeface that comes with matplotlib."""

from __future__ import annotations

from functools import cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath


def fitted_lines(text: str, width: float, *, size: float, weight: str = "normal") -> list[str]:
    """Return a text as lines no wider than `width` points at a size in points; a word that is too wide is broken.

    There is at least one line. The typeface is wider than those that stand in for it where it is missing.
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(word, width, size, weight)
        lines += pieces if lines[-1] else []
        lines = lines if lines[-1] else pieces
    return lines


@cache
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide a text is, in points."""
    if not text.strip():
        return 0.0
    prop = FontProperties(family="DejaVu Sans", weight=weight)
    return float(TextPath((0, 0), text, size=size, prop=prop, usetex=False).get_extents().x1)


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    """Return a word in pieces that each fit."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, weight) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
