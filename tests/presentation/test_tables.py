"""Tables for people and for spreadsheets: inert, labelled, and without a figure where one is hidden."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest

from pipeline.presentation.report import AreaReport
from pipeline.presentation.tables import Download, Figure, Table, tidy_rows

NASTY = "<script>alert(\"x\")</script> & 'so' on"


class Tags(HTMLParser):
    """Every tag of a piece of HTML with its attributes, and the text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(markup))  # Markup would escape what it is added to

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_label_with_html_comes_out_inert_wherever_it_stands() -> None:
    download = Download('a".csv', pd.DataFrame())
    table = Table("t", NASTY, [NASTY, "b"], [[NASTY, NASTY]], download)
    figure = Figure("f", NASTY, NASTY, NASTY, b"<svg/>", table)
    page = Tags(figure.html())
    assert "script" not in {tag for tag, _ in page.tags}
    assert page.text.count(NASTY) == 6
    (image,) = [attributes for tag, attributes in page.tags if tag == "img"]
    assert image["alt"] == NASTY
    (link,) = [attributes for tag, attributes in page.tags if tag == "a"]
    assert link == {"href": 'a".csv'}


def test_a_table_has_a_caption_and_headers_that_say_what_they_head() -> None:
    page = Tags(Table("t", "What it shows", ["Measure", "A", "B"], [["x", "1", "2"], ["y", "3", "4"]]).html())
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert scopes == ["col", "col", "col", "row", "row"]
    assert [tag for tag, _ in page.tags].count("td") == 4
    (caption,) = [attributes["id"] for tag, attributes in page.tags if tag == "caption"]
    (region,) = [attributes for tag, attributes in page.tags if attributes.get("role") == "region"]
    assert region["aria-labelledby"] == caption
    assert region["tabindex"] == "0"


def test_a_table_without_a_download_has_no_link() -> None:
    assert "<a " not in Table("t", "c", ["a"], [["b"]]).html()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_quoted(start: str) -> None:
    content = Download("a.csv", pd.DataFrame({"label": [f"{start}cmd|' /C calc'!A0"]})).content()
    assert read_csv(content)[1][0].startswith("'" + start)


def test_numbers_stay_numbers_and_missing_ones_are_blank() -> None:
    rows = pd.DataFrame({"a": pd.Series([-3, None], dtype="Int64"), "b": ["x", None]})
    assert read_csv(Download("a.csv", rows).content()) == [["a", "b"], ["-3", "x"], ["", ""]]


def test_a_csv_is_what_spreadsheets_read_without_asking() -> None:
    content = Download("a.csv", pd.DataFrame({"a, b": ["é“x”\nnew"]})).content()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert read_csv(content) == [["a, b"], ["é“x”\nnew"]]


def test_every_figure_of_a_hidden_row_is_its_mark() -> None:
    table = pd.DataFrame(
        {
            "item": ["a", "b", "c"],
            "estimate": pd.Series([12, None, None], dtype="Int64"),
            "base_n": [10.0, float("nan"), 11.0],
            "note": ["", "", "why"],
            "status": ["", "[c]", "[x]"],
        }
    )
    tidy = tidy_rows(table, figures=["estimate", "base_n"], names={"item": {"a": "A", "b": "B", "c": "C"}})
    assert tidy.to_dict("records") == [
        {"item": "A", "estimate": 12, "base_n": 10},
        {"item": "B", "estimate": "[c]", "base_n": "[c]"},
        {"item": "C", "estimate": "[x]", "base_n": "[x]"},
    ]


FIGURES = {"estimate", "conf_low", "conf_high", "base_n", "base_n_baseline", "base_n_comparison"}


@pytest.mark.parametrize("area", ["barnet", "camden", "enfield", "all-three"])
def test_each_row_of_a_download_is_marked_in_every_figure_or_in_none(make_report: Any, area: str) -> None:
    report: AreaReport = make_report(area)
    for download in report.downloads():
        header, *rows = read_csv(download.content())
        columns = [number for number, name in enumerate(header) if name in FIGURES]
        assert columns
        assert rows
        for row in rows:
            marks = {row[number] for number in columns}
            assert marks in ({"[c]"}, {"[x]"}) or not marks & {"[c]", "[x]", ""}, (download.name, row)


@pytest.mark.parametrize("area", ["barnet", "enfield"])
def test_a_borough_s_downloads_hold_its_own_rows_and_the_whole_area_s_alone(make_report: Any, area: str) -> None:
    own = {"barnet": "Barnet", "enfield": "Enfield"}[area]
    for download in make_report(area).downloads():
        header, *rows = read_csv(download.content())
        assert {row[header.index("area")] for row in rows} == {own, "All three boroughs"}, download.name


def test_people_are_counted_in_whole_numbers_in_a_download(make_report: Any) -> None:
    downloads = {one.name: read_csv(one.content()) for one in make_report("enfield").downloads()}
    header, *rows = downloads["enfield-shares.csv"]
    bases = {row[header.index("base_n")] for row in rows}
    # Enfield: 2 (hidden) and 3; all three boroughs: 8 and 10 knew the words on the scale, 9 and 11 were sure or not.
    assert bases == {"[c]", "3", "8", "9", "10", "11"}
