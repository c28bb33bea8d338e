"""The mixed model against R's clmm: the same sum at R's parameters, and its own maximum beside R's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.likelihood import Likelihood
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.nested import NestedLikelihood
from pipeline.statistics.mixed.random_part import arrange, likelihood_of
from pipeline.statistics.ordinal.cumulative_link import NotIdentified

ITEMS = ["knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"]
SURVEY = [f"survey2_{item}_pid_nAGQ10" for item in ITEMS] + ["survey2_conf_implement_per_borough_pid_nAGQ10"]
QUADRATURE = ["wine_judge_nAGQ10", "wine_judge_nAGQ30", "soup_RESP_nAGQ10", "soup_RESP_nAGQ30", *SURVEY]
LAPLACE = ["wine_judge_nAGQ01", "soup_RESP_nAGQ01", "survey2_conf_implement_pid_nAGQ01"]
AT_BOUNDARY = {"survey2_conf_implement_pid_nAGQ10", "survey2_conf_implement_pid_nAGQ01"}

MakeCase = Callable[[str], tuple[np.ndarray, np.ndarray, np.ndarray]]


def loglik_at(golden: dict[str, Any], levels: np.ndarray, design: np.ndarray, **random: Any) -> float:
    """Give the log-likelihood at R's parameters."""
    likelihood, scaling = likelihood_of(
        arrange(random.pop("units"), random.pop("slope", None), random.pop("areas", None), n_obs=len(levels)),
        np.unique(levels, return_inverse=True)[1],
        design,
        "logit",
        golden["nAGQ"],
    )
    beta = np.array(list(golden["beta"].values()))
    fixed = scaling.to_scaled(np.array(golden["thresholds"]), beta)
    return likelihood.loglik(np.concatenate([fixed, random["root"]]))


def fitted(outcome: MixedFit | NotIdentified) -> MixedFit:
    assert isinstance(outcome, MixedFit), outcome
    return outcome


def root_of(golden: dict[str, Any]) -> float:
    (root,) = golden["root"].values()
    return root[0][0]


@pytest.mark.parametrize("name", [*QUADRATURE, "wine_judge_nAGQ05"])
def test_at_r_s_parameters_the_log_likelihood_is_r_s(name: str, case: MakeCase, golden: dict[str, Any]) -> None:
    levels, design, units = case(name)
    loglik = loglik_at(golden[name], levels, design, units=units, root=[root_of(golden[name])])
    assert loglik == pytest.approx(golden[name]["logLik"], abs=1e-9, rel=0)


@pytest.mark.parametrize("name", LAPLACE)
def test_one_point_gives_r_s_laplace_approximation(name: str, case: MakeCase, golden: dict[str, Any]) -> None:
    levels, design, units = case(name)
    loglik = loglik_at(golden[name], levels, design, units=units, root=[root_of(golden[name])])
    # R's own inner search is loose: 3e-9 on soup.
    assert loglik == pytest.approx(golden[name]["logLik"], abs=1e-8, rel=0)


@pytest.mark.parametrize("name", QUADRATURE)
def test_its_own_maximum_is_r_s(name: str, case: MakeCase, golden: dict[str, Any]) -> None:
    levels, design, units = case(name)
    result = fitted(fit_mixed(levels, design, units, points=golden[name]["nAGQ"]))
    assert result.estimate == pytest.approx(golden[name]["thresholds"] + list(golden[name]["beta"].values()), abs=1e-4)
    assert result.loglik >= golden[name]["logLik"] - 1e-10
    assert result.at_boundary == (name in AT_BOUNDARY)
    if not result.at_boundary:
        assert result.random_sd[0] == pytest.approx(root_of(golden[name]), abs=1e-4)
    # R's standard errors of `offer` are not the curvature of its own sum: see the next test.
    relative = 1e-3 if "offer" not in name else 3e-3
    assert result.std_error == pytest.approx(golden[name]["se"], rel=relative)


def test_the_standard_errors_of_a_large_spread_are_the_curvature_of_the_sum(case: MakeCase) -> None:
    # Of `offer` (standard deviation 5.26) R's numerical curvature is 0.3 % off; here it is differenced from the
    # log-likelihood alone.
    levels, design, units = case("survey2_offer_pid_nAGQ10")
    result = fitted(fit_mixed(levels, design, units))
    part = arrange(units, None, None, n_obs=len(units))
    likelihood, scaling = likelihood_of(part, levels - 1, design, "logit", 10)
    at = np.append(scaling.to_scaled(result.thresholds, result.beta), result.random_sd)
    covariance = np.linalg.inv(-second_differences(likelihood, at, 5e-4))[:-1, :-1]
    back = scaling.back(4)
    assert result.std_error == pytest.approx(np.sqrt(np.diag(back @ covariance @ back.T)), rel=1e-4)


def second_differences(likelihood: Likelihood | NestedLikelihood, at: np.ndarray, step: float) -> np.ndarray:
    value, moves = likelihood.loglik, np.eye(len(at)) * step
    bends = np.zeros((len(at), len(at)))
    for row, a in enumerate(moves):
        for column, b in enumerate(moves[: row + 1]):
            around = value(at + a + b) - value(at + a - b) - value(at - a + b) + value(at - a - b)
            bends[row, column] = bends[column, row] = around / (4 * step**2)
    return bends


@pytest.mark.parametrize("name", LAPLACE)
def test_laplace_asked_for_by_name_is_r_s_within_its_looseness(
    name: str, case: MakeCase, golden: dict[str, Any]
) -> None:
    levels, design, units = case(name)
    result = fitted(fit_mixed(levels, design, units, points="laplace"))
    assert result.estimate == pytest.approx(golden[name]["thresholds"] + list(golden[name]["beta"].values()), abs=1e-4)
    assert result.std_error == pytest.approx(golden[name]["se"], rel=1e-3)
    assert result.loglik == pytest.approx(golden[name]["logLik"], abs=1e-6)


def test_the_most_probable_effects_of_judges_are_r_s(case: MakeCase, golden: dict[str, Any]) -> None:
    result = fitted(fit_mixed(*case("wine_judge_nAGQ10")))
    assert result.effects[:, 0] == pytest.approx(golden["wine_judge_nAGQ10"]["modes"], abs=1e-6)


def test_a_correlated_slope_has_r_s_laplace_approximation(
    wine: pd.DataFrame, case: MakeCase, golden: dict[str, Any]
) -> None:
    name, warm = "wine_slope_temp_judge", (wine["temp"] == "warm").to_numpy(float)
    levels, design, units = case(name)
    # R's root is that of the column as given; ours is of the centred and scaled one.
    part = arrange(units, warm, None, n_obs=72)
    back = likelihood_of(part, levels - 1, design, "logit", 1)[1].effects_back
    root = np.linalg.inv(back) @ np.array(golden[name]["root"]["judge"])
    root = np.linalg.cholesky(root @ root.T)
    entries = [root[place] for place in part.entries]
    loglik = loglik_at(golden[name], levels, design, units=units, slope=warm, root=entries)
    assert loglik == pytest.approx(golden[name]["logLik"], abs=1e-6, rel=0)
    result = fitted(fit_mixed(levels, design, units, slope=warm, points="laplace"))
    assert result.beta == pytest.approx(list(golden[name]["beta"].values()), abs=1e-3)
    root_as_given = np.array(golden[name]["root"]["judge"])
    assert result.random_cov == pytest.approx(root_as_given @ root_as_given.T, abs=5e-3)


def test_nested_areas_that_do_not_differ_are_r_s_with_people_alone(
    survey2: pd.DataFrame, golden: dict[str, Any]
) -> None:
    # R finds 6e-7 for the boroughs, and can only do Laplace here; to it our one point for people is near enough.
    r = golden["survey2_conf_implement_pid_borough_laplace_default"]
    answered = survey2.dropna(subset=["conf_implement"])
    levels, people = answered["conf_implement"].to_numpy().astype(int), answered["pid"].to_numpy()
    columns = [answered["wave"] == 2]
    columns += [answered["sector"] == name for name in ["Education", "LocalAuthority", "VCS"]]
    design = np.column_stack(columns).astype(float)
    of_people, of_boroughs = r["root"]["pid"][0][0], r["root"]["borough"][0][0]
    laplace = loglik_at(r, levels, design, units=people, root=[of_people])
    assert laplace == pytest.approx(r["logLik"], abs=1e-4, rel=0)
    alone = loglik_at(r | {"nAGQ": 10}, levels, design, units=people, root=[of_people])
    nested = loglik_at(
        r | {"nAGQ": 10}, levels, design, units=people, areas=answered["borough"].to_numpy(),
        root=[of_boroughs, of_people],
    )  # fmt: skip
    assert nested == pytest.approx(alone, abs=1e-8, rel=0)
