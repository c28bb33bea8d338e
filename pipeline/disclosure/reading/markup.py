"""A page as a tree, read so strictly that nothing can stand in its bytes and not in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from pipeline.disclosure.reading.numerals import plain

VOID = frozenset({"meta", "img"})
# The attributes that each tag may have; a tag that does not stand here may not stand in a page.
ALLOWED: dict[str, frozenset[str]] = {
    "html": frozenset({"lang"}),
    "meta": frozenset({"charset", "name", "content", "http-equiv"}),
    "a": frozenset({"href", "class"}),
    "nav": frozenset({"aria-label", "class"}),
    "li": frozenset({"aria-current"}),
    "p": frozenset({"class"}),
    "main": frozenset({"id"}),
    "section": frozenset({"id", "aria-labelledby"}),
    "h2": frozenset({"id"}),
    "span": frozenset({"class"}),
    "figure": frozenset({"id"}),
    "img": frozenset({"src", "alt"}),
    "div": frozenset({"class", "role", "tabindex", "aria-labelledby", "aria-label"}),
    "table": frozenset({"id"}),
    "caption": frozenset({"id"}),
    "th": frozenset({"scope"}),
    "blockquote": frozenset(),
    **dict.fromkeys(
        ("head", "title", "style", "body", "header", "footer", "ol", "ul", "h1", "h3", "figcaption", "strong", "em",
         "code", "pre", "thead", "tbody", "tr", "td", "dl", "dt", "dd"),
        frozenset(),
    ),
}  # fmt: skip
# Where elements stand that may stand nowhere else.
_ONLY_IN: dict[str, frozenset[str]] = {
    **dict.fromkeys(("meta", "title", "style"), frozenset({"head"})),
    **dict.fromkeys(("img", "figcaption"), frozenset({"figure"})),
    **dict.fromkeys(("caption", "thead", "tbody"), frozenset({"table"})),
    **dict.fromkeys(("th", "td"), frozenset({"tr"})),
    **dict.fromkeys(("dt", "dd"), frozenset({"dl"})),
    "tr": frozenset({"thead", "tbody"}),
    "table": frozenset({"div", "document"}),
    "li": frozenset({"ul", "ol"}),
}
_MAY_BE_EMPTY = frozenset({"p", "td", "tr", "thead", "tbody", "document"})
_ENTITIES = frozenset({"amp", "lt", "gt", "quot"})
_TEXT_IN = frozenset(
    {"title", "style", "a", "li", "p", "h1", "h2", "h3", "span", "strong", "em", "code", "pre", "caption", "th", "td",
     "dt", "dd", "figcaption", "blockquote"}
)  # fmt: skip


class UnreadableError(ValueError):
    """Raised when a page is not written as a page of ours is; the message says where and what."""


@dataclass
class Node:
    """An element: its tag, its attributes, and what it holds in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    holds: list[Node | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Node]:
        return [one for one in self.holds if isinstance(one, Node)]

    @property
    def text(self) -> str:
        """Everything it says, with each run of spaces as one."""
        return plain(self.raw)

    @property
    def raw(self) -> str:
        return "".join(one if isinstance(one, str) else one.raw for one in self.holds)

    def every(self, tag: str) -> Iterator[Node]:
        """Give every element below this one with that tag, in order."""
        for one in self.elements:
            if one.tag == tag:
                yield one
            yield from one.every(tag)

    def only(self, tag: str) -> Node:
        """Return the one element of that tag below this one; raises UnreadableError."""
        found = list(self.every(tag))
        if len(found) != 1:
            raise UnreadableError(f"<{self.tag}> holds {len(found)} of <{tag}>; expected one")
        return found[0]


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.top = Node("document")
        self.open = [self.top]
        self.has_type = False

    def handle_decl(self, decl: str) -> None:
        if decl != "DOCTYPE html" or self.has_type or self.top.elements:
            raise UnreadableError(f"the declaration '{decl[:40]}' stands in it")
        self.has_type = True

    def handle_comment(self, data: str) -> None:
        raise UnreadableError(f"a comment stands in it: '{data[:40]}'")

    def handle_pi(self, data: str) -> None:
        raise UnreadableError(f"an instruction stands in it: '{data[:40]}'")

    def unknown_decl(self, data: str) -> None:
        raise UnreadableError(f"a section of other text stands in it: '{data[:40]}'")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            raise UnreadableError(f"<{tag}/> closes itself, which only pictures and metadata do")
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            raise UnreadableError(f"<{tag}> is no element that a page has")
        names = [name for name, _ in attrs]
        strange = sorted(set(names) - ALLOWED[tag])
        if strange or len(set(names)) < len(names) or any(value is None for _, value in attrs):
            wrong = strange[0] if strange else "twice the same, or one without a value"
            raise UnreadableError(f"<{tag}> has an attribute that it may not have: {wrong}")
        inside = self.open[-1].tag
        if inside not in _ONLY_IN.get(tag, {inside}):
            raise UnreadableError(f"<{tag}> stands in <{inside}>")
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].holds.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) < 2 or self.open[-1].tag != tag:
            raise UnreadableError(f"</{tag}> closes nothing that is open")
        closed = self.open.pop()
        if not closed.holds and tag not in _MAY_BE_EMPTY:
            raise UnreadableError(f"<{tag}> holds nothing")

    def handle_data(self, data: str) -> None:
        inside = self.open[-1].tag
        if data.strip(" \n") and inside not in _TEXT_IN:
            raise UnreadableError(f"text stands by itself in <{inside}>: '{plain(data)[:40]}'")
        if "<" in data and inside != "style":
            raise UnreadableError(f"a tag in <{inside}> has no end: '{plain(data)[:40]}'")
        self.open[-1].holds.append(data)

    def handle_entityref(self, name: str) -> None:
        if name not in _ENTITIES:
            raise UnreadableError(f"the character reference &{name}; is not one that a page has")
        self.handle_character(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        if name not in ("39", "34"):
            raise UnreadableError(f"the character reference &#{name}; is not one that a page has")
        self.handle_character(unescape(f"&#{name};"))

    def handle_character(self, character: str) -> None:
        if self.open[-1].tag not in _TEXT_IN:
            raise UnreadableError(f"text stands by itself in <{self.open[-1].tag}>")
        self.open[-1].holds.append(character)


_REFERENCE = re.compile(r"&(?!amp;|lt;|gt;|quot;|#39;|#34;)")


def read_page(content: bytes) -> Node:
    """Return the <html> element of a page; raises UnreadableError with what is wrong."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it is not UTF-8 (byte {error.start})") from None
    if not text.startswith("<!DOCTYPE html>\n<html ") or "\r" in text or "\t" in text:
        raise UnreadableError("it does not begin as a page does, or has other line ends")
    found = _REFERENCE.search(text)
    if found:
        raise UnreadableError(f"a character reference that no page has stands in it: '{text[found.start() :][:12]}'")
    top = read_fragment(text)
    if [one.tag for one in top.elements] != ["html"]:
        raise UnreadableError("something stands beside <html>")
    return top.elements[0]


def read_fragment(text: str) -> Node:
    """Return the elements of a part of a page, below one that is none; raises UnreadableError."""
    parser = _Strict()
    parser.feed(text)
    parser.close()
    if len(parser.open) != 1:
        raise UnreadableError(f"<{parser.open[-1].tag}> is not closed")
    return parser.top


# Elements that a reader sees as one block of text, whatever else they hold.
BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "dt", "dd", "th", "td", "caption", "pre", "blockquote", "figcaption"})


def blocks(node: Node) -> Iterator[tuple[Node, str]]:
    """Give every block below an element, in order, with its own text: that of blocks within it left out."""
    for one in node.elements:
        if one.tag in BLOCKS:
            yield one, plain(own_text(one))
        yield from blocks(one)


def own_text(node: Node) -> str:
    held = (one if isinstance(one, str) else "" if _is_apart(one) else own_text(one) for one in node.holds)
    return "".join(held)


def _is_apart(node: Node) -> bool:
    return node.tag in BLOCKS or node.tag in ("ul", "ol", "table", "figure", "dl")
