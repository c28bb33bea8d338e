"""Three waves: every pair, and the trend along a line through all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields

import pandas as pd
import pytest

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import estimate_change_of_all
from pipeline.statistics.estimands.standardised import StandardisedChange
from pipeline.statistics.wave import WaveEstimates
from tests.two_waves import SETTINGS, estimates_of

LABELS = ["Not sure", "Rather sure", "Very sure"]
# How many gave each answer, in each wave; the middles of the waves are 13, 28 and 43 days after the first of March.
COUNTS = {"wave-1": (12, 6, 2), "wave-2": (8, 8, 4), "wave-3": (4, 8, 8)}
ENDS = {"wave-1": "2023-04-02", "wave-2": "2023-05-02", "wave-3": "2023-06-01"}


def answers(low: int, middle: int, high: int) -> list[str]:
    return [label for label, count in zip(LABELS, (low, middle, high), strict=True) for _ in range(count)]


@pytest.fixture(scope="module")
def three() -> WaveEstimates:
    settings = copy.deepcopy(SETTINGS)
    wave = settings["waves"][0]
    settings["waves"] = [
        wave
        | {"id": name, "label": name, "fieldwork": {"start": "2023-03-06", "end": end}}
        | {"sources": [{"file": f"{name}/SYNTHETIC-a.csv", "platform": "google-forms"}]}
        for name, end in ENDS.items()
    ]
    given = {name: {"sure": answers(*counts), "calm": answers(8, 8, 4)} for name, counts in COUNTS.items()}
    return estimates_of(Evaluation.model_validate(settings), given)


def of_all(table: pd.DataFrame, item: str) -> pd.DataFrame:
    return table[(table["item"] == item) & (table["area"] == "all")]


def test_every_two_waves_are_compared(three: WaveEstimates) -> None:
    pairs = of_all(three.wave_pair_changes_by_item_area, "sure").set_index(["baseline_wave", "comparison_wave"])
    # Nothing is held fixed in one area, and the model smooths over three levels: near the counts of "Very sure".
    expected = {("wave-1", "wave-2"): 2 / 20, ("wave-1", "wave-3"): 6 / 20, ("wave-2", "wave-3"): 4 / 20}
    assert pairs["estimate"].to_dict() == pytest.approx(expected, abs=0.03)


def test_the_first_and_last_wave_are_the_pair_that_leads(three: WaveEstimates) -> None:
    lead = of_all(three.changes_by_item_area, "sure").iloc[0]
    pairs = of_all(three.wave_pair_changes_by_item_area, "sure")
    same = pairs[(pairs["baseline_wave"] == "wave-1") & (pairs["comparison_wave"] == "wave-3")].iloc[0]
    pd.testing.assert_series_equal(lead, same, check_names=False)


def test_the_trend_is_the_line_through_all_waves(
    three: WaveEstimates, make_answers: Callable[..., ItemAnswers]
) -> None:
    trend = of_all(three.trends_by_item_area, "sure").iloc[0]
    # From the middle of the first wave to that of the last are 30 days; the second lies half way.
    assert trend["years"] == pytest.approx(30 / 365.25)
    levels = [level for counts in COUNTS.values() for level, count in enumerate(counts, start=1) for _ in range(count)]
    expected = estimate_change_of_all(
        make_answers(levels, [0.0] * 20 + [0.5] * 20 + [1.0] * 20), favourable_from=3, conf_level=0.95
    )
    assert isinstance(expected.share, StandardisedChange)
    assert trend["estimate"] == pytest.approx(expected.share.change.estimate)
    assert trend["conf_low"] == pytest.approx(expected.share.change.conf_low)


def test_an_item_that_stays_has_no_trend(three: WaveEstimates) -> None:
    trend = of_all(three.trends_by_item_area, "calm").iloc[0]
    assert trend["estimate"] == pytest.approx(0, abs=1e-9)
    assert trend["conf_low"] < 0 < trend["conf_high"]


def test_no_table_holds_a_missing_figure_without_a_note(three: WaveEstimates) -> None:
    for field in fields(WaveEstimates):
        table = getattr(three, field.name)
        if {"estimate", "note"} <= set(table):
            assert (table["estimate"].notna() | (table["note"] != "")).all(), field.name
