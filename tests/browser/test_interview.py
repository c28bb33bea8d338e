"""What the interview speaks of stands on the demonstration's pages: the content, not a heading alone."""

from __future__ import annotations

import html
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.browser

HERE = Path(__file__).resolve().parent
ITEMS: list[dict[str, Any]] = yaml.safe_load((HERE / "interview.yml").read_text("utf-8"))


@cache
def sections_of(area: str) -> dict[str, str]:
    """Return the text of each section of an area's page of wave-2, runs of spaces as one, by its heading."""
    page = Path(os.environ.get("REPORTS_DIR") or HERE.parents[1] / "reports") / "wave-2" / f"{area}.html"
    if not page.is_file():
        pytest.fail("There are no pages to read: build the pages first: make reports WAVE=wave-2", pytrace=False)
    content = page.read_text("utf-8")
    main = content[content.index("<main") : content.index("</main>")]
    parts = re.split(r"<h2[^>]*>(.*?)</h2>", main)
    return {_text(heading): _text(body) for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def test_every_item_of_the_interview_has_a_place() -> None:
    assert [one["item"] for one in ITEMS] == list(range(1, 49))


@pytest.mark.parametrize("one", ITEMS, ids=lambda one: f"{one['item']}: {one['about']}")
def test_the_pages_say_what_the_interview_speaks_of(one: dict[str, Any]) -> None:
    section = sections_of(one["page"]).get(one["section"], "")
    missing = [said for said in one["says"] if said not in section]
    assert not missing, section[:2000]


def test_no_page_is_heavier_than_a_slow_line_carries() -> None:
    folder = Path(os.environ.get("REPORTS_DIR") or HERE.parents[1] / "reports")
    heavy = {path.name: path.stat().st_size for path in folder.rglob("*.html") if path.stat().st_size > 450_000}
    assert heavy == {}
