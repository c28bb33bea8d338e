"""Looking back: paired intervals and paired t against hand arithmetic, print, a symmetry, and known truth."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.proportions import newcombe_paired_change_interval
from pipeline.statistics.retrospective import NO_PAIRS, RETROSPECTIVE_COLUMNS, estimate_retrospective

# The confidence level at which the normal quantile z is 1, so that the arithmetic can be done by hand.
ONE_SIGMA = math.erf(1 / math.sqrt(2))
TABLES = st.tuples(*[st.integers(0, 25)] * 4).filter(lambda table: sum(table) > 0)


def estimate(
    pairs: Sequence[tuple[float | None, float | None]], *, areas: Sequence[str] = ("all",), **made: Any
) -> pd.DataFrame:
    """Estimate one pair of questions from its levels (before, now), favourable from 4 up, people in areas by turns."""
    people = [f"r{number}" for number in range(len(pairs))]
    answers = pd.DataFrame(
        [
            ("w1", person, item, level)
            for person, levels in zip(people, pairs, strict=True)
            for item, level in zip(("then", "now"), levels, strict=True)
        ],
        columns=["wave", "respondent_id", "item", "level"],
    ).astype({"level": "Int64"})
    places = pd.DataFrame(
        {"wave": "w1", "respondent_id": people, "area": [areas[number % len(areas)] for number in range(len(people))]}
    )
    settings_used: dict[str, Any] = {
        "before_by_item": {"now": "then"},
        "favourable": {"now": frozenset({4, 5})},
        "wave": "w1",
        "area_ids": list(areas),
        "conf_level": 0.95,
    }
    return estimate_retrospective(answers, places, **settings_used | made)


def test_paired_interval_by_hand_when_no_one_answers_twice_alike() -> None:
    # 0 both, 2 only now, 2 only before, 0 neither: p = 1/2 twice, phi = -4 / sqrt(16) = -1, z = 1.
    # Wilson for 2/4 reaches r = sqrt(5)/10 either way, so the reach is sqrt(r^2 + 2 r^2 + r^2) = 2 r.
    low, high = newcombe_paired_change_interval(0, 2, 2, 0, ONE_SIGMA)
    assert (low, high) == pytest.approx((-math.sqrt(5) / 5, math.sqrt(5) / 5))


def test_paired_interval_by_hand_when_everyone_answers_twice_alike() -> None:
    # 2 both, 2 neither: ad - bc = 4, less n/2 = 2, so phi = 2/4; the reach is sqrt(2 r^2 - r^2) = r.
    low, high = newcombe_paired_change_interval(2, 0, 0, 2, ONE_SIGMA)
    assert (low, high) == pytest.approx((-math.sqrt(5) / 10, math.sqrt(5) / 10))


def test_paired_interval_by_hand_without_a_margin() -> None:
    # All four moved up: a margin is nought, so phi = 0, and Wilson gives (0.8, 1) and (0, 0.2).
    low, high = newcombe_paired_change_interval(0, 4, 0, 0, ONE_SIGMA)
    assert (low, high) == pytest.approx((1 - 0.2 * math.sqrt(2), 1))


@pytest.mark.parametrize(
    ("table", "printed", "places"),
    [
        # Newcombe 1998, Statistics in Medicine 17:2635, an example of the paper, method 10.
        ((20, 12, 2, 16), (0.0562, 0.3292), 5e-5),
        # Fagerland, Lydersen and Laake 2014, Statistics in Medicine 33:2850: airway hyper-responsiveness.
        ((1, 1, 7, 12), (-0.507, -0.026), 5e-4),
        # Altman and others 2000, Statistics with confidence, table 6.2.
        ((14, 5, 0, 22), (0.011, 0.226), 5e-4),
    ],
)
def test_paired_interval_agrees_with_print(
    table: tuple[int, int, int, int], printed: tuple[float, float], places: float
) -> None:
    assert newcombe_paired_change_interval(*table, 0.95) == pytest.approx(printed, abs=places)


@given(TABLES)
@settings(max_examples=80, deadline=None)
def test_swapping_before_and_now_flips_the_paired_interval(table: tuple[int, int, int, int]) -> None:
    both, later_only, earlier_only, neither = table
    low, high = newcombe_paired_change_interval(both, later_only, earlier_only, neither, 0.9)
    swapped = newcombe_paired_change_interval(both, earlier_only, later_only, neither, 0.9)
    assert swapped == pytest.approx((-high, -low), abs=1e-12)
    assert -1 <= low <= (later_only - earlier_only) / sum(table) + 1e-12
    assert (later_only - earlier_only) / sum(table) - 1e-12 <= high <= 1


@pytest.mark.parametrize("chances", [(0.30, 0.25, 0.08, 0.37), (0.60, 0.05, 0.05, 0.30), (0.10, 0.40, 0.00, 0.50)])
def test_the_paired_interval_covers_a_known_change_as_often_as_it_says(
    chances: tuple[float, float, float, float],
) -> None:
    tables = np.random.default_rng(2635).multinomial(40, chances, size=1500)
    ends = np.array([newcombe_paired_change_interval(*map(int, table), 0.95) for table in tables])
    truth = chances[1] - chances[2]
    # With few people who changed their answer the method errs on the side of caution.
    assert 0.935 <= np.mean((ends[:, 0] <= truth) & (truth <= ends[:, 1])) <= 0.99


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (-1, 2, 2, 2)])
def test_a_table_of_nobody_or_of_fewer_is_refused(table: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError):
        newcombe_paired_change_interval(*table, 0.95)


def test_shares_means_and_t_by_hand() -> None:
    # Differences 1, 1, 2, 0: mean 1, standard deviation sqrt(2/3), t = 1 / (sqrt(2/3) / 2) = sqrt(6), 3 df.
    # One more person answered only of now: they count in its mean over all, in no pair.
    row = estimate([(3, 4), (3, 4), (2, 4), (4, 4), (None, 1)]).iloc[0]
    assert row[["base_n", "favourable_before", "favourable_now"]].tolist() == [4, 1, 4]
    assert row[["share_before", "share_now", "estimate"]].tolist() == [0.25, 1, 0.75]
    assert row[["mean_before", "mean_now", "mean_change"]].tolist() == [3, 4, 1]
    assert row["t"] == pytest.approx(math.sqrt(6))
    assert row["df"] == 3
    assert row[["base_n_before", "mean_before_all", "base_n_now", "mean_now_all"]].tolist() == [4, 3, 5, 3.4]
    assert row["note"] == ""


def test_t_and_p_agree_with_scipys_paired_test() -> None:
    levels = np.random.default_rng(1998).integers(1, 6, size=(60, 2))
    row = estimate([tuple(pair) for pair in levels.tolist()]).iloc[0]
    oracle = stats.ttest_rel(levels[:, 1], levels[:, 0])
    assert (row["t"], row["p_value"], row["df"]) == pytest.approx((oracle.statistic, oracle.pvalue, oracle.df))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_swapping_before_and_now_flips_every_sign(pairs: list[tuple[int, int]]) -> None:
    here, swapped = estimate(pairs).iloc[0], estimate([(now, before) for before, now in pairs]).iloc[0]
    for name in ("estimate", "mean_change", "t"):
        assert here[name] == pytest.approx(-swapped[name], nan_ok=True)
    assert (here["conf_low"], here["conf_high"]) == pytest.approx((-swapped["conf_high"], -swapped["conf_low"]))
    assert (here["p_value"], here["share_now"]) == pytest.approx(
        (swapped["p_value"], swapped["share_before"]), nan_ok=True
    )


def test_known_truth_is_found_with_many_pairs() -> None:
    # Before favourable with chance 0.3; of the others half turn favourable, none turns back: the change is 0.35.
    draw = np.random.default_rng(7)
    was = draw.random(20_000) < 0.3
    is_now = was | (draw.random(20_000) < 0.5)
    row = estimate([(5 if before else 2, 5 if now else 2) for before, now in zip(was, is_now, strict=True)]).iloc[0]
    assert row["estimate"] == pytest.approx(0.35, abs=0.015)
    assert row["conf_low"] < 0.35 < row["conf_high"]


def test_each_area_has_its_own_row_and_nobody_a_note() -> None:
    frame = estimate([(3, 4), (3, None), (2, 5), (None, None)], areas=("north", "south"))
    assert list(frame.columns) == RETROSPECTIVE_COLUMNS
    assert frame["area"].tolist() == ["north", "south"]
    assert frame["base_n"].tolist() == [2, 0]
    assert frame["note"].tolist() == ["", NO_PAIRS]
    assert frame.loc[1, ["estimate", "conf_low", "mean_now", "t"]].isna().all()
    assert frame.loc[1, "mean_before_all"] == 3


@pytest.mark.parametrize("pairs", [[(2, 4)], [(2, 4), (1, 3), (3, 5)]])
def test_t_is_missing_when_one_person_answered_or_all_moved_alike(pairs: list[tuple[int, int]]) -> None:
    row = estimate(pairs).iloc[0]
    assert math.isnan(row["t"])
    assert math.isnan(row["p_value"])
    assert row["mean_change"] == 2


def test_without_such_questions_the_table_is_empty() -> None:
    frame = estimate([(3, 4)], before_by_item={})
    assert frame.empty
    assert list(frame.columns) == RETROSPECTIVE_COLUMNS


def test_the_same_answer_twice_is_refused() -> None:
    answers = pd.DataFrame({"wave": "w1", "respondent_id": ["a", "a"], "item": "now", "level": [1, 2]})
    places = pd.DataFrame({"wave": ["w1"], "respondent_id": ["a"], "area": ["all"]})
    with pytest.raises(ValueError, match="more than one row"):
        estimate_retrospective(
            answers, places, before_by_item={}, favourable={}, wave="w1", area_ids=["all"], conf_level=0.95
        )


SHARED = os.environ.get("EVALUATION_SHARED")


@pytest.mark.skipif(SHARED is None, reason="EVALUATION_SHARED names no folder of real exports")
@pytest.mark.parametrize(
    ("position", "means", "t", "pairs"), [(0, (3.09, 3.92), 13.64, 351), (2, (2.43, 3.49), 15.34, 348)]
)
def test_the_published_means_and_t_of_a_real_survey_come_out(
    position: int, means: tuple[float, float], t: float, pairs: int
) -> None:
    # The paper subtracts after from before, so its t is negative; its means are of all who answered each question.
    table = pd.read_csv(Path(str(SHARED)) / "real" / "canvas-sta107" / "quantitative_analysis_data.csv")
    both = table.iloc[:, position : position + 2].astype("object").to_numpy()
    row = estimate([tuple(None if value != value else int(value) for value in pair) for pair in both]).iloc[0]
    assert (row["mean_before_all"], row["mean_now_all"]) == pytest.approx(means, abs=0.005)
    assert row["t"] == pytest.approx(t, abs=0.005)
    assert row["base_n"] == pairs
