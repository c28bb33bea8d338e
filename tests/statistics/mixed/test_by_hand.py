"""The mixed model on examples small enough to integrate independently, and against plain numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, ndtr
from scipy.stats import norm

from pipeline.statistics.mixed.derivatives import bend_by_cut, cut_terms
from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.likelihood import Likelihood
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.nested import NestedLikelihood
from pipeline.statistics.mixed.predictions import averaged_probabilities
from pipeline.statistics.mixed.random_part import RandomPart, arrange, likelihood_of
from pipeline.statistics.ordinal.links import Link

DISTRIBUTION = {"logit": expit, "probit": ndtr}
STEPS = np.arange(-9, 9.01, 0.05)
WEIGHTS = norm.pdf(STEPS) * 0.05


def likelihood_for(
    part: RandomPart, levels: np.ndarray, design: np.ndarray, link: Link, points: int
) -> tuple[Likelihood | NestedLikelihood, np.ndarray]:
    """Give the likelihood, and the matrix that turns parameters of the columns as given into those of the fit."""
    likelihood, scaling = likelihood_of(part, np.unique(levels, return_inverse=True)[1], design, link, points)
    return likelihood, np.linalg.inv(scaling.back(likelihood.answers.n_thresholds))


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_two_people_who_answered_twice_by_one_integral_each(link: Link) -> None:
    # Threshold 0.3, beta 0.8, standard deviation 1.5. The first person says 1 then 2, the second 2 and 2.
    # P(1) = F(0.3 - 0.8 x - 1.5 v), P(2) = 1 - P(1); each person's integral runs over v with the normal density.
    low = DISTRIBUTION[link]

    def first(v: float) -> float:
        return low(0.3 - 1.5 * v) * (1 - low(0.3 - 0.8 - 1.5 * v)) * norm.pdf(v)

    def second(v: float) -> float:
        return (1 - low(0.3 - 1.5 * v)) * (1 - low(0.3 - 0.8 - 1.5 * v)) * norm.pdf(v)

    by_hand = sum(np.log(quad(person, -9, 9, epsabs=1e-13)[0]) for person in (first, second))
    part = arrange(np.array(["a", "b", "a", "b"]), None, None, n_obs=4)
    design = np.array([[0.0], [0.0], [1.0], [1.0]])
    likelihood, turn = likelihood_for(part, np.array([1, 2, 2, 2]), design, link, 40)
    assert likelihood.loglik(np.append(turn @ [0.3, 0.8], 1.5)) == pytest.approx(by_hand, abs=1e-9)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_correlated_intercepts_and_slopes_by_a_dense_grid(link: Link) -> None:
    rng = np.random.default_rng(4)
    units, slope, design = np.repeat(np.arange(5), 4), np.tile([0.0, 1, 2, 3], 5), rng.normal(size=(20, 1))
    levels = rng.integers(1, 4, 20)
    levels[:3] = [1, 2, 3]
    cuts, beta, cov = np.array([-np.inf, -0.6, 0.9, np.inf]), 0.5, np.array([[1.2, -0.3], [-0.3, 0.4]])
    intercept, own_slope = np.linalg.cholesky(cov) @ np.stack(np.meshgrid(STEPS, STEPS)).reshape(2, -1)
    weights = np.outer(WEIGHTS, WEIGHTS).ravel()
    by_grid = 0.0
    for unit in range(5):
        product = np.ones(len(weights))
        for row in np.flatnonzero(units == unit):
            shift = design[row, 0] * beta + intercept + own_slope * slope[row]
            product *= DISTRIBUTION[link](cuts[levels[row]] - shift) - DISTRIBUTION[link](cuts[levels[row] - 1] - shift)
        by_grid += np.log(weights @ product)
    part = arrange(units, slope, None, n_obs=20)
    likelihood, scaling = likelihood_of(part, levels - 1, design, link, 20)
    turned = np.linalg.inv(scaling.effects_back)
    root = np.linalg.cholesky(turned @ cov @ turned.T)
    fixed = scaling.to_scaled(cuts[1:3], np.array([beta]))
    params = np.concatenate([fixed, [root[place] for place in part.entries]])
    assert likelihood.loglik(params) == pytest.approx(by_grid, abs=1e-8)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_people_nested_in_areas_by_a_dense_grid(link: Link) -> None:
    rng = np.random.default_rng(5)
    people = np.repeat(np.arange(9), [1, 2, 3, 2, 1, 4, 2, 2, 1])
    areas, design, levels = people // 3, rng.normal(size=(18, 1)), rng.integers(1, 4, 18)
    levels[:3] = [1, 2, 3]
    cuts, beta, sd_area, sd_person = np.array([-np.inf, -0.5, 1.0, np.inf]), 0.8, 0.7, 1.3
    by_grid = 0.0
    for area in range(3):
        given_area = np.ones(len(STEPS))
        for person in np.unique(people[areas == area]):
            product = np.ones((len(STEPS), len(STEPS)))
            for row in np.flatnonzero(people == person):
                shift = design[row, 0] * beta + sd_area * STEPS[:, None] + sd_person * STEPS
                upper, lower = cuts[levels[row]] - shift, cuts[levels[row] - 1] - shift
                product *= DISTRIBUTION[link](upper) - DISTRIBUTION[link](lower)
            given_area *= product @ WEIGHTS
        by_grid += np.log(WEIGHTS @ given_area)
    likelihood, turn = likelihood_for(arrange(people, None, areas, n_obs=18), levels, design, link, 20)
    params = np.concatenate([turn @ [-0.5, 1.0, 0.8], [sd_area, sd_person]])
    assert likelihood.loglik(params) == pytest.approx(by_grid, abs=1e-8)
    ten_points, _ = likelihood_for(arrange(people, None, areas, n_obs=18), levels, design, link, 10)
    assert ten_points.loglik(params) == pytest.approx(by_grid, abs=1e-5)


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("kind", ["intercept", "slope", "nested", "laplace"])
def test_gradient_and_information_are_the_slopes_of_the_log_likelihood(kind: str, link: Link) -> None:
    rng = np.random.default_rng(6)
    units, design = np.repeat(np.arange(8), 4), rng.normal(size=(32, 2))
    levels = np.concatenate([[1, 2, 3], rng.integers(1, 4, 29)])
    slope = np.tile([0.0, 1, 2, 3], 8) if kind == "slope" else None
    part = arrange(units, slope, units // 3 if kind == "nested" else None, n_obs=32)
    likelihood, _ = likelihood_for(part, levels, design, link, {"nested": 20, "laplace": 1}.get(kind, 12))
    random = {"intercept": [0.9], "laplace": [0.9], "slope": [0.8, 0.3, 0.5], "nested": [0.6, 0.8]}[kind]
    params = np.concatenate([[-0.4, 0.7, 0.5, -0.3], random])
    there = likelihood.evaluate(params, likelihood.start_modes())
    steps = np.eye(len(params)) * 1e-5
    slopes = [(likelihood.loglik(params + step) - likelihood.loglik(params - step)) / 2e-5 for step in steps]
    assert there.gradient == pytest.approx(slopes, abs=2e-6)
    bends = [
        likelihood.evaluate(params + step, there.modes).gradient
        - likelihood.evaluate(params - step, there.modes).gradient
        for step in steps
    ]
    exact = 2e-4 if kind != "laplace" else 0.5  # of the fixed part Laplace's curvature is taken from five points
    assert there.information == pytest.approx(-np.array(bends) / 2e-5, abs=exact)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_derivatives_of_one_answer_are_differences_of_its_log_probability(link: Link) -> None:
    upper, lower = np.array([0.4, np.inf, 1.5, -2.0]), np.array([-0.9, 0.3, -np.inf, -2.5])
    terms = cut_terms(upper, lower, link)
    step = 1e-5
    above, below = cut_terms(upper + step, lower, link), cut_terms(upper - step, lower, link)
    assert (above.log_p - below.log_p) / (2 * step) == pytest.approx(terms.u, abs=1e-8)
    assert (above.u - below.u) / (2 * step) == pytest.approx(terms.uu, abs=1e-8)
    assert (above.l - below.l) / (2 * step) == pytest.approx(terms.ul, abs=1e-8)
    by_u, by_l = bend_by_cut(upper, lower, terms, link)
    assert (above.bend - below.bend) / (2 * step) == pytest.approx(by_u, abs=1e-7)
    above, below = cut_terms(upper, lower + step, link), cut_terms(upper, lower - step, link)
    assert (above.log_p - below.log_p) / (2 * step) == pytest.approx(terms.l, abs=1e-8)
    assert (above.l - below.l) / (2 * step) == pytest.approx(terms.ll, abs=1e-8)
    assert (above.bend - below.bend) / (2 * step) == pytest.approx(by_l, abs=1e-7)


def test_without_a_spread_the_mixed_model_is_the_plain_one() -> None:
    # Everybody changes sides, so a common level explains nothing: the spread is 0 and the model the plain one.
    levels, design = np.array([1, 1, 2, 2, 2, 2, 1, 2]), np.repeat([0.0, 1.0], 4)[:, None]
    result = fit_mixed(levels, design, np.tile(np.arange(4), 2))
    assert isinstance(result, MixedFit)
    assert result.at_boundary
    assert result.random_sd_std_error == (None,)
    # Two of four high, then three of four: odds 1 and 3, Woolf's variance 1/2 + 1/2 + 1/1 + 1/3.
    assert result.beta == pytest.approx([np.log(3)])
    assert result.std_error[1] ** 2 == pytest.approx(1 / 2 + 1 / 2 + 1 + 1 / 3)
    assert result.loglik == pytest.approx(4 * np.log(1 / 2) + 3 * np.log(3 / 4) + np.log(1 / 4))


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("sd", [0.0, 0.5, 5.0])
def test_averaged_probabilities_are_integrals_over_people(link: Link, sd: float) -> None:
    low = DISTRIBUTION[link]
    averaged = averaged_probabilities(np.array([-1.0, 0.7]), np.array([0.4]), np.array([sd]), link)[0]
    below = [quad(lambda v, cut=cut: low(cut - 0.4 - sd * v) * norm.pdf(v), -9, 9)[0] for cut in (-1.0, 0.7)]
    assert averaged == pytest.approx([below[0], below[1] - below[0], 1 - below[1]], abs=1e-8)
