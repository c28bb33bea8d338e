"""What must not matter, and what must turn with the data; and the truth of simulated people, found again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, fit_cumulative_link


def simulate(seed: int, *, n_people: int = 40, n_waves: int = 3, sd: float = 1.2) -> tuple[np.ndarray, ...]:
    """Give levels 1..4, a design of wave and a covariate (truth 0.6 and -0.4), people, and the wave."""
    rng = np.random.default_rng(seed)
    people, wave = np.repeat(np.arange(n_people), n_waves), np.tile(np.arange(n_waves, dtype=float), n_people)
    design = np.column_stack([wave, rng.normal(size=len(people))])
    latent = design @ [0.6, -0.4] + rng.normal(scale=sd, size=n_people)[people] + rng.logistic(size=len(people))
    return np.digitize(latent, [-0.8, 0.6, 1.9]) + 1, design, people, wave


def fit(*arrays: Any, **options: Any) -> MixedFit:
    outcome = fit_mixed(*arrays, **options)
    assert isinstance(outcome, MixedFit), outcome
    return outcome


def options_of(kind: str, people: np.ndarray, wave: np.ndarray) -> dict[str, Any]:
    return {"intercept": {}, "slope": {"slope": wave}, "nested": {"areas": people % 5}}[kind]


@pytest.mark.parametrize("kind", ["intercept", "slope", "nested"])
def test_a_reversed_scale_reverses_every_effect(kind: str) -> None:
    levels, design, people, wave = simulate(1)
    options = options_of(kind, people, wave)
    one, other = fit(levels, design, people, **options), fit(5 - levels, design, people, **options)
    assert other.beta == pytest.approx(-one.beta, abs=1e-6)
    assert other.thresholds == pytest.approx(-one.thresholds[::-1], abs=1e-6)
    assert other.effects == pytest.approx(-one.effects, abs=1e-5)
    assert other.random_cov == pytest.approx(one.random_cov, abs=1e-5)
    assert other.std_error[3:] == pytest.approx(one.std_error[3:], rel=1e-5)


@pytest.mark.parametrize("kind", ["intercept", "slope", "nested"])
def test_the_order_of_rows_and_the_names_of_people_do_not_matter(kind: str) -> None:
    levels, design, people, wave = simulate(2)
    mixed_up = np.random.default_rng(0).permutation(len(levels))
    names = np.array([f"person {7 * person % 41}" for person in people], dtype=object)
    one = fit(levels, design, people, **options_of(kind, people, wave))
    options = {name: values[mixed_up] for name, values in options_of(kind, people, wave).items()}
    other = fit(levels[mixed_up], design[mixed_up], names[mixed_up], **options)
    assert other.estimate == pytest.approx(one.estimate, abs=1e-6)
    assert other.std_error == pytest.approx(one.std_error, rel=1e-6)
    assert other.loglik == pytest.approx(one.loglik, abs=1e-9)
    by_name = dict(zip(names[mixed_up][other.first_rows], other.effects[:, 0], strict=True))
    assert [by_name[name] for name in names[one.first_rows]] == pytest.approx(list(one.effects[:, 0]), abs=1e-5)


def test_moving_and_stretching_columns_changes_only_their_units() -> None:
    levels, design, people, wave = simulate(3)
    one = fit(levels, design, people, slope=wave)
    other = fit(levels, design * [1, 1000] + [2020, 0], people, slope=(wave + 2020) * 10)
    assert other.beta * [1, 1000] == pytest.approx(one.beta, abs=1e-6)
    assert other.loglik == pytest.approx(one.loglik, abs=1e-8)
    assert other.random_sd[1] * 10 == pytest.approx(one.random_sd[1], abs=1e-5)
    errors = [fitted.random_sd_std_error[1] or 0 for fitted in (one, other)]
    assert errors[1] * 10 == pytest.approx(errors[0], rel=1e-4)
    assert other.effects @ [1, 20200] == pytest.approx(one.effects[:, 0], abs=1e-4)
    assert other.effects[:, 1] * 10 == pytest.approx(one.effects[:, 1], abs=1e-5)


def test_people_who_are_areas_of_their_own_make_the_nested_model_the_simple_one() -> None:
    # With an area's deviation of nothing the nested likelihood is that of people alone: never higher at its maximum.
    levels, design, people, _ = simulate(4)
    nested, simple = fit(levels, design, people, areas=people % 5), fit(levels, design, people)
    assert nested.loglik >= simple.loglik - 1e-6
    if nested.random_sd[0] == 0:
        assert nested.beta == pytest.approx(simple.beta, abs=1e-5)


def test_a_tiny_prior_scale_gives_the_plain_model_and_a_wide_one_none_at_all() -> None:
    levels, design, people, _ = simulate(5)
    plain = fit_cumulative_link(levels, design)
    assert isinstance(plain, CumulativeLinkFit)
    tight, wide, free = (fit(levels, design, people, sd_prior_scale=scale) for scale in (1e-3, 1e4, None))
    assert tight.estimate == pytest.approx(plain.estimate, abs=1e-4)
    assert tight.std_error == pytest.approx(plain.std_error_model, rel=1e-4)
    assert wide.estimate == pytest.approx(free.estimate, abs=1e-5)
    middle = fit(levels, design, people, sd_prior_scale=0.8)
    assert 0 < middle.random_sd[0] < free.random_sd[0]
    assert middle.loglik < free.loglik


def test_effects_for_one_person_are_larger_than_those_in_the_population() -> None:
    levels, design, people, _ = simulate(6, n_people=150)
    plain = fit_cumulative_link(levels, design)
    assert isinstance(plain, CumulativeLinkFit)
    assert (np.abs(fit(levels, design, people).beta) > np.abs(plain.beta)).all()


@pytest.mark.parametrize("kind", ["intercept", "slope", "nested"])
def test_the_truth_of_simulated_people_is_found(kind: str) -> None:
    levels, design, people, wave = simulate(7, n_people=300)
    result = fit(levels, design, people, **options_of(kind, people, wave))
    truth = [-0.8, 0.6, 1.9, 0.6, -0.4]
    assert np.abs((result.estimate - truth) / result.std_error).max() < 3
    person = result.random_sd[1 if kind == "nested" else 0]
    assert person == pytest.approx(1.2, abs=0.35)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    inside = 0
    for seed in range(60):
        levels, design, people, _ = simulate(100 + seed, n_people=30)
        low, high = fit(levels, design, people).conf_int(0.95)[3]
        inside += low < 0.6 < high
    assert inside >= 51  # of 60: below that, chance alone is rarer than 1 in 1,000
