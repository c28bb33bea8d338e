"""Every estimate of the tiny survey against counts made by hand from its rows in tests/conftest.py."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import WaveEstimates, estimate_wave

AREAS = ["all-three", "barnet", "camden", "enfield"]


@pytest.fixture(scope="module")
def of_baseline(tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation) -> WaveEstimates:
    return estimate_wave(tiny_cleaned, tiny_evaluation, "wave-1")


def test_people_are_counted_by_area_and_wave(tiny_estimates: WaveEstimates) -> None:
    # One person of each wave works in Barnet and Camden; the late answer from Enfield is set aside.
    counted = tiny_estimates.respondents_by_area_wave.pivot(index="area", columns="wave", values="base_n")
    assert counted.loc[AREAS].to_numpy().tolist() == [[9, 11], [4, 5], [4, 4], [2, 3]]


def test_favourable_answers_and_bases_are_counted_by_item_area_and_wave(tiny_estimates: WaveEstimates) -> None:
    shares = tiny_estimates.shares_by_item_area_wave.set_index(["item", "area", "wave"])
    counts = {
        key: (favourable, base)
        for key, favourable, base in zip(shares.index, shares["favourable_n"], shares["base_n"], strict=True)
    }
    assert counts == {
        # sure: "Sure" and "Very sure" are favourable.
        ("sure", "all-three", "wave-1"): (1, 9),
        ("sure", "all-three", "wave-2"): (9, 11),
        ("sure", "barnet", "wave-1"): (0, 4),
        ("sure", "barnet", "wave-2"): (5, 5),
        ("sure", "camden", "wave-1"): (1, 4),
        ("sure", "camden", "wave-2"): (3, 4),
        ("sure", "enfield", "wave-1"): (0, 2),
        ("sure", "enfield", "wave-2"): (2, 3),
        # known: "Much" is; one "Don't know" (Camden, first wave) and one blank (Camden, second) are in no base.
        ("known", "all-three", "wave-1"): (1, 8),
        ("known", "all-three", "wave-2"): (3, 10),
        ("known", "barnet", "wave-1"): (0, 4),
        ("known", "barnet", "wave-2"): (1, 5),
        ("known", "camden", "wave-1"): (1, 3),
        ("known", "camden", "wave-2"): (1, 3),
        ("known", "enfield", "wave-1"): (0, 2),
        ("known", "enfield", "wave-2"): (1, 3),
    }
    assert shares["estimate"].to_dict() == pytest.approx({key: n / base for key, (n, base) in counts.items()})


def test_a_change_is_the_later_share_minus_the_earlier(tiny_estimates: WaveEstimates) -> None:
    changes = tiny_estimates.counted_changes_by_item_area.set_index(["item", "area"])["estimate"]
    assert changes[("sure", "all-three")] == pytest.approx(9 / 11 - 1 / 9)
    assert changes[("sure", "camden")] == pytest.approx(3 / 4 - 1 / 4)
    assert changes[("known", "camden")] == pytest.approx(0)


def test_every_item_and_area_has_one_change_by_share_and_one_by_model(tiny_estimates: WaveEstimates) -> None:
    expected = {(item, area) for item in ("known", "sure") for area in AREAS}
    for table in (tiny_estimates.changes_by_item_area, tiny_estimates.model_changes_by_item_area):
        assert set(zip(table["item"], table["area"], strict=True)) == expected
        assert len(table) == len(expected)
        assert set(table["baseline_wave"]) == {"wave-1"}
        assert set(table["comparison_wave"]) == {"wave-2"}


def test_people_in_both_waves_are_linked_by_their_code(tiny_estimates: WaveEstimates) -> None:
    # All: Ha, Lo, Ma, Ri and Ta. Barnet: Ha, Lo, Ma. Camden: Ma, Ri. Enfield: Ta.
    linked = tiny_estimates.linked_by_area.set_index("area")["base_n"]
    assert linked.to_dict() == {"all-three": 5, "barnet": 3, "camden": 2, "enfield": 1}


def test_answers_are_spread_over_the_whole_scale_unused_levels_included(tiny_estimates: WaveEstimates) -> None:
    spread = tiny_estimates.distribution_by_item_area_wave.query(
        "item == 'sure' and area == 'all-three' and wave == 'wave-2'"
    )
    # Not sure: nobody; a little sure: two; sure: six; very sure: three.
    assert spread["count"].tolist() == [0, 2, 6, 3]
    assert spread["level"].tolist() == [1, 2, 3, 4]
    assert set(spread["base_n"]) == {11}


def test_comments_and_submissions_are_counted(tiny_estimates: WaveEstimates) -> None:
    assert tiny_estimates.comments_by_question_wave["base_n"].tolist() == [3, 2]
    assert tiny_estimates.submissions_by_wave.to_dict("list") == {
        "wave": ["wave-1", "wave-2"],
        "received": [9, 12],
        "used": [9, 11],
    }


def test_sectors_are_counted_in_the_whole_area(tiny_estimates: WaveEstimates) -> None:
    counts = tiny_estimates.respondents_by_sector_area_wave.set_index(["sector", "area", "wave"])["base_n"]
    whole = {(sector, wave): counts[(sector, "all-three", wave)] for sector, _, wave in counts.index}
    assert whole == {
        ("health", "wave-1"): 5,
        ("health", "wave-2"): 6,
        ("schools", "wave-1"): 4,
        ("schools", "wave-2"): 5,
        ("not-stated", "wave-1"): 0,
        ("not-stated", "wave-2"): 0,
    }


def test_the_first_wave_has_shares_and_counts_but_no_change_and_no_link(of_baseline: WaveEstimates) -> None:
    assert of_baseline.changes_by_item_area.empty
    assert of_baseline.model_changes_by_item_area.empty
    assert of_baseline.linked_by_area.empty
    assert set(of_baseline.shares_by_item_area_wave["wave"]) == {"wave-1"}
    assert of_baseline.respondents_by_area_wave["base_n"].tolist() == [9, 4, 4, 2]


def test_the_first_wave_s_tables_have_the_columns_of_the_second_s(
    of_baseline: WaveEstimates, tiny_estimates: WaveEstimates
) -> None:
    for field in fields(WaveEstimates):
        first, second = (set(getattr(tables, field.name).columns) for tables in (of_baseline, tiny_estimates))
        assert first == second, field.name


def test_a_wave_is_estimated_alike_whatever_the_order_of_its_rows(
    tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation, tiny_estimates: WaveEstimates
) -> None:
    turned = CleanedTables(
        **{
            field.name: getattr(tiny_cleaned, field.name).iloc[::-1].reset_index(drop=True)
            for field in fields(CleanedTables)
        }
    )
    for field in fields(WaveEstimates):
        again = getattr(estimate_wave(turned, tiny_evaluation, "wave-2"), field.name)
        pd.testing.assert_frame_equal(again, getattr(tiny_estimates, field.name), obj=field.name)
