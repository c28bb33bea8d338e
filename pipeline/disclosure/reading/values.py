"""Printed figures: which forms a number may have in a file, and between which bounds each leaves the figure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

MINUS, DASH = "−", "–"
HIDDEN, NOT_AVAILABLE = "[c]", "[x]"
MARKS = frozenset({HIDDEN, NOT_AVAILABLE})
# What stands for a share near an end, and between what it lies.
ENDS = {"under 10%": (0.0, 0.1), "over 90%": (0.9, 1.0)}
SMALLEST_P = "under 0.001"
_BIN = re.compile(rf"(0|[1-9]\d*){DASH}([1-9]\d*)", re.ASCII)
_WHOLE, _SIGNED = r"(?:0|[1-9]\d*)", r"(?:0|-?[1-9]\d*)"
BIN_WIDTH = 6


@dataclass(frozen=True)
class Bounds:
    """Between what a figure lies for everybody who knows how it was rounded; `status` is its mark, if it has one."""

    low: float
    high: float
    status: str = ""


UNKNOWN = (0.0, math.inf)


@dataclass(frozen=True)
class Kind:
    """A kind of figure: the form it is printed in, and the bounds of a number in that form."""

    name: str
    form: str
    bounds: Callable[[str], tuple[float, float]]
    ends: bool = False
    bins: bool = False
    blank: bool = False

    def read(self, text: str) -> Bounds | None:
        """Return the bounds of a printed figure, or None where it is in no form that this kind may have."""
        if text in MARKS:
            return Bounds(*UNKNOWN, text)
        if self.ends and text in ENDS:
            return Bounds(*ENDS[text])
        if self.bins and (found := bin_bounds(text)):
            return Bounds(*found)
        return Bounds(*self.bounds(text)) if re.fullmatch(self.form, text, re.ASCII) else None


def bin_bounds(text: str) -> tuple[float, float] | None:
    """Return the ends of a bin of six such as 7–12, or None where it is none."""
    found = _BIN.fullmatch(text)
    if not found:
        return None
    low, high = int(found[1]), int(found[2])
    first = 0 if high == BIN_WIDTH else high - BIN_WIDTH + 1
    return (low, high) if high % BIN_WIDTH == 0 and low == first else None


def _exact(text: str) -> tuple[float, float]:
    return float(text), float(text)


def _hundredths(text: str) -> tuple[float, float]:
    return (int(text) - 0.5) / 100, (int(text) + 0.5) / 100


def _share(text: str) -> tuple[float, float]:
    low, high = _hundredths(text)
    return max(low, 0.0), min(high, 1.0)


def _decimals(places: int) -> Callable[[str], tuple[float, float]]:
    half = 0.5 * 10**-places
    return lambda text: (float(text) - half, float(text) + half)


def two_digits(text: str) -> tuple[float, float]:
    """Return the bounds of a number printed with two significant digits, of which trailing noughts are left out."""
    value = float(text)
    if value == 0:
        return 0.0, 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    # Just below a power of ten the steps are ten times finer.
    below = step / 10 if math.isclose(math.log10(value) % 1, 0, abs_tol=1e-12) else step
    return value - below / 2, value + step / 2


def _p_value(text: str) -> tuple[float, float]:
    return (0.0, 0.001) if text == SMALLEST_P else two_digits(text)


def _ratio(text: str) -> tuple[float, float]:
    value = float(text)
    return (value - 0.005, value + 0.005) if value < 10 else (max(two_digits(text)[0], 9.995), two_digits(text)[1])


_UP_TO_100 = r"(?:100|[1-9]?\d)"
COUNT = Kind("a count of people", _WHOLE, _exact, bins=True)
PERCENT = Kind("a whole percentage", _UP_TO_100, _share, ends=True)
POINTS = Kind("whole percentage points", r"(?:0|-?(?:100|[1-9]\d?))", _hundredths)
# The smallest change that shows can be larger than the whole scale.
WHOLE_POINTS = Kind("whole percentage points", _WHOLE, _hundredths)
PAIRS_OF_100 = Kind("whole pairs of a hundred", _UP_TO_100, _share)
RATIO = Kind("an odds ratio", r"(?:\d(?:\.\d{1,2})?|[1-9]\d+|[1-9](?:\.\d)?e\+\d+)", _ratio)
TENTHS = Kind("a number with one decimal", r"(?:0|-?(?:[1-9]\d*|0\.[1-9]|[1-9]\d*\.[1-9]))", _decimals(1))
MAYBE_TENTHS = Kind(TENTHS.name, TENTHS.form, _decimals(1), blank=True)
MAYBE_COUNT = Kind(COUNT.name, COUNT.form, _exact, blank=True)
HUNDREDTHS = Kind("a number with two decimals", r"(?:0|-?(?:[1-9]\d*|(?:0|[1-9]\d*)\.\d?[1-9]))", _decimals(2))
P_VALUE = Kind("a p-value", rf"(?:{SMALLEST_P}|1|0\.0*[1-9]\d?)", _p_value)


def percent(text: str) -> str:
    """Return a share as a page has it: 31%, or what stands in its place."""
    return f"{text}%" if text.isdecimal() else text


def signed(text: str) -> str:
    """Return percentage points as a page has them: +12, −3, 0."""
    if text in MARKS or text == "0":
        return text
    return f"{MINUS}{text[1:]}" if text.startswith("-") else f"+{text}"


def people(text: str) -> str:
    """Return a count as a page has it: 1 person, 1,200 people, 7–12 people."""
    return "1 person" if text == "1" else f"{thousands(text)} people"


def thousands(text: str) -> str:
    return f"{int(text):,}" if text.isdecimal() else text


def decimal(text: str, places: int = 1) -> str:
    """Return a number as a page has it: 3.4, −0.2."""
    return text if text in MARKS else f"{float(text):.{places}f}".replace("-", MINUS)


def ratio(text: str) -> str:
    """Return an odds ratio as a page has it."""
    return text if text in MARKS else f"{float(text):g}"
