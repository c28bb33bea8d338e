"""Every built page, opened in Chromium: accessibility, privacy, small screens, links, images and print.

look.mjs does the looking, once for the whole site; each test here judges one part of what it found. The
folder is `reports/` at the project's root, or the one that the environment's REPORTS_DIR names.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import pytest

pytestmark = pytest.mark.browser

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

Page = dict[str, Any]


def _tool_missing(sentence: str) -> NoReturn:
    # On a developer's machine a missing browser is no fault of the pages; in CI it would let them go unseen.
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def pdf_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("printed")


@pytest.fixture(scope="session")
def pages(pdf_folder: Path) -> list[Page]:
    node = shutil.which("node")
    if node is None:
        _tool_missing("node is not installed: install Node.js 20 or later.")
    if not all((HERE / "node_modules" / name).is_dir() for name in ("axe-core", "playwright-core")):
        _tool_missing("The browser checks' packages are missing: run `npm ci` in tests/browser.")
    chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if shutil.which(chromium) is None:
        _tool_missing(f"There is no Chromium at {chromium}: install it, or name another in CHROMIUM.")

    site = Path(os.environ.get("REPORTS_DIR") or PROJECT / "reports")
    if not any(site.rglob("*.html")):
        pytest.fail("There are no pages to look at: build the pages first: make reports WAVE=wave-2", pytrace=False)
    done = subprocess.run(
        [node, str(HERE / "look.mjs"), str(site), "--pdf", str(pdf_folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=1800,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"look.mjs could not look at the pages:\n{done.stderr}", pytrace=False)
    found: list[Page] = json.loads(done.stdout)["pages"]
    return found


def _assert_nothing_found(pages: list[Page], findings: Callable[[Page], Iterable[str]]) -> None:
    """Gather over the whole site before failing, so that one run shows everything there is to mend."""
    lines = [f"{page['path']}: {finding}" for page in pages for finding in findings(page)]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def test_no_page_has_an_accessibility_violation(pages: list[Page]) -> None:
    _assert_nothing_found(
        pages,
        lambda page: (
            f"{v['id']} ({v['impact']}, {v['width']} px wide, {v['count']} times): {v['help']}: "
            + " | ".join(v["html"])
            for v in page["axeViolations"]
        ),
    )


def test_no_page_asks_for_anything_beyond_its_own_file(pages: list[Page]) -> None:
    _assert_nothing_found(pages, lambda page: (f"requests {url}" for url in page["requests"]))


def test_no_page_logs_an_error_or_breaks_its_own_content_security_policy(pages: list[Page]) -> None:
    _assert_nothing_found(
        pages,
        lambda page: [
            *(f"console error: {text}" for text in page["errors"]),
            *(f"policy violation: {text}" for text in page["cspViolations"]),
        ],
    )


def test_no_page_scrolls_sideways_on_a_screen_320_pixels_wide(pages: list[Page]) -> None:
    def findings(page: Page) -> Iterable[str]:
        narrow = page["narrow"]
        if narrow["scrollWidth"] > narrow["clientWidth"]:
            yield f"is {narrow['scrollWidth']} px wide on a screen of {narrow['clientWidth']} px"
        for html in narrow["overflowing"]:
            yield f"runs past the screen's edge, outside any focusable scroll container: {html}"

    _assert_nothing_found(pages, findings)


def test_every_page_has_exactly_one_main_heading_and_skips_no_heading_level(pages: list[Page]) -> None:
    def findings(page: Page) -> Iterable[str]:
        if page["h1Count"] != 1:
            yield f"has {page['h1Count']} h1 headings"
        yield from page["headingSkips"]

    _assert_nothing_found(pages, findings)


def test_every_page_has_a_title_that_no_other_page_has(pages: list[Page]) -> None:
    def findings(page: Page) -> Iterable[str]:
        if not page["title"].strip():
            yield "has no title"
        same = [other["path"] for other in pages if other["title"] == page["title"] and other is not page]
        if same:
            yield f'shares its title "{page["title"]}" with {", ".join(same)}'

    _assert_nothing_found(pages, findings)


def test_every_link_leads_to_a_file_and_an_anchor_that_exist(pages: list[Page]) -> None:
    _assert_nothing_found(
        pages, lambda page: (f'link "{link["href"]}" {link["fault"]}' for link in page["brokenLinks"])
    )


def test_every_image_renders_and_has_meaningful_alt_text(pages: list[Page]) -> None:
    _assert_nothing_found(
        pages,
        lambda page: (f"image {' and '.join(image['faults'])}: {image['html']}" for image in page["imageFaults"]),
    )


def test_no_page_uses_an_id_twice(pages: list[Page]) -> None:
    _assert_nothing_found(pages, lambda page: (f'id "{name}" is used twice' for name in page["duplicateIds"]))


def test_the_first_printed_page_of_every_report_holds_the_summary_and_the_detail_starts_later(
    pages: list[Page], pdf_folder: Path
) -> None:
    reports = [page for page in pages if page["summary"] is not None]
    if not reports:
        pytest.fail('No page has a <section id="summary">, so none is a report.', pytrace=False)
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        _tool_missing("pdftotext is not installed: install poppler-utils to check the printed pages.")

    def findings(page: Page) -> Iterable[str]:
        pdf = pdf_folder / Path(page["path"]).with_suffix(".pdf")
        text = subprocess.run(
            [pdftotext, "-layout", str(pdf), "-"], capture_output=True, encoding="utf-8", check=True
        ).stdout
        first, *later = text.removesuffix("\f").split("\f")  # pdftotext ends each page with a form feed
        heading, last_words, detail = (page["summary"][k] for k in ("heading", "lastWords", "nextHeading"))
        if not heading:
            yield "the summary has no heading"
        elif _letters(heading) not in _letters(first):
            yield f'the first printed page lacks the summary\'s heading "{heading}"'
        elif _letters(last_words) not in _letters(first):
            yield f'the summary runs past the first printed page: "{last_words}" is not on it'
        # A contents list above the summary names the detail too, so only what follows the heading counts.
        starts = [match.end() for match in _heading_line(heading).finditer(first)] if heading else []
        if not detail:
            yield "no heading follows the summary"
        elif _heading_line(detail).search(first, starts[-1] if starts else 0):
            yield f'the detail, "{detail}", starts on the first printed page'
        elif not any(_letters(detail) in _letters(sheet) for sheet in later):
            yield f'the detail, "{detail}", is on no later printed page'

    _assert_nothing_found(reports, findings)


def _letters(text: str) -> str:
    """Letters and digits only: a PDF's line breaks, hyphens and ligatures are the printer's, not ours."""
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text).casefold())


def _heading_line(heading: str) -> re.Pattern[str]:
    # A line of its own: a sentence of the summary may well mention the heading.
    words = r"\s+".join(re.escape(word) for word in heading.split())
    return re.compile(rf"^\s*{words}\s*$", re.MULTILINE | re.IGNORECASE)
