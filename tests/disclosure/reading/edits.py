"""Single edits of a release's final bytes, made without anything of the reader: each puts a leak into the release."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

Files = dict[str, bytes]
Edit = Callable[[Files], Files]


def change(file: str, before: str, after: str, *, count: int = 1) -> Edit:
    """Replace a text in one file; the test fails where it does not stand there."""

    def edit(files: Files) -> Files:
        text = files[file].decode("utf-8")
        assert before in text, f"{before!r} does not stand in {file}"
        return files | {file: text.replace(before, after, count).encode("utf-8")}

    return edit


def put(file: str, content: bytes) -> Edit:
    return lambda files: files | {file: content}


def copy(source: str, target: str) -> Edit:
    return lambda files: files | {target: files[source]}


def drop(file: str) -> Edit:
    return lambda files: {name: content for name, content in files.items() if name != file}


def in_picture(file: str, figure: str, alter: Callable[[str], str]) -> Edit:
    """Alter the SVG of one figure of a page."""

    def edit(files: Files) -> Files:
        page = files[file].decode("utf-8")
        start = page.index(f'<figure id="{figure}"')
        found = re.compile(r"base64,([A-Za-z0-9+/=]+)").search(page, start)
        assert found is not None
        drawing = base64.b64decode(found[1]).decode("utf-8")
        altered = alter(drawing)
        assert altered != drawing, "the picture was not altered"
        code = base64.b64encode(altered.encode("utf-8")).decode("ascii")
        return files | {file: (page[: found.start(1)] + code + page[found.end(1) :]).encode("utf-8")}

    return edit


def drawn(before: str, after: str) -> Callable[[str], str]:
    """Replace a text in an SVG."""

    def alter(drawing: str) -> str:
        assert before in drawing, f"{before!r} does not stand in the picture"
        return drawing.replace(before, after, 1)

    return alter


def moved(pattern: str, by: float) -> Callable[[str], str]:
    """Move the number that a pattern's second group finds first."""

    def shift(found: re.Match[str]) -> str:
        return f"{found[1]}{float(found[2]) + by:.6f}{found[3]}"

    return lambda drawing: re.sub(pattern, shift, drawing, count=1, flags=re.DOTALL)


def lines_of(file: str, alter: Callable[[list[str]], list[str]]) -> Edit:
    """Alter the lines of a CSV file."""

    def edit(files: Files) -> Files:
        lines = files[file].decode("utf-8").split("\r\n")
        altered = alter(list(lines))
        assert altered != lines, "the file was not altered"
        return files | {file: "\r\n".join(altered).encode("utf-8")}

    return edit
