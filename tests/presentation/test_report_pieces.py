"""The pieces of a report on the tiny survey: what they say was counted by hand from the rows in tests/conftest.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pytest

from pipeline.disclosure.published import Published
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.statistics.wave import WaveEstimates
from tests.presentation.pages import pieces
from tests.protecting import protect_alone

MakeReport = Callable[..., AreaReport]
# Pieces whose every number is a figure of the survey; the others hold dates, versions, codes and definitions.
FIGURED = (
    "summary", "who_answered", "change", "change_by_area", "over_the_waves", "checks", "shares", "distributions",
    "comments", "for_statisticians",
)  # fmt: skip
REPORTS = [
    ("barnet", "wave-2"),
    ("camden", "wave-2"),
    ("enfield", "wave-2"),
    ("all-three", "wave-2"),
    ("barnet", "wave-1"),
    ("enfield", "wave-1"),
    ("all-three", "wave-1"),
]


@pytest.mark.parametrize(("area", "wave"), REPORTS)
def test_ids_are_given_once_and_every_label_and_inner_link_arrives(page_of: Any, area: str, wave: str) -> None:
    page = page_of(area, wave)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.labelled) <= set(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert page.headings.count("h1") == 1


@pytest.mark.parametrize(("area", "wave"), REPORTS)
def test_every_table_has_its_csv_among_the_downloads(
    page_of: Any, make_report: MakeReport, area: str, wave: str
) -> None:
    page = page_of(area, wave)
    linked = [link for link in page.links if link.endswith(".csv")]
    # The people by borough and by sector stand in one file; the shares that changes belong to have one more.
    assert len(linked) == len(page.tables) + (wave == "wave-2")
    assert set(linked) == {one.name for one in make_report(area, wave).downloads()}


def test_the_shares_in_the_whole_area_are_what_a_hand_computes(page_of: Any) -> None:
    # Using: 1 of 9 is 11%, 9 of 11 is 82%. Knowing: 1 of 8 is 12.5%, which goes to the even 12%, 3 of 10 is 30%.
    rows = {row[0]: row[1:] for row in page_of("all-three").tables["table-shares"][1:]}
    assert [cell.split(" (")[0] for cell in rows["Using"]] == ["“sure or very sure”", "11%", "82%"]
    assert [cell.split("), ")[1] for cell in rows["Using"][1:]] == ["9 answering", "11 answering"]
    assert [cell.split(" (")[0] for cell in rows["Knowing"]] == ["“much”", "12%", "30%"]
    assert [cell.split("), ")[1] for cell in rows["Knowing"][1:]] == ["8 answering", "10 answering"]


def test_people_are_counted_by_sector_and_set_beside_what_was_aimed_at(page_of: Any) -> None:
    # 6 of 11 in the second wave work in health: 55%; 5 in schools: 45%.
    assert page_of("all-three").tables["table-people"] == [
        ["Sector", "All three, First wave", "All three, Second wave", "Share of Second wave", "Share aimed at"],
        ["Health", "5", "6", "55%", "40%"],
        ["Schools", "4", "5", "45%", "60%"],
        ["Not stated", "[c]", "[c]", "[c]", "[x]"],
        ["Everyone", "9", "11", "", ""],
    ]
    assert page_of("barnet").tables["table-people"][1:] == [
        ["Health", "3", "3", "5", "6"],
        ["Schools", "[c]", "[c]", "4", "5"],
        ["Not stated", "[c]", "[c]", "[c]", "[c]"],
        ["Everyone", "4", "5", "9", "11"],
    ]


def test_a_borough_without_a_sector_to_show_gets_the_whole_area_s(page_of: Any) -> None:
    page = page_of("enfield")
    assert page.tables["table-people"][0] == ["Sector", "All three, First wave", "All three, Second wave"]
    assert "Of Enfield alone no sector can be shown; the table is of all boroughs together." in page.text


def test_all_answers_of_the_whole_area_are_spread_over_the_scale(page_of: Any) -> None:
    # First wave: 4, 4, 1 and 0 of 9; second: 0, 2, 6 and 3 of 11.
    assert page_of("all-three").tables["table-answers-sureness"] == [
        ["Measure and wave", "Not sure", "A little sure", "Sure", "Very sure", "People answering"],
        ["Using, First wave", "44%", "44%", "11%", "under 10%", "9"],
        ["Using, Second wave", "under 10%", "18%", "55%", "27%", "11"],
    ]


def test_a_borough_s_page_holds_no_spread_of_answers(page_of: Any) -> None:
    assert not any(name.startswith("table-answers") for name in page_of("barnet").tables)


def test_a_hidden_borough_has_its_mark_in_every_table_sentence_and_picture(page_of: Any) -> None:
    page = page_of("enfield")
    for row in page.tables["table-change"][1:]:
        assert row[1:4] == ["[c]", "[c]", "[c]"]
    # There is nothing of Enfield to be drawn in.
    assert "alone" not in " ".join(page.tables["table-change"][0])
    for name in ("table-odds-ratios", "table-superiority", "table-detectable"):
        for row in page.tables[name][1:]:
            assert row[1:] == ["[c]", "[c]"], name
    assert "percentage points in All three and [c] in Enfield" in page.text
    # Two of three people in the second wave are sure; the first wave is hidden.
    using = page.tables["table-shares"][1]
    assert using[2] == "[c]"
    assert using[3].startswith("67% (")
    assert "No change is shown for Enfield ([c]), to protect the people who answered." in page.text
    assert (
        "Answers for Enfield came from a number of people that is not shown ([c]) in First wave and 3 people in "
        "Second wave."
    ) in page.text
    assert all("[c]" in picture for picture in page.pictures)


def test_comments_are_counted_and_never_printed(page_of: Any) -> None:
    assert "barriers: a number of people that is not shown ([c])" in page_of("all-three").text
    assert "barriers: 3 people" in page_of("all-three", "wave-1").text
    for area, wave in REPORTS:
        assert "Too little time" not in page_of(area, wave).text


def test_the_late_answer_is_received_and_not_used(page_of: Any) -> None:
    text = page_of("all-three").text
    assert "First wave: 9 submissions, 9 used; Second wave: 12 submissions, 11 used" in text


def test_a_first_wave_speaks_of_where_things_stand_and_of_no_change(page_of: Any) -> None:
    page = page_of("barnet", "wave-1")
    assert "Where things stand" in page.text
    assert "This is the first wave: there is no earlier one to compare it with." in page.text
    assert "With one wave there is no change to check." in page.text
    assert "With one wave there is no change to model." in page.text
    assert not {"table-change", "table-odds-ratios", "table-superiority", "table-waves"} & set(page.tables)
    assert not re.search(r"\b(rose|fell|compared with)\b", page.text)
    # None of four: that nearly nobody did is told, and how far the interval reaches is not.
    assert "Using: under 10% answered “sure or very sure” (4 people answered)." in " ".join(
        page.text.replace(" :", ":").split()
    )
    # Nor is there anything to draw.
    assert page.pictures == []
    assert page.tables["table-shares"][1] == ["Using", "“sure or very sure”", "under 10%, 4 answering"]


def test_a_hidden_first_wave_shows_no_share(page_of: Any) -> None:
    page = page_of("enfield", "wave-1")
    assert [row[2] for row in page.tables["table-shares"][1:]] == ["[c]", "[c]"]
    assert "Answers for Enfield came from a number of people that is not shown ([c]) in First wave." in " ".join(
        page.text.split()
    )


def test_the_title_says_what_is_compared_and_when(page_of: Any) -> None:
    text = " ".join(page_of("camden").text.split())
    assert (
        "A tiny survey. Second wave, 2 to 29 October 2023, compared with First wave, 6 March to 2 April 2023." in text
    )


def test_the_questions_stand_in_the_words_of_this_wave(page_of: Any) -> None:
    assert "How sure are you now?" in page_of("camden").text
    assert "How sure are you now?" not in page_of("camden", "wave-1").text


@pytest.mark.parametrize(("area", "wave"), REPORTS)
def test_every_figure_of_a_page_is_a_published_one(
    page_of: Any, tiny_published: Published, published_baseline: Published, area: str, wave: str
) -> None:
    published = tiny_published if wave == "wave-2" else published_baseline
    page = page_of(area, wave, FIGURED)
    # The minimum base, the level of an interval, the number of measures, the ends of a share, and the nought and one of
    # the explanations; in the whole area what is aimed at and its whole.
    allowed = {"3", "95", "2", "10", "90", "0", "1"} | ({"40", "60", "100"} if area == "all-three" else set())
    allowed |= {"55", "45"} if (area, wave) == ("all-three", "wave-2") else set()
    # In the first wave 5 and 4 of 9: 56% and 44%.
    allowed |= {"56", "44"} if (area, wave) == ("all-three", "wave-1") else set()
    # Of a hundred pairs half would be no difference; power is 80%; every figure of a change has its base and its limit.
    allowed |= {"100", "50", "80"} if wave == "wave-2" else set()
    allowed |= published_numbers(published, None if area == "all-three" else {area, "all-three"})
    assert set(re.findall(r"\d+(?:\.\d+)?", page.text)) - allowed == set(), page.text


FIGURES = {
    "estimate", "conf_low", "conf_high", "base_n", "base_n_baseline", "base_n_comparison", "mean_baseline",
    "mean_comparison", "between_sd", "between_sd_low", "between_sd_high", "own_weight", "detectable", "p_value",
    "p_holm", "p_false_discovery",
}  # fmt: skip


def published_numbers(published: Published, areas: set[str] | None) -> set[str]:
    """Return every figure that the published tables hold for these areas, as a page writes it, without its sign."""
    numbers = set()
    for name in Published.table_names():
        table: pd.DataFrame = getattr(published, name)
        if areas is not None and name == "distribution_by_item_wave":
            continue
        if areas is not None and "area" in table:
            table = table[table["area"].isin(areas)]
        for column in FIGURES & set(table.columns):
            for value in table[column].dropna():
                number = abs(float(str(value).removeprefix("under ")))
                numbers |= {f"{number:g}", f"{number:.1f}", f"{number:.2f}"}
    return numbers


def test_pages_do_not_depend_on_what_is_hidden(tiny_estimates: WaveEstimates, make_report: MakeReport) -> None:
    # Two people of the first wave are hidden in Enfield: other answers, and one person fewer, must change no byte.
    other = protect_alone(
        replace(
            tiny_estimates, **{field.name: otherwise(tiny_estimates, field.name) for field in fields(WaveEstimates)}
        ),
        minimum_base=3,
        whole_area="all-three",
    )
    for area in ("enfield", "all-three"):
        before, after = make_report(area), make_report(area, published=other)
        assert pieces(after) == pieces(before)
        assert [one.content() for one in after.downloads()] == [one.content() for one in before.downloads()]


def otherwise(estimates: WaveEstimates, name: str) -> pd.DataFrame:
    """Return a table as it would be, had one person answered in Enfield's first wave, and all otherwise."""
    table: pd.DataFrame = getattr(estimates, name).copy()
    if "area" not in table:
        return table
    hidden = table["area"] == "enfield"
    if name in ("shares_by_item_area_wave", "respondents_by_area_wave", "respondents_by_sector_area_wave"):
        hidden &= table["wave"] == "wave-1"
    elif name in ("distribution_by_item_area_wave", "linked_by_area"):
        table.loc[hidden, "base_n"] = 0
    figures = {"estimate": -0.4, "conf_low": -0.9, "conf_high": 0.3, "p_value": 0.9, "detectable": 0.7}
    counts = dict.fromkeys(("base_n", "base_n_baseline", "favourable_n"), 1)
    for column, value in (figures | counts).items():
        if column in table:
            table.loc[hidden, column] = value
    for column in table.columns.intersection(["note", "method"]):
        table.loc[hidden, column] = "All answers are alike."
    return table


def test_the_whole_area_s_report_is_a_report_of_its_own_kind(make_report: MakeReport) -> None:
    assert isinstance(make_report("all-three"), WholeAreaReport)
    assert make_report("all-three").is_whole
    assert not make_report("barnet").is_whole
