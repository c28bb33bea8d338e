"""What a fit says: predicted shares and their derivatives, against R, by hand and numerically."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, fit_cumulative_link

BOROUGHS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]


def interaction_design(survey: pd.DataFrame) -> np.ndarray:
    later = survey["wave"] == 2
    areas = [survey["borough"] == name for name in BOROUGHS[1:]]
    sectors = [survey["sector"] == name for name in ["Education", "LocalAuthority", "VCS"]]
    return np.column_stack([later, *areas, *sectors, *(later & area for area in areas)]).astype(float)


def fitted(**options: Any) -> tuple[CumulativeLinkFit, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    design, nominal = rng.normal(size=(80, 2)), rng.integers(0, 2, (80, 1)).astype(float)
    levels = np.clip(np.round(design @ [1, -0.5] + rng.logistic(size=80)) + 2, 1, 4).astype(int)
    result = fit_cumulative_link(levels, design, nominal=nominal, **options)
    assert isinstance(result, CumulativeLinkFit)
    return result, design, nominal


@pytest.mark.parametrize("item", ["conf_implement", "waiting_room"])
def test_standardised_shares_by_wave_and_borough_agree_with_r(
    item: str, survey2: pd.DataFrame, read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("clm_extensions.json")[f"survey2_{item}_interaction"]
    answered = survey2.dropna(subset=[item])
    result = fit_cumulative_link(answered[item].astype(int).to_numpy(), interaction_design(answered))
    assert isinstance(result, CumulativeLinkFit)
    standardised = golden["standardised"]
    for place, (borough, wave) in enumerate(zip(standardised["borough"], standardised["wave"], strict=True)):
        rows = interaction_design(answered.assign(borough=borough, wave=int(wave)))
        share, gradient = result.share_gradient(rows, {4, 5})
        slope = gradient.mean(axis=0)
        assert share.mean() == pytest.approx(standardised["p_top2"][place], abs=1e-8)
        assert math.sqrt(slope @ result.cov @ slope) == pytest.approx(standardised["se"][place], rel=1e-6)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_predicted_shares_add_up_and_those_of_the_answers_multiply_to_the_likelihood(link: Any) -> None:
    result, design, nominal = fitted(link=link)
    shares = result.predict(design, nominal)
    assert shares.shape == (80, len(result.levels))
    assert shares.sum(axis=1) == pytest.approx(np.ones(80))
    assert (shares > 0).all()


def test_shares_of_a_table_are_predicted_as_counted() -> None:
    levels = np.repeat([1, 2, 3, 1, 2, 3], [1, 2, 1, 2, 1, 3])
    is_later = np.repeat([0.0, 1.0], [4, 6])[:, None]
    result = fit_cumulative_link(levels, np.empty((10, 0)), nominal=is_later)
    assert isinstance(result, CumulativeLinkFit)
    shares = result.predict(np.empty((2, 0)), np.array([[0.0], [1.0]]))
    assert shares == pytest.approx(np.array([[1 / 4, 2 / 4, 1 / 4], [2 / 6, 1 / 6, 3 / 6]]))
    # The variance of a share that is simply counted is p (1 - p) / n.
    share, gradient = result.share_gradient(np.empty((2, 0)), {2, 3}, np.array([[0.0], [1.0]]))
    assert share == pytest.approx([3 / 4, 4 / 6])
    assert np.diag(gradient @ result.cov @ gradient.T) == pytest.approx([3 / 64, 2 / 54])
    mean, slope = result.mean_gradient(np.empty((2, 0)), result.levels, np.array([[0.0], [1.0]]))
    assert mean == pytest.approx([2, 13 / 6])
    # The variance of a mean that is simply counted is the population variance / n: 1/2 / 4.
    assert (slope @ result.cov @ slope.T)[0, 0] == pytest.approx(1 / 8)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_gradient_of_a_share_is_its_derivative(link: Any) -> None:
    result, design, nominal = fitted(link=link)
    offset = np.linspace(-1, 1, 80)
    share, gradient = result.share_gradient(design, {2, 4}, nominal, offset)
    assert share == pytest.approx(result.predict(design, nominal, offset)[:, [1, 3]].sum(axis=1))
    for place in range(len(result.estimate)):
        ahead, behind = (
            moved(result, place, step).share_gradient(design, {2, 4}, nominal, offset) for step in (1e-6, -1e-6)
        )
        assert gradient[:, place] == pytest.approx((ahead.value - behind.value) / 2e-6, abs=1e-8)


def moved(result: CumulativeLinkFit, place: int, step: float) -> CumulativeLinkFit:
    estimate = result.estimate
    estimate[place] += step
    n_thresholds, n_beta = len(result.thresholds), len(result.beta)
    nominal = estimate[n_thresholds:-n_beta].reshape(result.nominal.shape)
    return replace(result, thresholds=estimate[:n_thresholds], nominal=nominal, beta=estimate[-n_beta:])


def test_a_level_nobody_chose_has_no_share() -> None:
    result, design, nominal = fitted()
    share, gradient = result.share_gradient(design, {9}, nominal)
    assert (share == 0).all() and (gradient == 0).all()


def test_what_does_not_fit_the_model_is_refused_in_words() -> None:
    result, design, nominal = fitted()
    for call, words in [
        (lambda: result.predict(design[:, :1], nominal), "2 columns"),
        (lambda: result.predict(design), "nominal must have 80 rows and 1 columns"),
        (lambda: result.predict(design, nominal, np.zeros(3)), "offset must hold 80"),
        (lambda: result.mean_gradient(design, [1, 2], nominal), "values must hold 4"),
        (lambda: result.degrees_of_freedom([1, 2]), "contrast must have 8 numbers"),
        (lambda: result.conf_int(1.5), "conf_level"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
