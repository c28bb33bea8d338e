"""One spread between people for several items: found by an arrow, checked against the dense problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.random_part import arrange, likelihood_of
from pipeline.statistics.mixed.shared_sd import ItemAnswers, SharedSdFit, fit_with_shared_sd
from pipeline.statistics.ordinal.cumulative_link import NotIdentified

ITEMS = ["knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"]
Answers = dict[str, ItemAnswers]


@pytest.fixture(scope="module")
def seven(case: Callable[[str], Any]) -> Answers:
    return {item: ItemAnswers(*case(f"survey2_{item}_pid_nAGQ10")) for item in ITEMS}


def shared(answers: Answers, **options: Any) -> SharedSdFit:
    outcome = fit_with_shared_sd(answers, **options)
    assert isinstance(outcome, SharedSdFit), outcome
    return outcome


def single(item: ItemAnswers, **options: Any) -> MixedFit:
    outcome = fit_mixed(item.levels, item.design, item.units, **options)
    assert isinstance(outcome, MixedFit), outcome
    return outcome


def fits_of(result: SharedSdFit) -> dict[str, MixedFit]:
    assert all(isinstance(fit, MixedFit) for fit in result.by_item.values())
    return {name: fit for name, fit in result.by_item.items() if isinstance(fit, MixedFit)}


def test_sharing_ends_the_spreads_of_0_and_5_of_items_of_one_survey(seven: Answers) -> None:
    alone = {name: single(item).random_sd[0] for name, item in seven.items()}
    assert min(alone.values()) == 0
    assert max(alone.values()) > 5
    result = shared(seven)
    # The survey was simulated with 1.5 for each person and item.
    assert abs(result.sd - 1.5) < 2 * (result.sd_std_error or 0)
    assert result.sd_std_error is not None
    assert result.sd_std_error < 0.3
    # Whichever item is left out, the rest say much the same.
    for left_out in ITEMS:
        rest = shared({name: item for name, item in seven.items() if name != left_out})
        assert 0.7 < rest.sd < 1.8


def test_a_stated_prior_tames_one_item_as_well(seven: Answers) -> None:
    offer = single(seven["offer"], sd_prior_scale=2.0)
    assert 1 < offer.random_sd[0] < 4
    assert offer.sd_prior_scale == 2.0


def test_given_the_spread_each_item_is_at_its_own_maximum_and_the_total_is_their_sum(seven: Answers) -> None:
    result = shared(seven)
    assert result.loglik == pytest.approx(sum(fit.loglik for fit in fits_of(result).values()))
    at_others = [sum_at(seven, result, sd) for sd in (result.sd - 0.02, result.sd + 0.02)]
    assert max(at_others) < result.loglik


def sum_at(seven: Answers, result: SharedSdFit, sd: float) -> float:
    """Give the items' log-likelihoods at their own estimates and another spread."""
    total = 0.0
    for name, fit in fits_of(result).items():
        item = seven[name]
        part = arrange(item.units, None, None, n_obs=len(item.levels))
        likelihood, scaling = likelihood_of(part, item.levels - 1, item.design, "logit", 10)
        total += likelihood.loglik(np.append(scaling.to_scaled(fit.thresholds, fit.beta), sd))
    return total


def test_one_item_alone_gives_what_the_mixed_model_gives(seven: Answers) -> None:
    choices: list[dict[str, Any]] = [{}, {"sd_prior_scale": 1.0}, {"sd_prior_scale": 1.0, "points": "laplace"}]
    for options in choices:
        alone = single(seven["plan"], **options)
        result = shared({"plan": seven["plan"]}, **options)
        fit = fits_of(result)["plan"]
        assert fit.estimate == pytest.approx(alone.estimate, abs=1e-6)
        assert fit.std_error == pytest.approx(alone.std_error, rel=1e-5)
        assert (result.sd_std_error,) == pytest.approx(alone.random_sd_std_error, rel=1e-5)


def test_the_same_item_twice_halves_the_variance_of_the_spread_alone(seven: Answers) -> None:
    once, twice = shared({"a": seven["plan"]}), shared({"a": seven["plan"], "b": seven["plan"]})
    assert twice.sd == pytest.approx(once.sd, abs=1e-6)
    assert once.sd_std_error is not None
    assert twice.sd_std_error == pytest.approx(once.sd_std_error / np.sqrt(2), rel=1e-5)
    assert (fits_of(twice)["a"].std_error < fits_of(once)["a"].std_error + 1e-9).all()


def test_an_item_without_an_estimate_says_why_and_the_others_are_fitted(seven: Answers) -> None:
    plan = seven["plan"]
    constant = ItemAnswers(np.full_like(plan.levels, 3), plan.design, plan.units)
    result = shared({"constant": constant, "plan": plan})
    assert isinstance(result.by_item["constant"], NotIdentified)
    assert "same answer" in result.by_item["constant"].reason
    assert isinstance(result.by_item["plan"], MixedFit)


def test_without_any_item_or_anybody_who_answered_twice_there_is_a_sentence(seven: Answers) -> None:
    plan = seven["plan"]
    strangers = ItemAnswers(plan.levels, plan.design, np.arange(len(plan.levels)))
    for answers, words in (({"plan": strangers}, "more than once"), ({}, "Nobody answered")):
        outcome = fit_with_shared_sd(answers)
        assert isinstance(outcome, NotIdentified)
        assert words in outcome.reason


def test_a_shared_spread_of_0_is_said_and_leaves_the_items_plain(seven: Answers) -> None:
    result = shared({"conf_implement": seven["conf_implement"]})
    assert result.at_boundary
    assert result.sd == 0
    assert result.sd_std_error is None


def test_a_prior_needs_a_positive_scale(seven: Answers) -> None:
    with pytest.raises(ValueError, match="positive"):
        fit_with_shared_sd(seven, sd_prior_scale=-1.0)
