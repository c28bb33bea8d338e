"""A page as tests look at it: its pieces, tables, pictures, ids, links and text."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

from pipeline.presentation.report import AreaReport

PIECES = (
    "title", "summary", "who_answered", "change", "change_by_area", "over_the_waves", "checks", "shares",
    "distributions", "comments", "voices", "limits", "questions", "terms", "for_statisticians", "submissions",
    "provenance",
)  # fmt: skip


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
