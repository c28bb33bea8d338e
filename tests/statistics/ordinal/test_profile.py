"""Profile-likelihood intervals against R, by hand, and open-ended under separation."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.profile import ProfileInterval, profile_interval

WAVES = np.repeat([0.0, 1.0], 4)[:, None]


def profile(levels: Any, design: Any, column: int = 0, conf_level: float = 0.95, **options: Any) -> ProfileInterval:
    outcome = profile_interval(np.asarray(levels), np.asarray(design, dtype=float), column, conf_level, **options)
    assert isinstance(outcome, ProfileInterval), outcome
    return outcome


def survey2_design(answered: pd.DataFrame) -> np.ndarray:
    columns = [answered["wave"] == 2]
    columns += [answered["borough"] == name for name in ["Camden", "Enfield", "Haringey", "Islington"]]
    columns += [answered["sector"] == name for name in ["Education", "LocalAuthority", "VCS"]]
    return np.column_stack(columns).astype(float)


@pytest.mark.parametrize("item", ["conf_implement", "waiting_room"])
def test_intervals_agree_with_r_up_to_its_interpolation(
    item: str, survey2: pd.DataFrame, read_golden: Callable[[str], Any]
) -> None:
    answered = survey2.dropna(subset=[item])
    for column, ends in enumerate(
        read_golden("clm_extensions.json")[f"survey2_{item}_checks"]["profile_ci95"].values()
    ):
        result = profile(answered[item].astype(int), survey2_design(answered), column)
        assert [result.conf_low, result.conf_high] == pytest.approx(ends, abs=2e-5)
        assert result.note == ""


def test_the_ends_are_where_a_likelihood_ratio_test_just_rejects() -> None:
    rng = np.random.default_rng(6)
    design = rng.normal(size=(70, 2))
    levels = np.clip(np.round(design @ [1, -0.5] + rng.logistic(size=70)) + 2, 1, 4).astype(int)
    weights = rng.choice([0.5, 1.0, 2.0], 70)
    free = fit_cumulative_link(levels, design, weights=weights)
    assert isinstance(free, CumulativeLinkFit)
    result = profile(levels, design, 1, conf_level=0.9, weights=weights)
    assert result.estimate == pytest.approx(free.beta[1], abs=1e-8)
    for end in (result.conf_low, result.conf_high):
        held = fit_cumulative_link(levels, design[:, :1], offset=end * design[:, 1], weights=weights)
        assert isinstance(held, CumulativeLinkFit)
        assert 2 * (free.loglik - held.loglik) == pytest.approx(chi2.ppf(0.9, 1), abs=1e-8)


def test_complete_separation_leaves_one_side_open_and_the_other_by_hand() -> None:
    # All low earlier, all high later. With the effect b, the best threshold is b/2: all eight answers have the
    # probability expit(b/2), and twice the drop from the supremum 0 is 16 log(1 + exp(-b/2)).
    result = profile([1] * 4 + [2] * 4, WAVES)
    expected = -2 * math.log(math.expm1(chi2.ppf(0.95, 1) / 16))
    assert (result.estimate, result.conf_high) == (math.inf, math.inf)
    assert result.conf_low == pytest.approx(expected, abs=1e-8)
    assert "above" in result.note
    mirrored = profile([2] * 4 + [1] * 4, WAVES)
    assert (mirrored.estimate, mirrored.conf_low) == (-math.inf, -math.inf)
    assert mirrored.conf_high == pytest.approx(-expected, abs=1e-8)
    assert "below" in mirrored.note


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_separation_by_another_column_leaves_both_sides_closed(link: Any) -> None:
    # The other column is 1 only where everyone chose the highest level; without it those answers say nothing.
    rng = np.random.default_rng(2)
    effect, other = rng.normal(size=40), np.repeat([0.0, 1.0], [30, 10])
    levels = np.clip(np.round(effect + rng.logistic(size=40)), 0, 2).astype(int)
    levels[30:] = 2
    assert isinstance(fit_cumulative_link(levels, np.column_stack([effect, other]), link=link), NotIdentified)
    result = profile(levels, np.column_stack([effect, other]), 0, link=link)
    alone = profile(levels[:30], effect[:30, None], 0, link=link)
    assert [result.estimate, result.conf_low, result.conf_high] == pytest.approx(
        [alone.estimate, alone.conf_low, alone.conf_high], abs=1e-7
    )
    assert result.note == ""


def test_hard_cases_have_finite_ends_but_where_the_answers_are_separated(read_golden: Callable[[str], Any]) -> None:
    for name, case in read_golden("clm_hard_cases.json").items():
        result = profile(case["y"], np.array(case["x"], dtype=float)[:, None])
        is_separated = name == "complete_separation"
        assert math.isinf(result.conf_high) == is_separated
        assert math.isfinite(result.conf_low)
        assert result.conf_low < result.estimate <= result.conf_high


def test_reversing_the_scale_or_the_column_mirrors_the_interval() -> None:
    rng = np.random.default_rng(3)
    design = rng.normal(size=(30, 1))
    levels = np.clip(np.round(design[:, 0] + rng.logistic(size=30)) + 2, 1, 4).astype(int)
    result, reverse, scaled = profile(levels, design), profile(5 - levels, design), profile(levels, design * -10)
    assert [reverse.conf_low, reverse.conf_high] == pytest.approx([-result.conf_high, -result.conf_low], abs=1e-8)
    assert [scaled.conf_low * -10, scaled.conf_high * -10] == pytest.approx(
        [result.conf_high, result.conf_low], abs=1e-8
    )


@pytest.mark.parametrize(
    ("levels", "design", "words"),
    [
        ([1] * 8, WAVES, "same answer"),
        ([1, 2] * 4, np.ones((8, 1)), "tell its effects apart"),
        # The column is 1 only among the later, who all chose the lowest level: their own effect explains it all.
        ([1, 2, 3, 3, 1, 1, 1, 1], np.column_stack([np.arange(8) > 5, WAVES]), "nothing can be said"),
    ],
)
def test_what_cannot_be_said_is_said_in_one_sentence(levels: Any, design: Any, words: str) -> None:
    outcome = profile_interval(np.array(levels), np.asarray(design, dtype=float), 0, 0.95)
    assert isinstance(outcome, NotIdentified), outcome
    assert words in outcome.reason


def test_no_such_column_link_or_level_of_confidence_is_refused() -> None:
    for arguments, options, words in [
        ((1, 0.95), {}, "columns 0 to 0"),
        ((0, 95), {}, "conf_level"),
        ((0, 0.95), {"link": "log"}, "logit"),
    ]:
        with pytest.raises(ValueError, match=words):
            profile_interval(np.array([1, 2] * 4), WAVES, *arguments, **options)
