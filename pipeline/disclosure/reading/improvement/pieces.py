"""What stands in a page's sections on the improvement work, piece by piece and word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.disclosure.reading.markup import Node, own_text
from pipeline.disclosure.reading.numerals import plain
from pipeline.disclosure.reading.scope import Scope


@dataclass(frozen=True)
class Piece:
    """A paragraph, an item of a list or a heading with its words, or a table or a figure with its id."""

    kind: Literal["p", "li", "h3", "dt", "dd", "table", "figure"]
    text: str


@dataclass(frozen=True)
class FigureWords:
    """What stands around a figure's picture, and what is wrong with the picture itself."""

    message: str
    subtitle: str
    alt: str
    faults: Callable[[bytes], Iterable[str]]


Section = Callable[[Scope], Iterator[Piece]]


def piece_of(node: Node) -> Piece | None:
    """Return which piece an element is, None where it is none of them."""
    if node.tag in ("p", "h3", "dt", "dd", "li") and not node.attributes:
        # An item of a list may hold a list, which is read by itself.
        if node.tag != "li" and node.elements:
            return None
        return Piece(node.tag, plain(own_text(node)))  # type: ignore[arg-type]
    if node.tag == "div":
        tables = [one.attributes.get("id", "") for one in node.elements if one.tag == "table"]
        return Piece("table", tables[0]) if len(tables) == 1 else None
    return Piece("figure", node.attributes.get("id", "")) if node.tag == "figure" else None
