"""Tests of nested models and of proportional odds, against R, by hand, and where a table is too sparse."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from pipeline.statistics.ordinal.brant import brant_test
from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.proportional_odds import ChiSquareTest, likelihood_ratio_test, nominal_test

TERMS = {"wave": [0], "borough": [1, 2, 3, 4], "sector": [5, 6, 7]}
TWO_WAVES = np.repeat([0.0, 1.0], [4, 6])[:, None]
THREE_LEVELS = np.repeat([1, 2, 3, 1, 2, 3], [1, 2, 1, 2, 1, 3])


def checked(outcome: ChiSquareTest | NotIdentified) -> ChiSquareTest:
    assert isinstance(outcome, ChiSquareTest), outcome
    return outcome


def survey2_item(survey2: pd.DataFrame, item: str) -> tuple[np.ndarray, np.ndarray]:
    answered = survey2.dropna(subset=[item])
    columns = [answered["wave"] == 2]
    columns += [answered["borough"] == name for name in ["Camden", "Enfield", "Haringey", "Islington"]]
    columns += [answered["sector"] == name for name in ["Education", "LocalAuthority", "VCS"]]
    return answered[item].astype(int).to_numpy(), np.column_stack(columns).astype(float)


@pytest.mark.parametrize("item", ["conf_implement", "waiting_room"])
def test_likelihood_ratio_tests_of_proportional_odds_agree_with_r(
    item: str, survey2: pd.DataFrame, read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("clm_extensions.json")[f"survey2_{item}_checks"]["nominal_test"]
    levels, design = survey2_item(survey2, item)
    for term, columns in TERMS.items():
        outcome = checked(nominal_test(levels, design, columns))
        # In one borough nobody chose the highest level: an effect is infinite, and R stopped 2e-8 short of the top.
        is_open = (item, term) == ("waiting_room", "borough")
        assert outcome.statistic == pytest.approx(golden[term]["statistic"], abs=1e-7 if is_open else 1e-10)
        assert outcome.p_value == pytest.approx(golden[term]["p"], abs=1e-8)
        assert outcome.df == golden[term]["df"]
        assert ("no finite estimate" in outcome.note) == is_open


def test_brant_s_test_agrees_with_r(survey2: pd.DataFrame, read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("clm_extensions.json")["survey2_conf_implement_checks"]["brant"]
    levels, design = survey2_item(survey2, "conf_implement")
    for columns, statistic, df, p_value in [
        (range(8), golden["omnibus"], golden["df"], golden["p"]),
        *(([c], golden["X2"][c], golden["df_each"], golden["p_each"][c]) for c in range(8)),
    ]:
        outcome = checked(brant_test(levels, design, columns))
        assert outcome.statistic == pytest.approx(statistic, rel=1e-8)
        assert outcome.p_value == pytest.approx(p_value, rel=1e-8)
        assert outcome.df == df


@pytest.mark.parametrize("item", ["conf_implement", "waiting_room"])
def test_brant_s_test_of_the_wave_alone_agrees_with_r(
    item: str, survey2: pd.DataFrame, read_golden: Callable[[str], Any]
) -> None:
    golden = read_golden("clm_extensions.json")[f"survey2_{item}_checks"]["brant_wave_only"]
    levels, design = survey2_item(survey2, item)
    outcome = checked(brant_test(levels, design[:, :1], [0]))
    assert [outcome.statistic, outcome.p_value] == pytest.approx([golden["omnibus"], golden["p"]], rel=1e-8)


def test_a_table_too_sparse_for_brant_s_test_gives_a_sentence_where_r_gives_a_number(
    survey2: pd.DataFrame, read_golden: Callable[[str], Any]
) -> None:
    # In one borough nobody chose the highest level; R's logistic fit there stopped at -25.8 and the test went on.
    assert read_golden("clm_extensions.json")["survey2_waiting_room_checks"]["brant"]["p"] < 1
    outcome = brant_test(*survey2_item(survey2, "waiting_room"), range(8))
    assert isinstance(outcome, NotIdentified)
    assert "Too few answers" in outcome.reason


def test_brant_s_test_of_two_waves_by_hand() -> None:
    # Logits of Y > 1 and Y > 2, earlier 3/1 and 1/3, later 4/2 and 3/3: effects log(2/3) and log(3). With one share p
    # of n a wave, Var = 1/(n p (1-p)) and Cov = p2 (1-p1) / (n p1 (1-p1) p2 (1-p2)) = 1/(n p1 (1-p2)), p1 > p2.
    difference = math.log(2 / 3) - math.log(3)
    variance = 0.0
    for n, above_1, above_2 in [(4, 3 / 4, 1 / 4), (6, 4 / 6, 3 / 6)]:
        variance += (
            1 / (n * above_1 * (1 - above_1)) + 1 / (n * above_2 * (1 - above_2)) - 2 / (n * above_1 * (1 - above_2))
        )
    outcome = checked(brant_test(THREE_LEVELS, TWO_WAVES, [0]))
    assert outcome.statistic == pytest.approx(difference**2 / variance)
    assert outcome.df == 1
    weighted = checked(
        brant_test(np.array([1, 2, 3] * 2), TWO_WAVES[[0, 0, 0, 9, 9, 9]], [0], weights=[1, 2, 1, 2, 1, 3])
    )
    assert weighted.statistic == pytest.approx(outcome.statistic)


def test_the_likelihood_ratio_of_a_saturated_table_by_hand() -> None:
    # Effects per threshold reproduce the counts: logLik is the sum of n log(n / base).
    counts = np.array([[1, 2, 1], [2, 1, 3]])
    saturated = float((counts * np.log(counts / counts.sum(axis=1, keepdims=True))).sum())
    proportional = fit_cumulative_link(THREE_LEVELS, TWO_WAVES)
    assert isinstance(proportional, CumulativeLinkFit)
    outcome = checked(nominal_test(THREE_LEVELS, TWO_WAVES, [0]))
    assert outcome.statistic == pytest.approx(2 * (saturated - proportional.loglik))
    assert outcome.p_value == pytest.approx(chi2.sf(outcome.statistic, 1))


def test_a_level_the_later_never_chose_leaves_the_likelihood_of_its_counts() -> None:
    # Later nobody chose 3: the effect on the upper threshold is infinite, the likelihood's supremum is the table's.
    levels = np.repeat([1, 2, 3, 1, 2], [1, 2, 1, 2, 4])
    proportional = fit_cumulative_link(levels, TWO_WAVES)
    assert isinstance(proportional, CumulativeLinkFit)
    supremum = sum(n * math.log(n / base) for n, base in [(1, 4), (2, 4), (1, 4), (2, 6), (4, 6)])
    outcome = checked(nominal_test(levels, TWO_WAVES, [0]))
    assert outcome.statistic == pytest.approx(2 * (supremum - proportional.loglik))
    assert "no finite estimate" in outcome.note


def test_nested_fits_are_compared_as_in_r(survey2: pd.DataFrame, read_golden: Callable[[str], Any]) -> None:
    for item in ("conf_implement", "waiting_room"):
        levels, design = survey2_item(survey2, item)
        interaction = np.column_stack([design, design[:, :1] * design[:, 1:5]])
        smaller, larger = (fit_cumulative_link(levels, columns) for columns in (design, interaction))
        assert isinstance(smaller, CumulativeLinkFit) and isinstance(larger, CumulativeLinkFit)
        golden = read_golden("clm_extensions.json")[f"survey2_{item}_interaction"]["lr_interaction"]
        outcome = likelihood_ratio_test(smaller, larger)
        assert outcome.statistic == pytest.approx(golden["LR.stat"], abs=1e-9)
        assert outcome.p_value == pytest.approx(golden["Pr(>Chisq)"], abs=1e-9)
        assert outcome.df == golden["df"]
        with pytest.raises(ValueError, match="nested"):
            likelihood_ratio_test(larger, smaller)


def test_a_penalised_fit_is_not_compared() -> None:
    plain, penalised = (fit_cumulative_link(THREE_LEVELS, TWO_WAVES, penalty=penalty) for penalty in (None, "jeffreys"))
    assert isinstance(plain, CumulativeLinkFit) and isinstance(penalised, CumulativeLinkFit)
    with pytest.raises(ValueError, match="penalised"):
        likelihood_ratio_test(plain, penalised)


@pytest.mark.parametrize("check", [nominal_test, brant_test])
def test_reversing_the_scale_changes_no_test(check: Callable[..., Any]) -> None:
    forward, backward = (checked(check(levels, TWO_WAVES, [0])) for levels in (THREE_LEVELS, 4 - THREE_LEVELS))
    assert backward.statistic == pytest.approx(forward.statistic, abs=1e-8)


@pytest.mark.parametrize("check", [nominal_test, brant_test])
@pytest.mark.parametrize(
    ("levels", "columns", "words"),
    [
        (np.ones(10, dtype=int), [0], "same answer"),
        (np.tile([1, 2], 5), [0], "one threshold"),
        (THREE_LEVELS, [], "Nothing is compared"),
    ],
)
def test_what_cannot_be_tested_is_said_in_one_sentence(
    check: Callable[..., Any], levels: np.ndarray, columns: list[int], words: str
) -> None:
    outcome = check(levels, TWO_WAVES, columns)
    assert isinstance(outcome, NotIdentified)
    assert words in outcome.reason


def test_effects_that_would_give_a_level_nobody_chose_a_chance_below_zero_are_not_compared() -> None:
    # Later answers were 1, 3 or 4 only: the likelihood alone would have the upper cut of 2 fall below its lower one.
    levels = np.array([1, 2, 3, 4] * 3 + [1, 3, 4] * 4)
    design = np.column_stack([np.repeat([0.0, 1.0], 12), np.random.default_rng(0).normal(size=24)])
    outcome = nominal_test(levels, design, [0])
    assert isinstance(outcome, NotIdentified)
    assert "below zero" in outcome.reason
    assert "below zero" in fit_reason(levels, design[:, 1:], design[:, :1])


def fit_reason(levels: np.ndarray, design: np.ndarray, nominal: np.ndarray) -> str:
    outcome = fit_cumulative_link(levels, design, nominal=nominal)
    assert isinstance(outcome, NotIdentified)
    return outcome.reason


@pytest.mark.parametrize("check", [nominal_test, brant_test])
def test_a_column_that_does_not_exist_is_refused(check: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="columns 0 to 0"):
        check(THREE_LEVELS, TWO_WAVES, [1])
