"""A pre-check of free text for its approvers: it marks what may tell who wrote it; people decide.

It is made to mark too much rather than too little, and knows no grammar: a rare first name that opens a sentence, or a
person told by what happened to them, passes. presidio on a blank spaCy pipeline, which weighs hundreds of megabytes,
missed 6 of the 14 kinds of line in the tests and half a postcode; all 14 are marked here. phonenumbers at its strict
setting missed 9 of 13 lines with a number, at its loose one it found what any run of five digits finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.disclosure.common_words import FIRST_NAMES, ROLES
from pipeline.reference.evaluation import Evaluation

CAPITAL = "capitalised word"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
# Without it a pattern would be tried at every letter of a long word, in a time that grows with its square.
_START = r"(?<![\w.+-])"
_DOT, _AT = r"(?:\.|\s[\[(]?dot[\])]?\s)", r"(?:@|\s[\[(]?at[\])]?\s)"
_PATTERNS = {
    "e-mail address": (
        rf"{_START}[\w+-]+(?:{_DOT}[\w+-]+)*\s?@\s?[\w-]+(?:{_DOT}[\w-]+)+",
        rf"{_START}[\w+-]+(?:{_DOT}[\w+-]+)*{_AT}[\w-]+(?:\s[\[(]?dot[\])]?\s[\w-]+)+",
    ),
    "handle": (r"(?<![\w@.])@\w[\w.]*",),
    "web address": (
        r"(?:https?://|www\.)\S+",
        rf"{_START}[\w-]+(?:\.[\w-]+)*\.(?:uk|com|org|net|info|gov|edu|io|eu|london|health)\b(?:/\S*)?",
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
_COMPILED = {kind: [re.compile(one, re.IGNORECASE) for one in some] for kind, some in _PATTERNS.items()}
_NUMBER = re.compile(r"(?<!\w)[+(]{0,2}\d(?:[ \t()./-]{0,3}\d){4,}")
_WORD = re.compile(r"[^\W\d_](?:[\w'-]*\w)?")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-"})


@dataclass(frozen=True)
class Mark:
    """What a text may give away, and where: `kind` in words, the words themselves, and their first character."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Precheck:
    """The pre-check with what an evaluation knows: its places and organisations, its roles, and its own words."""

    def __init__(self, evaluation: Evaluation) -> None:
        around = (evaluation.roles.model_dump().values(), [evaluation.contact.organisation], evaluation.organisations)
        names = [name for area in evaluation.areas for name in (area.name, *area.synonyms)]
        self._places = _any_of([*names, *(name for some in around for name in some)])
        self._rare = _rare_roles(evaluation)
        self._own_words = _own_words(evaluation)

    def mark(self, text: str) -> tuple[Mark, ...]:
        """Return what the text may give away, in its order; empty for a text in which nothing is seen."""
        # Full-width digits, and characters that cannot be seen, would hide a number or a name.
        plain = unicodedata.normalize("NFKC", "".join(one for one in text if unicodedata.category(one) != "Cf"))
        plain = plain.translate(_PLAIN)
        marks = [*self._by_pattern(plain)]
        taken = [(one.start, one.end) for one in marks]
        for word in self._capitals(plain):
            if not any(start <= word.start and word.end <= end for start, end in taken):
                marks.append(word)
        return tuple(sorted(dict.fromkeys(marks), key=lambda one: (one.start, one.kind)))

    def _by_pattern(self, text: str) -> Iterator[Mark]:
        for kind, patterns in _COMPILED.items():
            yield from _found(kind, patterns, text)
        yield from _found("name", [FIRST_NAMES], text)
        yield from _found("place or organisation", [self._places], text)
        yield from _found("rare role", self._rare, text)
        for number in _found("", [_NUMBER], text):
            yield Mark(_kind_of_number(number.text), number.text, number.start)

    def _capitals(self, text: str) -> Iterator[Mark]:
        """Yield every run of capitalised words but for this evaluation's own words and those that open a sentence."""
        before: re.Match[str] | None = None
        run: list[re.Match[str]] = []
        for word in _WORD.finditer(text):
            if run and not (self._is_capital(word[0]) and text[run[-1].end() : word.start()] == " "):
                yield _joined(run, text)
                run = []
            is_opening = _opens_sentence(text, word.start())
            if run or (self._is_capital(word[0]) and (not is_opening or (len(word[0]) > 1 and word[0].isupper()))):
                # A first name that opens a sentence belongs to the surname after it.
                starts = before is not None and not run and before[0][:1].isupper() and before[0] != "I"
                joined = before is not None and starts and text[before.end() : word.start()] == " "
                run += [before, word] if joined and before is not None and before[0] not in self._own_words else [word]
            before = word
        if run:
            yield _joined(run, text)

    def _is_capital(self, word: str) -> bool:
        return word[0].isupper() and word.removesuffix("'s") not in self._own_words


def _found(kind: str, patterns: list[re.Pattern[str]], text: str) -> Iterator[Mark]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield Mark(kind, found[0].strip(), found.start() + len(found[0]) - len(found[0].lstrip()))


def _opens_sentence(text: str, start: int) -> bool:
    while start and text[start - 1] in " \t\"'([-":
        start -= 1
    return start == 0 or text[start - 1] in ".!?…\n"


def _joined(run: list[re.Match[str]], text: str) -> Mark:
    return Mark(CAPITAL, text[run[0].start() : run[-1].end()], run[0].start())


def _kind_of_number(number: str) -> str:
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


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    spaced = sorted({r"\s+".join(map(re.escape, phrase.translate(_PLAIN).split())) for phrase in phrases}, key=len)
    return re.compile(rf"\b(?:{'|'.join(reversed(spaced))})\b", re.IGNORECASE)


def _rare_roles(evaluation: Evaluation) -> list[re.Pattern[str]]:
    listed = [name for one in (*evaluation.respondent_roles, *evaluation.sectors) for name in (one.name, *one.synonyms)]
    words = {word.lower() for name in listed for word in _WORD.findall(name) if len(word) > 3} - {"another", "other"}
    role = rf"(?:{'|'.join(sorted({*ROLES, *map(re.escape, words)}, key=len, reverse=True))})s?\b"
    return [
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"\b(?:only|sole|single|lone|lead|chief|deputy|named|designated|first)\s(?:[\w-]+\s){{0,4}}{role}",
            r"\bI(?:'m| am| was)\sthe\s(?:only|sole|first)\b(?:\s\w+)?",
            rf"\b(?:as|I'm|I am|being)\s(?:the|our|their|your)\s(?:[\w-]+\s){{0,3}}{role}",
            rf"\b(?:{role}\s)?(?:head|director|chair|lead)\s(?:of|for)\s[\w-]+",
            rf"{_START}(?:[\w-]+\s)?{role}\slead\b",
        )
    ]


def _own_words(evaluation: Evaluation) -> frozenset[str]:
    """Return the capitalised words of the form and its terms, as they are written there, and the word I."""
    whole = evaluation.whole_area
    texts = [evaluation.title, whole.name, whole.short_name, *whole.synonyms, *evaluation.terms]
    texts += [label for scale in evaluation.scales.values() for label in (*scale.levels, *scale.off_scale)]
    texts += [name for item in evaluation.items for name in (item.measure, item.short_name)]
    texts += [wording for question in evaluation.all_questions() for wording in question.wording.values()]
    texts += list(evaluation.terms.values())
    words = {word for text in texts for word in _WORD.findall(text.translate(_PLAIN)) if word[0].isupper()}
    return frozenset(words | {"I", "I'm", "I'd", "I've", "I'll"})
