"""Characters that a reader cannot see: they can hide words, or turn the order in which words are shown."""

from __future__ import annotations

import unicodedata
from functools import cache

# Drawn as nothing although Unicode calls them letters or marks (Default_Ignorable_Code_Point outside category C).
_DRAWN_AS_NOTHING = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0,
    *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),
}  # fmt: skip
_BREAKS = ("Zl", "Zp")


def unseen_characters(text: str, *, allowed: str = "") -> list[str]:
    """Return the code points, as U+202E, of control, direction, zero-width and unassigned characters in a text."""
    return [f"U+{ord(one):04X}" for one in sorted(set(text) - set(allowed)) if _is_unseen(one)]


def made_visible(text: str) -> str:
    """Return a text with every character that cannot be seen written as its escape, such as \\u202e."""
    return "".join(ascii(one)[1:-1] if _is_unseen(one) else one for one in text)


@cache
def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in _BREAKS or ord(character) in _DRAWN_AS_NOTHING
