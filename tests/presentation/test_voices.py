"""The section of approved quotes: each word for word, inert, and never beside a borough and a sector at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from pipeline.disclosure.published import QUOTE_COLUMNS, Published
from pipeline.presentation.rendering import Frame, render_notebook
from pipeline.presentation.report import AreaReport
from tests.presentation.pages import Page

MakeReport = Callable[..., AreaReport]
NOBODY, CAMDEN, HEALTH = "Words of nobody.", "Words from Camden's side.", "Words from health."
HOSTILE = '<script>alert("x")</script></p></blockquote><img src=x onerror=alert(1)>{{ 7*7 }}&amp;'


class Quotes(HTMLParser):
    """The text of each blockquote, and every tag of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.quotes: list[str] = []
        self.tags: set[str] = set()
        self._within = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "blockquote":
            self._within = True
            self.quotes.append("")

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within and tag != "blockquote"

    def handle_data(self, data: str) -> None:
        if self._within:
            self.quotes[-1] += data


def with_quotes(published: Published, *quotes: tuple[str, str], wave: str = "wave-2") -> Published:
    rows = [(wave, "barriers", text, shown_as) for text, shown_as in quotes]
    return replace(published, quotes=pd.DataFrame(rows, columns=QUOTE_COLUMNS, dtype="str"))


@pytest.fixture
def three(tiny_published: Published) -> Published:
    """Quotes of a professional, of one in Camden, and of one in the sector Health."""
    return with_quotes(tiny_published, (NOBODY, ""), (CAMDEN, "camden"), (HEALTH, "health"))


@pytest.mark.parametrize(
    ("area", "expected"),
    [("camden", [NOBODY, CAMDEN]), ("barnet", [NOBODY]), ("all-three", [NOBODY, CAMDEN, HEALTH])],
)
def test_a_borough_s_page_has_its_own_quotes_and_those_of_nobody_in_particular(
    three: Published, make_report: MakeReport, area: str, expected: list[str]
) -> None:
    assert Quotes(make_report(area, published=three).voices().markup).quotes == expected


def test_a_quote_names_a_borough_or_a_sector_and_never_both(three: Published, make_report: MakeReport) -> None:
    text = " ".join(Page(make_report("all-three", published=three).voices().markup).text.split())
    assert f"{NOBODY} A professional {CAMDEN} A professional, Camden {HEALTH} A professional, Health" in text
    # On Camden's page a sector beside a quote would stand beside the borough too.
    assert "Health" not in make_report("camden", published=three).voices().markup


@pytest.mark.parametrize("area", ["barnet", "all-three"])
def test_without_an_approved_quote_one_line_says_so(
    tiny_published: Published, make_report: MakeReport, area: str
) -> None:
    of_camden_elsewhere = with_quotes(tiny_published, (CAMDEN, "camden"), wave="wave-1")
    for published in (tiny_published, of_camden_elsewhere):
        markup = make_report(area, published=published).voices().markup
        assert markup.strip() == "<p>No quote from Second wave is approved for this page.</p>"


def test_a_hostile_quote_is_printed_and_does_nothing(
    tiny_published: Published, make_report: MakeReport, tmp_path: Path
) -> None:
    piece = make_report("camden", published=with_quotes(tiny_published, (HOSTILE, ""))).voices()
    page = Quotes(whole_page(piece._repr_mimebundle_(), tmp_path))
    assert page.quotes == [HOSTILE]
    assert not page.tags & {"script", "img"}


def whole_page(data: dict[str, str], folder: Path) -> str:
    """Return the page of a notebook with one section that shows a piece."""
    cells = [nbformat.v4.new_markdown_cell("## Voices", id="a"), nbformat.v4.new_code_cell("report.voices()", id="b")]
    cells[1].outputs = [nbformat.v4.new_output("execute_result", data=data | {"text/plain": ""}, execution_count=1)]
    path = folder / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return render_notebook(path, Frame("T", "S", "O", [], [], [])).decode("utf-8")


def test_the_section_on_comments_says_that_approved_quotes_are_printed(make_report: MakeReport) -> None:
    assert "none is printed but the quotes approved for print" in make_report("camden").comments().markup
