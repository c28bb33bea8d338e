"""XmR limits and Making Data Count's rules: by hand, and against the published tests and output of NHSRplotthedots.

Values of NHSRplotthedots (MIT licence) are facts taken from its tests; what the two-of-three rule says since late 2023
is tested with sets of our own, since that package still has it as it was before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.improvement.series import SeriesChart
from pipeline.statistics.improvement.xmr_charts import (
    Improvement,
    XmrLimits,
    assure,
    draw_up_xmr_chart,
    mark_one_side,
    mark_outside,
    mark_trend,
    mark_two_of_three,
    variation_by_point,
    xmr_limits,
)

# R: set.seed(123); rnorm(20). NHSRplotthedots' test of its limits prints mean 0.142, lpl -3.01, upl 3.29.
R_NORMAL = [
    -0.560475647, -0.230177489, 1.558708314, 0.070508391, 0.129287735, 1.715064987, 0.460916206, -1.265061235,
    -0.686852852, -0.445661970, 1.224081797, 0.359813827, 0.400771451, 0.110682716, -0.555841135, 1.786913137,
    0.497850478, -1.966617157, 0.701355902, -0.472791408,
]  # fmt: skip
QUIET = [5.0, 7, 4, 6, 5, 7, 4, 6, 5, 7, 4, 6, 5]
# A mean of 0 with limits at -+3, so that 2 is two thirds of the way.
UNIT = XmrLimits(centre=0.0, lower=-3.0, upper=3.0, mean_range=3 / 2.66, range_upper=3.267 * 3 / 2.66)


def series(values: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range("2024-01-01", periods=len(values), freq="MS"), "value": values})


def signs(values: Sequence[float]) -> np.ndarray:
    return np.array(values, dtype=float)


def test_limits_by_hand() -> None:
    # Mean 4; ranges 4, 2 and 0, mean 2.
    limits = xmr_limits(signs([2, 6, 4, 4]))
    assert limits.centre == 4
    assert limits.mean_range == 2
    assert limits.upper == pytest.approx(4 + 2.66 * 2)
    assert limits.lower == pytest.approx(4 - 2.66 * 2)
    assert limits.range_upper == pytest.approx(3.267 * 2)


def test_limits_agree_with_the_published_output() -> None:
    limits = xmr_limits(signs(R_NORMAL), screened=True)
    assert (round(limits.centre, 3), round(limits.lower, 2), round(limits.upper, 2)) == (0.142, -3.01, 3.29)


def test_screening_leaves_one_large_range_out_once() -> None:
    values = signs([0, 1] * 8 + [30])
    # Fifteen ranges of 1 and one of 29.
    assert xmr_limits(values).mean_range == pytest.approx((15 + 29) / 16)
    assert xmr_limits(values, screened=True).mean_range == 1
    assert xmr_limits(signs([4] * 5), screened=True).mean_range == 0


def test_a_point_outside_the_limits_is_marked_and_one_on_a_limit_is_not() -> None:
    assert mark_outside(signs([3, 3.01, -3, -3.01, 0]), UNIT).tolist() == [0, 1, 0, -1, 0]


# The cases of the package's tests of seven points on one side, given there as sides of the mean.
@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([], []),
        ([1] * 6, [0] * 6),
        ([1] * 6 + [-1], [0] * 7),
        ([1] * 8 + [-1], [1] * 8 + [0]),
        ([-1] * 8 + [1], [-1] * 8 + [0]),
        # A point on the mean ends a run.
        ([1] * 4 + [0] + [1] * 4, [0] * 9),
    ],
)
def test_seven_points_on_one_side_are_marked(values: list[float], marks: list[int]) -> None:
    assert mark_one_side(signs(values), UNIT).tolist() == marks


# The cases of the package's tests of seven-point trends, and two of our own on repeated values.
@pytest.mark.parametrize(
    ("values", "marks"),
    [
        (range(1, 7), [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        (range(1, 8), [1] * 7),
        ([2, *range(1, 8), 3], [0] + [1] * 7 + [0]),
        (range(7, 0, -1), [-1] * 7),
        ([2, *range(7, 0, -1), 3], [0] + [-1] * 7 + [0]),
        ([1, 2, 3, 3, 4, 5, 6, 7], [1, 1, 1, 0, 1, 1, 1, 1]),
        ([5, 5, 5, 5, 5, 5, 5], [0] * 7),
    ],
)
def test_seven_points_that_rise_or_fall_are_marked(values: Sequence[float], marks: list[int]) -> None:
    assert mark_trend(signs(list(values)), UNIT).tolist() == marks


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        # As before late 2023, in the package's own cases: two of three between two thirds and the limit.
        ([2.5, 1, 2.5], [1, 0, 1]),
        ([1, 2.5, 2.5], [0, 1, 1]),
        ([2.5, 2.5, 1], [1, 1, 0]),
        ([1, 1, 2.5, 1, 2.5, 1, 1], [0, 0, 1, 0, 1, 0, 0]),
        ([2.5, 1, 1, 2.5], [0, 0, 0, 0]),
        ([2.5, 1, 1, 2.5, 2.5], [0, 0, 0, 1, 1]),
        # Since then a point beyond the limit counts among the two.
        ([3.5, 3.5, 2.5], [1, 1, 1]),
        ([3.5, 1, 2.5], [1, 0, 1]),
        ([-2.5, -3.5, -1], [-1, -1, 0]),
        # All three on one side, and the third not marked unless far out itself.
        ([2.5, 2.5, -1], [0, 0, 0]),
        ([2.5, 0, 2.5], [0, 0, 0]),
        ([2.5, -2.5, 2.5], [0, 0, 0]),
        # On the two thirds is not beyond them.
        ([2, 2, 2], [0, 0, 0]),
    ],
)
def test_two_of_three_far_out_are_marked_as_since_late_2023(values: list[float], marks: list[int]) -> None:
    assert mark_two_of_three(signs(values), UNIT).tolist() == marks


def test_two_far_points_on_opposite_sides_are_common_cause_as_in_the_published_test() -> None:
    chart = draw_up_xmr_chart(series([1.0, -1] * 7 + [5.5, -5.5]), screened=True)
    assert chart.points["rules"].tolist()[-2:] == [(), ()]


def test_a_quiet_series_has_limits_and_no_signal() -> None:
    chart = draw_up_xmr_chart(series(QUIET))
    assert (chart.signals, chart.note) == ((), "")
    assert set(variation_by_point(chart, "high")) == {"common cause"}
    assert chart.points["moving_range"].tolist()[1:3] == [2, 3]


@pytest.mark.parametrize(("points", "note"), [(1, "There is 1 point; limits mean little before 13."),
                                              (12, "There are 12 points; limits mean little before 13.")])  # fmt: skip
def test_too_few_points_are_refused_with_the_reason(points: int, note: str) -> None:
    chart = draw_up_xmr_chart(series(QUIET[:points]))
    assert chart.note == note
    assert chart.points[["centre", "lower", "upper"]].isna().all(axis=None)
    assert variation_by_point(chart, "high") == [None] * points
    assert assure(chart, 4, "high") is None


def test_a_rebased_series_has_limits_of_its_own_in_each_stretch_and_no_rule_reaches_over() -> None:
    table = series([*QUIET, *(value + 20 for value in QUIET)])
    rebased = draw_up_xmr_chart(table, rebased_on=[table["date"].iloc[13].date()])
    means = rebased.points["centre"].unique().tolist()
    assert means == [pytest.approx(71 / 13), pytest.approx(71 / 13 + 20)]
    assert rebased.signals == ()
    assert "seven on one side" in draw_up_xmr_chart(table).signals


def test_a_stretch_that_is_too_short_has_no_limits_and_is_told() -> None:
    table = series([*QUIET, 25, 27, 24])
    chart = draw_up_xmr_chart(table, rebased_on=[dt.date(2025, 2, 1)])
    assert chart.note == "Of 2 stretches 1 with too few points for limits (3); limits mean little before 13."
    assert chart.points["centre"].isna().tolist() == [False] * 13 + [True] * 3


@pytest.mark.parametrize("date", [dt.date(2024, 1, 1), dt.date(2026, 1, 1)])
def test_limits_cannot_be_drawn_anew_outside_the_series(date: dt.date) -> None:
    with pytest.raises(
        ValueError, match=f"limits cannot be drawn anew on {date:%Y-%m-%d}: no points lie on both sides"
    ):
        draw_up_xmr_chart(series(QUIET), rebased_on=[date])


def ending(*last: float) -> SeriesChart:
    return draw_up_xmr_chart(series([*QUIET * 2, *last]))


@pytest.mark.parametrize(
    ("last", "improvement", "variation"),
    [
        (40, "high", "improvement high"),
        (40, "low", "concern high"),
        (40, "neither", "neither high"),
        (-40, "high", "concern low"),
        (-40, "low", "improvement low"),
        (-40, "neither", "neither low"),
        (5, "high", "common cause"),
    ],
)
def test_the_latest_point_is_seen_from_the_way_that_is_better(
    last: float, improvement: Improvement, variation: str
) -> None:
    assert variation_by_point(ending(last), improvement)[-1] == variation


def test_where_rules_disagree_about_the_latest_point_improvement_is_told() -> None:
    # The last seven rise, which is better, and all lie below the mean, which is worse.
    chart = draw_up_xmr_chart(series([30.0, 34, 29, 33, 31, 35, 28, 30, 34, 10, 11, 12, 13, 14, 15, 16]))
    assert chart.marks[["trend of seven", "seven on one side"]].iloc[-1].tolist() == [1, -1]
    assert variation_by_point(chart, "high")[-1] == "improvement high"


@pytest.mark.parametrize(
    ("target", "improvement", "assurance"),
    [
        (-50, "high", "consistently meets"),
        (50, "high", "consistently misses"),
        (5, "high", "hit or miss"),
        (-50, "low", "consistently misses"),
        (50, "low", "consistently meets"),
        (50, "neither", None),
    ],
)
def test_a_target_is_met_missed_or_hit_by_chance(
    target: float, improvement: Improvement, assurance: str | None
) -> None:
    assert assure(draw_up_xmr_chart(series(QUIET)), target, improvement) == assurance


def test_a_limit_on_the_target_is_hit_or_miss() -> None:
    chart = draw_up_xmr_chart(series(QUIET))
    assert assure(chart, float(chart.points["lower"].iloc[0]), "high") == "hit or miss"


@given(st.lists(st.integers(0, 20), min_size=13, max_size=30), st.sampled_from([0.1, 3.0, -1.0]))
@settings(max_examples=12, deadline=None)
def test_the_unit_and_the_order_of_rows_change_no_signal(values: list[int], unit: float) -> None:
    table = series([float(value) for value in values])
    chart = draw_up_xmr_chart(table)
    pd.testing.assert_frame_equal(draw_up_xmr_chart(table.sample(frac=1, random_state=2)).points, chart.points)
    other = draw_up_xmr_chart(table.assign(value=table["value"] * unit))
    turned = chart.marks.set_index("date") * int(np.sign(unit))
    pd.testing.assert_frame_equal(other.marks.set_index("date"), turned)


@given(st.floats(-1e6, 1e6), st.integers(13, 30))
@settings(max_examples=12, deadline=None)
def test_a_series_that_never_changes_has_no_signal(value: float, points: int) -> None:
    assert draw_up_xmr_chart(series([value] * points)).signals == ()
