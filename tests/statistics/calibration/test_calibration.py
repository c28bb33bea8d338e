"""The calibration: what is scored, how it is summed up, and which bounds it must keep."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from pipeline.statistics.calibration.scenarios import TRIALS, Trial
from pipeline.statistics.calibration.scoring import Score, score_survey
from pipeline.statistics.calibration.summary import Tally, bounds, summarise, tally_surveys


def score(estimate: float, low: float, high: float, truth: float, figure: str = "everyone, share") -> Score:
    return Score(figure, estimate, low, high, truth)


def test_coverage_width_and_bias_are_those_of_a_hand() -> None:
    surveys = [
        [score(1, 0, 2, 0.5), score(1, 0, 2, 3.0)],  # one of two intervals holds its truth
        [score(2, 1, 3, 2.0), score(2, 1, 3, 1.0)],  # both do
        [score(np.nan, np.nan, np.nan, 1.0)],  # there was none
    ]
    table = summarise({"null": tally_surveys(surveys)})
    row = table.iloc[0]
    assert (row["surveys"], row["intervals"], row["without"]) == (2, 4, 1)
    assert row["coverage"] == pytest.approx((0.5 + 1) / 2)
    # Over the two surveys: SD of (1/2, 1) is 1/4, over the root of two.
    assert row["mc_error"] == pytest.approx(0.25 / np.sqrt(2))
    assert row["width"] == pytest.approx(2)
    assert row["bias"] == pytest.approx((0.5 - 2 + 0 + 1) / 4)
    assert row["rmse"] == pytest.approx(np.sqrt((0.25 + 4 + 0 + 1) / 4))


def test_batches_add_up_in_any_order() -> None:
    one, two = [score(1, 0, 2, 0.5)], [score(1, 0, 2, 3.0)]
    together = tally_surveys([one, two])["everyone, share"]
    apart = Tally()
    for surveys in ([two], [one]):
        apart.merge(tally_surveys(surveys)["everyone, share"])
    assert apart == together


@pytest.mark.parametrize(
    ("trial", "figure", "expected"),
    [
        ("null", "area alone, share", (0.95 - 0.03, 0.95 + 0.03)),
        ("null", "area pooled, share", (0.935, np.nan)),
        ("hidden-links", "everyone, share", (0.92, np.nan)),
        ("much-between", "area pooled, log-odds", (0.92, np.nan)),
        ("much-between", "area alone, log-odds", (0.95 - 0.03, 0.95 + 0.03)),
        ("null", "area pooled, log-odds", (0.935, np.nan)),
        ("null-hidden-links", "area pooled, share", (0.92, np.nan)),
        ("one-area-apart", "the area apart pooled, share", (np.nan, np.nan)),
        ("odds-not-proportional", "everyone, superiority", (np.nan, np.nan)),
        ("odds-not-proportional", "area alone, share", (0.95 - 0.03, 0.95 + 0.03)),
    ],
)
def test_every_figure_has_the_bound_that_was_fixed(trial: str, figure: str, expected: tuple[float, float]) -> None:
    assert bounds(TRIALS[trial], figure, 0.01) == pytest.approx(expected, nan_ok=True)


def test_where_nothing_changed_no_figure_may_miss_more_than_the_nominal_level_allows() -> None:
    assert bounds(TRIALS["null"], "area pooled, log-odds", 0.002)[0] == pytest.approx(0.95 - 0.006)
    assert bounds(TRIALS["null-hidden-links"], "everyone, share", 0.002)[0] == pytest.approx(0.95 - 0.006)


def test_a_figure_outside_its_bounds_is_told() -> None:
    never = [[score(1, 0, 2, 3.0)]] * 50
    assert not summarise({"null": tally_surveys(never)})["kept"].any()
    # Some intervals of a survey miss in each: 97 of 100, with hardly any Monte-Carlo error, is too many.
    too_often = [[score(1, 0, 2, 1.0)] * 97 + [score(1, 0, 2, 3.0)] * 3] * 50
    assert not summarise({"null": tally_surveys(too_often)})["kept"].any()


def test_a_figure_that_is_often_lacking_is_not_kept() -> None:
    made, lacking = [score(1, 0, 2, 1.0)], [score(np.nan, np.nan, np.nan, 1.0)]
    stress = {"hidden-links": tally_surveys([made] * 99 + [lacking])}
    assert summarise(stress)["kept"].all()
    assert not summarise({"hidden-links": tally_surveys([made] * 90 + [lacking] * 10)})["kept"].any()
    never = summarise({"hidden-links": tally_surveys([lacking] * 3)})
    assert (len(never), never["kept"].any()) == (1, False)


def test_the_scenarios_are_what_their_names_say() -> None:
    rises = {key: trial.scenario.change for key, trial in TRIALS.items()}
    assert {key for key, rise in rises.items() if rise == 0} == {"null", "null-hidden-links"}
    assert {key for key, rise in rises.items() if rise != 0.8} == {"null", "null-hidden-links", "at-one-end"}
    assert [TRIALS[key].scenario.between_sd for key in ("alike", "some-between", "much-between")] == [0, 0.3, 0.6]
    assert TRIALS["false-links"].scenario.falsely_linked == 0.03
    hidden = TRIALS["hidden-links"].scenario
    assert (sum(hidden.returning), sum(hidden.linked)) == (43, 23)


def test_a_survey_is_scored_in_every_figure_against_the_truth_in_its_own_mix() -> None:
    large = replace(TRIALS["some-between"].scenario, people=((400,) * 5, (400,) * 5))
    scores = score_survey(Trial("Large", large), (1,))
    figures = {one.figure for one in scores}
    assert {"everyone, share", "area alone, log-odds", "area pooled, share", "everyone, superiority"} <= figures
    assert len([one for one in scores if one.figure == "area pooled, share"]) == 5
    # With two thousand people a wave every estimate is near its truth, or it aims at another one.
    for one in scores:
        assert one.estimate == pytest.approx(one.truth, abs=0.6 if "log-odds" in one.figure else 0.12), one.figure


def test_where_odds_are_not_proportional_no_log_odds_are_scored() -> None:
    figures = {one.figure for one in score_survey(TRIALS["odds-not-proportional"], (1,))}
    assert not any("log-odds" in figure for figure in figures)


def test_three_waves_are_scored_by_their_trend_too() -> None:
    figures = {one.figure for one in score_survey(TRIALS["three-waves"], (1,))}
    assert {"trend: everyone, share", "everyone, share"} <= figures


def test_the_same_seed_gives_the_same_scores() -> None:
    first, second = (score_survey(TRIALS["false-links"], (4, 2)) for _ in range(2))
    assert json.dumps([vars(one) for one in first]) == json.dumps([vars(one) for one in second])
