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

from pipeline.reference.common_words import FIRST_NAMES, ROLES
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.personal_marks import NUMBER, PATTERNS, PLAIN, START, WORD, kind_of_number

CAPITAL = "capitalised word"


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
        around = (evaluation.roles.model_dump().values(), [evaluation.contact.organisation])
        listed = (*evaluation.areas, *evaluation.organisations)
        names = [name for one in listed for name in (one.name, *one.synonyms)]
        self._places = _any_of([*names, *(name for some in around for name in some)])
        self._rare = _rare_roles(evaluation)
        self._own_words = _own_words(evaluation)

    def mark(self, text: str) -> tuple[Mark, ...]:
        """Return what the text may give away, in its order; empty for a text in which nothing is seen."""
        # Full-width digits, and characters that cannot be seen, would hide a number or a name.
        plain = unicodedata.normalize("NFKC", "".join(one for one in text if unicodedata.category(one) != "Cf"))
        plain = plain.translate(PLAIN)
        marks = [*self._by_pattern(plain)]
        taken = [(one.start, one.end) for one in marks]
        for word in self._capitals(plain):
            if not any(start <= word.start and word.end <= end for start, end in taken):
                marks.append(word)
        return tuple(sorted(dict.fromkeys(marks), key=lambda one: (one.start, one.kind)))

    def _by_pattern(self, text: str) -> Iterator[Mark]:
        for kind, patterns in PATTERNS.items():
            yield from _found(kind, patterns, text)
        yield from _found("name", [FIRST_NAMES], text)
        yield from _found("place or organisation", [self._places], text)
        yield from _found("rare role", self._rare, text)
        for number in _found("", [NUMBER], text):
            yield Mark(kind_of_number(number.text), number.text, number.start)

    def _capitals(self, text: str) -> Iterator[Mark]:
        """Yield every run of capitalised words but for this evaluation's own words and those that open a sentence."""
        before: re.Match[str] | None = None
        run: list[re.Match[str]] = []
        for word in WORD.finditer(text):
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


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    spaced = sorted({r"\s+".join(map(re.escape, phrase.translate(PLAIN).split())) for phrase in phrases}, key=len)
    return re.compile(rf"\b(?:{'|'.join(reversed(spaced))})\b", re.IGNORECASE)


def _rare_roles(evaluation: Evaluation) -> list[re.Pattern[str]]:
    listed = [name for one in (*evaluation.respondent_roles, *evaluation.sectors) for name in (one.name, *one.synonyms)]
    words = {word.lower() for name in listed for word in WORD.findall(name) if len(word) > 3} - {"another", "other"}
    role = rf"(?:{'|'.join(sorted({*ROLES, *map(re.escape, words)}, key=len, reverse=True))})s?\b"
    return [
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"\b(?:only|sole|single|lone|lead|chief|deputy|named|designated|first)\s(?:[\w-]+\s){{0,4}}{role}",
            r"\bI(?:'m| am| was)\sthe\s(?:only|sole|first)\b(?:\s\w+)?",
            rf"\b(?:as|I'm|I am|being)\s(?:the|our|their|your)\s(?:[\w-]+\s){{0,3}}{role}",
            rf"\b(?:{role}\s)?(?:head|director|chair|lead)\s(?:of|for)\s[\w-]+",
            rf"{START}(?:[\w-]+\s)?{role}\slead\b",
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
    words = {word for text in texts for word in WORD.findall(text.translate(PLAIN)) if word[0].isupper()}
    return frozenset(words | {"I", "I'm", "I'd", "I've", "I'll"})
