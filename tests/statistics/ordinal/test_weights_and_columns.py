"""Weights, offsets and effects per threshold: against R, by hand, and what must not change anything."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from tests.statistics.ordinal.fits import fit, reason

OUTCOMES = (CumulativeLinkFit, NotIdentified)


def some_answers(seed: int, n_obs: int = 50) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    design = np.column_stack([rng.integers(0, 2, n_obs), rng.normal(size=n_obs)])
    latent = design @ rng.normal(size=2) + rng.logistic(size=n_obs)
    return np.clip(np.round(latent) + 2, 1, 4).astype(int), design, rng.integers(0, 20, n_obs)


def check_equal(one: Any, other: Any, rel: float = 1e-8) -> None:
    assert isinstance(one, OUTCOMES)
    if isinstance(one, NotIdentified) or isinstance(other, NotIdentified):
        assert one == other
        return
    assert other.estimate == pytest.approx(one.estimate, abs=1e-8)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-11)
    assert other.std_error_model == pytest.approx(one.std_error_model, rel=rel)
    assert other.std_error == pytest.approx(one.std_error, rel=rel)
    if one.penalised_loglik is not None:
        assert other.penalised_loglik == pytest.approx(one.penalised_loglik, rel=1e-11)


KINDS = [{"cov_type": "CR1"}, {"cov_type": "CR2"}, {"penalty": "jeffreys"}, {"link": "probit"}]


@pytest.mark.parametrize("options", KINDS, ids=lambda options: str(*options.values()))
@given(st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_two_of_a_row_are_the_row_with_the_weight_two(options: dict[str, Any], seed: int) -> None:
    levels, design, people = some_answers(seed)
    times = np.random.default_rng(seed).integers(0, 3, len(levels))
    twice = np.repeat(np.arange(len(levels)), times)
    weighted = fit_cumulative_link(levels, design, clusters=people, weights=times.astype(float), **options)
    doubled = fit_cumulative_link(levels[twice], design[twice], clusters=people[twice], **options)
    check_equal(weighted, doubled)


@pytest.mark.parametrize("options", KINDS, ids=lambda options: str(*options.values()))
@given(st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_neither_the_order_of_rows_nor_halving_one_in_two_changes_anything(options: dict[str, Any], seed: int) -> None:
    levels, design, people = some_answers(seed)
    rng = np.random.default_rng(seed)
    weights, offset = rng.choice([0.5, 1, 3], len(levels)), rng.normal(size=len(levels))
    halved = rng.integers(0, 2, len(levels))
    rows = rng.permutation(np.repeat(np.arange(len(levels)), 1 + halved))
    shared = (weights / (1 + halved))[rows]
    whole = fit_cumulative_link(levels, design, clusters=people, weights=weights, offset=offset, **options)
    parts = fit_cumulative_link(
        levels[rows], design[rows], clusters=people[rows], weights=shared, offset=offset[rows], **options
    )
    check_equal(whole, parts)


def test_a_weighted_share_has_the_weighted_log_odds() -> None:
    # Weights 1 + 2 = 3 low, 1.5 high: theta = log(3/1.5) = log 2; variance 1/3 + 1/1.5 = 1.
    result = fit([1, 1, 2], np.empty((3, 0)), weights=[1, 2, 1.5])
    assert result.thresholds == pytest.approx([math.log(2)])
    assert result.std_error == pytest.approx([1.0])
    assert result.n_obs == 3


def test_rows_of_no_weight_are_not_there() -> None:
    levels, design, people = some_answers(1)
    # A level nobody else chose, a column that varies only there, a person who is nobody else.
    extended = np.append(levels, 9), np.vstack([design, [5, 5]])
    weights, more_people = np.append(np.ones(50), 0.0), np.append(people, 999)
    result = fit(*extended, weights=weights, clusters=more_people)
    check_equal(fit(levels, design, clusters=people), result)
    assert (result.n_obs, list(result.levels), result.n_clusters) == (50, [1, 2, 3, 4], len(set(people)))
    constant = np.column_stack([design[:, 0], np.zeros(50)])
    assert "tell its effects apart" in reason(extended[0], np.vstack([constant, [0, 1]]), weights=weights)


def test_without_any_weight_there_is_nothing_to_fit() -> None:
    assert reason([1, 2, 3], np.empty((3, 0)), weights=[0, 0, 0]) == "Nobody answered."


def test_an_offset_is_an_effect_known_beforehand() -> None:
    levels, design, people = some_answers(2)
    free = fit(levels, design, clusters=people)
    known = fit(levels, design[:, :1], offset=design[:, 1] * free.beta[1], clusters=people)
    assert known.loglik == pytest.approx(free.loglik, rel=1e-12)
    assert known.estimate == pytest.approx(free.estimate[:-1], abs=1e-7)
    shifted = fit(levels, design, offset=np.full(50, 3.0))
    assert shifted.thresholds == pytest.approx(free.thresholds + 3, abs=1e-8)
    assert shifted.beta == pytest.approx(free.beta, abs=1e-8)


def test_an_effect_per_threshold_agrees_with_r(wine: pd.DataFrame, read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("clm_extensions.json")["wine_nominal"]
    warm, contact = (
        (wine[name] == value).to_numpy(float)[:, None] for name, value in [("temp", "warm"), ("contact", "yes")]
    )
    result = fit(wine["rating"], warm, nominal=contact)
    assert result.estimate == pytest.approx([*golden["thresholds"].values(), *golden["beta"].values()], abs=1e-7)
    assert result.std_error == pytest.approx(list(golden["se"].values()), rel=1e-7)
    assert result.loglik == pytest.approx(golden["logLik"], abs=1e-9)
    assert result.nominal.shape == (1, 4)


def test_effects_per_threshold_of_a_saturated_table_are_its_logits() -> None:
    # Earlier 1, 2, 1 of 4 and later 2, 1, 3 of 6 chose levels 1, 2, 3: the logits of P(Y <= j) are log(1/3), log(3/1)
    # earlier, log(2/4), log(3/3) later; the effect per threshold is later minus earlier.
    levels = np.repeat([1, 2, 3, 1, 2, 3], [1, 2, 1, 2, 1, 3])
    is_later = np.repeat([0.0, 1.0], [4, 6])[:, None]
    result = fit(levels, np.empty((10, 0)), nominal=is_later)
    assert result.thresholds == pytest.approx([math.log(1 / 3), math.log(3)])
    assert result.nominal[0] == pytest.approx([math.log(1 / 2) - math.log(1 / 3), -math.log(3)])
    # Woolf's variance of the first: 1/1 + 1/3 + 1/2 + 1/4.
    assert result.std_error[2] ** 2 == pytest.approx(1 + 1 / 3 + 1 / 2 + 1 / 4)


def test_an_effect_equal_at_every_threshold_is_the_proportional_one_with_the_other_sign() -> None:
    # Six people a wave and level in the same proportions of odds: the proportional odds model fits exactly.
    cells = {(0, 1): 2, (0, 2): 2, (0, 3): 2, (1, 1): 2, (1, 2): 3, (1, 3): 5}
    wave, levels = (np.repeat([key[place] for key in cells], list(cells.values())) for place in (0, 1))
    design = wave[:, None].astype(float)
    proportional = fit(levels, design)
    exact = proportional.predict(design[:1] * 0)[0], proportional.predict(design[:1] * 0 + 1)[0]
    rows = np.repeat([0.0, 1.0], 3)[:, None]
    free = fit([1, 2, 3] * 2, np.empty((6, 0)), nominal=rows, weights=np.concatenate(exact) * 6)
    assert free.nominal[0] == pytest.approx(np.repeat(-proportional.beta, 2), abs=1e-8)
    assert free.thresholds == pytest.approx(proportional.thresholds, abs=1e-8)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_reversing_the_scale_reverses_effects_per_threshold(link: Any) -> None:
    levels, design, _ = some_answers(3, n_obs=200)
    result, reverse = (
        fit(answers, design[:, 1:], nominal=design[:, :1], link=link) for answers in (levels, 5 - levels)
    )
    assert reverse.nominal[0] == pytest.approx(-result.nominal[0, ::-1], abs=1e-8)
    assert reverse.thresholds == pytest.approx(-result.thresholds[::-1], abs=1e-8)
    assert reverse.beta == pytest.approx(-result.beta, abs=1e-8)


def test_shifting_and_scaling_a_nominal_column_only_rescales_its_effects() -> None:
    levels, design, people = some_answers(3, n_obs=200)
    people = np.arange(200) % 80
    result, moved = (
        fit(levels, design[:, 1:], nominal=column, clusters=people)
        for column in (design[:, :1], design[:, :1] * 100 + 7)
    )
    assert moved.nominal * 100 == pytest.approx(result.nominal, abs=1e-7)
    assert moved.std_error[3:6] * 100 == pytest.approx(result.std_error[3:6], rel=1e-7)


def test_effects_per_threshold_that_would_make_a_probability_negative_are_no_estimate() -> None:
    # Unguarded, the likelihood has its maximum where two cuts of the most extreme rows have crossed.
    rng = np.random.default_rng(2)
    nominal, levels = rng.normal(size=(25, 1)), rng.integers(1, 5, 25)
    assert "below zero" in reason(levels, np.empty((25, 0)), nominal=nominal)


def test_a_column_both_nominal_and_in_the_design_has_no_estimate() -> None:
    levels, design, _ = some_answers(3)
    assert "tell its effects apart" in reason(levels, design, nominal=design[:, :1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": [1.0, -1.0]}, "negative"),
        ({"weights": [1.0, np.nan]}, "weights holds a missing"),
        ({"weights": [1.0]}, "weights must hold 2"),
        ({"offset": [0.0, np.inf]}, "offset holds a missing"),
        ({"offset": [0.0]}, "offset must hold 2"),
        ({"nominal": np.ones((3, 1))}, "nominal must have two dimensions and 2 rows"),
        ({"nominal": np.array([[1.0], [np.nan]])}, "nominal holds a missing"),
        ({"penalty": "ridge"}, "jeffreys or None"),
        ({"cov_type": "CR3"}, "CR1 or CR2"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_cumulative_link(np.array([1, 2]), np.array([[0.0], [1.0]]), **options)


def test_the_change_of_an_area_in_one_wave_only_has_no_estimate() -> None:
    # The second area answered only later: being there and changing there are the same column.
    levels, _, people = some_answers(4)
    is_later = np.arange(50) % 2
    elsewhere = (np.arange(50) < 20) & (is_later == 1)
    design = np.column_stack([is_later, elsewhere, elsewhere & (is_later == 1)]).astype(float)
    for options in ({}, {"cov_type": "CR2"}, {"penalty": "jeffreys"}):
        assert "tell its effects apart" in reason(levels, design, clusters=people, **options)


def test_two_answers_that_differ_with_what_they_are_compared_by_are_separated() -> None:
    assert "separation" in reason([1, 2], [[0.0], [1.0]])
    assert fit([1, 2], [[0.0], [1.0]], penalty="jeffreys").beta == pytest.approx([2 * math.log(3)])
