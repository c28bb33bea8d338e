"""Proportional odds, and the change within a person: by R, by hand, and where the answers cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pipeline.statistics.checks.proportional_odds import ALONE, check_proportional_odds
from pipeline.statistics.checks.subject_specific import estimate_within_person
from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import Change, estimate_change_of_all
from pipeline.statistics.estimands.layout import Layout, lay_out
from pipeline.statistics.estimands.standardised import Figure
from pipeline.statistics.estimands.tables import Comparison
from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.random_part import NOBODY_TWICE

Make = Callable[..., ItemAnswers]
Survey2 = Callable[[str], ItemAnswers]
ITEMS = ["knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"]


def comparison(*items: str, not_compared: dict[str, str] | None = None) -> Comparison:
    return Comparison("wave-1", "wave-2", "all", [], dict.fromkeys(items, 4), 0.95, 0.5, not_compared or {})


def test_the_change_at_every_threshold_is_tested_as_r_does(survey2_answers: Survey2) -> None:
    table = check_proportional_odds({"conf_implement": survey2_answers("conf_implement")}, comparison("conf_implement"))
    row = table.iloc[0]
    # R's nominal_test of wave, and the Brant test of it beside borough and sector (by own R code).
    assert (row["lr_statistic"], row["lr_df"], row["lr_p_value"]) == pytest.approx((5.855759, 3, 0.118843), abs=1e-6)
    assert (row["brant_statistic"], row["brant_p_value"]) == pytest.approx((10.922383, 0.012153), abs=1e-6)
    assert row["note"] == ""


def test_where_areas_are_too_few_for_brant_the_change_is_tested_alone(survey2_answers: Survey2) -> None:
    table = check_proportional_odds({"waiting_room": survey2_answers("waiting_room")}, comparison("waiting_room"))
    assert table["note"].iloc[0].startswith(ALONE)
    assert np.isfinite(table["brant_p_value"].iloc[0])


def test_with_two_levels_there_is_nothing_to_test_and_that_is_said(make_answers: Make) -> None:
    answers = make_answers([1, 2, 1, 2, 2, 2, 1, 2], [0] * 4 + [1] * 4)
    row = check_proportional_odds({"sure": answers}, comparison("sure")).iloc[0]
    assert np.isnan(row["lr_p_value"])
    assert "one threshold" in row["note"]


def test_a_change_within_a_person_is_larger_than_that_of_people(survey2_answers: Survey2) -> None:
    answers = {item: survey2_answers(item) for item in ITEMS}
    table = estimate_within_person(answers, comparison(*ITEMS)).set_index("item")
    sd = table["person_sd"].unique()
    assert len(sd) == 1
    marginal = np.array(
        [log_odds(estimate_change_of_all(answers[item], favourable_from=4, conf_level=0.95)).estimate for item in ITEMS]
    )
    alone = fit_mixed(np.array(answers["plan"].level), one_row_each(answers["plan"]), answers["plan"].person, points=10)
    assert isinstance(alone, MixedFit)
    # The change and no threshold is reported: near that of the item by itself, whose SD differs.
    assert table.loc["plan", "estimate"] == pytest.approx(alone.beta[0], abs=0.35)
    # By about sqrt(1 + 0.35 sd^2) with the logistic link, over the items together.
    ratio = np.abs(table["estimate"]).sum() / np.abs(marginal).sum()
    assert ratio == pytest.approx(np.sqrt(1 + 0.35 * sd[0] ** 2), rel=0.15)
    assert ((table["conf_low"] < table["estimate"]) & (table["estimate"] < table["conf_high"])).all()


def one_row_each(answers: ItemAnswers) -> np.ndarray:
    layout = lay_out(answers, change_by_area=False)
    assert isinstance(layout, Layout)
    return layout.design


def log_odds(change: Change) -> Figure:
    assert isinstance(change.log_odds, Figure)
    return change.log_odds


def test_whoever_works_in_two_areas_is_one_row_with_a_part_in_each(survey2_answers: Survey2) -> None:
    answers = survey2_answers("plan")
    both = answers.areas.copy()
    both[answers.areas[:, 0], 1] = True
    several = {"plan": replace(answers, areas=both), "offer": survey2_answers("offer")}
    one = estimate_within_person(several, comparison("plan", "offer")).set_index("item").loc["plan"]
    assert np.isfinite([one["estimate"], one["std_error"]]).all()


def test_without_links_there_is_no_change_within_a_person_and_a_reason(survey2_answers: Survey2) -> None:
    table = estimate_within_person({"plan": survey2_answers("plan").as_strangers()}, comparison("plan"))
    assert table["estimate"].isna().all()
    assert table["note"].tolist() == [NOBODY_TWICE]


def test_items_that_are_not_compared_are_in_neither_check(survey2_answers: Survey2) -> None:
    answers, about = {"plan": survey2_answers("plan")}, comparison("plan", not_compared={"plan": "Why."})
    assert check_proportional_odds(answers, about).empty
    assert estimate_within_person(answers, about).empty
