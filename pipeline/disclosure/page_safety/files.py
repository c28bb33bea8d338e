"""The check of all files that would be published, on their final bytes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.disclosure.page_safety.html_page import Site, page_faults
from pipeline.disclosure.page_safety.plain_text import plain_text_checks
from pipeline.disclosure.page_safety.table_file import table_faults

_ADDRESS = re.compile(r"(?:[a-z0-9-]+/)?[a-z0-9-]+\.(?:html|csv)")


def find_unsafe(
    files: Mapping[str, bytes],
    *,
    private: Sequence[str] = (),
    known: Collection[str] = (),
    style: str | None = None,
) -> list[str]:
    """Return one sentence for everything unsafe in files by their address below the published folder.

    `private`: names of the user and the machine, folders, values of the environment; each is looked for as a whole
    word, in any case. `known`: addresses that stand there already. `style`: the style sheet that every page must hold.
    An empty list means that nothing unsafe was found.
    """
    site = Site({*files, *known}, style, plain_text_checks(private))
    found = [
        site.plain.without_private(f"{address[:80]!r}, line {line}: it {clause}.")
        for address, content in files.items()
        for line, clause in _file_faults(address, content, site)
    ]
    return list(dict.fromkeys(found))


def _file_faults(address: str, content: bytes, site: Site) -> Iterator[tuple[int, str]]:
    if not _ADDRESS.fullmatch(address):
        yield 1, "has an address that no page or table of the site can have"
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield content[: error.start].count(b"\n") + 1, "holds a byte that is not UTF-8"
        return
    yield from page_faults(address, text, site) if address.endswith(".html") else table_faults(text, site.plain)
