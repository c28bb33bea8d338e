"""What in a text says how many: digits of any script, number words, and words of amount beside a name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NUMBER_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|hundreds|thousand|thousands|"
    "million|dozen|dozens|couple|half|halves|third|thirds|quarter|quarters|fifth|fifths|sixth|tenth|once|twice|thrice|"
    "nobody|noone|everybody|everyone|percent|nought|nil|solely|pair|pairs|handful|fourth|fourths|sixths|seventh|sevenths|"
    "eighth|eighths|ninth|ninths|tenths|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|"
    "eighteenth|nineteenth|twentieth|hundredth|twos|threes|fours|fives|sixes|sevens|eights|nines|tens|trio|quartet|"
    "quintet|sextet|septet|octet|twosome|threesome|foursome|duo|triple|treble|quadruple|quintuple|sextuple|septuple|"
    "octuple|triplet|triplets|twins|fortnight"
)
_AMOUNTS = (
    "all|none|most|every|many|much|few|fewer|several|each|both|neither|always|never|only|majority|minority|some|any|"
    "anyone|anybody|somebody|someone|single|sole|alone|rose|fell|rise|fall|increase|increased|decrease|decreased|more|"
    "less|least|higher|lower|highest|lowest|larger|largest|smaller|smallest|best|worst|better|worse|top|bottom|"
    "unanimous|unanimously|unanimity|nearly|almost|hardly|barely|scarcely|fully|wholly|entirely|universal|universally|"
    "overwhelmingly|everything|nothing|lone|solitary"
)
_NUMERAL = re.compile(rf"\b(?:{_NUMBER_WORDS})(?:fold)?\b|\bper cent\b|[%‰+±=<>#*]")
# A number can be written in Roman numerals, in letters in which large and small change as in no word, in letters or
# signs one after the other, and as strokes or dots that are counted.
_WRITTEN_OTHERWISE = re.compile(
    r"\b[IVXLC]{2,}\b|\b[VX]\b|\bx{0,3}(?:i[xv]|vi{0,3}|i{2,3}|xi{1,3})\b"
    r"|[A-Za-z+/]*[a-z][A-Z][A-Za-z+/]*[a-z][A-Z][A-Za-z+/]*"
    r"|\b[A-Za-z](?:[ ,;.-]{1,2}[A-Za-z]\b){2,}|\([a-z]\)|([^\w\s])\1{2,}|(?:[^\w\s“”()]\s){3,}|\bABC[A-Z]*\b"
)
_AMOUNT = re.compile(rf"\b(?:{_AMOUNTS})\b")
# Digits, and signs that are no letters and no marks of writing, such as arrows, strokes and circles.
_DIGITS = {"Nd", "Nl", "No", "So", "Sm", "Sk"}
# Invisible, private and unassigned characters, and those that only turn the direction of text.
_UNSEEN = {"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"}
_SPACES = " \u00a0"
_SPACE = re.compile(r"[ \n\u00a0]+")


def plain(text: str) -> str:
    """Return a text with each run of spaces and line ends as one space."""
    return _SPACE.sub(" ", text).strip(" ")


def unseen_character(text: str) -> str:
    """Return the name of the first character that a reader cannot see, or that is a space of its own kind, or ''."""
    for character in text:
        category = unicodedata.category(character)
        if (category in _UNSEEN and character != "\n") or (category == "Zs" and character not in _SPACES):
            return unicodedata.name(character, f"U+{ord(character):04X}")
    return ""


@lru_cache(maxsize=4096)
def first_numeral(text: str) -> str:
    """Return the first thing in a text that says how many, or ''; look-alikes of other scripts count as numerals."""
    bare = _bare(text)
    # A digit of its own, such as Ⅱ, can be spelt in letters when it is decomposed.
    for character in (*text, *bare):
        if unicodedata.category(character) in _DIGITS or not _is_common(character):
            return character
    found = _NUMERAL.search(bare) or _WRITTEN_OTHERWISE.search(text)
    return found[0] if found else ""


@lru_cache(maxsize=4096)
def first_name(text: str, names: tuple[str, ...]) -> str:
    """Return the first of `names` that a text holds, or ''; a name that is a word of amount itself says nothing."""
    bare = _bare(text)
    return next((name for name in names if not _AMOUNT.fullmatch(_bare(name)) and _holds(bare, _bare(name))), "")


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


@lru_cache(maxsize=4096)
def amount_beside_a_name(text: str, names: tuple[str, ...]) -> str:
    """Return the word of amount in a text that names one of `names`, or ''."""
    bare = _bare(text)
    # A name that is a word of amount itself, such as "All", would be found in half of all sentences.
    telling = [name for name in map(_bare, names) if not _AMOUNT.fullmatch(name)]
    if not any(_holds(bare, name) for name in telling):
        return ""
    found = _AMOUNT.search(bare)
    return found[0] if found else ""


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if not unicodedata.category(character).startswith("M"))


def _is_common(character: str) -> bool:
    if not character.isalpha():
        return True
    return unicodedata.name(character, "").startswith("LATIN")
