"""Run-chart rules: by hand, against critical values in print and from R, and what must always hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.improvement.run_charts import (
    crossings_limit,
    draw_up_run_chart,
    has_few_crossings,
    has_long_run,
    has_too_few_runs,
    has_too_many_runs,
    longest_run_limit,
    mark_shift,
    mark_trend,
    run_limits,
)


def series(values: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range("2024-01-01", periods=len(values), freq="MS"), "value": values})


def sides(pattern: str) -> np.ndarray:
    """Return values about a centre of 0: + above, - below, 0 on it."""
    return np.array([{"+": 1.0, "-": -1.0, "0": 0.0}[sign] for sign in pattern])


@pytest.mark.parametrize(
    ("pattern", "marked"),
    [
        ("+++++-", ""),
        ("++++++-", "0 1 2 3 4 5"),
        ("-++++++", "1 2 3 4 5 6"),
        # Points on the median are passed over: they neither end a run nor count in it.
        ("+++0+++", "0 1 2 4 5 6"),
        ("+++00++", ""),
        ("------", "0 1 2 3 4 5"),
    ],
)
def test_a_shift_is_six_points_on_one_side(pattern: str, marked: str) -> None:
    marks = mark_shift(sides(pattern), 0)
    assert " ".join(map(str, np.flatnonzero(marks))) == marked
    assert all(np.sign(sides(pattern)[marks != 0]) == marks[marks != 0])


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([1, 2, 3, 4], [0, 0, 0, 0]),
        ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]),
        ([9, 5, 4, 3, 2, 1, 7], [-1, -1, -1, -1, -1, -1, 0]),
        # Of equal neighbours the first counts: four different values are no trend, five are.
        ([1, 2, 2, 3, 4], [0, 0, 0, 0, 0]),
        ([1, 2, 2, 3, 4, 5], [1, 1, 0, 1, 1, 1]),
        # The peak belongs to the rise and to the fall.
        ([1, 2, 3, 4, 5, 4, 5], [1, 1, 1, 1, 1, 0, 0]),
        ([], []),
    ],
)
def test_a_trend_is_five_points_that_rise_or_fall(values: list[float], marks: list[int]) -> None:
    assert mark_trend(np.array(values, dtype=float)).tolist() == marks


# Swed & Eisenhart's table for 2.5 per cent in each tail, as in Siegel 1956, table F: the largest number of runs that
# is too few and the smallest that is too many.
@pytest.mark.parametrize(
    ("above", "below", "too_few", "too_many"),
    [(5, 5, 2, 10), (10, 10, 6, 16), (12, 12, 7, 19), (15, 15, 10, 22), (20, 20, 14, 28)],
)
def test_limits_of_runs_agree_with_print(above: int, below: int, too_few: int, too_many: int) -> None:
    assert run_limits(above, below) == (too_few + 1, too_many - 1)


@pytest.mark.parametrize(("above", "below"), [(5, 5), (4, 6), (2, 9), (7, 4)])
def test_limits_of_runs_agree_with_all_orders_written_out(above: int, below: int) -> None:
    orders = [order for order in product((0, 1), repeat=above + below) if sum(order) == above]
    runs = np.array([1 + sum(one != other for one, other in zip(order, order[1:], strict=False)) for order in orders])
    fewest, most = run_limits(above, below)
    assert (runs < fewest).mean() <= 0.025 < (runs < fewest + 1).mean()
    assert (runs > most).mean() <= 0.025 < (runs > most - 1).mean()


def test_anhoejs_limits_agree_with_r() -> None:
    # R 4.2: n <- 10:25; round(log2(n) + 3); qbinom(0.05, n - 1, 0.5)
    numbers = range(10, 26)
    assert [longest_run_limit(n) for n in numbers] == [6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 8, 8]
    assert [crossings_limit(n) for n in numbers] == [2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8]


def test_runs_that_are_too_few_or_too_many_speak_just_beyond_their_limits() -> None:
    # Five above and five below: 3 to 9 runs are usual.
    assert has_too_few_runs(sides("+++++-----"), 0)
    assert not has_too_few_runs(sides("++++-----+"), 0)
    assert has_too_many_runs(sides("+-+-+-+-+-"), 0)
    assert not has_too_many_runs(sides("+-+-+-+--+"), 0)


def test_a_run_is_unusually_long_and_crossings_unusually_few_just_beyond_their_limits() -> None:
    # Ten useful points: runs of up to 6 and two crossings or more are usual; a point on the median counts in neither.
    assert not has_long_run(sides("++++++0----"), 0)
    assert has_long_run(sides("+++0++++---"), 0)
    assert not has_few_crossings(sides("++0+++----+"), 0)
    assert has_few_crossings(sides("+++0++-----"), 0)


def test_a_quiet_series_has_a_median_and_no_signal() -> None:
    chart = draw_up_run_chart(series([3, 5, 6, 2, 1, 7, 8, 4, 9, 2, 8, 1]))
    assert chart.note == ""
    assert chart.signals == ()
    assert set(chart.points["centre"]) == {4.5}
    assert set(chart.points["rules"]) == {()}


def test_a_series_that_steps_up_is_marked_where_and_told_by_which_rules() -> None:
    chart = draw_up_run_chart(series([2, 1, 3, 2, 1, 3, 8, 9, 7, 9, 8, 7]))
    assert chart.signals == ("shift", "too few runs", "unusually few crossings")
    assert chart.points["rules"].tolist() == [("shift",)] * 12
    assert chart.marks["shift"].tolist() == [-1] * 6 + [1] * 6


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ([], "There are 0 points; a run chart needs at least 10 of them before its rules mean anything."),
        ([4], "There is 1 point; a run chart needs at least 10 of them before its rules mean anything."),
        (range(9), "There are 9 points; a run chart needs at least 10 of them before its rules mean anything."),
        ([1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 6],
         "Only 5 of 11 points lie off the median; "
         "a run chart needs at least 10 of them before its rules mean anything."),
    ],
)  # fmt: skip
def test_too_few_points_are_refused_with_the_reason(values: Sequence[float], note: str) -> None:
    chart = draw_up_run_chart(series(list(values)))
    assert chart.note == note
    assert chart.points["centre"].isna().all()
    assert chart.signals == ()
    assert chart.points["value"].tolist() == list(values)


def test_ten_points_off_the_median_are_enough() -> None:
    assert draw_up_run_chart(series(range(10))).note == ""


def test_a_series_in_which_a_date_is_missing_or_stands_twice_is_refused() -> None:
    table = series(range(12))
    with pytest.raises(ValueError, match="the date 2024-03-01 stands in two rows; one value a date is expected"):
        draw_up_run_chart(pd.concat([table, table.iloc[[2]]]))
    with pytest.raises(ValueError, match="a series needs a date and a value in every row"):
        draw_up_run_chart(table.assign(value=table["value"].where(table["value"] != 3)))


@given(st.lists(st.integers(0, 9), min_size=10, max_size=30))
@settings(max_examples=10, deadline=None)
def test_neither_the_order_of_rows_nor_the_unit_changes_a_signal_and_a_mirror_turns_its_marks(
    values: list[int],
) -> None:
    table = series([float(value) for value in values])
    chart = draw_up_run_chart(table)
    pd.testing.assert_frame_equal(draw_up_run_chart(table.sample(frac=1, random_state=1)).points, chart.points)
    assert draw_up_run_chart(table.assign(value=table["value"] * 0.1 + 7)).signals == chart.signals
    mirrored = draw_up_run_chart(table.assign(value=-table["value"]))
    assert mirrored.signals == chart.signals
    pd.testing.assert_frame_equal(mirrored.marks.set_index("date"), -chart.marks.set_index("date"))
