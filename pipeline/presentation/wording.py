"""How numbers and dates are written on a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

MINUS = "−"


def percent(value: Any) -> str:
    """Return a whole percentage: 31%."""
    return f"{int(value)}%"


def signed(value: Any) -> str:
    """Return whole percentage points with their sign: +12, −3, 0."""
    number = int(value)
    return f"+{number}" if number > 0 else f"{MINUS}{-number}" if number < 0 else "0"


def decimal(value: Any, places: int = 1) -> str:
    """Return a number with its decimals: 3.4, −0.2."""
    return f"{float(value):.{places}f}".replace("-", MINUS)


def from_to(lowest: Any, highest: Any) -> str:
    """Return whole numbers' range: 18 to 23, or 18 where it is one."""
    return count(lowest) if lowest == highest else f"{count(lowest)} to {count(highest)}"


def count(value: Any) -> str:
    """Return a count as it is published: 1,234, or the bin it lies in."""
    return value if isinstance(value, str) else f"{int(value):,}"


def people(value: Any) -> str:
    """Return a count of people: 1 person, 12 people, 7–12 people."""
    return f"{count(value)} {'person' if count(value) == '1' else 'people'}"


def day(date: dt.date) -> str:
    """Return a date as 6 March 2023; month names do not depend on the machine's language."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def day_of(text: str) -> str:
    """Return a day that is written as 2023-03-06 as 6 March 2023."""
    return day(dt.date.fromisoformat(text))


def period(start: dt.date, end: dt.date) -> str:
    """Return two dates as '2 to 29 October 2023', without saying twice what they share."""
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    return (
        f"{start.day} {_MONTHS[start.month - 1]} to {day(end)}"
        if start.year == end.year
        else f"{day(start)} to {day(end)}"
    )


def in_a_row(parts: list[str]) -> str:
    """Return 'a', 'a and b', or 'a, b and c'."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "none"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number_word(value: int) -> str:
    """Return a small number as a word, as a sentence has it."""
    return _NUMBERS[value] if value < len(_NUMBERS) else str(value)
