"""A formula and a data frame in, results with the habits of statsmodels out; mistakes are told in one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from pipeline.statistics.mixed.formula import RandomTerm, read_formula
from pipeline.statistics.mixed.model import ordered_model
from pipeline.statistics.mixed.predictions import averaged_probabilities
from pipeline.statistics.mixed.results import OrderedResults
from pipeline.statistics.ordinal.cumulative_link import NotIdentified

JUDGES = "rating ~ temp + contact + (1 | judge)"


def fit(formula: str, data: pd.DataFrame, **options: Any) -> OrderedResults:
    outcome = ordered_model(formula, data).fit(**options)
    assert isinstance(outcome, OrderedResults), outcome
    return outcome


def test_results_have_the_habits_of_statsmodels(wine: pd.DataFrame, golden: dict[str, Any]) -> None:
    results, r = fit(JUDGES, wine), golden["wine_judge_nAGQ10"]
    assert list(results.params.index) == ["1|2", "2|3", "3|4", "4|5", "temp[T.warm]", "contact[T.yes]"]
    assert results.params["temp[T.warm]"] == pytest.approx(r["beta"]["tempwarm"], abs=1e-6)
    assert results.bse.to_numpy() == pytest.approx(r["se"], rel=1e-5)
    assert np.sqrt(np.diag(results.cov_params())) == pytest.approx(results.bse.to_numpy())
    z = results.params / results.bse
    assert results.tvalues.to_numpy() == pytest.approx(z.to_numpy())
    assert results.pvalues.to_numpy() == pytest.approx(2 * norm.sf(z.abs()))
    low, high = results.conf_int(alpha=0.1).to_numpy().T
    assert (high - low) / 2 == pytest.approx(norm.ppf(0.95) * results.bse.to_numpy())
    assert results.llf == pytest.approx(r["logLik"])
    assert results.aic == pytest.approx(2 * 7 - 2 * r["logLik"])
    assert results.nobs == 72
    assert results.random_sd["judge"] == pytest.approx(r["root"]["judge"][0][0], abs=1e-6)
    assert results.conditional_modes.loc[7, "judge"] == pytest.approx(r["modes"][6], abs=1e-6)


def test_the_summary_says_what_was_fitted_and_what_to_beware_of(wine: pd.DataFrame, survey2: pd.DataFrame) -> None:
    text = str(fit(JUDGES, wine, sd_prior_scale=1.0).summary())
    assert all(part in text for part in (JUDGES, "temp[T.warm]", "Random effects", "half-normal prior of scale 1"))
    assert "smaller" in text
    flat = str(fit("conf_implement ~ C(wave) + borough + sector + (1 | pid)", survey2).summary())
    assert "boundary" in flat
    assert "not defined" in flat
    assert "nan" not in flat.lower()


def test_without_a_random_term_it_is_the_plain_model(wine: pd.DataFrame) -> None:
    plain, clustered = fit("rating ~ temp + contact", wine), fit("rating ~ temp + contact", wine, cluster="judge")
    assert plain.params["temp[T.warm]"] == pytest.approx(2.5031, abs=1e-4)  # clm
    assert clustered.params.equals(plain.params)
    assert not np.allclose(clustered.bse, plain.bse)
    assert clustered.pvalues.to_numpy() == pytest.approx(2 * t.sf(clustered.tvalues.abs(), 8))
    assert "Clusters" in str(clustered.summary())
    with pytest.raises(ValueError, match="no random term"):
        plain.random_sd  # noqa: B018


def test_probabilities_on_average_are_nearer_the_middle_than_those_of_the_average_person(wine: pd.DataFrame) -> None:
    results = fit(JUDGES, wine)
    rows = pd.DataFrame({"temp": ["cold", "warm"], "contact": ["no", "yes"]}, index=["a", "b"])
    average, conditional = results.predict(rows), results.predict(rows, which="conditional")
    assert list(average.columns) == ["1", "2", "3", "4", "5"]
    assert list(average.index) == ["a", "b"]
    assert average.sum(axis=1).to_numpy() == pytest.approx(1)
    below = 1 / (1 + np.exp(-results.params["1|2"]))
    assert conditional.loc["a", "1"] == pytest.approx(below)
    assert conditional.loc["a", "1"] < average.loc["a", "1"] < 0.5
    assert results.predict().shape == (72, 5)


def test_the_average_of_predictions_is_about_the_observed_shares(wine: pd.DataFrame) -> None:
    shares = wine["rating"].value_counts(normalize=True).sort_index().to_numpy()
    assert fit(JUDGES, wine).predict().mean().to_numpy() == pytest.approx(shares, abs=0.03)


def test_a_slope_makes_the_average_depend_on_its_column(wine: pd.DataFrame) -> None:
    warm = wine.assign(warm=(wine["temp"] == "warm").astype(int))
    results = fit("rating ~ warm + contact + (1 + warm | judge)", warm)
    assert list(results.random_sd.index) == ["judge", "judge: warm"]
    assert results.random_cov.shape == (2, 2)
    assert results.conditional_modes.shape == (9, 2)
    rows = pd.DataFrame({"warm": [0, 1], "contact": "no"})
    widths = np.sqrt([results.random_cov.iloc[0, 0], results.random_cov.to_numpy().sum()])
    thresholds, beta = results.params.to_numpy()[:4], results.params["warm"]
    by_hand = averaged_probabilities(thresholds, np.array([0, beta]), widths, "logit")
    assert results.predict(rows).to_numpy() == pytest.approx(by_hand)
    assert widths[0] != pytest.approx(widths[1], rel=1e-3)


def test_people_nested_in_areas_are_named_by_both(survey2: pd.DataFrame) -> None:
    results = fit("plan ~ C(wave) + sector + (1 | borough/pid)", survey2, points=7)
    assert list(results.random_sd.index) == ["borough", "borough/pid"]
    assert results.conditional_modes.index.names == ["borough", "pid"]
    assert set(results.random_sd_std_error) == {"borough", "borough/pid"}


def test_rows_with_a_missing_value_are_dropped_and_counted(wine: pd.DataFrame) -> None:
    holes = wine.copy()
    holes.loc[0, "contact"] = None
    holes.loc[1, "judge"] = np.nan
    results = fit(JUDGES, holes)
    assert (results.nobs, results.n_missing) == (70, 2)


def test_an_ordered_categorical_keeps_its_order_and_drops_levels_nobody_chose(wine: pd.DataFrame) -> None:
    words = ["never", "low", "lower middle", "middle", "high", "highest"]
    named = wine.assign(rating=pd.Categorical.from_codes(wine["rating"], words, ordered=True))
    results = fit(JUDGES, named)
    assert results.params.index[0] == "low|lower middle"
    assert results.params.to_numpy() == pytest.approx(fit(JUDGES, wine).params.to_numpy())


def test_a_category_that_no_row_has_gets_no_coefficient(wine: pd.DataFrame) -> None:
    declared = wine.assign(temp=pd.Categorical(wine["temp"], ["cold", "warm", "hot"]))
    assert fit(JUDGES, declared).params.equals(fit(JUDGES, wine).params)


def test_what_cannot_be_estimated_is_a_sentence_not_an_error(wine: pd.DataFrame) -> None:
    outcome = ordered_model("rating ~ temp + (1 | judge)", wine.assign(rating=3)).fit()
    assert isinstance(outcome, NotIdentified)
    nobody = ordered_model("rating ~ temp + (1 | judge)", wine.assign(judge=np.nan)).fit()
    assert isinstance(nobody, NotIdentified)
    assert nobody.reason == "Nobody answered."


@pytest.mark.parametrize(
    ("formula", "fixed", "random"),
    [
        ("y ~ a", "a", None),
        ("y ~ a + (1 | p)", "a + 1", RandomTerm("p", None, None)),
        ("y ~ (1 + w | p) + a", "1 + a", RandomTerm("p", "w", None)),
        ("y ~ a + (w|p) + b", "a + 1 + b", RandomTerm("p", "w", None)),
        ("y ~ (1 | area/`the person`)", "1", RandomTerm("the person", None, "area")),
    ],
)
def test_a_formula_is_split_into_its_parts(formula: str, fixed: str, random: RandomTerm | None) -> None:
    read = read_formula(formula)
    assert " ".join(read.fixed.split()) == fixed
    assert read.random == random
    assert read.outcome == "y"


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("rating", "one ~"),
        ("log(rating) ~ temp", "name of one column"),
        ("rating ~ temp + (1 | judge", "cannot be read"),
        ("rating ~ temp * (1 | judge)", "random term"),
        ("rating ~ (1 | judge) + (1 | bottle)", "2 random terms"),
        ("rating ~ (1 + temp + contact | judge)", "at most one column"),
        ("rating ~ (1 | a/b/c)", "one column, or two"),
        ("rating ~ (1 + temp | a/b)", "not offered"),
        ("rating ~ 0 + temp", "constant"),
        ("rating ~ temp +* contact", "cannot be read"),
        ("rating ~ tmep", "did you mean `temp`"),
        ("rating ~ temp + (1 | juge)", "did you mean `judge`"),
    ],
)
def test_a_formula_that_cannot_be_used_is_refused_in_one_sentence(formula: str, words: str, wine: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=words) as problem:
        ordered_model(formula, wine)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("change", "formula", "options", "words"),
    [
        ({"rating": "good"}, JUDGES, {}, "ordered categorical or whole numbers"),
        ({"rating": 1.5}, JUDGES, {}, "whole numbers"),
        ({}, "rating ~ contact + (1 + temp | judge)", {}, "must hold numbers"),
        ({}, JUDGES, {"cluster": "judge"}, "no random term"),
        ({}, "rating ~ temp", {"cluster": "jugde"}, "no column `jugde`"),
        ({}, "rating ~ temp", {"sd_prior_scale": 1.0}, "needs a random term"),
        ({}, "rating ~ np.nosuch(temp)", {}, "cannot be worked out"),
    ],
)
def test_data_that_do_not_fit_are_refused_in_one_sentence(
    change: dict[str, Any], formula: str, options: dict[str, Any], words: str, wine: pd.DataFrame
) -> None:
    with pytest.raises(ValueError, match=words) as problem:
        ordered_model(formula, wine.assign(**change)).fit(**options)
    assert "\n" not in str(problem.value)


def test_an_unordered_outcome_and_an_unknown_link_are_refused(wine: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="without an order"):
        ordered_model(JUDGES, wine.assign(rating=wine["rating"].astype("category"))).fit()
    with pytest.raises(ValueError, match="logit or probit"):
        ordered_model(JUDGES, wine, link="cauchit")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "words"),
    [({"temp": ["hot"], "contact": ["no"]}, "do not fit"), ({"temp": ["warm"]}, "do not fit")],
)
def test_rows_that_the_model_does_not_know_are_refused(rows: dict[str, Any], words: str, wine: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=words):
        fit(JUDGES, wine).predict(pd.DataFrame(rows))
    with pytest.raises(ValueError, match="population or conditional"):
        fit(JUDGES, wine).predict(which="mean")  # type: ignore[arg-type]
