"""Two waves that did not ask the same: what is compared, what is only shown, and what is left out."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.data.drift import WORDED_DIFFERENTLY
from pipeline.statistics.agreement import compare_share_with_model
from pipeline.statistics.comparisons import DIFFERENT_NUMBERS_OF_LABELS
from pipeline.statistics.since_baseline import without_estimates
from pipeline.statistics.wave import WaveEstimates
from tests.two_waves import estimates_of, evaluation_with

EARLIER = ["Not sure"] * 6 + ["Rather sure"] * 4 + ["Very sure"] * 2
LATER = ["Not sure"] * 2 + ["Rather sure"] * 4 + ["Very sure"] * 6
REWORDED = {"wording": {"wave-1": "How sure?", "wave-2": "How certain?"}}
SAME = {"same_question_because": "it was tested"}
WAVES = {"wave-1": {"sure": EARLIER, "calm": EARLIER}, "wave-2": {"sure": LATER, "calm": LATER}}


def row(table: pd.DataFrame, item: str) -> pd.Series:
    return table[(table["item"] == item) & (table["area"] == "all")].iloc[0]


@pytest.fixture(scope="module")
def reworded() -> WaveEstimates:
    return estimates_of(evaluation_with(REWORDED), WAVES)


def test_a_reworded_item_has_its_shares_but_no_change(reworded: WaveEstimates) -> None:
    shares = reworded.shares_by_item_area_wave.query("item == 'sure' and area == 'all'")
    assert shares["estimate"].tolist() == pytest.approx([2 / 12, 6 / 12])
    for table in (reworded.changes_by_item_area, reworded.model_changes_by_item_area):
        assert row(table, "sure")[["estimate", "conf_low", "conf_high"]].isna().all()
        assert row(table, "sure")["note"] == WORDED_DIFFERENTLY
        assert row(table, "sure")["base_n_baseline"] == 12


def test_the_items_that_were_not_reworded_are_compared(reworded: WaveEstimates) -> None:
    assert row(reworded.counted_changes_by_item_area, "calm")["estimate"] == pytest.approx(4 / 12)
    assert 0 < row(reworded.changes_by_item_area, "calm")["estimate"] < 1
    assert row(reworded.changes_by_item_area, "calm")["note"] == ""


def test_share_and_model_agree_that_there_is_nothing_to_compare(reworded: WaveEstimates) -> None:
    both = compare_share_with_model(reworded.changes_by_item_area, reworded.model_changes_by_item_area)
    assert row(both, "sure")[["share", "model", "agree"]].tolist() == ["no estimate", "no estimate", True]


def test_a_reworded_item_that_is_declared_the_same_is_compared() -> None:
    estimates = estimates_of(evaluation_with(REWORDED | SAME), WAVES)
    assert row(estimates.counted_changes_by_item_area, "sure")["estimate"] == pytest.approx(4 / 12)
    assert row(estimates.changes_by_item_area, "sure")["note"] == ""
    assert row(estimates.model_changes_by_item_area, "sure")["note"] == ""
    assert estimates.wording_changes["compared"].tolist() == [True]


@pytest.fixture(scope="module")
def rescaled() -> WaveEstimates:
    evaluation = evaluation_with(SAME | {"scale": {"default": "sure", "wave-2": "marks"}})
    marks = ["0"] * 3 + ["1"] * 3 + ["2"] * 4 + ["3"] * 2
    return estimates_of(evaluation, WAVES | {"wave-2": {"sure": marks, "calm": LATER}})


def test_each_wave_counts_the_favourable_labels_of_its_own_scale(rescaled: WaveEstimates) -> None:
    shares = rescaled.shares_by_item_area_wave.query("item == 'sure' and area == 'all'")
    assert shares[["wave", "favourable_n"]].to_numpy().tolist() == [["wave-1", 2], ["wave-2", 6]]
    assert row(rescaled.changes_by_item_area, "sure")["estimate"] == pytest.approx(4 / 12)


def test_no_model_compares_scales_of_different_length(rescaled: WaveEstimates) -> None:
    model = row(rescaled.model_changes_by_item_area, "sure")
    assert pd.isna(model["estimate"])
    assert model["note"] == DIFFERENT_NUMBERS_OF_LABELS
    both = compare_share_with_model(rescaled.changes_by_item_area, rescaled.model_changes_by_item_area)
    assert row(both, "sure")["model"] == "left out"
    assert row(both, "sure")["agree"] is pd.NA


def test_each_wave_has_the_levels_of_its_own_scale(rescaled: WaveEstimates) -> None:
    spread = rescaled.distribution_by_item_area_wave.query("item == 'sure' and area == 'all'")
    assert spread[["wave", "level", "count"]].to_numpy().tolist() == [
        ["wave-1", 1, 6], ["wave-1", 2, 4], ["wave-1", 3, 2],
        ["wave-2", 1, 3], ["wave-2", 2, 3], ["wave-2", 3, 4], ["wave-2", 4, 2],
    ]  # fmt: skip


def test_tables_keep_the_order_of_the_settings(rescaled: WaveEstimates) -> None:
    shares = rescaled.shares_by_item_area_wave
    order = [(item, area, wave) for item in ("sure", "calm") for area in ("all", "camden") for wave in WAVES]
    assert list(shares[["item", "area", "wave"]].itertuples(index=False, name=None)) == order


def test_another_scale_without_a_reason_is_not_compared() -> None:
    evaluation = evaluation_with({"scale": {"default": "sure", "wave-2": "marks"}})
    estimates = estimates_of(evaluation, WAVES | {"wave-2": {"sure": ["3"] * 12, "calm": LATER}})
    assert pd.isna(row(estimates.changes_by_item_area, "sure")["estimate"])


def test_leaving_out_touches_no_other_item() -> None:
    changes = pd.DataFrame(
        {
            "item": ["a", "b"],
            "estimate": [0.1, 0.2],
            "conf_low": 0.0,
            "conf_high": 0.3,
            "base_n_baseline": 9,
            "note": "",
        }
    )
    left = without_estimates(changes, {"a": "Why."})
    assert left.loc[1].equals(changes.loc[1])
    assert left.loc[0, "note"] == "Why."
    assert left.loc[0, "base_n_baseline"] == 9
    assert left.loc[0, ["estimate", "conf_low", "conf_high"]].isna().all()


def test_a_retrospective_pair_is_estimated_for_the_wave_of_the_report() -> None:
    before = {"id": "was-sure", "measure": "Was", "short_name": "Was sure", "scale": "sure", "wording": "How before?"}
    evaluation = evaluation_with({"before": "was-sure"}, before)
    answers = {"sure": LATER, "calm": LATER, "was-sure": EARLIER}
    estimates = estimates_of(evaluation, {"wave-1": answers, "wave-2": answers})
    pairs = estimates.retrospective_by_item_area
    assert pairs[["item", "before_item", "area", "wave", "base_n"]].to_numpy().tolist() == [
        ["sure", "was-sure", "all", "wave-2", 12],
        ["sure", "was-sure", "camden", "wave-2", 12],
    ]
    assert pairs["estimate"].tolist() == pytest.approx([4 / 12, 4 / 12])


def test_where_one_answer_is_given_throughout_the_change_is_as_counted() -> None:
    everyone = {"sure": ["Very sure"] * 12, "calm": EARLIER}
    estimates = estimates_of(evaluation_with(), {"wave-1": everyone, "wave-2": everyone})
    lead = row(estimates.changes_by_item_area, "sure")
    assert (lead["estimate"], lead["method"], lead["note"]) == (0, "Newcombe", "")
    assert lead["conf_low"] < 0 < lead["conf_high"]
    shares = estimates.standardised_shares_by_item_area_wave.query("item == 'sure' and area == 'all'")
    assert shares["estimate"].tolist() == [1, 1]
    model = row(estimates.model_changes_by_item_area, "sure")
    assert pd.isna(model["estimate"]) and model["note"].startswith("Everyone gave the same answer")


def test_a_change_between_other_scales_is_as_counted(rescaled: WaveEstimates) -> None:
    lead = row(rescaled.changes_by_item_area, "sure")
    assert (lead["estimate"], lead["method"]) == (pytest.approx(4 / 12), "Newcombe")
    assert row(rescaled.changes_by_item_area, "calm")["method"] != "Newcombe"


def test_where_nobody_is_favourable_each_time_the_interval_is_as_wide_as_counting_makes_it() -> None:
    low = ["Not sure"] * 8 + ["Rather sure"] * 4
    estimates = estimates_of(evaluation_with(), {wave: {"sure": low, "calm": EARLIER} for wave in ("wave-1", "wave-2")})
    for table in (estimates.changes_by_item_area, estimates.changes_alone_by_item_area):
        assert row(table, "sure")["method"] == "Newcombe"
        # 0 of 12, twice: Wilson's upper limit of each is 24 %.
        assert row(table, "sure")["conf_high"] == pytest.approx(0.2425, abs=1e-3)
    assert row(estimates.changes_by_item_area, "calm")["method"] != "Newcombe"
