"""Partial pooling: by hand, against metafor and a plain numerical integral, and its limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import halfnorm, multivariate_normal, norm

from pipeline.statistics.estimands.pooling import POINTS, REACH, mixture_interval, pool_changes

EVERY = np.arange(5)


def test_two_areas_by_hand() -> None:
    # Estimates 0 and 2 with variance 1 each: the mean is 1 whatever the SD between areas, with variance
    # (1 + sd^2) / 2, and each lies 1 from it, drawn in by the factor sd^2 / (1 + sd^2).
    pooled = pool_changes(np.array([0.0, 2.0]), np.eye(2), np.arange(2), prior_scale=0.5)
    square = pooled.between_sd**2
    assert pooled.mean_change == pytest.approx(np.ones(POINTS))
    assert pooled.mean_change_se**2 == pytest.approx((1 + square) / 2)
    assert pooled.estimate[:, 1] - 1 == pytest.approx(square / (1 + square))


@pytest.mark.parametrize("method", ["DL", "REML", "PM", "EB"])
def test_at_the_sd_that_metafor_estimates_the_areas_are_its_predictions(
    method: str, read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("estimands.json")
    changes, expected = golden["changes"], golden["metafor"][method]
    own = np.array(list(changes["est"].values()))
    cov = np.diag(np.array(list(changes["se"].values())) ** 2)
    # A scale that puts the tenth point of the grid on metafor's estimate.
    scale = np.sqrt(expected["tau2"]) * POINTS / (REACH * 9.5)
    pooled = pool_changes(own, cov, EVERY, prior_scale=scale)
    assert pooled.between_sd[9] ** 2 == pytest.approx(expected["tau2"])
    assert pooled.mean_change[9] == pytest.approx(expected["mu"], abs=1e-6)
    assert pooled.mean_change_se[9] == pytest.approx(expected["se"], abs=1e-6)
    assert pooled.estimate[9] == pytest.approx(expected["blup"], abs=1e-6)
    assert np.sqrt(np.diag(pooled.cov[9])) == pytest.approx(expected["blup_se"], abs=1e-6)


def test_the_whole_posterior_is_that_of_a_plain_numerical_integral() -> None:
    rng = np.random.default_rng(1)
    root = rng.standard_normal((3, 3))
    own, cov = np.array([0.2, 1.4, -0.3]), root @ root.T / 3 + 0.3 * np.eye(3)
    # The reference: the mean's and the SD's density on a fine grid of both, the areas' normal given them.
    means, sds = np.linspace(-6, 7, 801), (np.arange(300) + 0.5) / 100
    first, weight = np.zeros(3), 0.0
    second = np.zeros(3)
    for sd in sds:
        spread = cov + sd**2 * np.eye(3)
        density = multivariate_normal(np.zeros(3), spread).pdf(own - means[:, None]) * halfnorm(scale=0.5).pdf(sd)
        gain = sd**2 * np.linalg.inv(spread)
        given = means[:, None] + (own - means[:, None]) @ gain.T
        within = np.diag(sd**2 * np.eye(3) - gain * sd**2)
        first += density @ given
        second += density @ (given**2 + within)
        weight += density.sum()
    mean = first / weight
    expected_sd = np.sqrt(second / weight - mean**2)
    pooled = pool_changes(own, cov, np.arange(3), prior_scale=0.5)
    std_error = np.sqrt(np.einsum("tii->ti", pooled.cov))
    found = mixture_interval(pooled.estimate, std_error, pooled.weights, 0.95)
    assert found[0] == pytest.approx(mean, abs=2e-3)
    assert found[1] == pytest.approx(expected_sd, abs=2e-3)


def test_an_interval_of_one_component_is_the_normal_one() -> None:
    found = mixture_interval(np.array([[1.0]]), np.array([[2.0]]), np.ones(1), 0.9)
    assert found[:, 0] == pytest.approx([1, 2, 1 - 2 * norm.ppf(0.95), 1 + 2 * norm.ppf(0.95)])


def test_the_weight_of_an_area_s_own_departure_by_hand() -> None:
    pooled = pool_changes(np.array([0.0, 2.0]), np.eye(2), np.arange(2), prior_scale=0.5)
    square = pooled.between_sd**2
    assert pooled.own_weight == pytest.approx(pooled.weights @ (square / (1 + square)))


def test_quantiles_of_the_sd_between_areas_are_those_of_the_grid() -> None:
    pooled = pool_changes(np.array([0.0, 0.0]), 1e6 * np.eye(2), np.arange(2), prior_scale=0.5)
    # Data that say nothing leave the half-normal prior: median 0.6745 x 0.5, and 1.96 x 0.5 at 95 %.
    assert pooled.between_sd_quantiles(np.array([0.5, 0.95])) == pytest.approx([0.6745 * 0.5, 1.96 * 0.5], abs=1e-3)


def test_widened_errors_draw_areas_in_more_and_leave_them_less_certain() -> None:
    own, cov = np.array([0.0, 2.0]), np.eye(2)
    plain, wide = (pool_changes(own, cov, np.arange(2), prior_scale=0.5, widen=w) for w in (None, np.full(2, 1.5)))
    square = wide.between_sd**2
    assert wide.estimate[:, 1] - 1 == pytest.approx(square / (1.5**2 + square))
    assert (wide.estimate[:, 1] < plain.estimate[:, 1]).all()
    assert wide.mean_change_se == pytest.approx(np.sqrt((1.5**2 + square) / 2))


def test_the_ends_of_any_mixture_leave_out_the_tails() -> None:
    rng = np.random.default_rng(3)
    for scale in (0.001, 1.0, 50.0):
        mean = scale * rng.standard_normal((7, 5))
        spread, weights = rng.uniform(0.05, 3, (7, 5)), rng.dirichlet(np.ones(7))
        low, high = mixture_interval(mean, spread, weights, 0.95)[2:]
        for end, tail in ((low, 0.025), (high, 0.975)):
            assert weights @ norm.cdf((end - mean) / spread) == pytest.approx(np.full(5, tail), abs=1e-9)


def test_a_tiny_prior_gives_every_area_the_mean_and_a_huge_one_its_own() -> None:
    own, cov = np.array([0.0, 1.0, 5.0]), np.diag([0.1, 0.2, 0.3])
    one = pool_changes(own, cov, np.arange(3), prior_scale=1e-4)
    weights = 1 / np.diag(cov)
    assert one.weights @ one.estimate == pytest.approx(np.full(3, weights @ own / weights.sum()), abs=1e-4)
    each = pool_changes(own, cov, np.arange(3), prior_scale=200.0)
    assert each.weights @ each.estimate == pytest.approx(own, abs=0.1)


def test_what_pooling_says_of_the_changes_is_carried_to_the_other_parameters() -> None:
    # The third parameter moves one for one against the first change; drawn in, it must give way by as much.
    cov = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 1.5]])
    own = np.array([2.0, 0.0, 0.7])
    pooled = pool_changes(own, cov, np.arange(2), prior_scale=0.5)
    moved = pooled.estimate - own
    assert moved[:, 2] == pytest.approx(-moved[:, 0])
    assert np.einsum("tii->ti", pooled.cov)[:, 0].max() < 1


def test_turning_the_signs_turns_the_result_and_order_does_not_matter() -> None:
    own, cov = np.array([0.3, -1.0, 0.8]), np.diag([0.5, 0.2, 0.9])
    pooled, turned = (pool_changes(sign * own, cov, np.arange(3), prior_scale=0.5) for sign in (1, -1))
    assert turned.estimate == pytest.approx(-pooled.estimate)
    backwards = pool_changes(own[::-1], cov[::-1, ::-1], np.arange(3), prior_scale=0.5)
    assert backwards.estimate[:, ::-1] == pytest.approx(pooled.estimate)


@pytest.mark.parametrize(("places", "scale"), [(np.arange(1), 0.5), (np.arange(2), 0.0), (np.arange(2), -1.0)])
def test_one_area_or_a_scale_of_nought_is_refused(places: np.ndarray, scale: float) -> None:
    with pytest.raises(ValueError, match="at least two areas|must be positive"):
        pool_changes(np.zeros(2), np.eye(2), places, prior_scale=scale)
