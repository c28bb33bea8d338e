"""CR1 and CR2 against dense algebra in other coordinates, and counting equal rows once against the plain way."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from pipeline.statistics.ordinal import patterns
from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link


def fit(levels: Any, design: Any, **options: Any) -> CumulativeLinkFit:
    outcome = fit_cumulative_link(np.asarray(levels), np.asarray(design, dtype=float), **options)
    assert isinstance(outcome, CumulativeLinkFit), outcome
    return outcome


def clustered_answers(seed: int, n_levels: int, n_obs: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People with one to several answers each, and an effect that no cluster carries alone."""
    rng = np.random.default_rng(seed)
    design = np.column_stack([rng.integers(0, 2, n_obs), rng.normal(size=n_obs)])
    latent = design @ [1.0, 0.5] + rng.logistic(size=n_obs)
    return np.clip(np.round(latent) + 2, 1, n_levels).astype(int), design, rng.integers(0, 25, n_obs)


def inverse_root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eig(matrix)
    return ((vectors / np.sqrt(values)) @ np.linalg.inv(vectors)).real


def test_cr2_of_two_levels_is_bell_and_mccaffrey_s_for_the_weighted_residuals() -> None:
    # Two levels are logistic regression: hat matrix H = W^1/2 X (X'WX)^-1 X' W^1/2, W = p (1 - p), and the adjusted
    # residuals (1 - H_gg)^(-1/2) W^(-1/2) (y - p) within each cluster. The logit is canonical, so this is all.
    levels, design, people = clustered_answers(5, n_levels=2)
    result = fit(levels, design, clusters=people, cov_type="CR2")
    x = np.column_stack([-np.ones(len(design)), design])  # the threshold enters with the other sign
    share = expit(x @ result.estimate)
    root = np.sqrt(share * (1 - share))
    bread = np.linalg.inv((x * root[:, None] ** 2).T @ x)
    hat = (x * root[:, None]) @ bread @ (x * root[:, None]).T
    meat = np.zeros((3, 3))
    maker, omega_rows = np.eye(len(x)) - hat, []
    for person in np.unique(people):
        own = np.flatnonzero(people == person)
        adjust = inverse_root(np.eye(len(own)) - hat[np.ix_(own, own)])
        weighted = (x[own] * root[own][:, None]).T @ adjust
        score = weighted @ ((levels[own] - 1 - share[own]) / root[own])
        meat += np.outer(score, score)
        omega_rows.append(bread[-1] @ weighted @ maker[own])
    assert result.cov_robust == pytest.approx(bread @ meat @ bread, rel=1e-9)
    omega = np.array(omega_rows) @ np.array(omega_rows).T
    expected = np.trace(omega) ** 2 / np.trace(omega @ omega)
    assert result.degrees_of_freedom([0, 0, 1]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("with_nominal", [False, True])
def test_cr2_of_several_levels_agrees_with_dense_matrices(with_nominal: bool) -> None:
    levels, design, people = clustered_answers(3, n_levels=4)
    rng = np.random.default_rng(3)
    weights, nominal = rng.choice([0.5, 1, 2], len(levels)), rng.integers(0, 2, (len(levels), 1)).astype(float)
    options: dict[str, Any] = {"clusters": people, "weights": weights, "nominal": nominal if with_nominal else None}
    result = fit(levels, design, cov_type="CR2", **options)
    n_params = len(result.estimate)
    sums: dict[int, np.ndarray] = {}
    information: dict[int, np.ndarray] = {}
    for row, person in enumerate(people):
        own = np.zeros((3, n_params))
        for cut in range(3):
            own[cut, cut], own[cut, -2:] = 1, -design[row]
            if with_nominal:
                own[cut, 3 + cut] = nominal[row, 0]
        at = own @ result.estimate
        by_level = np.diff(
            np.vstack([np.zeros(n_params), (expit(at) * expit(-at))[:, None] * own, np.zeros(n_params)]), axis=0
        )
        share = np.diff([0, *expit(at), 1])
        scores = by_level / share[:, None]
        expected = scores.T @ (share[:, None] * scores)
        sums[person] = sums.get(person, 0) + weights[row] * scores[levels[row] - 1]
        information[person] = information.get(person, 0) + weights[row] * expected
    total_inverse = np.linalg.inv(sum(information.values()))
    adjust = {g: inverse_root(np.eye(n_params) - i @ total_inverse) for g, i in information.items()}
    adjusted = np.array([result.cov @ adjust[person] @ sums[person] for person in sums])
    assert result.robust is not None
    assert result.robust.adjusted_influence == pytest.approx(adjusted, abs=1e-10)
    assert result.cov_robust == pytest.approx(adjusted.T @ adjusted, abs=1e-10)
    contrast = rng.normal(size=n_params)
    pulls = {g: adjust[g].T @ result.cov @ contrast for g in sums}
    fitted = {
        (g, h): (g == h) * information[g] - information[g] @ total_inverse @ information[h] for g in sums for h in sums
    }
    omega = np.array([[pulls[g] @ fitted[g, h] @ pulls[h] for h in sums] for g in sums])
    expected_df = np.trace(omega) ** 2 / np.trace(omega @ omega)
    assert result.degrees_of_freedom(contrast) == pytest.approx(expected_df, rel=1e-9)


def test_cr2_is_wider_than_cr1_and_its_interval_uses_fewer_degrees_of_freedom_than_people() -> None:
    levels, design, people = clustered_answers(3, n_levels=4)
    one, two = (fit(levels, design, clusters=people, cov_type=kind) for kind in ("CR1", "CR2"))
    assert (two.std_error > one.std_error).all()
    degrees = two.degrees_of_freedom(np.eye(len(two.estimate)))
    assert ((degrees > 1) & (degrees < one.degrees_of_freedom(np.eye(len(one.estimate))))).all()
    low, high = two.conf_int(0.95).T
    assert ((high - low) / two.std_error > 2 * 1.96).all()


@pytest.mark.parametrize("kind", ["CR1", "CR2"])
def test_influence_adds_up_to_nothing_and_its_cross_product_is_the_covariance(kind: Any) -> None:
    levels, design, people = clustered_answers(4, n_levels=4)
    result = fit(levels, design, clusters=people, cov_type=kind)
    assert result.robust is not None and result.influence is not None
    assert result.influence.shape == (len(np.unique(people)), 5)
    assert result.influence.sum(axis=0) == pytest.approx(np.zeros(5), abs=1e-8)
    adjusted = result.robust.adjusted_influence
    assert adjusted.T @ adjusted == pytest.approx(result.cov_robust, abs=1e-12)


def test_influence_is_what_leaving_a_person_out_changes_to_first_order() -> None:
    levels, design, people = clustered_answers(4, n_levels=4, n_obs=400)
    people = np.arange(400) % 100
    result = fit(levels, design, clusters=people)
    assert result.influence is not None
    without_first = fit(levels, design, clusters=people, weights=np.where(people == people[0], 0.999, 1.0))
    change = (result.estimate - without_first.estimate) / 0.001
    assert result.influence[0] == pytest.approx(change, abs=1e-4)


@given(st.integers(0, 10_000), st.sampled_from(["CR1", "CR2"]))
@settings(max_examples=25, deadline=None)
def test_equal_rows_counted_once_give_what_the_plain_way_gives(seed: int, kind: Any) -> None:
    rng = np.random.default_rng(seed)
    n_obs = 150
    design = rng.integers(0, 2, (n_obs, 2)).astype(float)
    levels = np.clip(np.round(design @ [1.0, -0.5] + rng.logistic(size=n_obs)), 0, 3).astype(int)
    options: dict[str, Any] = {
        "clusters": rng.integers(0, 70, n_obs),
        "weights": rng.choice([0.0, 1.0, 1.5], n_obs),
        "offset": rng.choice([0.0, 0.3], n_obs),
        "nominal": rng.integers(0, 2, (n_obs, 1)).astype(float) if seed % 2 else None,
        "cov_type": kind,
    }
    with pytest.MonkeyPatch.context() as patch:
        plain = fit_cumulative_link(levels, design, **options)
        patch.setattr(patterns, "SMALLEST_COUNTED_ONCE", 1)
        once = fit_cumulative_link(levels, design, **options)
    if isinstance(plain, NotIdentified) or isinstance(once, NotIdentified):
        assert plain == once
        return
    assert once.estimate == pytest.approx(plain.estimate, abs=1e-9)
    assert once.loglik == pytest.approx(plain.loglik, rel=1e-12)
    assert once.cov == pytest.approx(plain.cov, rel=1e-8)
    assert once.cov_robust == pytest.approx(plain.cov_robust, rel=1e-8, abs=1e-12)
    assert once.influence == pytest.approx(plain.influence, abs=1e-9)
    each = np.eye(len(plain.cov))
    assert once.degrees_of_freedom(each) == pytest.approx(plain.degrees_of_freedom(each), rel=1e-7)
    assert (once.n_obs, once.n_clusters) == (plain.n_obs, plain.n_clusters)


def test_rows_of_a_large_survey_are_counted_once_and_those_of_unlike_people_are_not() -> None:
    rng = np.random.default_rng(0)
    levels, design = rng.integers(1, 6, 5000), rng.integers(0, 2, (5000, 3)).astype(float)
    gathered = patterns.gather_answers(levels, design, None, None, None, None)
    assert len(gathered.codes) == 5 * 2**3
    assert gathered.count.sum() == gathered.n_obs == 5000
    unlike = patterns.gather_answers(levels, rng.normal(size=(5000, 1)), None, None, None, None)
    assert len(unlike.codes) == 5000


def test_a_person_in_four_waves_counts_as_one() -> None:
    levels, design, people = clustered_answers(7, n_levels=4)
    people = np.concatenate([np.zeros(4, dtype=int), np.arange(1, len(levels) - 3)])
    for kind in ("CR1", "CR2"):
        result = fit(levels, design, clusters=people, cov_type=kind)
        assert result.n_clusters == len(levels) - 3
        assert np.isfinite(result.conf_int(0.95)).all()


def test_where_one_person_alone_carries_an_effect_its_uncertainty_is_the_model_s() -> None:
    # The third column is 1 for one person only: the fit follows her, so no residual says how uncertain the effect is.
    levels, design, people = clustered_answers(8, n_levels=4)
    alone = np.zeros(len(levels))
    alone[:2], people[:2], people[2:] = 1, 0, people[2:] + 1
    levels[:2] = [2, 3]
    plain, adjusted = (
        fit(levels, np.column_stack([design, alone]), clusters=people, cov_type=kind) for kind in ("CR1", "CR2")
    )
    assert plain.std_error[-1] < plain.std_error_model[-1] / 3
    assert adjusted.std_error[-1] == pytest.approx(adjusted.std_error_model[-1], rel=0.05)
    assert adjusted.std_error[:-1] == pytest.approx(plain.std_error[:-1], rel=0.05)
    assert np.isfinite(adjusted.conf_int(0.95)).all()
    assert adjusted.degrees_of_freedom(np.eye(6))[-1] > 100
