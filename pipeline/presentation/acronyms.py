"""Acronyms on a page that no glossary explains: words that one agency knows and another does not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

# Capitals in a row, with digits or an ampersand among them; codes of places hold more digits than letters.
_ACRONYM = re.compile(r"(?<![\w-])(?=(?:[^\s]*[A-Z]){2})[A-Z][A-Z&]*\d?[A-Z]*s?(?![\w-])")
# Known to everybody who can open such a page.
_EVERYDAY = frozenset({"NHS", "UK", "OK", "CSV", "SYNTHETIC"})
_NO_TEXT = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)


def unexplained_acronyms(pages: Iterable[str], glossary: Iterable[str]) -> list[str]:
    """Return the acronyms in the text of pages (HTML) that no term of a glossary holds, each once, in order."""
    explained = {word for term in glossary for word in re.findall(r"[\w&]+", term)} | _EVERYDAY
    text = " ".join(str(Markup(_NO_TEXT.sub(" ", page)).unescape()) for page in pages)
    found = (one.removesuffix("s") for one in _ACRONYM.findall(text))
    return sorted({one for one in found if len(one) > 1} - explained)
