"""HTML in the one plain form that our templates write, in which no two readers can see different things.

Whatever else browsers understand, such as comments, bare attributes or tags without an end, is not read but told.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

DOCTYPE = "<!DOCTYPE html>\n"
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_WITHOUT_TAGS = frozenset({"style", "title"})
# nbconvert writes a value that holds " between '.
_PAIR = r""" [a-z][a-z-]*=(?:"[^"<>]*"|'[^'<>]*')"""
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)((?:{_PAIR})*)(?: ?/)?>")
_ATTRIBUTE = re.compile(r""" ([a-z][a-z-]*)=(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#x[0-9A-Fa-f]+);")


@dataclass(frozen=True)
class Tag:
    """A start tag with its attributes, unescaped, and the line it stands in."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    line: int


@dataclass
class Tokens:
    """What stands in a page: its start tags, all its text, its style, and what could not be read (line, clause)."""

    tags: list[Tag] = field(default_factory=list)
    text: list[tuple[int, str]] = field(default_factory=list)
    style: str = ""
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_tokens(page: str) -> Tokens:
    """Return what stands in a page; reading ends at the first thing that is not in the plain form."""
    tokens = Tokens()
    if not page.startswith(DOCTYPE):
        tokens.faults.append((1, "does not begin with <!DOCTYPE html>"))
        return tokens
    _Reading(page, tokens).read()
    if not tokens.faults:
        tokens.faults += _disagreements(page, tokens)
    return tokens


class _Reading:
    """One pass over a page."""

    def __init__(self, page: str, tokens: Tokens) -> None:
        self.page, self.tokens = page, tokens
        self.at = len(DOCTYPE)
        self.line = 2
        self.open: list[str] = []

    def read(self) -> None:
        while self.at < len(self.page) and not self.tokens.faults:
            here = self.page.find("<", self.at)
            self._take_text(self.page[self.at : here if here >= 0 else len(self.page)])
            if here >= 0 and not self.tokens.faults:
                self._take_tag(here)
        if self.open and not self.tokens.faults:
            self._fault(f"never closes <{self.open[-1]}>")

    def _take_text(self, text: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "style":
            self.tokens.style += text
        elif ">" in text:
            self._fault("holds a > that belongs to no tag")
        elif _REFERENCE.sub("", text).count("&"):
            self._fault("holds an & that begins no character reference")
        else:
            self.tokens.text.append((self.line, html.unescape(text)))
        self._move(text)

    def _take_tag(self, here: int) -> None:
        found = _TAG.match(self.page, here)
        if not found:
            return self._fault(f"holds {self.page[here : here + 20]!r}, which is no tag in the plain form of our pages")
        closing, name, attributes = found.groups()
        if closing:
            self._close(name, attributes)
        elif self.open and self.open[-1] in _WITHOUT_TAGS:
            self._fault(f"holds <{name}> within <{self.open[-1]}>")
        else:
            self._start(name, attributes)
        return self._move(found[0])

    def _start(self, name: str, written: str) -> None:
        pairs = tuple((key, html.unescape(one or other)) for key, one, other in _ATTRIBUTE.findall(written))
        if len(dict(pairs)) < len(pairs):
            self._fault(f"gives an attribute of <{name}> twice")
        if _REFERENCE.sub("", written).count("&"):
            self._fault(f"holds an & in <{name}> that begins no character reference")
        self.tokens.tags.append(Tag(name, pairs, self.line))
        if name not in VOID:
            self.open.append(name)

    def _close(self, name: str, attributes: str) -> None:
        if attributes or not self.open or self.open.pop() != name:
            self._fault(f"closes <{name}> where it is not the tag to be closed")

    def _move(self, text: str) -> None:
        self.at += len(text)
        self.line += text.count("\n")

    def _fault(self, clause: str) -> None:
        self.tokens.faults.append((self.line, clause))


class _SecondReader(HTMLParser):
    """The same page as Python's own reader of HTML sees it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.text = ""
        self.others = 0
        self.feed(page.removeprefix(DOCTYPE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple((name, value or "") for name, value in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.others += 1

    def handle_decl(self, decl: str) -> None:
        self.others += 1

    def handle_pi(self, data: str) -> None:
        self.others += 1

    def unknown_decl(self, data: str) -> None:
        self.others += 1


def _disagreements(page: str, tokens: Tokens) -> list[tuple[int, str]]:
    second = _SecondReader(page)
    same = second.tags == [(tag.name, tag.attributes) for tag in tokens.tags]
    shown = "".join(text for _, text in tokens.text)
    if same and not second.others and second.text.replace(tokens.style, "", 1) == shown:
        return []
    return [(1, "is read differently by two readers of HTML")]
