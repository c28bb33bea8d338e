"""Whether a change in shares and the model of all answers say the same, row by row."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pipeline.statistics.agreement import compare_share_with_model
from pipeline.statistics.wave import WaveEstimates

INTERVALS = {
    "rise": (0.1, 0.9),
    "fall": (-0.9, -0.1),
    "unclear": (-0.1, 0.1),
    "no estimate": (math.nan, math.nan),
}


def table(*directions: str, wave: str = "wave-2") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"item": f"item-{number}", "area": "all", "baseline_wave": "wave-1", "comparison_wave": wave}
            | dict(zip(("conf_low", "conf_high"), INTERVALS[direction], strict=True))
            | {"note": ""}
            for number, direction in enumerate(directions)
        ]
    )


@pytest.mark.parametrize("model", INTERVALS)
@pytest.mark.parametrize("share", INTERVALS)
def test_each_direction_is_told_and_only_equal_ones_agree(share: str, model: str) -> None:
    (row,) = compare_share_with_model(table(share), table(model)).to_dict("records")
    assert (row["share"], row["model"], row["agree"]) == (share, model, share == model)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.4), (-0.4, 0.0)])
def test_an_interval_that_ends_at_nought_is_unclear(low: float, high: float) -> None:
    touching = table("rise").assign(conf_low=low, conf_high=high)
    assert compare_share_with_model(touching, table("rise"))["share"].tolist() == ["unclear"]


def test_rows_are_compared_by_item_and_area_not_by_their_order() -> None:
    compared = compare_share_with_model(table("rise", "fall"), table("rise", "fall").iloc[::-1])
    assert compared["agree"].tolist() == [True, True]


def test_the_tiny_survey_is_compared_in_every_item_and_area(tiny_estimates: WaveEstimates) -> None:
    compared = compare_share_with_model(tiny_estimates.changes_by_item_area, tiny_estimates.model_changes_by_item_area)
    assert len(compared) == 8
    rows = compared.set_index(["item", "area"])
    assert rows.loc[("sure", "all-three"), ["share", "model"]].tolist() == ["rise", "rise"]
    # Everybody in Barnet was unsure before and sure after: the penalised model is finite there too.
    assert rows.loc[("sure", "barnet"), ["share", "model"]].tolist() == ["rise", "rise"]


def test_without_a_baseline_there_is_nothing_to_compare() -> None:
    assert compare_share_with_model(table("rise").iloc[:0], table("rise").iloc[:0]).empty
