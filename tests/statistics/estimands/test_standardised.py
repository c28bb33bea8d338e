"""Standardised shares and their change: by hand, against R, and what must not change them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import (
    NOTHING_TO_POOL,
    Change,
    ItemChange,
    estimate_change_of_all,
    estimate_item_change,
)
from pipeline.statistics.estimands.joint_model import JointModel, fit_joint_model, standardise
from pipeline.statistics.estimands.layout import ONE_MOMENT, OTHER_PEOPLE
from pipeline.statistics.estimands.standardised import Figure, StandardisedChange, change_alone

AREAS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]
Make = Callable[..., ItemAnswers]


def share(change: Change) -> StandardisedChange:
    assert isinstance(change.share, StandardisedChange), change.share
    return change.share


def log_odds(change: Change) -> Figure:
    assert isinstance(change.log_odds, Figure), change.log_odds
    return change.log_odds


def item_change(answers: ItemAnswers, favourable_from: int = 4) -> ItemChange:
    return estimate_item_change(answers, favourable_from=favourable_from, conf_level=0.95, prior_scale=0.5)


def test_with_one_area_one_sector_and_two_levels_it_is_the_share_as_counted(make_answers: Make) -> None:
    # Earlier 2 of 8 favourable, later 6 of 8: nothing is held fixed, so the model repeats the counts.
    answers = make_answers([2] * 2 + [1] * 6 + [2] * 6 + [1] * 2, [0] * 8 + [1] * 8)
    found = share(estimate_change_of_all(answers, favourable_from=2, conf_level=0.95))
    assert [found.earlier.estimate, found.later.estimate] == pytest.approx([2 / 8, 6 / 8])
    assert found.change.estimate == pytest.approx(4 / 8)
    # p q / n = 3 / 128 a wave, and the factor 16/15 of sixteen people.
    assert found.earlier.std_error**2 == pytest.approx(3 / 128 * 16 / 15)
    assert found.change.std_error**2 == pytest.approx(2 * 3 / 128 * 16 / 15)
    # Log-odds: 1 / (n p q) = 2/3 a wave, the same factor.
    everyone = estimate_change_of_all(answers, favourable_from=2, conf_level=0.95)
    assert log_odds(everyone).estimate == pytest.approx(2 * np.log(3))
    assert log_odds(everyone).std_error ** 2 == pytest.approx(2 * 2 / 3 * 16 / 15)
    reach = t.ppf(0.975, 15) * log_odds(everyone).std_error
    assert log_odds(everyone).conf_high == pytest.approx(2 * np.log(3) + reach)
    assert everyone.p_value == pytest.approx(2 * t.sf(2 * np.log(3) / log_odds(everyone).std_error, 15))


def test_a_shift_of_sectors_alone_is_no_change(make_answers: Make) -> None:
    # In both waves 1 of 4 in the one sector and 3 of 4 in the other are favourable; the other is three times as
    # frequent later, so the counted share rises from 3/8 to 5/8, and the standardised one does not.
    low, high = [2] + [1] * 3, [2] * 3 + [1]
    answers = make_answers(
        low * 3 + high + low + high * 3, [0] * 16 + [1] * 16, sector=[0] * 12 + [1] * 4 + [0] * 4 + [1] * 12
    )
    found = share(estimate_change_of_all(answers, favourable_from=2, conf_level=0.95))
    assert found.change.estimate == pytest.approx(0, abs=1e-9)
    assert found.earlier.estimate == pytest.approx(1 / 2)
    counted = share(estimate_change_of_all(answers.without_sectors(), favourable_from=2, conf_level=0.95))
    assert counted.change.estimate == pytest.approx(2 / 8)


@pytest.mark.parametrize(
    ("item", "oracle"), [("conf_implement", "standardised"), ("waiting_room", "standardised_waiting_room")]
)
def test_shares_by_area_and_their_errors_agree_with_r(
    item: str, oracle: str, survey2_answers: Callable[[str], ItemAnswers], read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("estimands.json")[oracle]
    model = fit_joint_model(survey2_answers(item), change_by_area=True)
    assert isinstance(model, JointModel)
    # R's errors rest on the model's covariance, ours on the clustered one: only the gradient is compared here.
    cov = model.fit.cov
    for number, borough in enumerate(AREAS):
        found = [standardise(model, model.fit.estimate[None], 4, moment=moment, area=number) for moment in (0.0, 1.0)]
        at = golden["borough"].index(borough)
        assert [one.share[0] for one in found] == pytest.approx(golden["p_top2"][at : at + 2], abs=1e-8)
        errors = [float(np.sqrt(one.gradient[0] @ cov @ one.gradient[0])) for one in found]
        assert errors == pytest.approx(golden["se"][at : at + 2], rel=1e-6)
        contrast = found[1].gradient[0] - found[0].gradient[0]
        expected = golden["wave2_minus_wave1"][number]
        assert found[1].share[0] - found[0].share[0] == pytest.approx(expected["diff"], abs=1e-8)
        assert float(np.sqrt(contrast @ cov @ contrast)) == pytest.approx(expected["se"], rel=1e-6)


def test_changes_in_log_odds_by_area_agree_with_r(
    survey2_answers: Callable[[str], ItemAnswers], read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("estimands.json")["changes"]
    found = item_change(survey2_answers("conf_implement"))
    estimates = [log_odds(change).estimate for change in found.alone]
    assert estimates == pytest.approx(list(golden["est"].values()), abs=1e-6)


def test_pooled_changes_lie_between_the_own_ones_and_their_mean_with_shorter_intervals(
    survey2_answers: Callable[[str], ItemAnswers],
) -> None:
    found = item_change(survey2_answers("conf_implement"))
    assert found.mixture is not None
    mean, low, high = found.mixture.mean_with_interval(0.95)
    assert low < mean < high
    for alone, pooled in zip(found.alone, found.pooled, strict=True):
        own, drawn = log_odds(alone), log_odds(pooled)
        assert abs(drawn.estimate - mean) < abs(own.estimate - mean)
        assert drawn.conf_high - drawn.conf_low < own.conf_high - own.conf_low
        assert share(pooled).change.estimate == pytest.approx(
            share(pooled).later.estimate - share(pooled).earlier.estimate
        )


def test_linked_people_make_changes_more_certain(survey2_answers: Callable[[str], ItemAnswers]) -> None:
    ratios = []
    for item in ("knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"):
        answers = survey2_answers(item)
        linked, strangers = (
            share(estimate_change_of_all(one, favourable_from=4, conf_level=0.95)).change
            for one in (answers, answers.as_strangers())
        )
        assert linked.estimate == pytest.approx(strangers.estimate)
        ratios.append(linked.std_error / strangers.std_error)
    # Not in every item of one survey, as people's answers go together by chance too; on the whole.
    assert np.mean(ratios) < 0.97


@pytest.fixture(scope="module")
def describe(survey2_answers: Callable[[str], ItemAnswers]) -> ItemAnswers:
    return survey2_answers("conf_describe")


@settings(max_examples=10, deadline=None)
@given(order=st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(describe: ItemAnswers, order: Any) -> None:
    rows = list(range(len(describe.level)))
    order.shuffle(rows)
    shuffled = describe.where(np.array(rows))
    renamed = replace(shuffled, person=1000 - shuffled.person, sector=shuffled.sector * 7 + 3)
    one, other = item_change(describe), item_change(renamed)
    for first, second in zip([one.everyone, *one.pooled], [other.everyone, *other.pooled], strict=True):
        assert share(second).change.conf_low == pytest.approx(share(first).change.conf_low, abs=1e-6)
        assert log_odds(second).estimate == pytest.approx(log_odds(first).estimate, abs=1e-6)


def test_swapping_the_waves_turns_the_sign(describe: ItemAnswers) -> None:
    one, other = item_change(describe), item_change(replace(describe, moment=1 - describe.moment))
    changes = zip([one.everyone, *one.alone, *one.pooled], [other.everyone, *other.alone, *other.pooled], strict=True)
    for first, second in changes:
        ours, theirs = share(first).change, share(second).change
        assert [-theirs.conf_high, -theirs.estimate, -theirs.conf_low] == pytest.approx(
            [ours.conf_low, ours.estimate, ours.conf_high], abs=1e-5
        )


def test_people_of_two_areas_count_once_in_the_whole_and_in_each_area(make_answers: Make) -> None:
    level, moment = [1, 2, 1, 2, 2, 1, 2, 2] * 2, [0] * 8 + [1] * 8
    answers = make_answers(level, moment, area=[0, 0, 0, 0, 1, 1, 1, 1] * 2)
    both = replace(answers, areas=np.ones_like(answers.areas))
    # Everyone in both areas: each area is the whole, and the whole has each person once.
    found = item_change(both, favourable_from=2)
    assert share(found.everyone).earlier.estimate == pytest.approx(5 / 8)
    assert share(found.everyone).earlier.std_error ** 2 == pytest.approx(15 / 64 / 8 * 16 / 15)
    for change in found.alone:
        assert share(change).earlier.estimate == pytest.approx(5 / 8)
        # In an area CR2 makes it the usual p q / (n - 1), with the normal quantile.
        assert share(change).earlier.std_error ** 2 == pytest.approx(15 / 64 / 7)
        reach = log_odds(change).conf_high - log_odds(change).estimate
        assert reach == pytest.approx(1.959964 * log_odds(change).std_error)
    # One of them in both, the others in one: each has the weight of its people, and the whole still counts eight.
    some = answers.areas.copy()
    some[[0, 8]] = True
    found = item_change(replace(answers, areas=some), favourable_from=2)
    bases = fit_joint_model(replace(answers, areas=some), change_by_area=False)
    assert isinstance(bases, JointModel)
    assert bases.layout.mix.sum() == pytest.approx(1)
    assert share(found.alone[0]).earlier.estimate == pytest.approx(2 / 4)
    assert share(found.alone[1]).earlier.estimate == pytest.approx(3 / 5)


@pytest.mark.parametrize(
    ("level", "moment", "area", "expected"),
    [
        ([1, 2, 1, 2], [0, 0, 0, 0], [0, 0, 1, 1], "Nobody answered in one of the waves."),
        ([2, 2, 2, 2], [0, 1, 0, 1], [0, 0, 1, 1], "Everyone gave the same answer"),
    ],
)
def test_what_cannot_be_estimated_is_said_in_a_sentence(
    make_answers: Make, level: list[int], moment: list[float], area: list[int], expected: str
) -> None:
    found = item_change(make_answers(level, moment, area=area), favourable_from=2)
    assert isinstance(found.everyone.share, str)
    assert expected in found.everyone.share
    assert all(isinstance(change.share, str) for change in (*found.alone, *found.pooled))


def test_an_area_in_one_wave_alone_has_no_change_and_the_others_have(make_answers: Make) -> None:
    area = [0] * 6 + [1] * 6 + [2] * 3
    moment = [0, 0, 0, 1, 1, 1] * 2 + [1, 1, 1]
    found = item_change(
        make_answers([1, 2, 3, 2, 3, 3, 1, 1, 2, 2, 3, 2, 1, 2, 3], moment, area=area), favourable_from=3
    )
    assert found.alone[2].share == found.pooled[2].share == ONE_MOMENT
    without = item_change(make_answers([1, 2, 3, 2, 3, 3, 1, 1, 2, 2, 3, 2], moment[:12], area=area[:12]), 3)
    # What it says of the scale and its own level is all that it adds: the others' changes stay near.
    assert log_odds(found.alone[0]).estimate == pytest.approx(log_odds(without.alone[0]).estimate, abs=0.3)
    assert all(isinstance(found.pooled[number].share, StandardisedChange) for number in (0, 1))


def test_a_single_area_is_not_pooled(make_answers: Make) -> None:
    found = item_change(make_answers([1, 2, 3, 2, 3, 3], [0, 0, 0, 1, 1, 1]), favourable_from=3)
    assert found.pooled[0].share == NOTHING_TO_POOL
    assert isinstance(found.alone[0].share, StandardisedChange)


def test_an_area_all_at_one_end_is_not_certain_of_it_and_hardly_moves_the_others(make_answers: Make) -> None:
    rng = np.random.default_rng(5)
    level = np.r_[rng.integers(1, 4, 52), rng.integers(2, 5, 52), np.ones(24, int)]
    moment = np.r_[np.zeros(26), np.ones(26), np.zeros(26), np.ones(26), np.zeros(12), np.ones(12)]
    area = np.repeat([0, 1, 2], [52, 52, 24])
    found = item_change(make_answers(level, moment, area=area))
    assert log_odds(found.alone[2]).std_error > 1.0
    assert found.alone[2].is_penalised


def test_a_small_area_of_one_mind_takes_nothing_from_the_others(make_answers: Make) -> None:
    rng = np.random.default_rng(6)
    level = np.r_[rng.integers(1, 6, 52), np.full(4, 3)]
    moment = np.r_[np.tile(np.repeat([0.0, 1.0], 13), 2), 0, 0, 1, 1]
    found = item_change(make_answers(level, moment, area=np.repeat([0, 1, 2], [26, 26, 4])))
    assert all(isinstance(change.share, StandardisedChange) for change in (*found.alone, *found.pooled))
    assert log_odds(found.alone[2]).std_error > log_odds(found.alone[0]).std_error


def test_other_people_in_each_wave_are_no_change(make_answers: Make) -> None:
    level, moment = [1, 2, 1, 2, 2, 3, 2, 3], [0] * 4 + [1] * 4
    by_sector = make_answers(level, moment, sector=[0] * 4 + [1] * 4)
    assert estimate_change_of_all(by_sector, favourable_from=3, conf_level=0.95).share == OTHER_PEOPLE
    # In one area of two the sectors are others later; the other has both sectors each time, and so tells them apart.
    twice = make_answers(level * 2, moment * 2, sector=[0] * 4 + [1] * 4 + [0, 1] * 4, area=[0] * 8 + [1] * 8)
    found = item_change(twice, favourable_from=3)
    assert all(isinstance(change.log_odds, Figure) for change in found.alone)


def test_pooling_widens_for_being_fed_estimates(survey2_answers: Callable[[str], ItemAnswers]) -> None:
    answers = survey2_answers("conf_implement")
    model = fit_joint_model(answers, change_by_area=True)
    assert isinstance(model, JointModel)
    found = item_change(answers)
    assert found.mixture is not None
    # With a huge SD between areas each keeps its own estimate, and its variance is v / (v - 2) times its own.
    wide = estimate_item_change(answers, favourable_from=4, conf_level=0.95, prior_scale=500.0)
    places = model.change_places
    degrees = model.fit.degrees_of_freedom(np.eye(len(model.fit.estimate))[places])
    expected = np.sqrt(np.diag(model.cov)[places] * degrees / (degrees - 2))
    assert [log_odds(change).std_error for change in wide.pooled] == pytest.approx(list(expected), rel=5e-3)


def test_in_the_model_of_all_an_answer_from_two_areas_has_half_the_weight_in_each(make_answers: Make) -> None:
    level, moment = [1, 2, 1, 2, 2, 1, 2, 2] * 2, [0] * 8 + [1] * 8
    answers = make_answers(level, moment, area=[0, 0, 0, 0, 1, 1, 1, 1] * 2)
    some = answers.areas.copy()
    some[[0, 8]] = True
    model = fit_joint_model(replace(answers, areas=some), change_by_area=False)
    assert isinstance(model, JointModel)
    assert sorted(set(model.layout.weights)) == [0.5, 1]
    # Of sixteen answers eight and a half, and seven and a half.
    assert sorted(model.layout.mix) == pytest.approx([7 / 16, 9 / 16])
    both = fit_joint_model(replace(answers, areas=some), change_by_area=True)
    assert isinstance(both, JointModel)
    assert set(both.layout.weights) == {1}


def test_separation_gives_a_finite_interval(make_answers: Make) -> None:
    # All unfavourable before and all favourable after: likelihood alone would run to infinity.
    found = estimate_change_of_all(
        make_answers([1, 1, 1, 1, 2, 2, 2, 2], [0] * 4 + [1] * 4), favourable_from=2, conf_level=0.95
    )
    assert 0 < share(found).change.conf_low < share(found).change.estimate < share(found).change.conf_high <= 1
    assert np.isfinite(log_odds(found).std_error)


def test_two_people_are_said_to_be_too_few_or_get_a_wide_interval(make_answers: Make) -> None:
    found = estimate_change_of_all(make_answers([1, 2], [0, 1]), favourable_from=2, conf_level=0.95)
    assert isinstance(found.share, str) or found.share.change.conf_low < 0 < found.share.change.conf_high


def test_a_survey_without_a_favourable_answer_has_no_share_but_a_model(make_answers: Make) -> None:
    answers = make_answers([1, 2, 1, 2, 1, 2, 2, 2], [0] * 4 + [1] * 4)
    found = estimate_change_of_all(answers, favourable_from=3, conf_level=0.95)
    assert found.share == "No answer in the survey is a favourable one."
    assert isinstance(found.log_odds, Figure)
    model = fit_joint_model(answers, change_by_area=False)
    assert isinstance(model, JointModel)
    assert change_alone(model, 1, area=None, conf_level=0.95) == "Every answer in the survey is a favourable one."


def test_one_person_in_four_waves_is_one_cluster(make_answers: Make) -> None:
    moment = [0.0, 1 / 3, 2 / 3, 1.0] * 6
    person = [number // 4 for number in range(24)]
    level = [1, 2, 2, 3, 2, 2, 3, 3, 1, 1, 2, 2, 2, 3, 3, 3, 1, 2, 3, 3, 2, 1, 2, 3]
    found = estimate_change_of_all(make_answers(level, moment, person=person), favourable_from=3, conf_level=0.95)
    assert log_odds(found).estimate > 0
    model = fit_joint_model(make_answers(level, moment, person=person), change_by_area=False)
    assert isinstance(model, JointModel)
    assert model.fit.n_clusters == 6
