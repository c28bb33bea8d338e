"""What pictures are drawn from, without what draws them, which takes most of a second to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Span:
    """A figure with its interval; None where it is not shown."""

    estimate: int
    low: int
    high: int


@dataclass(frozen=True)
class ChartRow:
    """A row of a chart: its label, its spans in drawing order (None: not shown), and the words at its end.

    `joined`: a line may lead from one wave's share to the other's.
    """

    label: str
    spans: tuple[Span | None, ...]
    words: str
    emphasised: bool = False
    joined: bool = True


Look = Literal["filled", "hollow", "other"]


@dataclass(frozen=True)
class Series:
    """What the spans of one place in the rows are: their name, and a look that differs in shape and fill too."""

    name: str
    look: Look
