"""A page is one file with a strict policy, and nothing of a notebook but prose and our own pieces reaches it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from markupsafe import Markup
from nbformat import v4

from pipeline.disclosure.policies import STANDARD, STRICT, Policy
from pipeline.ground.errors import NotebookError
from pipeline.machinery.site import render_site
from pipeline.presentation.clearance import AROUND_RELEASES, UNCLEARED, cleared
from pipeline.presentation.rendering import (
    SYNTHETIC,
    Frame,
    Links,
    frame_for,
    render_fragment,
    render_notebook,
    render_page,
    render_prose,
)
from pipeline.presentation.tables import Html
from pipeline.reference.evaluation import Evaluation

FRAME = Frame(
    title="Camden & <more>",
    site="A tiny survey",
    organisation="The <organisation>",
    trail=[("All waves", "../index.html")],
    about=[("Privacy notice", "../privacy.html")],
    notices=["Not cleared for release."],
)


class Page(HTMLParser):
    """What a test asks of a page: its tags with their attributes, in order, and its text without style."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._in_style = False
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in_style else data

    def attributes(self, tag: str, name: str) -> list[str | None]:
        return [attributes.get(name) for found, attributes in self.tags if found == tag]

    def ids(self) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get("id"))]


def save(folder: Path, *cells: nbformat.NotebookNode) -> Path:
    path = folder / "executed.ipynb"
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


def shown(markup: str) -> nbformat.NotebookNode:
    """Return a code cell whose result is a piece of a report, as a kernel would keep it."""
    data = {**Html(markup)._repr_mimebundle_(), "text/plain": "PLAIN"}
    result = v4.new_output("execute_result", data, execution_count=1)
    return v4.new_code_cell("CODE", outputs=[result], execution_count=1)


def test_the_policy_lets_in_the_page_s_own_style_and_pictures_and_nothing_else() -> None:
    content = render_page(Markup("<h1>x</h1>"), FRAME).decode("utf-8")
    style = re.search(r"<style>(.*?)</style>", content, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode("utf-8")).digest()).decode("ascii")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', content)
    assert policy
    assert dict(part.split(" ", 1) for part in policy[1].split("; ")) == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_a_page_holds_no_script_no_style_of_an_element_and_nothing_to_fetch() -> None:
    page = Page(render_page(Markup("<h1>x</h1>"), FRAME))
    assert not {"script", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
    assert not re.search(rb"url\(|@import", render_page(Markup(""), FRAME))


def test_a_page_says_its_language_its_title_and_that_it_is_not_cleared() -> None:
    page = Page(render_page(Markup("<h1>Camden</h1>"), FRAME))
    assert page.attributes("html", "lang") == ["en-GB"]
    assert "Camden & <more> – A tiny survey" in page.text
    assert "Not cleared for release." in page.text
    assert "more" not in {tag for tag, _ in page.tags}
    assert "The <organisation>" in page.text
    assert page.attributes("main", "id") == ["content"]
    assert "#content" in page.attributes("a", "href")


def test_every_page_is_stamped_and_a_page_of_synthetic_data_says_so(tiny_evaluation: Evaluation) -> None:
    not_cleared = UNCLEARED.notice
    assert frame_for(tiny_evaluation, "x", depth=1, trail=[], kinds={"real"}).notices == [not_cleared]
    assert frame_for(tiny_evaluation, "x", depth=1, trail=[], kinds={"synthetic"}).notices == [SYNTHETIC, not_cleared]


def test_a_released_page_says_when_as_what_and_by_which_post_it_was_released(tiny_evaluation: Evaluation) -> None:
    clearance = cleared("wave-2-r1", dt.date(2026, 11, 24), post="Head of quality")
    frame = frame_for(tiny_evaluation, "x", depth=1, trail=[], kinds={"real"}, clearance=clearance)
    assert frame.notices == ["Released on 24 November 2026 as release wave-2-r1, approved by Head of quality."]
    assert clearance.mark == "wave-2-r1"


def test_a_reissued_page_says_what_it_replaces_and_why() -> None:
    clearance = cleared("wave-2-r2", dt.date(2026, 12, 1), replaced="wave-2-r1", reason="A label was wrong.")
    assert clearance.notice == (
        "Released on 1 December 2026 as release wave-2-r2. It stands in place of wave-2-r1. Reason: A label was wrong."
    )


def test_the_pages_around_releases_carry_no_stamp_but_still_say_that_data_are_synthetic(
    tiny_evaluation: Evaluation,
) -> None:
    frame = frame_for(tiny_evaluation, "x", depth=0, trail=[], kinds={"synthetic"}, clearance=AROUND_RELEASES)
    assert frame.notices == [SYNTHETIC]


@pytest.mark.parametrize(
    ("title", "depth", "trail", "steps"),
    [
        ("All waves", 0, [], []),
        ("Privacy notice", 0, [], [("All waves", "index.html")]),
        ("Wave 2", 1, [], [("All waves", "../index.html")]),
        ("Barnet", 1, [("Wave 2", "index.html")], [("All waves", "../index.html"), ("Wave 2", "index.html")]),
    ],
)
def test_the_way_to_a_page_begins_with_the_list_of_waves_and_names_no_page_twice(
    tiny_evaluation: Evaluation, title: str, depth: int, trail: Links, steps: Links
) -> None:
    assert frame_for(tiny_evaluation, title, depth=depth, trail=trail, kinds=set()).trail == steps


def test_the_pages_above_the_waves_stand_one_step_below_the_list_of_waves(tiny_evaluation: Evaluation) -> None:
    for name, page in render_site(tiny_evaluation, ["wave-1"]).items():
        way = page.decode("utf-8").partition('<nav aria-label="Where you are">')[2].partition("</nav>")[0]
        assert way.count("All waves") == 1, name


@pytest.mark.parametrize(("depth", "up"), [(0, ""), (1, "../")])
def test_links_out_of_a_page_fit_the_folder_it_stands_in(tiny_evaluation: Evaluation, depth: int, up: str) -> None:
    frame = frame_for(tiny_evaluation, "x", depth=depth, trail=[], kinds=set())
    assert [address for _, address in frame.about] == [
        f"{up}{name}.html" for name in ("index", "methods", "privacy", "accessibility")
    ]


def test_code_streams_plain_text_errors_and_raw_cells_never_reach_a_page(tmp_path: Path) -> None:
    secrets = v4.new_code_cell(
        "SECRET_CODE = 1",
        outputs=[
            v4.new_output("stream", name="stdout", text="SECRET_STDOUT"),
            v4.new_output("stream", name="stderr", text="SECRET_STDERR"),
            v4.new_output("error", ename="SECRET_NAME", evalue="SECRET_VALUE", traceback=["SECRET_TRACE"]),
            v4.new_output("execute_result", {"text/plain": "SECRET_PLAIN"}, execution_count=1),
        ],
        execution_count=1,
    )
    raw = v4.new_raw_cell("<p>SECRET_RAW</p>")
    content = render_notebook(save(tmp_path, secrets, raw, shown("<h1>Kept</h1>")), FRAME)
    assert b"SECRET" not in content
    assert b"CODE" not in content
    assert b"PLAIN" not in content
    assert b"<h1>Kept</h1>" in content


@pytest.mark.parametrize("kind", ["execute_result", "display_data"])
@pytest.mark.parametrize("media_type", ["text/html", "image/png", "image/svg+xml", "application/javascript"])
def test_a_table_or_picture_that_is_no_piece_of_the_report_stops_the_page(
    tmp_path: Path, kind: str, media_type: str
) -> None:
    more = {"execution_count": 1} if kind == "execute_result" else {}
    output = v4.new_output(kind, {media_type: "SECRET", "text/plain": "SECRET"}, **more)
    path = save(tmp_path, shown("<h1>Kept</h1>"), v4.new_code_cell("x", outputs=[output], execution_count=1))
    with pytest.raises(NotebookError) as told:
        render_notebook(path, FRAME)
    assert "cell 2 shows a result that is no part of the report" in str(told.value)
    assert media_type in str(told.value)
    assert "SECRET" not in str(told.value)


def test_html_in_the_prose_of_a_notebook_is_shown_as_text(tmp_path: Path) -> None:
    nasty = v4.new_markdown_cell('## A <b>bold</b> claim\n\n<script>alert("x")</script> and [a](javascript:alert(1))')
    page = Page(render_notebook(save(tmp_path, nasty), FRAME))
    assert not {"script", "b"} & {tag for tag, _ in page.tags}
    assert '<script>alert("x")</script>' in page.text
    assert not any((address or "").startswith("javascript") for address in page.attributes("a", "href"))


def test_prose_and_pieces_stand_in_the_order_of_the_notebook(tmp_path: Path) -> None:
    cells = [shown("<h1>One</h1>"), v4.new_markdown_cell("## Two\n\nThree."), shown("<p>Four</p>")]
    text = Page(render_notebook(save(tmp_path, *cells), FRAME)).text
    assert text.index("One") < text.index("Three.") < text.index("Four")


def test_the_list_of_contents_stands_once_before_the_first_section_and_its_links_arrive(tmp_path: Path) -> None:
    cells = [
        shown("<h1>One</h1>"),
        v4.new_markdown_cell("## Who answered, and who is missing"),
        v4.new_markdown_cell("## What people's answers say\n\nProse."),
    ]
    page = Page(render_notebook(save(tmp_path, *cells), FRAME))
    inner = [address for address in page.attributes("a", "href") if address and address.startswith("#section")]
    assert len(inner) == 2
    assert {address[1:] for address in inner} <= set(page.ids())
    assert len(set(page.ids())) == len(page.ids())
    assert page.text.index("One") < page.text.index("Who answered")


@pytest.mark.parametrize("heading", ["Barriers & successes", "What *this* means", 'The word "offer"'])
def test_a_section_s_link_arrives_whatever_its_heading_holds(tmp_path: Path, heading: str) -> None:
    page = Page(render_notebook(save(tmp_path, v4.new_markdown_cell(f"## {heading}")), FRAME))
    (link,) = [address for address in page.attributes("a", "href") if address and address.startswith("#section")]
    assert link[1:] in page.ids()


def test_html_in_a_text_of_ours_is_shown_as_text() -> None:
    page = Page(render_prose("# Methods\n\n## How\n\n<img src=x onerror=alert(1)> and `<b>`", FRAME))
    assert "img" not in {tag for tag, _ in page.tags}
    assert "section-how" in page.ids()


def notice(template: str, evaluation: Evaluation, policy: Policy) -> bytes:
    return render_fragment(template, FRAME, evaluation=evaluation, contact=evaluation.contact, policy=policy)


@pytest.mark.parametrize("template", ["privacy.html.j2", "accessibility.html.j2"])
def test_the_notices_are_made_from_the_settings(tiny_evaluation: Evaluation, template: str) -> None:
    page = Page(notice(template, tiny_evaluation, STANDARD))
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert "The tiny organisation" in page.text


def test_the_privacy_notice_names_the_basis_the_rights_and_the_minimum_base(tiny_evaluation: Evaluation) -> None:
    text = Page(notice("privacy.html.j2", tiny_evaluation, STANDARD)).text
    for told in ("a task in the public interest", "the data protection officer", "The minimum base is 3 people."):
        assert told in text
    assert "Answers are deleted after a year." in text
    assert "No figure for fewer people than the minimum base" in text


def test_the_privacy_notice_of_bins_tells_of_bins_and_of_no_minimum_base(tiny_evaluation: Evaluation) -> None:
    text = Page(notice("privacy.html.j2", tiny_evaluation, STRICT)).text
    assert "Every count of people, the base included, in bins of six" in text
    assert "minimum base" not in text


def test_a_section_without_anything_to_show_has_no_heading(tmp_path: Path) -> None:
    cells = [
        v4.new_markdown_cell("## Kept\n\nProse alone."),
        v4.new_markdown_cell("## Place by place\n\nPlaces stand in a fixed order."),
        shown(""),
        v4.new_markdown_cell("## Half"),
        shown(""),
        shown("<p>Something.</p>"),
    ]
    page = Page(render_notebook(save(tmp_path, *cells), FRAME))
    assert "Place" not in page.text
    assert [name for name in page.ids() if name.startswith("section-")] == ["section-kept", "section-half"]
    assert "Something." in page.text
