"""Labels as people and platforms write them, compared on one normal form."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_SAME_CHARACTER = str.maketrans(
    {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"}
)
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"}


def normal_form(text: str) -> str:
    """Return `text` without differences of case, spacing, dash, quotation mark or invisible character."""
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    visible = "".join(character for character in text if character not in _INVISIBLE)
    # NFKC turns a non-breaking space into a plain one and a full-width letter into a plain one.
    return " ".join(unicodedata.normalize("NFKC", visible).translate(_SAME_CHARACTER).casefold().split())


def nearest(found: str, known: Iterable[str]) -> str | None:
    """Return the known label most like `found`, or None when nothing is near."""
    by_form = {normal_form(label): label for label in known}
    near = difflib.get_close_matches(normal_form(found), list(by_form), n=1, cutoff=0.6)
    return by_form[near[0]] if near else None


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """Return a clause that suggests the nearest known label, or an empty string."""
    suggestion = nearest(found, known)
    return f"; did you mean {_in_marks(suggestion)}?" if suggestion else ""


def listed(labels: Iterable[str]) -> str:
    """Return labels as a person lists them: 'a', 'b' and 'c'."""
    quoted = [_in_marks(label) for label in labels]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1] if quoted else "none"


def _in_marks(label: str) -> str:
    # What cannot be seen would make a message unreadable, or worse where it is printed.
    return f"'{label}'" if label.isprintable() else repr(label)
