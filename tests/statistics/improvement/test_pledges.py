"""Pledges kept, with bounds over those nobody followed up: by hand, and against the figures of a printed study."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.improvement.pledges import PLEDGE_COLUMNS, STATUSES, summarise_pledges

PLEDGES = pd.DataFrame(
    [
        ("a", "p1", ["barnet"], "words", "own", "kept"),
        ("b", "p1", ["barnet"], "training", "beyond", "partly"),
        ("c", "p2", ["barnet", "camden"], "words", "own", "unknown"),
        ("d", "p3", ["camden"], "words", "own", "not kept"),
        ("e", "p4", ["camden"], "training", "beyond", "unknown"),
    ],
    columns=["pledge", "person", "areas", "theme", "scope", "status"],
)
ONE_SIGMA = math.erf(1 / math.sqrt(2))


def rows(pledges: pd.DataFrame = PLEDGES, conf_level: float = 0.95) -> pd.DataFrame:
    summary = summarise_pledges(pledges, dimensions=["theme", "areas", "scope"], conf_level=conf_level)
    return summary.set_index(["dimension", "value"])


def test_pledges_are_counted_by_status_and_kept_ones_as_a_share_of_those_followed_up() -> None:
    every = rows(conf_level=ONE_SIGMA).loc[("every-pledge", "every-pledge")]
    assert every[["made", *STATUSES]].tolist() == [5, 1, 1, 1, 2]
    assert (every["count"], every["base_n"], every["people_n"]) == (1, 3, 4)
    # z = 1, 1 of 3: centre (1/3 + 1/6) / (4/3) = 3/8; reach sqrt(2/27 + 1/36) / (4/3) = sqrt(11/108) * 3/4.
    assert every["conf_low"] == pytest.approx(3 / 8 - math.sqrt(11 / 108) * 3 / 4)
    assert every["conf_high"] == pytest.approx(3 / 8 + math.sqrt(11 / 108) * 3 / 4)


def test_the_bounds_take_all_that_was_not_followed_up_as_kept_or_none() -> None:
    every = rows().loc[("every-pledge", "every-pledge")]
    assert (every["worst_case"], every["best_case"]) == (1 / 5, 3 / 5)


def test_a_pledge_of_two_areas_counts_in_both_and_once_in_all() -> None:
    table = rows()
    assert table.loc[("areas", "barnet"), "made"] == 3
    assert table.loc[("areas", "camden"), "made"] == 3
    assert table.loc[("scope", "own"), ["made", "kept", "unknown"]].tolist() == [3, 1, 1]
    assert table.loc[("theme", "training"), ["made", "partly", "unknown"]].tolist() == [2, 1, 1]


def test_without_follow_up_the_share_is_missing_and_its_bounds_are_nought_and_one() -> None:
    every = rows(PLEDGES.assign(status="unknown")).loc[("every-pledge", "every-pledge")]
    assert math.isnan(every["estimate"])
    assert every["note"] == "No pledge was followed up."
    assert (every["worst_case"], every["best_case"]) == (0, 1)


def test_without_pledges_there_is_one_row_that_says_so() -> None:
    none = rows(PLEDGES.iloc[:0])
    assert none["note"].tolist() == ["No pledge was made."]
    assert pd.isna(none["best_case"]).all()


def test_an_unknown_status_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="'done' is no status of a pledge; expected one of kept, partly, not kept"):
        rows(PLEDGES.assign(status="done"))


def test_the_figures_of_fjortoft_2007_come_out() -> None:
    # 56 statements followed up, 70 per cent of them fully implemented (PMC2690921).
    statuses = ["kept"] * 39 + ["partly"] * 10 + ["not kept"] * 7
    pledges = pd.DataFrame(
        {"pledge": range(56), "person": range(56), "theme": "t", "areas": [["x"]] * 56, "scope": "own"}
    ).assign(status=statuses)
    assert round(100 * rows(pledges).loc[("every-pledge", "every-pledge"), "estimate"]) == 70


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=30))
@settings(max_examples=20, deadline=None)
def test_counts_add_up_and_the_bounds_hold_what_the_follow_up_would_show(statuses: list[str]) -> None:
    pledges = pd.DataFrame({"pledge": range(len(statuses)), "person": 1, "status": statuses})
    every = summarise_pledges(pledges, dimensions=[], conf_level=0.95)
    assert list(every.columns) == PLEDGE_COLUMNS
    row = every.iloc[0]
    assert row[list(STATUSES)].sum() == row["made"] == len(statuses)
    for kept_of_unknown in range(statuses.count("unknown") + 1):
        share = (statuses.count("kept") + kept_of_unknown) / len(statuses)
        assert row["worst_case"] <= share <= row["best_case"]
