"""Jeffreys' penalty against R, numerical derivatives and by hand; finite where the likelihood has no maximum."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.links import Link
from pipeline.statistics.ordinal.model import Likelihood
from pipeline.statistics.ordinal.patterns import gather_answers
from pipeline.statistics.ordinal.penalty import PenalisedPoint, evaluate_penalised


def fit(levels: Any, design: Any, **options: Any) -> CumulativeLinkFit:
    outcome = fit_cumulative_link(np.asarray(levels), np.asarray(design, dtype=float), penalty="jeffreys", **options)
    assert isinstance(outcome, CumulativeLinkFit), outcome
    return outcome


def penalised_at(
    params: Any, levels: Any, design: np.ndarray, nominal: np.ndarray | None = None, link: Link = "logit"
) -> PenalisedPoint:
    answers = gather_answers(np.asarray(levels), design, None, None, None, nominal)
    columns = np.hstack([answers.nominal, answers.design])
    point = evaluate_penalised(Likelihood(answers, columns, answers.nominal.shape[1], link), np.asarray(params))
    assert point is not None
    return point


def wine_design(wine: pd.DataFrame) -> np.ndarray:
    return np.column_stack([wine["temp"] == "warm", wine["contact"] == "yes"]).astype(float)


def test_one_threshold_alone_is_estimated_as_with_half_an_answer_more_on_each_side() -> None:
    # For one binomial share the penalty is half the log of n p (1-p), which adds 1/2 to each count: theta is the log
    # odds of 3 + 1/2 against 1 + 1/2. The information at p = 3.5/5 is 4 p (1-p) = 0.84.
    result = fit([1, 1, 1, 2], np.empty((4, 0)))
    assert result.thresholds == pytest.approx([math.log(3.5 / 1.5)])
    assert result.std_error == pytest.approx([1 / math.sqrt(0.84)])
    assert result.penalty == "jeffreys"
    assert result.penalised_loglik == pytest.approx(3 * math.log(0.7) + math.log(0.3) + math.log(0.84) / 2)


def test_separated_halves_of_two_levels_get_the_estimate_by_hand() -> None:
    # Each wave is a binomial share of its own: 4 of 4 low, then 4 of 4 high; with 1/2 added, odds 9 and 1/9.
    result = fit([1] * 4 + [2] * 4, np.repeat([0.0, 1.0], 4)[:, None])
    assert result.thresholds == pytest.approx([math.log(9)])
    assert result.beta == pytest.approx([2 * math.log(9)])


@pytest.mark.parametrize("case", ["complete_separation", "lowest_unused", "middle_unused", "followup_constant"])
def test_hard_cases_agree_with_r(case: str, read_golden: Callable[[str], Any]) -> None:
    hard = read_golden("clm_hard_cases.json")[case]
    golden = read_golden("clm_extensions.json")["jeffreys"][case]
    check_against_r(np.array(hard["y"]), np.array(hard["x"], dtype=float)[:, None], golden)


def test_wine_agrees_with_r(wine: pd.DataFrame, read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("clm_extensions.json")["jeffreys"]["wine"]
    check_against_r(wine["rating"].to_numpy(), wine_design(wine), golden)


def check_against_r(levels: np.ndarray, design: np.ndarray, golden: dict[str, Any]) -> None:
    theirs = [*golden["thresholds"], *np.atleast_1d(golden["beta"])]
    codes = np.unique(levels, return_inverse=True)[1]
    there = penalised_at(theirs, codes, design)
    assert there.penalised_loglik == pytest.approx(golden["penalised_logLik"], abs=1e-11)
    assert np.sqrt(np.diag(np.linalg.inv(there.information))) == pytest.approx(golden["se_from_info_inverse"], rel=1e-9)
    # R's own search stopped where the gradient was still 5e-6, so its parameters are good to 1e-5 only.
    result = fit(levels, design)
    assert result.estimate == pytest.approx(theirs, abs=2e-5)
    assert result.penalised_loglik is not None and golden["penalised_logLik"] <= result.penalised_loglik + 1e-12


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("with_nominal", [False, True])
def test_the_gradient_is_that_of_the_penalised_likelihood(link: Link, with_nominal: bool, wine: pd.DataFrame) -> None:
    design = wine_design(wine)
    nominal = design[:, :1] if with_nominal else None
    if with_nominal:
        design = design[:, 1:]
    result = fit(wine["rating"], design, nominal=nominal, link=link)
    params = result.estimate + np.random.default_rng(2).normal(scale=0.1, size=len(result.estimate))
    here = penalised_at(params, wine["rating"], design, nominal, link)
    for place, slope in enumerate(here.gradient):
        aside = np.zeros(len(params))
        aside[place] = 1e-5
        ahead, behind = (penalised_at(params + s * aside, wine["rating"], design, nominal, link) for s in (1, -1))
        assert slope == pytest.approx((ahead.penalised_loglik - behind.penalised_loglik) / 2e-5, abs=1e-6)
    at_best = penalised_at(result.estimate, wine["rating"], design, nominal, link)
    assert at_best.gradient == pytest.approx(np.zeros(len(params)), abs=1e-7)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_every_identified_design_has_a_finite_estimate_however_separated(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_obs = int(rng.integers(4, 14))
    design, levels = rng.integers(0, 2, (n_obs, 2)).astype(float), rng.integers(1, 4, n_obs)
    outcome = fit_cumulative_link(levels, design, penalty="jeffreys")
    if isinstance(outcome, NotIdentified):
        assert "same answer" in outcome.reason or "tell its effects apart" in outcome.reason
        return
    assert np.isfinite(np.concatenate([outcome.estimate, outcome.std_error, outcome.std_error_model])).all()
    assert (outcome.std_error_model < 20).all()
    reverse = fit(4 - levels, design)
    assert reverse.beta == pytest.approx(-outcome.beta, abs=1e-7)
    clustered = fit_cumulative_link(levels, design, penalty="jeffreys", clusters=np.arange(n_obs), cov_type="CR2")
    assert isinstance(clustered, NotIdentified) or np.isfinite(clustered.conf_int(0.95)).all()


def test_the_penalty_does_not_depend_on_how_columns_are_scaled(wine: pd.DataFrame) -> None:
    design = wine_design(wine)
    result, moved = fit(wine["rating"], design), fit(wine["rating"], design * [10, 1] + [3, 0])
    assert moved.beta * [10, 1] == pytest.approx(result.beta, abs=1e-9)
    # The information of a coefficient in tenths is a hundredth: half its log differs by log 10.
    assert result.penalised_loglik is not None and moved.penalised_loglik is not None
    assert moved.penalised_loglik - result.penalised_loglik == pytest.approx(math.log(10))
