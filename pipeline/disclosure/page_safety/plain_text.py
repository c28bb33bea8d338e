"""What may not stand in any published text, wherever it is: in a page, an attribute, a picture or a cell."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.ground.characters import unseen_characters

_FOLDERS = (
    "applications|app|builds?|content|data|dev|etc|home|library|media|mnt|nix|opt|private|proc|root|run|srv|sys|tmp|"
    "users|usr|var|volumes|work|workspaces?"
)
_PATH = re.compile(
    rf"(?<![\w.~/-])/(?:(?:{_FOLDERS})\b|[\w.~-]+/[\w.~-])|~/|\bfile:|\b[a-z]:[\\/]|\\|%userprofile%|\$\{{?home\b", re.I
)
_RUN = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")
# No word is so long; the longest in an English dictionary has 45 letters, and none of ours is in it.
_UNREADABLE = re.compile(r"[A-Za-z0-9+/=]{41,}")


@dataclass(frozen=True)
class PlainText:
    """The checks of a text, `private` being what tells of the machine or the person that made it."""

    private: re.Pattern[str] | None

    def faults(self, text: str, *, breaks: str = "") -> list[str]:
        """Return what is wrong with a text, `breaks` being the control characters it may hold; one clause a fault."""
        found = []
        if unseen := unseen_characters(text, allowed=breaks):
            found.append(f"holds characters that nobody can see ({', '.join(unseen)})")
        if path := _PATH.search(text):
            found.append(f"names a path of a machine ({path[0]!r})")
        if _UNREADABLE.search(text):
            found.append("holds a run of letters and digits that nobody can read")
        return found + self.private_faults(text)

    def private_faults(self, text: str) -> list[str]:
        """Return whether a text, in any of its spellings, names the user, the machine or its environment."""
        if self.private and any(self.private.search(spelling) for spelling in _spellings(text)):
            return ["names the user, the machine or something of its environment"]
        return []

    def without_private(self, sentence: str) -> str:
        """Return a sentence that others may read: what is private in what it quotes gives place to three dots."""
        plain = _folded(sentence)
        return self.private.sub("...", plain) if self.private and self.private.search(plain) else sentence


def plain_text_checks(private: Sequence[str]) -> PlainText:
    """Return the checks for these private texts, each found as a whole word in any case; blank ones are passed over."""
    spoken = sorted({_folded(one.strip()) for one in private} - {""}, key=len, reverse=True)
    return PlainText(re.compile("|".join(_as_whole(one) for one in spoken)) if spoken else None)


def _as_whole(text: str) -> str:
    before = r"(?<!\w)" if text[0].isalnum() else ""
    after = r"(?!\w)" if text[-1].isalnum() else ""
    return before + re.escape(text) + after


def _spellings(text: str) -> Iterator[str]:
    """Yield a text as it stands and as a browser, an address bar or a decoder would read it."""
    plain = _folded(text)
    yield plain
    unescaped = html.unescape(text)
    yield from (_folded(one) for one in (unescaped, urllib.parse.unquote(unescaped)) if one != text)
    for run in _RUN.findall(unescaped):
        yield _folded(_decoded(run))


def _decoded(run: str) -> str:
    bare = run.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4)).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
