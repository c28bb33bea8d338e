"""The checks beside an estimate: other ways to it, single people, blanks, scales, several measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from pipeline.statistics.checks.blanks import count_blanks
from pipeline.statistics.checks.influence import find_influential
from pipeline.statistics.checks.reliability import estimate_reliability
from pipeline.statistics.checks.sensitivity import (
    ANALYSES,
    COUNTED,
    LEAD,
    LINKED_ONLY,
    NOT_STANDARDISED,
    compare_analyses,
)
from pipeline.statistics.checks.several_measures import adjust_p_values, detectable_changes
from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import estimate_change_of_all
from pipeline.statistics.estimands.means import estimate_mean_changes
from pipeline.statistics.estimands.standardised import StandardisedChange
from pipeline.statistics.estimands.tables import Comparison

ITEMS = ["knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"]
Make = Callable[..., ItemAnswers]


def comparison(*, favourable_from: int = 2, not_compared: dict[str, str] | None = None) -> Comparison:
    return Comparison("wave-1", "wave-2", "all", [], {"sure": favourable_from}, 0.95, 0.5, not_compared or {})


@pytest.fixture
def some(make_answers: Make) -> ItemAnswers:
    # Of eight people a wave four answer twice; the mix of sectors is the same in both.
    level = [1, 1, 2, 1, 1, 2, 1, 2, 2, 1, 2, 2, 2, 1, 2, 2]
    person = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 9, 10, 11, 12]
    return make_answers(level, [0] * 8 + [1] * 8, person=person, sector=[0, 1] * 8)


def test_each_way_of_working_out_the_change_has_its_own_row(some: ItemAnswers) -> None:
    table = compare_analyses({"sure": some}, {"sure": some.as_strangers()}, comparison()).set_index("analysis")
    assert list(table.index) == list(ANALYSES)
    # As counted: 3 of 8 before, 6 of 8 after.
    assert table.loc[COUNTED, "estimate"] == pytest.approx(3 / 8)
    assert table.loc[NOT_STANDARDISED, "estimate"] == pytest.approx(3 / 8)
    # The first four of each wave answered twice.
    linked = table.loc[LINKED_ONLY]
    assert (linked["base_n_baseline"], linked["base_n_comparison"]) == (4, 4)
    # 1 of 4, then 3 of 4; nothing is held fixed, as they are the same people.
    assert linked["estimate"] == pytest.approx(2 / 4)
    assert table.loc["exact links only", "std_error"] == table.loc["as if nobody answered twice", "std_error"]
    assert table.loc[LEAD, "std_error"] != table.loc["exact links only", "std_error"]


def test_without_links_the_linked_alone_have_no_estimate_and_a_reason(some: ItemAnswers) -> None:
    nobody = some.as_strangers()
    table = compare_analyses({"sure": nobody}, {"sure": nobody}, comparison()).set_index("analysis")
    assert np.isnan(table.loc[LINKED_ONLY, "estimate"])
    assert table.loc[LINKED_ONLY, "note"].endswith(".")


def test_an_item_that_is_not_compared_is_in_no_check(some: ItemAnswers) -> None:
    about = comparison(not_compared={"sure": "Why."})
    assert compare_analyses({"sure": some}, {"sure": some}, about).empty
    assert find_influential({"sure": some}, about).empty
    means = estimate_mean_changes({"sure": some}, about)
    assert means["note"].tolist() == ["Why."]
    assert means["estimate"].isna().all()


def test_a_change_that_one_person_carries_is_told(make_answers: Make) -> None:
    # Nobody moves but one, from the lowest answer to the highest: without that person there is no change at all.
    level = [1, 2, 1, 2, 1, 2, 1, 1, 2, 1, 2, 1, 2, 2]
    answers = make_answers(level, [0] * 7 + [1] * 7, person=[*range(7)] * 2)
    row = find_influential({"sure": answers}, comparison()).iloc[0]
    assert row["estimate"] == pytest.approx(1 / 7)
    # Without the one there is nothing left; without one of the others, one of six moves.
    assert row["lowest"] == pytest.approx(0, abs=1e-9)
    assert row["highest"] == pytest.approx(1 / 6, abs=0.02)
    assert not row["clear_without"]


def test_a_change_is_clear_without_anyone_only_if_it_is_without_those_who_support_it(make_answers: Make) -> None:
    # 2 of 12, then 7 of 12: clear by a hair. Without one of the seven it is not, and those pull up.
    level = [2] * 2 + [1] * 10 + [2] * 7 + [1] * 5
    answers = make_answers(level, [0] * 12 + [1] * 12)
    row = find_influential({"sure": answers}, comparison()).iloc[0]
    removed = [
        estimate_change_of_all(answers.where(answers.person != person), favourable_from=2, conf_level=0.95).share
        for person in answers.person
    ]
    changes = [one.change for one in removed if isinstance(one, StandardisedChange)]
    assert [row["lowest"], row["highest"]] == pytest.approx(
        [min(one.estimate for one in changes), max(one.estimate for one in changes)]
    )
    assert row["clear_without"] == all(one.conf_low > 0 for one in changes)


def test_a_change_that_all_share_stays_clear_without_anyone(make_answers: Make) -> None:
    level = [1] * 18 + [2] * 2 + [2] * 16 + [1] * 4
    row = find_influential({"sure": make_answers(level, [0] * 20 + [1] * 20)}, comparison()).iloc[0]
    assert row["clear"] and row["clear_without"]
    # 2 of 20, then 16 of 20; without one of the two, or of the four, the change is the hand's.
    assert row["highest"] == pytest.approx(max(16 / 20 - 1 / 19, 16 / 19 - 2 / 20))


def test_alpha_and_its_interval_agree_with_r(survey2: pd.DataFrame, read_golden: Callable[[str], Any]) -> None:
    expected = read_golden("estimands.json")["cronbach"]
    long = survey2.assign(wave="wave-" + survey2["wave"].astype(str), respondent_id=survey2["row"]).melt(
        ["wave", "respondent_id"], ITEMS, "item", "level"
    )
    row = estimate_reliability(long, items=ITEMS, waves=["wave-1"], conf_level=0.95).iloc[0]
    assert row["base_n"] == 58
    assert row["estimate"] == pytest.approx(expected["raw"], abs=1e-12)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(expected["feldt"], abs=1e-8)


def test_alpha_of_two_items_by_hand() -> None:
    # Levels (1, 1), (2, 3), (3, 2): variances 1 and 1, of the sums 2, 5, 5: 3. Alpha = 2 (1 - 2/3) = 2/3.
    rows = [("wave-1", person, item, level) for item, levels in (("a", (1, 2, 3)), ("b", (1, 3, 2)))
            for person, level in enumerate(levels)]  # fmt: skip
    long = pd.DataFrame(rows, columns=["wave", "respondent_id", "item", "level"])
    found = estimate_reliability(long, items=["a", "b"], waves=["wave-1", "wave-2"], conf_level=0.95)
    assert found["estimate"].iloc[0] == pytest.approx(2 / 3)
    assert found["conf_low"].iloc[0] < 2 / 3 < found["conf_high"].iloc[0]
    assert found["note"].iloc[1] == "Fewer than three people answered every item."


def test_p_values_for_several_measures_agree_with_r(read_golden: Callable[[str], Any]) -> None:
    golden = read_golden("estimands.json")["holm_bh"]
    changes = pd.DataFrame(
        {
            "item": list(golden["p"]),
            "area": "all",
            "baseline_wave": "wave-1",
            "comparison_wave": "wave-2",
            "p_value": list(golden["p"].values()),
        }
    )
    untested = changes.iloc[[0]].assign(item="untested", p_value=np.nan)
    elsewhere = changes.assign(area="camden", p_value=0.001)
    found = adjust_p_values(pd.concat([changes, untested, elsewhere]), "all")
    assert found["p_holm"].tolist() == pytest.approx(list(golden["holm"].values()))
    assert found["p_false_discovery"].tolist() == pytest.approx(list(golden["BH"].values()))


def test_the_detectable_change_is_a_multiple_of_the_standard_error() -> None:
    changes = pd.DataFrame({
        "item": ["a", "b"], "area": "all", "baseline_wave": "wave-1", "comparison_wave": "wave-2",
        "conf_level": 0.95, "std_error": [0.1, np.nan], "note": ["", "Why."],
    })  # fmt: skip
    table = detectable_changes(changes)
    assert table["note"].tolist() == ["", "Why."]
    found = table["detectable"]
    # 1.959964 + 0.841621 = 2.801585 standard errors.
    assert found.iloc[0] == pytest.approx(0.2801585)
    assert np.isnan(found.iloc[1])
    # A true change of that size is found four times in five.
    assert norm.sf(1.959964, loc=2.801585) == pytest.approx(0.8, abs=1e-6)


def test_answers_are_counted_by_kind() -> None:
    kinds = ["answered"] * 3 + ["off_scale"] + ["missing"] * 2
    answers = pd.DataFrame({"item": "a", "wave": "wave-1", "answer_kind": kinds})
    found = count_blanks(answers, items=["a", "b"], waves=["wave-1"])
    assert found.drop(columns=["item", "wave"]).to_numpy().tolist() == [[6, 3, 1, 2], [0, 0, 0, 0]]


def test_means_and_their_change_by_hand(make_answers: Make) -> None:
    # Earlier 1 and 3, later 3 and 5: means 2 and 4. Deviations of 1 over the root of 2 x 1: four people give
    # 4 x 1/2 = 2; two people who both rose by 2 would give nothing at all, and crossed 2 x (2 / root 2)^2 = 4.
    strangers = make_answers([1, 3, 3, 5], [0, 0, 1, 1])
    found = estimate_mean_changes({"sure": strangers}, comparison()).iloc[0]
    assert (found["mean_baseline"], found["mean_comparison"], found["estimate"]) == (2, 4, 2)
    assert found["std_error"] ** 2 == pytest.approx(2)
    reach = found["conf_high"] - found["estimate"]
    # Four people, two means: two degrees of freedom, 4.302653 standard errors.
    assert reach == pytest.approx(4.302653 * np.sqrt(2), rel=1e-6)
    crossed = replace(strangers, person=np.array([1, 2, 2, 1]))
    assert estimate_mean_changes({"sure": crossed}, comparison())["std_error"].iloc[0] ** 2 == pytest.approx(4)
    alike = replace(strangers, person=np.array([1, 2, 1, 2]))
    assert estimate_mean_changes({"sure": alike}, comparison())["estimate"].isna().all()
    swapped = replace(strangers, moment=1 - strangers.moment)
    assert estimate_mean_changes({"sure": swapped}, comparison())["estimate"].iloc[0] == -2
