"""What in a text may tell of a person: addresses, numbers, titles and common first names, seen by pattern alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipeline.reference.common_words import FIRST_NAMES, OF_POSTS

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
# Without it a pattern would be tried at every letter of a long word, in a time that grows with its square.
START = r"(?<![\w.+-])"
_DOT, _AT = r"(?:\.|\s[\[(]?dot[\])]?\s)", r"(?:@|\s[\[(]?at[\])]?\s)"
_PATTERNS = {
    "e-mail address": (
        rf"{START}[\w+-]+(?:{_DOT}[\w+-]+)*\s?@\s?[\w-]+(?:{_DOT}[\w-]+)+",
        rf"{START}[\w+-]+(?:{_DOT}[\w+-]+)*{_AT}[\w-]+(?:\s[\[(]?dot[\])]?\s[\w-]+)+",
    ),
    "handle": (r"(?<![\w@.])@\w[\w.]*",),
    "web address": (
        r"(?:https?://|www\.)\S+",
        rf"{START}[\w-]+(?:\.[\w-]+)*\.(?:uk|com|org|net|info|gov|edu|io|eu|london|health)\b(?:/\S*)?",
    ),
    "extension": (r"\b(?:ext(?:ension|n)?|x)\.?\s?\d{2,6}\b",),
    "National Insurance number": (r"\b[a-z]{2}\s?(?:\d\s?){6}[a-d]\b",),
    "postcode": (r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b", r"(?-i:\b[A-Z]{1,2}\d{1,2}[A-Z]?\b)"),
    "date": (
        r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b(?:\s\d{{4}})?",
        rf"\b{_MONTH}\s\d{{1,4}}(?:st|nd|rd|th)?\b",
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    ),
    "name": (
        r"\b(?:dr|mr|mrs|ms|mx|prof|professor|cllr|councillor|dame|rev)\b\.?\s+[a-z][\w'-]+",
        r"(?-i:\b(?:Miss|Sir|Sister|Nurse|Lord|Lady)\s+[A-Z][\w'-]+)",
        r"(?-i:\b(?:[A-Z]\.\s?){2,})",
    ),
}
PATTERNS = {kind: [re.compile(one, re.IGNORECASE) for one in some] for kind, some in _PATTERNS.items()}
NUMBER = re.compile(r"(?<!\w)[+(]{0,2}\d(?:[ \t()./-]{0,3}\d){4,}")
WORD = re.compile(r"[^\W\d_](?:[\w'-]*\w)?")
PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})

# A year such as 2023-24 is a long number too; the shortest telephone number with its area's code has ten digits.
_TELEPHONE_DIGITS = 10
_OF_A_PERSON = ("e-mail address", "handle", "National Insurance number", "name")
_NAME_WORD = re.compile(r"[A-Z][a-z'-]+(?:[A-Z][a-z]+)?")


def kind_of_number(number: str) -> str:
    """Return what a run of digits may be: an NHS number, a telephone number, or a long number."""
    digits = "".join(one for one in number if one.isdigit())
    if is_nhs_number(digits):
        return "NHS number"
    return "telephone number" if number.lstrip("(").startswith(("0", "+")) else "long number"


def is_nhs_number(digits: str) -> bool:
    """Return whether ten digits carry the check digit of an NHS number: weights 10 to 2, modulus 11."""
    if len(digits) != 10 or not digits.isdecimal():
        return False
    rest = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return (11 - rest) % 11 == int(digits[-1])


def find_person(text: str, known_names: Iterable[str] = ()) -> str | None:
    """Return what in a text tells of a person, in words ("a telephone number"), or None.

    Names of places and organisations that are known do not count. A surname alone, or a rare first name, passes.
    """
    plain = unicodedata.normalize("NFKC", text).translate(PLAIN)
    for name in known_names:
        plain = re.sub(re.escape(name.translate(PLAIN)), " ", plain, flags=re.IGNORECASE)
    for kind in _OF_A_PERSON:
        if any(pattern.search(plain) for pattern in PATTERNS[kind]):
            return f"an {kind}" if kind[0] == "e" else f"a {kind}"
    if any(sum(one.isdigit() for one in found[0]) >= _TELEPHONE_DIGITS for found in NUMBER.finditer(plain)):
        return "a telephone number or an NHS number"
    # Without its capital letter a first name may be any word.
    return "a first name" if any(found[0][0].isupper() for found in FIRST_NAMES.finditer(plain)) else None


def looks_like_name(text: str, known_names: Iterable[str] = ()) -> bool:
    """Return whether a post is written as a name is: one to three capitalised words, none of them a post's."""
    words = text.translate(PLAIN).split()
    known = OF_POSTS | {word.lower() for name in known_names for word in WORD.findall(name)}
    return 0 < len(words) <= 3 and all(_NAME_WORD.fullmatch(one) and one.lower() not in known for one in words)
