"""The one way in which a page's bytes are written: whatever a browser shows alike could carry a number between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a browser passes over; methods.html, which is held against its text word for word, has lines that are indented.
_APART = re.compile(r"<style>.*?</style>|data:image/svg\+xml;base64,[A-Za-z0-9+/=]*", re.DOTALL)
# Where our templates leave a line empty.
_EMPTY_LINES = ("</title>\n\n</head>", "</ul>\n\n</main>")
_SPACES = re.compile(r"[ \n]{2,}|^ | $|\u00a0{2,}", re.MULTILINE)
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?: [a-z-]+=(?:\"[^\"]*\"|'[^']*'))*)(\s*/?)>")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=(\"|')([^\"']*)")
_ENDS = {"img": "/"}


def form_faults(content: bytes) -> Iterator[str]:
    """Give what in a page's bytes is written otherwise than our templates write it: one fault of each kind at most."""
    text = _APART.sub("", content.decode("utf-8", errors="replace"))
    bare = text
    for place in _EMPTY_LINES:
        bare = bare.replace(place, place.replace("\n\n", "\n"))
    if (found := _SPACES.search(bare)) or not text.endswith("</html>"):
        near = bare[max(found.start() - 20, 0) : found.end() + 20] if found else text[-20:]
        yield f"spaces or empty lines that nobody sees stand in it, at {near!r}."
    main = re.sub(r"<[^>]*>", "", text.partition("<main")[2])
    if "'" in main and "&#39;" in main:
        yield "one and the same sign is written in two ways in it."
    for tag, written, end in _TAG.findall(text):
        if fault := _tag_fault(tag, written, end):
            yield fault
            return


def _tag_fault(tag: str, written: str, end: str) -> str:
    found = _ATTRIBUTE.findall(written)
    names = [name for name, _, _ in found]
    if tag != "meta" and names != sorted(names):
        return f"<{tag}> has its attributes in another order than ours."
    if any(quote == "'" and '"' not in written for _, quote, _ in found):
        return f"<{tag}> has a value between other quotation marks than ours."
    return f"<{tag}> ends otherwise than ours." if end != _ENDS.get(tag, "") else ""
