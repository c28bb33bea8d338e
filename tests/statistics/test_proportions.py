"""Wilson's and Newcombe's intervals against hand arithmetic, print and R."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.proportions import newcombe_change_interval, wilson_interval

# The confidence level at which the normal quantile z is 1, so that the arithmetic can be done by hand.
ONE_SIGMA = math.erf(1 / math.sqrt(2))


def test_wilson_interval_by_hand() -> None:
    # p = 2/4, z = 1: centre (1/2 + 1/8) / (1 + 1/4) = 1/2
    # reach sqrt(1/16 + 1/64) / (1 + 1/4) = (sqrt(5)/8) / (5/4) = sqrt(5)/10
    low, high = wilson_interval(2, 4, ONE_SIGMA)
    assert low == pytest.approx(0.5 - math.sqrt(5) / 10)
    assert high == pytest.approx(0.5 + math.sqrt(5) / 10)


def test_newcombe_interval_by_hand() -> None:
    # z = 1: Wilson for 4/4 is (1/(1 + 1/4), 1) = (0.8, 1), for 0/4 (0, 0.2)
    # low = 1 - sqrt((1 - 0.8)^2 + (0.2 - 0)^2) = 1 - 0.2 sqrt(2); high = 1 + sqrt(0 + 0) = 1
    low, high = newcombe_change_interval(4, 4, 0, 4, ONE_SIGMA)
    assert low == pytest.approx(1 - 0.2 * math.sqrt(2))
    assert high == pytest.approx(1)


def test_wilson_interval_agrees_with_r_and_with_newcombes_table(read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("newcombe_1998.json")["wilson"]
    for case, printed in zip(golden["cases"], golden["printed"], strict=True):
        interval = wilson_interval(case["x"], case["n"], 0.95)
        assert interval == pytest.approx(case["R"], abs=1e-14)
        assert interval == pytest.approx(printed, abs=5e-5)


def test_newcombe_interval_agrees_with_print(read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("newcombe_1998.json")["newcombe"]
    (count_later, base_later), (count_earlier, base_earlier) = golden["later"], golden["earlier"]
    interval = newcombe_change_interval(count_later, base_later, count_earlier, base_earlier, 0.95)
    assert interval == pytest.approx(golden["printed"], abs=5e-5)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
@settings(max_examples=40, deadline=None)
def test_newcombe_interval_changes_sign_when_the_waves_swap(base_a: int, base_b: int, data: st.DataObject) -> None:
    count_a, count_b = data.draw(st.integers(0, base_a)), data.draw(st.integers(0, base_b))
    low, high = newcombe_change_interval(count_a, base_a, count_b, base_b, 0.9)
    swapped = newcombe_change_interval(count_b, base_b, count_a, base_a, 0.9)
    assert swapped == pytest.approx((-high, -low), abs=1e-12)
    assert -1 <= low <= count_a / base_a - count_b / base_b + 1e-12 <= high + 2e-12 <= 1 + 2e-12


def test_nobody_and_everybody_have_intervals_that_end_exactly_at_0_and_1() -> None:
    assert wilson_interval(0, 3, 0.95).conf_low == 0
    assert wilson_interval(3, 3, 0.95).conf_high == 1
    assert newcombe_change_interval(0, 3, 10, 10, 0.95).conf_low == -1


@pytest.mark.parametrize(
    ("count", "base_n", "conf_level", "words"),
    [(0, 0, 0.95, "at least one"), (3, 2, 0.95, "0..2"), (-1, 2, 0.95, "0..2"), (1, 2, 95, "conf_level")],
)
def test_an_impossible_share_is_refused_in_words(count: int, base_n: int, conf_level: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wilson_interval(count, base_n, conf_level)
    with pytest.raises(ValueError, match=words):
        newcombe_change_interval(count, base_n, 1, 2, conf_level)
    with pytest.raises(ValueError, match=words):
        newcombe_change_interval(1, 2, count, base_n, conf_level)
