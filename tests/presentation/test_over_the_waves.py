"""From three waves on a page shows each two waves' change and the trend; a hidden wave leaves its marks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from pipeline.disclosure.policies import STRICT
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.reference.evaluation import Disclosure, Evaluation
from pipeline.statistics.wave import WaveEstimates
from tests.presentation.pages import Page
from tests.protecting import protect_alone

WAVES = ("wave-1", "wave-2", "wave-3")


@pytest.fixture(scope="module")
def three_waves(tiny_evaluation: Evaluation) -> Evaluation:
    settings = tiny_evaluation.model_dump(exclude_unset=True)
    third = settings["waves"][1] | {
        "id": "wave-3", "label": "Third wave", "fieldwork": {"start": "2024-05-07", "end": "2024-06-02"},
    }  # fmt: skip
    return Evaluation.model_validate(settings | {"waves": [*settings["waves"], third]})


def changes(item: str, area: str, earlier: int, later: int, points: float, bases: tuple[int, int]) -> dict[str, Any]:
    return {
        "item": item, "area": area, "baseline_wave": WAVES[earlier], "comparison_wave": WAVES[later],
        "estimate": points, "std_error": 0.05, "conf_low": points - 0.1, "conf_high": points + 0.1, "conf_level": 0.95,
        "base_n_baseline": bases[0], "base_n_comparison": bases[1], "method": "pooled", "note": "",
    }  # fmt: skip


@pytest.fixture(scope="module")
def of_three_waves(tiny_estimates: WaveEstimates) -> WaveEstimates:
    """Three waves of which two people in Camden answered the second, and in all twenty each."""
    people = {area: (4, 4, 4) for area in ("barnet", "enfield")} | {"camden": (4, 2, 5), "all-three": (20, 20, 20)}
    pairs, trends = [], []
    for item in ("known", "sure"):
        for area, bases in people.items():
            for earlier, later, points in ((0, 1, 0.11), (0, 2, 0.24), (1, 2, 0.13)):
                pairs.append(changes(item, area, earlier, later, points, (bases[earlier], bases[later])))
            trends.append(changes(item, area, 0, 2, 0.26, (bases[0], bases[2])) | {"years": 1.17})
    return replace(
        tiny_estimates,
        wave_pair_changes_by_item_area=pd.DataFrame(pairs),
        trends_by_item_area=pd.DataFrame(trends),
    )


@pytest.fixture(scope="module")
def published(of_three_waves: WaveEstimates) -> Published:
    return protect_alone(of_three_waves, minimum_base=3, whole_area="all-three")


def over_the_waves(published: Published, evaluation: Evaluation, area: str) -> Page:
    kind = WholeAreaReport if area == "all-three" else AreaReport
    return Page(kind(published, evaluation, "wave-3", area).over_the_waves().markup)


def test_each_two_waves_and_the_line_through_all_have_a_row(published: Published, three_waves: Evaluation) -> None:
    page = over_the_waves(published, three_waves, "barnet")
    header, *rows = page.tables["table-waves"]
    assert header == ["Measure and waves", "People answering", "Change in Barnet", "Change in All three"]
    assert rows[:4] == [
        ["Using: First wave to Second wave", "4, then 4", "+11 (+1 to +21)", "+11 (+1 to +21)"],
        ["Using: First wave to Third wave", "4, then 4", "+24 (+14 to +34)", "+24 (+14 to +34)"],
        ["Using: Second wave to Third wave", "4, then 4", "+13 (+3 to +23)", "+13 (+3 to +23)"],
        ["Using: along a line through all", "4, 4, 4", "+26 (+16 to +36)", "+26 (+16 to +36)"],
    ]
    assert len(rows) == 8
    assert "through the three waves, over 1.2 years, the share in Barnet changed by: Using +26" in page.text


def test_the_whole_area_s_page_has_its_own_change_alone(published: Published, three_waves: Evaluation) -> None:
    header, *rows = over_the_waves(published, three_waves, "all-three").tables["table-waves"]
    assert header == ["Measure and waves", "People answering", "Change in All three"]
    assert rows[0][1:] == ["20, then 20", "+11 (+1 to +21)"]


def test_a_wave_of_few_leaves_its_marks_in_every_row_that_it_enters(
    published: Published, three_waves: Evaluation
) -> None:
    page = over_the_waves(published, three_waves, "camden")
    shown = {row[0]: row[1:3] for row in page.tables["table-waves"][1:5]}
    assert shown == {
        "Using: First wave to Second wave": ["[c]", "[c]"],
        "Using: First wave to Third wave": ["4, then 5", "+24 (+14 to +34)"],
        "Using: Second wave to Third wave": ["[c]", "[c]"],
        # Its ends have enough people, but the line goes through the wave that has not.
        "Using: along a line through all": ["[c]", "[c]"],
    }
    assert "the share in Camden changed by: Using [c]." in page.text


def test_the_file_beside_the_table_holds_pairs_and_trends(published: Published, three_waves: Evaluation) -> None:
    report = AreaReport(published, three_waves, "wave-3", "camden")
    assert "camden-waves.csv" in [one.name for one in report.downloads()]
    rows = report.download("waves").rows
    own = rows[(rows["area"] == "Camden") & (rows["item"] == "Using")]
    assert own["kind"].tolist() == ["between two waves"] * 3 + ["along a line through all waves"]
    assert own["estimate"].tolist() == ["[c]", 24, "[c]", "[c]"]
    assert set(rows["area"]) == {"Camden", "All three boroughs"}


def test_without_a_line_through_the_waves_the_pairs_stand_alone_and_it_is_said(
    published: Published, three_waves: Evaluation
) -> None:
    without = replace(published, trends_by_item_area=published.trends_by_item_area.iloc[:0])
    report = WholeAreaReport(without, three_waves, "wave-3", "all-three")
    markup = report.over_the_waves().markup
    assert "so there is no line through them" in markup
    assert "along a line" not in markup
    assert "Second wave to Third wave" in markup
    assert report.downloads()


def test_in_bins_a_borough_s_page_has_the_whole_area_s_course_alone(
    of_three_waves: WaveEstimates, three_waves: Evaluation
) -> None:
    strict = three_waves.model_copy(update={"disclosure": Disclosure(policy="strict", minimum_base=3)})
    published = protect(
        of_three_waves, policy=STRICT, minimum_base=3, suppression=Suppression(), whole_area="all-three"
    )
    page = over_the_waves(published, strict, "barnet")
    header, *rows = page.tables["table-waves"]
    assert header == ["Measure and waves", "People answering", "Change in All three"]
    # Twenty people in every wave; 11 (1 to 21) and 26 (16 to 36) points, in steps of five.
    assert rows[0] == ["Using: First wave to Second wave", "19–24, then 19–24", "+10 (0 to +20)"]
    assert rows[3] == ["Using: along a line through all", "19–24, 19–24, 19–24", "+25 (+15 to +35)"]
    assert "No change is shown for a single borough ([c])" in page.text
    assert "the share in All three changed by: Using +25" in page.text
