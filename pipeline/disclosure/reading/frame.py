"""What stands around every page: head, trail, notices and foot, which must be word for word what they always are."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.disclosure.reading.frame_sentences import (
    NOT_CLEARED,
    NOT_CLEARED_IN_FILES,
    RELEASED,
    SYNTHETIC,
)
from pipeline.disclosure.reading.markup import Node
from pipeline.disclosure.reading.numerals import first_numeral

_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
_ABOUT = {
    "index.html": "All waves",
    "methods.html": "How the figures are made",
    "privacy.html": "Privacy notice",
    "accessibility.html": "Accessibility statement",
}
# Attributes that hold one of few words.
_VALUES = {
    ("a", "class"): {"skip"},
    ("nav", "aria-label"): {"Where you are", "On this page", "About this site"},
    ("nav", "class"): {"contents"},
    ("li", "aria-current"): {"page"},
    ("p", "class"): {"notice", "lead", "download", "key", "speaker"},
    ("main", "id"): {"content"},
    ("section", "id"): {"summary"},
    ("section", "aria-labelledby"): {"summary-heading"},
    ("span", "class"): {"measure"},
    ("div", "class"): {"scroll"},
    ("div", "role"): {"region"},
    ("div", "tabindex"): {"0"},
    ("div", "aria-label"): {"Table"},
    ("th", "scope"): {"col", "row"},
    ("html", "lang"): {"en-GB"},
}


@dataclass(frozen=True)
class Frame:
    """Where a page stands, what it is called, and which pages of the site it may lead to.

    `style` is the one style sheet of its site, None for a page released before: its style may have been another.
    `synthetic`: whether its data are, which it must say; None for a page that is about no wave.
    """

    file: str
    title: str
    site: str
    organisation: str
    known: frozenset[str]
    wave: str = ""
    style: str | None = None
    synthetic: bool | None = None

    @property
    def depth(self) -> int:
        return self.file.count("/")


def frame_faults(page: Node, frame: Frame) -> Iterator[str]:
    """Give what is wrong around a page's content, and with any attribute in it."""
    tags = [one.tag for one in page.elements]
    if tags != ["head", "body"]:
        yield "it has not a head and a body alone."
        return
    head, body = page.elements
    yield from _head_faults(head, frame)
    if [one.tag for one in body.elements] != ["a", "header", "main", "footer"]:
        yield "its body is not a link to the content, a header, the content and a footer."
        return
    skip, header, _, footer = body.elements
    if (skip.text, skip.attributes) != ("Skip to the content", {"class": "skip", "href": "#content"}):
        yield "the link to its content is not as it always is."
    yield from _header_faults(header, frame)
    yield from _footer_faults(footer, frame)
    yield from _attribute_faults(page, frame)


def stamp_of(page: Node) -> str:
    """Return how a page says whether it is released, as its files say it, or ''."""
    for notice in page.every("p"):
        if notice.attributes.get("class") == "notice":
            if notice.text == NOT_CLEARED:
                return NOT_CLEARED_IN_FILES
            if found := re.fullmatch(RELEASED, notice.text, re.ASCII):
                return found["id"]
    return ""


def _head_faults(head: Node, frame: Frame) -> Iterator[str]:
    style = next((one.raw for one in head.elements if one.tag == "style"), "")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    if frame.style not in (None, style):
        yield "its style is not the style sheet of the site."
    expected = [
        ("meta", {"charset": "utf-8"}, ""),
        ("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY.format(digest)}, ""),
        ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}, ""),
        ("meta", {"name": "color-scheme", "content": "light"}, ""),
        ("meta", {"name": "referrer", "content": "no-referrer"}, ""),
        ("title", {}, f"{frame.title} – {frame.site}"),
    ]
    found = [(one.tag, one.attributes, one.text) for one in head.elements if one.tag != "style"]
    if found != expected or [one.tag for one in head.elements].count("style") != 1:
        wrong = next((str(one) for one in found if one not in expected), "something is missing or stands elsewhere")
        yield f"its head is not as it always is: {wrong[:160]}."


def _header_faults(header: Node, frame: Frame) -> Iterator[str]:
    nav, *notices = header.elements or [Node("nav")]
    up = "../" * frame.depth
    links = {(name, f"{up}{address}") for address, name in _ABOUT.items()} | {(frame.wave, "index.html")}
    steps = [step for listed in nav.every("ol") for step in listed.elements]
    for step in steps[:-1]:
        link = step.elements[0] if step.elements else Node("a")
        if (step.text, link.attributes.get("href")) not in links or link.text != step.text:
            yield f"the way to it leads over '{step.text}', which is no page of the site above it."
    if len({step.text for step in steps}) != len(steps):
        yield "the way to it leads over one page twice."
    if not steps or steps[-1].text != frame.title or steps[-1].elements:
        yield f"the way to it does not end with its own title, '{frame.title}'."
    told = [notice.text for notice in notices if notice.tag == "p" and notice.attributes == {"class": "notice"}]
    stamps = [one for one in told if one != SYNTHETIC]
    # Around released reports, the pages above the waves carry no stamp: each wave in their list has its own.
    is_stamped = _is_stamp(stamps[0]) if len(stamps) == 1 else not stamps and frame.depth == 0
    said_wrong = frame.synthetic is not None and frame.synthetic != (SYNTHETIC in told)
    if nav.tag != "nav" or len(told) != len(notices) or not is_stamped or told.count(SYNTHETIC) > 1 or said_wrong:
        yield f"its notices are not those that a page may have: {'; '.join(told)[:160]}."


def _is_stamp(notice: str) -> bool:
    found = re.fullmatch(RELEASED, notice, re.ASCII)
    return notice == NOT_CLEARED or (found is not None and not first_numeral(found["why"] or ""))


def _footer_faults(footer: Node, frame: Frame) -> Iterator[str]:
    up = "../" * frame.depth
    links = [(link.text, link.attributes.get("href")) for link in footer.every("a")]
    texts = [one.text for one in footer.elements]
    expected = [(name, f"{up}{address}") for address, name in _ABOUT.items()]
    if links != expected or texts != [frame.organisation, "".join(_ABOUT.values())]:
        yield "its foot is not as it always is."


def address_of(heading: str) -> str:
    """Return the address of a section from its heading."""
    return "section-" + "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def _attribute_faults(page: Node, frame: Frame) -> Iterator[str]:
    ids = [node.attributes["id"] for node in _all(page) if "id" in node.attributes]
    if len(set(ids)) < len(ids):
        yield "two of its elements have the same id."
    for node in _all(page):
        for name, value in node.attributes.items():
            if not _may_hold(node, name, value, frame, set(ids)):
                yield f"<{node.tag}> has {name}=“{value[:80]}”, which is explained by nothing a page may hold."


def _may_hold(node: Node, name: str, value: str, frame: Frame, ids: set[str]) -> bool:
    if (node.tag, name) in _VALUES:
        return value in _VALUES[node.tag, name]
    if node.tag == "a":
        return value.removeprefix("#") in ids if value.startswith("#") else _resolved(value, frame) in frame.known
    if node.tag == "h2":
        return value in ("summary-heading", address_of(node.text))
    if node.tag == "caption" or name == "aria-labelledby":
        return value.endswith("-caption") and value.removesuffix("-caption") in ids
    # The head, tables, figures and pictures are looked at by themselves.
    return node.tag in ("meta", "table", "figure", "img")


def _resolved(address: str, frame: Frame) -> str:
    folder = frame.file.rpartition("/")[0]
    if address.startswith("../"):
        return address.removeprefix("../") if frame.depth == 1 else ""
    return f"{folder}/{address}" if folder else address


def _all(node: Node) -> Iterator[Node]:
    yield node
    for one in node.elements:
        yield from _all(one)
