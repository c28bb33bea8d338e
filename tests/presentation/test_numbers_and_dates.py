"""How numbers, dates and lists are written, whatever the language of the machine."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.presentation.wording import in_a_row, number_word, people, percent, period, signed


@pytest.mark.parametrize(("value", "written"), [(12, "+12"), (-3, "−3"), (0, "0"), (-100, "−100"), (1.0, "+1")])
def test_a_change_has_its_sign_and_a_true_minus(value: float, written: str) -> None:
    assert signed(value) == written


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (dt.date(2023, 10, 2), dt.date(2023, 10, 29), "2 to 29 October 2023"),
        (dt.date(2024, 5, 7), dt.date(2024, 6, 2), "7 May to 2 June 2024"),
        (dt.date(2023, 12, 18), dt.date(2024, 1, 5), "18 December 2023 to 5 January 2024"),
        (dt.date(2023, 10, 2), dt.date(2024, 10, 2), "2 October 2023 to 2 October 2024"),
        (dt.date(2023, 3, 6), dt.date(2023, 3, 6), "6 March 2023"),
    ],
)
def test_a_period_says_nothing_twice(start: dt.date, end: dt.date, written: str) -> None:
    assert period(start, end) == written


@pytest.mark.parametrize(
    ("parts", "written"),
    [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_parts_stand_in_a_row_as_a_person_writes_them(parts: list[str], written: str) -> None:
    assert in_a_row(parts) == written


def test_counts_and_percentages_are_whole() -> None:
    assert [people(1), people(2), people(1200.0)] == ["1 person", "2 people", "1,200 people"]
    assert percent(31.0) == "31%"
    assert [number_word(0), number_word(7), number_word(12)] == ["none", "seven", "12"]
