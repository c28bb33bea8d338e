"""What a report on the tiny survey says of change: counted by hand from tests/conftest.py, or as it was published."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.disclosure.published import Published
from pipeline.presentation.chart_rows import ChartRow, Series, Span
from pipeline.presentation.charts import draw_forest


def test_the_change_in_barnet_stands_pooled_beside_its_own_and_the_whole_area_s(
    page_of: Any, tiny_published: Published
) -> None:
    header, *rows = page_of("barnet").tables["table-change"]
    assert header == [
        "Measure", "People answering", "Share with the same mix of sectors", "Change in Barnet",
        "From the answers in Barnet alone", "Change in All three",
    ]  # fmt: skip
    assert [row[:2] for row in rows] == [["Using", "4, then 5"], ["Knowing", "4, then 5"]]
    lead, alone = tiny_published.changes_by_item_area, tiny_published.changes_alone_by_item_area
    for item, row in zip(("sure", "known"), rows, strict=True):
        assert row[3:] == [
            *(written(table, item, area) for table, area in ((lead, "barnet"), (alone, "barnet"), (lead, "all-three"))),
        ]
    # None of four people were sure and then all of five; none of four knew much, and one of five.
    assert rows[0][2] == "under 10%, then over 90%"
    assert rows[1][2].startswith("under 10%, then ")


def published_row(table: pd.DataFrame, item: str, area: str) -> pd.Series:
    return table[(table["item"] == item) & (table["area"] == area)].iloc[0]


def written(table: pd.DataFrame, item: str, area: str) -> str:
    row = published_row(table, item, area)
    parts = [f"{row[name]:+d}".replace("-", "−") for name in ("estimate", "conf_low", "conf_high")]
    return "{} ({} to {})".format(*parts)


def test_what_drawing_in_does_is_said_once_where_it_is_done(page_of: Any) -> None:
    sentence = "change is drawn towards the average of all boroughs"
    assert page_of("barnet").text.count(sentence) == page_of("all-three").text.count(sentence) == 1
    assert sentence not in page_of("enfield").text
    assert sentence not in page_of("barnet", "wave-1").text


def test_of_a_hundred_pairs_the_later_answers_are_counted_by_hand(page_of: Any) -> None:
    # Using: of the nine earlier answers four are 1, four 2 and one 3; later ones are two 2, six 3 and three 4. Every
    # later one exceeds a 1: 44. A 2 is exceeded by nine and tied with two: 4 x 10. The 3: 3 + 6/2. 90 of 99: 91.
    # Knowing in Barnet: three 1 and a 2, then 1, 2, 2, 2 and 3 without the blank: 3 x 4.5 + 2.5 of 20: 80.
    assert "the later one is the higher in 91 for Using (95% interval" in page_of("all-three").text
    pairs = {row[0]: row[1:] for row in page_of("barnet").tables["table-superiority"][1:]}
    assert pairs["Knowing"][0] == "4, then 5"
    assert pairs["Knowing"][1].startswith("80 (")
    # Every later answer in Barnet exceeds every earlier one, which leaves nothing to judge the uncertainty by.
    assert pairs["Using"] == ["[x]", "[x]"]
    assert "Of 100 pairs" not in page_of("barnet", names=("change",)).text


def test_means_counted_shares_and_blanks_of_the_whole_area_are_what_a_hand_computes(page_of: Any) -> None:
    tables = page_of("all-three").tables
    # Using: 15/9 = 1.67, then 34/11 = 3.09: a change of 1.42.
    using = tables["table-means"][1]
    assert using[:3] == ["Using", "9, then 11", "1.7, then 3.1"]
    assert using[3].startswith("1.4 (")
    # 9/11 - 1/9 = 0.707. With z = 1.96 Wilson gives 0.0199 to 0.4350 and 0.5230 to 0.9486, so that Newcombe's ends are
    # 0.707 - sqrt((0.818 - 0.523)^2 + (0.435 - 0.111)^2) = 0.269 and 0.707 + sqrt(0.1304^2 + 0.0912^2) = 0.866.
    counted = {row[0]: row[1:] for row in tables["table-sensitivity"][1:]}["Using: shares as counted (Newcombe)"]
    assert counted == ["9, then 11", "+71 (+27 to +87)"]
    # Five people are recognised in both waves.
    assert {row[0]: row[1] for row in tables["table-sensitivity"][1:]}[
        "Using: only people recognised in both waves"
    ] == "5, then 5"
    # One "don't know" in the first wave and one blank in the second are fewer than three.
    assert tables["table-blanks"][3:] == [
        ["Knowing, First wave", "8", "[c]", "[c]"],
        ["Knowing, Second wave", "10", "[c]", "[c]"],
    ]
    # Everyone but the one who did not know answered both questions.
    assert [row[:2] for row in tables["table-reliability"][1:]] == [["First wave", "8"], ["Second wave", "10"]]


def test_how_sure_one_can_be_is_told_of_the_whole_area_on_every_page(page_of: Any) -> None:
    for area in ("barnet", "enfield", "all-three"):
        text = " ".join(page_of(area, names=("checks",)).text.split())
        assert "Checked for All three as a whole" in text
        assert "Only people recognised in both waves (5 people)" in text
        assert "in First wave 8 to 9 of 9 people answered a question on its scale" in text


def test_two_waves_have_no_course_over_time(page_of: Any) -> None:
    page = page_of("barnet", names=("over_the_waves",))
    assert page.text.split() == ["A", "course", "over", "time", "can", "be", "shown", "from", "three", "waves", "on."]
    assert page.tables == {}


def test_the_summary_leads_with_the_leading_measure_and_sets_it_beside_the_whole(
    page_of: Any, tiny_published: Published
) -> None:
    text = " ".join(page_of("barnet").text.split())
    assert "Of the two measures, one rose (Using) and one had no clear change." in text
    assert "if the same mix of sectors had answered each time" in text
    assert "Using: the share answering “sure or very sure” rose from under 10% to over 90%, +" in text
    whole = written(tiny_published.changes_by_item_area, "sure", "all-three")
    assert f"Across All three the change was {whole}." in text
    assert "Answers for Barnet came from 4 people in First wave and 5 people in Second wave." in text
    # Three of four and of five are: the one and the two others would be few.
    assert "How many of them can be recognised in both waves is not shown ([c])." in text
    assert "5 people can be recognised" not in text
    assert "So few people make every figure for Barnet uncertain" in text
    assert "if the same mix of boroughs and sectors had answered" in page_of("all-three").text


def test_the_boroughs_stand_side_by_side_in_the_order_of_the_settings(page_of: Any, tiny_published: Published) -> None:
    _, *rows = page_of("all-three").tables["table-areas-sure"]
    assert [row[0] for row in rows] == ["All three boroughs", "Barnet", "Camden", "Enfield"]
    lead, alone = tiny_published.changes_by_item_area, tiny_published.changes_alone_by_item_area
    assert rows[2][1:] == ["4, then 4", written(lead, "sure", "camden"), written(alone, "sure", "camden")]
    assert rows[2][2] != rows[2][3]
    # Enfield had two people in the first wave.
    assert rows[3] == ["Enfield", "[c]", "[c]", "[c]"]
    # Only the leading measure has such a picture.
    assert "table-areas-known" not in page_of("all-three").tables


def test_the_forest_of_barnet_draws_the_whole_area_s_its_own_and_the_pooled_interval(
    page_of: Any, tiny_published: Published
) -> None:
    lead, alone = tiny_published.changes_by_item_area, tiny_published.changes_alone_by_item_area
    rows = [
        ChartRow(
            label,
            (drawn(lead, item, "all-three"), drawn(alone, item, "barnet"), drawn(lead, item, "barnet")),
            written(lead, item, "barnet"),
            emphasised=item == "sure",
        )
        for item, label in (("sure", "Using"), ("known", "Knowing"))
    ]
    series = [Series("All three", "other"), Series("Its own answers alone", "hollow"), Series("Barnet", "filled")]
    expected = draw_forest(rows, axis_label="Change, percentage points", series=series)
    assert page_of("barnet", names=("summary",)).pictures == [expected.decode("utf-8")]


def drawn(table: pd.DataFrame, item: str, area: str) -> Span:
    row = published_row(table, item, area)
    return Span(*(int(row[name]) for name in ("estimate", "conf_low", "conf_high")))


def test_odds_ratios_of_barnet_stand_alone_and_pooled(page_of: Any, tiny_published: Published) -> None:
    header, *rows = page_of("barnet").tables["table-odds-ratios"]
    assert header == ["Measure", "People answering", "Odds ratio, Barnet alone", "Odds ratio, pooled"]
    for item, row in zip(("sure", "known"), rows, strict=True):
        for table, cell in (
            (tiny_published.odds_ratios_by_item_area, row[2]),
            (tiny_published.odds_ratios_pooled_by_item_area, row[3]),
        ):
            found = published_row(table, item, "barnet")
            assert cell == f"{found['estimate']:g} ({found['conf_low']:g} to {found['conf_high']:g})"


def test_a_download_holds_a_pooled_change_twice_and_one_that_is_not_once(make_report: Any) -> None:
    for name in ("changes", "odds-ratios"):
        rows = make_report("barnet").download(name).rows.query("item == 'Using'")
        assert rows["area"].tolist() == ["All three boroughs", "Barnet", "Barnet"]
        assert rows["method"].nunique() == 2
        assert rows["estimate"].nunique() == 3
        # Of Enfield, which is hidden, nothing tells whether it could be pooled.
        hidden = make_report("enfield").download(name).rows.query("item == 'Using' and area == 'Enfield'")
        assert hidden["estimate"].tolist() == ["[c]"]
