"""The probability of superiority: by hand, against R, and with people who answer twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import t
from statsmodels.stats.nonparametric import rank_compare_2indep

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.superiority import Superiority, estimate_superiority

AREAS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]
Make = Callable[..., ItemAnswers]


def superiority(answers: ItemAnswers) -> Superiority:
    found = estimate_superiority(answers, 0.95)
    assert isinstance(found, Superiority), found
    return found


def test_pairs_are_counted_by_hand(make_answers: Make) -> None:
    # Earlier 1 2, later 2 3. Of the four pairs 2>1, 3>1 and 3>2 are won and 2 = 2 is a tie: 3.5 of 4.
    found = superiority(make_answers([1, 2, 2, 3], [0, 0, 1, 1]))
    assert found.estimate == pytest.approx(3.5 / 4)
    # Placements of the later 2 and 3 among the earlier: 3/4 and 1, variance 1/32; of the earlier the same. Each over
    # its two people: 1/64 + 1/64 = 1/32.
    assert found.std_error**2 == pytest.approx(1 / 32)


def test_a_person_who_answers_twice_counts_as_one_by_hand(make_answers: Make) -> None:
    # As above, but both answered twice and moved up alike: their placements cancel in part. Person 1 (1 then 2) has
    # later 3/4 - 7/8 = -1/8 and earlier -(0 - 1/8) = 1/8; person 2 has 1/8 and -(1/4 - 1/8) = -1/8: nothing is left.
    found = estimate_superiority(make_answers([1, 2, 2, 3], [0, 0, 1, 1], person=[1, 2, 1, 2]), 0.95)
    assert found == "No two people differ in how they changed, so the uncertainty cannot be judged."
    # Crossed, the parts add up: person 1 (1 then 3) 1/8 + 1/8, person 2 (2 then 2) -1/8 - 1/8, each over sqrt(2):
    # 2 * (1/4)^2 / 2 = 1/16.
    crossed = superiority(make_answers([1, 2, 2, 3], [0, 0, 1, 1], person=[1, 2, 2, 1]))
    assert crossed.std_error**2 == pytest.approx(1 / 16)


def test_it_agrees_with_r_where_nobody_answers_twice(
    survey2_answers: Callable[[str], ItemAnswers], read_golden: Callable[[str], Any]
) -> None:
    answers = survey2_answers("conf_implement").as_strangers()
    golden = read_golden("estimands.json")
    compared = [(answers, golden["overall_prob_superiority"])]
    for row in golden["by_borough"]:
        here = answers.areas[:, AREAS.index(row["borough"])]
        compared.append((answers.where(here), row["prob_superiority"]))
    for rows, expected in compared:
        found = superiority(rows)
        assert found.estimate == pytest.approx(expected["p"], abs=1e-12)
        assert found.std_error == pytest.approx(expected["se"], rel=1e-10)
        assert found.df == pytest.approx(expected["df_welch"], rel=1e-10)
        # R's own logit interval uses the normal; ours Student's t on the same scale.
        reach = t.ppf(0.975, found.df) * found.std_error / (found.estimate * (1 - found.estimate))
        ends = expit(logit(found.estimate) + np.array([-1, 1]) * reach)
        assert [found.conf_low, found.conf_high] == pytest.approx(ends)


def test_it_agrees_with_statsmodels(survey2_answers: Callable[[str], ItemAnswers]) -> None:
    answers = survey2_answers("plan").as_strangers()
    later = answers.moment > 0
    reference = rank_compare_2indep(answers.level[later], answers.level[~later])
    found = superiority(answers)
    # `var` is that of the estimate times the number of answers.
    assert found.estimate == pytest.approx(reference.prob1)
    assert found.std_error**2 == pytest.approx(reference.var / len(answers.level))


def test_linked_people_make_the_interval_of_a_change_narrower(survey2_answers: Callable[[str], ItemAnswers]) -> None:
    answers = survey2_answers("conf_describe")
    assert superiority(answers).std_error < superiority(answers.as_strangers()).std_error


@settings(max_examples=60, deadline=None)
@given(
    levels=st.lists(st.integers(1, 5), min_size=8, max_size=20),
    shift=st.integers(0, 6),
    order=st.randoms(use_true_random=False),
)
def test_swapping_the_waves_or_the_scale_mirrors_it_and_order_changes_nothing(
    make_answers: Make, levels: list[int], shift: int, order: Any
) -> None:
    moments = [float(number % 2) for number in range(len(levels))]
    answers = make_answers(levels, moments, person=[max(number - shift, 0) // 2 for number in range(len(levels))])
    found = estimate_superiority(answers, 0.95)
    rows = list(range(len(levels)))
    order.shuffle(rows)
    again = estimate_superiority(answers.where(np.array(rows)), 0.95)
    turned = estimate_superiority(replace(answers, level=6 - answers.level), 0.95)
    swapped = estimate_superiority(replace(answers, moment=1 - answers.moment), 0.95)
    if isinstance(found, str):
        assert found == again == turned == swapped
        return
    for other, mirrored in ((again, False), (turned, True), (swapped, True)):
        assert isinstance(other, Superiority)
        ends = (1 - other.conf_high, 1 - other.conf_low) if mirrored else (other.conf_low, other.conf_high)
        assert other.estimate == pytest.approx(1 - found.estimate if mirrored else found.estimate)
        assert ends == pytest.approx((found.conf_low, found.conf_high))


@pytest.mark.parametrize(
    ("level", "moment", "reason"),
    [
        ([1, 2, 3], [0, 1, 1], "Fewer than two people"),
        ([2, 2, 2, 2], [0, 0, 1, 1], "Everyone in both waves gave the same answer"),
        ([1, 2, 3, 4], [0, 0, 1, 1], "Every answer of one wave lies above"),
    ],
)
def test_what_cannot_be_judged_is_said(make_answers: Make, level: list[int], moment: list[float], reason: str) -> None:
    found = estimate_superiority(make_answers(level, moment), 0.95)
    assert isinstance(found, str)
    assert reason in found
