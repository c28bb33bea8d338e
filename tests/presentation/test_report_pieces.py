"""The pieces of a report on the tiny survey: what they say was counted by hand from the rows in tests/conftest.py."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest

from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.statistics.wave import WaveEstimates

MakeReport = Callable[..., AreaReport]
PIECES = (
    "title", "summary", "who_answered", "change", "change_by_area", "shares", "distributions", "comments", "limits",
    "questions", "terms", "odds_ratios", "submissions", "provenance",
)  # fmt: skip
# Pieces whose every number is a figure of the survey; the others hold dates, versions, codes and definitions.
FIGURED = ("summary", "who_answered", "change", "change_by_area", "shares", "distributions", "comments", "odds_ratios")
REPORTS = [
    ("barnet", "wave-2"),
    ("camden", "wave-2"),
    ("enfield", "wave-2"),
    ("all-three", "wave-2"),
    ("barnet", "wave-1"),
    ("enfield", "wave-1"),
    ("all-three", "wave-1"),
]


class Page(HTMLParser):
    """The tables of a page as cells, its pictures, ids, links and text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.ids: list[str] = []
        self.labelled: list[str] = []
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.headings: list[str] = []
        self.text = ""
        self._rows: list[list[str]] = []
        self._cell = False
        self.feed(str(markup))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids += [found["id"]] if "id" in found else []
        self.labelled += [found["aria-labelledby"]] if "aria-labelledby" in found else []
        if tag == "table":
            self._rows = self.tables[found["id"]] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
            self._cell = True
        elif tag == "a":
            self.links.append(found["href"])
        elif tag == "img":
            self.pictures.append(base64.b64decode(found["src"].partition("base64,")[2]).decode("utf-8"))
            self.text += f" {found['alt']} "
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        self.text += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell:
            self._rows[-1][-1] += data.replace("\u00a0", " ")


def pieces(report: AreaReport, names: tuple[str, ...] = PIECES) -> str:
    return "\n".join(getattr(report, name)().markup for name in names if hasattr(report, name))


@pytest.fixture(scope="module")
def page_of(make_report: MakeReport) -> Callable[..., Page]:
    # Drawing takes most of the time, so each piece is made once.
    made: dict[tuple[str, str], dict[str, str]] = {}

    def page(area: str, wave: str = "wave-2", names: tuple[str, ...] = PIECES) -> Page:
        if (area, wave) not in made:
            report = make_report(area, wave)
            made[(area, wave)] = {name: pieces(report, (name,)) for name in PIECES}
        return Page("\n".join(made[(area, wave)][name] for name in names))

    return page


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
    # The people by borough and by sector stand in one file.
    assert len(linked) == len(page.tables)
    assert set(linked) == {one.name for one in make_report(area, wave).downloads()}


def test_the_change_in_barnet_is_what_a_hand_computes(page_of: Any) -> None:
    # Using: 0 of 4 before, 5 of 5 after: 100 points. With z = 1.96, Wilson's upper end for 0 of 4 is
    # z^2 / (4 + z^2) = 0.490, the lower end for 5 of 5 is 5 / (5 + z^2) = 0.566, so Newcombe's lower end is
    # 1 - sqrt((1 - 0.566)^2 + 0.490^2) = 0.345 and the upper end 1.
    # Knowing: 0 of 4 before, 1 of 5 after: 20 points; Wilson for 1 of 5 is 0.036 to 0.624, so Newcombe's ends are
    # 0.2 - sqrt((0.2 - 0.036)^2 + 0.490^2) = -0.316 and 0.2 + sqrt((0.624 - 0.2)^2 + 0) = 0.624.
    header, *rows = page_of("barnet").tables["table-change"]
    assert header[:3] == ["Measure", "People answering, First wave", "People answering, Second wave"]
    assert [row[:4] for row in rows] == [
        ["Using", "4", "5", "+100 (+35 to +100)"],
        ["Knowing", "4", "5", "+20 (−32 to +62)"],
    ]


def test_the_shares_in_the_whole_area_are_what_a_hand_computes(page_of: Any) -> None:
    # Using: 1 of 9 is 11%, 9 of 11 is 82%. Knowing: 1 of 8 is 12.5%, which goes to the even 12%, 3 of 10 is 30%.
    rows = {row[0]: row[1:] for row in page_of("all-three").tables["table-shares"][1:]}
    assert [cell.split(" (")[0] for cell in rows["Using"]] == ["“sure or very sure”", "11%", "82%"]
    assert [cell.split("), ")[1] for cell in rows["Using"][1:]] == ["9 answering", "11 answering"]
    assert [cell.split(" (")[0] for cell in rows["Knowing"]] == ["“much”", "12%", "30%"]
    assert [cell.split("), ")[1] for cell in rows["Knowing"][1:]] == ["8 answering", "10 answering"]


def test_the_summary_leads_with_the_leading_measure_and_sets_it_beside_the_whole(page_of: Any) -> None:
    text = " ".join(page_of("barnet").text.split())
    assert "Of the two measures, one rose (Using) and one had no clear change." in text
    assert "Using: the share answering “sure or very sure” rose from 0% to 100%, +100 percentage points" in text
    # 9/11 - 1/9 = 0.707.
    assert re.search(r"Across All three the change was \+71 \(", text)
    assert "Answers for Barnet came from 4 people in First wave and 5 people in Second wave." in text
    assert "3 people can be recognised in both waves" in text
    assert "So few people make every figure for Barnet uncertain" in text


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
    assert "In Enfield alone no sector reaches 3 people" in page.text


def test_all_answers_of_the_whole_area_are_spread_over_the_scale(page_of: Any) -> None:
    # First wave: 4, 4, 1 and 0 of 9; second: 0, 2, 6 and 3 of 11.
    assert page_of("all-three").tables["table-answers-sureness"] == [
        ["Measure and wave", "Not sure", "A little sure", "Sure", "Very sure", "People answering"],
        ["Using, First wave", "44%", "44%", "11%", "0%", "9"],
        ["Using, Second wave", "0%", "18%", "55%", "27%", "11"],
    ]


def test_a_borough_s_page_holds_no_spread_of_answers(page_of: Any) -> None:
    assert not any(name.startswith("table-answers") for name in page_of("barnet").tables)


def test_the_boroughs_stand_side_by_side_in_the_order_of_the_settings(page_of: Any) -> None:
    _, *rows = page_of("all-three").tables["table-areas-sure"]
    assert [row[0] for row in rows] == ["All three boroughs", "Barnet", "Camden", "Enfield"]
    # Camden: 1 of 4, then 3 of 4. Enfield had two people in the first wave.
    assert rows[2][1:3] == ["4", "4"]
    assert rows[2][3].startswith("+50 (")
    assert rows[3] == ["Enfield", "[c]", "[c]", "[c]"]
    # Only the leading measure has such a picture.
    assert "table-areas-known" not in page_of("all-three").tables


def test_a_hidden_borough_has_its_mark_in_every_table_sentence_and_picture(page_of: Any) -> None:
    page = page_of("enfield")
    for row in page.tables["table-change"][1:]:
        assert row[1:4] == ["[c]", "[c]", "[c]"]
    for row in page.tables["table-odds-ratios"][1:]:
        assert row[1:] == ["[c]", "[c]", "[c]"]
    # Two of three people in the second wave are sure; the first wave is hidden.
    using = page.tables["table-shares"][1]
    assert using[2] == "[c]"
    assert using[3].startswith("67% (")
    assert "Fewer than 3 people answered for Enfield in at least one of the two waves ([c])" in page.text
    assert "Answers for Enfield came from fewer than 3 in First wave ([c]) and 3 people in Second wave." in page.text
    assert all("[c]" in picture for picture in page.pictures)


def test_comments_are_counted_and_never_printed(page_of: Any) -> None:
    assert "barriers: fewer than 3 people ([c])" in page_of("all-three").text
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
    assert "With one wave there is no change to model." in page.text
    assert not {"table-change", "table-odds-ratios"} & set(page.tables)
    assert not re.search(r"\b(rose|fell|compared with)\b", page.text)
    assert "Using: 0% answered “sure or very sure” (95% interval 0% to 49%; 4 people answered)." in " ".join(
        page.text.replace(" :", ":").split()
    )


def test_a_hidden_first_wave_shows_no_share(page_of: Any) -> None:
    page = page_of("enfield", "wave-1")
    assert [row[2] for row in page.tables["table-shares"][1:]] == ["[c]", "[c]"]
    assert "Answers for Enfield came from fewer than 3 in First wave ([c])." in " ".join(page.text.split())


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
    # The minimum base, the level of an interval, the number of measures, and the nought and one of the explanations;
    # in the whole area what is aimed at and its whole.
    allowed = {"3", "95", "2", "0", "1"} | ({"40", "60", "100"} if area == "all-three" else set())
    allowed |= {"55", "45"} if (area, wave) == ("all-three", "wave-2") else set()
    # In the first wave 5 and 4 of 9: 56% and 44%.
    allowed |= {"56", "44"} if (area, wave) == ("all-three", "wave-1") else set()
    allowed |= published_numbers(published, None if area == "all-three" else {area, "all-three"})
    assert set(re.findall(r"\d+(?:\.\d+)?", page.text)) - allowed == set(), page.text


def published_numbers(published: Published, areas: set[str] | None) -> set[str]:
    """Return every figure that the published tables hold for these areas, as a page writes it, without its sign."""
    numbers = set()
    for name in Published.table_names():
        table: pd.DataFrame = getattr(published, name)
        if areas is not None and name == "distribution_by_item_wave":
            continue
        if areas is not None and "area" in table:
            table = table[table["area"].isin(areas)]
        for column in ("estimate", "conf_low", "conf_high", "base_n", "base_n_baseline", "base_n_comparison"):
            if column in table:
                numbers |= {f"{abs(float(value)):g}" for value in table[column].dropna()}
    return numbers


def test_pages_do_not_depend_on_what_is_hidden(tiny_estimates: WaveEstimates, make_report: MakeReport) -> None:
    # Two people of the first wave are hidden in Enfield: other answers, and one person fewer, must change no byte.
    shares = tiny_estimates.shares_by_item_area_wave.copy()
    hidden = (shares["area"] == "enfield") & (shares["wave"] == "wave-1")
    shares.loc[hidden, ["favourable_n", "base_n", "estimate", "conf_low", "conf_high"]] = [1, 1, 1.0, 0.2, 1.0]
    shares.loc[hidden, "note"] = "All answers are alike."
    changes, model = tiny_estimates.changes_by_item_area.copy(), tiny_estimates.model_changes_by_item_area.copy()
    for table in (changes, model):
        of_enfield = table["area"] == "enfield"
        table.loc[of_enfield, ["estimate", "conf_low", "conf_high"]] = [-0.4, -0.9, 0.3]
        table.loc[of_enfield, "base_n_baseline"] = 1
        table.loc[of_enfield, "note"] = "All answers are alike."
    people, linked = tiny_estimates.respondents_by_area_wave.copy(), tiny_estimates.linked_by_area.copy()
    people.loc[(people["area"] == "enfield") & (people["wave"] == "wave-1"), "base_n"] = 1
    linked.loc[linked["area"] == "enfield", "base_n"] = 0
    other = protect(
        replace(
            tiny_estimates,
            shares_by_item_area_wave=shares,
            changes_by_item_area=changes,
            model_changes_by_item_area=model,
            respondents_by_area_wave=people,
            linked_by_area=linked,
        ),
        minimum_base=3,
        whole_area="all-three",
    )
    for area in ("enfield", "all-three"):
        before, after = make_report(area), make_report(area, published=other)
        assert pieces(after) == pieces(before)
        assert [one.content() for one in after.downloads()] == [one.content() for one in before.downloads()]


def test_the_whole_area_s_report_is_a_report_of_its_own_kind(make_report: MakeReport) -> None:
    assert isinstance(make_report("all-three"), WholeAreaReport)
    assert make_report("all-three").is_whole
    assert not make_report("barnet").is_whole
