"""The one way in which a page's bytes are written: whatever a browser shows alike could carry a number between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a browser passes over; methods.html, which is held against its text word for word, has lines that are indented.
_APART = re.compile(r"<style>.*?</style>|data:image/svg\+xml;base64,[A-Za-z0-9+/=]*", re.DOTALL)
# Where our templates leave a line empty.
_EMPTY_LINES = ("</title>\n\n</head>", "</ul>\n\n</main>")
# A line ends between blocks; a list from a notebook has an end of line behind its items and before a list within one.
_LINE_IN_WORDS = re.compile(
    r"[^>\n]\n(?!</li>|<ul>)|[^>\n]<ul>|\n[^<\n]"
    r"|</(?:strong|em|span|code)>\n|\n<(?:strong|em|span|code)\b|</a>\n(?!<header)|(?<!<body>)\n<a\b"
)
# The ways in which one sign could be written; around the content, our templates write only the last of each.
_WAYS = (("'", "&#39;"), ('"', "&quot;", "&#34;"), (">", "&gt;"))
_SPACES = re.compile(r"[ \n]{2,}|^ | $|\u00a0{2,}", re.MULTILINE)
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?: [a-z-]+=(?:\"[^\"]*\"|'[^']*'))*)(\s*/?)>")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=(\"|')([^\"']*)")
_ENDS = {"img": "/"}


def form_faults(content: bytes, *, of_main: bool = True) -> Iterator[str]:
    """Give what in a page's bytes is written otherwise than our templates write it: one fault of each kind at most.

    `of_main`: its content is looked at too, and not only what stands around it.
    """
    text = _APART.sub("", content.decode("utf-8", errors="replace"))
    before, main, after = _parted(text)
    text = text if of_main else f"{before}<main></main>{after}"
    bare = text
    for place in _EMPTY_LINES:
        bare = bare.replace(place, place.replace("\n\n", "\n"))
    if (found := _SPACES.search(bare)) or not text.endswith("</html>"):
        near = bare[max(found.start() - 20, 0) : found.end() + 20] if found else text[-20:]
        yield f"spaces or empty lines that nobody sees stand in it, at {near!r}."
    if found := _LINE_IN_WORDS.search(bare):
        yield f"a line ends within its words, at {bare[max(found.start() - 20, 0) : found.end() + 20]!r}."
    if of_main and any(sum(way in _words(main) for way in ways) > 1 for ways in _WAYS):
        yield "one and the same sign is written in two ways in it."
    if any(way in _words(before + after) for ways in _WAYS for way in ways[:-1]):
        yield "a sign around its content is written otherwise than in ours."
    for tag, written, end in _TAG.findall(text):
        if fault := _tag_fault(tag, written, end):
            yield fault
            return


def _parted(text: str) -> tuple[str, str, str]:
    """Return a page's text before its content, the content, and what comes after."""
    before, found, rest = text.partition("<main")
    main, end, after = rest.partition("</main>")
    return before, found + main + end, after


def _words(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


def _tag_fault(tag: str, written: str, end: str) -> str:
    found = _ATTRIBUTE.findall(written)
    names = [name for name, _, _ in found]
    if tag != "meta" and names != sorted(names):
        return f"<{tag}> has its attributes in another order than ours."
    if any(quote == "'" and '"' not in written for _, quote, _ in found):
        return f"<{tag}> has a value between other quotation marks than ours."
    return f"<{tag}> ends otherwise than ours." if end != _ENDS.get(tag, "") else ""
