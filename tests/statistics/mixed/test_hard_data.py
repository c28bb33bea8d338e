"""Data that cannot tell: a right answer or one plain sentence, and never a missing number or a warning."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.ordinal.cumulative_link import NotIdentified

WAVE = np.repeat([0.0, 1.0], 4)[:, None]
PAIRS = np.tile(np.arange(4), 2)
LEVELS = np.array([1, 1, 2, 2, 2, 2, 1, 2])


def reason(levels: Any, design: Any, units: Any, **options: Any) -> str:
    outcome = fit_mixed(np.asarray(levels), np.asarray(design, dtype=float), np.asarray(units), **options)
    assert isinstance(outcome, NotIdentified), outcome
    assert outcome.reason.endswith(".")
    return outcome.reason


def test_nobody_answered_twice() -> None:
    assert "more than once" in reason(LEVELS, WAVE, np.arange(8))


def test_everybody_answered_twice_and_is_fitted() -> None:
    rng = np.random.default_rng(1)
    people = np.tile(np.arange(30), 2)
    latent = np.repeat([0.0, 0.8], 30) + rng.normal(scale=1.5, size=30)[people] + rng.logistic(size=60)
    result = fit_mixed(np.digitize(latent, [-1, 0, 1]), np.repeat([0.0, 1.0], 30)[:, None], people)
    assert isinstance(result, MixedFit)
    assert len(result.effects) == 30
    assert result.random_sd[0] > 0.5


def test_one_person_in_four_waves_is_not_enough_to_compare_people() -> None:
    assert "one person" in reason([1, 2, 2, 1], [[0], [1], [2], [3]], ["a"] * 4)


def test_one_person_in_four_waves_among_others_is_used() -> None:
    units = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7]
    design = np.array([[0.0, 1, 2, 3, 0, 0, 1, 1, 2, 3, 3]]).T
    result = fit_mixed(np.array([1, 2, 1, 3, 2, 3, 2, 1, 3, 1, 2]), design, np.array(units))
    assert isinstance(result, MixedFit)
    assert result.at_boundary  # that person went up and down, so no lasting difference shows
    assert np.isfinite(result.std_error).all()


@pytest.mark.parametrize(
    ("levels", "units", "words"), [([1, 2], [0, 0], "one person"), ([1, 2], [0, 1], "more than once")]
)
def test_two_answers_are_too_few(levels: list[int], units: list[int], words: str) -> None:
    assert words in reason(levels, np.empty((2, 0)), units)


def test_constant_answers() -> None:
    assert "same answer" in reason([3] * 8, WAVE, PAIRS)


def test_complete_separation() -> None:
    assert "separation" in reason([1, 1, 1, 1, 2, 2, 2, 2], WAVE, PAIRS)


def test_no_answers() -> None:
    assert reason(np.array([], dtype=int), np.empty((0, 1)), []) == "Nobody answered."


def test_a_level_nobody_uses_changes_nothing() -> None:
    gap, close = (fit_mixed(levels, WAVE, PAIRS) for levels in (LEVELS * 2 - 1, LEVELS))
    assert isinstance(gap, MixedFit)
    assert isinstance(close, MixedFit)
    assert gap.estimate == pytest.approx(close.estimate)
    assert list(gap.levels) == [1, 3]


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_people_who_always_repeat_themselves_differ_without_limit(link: Any) -> None:
    levels = np.tile(np.repeat([1, 2, 3, 4], 10), 2)
    assert "no upper limit" in reason(levels, np.repeat([0.0, 1.0], 40)[:, None], np.arange(80) % 40, link=link)


def test_a_maximum_that_only_few_points_have_is_not_given() -> None:
    # Two move up, nobody down: the more people differ, the likelier. Ten points find a spread of 4.3 and an effect
    # of 6.3 with a standard error of 15, which no finer integral confirms.
    assert "no estimate can be trusted" in reason([1, 1, 1, 2, 1, 2, 2, 2], WAVE, PAIRS)


def test_slopes_need_somebody_who_answered_three_times() -> None:
    assert "three times" in reason(LEVELS, WAVE, PAIRS, slope=WAVE[:, 0])


def test_slopes_need_something_that_changes_within_people() -> None:
    constant = np.tile([0.0, 1.0, 2.0, 3.0], 2)
    assert "never changes" in reason(LEVELS, WAVE, PAIRS, slope=constant)


def test_nested_areas_need_two_areas_and_two_people_in_one() -> None:
    assert "one area" in reason(LEVELS, WAVE, PAIRS, areas=np.zeros(8))
    assert "No area holds two people" in reason(LEVELS, WAVE, PAIRS, areas=PAIRS)


def test_laplace_is_refused_for_pairs_unless_asked_for_by_name() -> None:
    with pytest.raises(ValueError, match="by name"):
        fit_mixed(LEVELS, WAVE, PAIRS, points=1)
    assert isinstance(fit_mixed(LEVELS, WAVE, PAIRS, points="laplace"), MixedFit)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"points": 0}, "1 or more"),
        ({"areas": PAIRS % 2, "points": 4}, "at least 5"),
        ({"areas": PAIRS % 2, "points": "laplace"}, "at least 5"),
        ({"areas": PAIRS % 2, "slope": WAVE[:, 0]}, "not offered"),
        ({"slope": WAVE[:, 0], "sd_prior_scale": 1.0}, "single random intercept"),
        ({"sd_prior_scale": 0.0}, "positive"),
        ({"slope": np.full(8, np.nan)}, "missing or infinite"),
        ({"areas": np.arange(3)}, "8 labels"),
        ({"link": "cloglog"}, "logit or probit"),
    ],
)
def test_what_does_not_go_together_is_refused_in_words(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_mixed(LEVELS, WAVE, PAIRS, **options)


@pytest.mark.parametrize("units", [np.arange(3), np.array([1, 1, 2, 2, 3, 3, 4, None], dtype=object)])
def test_labels_that_are_missing_are_refused(units: np.ndarray) -> None:
    with pytest.raises(ValueError, match="label"):
        fit_mixed(LEVELS, WAVE, units)


@given(st.integers(0, 100_000), st.sampled_from(["intercept", "prior", "slope", "laplace", "areas"]))
@settings(max_examples=40, deadline=None)
def test_few_random_answers_give_numbers_or_a_sentence(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    n_obs = int(rng.integers(2, 14))
    levels, units = rng.integers(1, rng.integers(3, 6), n_obs), rng.integers(0, max(2, n_obs // 2), n_obs)
    design = rng.integers(0, 2, (n_obs, int(rng.integers(0, 3)))).astype(float)
    options: dict[str, Any] = {
        "intercept": {},
        "prior": {"sd_prior_scale": 1.0},
        "slope": {"slope": rng.normal(size=n_obs)},
        "laplace": {"points": "laplace"},
        "areas": {"areas": units % 2, "points": 5},
    }[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = fit_mixed(levels, design, units, link="probit" if seed % 2 else "logit", **options)
    if isinstance(outcome, NotIdentified):
        assert outcome.reason.endswith(".")
        return
    numbers = [outcome.estimate, outcome.std_error, outcome.random_sd, outcome.effects.ravel(), [outcome.loglik]]
    assert np.isfinite(np.concatenate(numbers)).all()
    assert all(error is None or error > 0 for error in outcome.random_sd_std_error)
    assert (outcome.std_error > 0).all()
