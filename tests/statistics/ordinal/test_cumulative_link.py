"""The cumulative-link fit against hand arithmetic, R's clm, statsmodels, its own symmetries and hard data."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import norm, t
from statsmodels.miscmodels.ordinal_model import OrderedModel

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from tests.statistics.ordinal.fits import fit, reason

ITEMS = ["knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"]


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def wine_design(wine: pd.DataFrame) -> np.ndarray:
    return np.column_stack([wine["temp"] == "warm", wine["contact"] == "yes"]).astype(float)


def survey2_design(answered: pd.DataFrame) -> np.ndarray:
    columns = [answered["wave"] == 2]
    columns += [answered["borough"] == name for name in ["Camden", "Enfield", "Haringey", "Islington"]]
    columns += [answered["sector"] == name for name in ["Education", "LocalAuthority", "VCS"]]
    return np.column_stack(columns).astype(float)


# By hand

EARLIER_THEN_LATER = column(0, 0, 0, 0, 1, 1, 1, 1)
TWO_LEVELS = [1, 1, 1, 2, 1, 2, 2, 2]


def test_two_levels_and_two_waves_give_the_log_odds_ratio_by_hand() -> None:
    # Earlier 1 of 4 high, odds 1/3; later 3 of 4 high, odds 3: the log-odds ratio is log 9.
    # P(Y <= 1) earlier is 3/4, so theta is log 3. Var = 1/1 + 1/3 + 1/3 + 1/1 = 8/3 (Woolf).
    # logLik = 2 (3 log(3/4) + log(1/4)).
    result = fit(TWO_LEVELS, EARLIER_THEN_LATER)
    assert result.beta == pytest.approx([math.log(9)])
    assert result.thresholds == pytest.approx([math.log(3)])
    assert result.std_error[-1] ** 2 == pytest.approx(8 / 3)
    assert result.loglik == pytest.approx(2 * (3 * math.log(3 / 4) + math.log(1 / 4)))


def test_clustered_variance_of_four_linked_people_by_hand() -> None:
    # A person's pull on a wave's log-odds is (y - p) / (n p (1-p)), here with n p (1-p) = 3/4.
    # Earlier y = 0 0 0 1, p = 1/4: -1/3 -1/3 -1/3 1.   Later y = 0 1 1 1, p = 3/4: -1 1/3 1/3 1/3.
    # Later minus earlier: -2/3 2/3 2/3 -2/3; squares sum to 16/9; times G/(G-1) = 4/3: 64/27.
    result = fit(TWO_LEVELS, EARLIER_THEN_LATER, clusters=np.array(list("abcdabcd")))
    assert result.n_clusters == 4
    assert result.std_error[-1] ** 2 == pytest.approx(64 / 27)
    # Student's t on 3 degrees of freedom: the 0.975 quantile is 3.182446.
    reach = 3.182446 * math.sqrt(64 / 27)
    assert result.conf_int(0.95)[-1] == pytest.approx([math.log(9) - reach, math.log(9) + reach], abs=1e-5)


def test_clusters_of_one_give_the_model_variance_times_the_small_sample_factor() -> None:
    # The model is saturated, so the raw sandwich equals the model variance 8/3; G/(G-1) = 8/7.
    result = fit(TWO_LEVELS, EARLIER_THEN_LATER, clusters=np.arange(8))
    assert result.std_error[-1] ** 2 == pytest.approx(8 / 3 * 8 / 7)
    assert result.std_error_model[-1] ** 2 == pytest.approx(8 / 3)


def test_without_a_design_the_thresholds_are_the_quantiles_of_the_cumulative_shares() -> None:
    # Shares 1/4, 2/4, 1/4: P(Y <= 1) = 1/4, P(Y <= 2) = 3/4, logits -log 3 and log 3.
    result = fit([1, 2, 2, 3], np.empty((4, 0)))
    assert result.thresholds == pytest.approx([-math.log(3), math.log(3)])
    probit = fit([1, 2, 2, 3], np.empty((4, 0)), link="probit")
    assert probit.thresholds == pytest.approx(norm.ppf([0.25, 0.75]))


# Against R and statsmodels


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_wine_agrees_with_r(link: str, wine: pd.DataFrame, read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("clm_fits.json")[f"wine_{link}"]
    check_against_r(fit(wine["rating"], wine_design(wine), link=link), golden)


@pytest.mark.parametrize("item", ITEMS)
def test_each_item_of_a_survey_of_our_size_agrees_with_r(
    item: str, survey2: pd.DataFrame, read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("clm_fits.json")[f"survey2_{item}"]
    answered = survey2.dropna(subset=[item])
    result = fit(answered[item].astype(int), survey2_design(answered), clusters=answered["pid"].to_numpy())
    check_against_r(result, golden)
    if "cluster_robust" in golden:
        robust = golden["cluster_robust"]
        assert result.n_clusters == robust["G"]
        raw_sandwich = result.std_error / math.sqrt(robust["G"] / (robust["G"] - 1))
        assert raw_sandwich == pytest.approx(list(robust["se"].values()), rel=1e-7)


def check_against_r(result: CumulativeLinkFit, golden: dict[str, Any]) -> None:
    assert result.thresholds == pytest.approx(list(golden["thresholds"].values()), abs=1e-7)
    assert result.beta == pytest.approx(list(golden["beta"].values()), abs=1e-7)
    assert result.std_error_model == pytest.approx(list(golden["se"].values()), rel=1e-7)
    assert result.loglik == pytest.approx(golden["logLik"], abs=1e-9)
    assert result.n_obs == golden["n"]


def test_wine_agrees_with_statsmodels(wine: pd.DataFrame) -> None:
    model = OrderedModel(wine["rating"].to_numpy(), wine_design(wine), distr="logit")
    other = model.fit(method="bfgs", disp=False)
    result = fit(wine["rating"], wine_design(wine))
    assert result.beta == pytest.approx(other.params[:2], abs=1e-4)
    assert result.loglik == pytest.approx(other.llf, abs=1e-7)


def test_clustered_covariance_agrees_with_statsmodels_up_to_its_factor(wine: pd.DataFrame) -> None:
    model = OrderedModel(wine["rating"].to_numpy(), wine_design(wine), distr="logit")
    judges = {"groups": wine["judge"].to_numpy()}
    other = model.fit(method="bfgs", disp=False, gtol=1e-8, cov_type="cluster", cov_kwds=judges)
    result = fit(wine["rating"], wine_design(wine), clusters=wine["judge"].to_numpy())
    # statsmodels multiplies by (n-1)/(n-k) as well: 71/66 for 72 ratings and 6 parameters.
    assert result.std_error[-2:] == pytest.approx(other.bse[:2] / math.sqrt(71 / 66), rel=1e-4)


# Invariants


def random_answers(seed: int, n_obs: int = 30, n_levels: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    design = np.column_stack([rng.integers(0, 2, n_obs), rng.normal(size=n_obs)]).astype(float)
    latent = design @ rng.normal(size=2) + rng.logistic(size=n_obs)
    return np.clip(np.round(latent) + 2, 1, n_levels).astype(int), design


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_a_reversed_scale_reverses_beta_and_thresholds(seed: int) -> None:
    levels, design = random_answers(seed)
    result, reverse = fit_cumulative_link(levels, design), fit_cumulative_link(5 - levels, design)
    if isinstance(result, NotIdentified) or isinstance(reverse, NotIdentified):
        assert result == reverse
        return
    assert reverse.beta == pytest.approx(-result.beta, abs=1e-8)
    assert reverse.thresholds == pytest.approx(-result.thresholds[::-1], abs=1e-8)
    assert reverse.std_error[-2:] == pytest.approx(result.std_error[-2:], rel=1e-8)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_no_neighbouring_parameters_are_likelier_and_nothing_is_missing_or_warned_about(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, design = random_answers(seed, n_obs=int(rng.integers(3, 14)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = fit_cumulative_link(levels, design, clusters=rng.integers(0, 6, len(levels)))
    if isinstance(outcome, NotIdentified):
        assert outcome.reason.endswith(".")
        return
    assert np.isfinite(np.concatenate([outcome.estimate, outcome.std_error, outcome.std_error_model])).all()
    codes = np.searchsorted(outcome.levels, levels)
    best = plain_loglik(outcome.estimate, codes, design)
    assert best == pytest.approx(outcome.loglik)
    for _ in range(10):
        neighbour = outcome.estimate + rng.normal(scale=0.05, size=len(outcome.estimate))
        assert plain_loglik(neighbour, codes, design) < best


def plain_loglik(params: np.ndarray, codes: np.ndarray, design: np.ndarray) -> float:
    n_thresholds = len(params) - design.shape[1]
    cuts = np.concatenate([[-np.inf], params[:n_thresholds], [np.inf]])
    predictor = design @ params[n_thresholds:]
    mass = expit(cuts[codes + 1] - predictor) - expit(cuts[codes] - predictor)
    return float(np.log(mass).sum()) if (mass > 0).all() else -math.inf


def test_shifting_and_scaling_a_column_only_rescales_its_beta() -> None:
    levels, design = random_answers(7)
    result, moved = fit(levels, design), fit(levels, design * [1, 1000] + [0, 2026])
    assert moved.beta * [1, 1000] == pytest.approx(result.beta, rel=1e-9)
    assert moved.loglik == pytest.approx(result.loglik, rel=1e-12)
    assert moved.std_error[-2:] * [1, 1000] == pytest.approx(result.std_error[-2:], rel=1e-8)


def test_cluster_labels_do_not_matter_only_who_shares_them() -> None:
    levels, design = random_answers(3)
    numbers = np.arange(30) % 11
    names = np.array([f"person {97 * number % 11}" for number in numbers], dtype=object)
    first, second = (fit(levels, design, clusters=labels) for labels in (numbers, names))
    assert np.array_equal(first.std_error, second.std_error)


def test_intervals_use_the_normal_quantile_without_clusters_and_student_s_t_with_them() -> None:
    levels, design = random_answers(3)
    for result, quantile in [
        (fit(levels, design), norm.ppf(0.95)),
        (fit(levels, design, clusters=np.arange(30) % 11), t.ppf(0.95, 10)),
    ]:
        low, high = result.conf_int(0.9).T
        assert (high - low) / 2 == pytest.approx(quantile * result.std_error)
        assert (high + low) / 2 == pytest.approx(result.estimate)


# Hard cases


@pytest.mark.parametrize("case", ["lowest_unused", "middle_unused", "followup_constant"])
def test_unused_levels_and_a_constant_follow_up_agree_with_r(case: str, read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("clm_hard_cases.json")[case]
    result = fit(golden["y"], column(*golden["x"]))
    assert result.beta[0] == pytest.approx(golden["clm"]["beta"], abs=1e-7)
    assert result.thresholds == pytest.approx(list(golden["clm"]["thresholds"].values()), abs=1e-7)
    assert result.std_error[-1] == pytest.approx(golden["clm"]["se"], rel=1e-7)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_complete_separation_has_no_estimate_where_r_gives_43(link: str, read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("clm_hard_cases.json")["complete_separation"]
    assert golden["clm"]["beta"] > 40
    assert "separation" in reason(golden["y"], column(*golden["x"]), link=link)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_quasi_complete_separation_has_no_estimate(link: str) -> None:
    # Level 2 occurs in both waves, but nobody goes below it later and nobody above it earlier.
    assert "separation" in reason([1, 1, 2, 2, 2, 2, 3, 3], EARLIER_THEN_LATER, link=link)


def test_separation_by_a_sum_of_columns_has_no_estimate() -> None:
    rng = np.random.default_rng(1)
    design = rng.normal(size=(40, 2))
    assert "separation" in reason((design.sum(axis=1) > 0).astype(int), design)


def test_one_level_answered_has_no_estimate() -> None:
    assert "same answer" in reason([3] * 8, EARLIER_THEN_LATER)


def test_no_answers_have_no_estimate() -> None:
    assert reason(np.array([], dtype=int), np.empty((0, 1)), clusters=np.array([])) == "Nobody answered."


@pytest.mark.parametrize(
    "design",
    [
        np.ones((8, 1)),
        np.hstack([EARLIER_THEN_LATER, 1 - EARLIER_THEN_LATER]),
        np.random.default_rng(0).normal(size=(8, 9)),
    ],
    ids=["constant column", "column twice", "more columns than rows"],
)
def test_a_rank_deficient_design_has_no_estimate(design: np.ndarray) -> None:
    assert "tell its effects apart" in reason(TWO_LEVELS, design)


def test_one_person_alone_has_no_clustered_estimate() -> None:
    assert "one person" in reason(TWO_LEVELS, EARLIER_THEN_LATER, clusters=np.zeros(8))


def test_people_who_all_repeat_their_answer_have_no_interval_of_width_zero() -> None:
    everyone = np.array(list("abcdabcd"))
    assert "No two people differ" in reason([1, 1, 2, 3, 1, 1, 2, 3], EARLIER_THEN_LATER, clusters=everyone)


@pytest.mark.parametrize(
    ("levels", "design", "options", "words"),
    [
        (np.array([1.0, 2.0]), np.ones((2, 1)), {}, "integers"),
        (np.array([1, 2]), np.ones((3, 1)), {}, "2 rows"),
        (np.array([1, 2]), np.array([[1.0], [np.nan]]), {}, "missing or infinite"),
        (np.array([1, 2]), np.ones((2, 1)), {"link": "loglog"}, "logit or probit"),
        (np.array([1, 2]), np.ones((2, 1)), {"clusters": np.array(["a"])}, "2 labels"),
        (np.array([1, 2]), np.ones((2, 1)), {"clusters": np.array(["a", None])}, "missing label"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused_in_words(
    levels: Any, design: Any, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_cumulative_link(levels, design, **options)
