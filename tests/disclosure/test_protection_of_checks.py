"""What leaves of checks, of pooling and of trends: rounded as their kind, and of single people a yes or a no."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from pipeline.disclosure.published import Published
from pipeline.statistics.wave import WaveEstimates, estimate_wave
from tests.disclosure.test_protection import (
    BASES,
    INTERVAL,
    blanks,
    changes,
    influence,
    of_pairs,
    p_values,
    reliability,
    sensitivity,
    standardised_shares,
)
from tests.protecting import protect_alone


@pytest.fixture
def publish(tiny_estimates: WaveEstimates) -> Any:
    """Publish the tables of a change with these bases in the whole area, some of them replaced."""

    def published(*pairs: tuple[int, int], minimum_base: int = 10, **tables: Any) -> Published:
        made = replace(tiny_estimates, **(of_pairs(*pairs) | tables))
        return protect_alone(made, minimum_base=minimum_base, whole_area="area-0")

    return published


def test_each_kind_of_change_is_rounded_as_its_kind(publish: Any) -> None:
    published = publish((12, 14))
    # 0.126 (-0.034 to 0.275) in whole points, and as pairs of a hundred; log 2 (-log 2 to log 8) as an odds ratio.
    for name in (
        "changes_by_item_area",
        "changes_alone_by_item_area",
        "superiority_by_item_area",
        "trends_by_item_area",
    ):
        assert getattr(published, name).iloc[0][INTERVAL].tolist() == [13, -3, 28], name
    for name in ("odds_ratios_by_item_area", "odds_ratios_pooled_by_item_area", "pooling_by_item"):
        assert getattr(published, name).iloc[0][INTERVAL].tolist() == [2.0, 0.5, 8.0], name
    assert published.trends_by_item_area["years"].tolist() == [1.2]
    means = published.mean_changes_by_item.iloc[0]
    assert means[["mean_baseline", "mean_comparison", *INTERVAL]].tolist() == [2.4, 3.0, 0.1, 0.0, 0.3]
    # A minus before nought would say that it is less.
    assert math.copysign(1, means["conf_low"]) == 1
    between = published.pooling_by_item.iloc[0]
    assert between[["between_sd", "between_sd_low", "between_sd_high", "own_weight"]].tolist() == [0.2, 0.0, 0.9, 13]
    assert published.detectable_changes_by_item_area["detectable"].tolist() == [25]


def test_a_standardised_share_has_the_base_of_its_wave_and_is_hidden_by_those_of_both(publish: Any) -> None:
    published = publish((12, 14), (12, 9)).standardised_shares_by_item_area_wave
    assert published["base_n"].fillna(-1).tolist() == [12, 14, -1, -1]
    assert published["status"].tolist() == ["", "", "[c]", "[c]"]
    assert published.iloc[0][INTERVAL].tolist() == [31, 20, 45]


def test_a_standardised_share_whose_bases_are_not_known_is_hidden(publish: Any) -> None:
    apart = standardised_shares((12, 14)).assign(area="elsewhere")
    published = publish((12, 14), standardised_shares_by_item_area_wave=apart)
    assert published.standardised_shares_by_item_area_wave["status"].tolist() == ["[c]", "[c]"]


def test_a_trend_through_a_wave_of_few_is_hidden_though_its_ends_are_not(publish: Any) -> None:
    # Twelve people, then five, then fourteen: the pairs are of 12 and 5, 12 and 14, 5 and 14.
    pairs = changes((12, 5), (12, 14), (5, 14)).assign(area="area-0")
    published = publish((12, 14), wave_pair_changes_by_item_area=pairs)
    assert published.wave_pair_changes_by_item_area["status"].tolist() == ["[c]", "", "[c]"]
    assert published.trends_by_item_area["status"].tolist() == ["[c]"]
    assert published.trends_by_item_area[[*INTERVAL, *BASES]].isna().all(axis=None)


def test_an_analysis_of_few_people_is_hidden_beside_those_of_many(publish: Any) -> None:
    # The people recognised in both waves are fewer than all.
    published = publish((50, 60), sensitivity_by_item=sensitivity((50, 60), (9, 9), (50, 60))).sensitivity_by_item
    assert published["status"].tolist() == ["", "[c]", ""]
    assert published.iloc[1][[*INTERVAL, *BASES]].isna().all()


@pytest.mark.parametrize(
    ("value", "printed"), [(0.0312, "0.031"), (0.5, "0.5"), (0.00101, "0.001"), (0.00099, "under 0.001"), (1.0, "1")]
)
def test_a_p_value_has_two_significant_digits_or_is_under_a_thousandth(
    publish: Any, value: float, printed: str
) -> None:
    table = publish((12, 14), p_values_by_item=p_values(value)).p_values_by_item
    assert table[["p_value", "p_holm", "p_false_discovery"]].iloc[0].tolist() == [printed] * 3
    assert table[BASES].iloc[0].tolist() == [12, 14]


def test_of_single_people_no_more_than_a_yes_or_a_no_is_told_and_only_of_a_clear_change(publish: Any) -> None:
    for clear, without, expected in ((True, True, ["", True]), (True, False, ["", False])):
        found = publish((12, 14), influence_by_item=influence(clear=clear, without=without)).single_person_by_item
        assert found[["status", "stays_clear"]].iloc[0].tolist() == expected
        assert set(found.columns) == {"item", "baseline_wave", "comparison_wave", "stays_clear", "status"}
    for clear, without in ((False, False), (None, None)):
        found = publish((12, 14), influence_by_item=influence(clear=clear, without=without)).single_person_by_item
        assert found["status"].tolist() == ["[x]"]
    assert publish((12, 9)).single_person_by_item["status"].tolist() == ["[c]"]


def test_a_scale_s_reliability_has_two_decimals_and_needs_the_minimum_base(publish: Any) -> None:
    table = publish((12, 14), reliability_by_wave=reliability(10, 9)).reliability_by_wave
    assert table["status"].tolist() == ["", "[c]"]
    assert table.iloc[0][[*INTERVAL, "base_n"]].tolist() == [0.66, 0.49, 0.79, 10]


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        ((50, 12, 11), [50, 12, 11]),
        # Of 65 people 50 answered: the 12 off the scale would tell of the 3 blanks.
        ((50, 12, 3), [50, -1, -1]),
        ((50, 0, 15), [50, -1, -1]),
        # Of 59 people: the 30 and 20 would tell of the 9.
        ((9, 30, 20), [-1, -1, -1]),
        ((9, 30, 2), [-1, -1, -1]),
    ],
)
def test_a_count_of_few_blanks_is_hidden_with_its_neighbour(
    publish: Any, kinds: tuple[int, int, int], shown: list[int]
) -> None:
    table = publish((12, 14), blanks_by_item_wave=blanks(kinds)).blanks_by_item_wave_kind
    assert table["answer_kind"].tolist() == ["on the scale", "off the scale", "blank"]
    assert table["base_n"].fillna(-1).tolist() == shown


def test_a_hidden_row_does_not_tell_how_it_was_made(publish: Any) -> None:
    # Whether an area could be pooled with others depends on whether anybody answered there.
    hidden = publish((9, 12)).changes_by_item_area.iloc[0]
    assert (hidden["method"], hidden["note"]) == ("", "")
    assert publish((12, 12)).changes_by_item_area.iloc[0]["method"] == "standardised"


def test_a_first_wave_has_every_table_without_a_row_of_change(published_first: Published) -> None:
    for name in Published.table_names():
        table = getattr(published_first, name)
        assert "status" in table or name in ("wording_changes", "quotes"), name
    assert len(published_first.changes_by_item_area) == len(published_first.trends_by_item_area) == 0
    assert len(published_first.reliability_by_wave) == 1


@pytest.fixture(scope="module")
def published_first(tiny_cleaned: Any, tiny_evaluation: Any) -> Published:
    return protect_alone(
        estimate_wave(tiny_cleaned, tiny_evaluation, "wave-1"),
        minimum_base=3,
        whole_area="all-three",
    )
