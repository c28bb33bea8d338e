"""Whatever a figure was before it was rounded lies within the bounds that its printed form leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.numerals import amount_beside_a_name, first_numeral

NEARLY = 1e-9


def holds(kind: values.Kind, printed: str, figure: float) -> bool:
    bounds = kind.read(printed)
    return bounds is not None and bounds.low - NEARLY <= figure <= bounds.high + NEARLY


@given(st.floats(0, 1))
def test_a_share_lies_within_its_whole_per_cent(share: float) -> None:
    assert holds(values.PERCENT, str(round(share * 100)), share)


@given(st.floats(-1, 1))
def test_a_change_lies_within_its_whole_points(change: float) -> None:
    assert holds(values.POINTS, str(round(change * 100)), change)


@given(st.floats(0.01, 9000))
def test_an_odds_ratio_lies_within_its_printed_digits(ratio: float) -> None:
    rounded = float(f"{ratio:.2f}" if ratio < 10 else f"{ratio:.2g}")
    printed = str(int(rounded)) if rounded.is_integer() else str(rounded)
    assert holds(values.RATIO, printed, ratio)


@given(st.floats(1e-9, 1))
def test_a_p_value_lies_within_its_printed_digits(p_value: float) -> None:
    printed = "under 0.001" if p_value < 0.001 else f"{p_value:.2g}"
    assert holds(values.P_VALUE, printed, p_value)


@given(st.integers(0, 400))
def test_a_bin_of_six_holds_the_counts_that_it_names_and_no_others(count: int) -> None:
    last = max(-(-count // 6), 1) * 6
    printed = f"{0 if last == 6 else last - 5}–{last}"
    assert values.bin_bounds(printed) == (0 if last == 6 else last - 5, last)
    assert values.bin_bounds(f"{last - 4}–{last}") is None


@pytest.mark.parametrize("printed", ["33.3", "-0", "101", "07", "+4", "1,000", "4 ", "under 9%", "", "٣"])
def test_a_share_in_another_form_is_no_share(printed: str) -> None:
    assert values.PERCENT.read(printed) is None


@pytest.mark.parametrize("text", ["7", "seven", "Seven people", "½", "Ⅶ", "nobody", "per cent", "sеven", "se\u0301ven"])
def test_whatever_says_how_many_is_a_numeral(text: str) -> None:
    assert first_numeral(text)


def test_an_amount_counts_beside_a_name_alone() -> None:
    assert amount_beside_a_name("Most of Enfield agrees.", ("Enfield",)) == "most"
    assert amount_beside_a_name("Most of them agree.", ("Enfield",)) == ""
    assert amount_beside_a_name("Enfield agrees.", ("Enfield",)) == ""


@pytest.mark.parametrize("text", ["XIV people", "The VII of them", "It was IX.", "See YmFzZSAxMSBvZiBiYXJuZXQg there"])
def test_roman_numerals_and_letters_nobody_can_read_are_numerals(text: str) -> None:
    assert first_numeral(text)


@pytest.mark.parametrize("text", ["I was there", "The ICB and the NHS", "McDonald and i-THRIVE", "A civil word"])
def test_ordinary_letters_are_no_numerals(text: str) -> None:
    assert not first_numeral(text)
