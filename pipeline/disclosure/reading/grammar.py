"""Sentences that a page may hold, as texts with named slots, and how a text is read as a row of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.disclosure.facts import Fact, keys_of
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.numerals import amount_beside_a_name, first_name, first_numeral
from pipeline.disclosure.reading.scope import number_word

_SLOT = re.compile(r"\{(\w+)\}")
# A sentence that says nothing of how many ends where the next one begins.
_ENDS = ".!?:;"
_FREE = re.compile(rf".+?[{_ENDS}](?= |$)")
_WORDS = {number_word(value): value for value in range(10)}


@dataclass(frozen=True)
class Told:
    """What a part of a sentence tells: a figure in a group of its pattern, or, with `value`, that it holds at all.

    `otherwise`: what it tells when the group is absent.
    """

    group: str
    statistic: str
    keys: dict[str, str]
    value: float | None = None
    otherwise: float | None = None


@dataclass(frozen=True)
class Read:
    """A slot whose figures stand in no file: a pattern, and what its groups tell."""

    pattern: str
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A sentence with slots, `{name}`, each filled from the page's own figures and names; `when`: where it may stand.

    `each`: it is said of every one of these ('measure', 'wave').
    """

    text: str
    when: str = ""
    each: str = ""


@dataclass(frozen=True)
class Filled:
    """A sentence with its slots filled: as it must stand, or as a pattern with what it tells.

    `place`: which of all sentences it is; `each` and `number`: of one that is said of each measure, say, of which.
    """

    text: str
    pattern: re.Pattern[str] | None = None
    told: tuple[Told, ...] = ()
    place: int = 0
    each: str = ""
    number: int | None = None

    def end_in(self, text: str, start: int) -> tuple[int, re.Match[str] | None] | None:
        """Return where the sentence ends in a text in which it begins at `start`, or None."""
        if self.pattern is None:
            return (start + len(self.text), None) if text.startswith(self.text, start) else None
        found = self.pattern.match(text, start)
        return (found.end(), found) if found else None


_Part = tuple[Filled, re.Match[str] | None] | str


@dataclass
class Grammar:
    """All filled sentences of a page; of `names`, areas and sectors, nothing else may say how many.

    Of those `apart`, which a figure may be hidden for, nothing else may say anything. `free` are the texts read so far
    that are no sentence of ours and say of nobody how many; `rows` the sentences of ours, those of each text together.
    """

    sentences: list[Filled]
    names: tuple[str, ...]
    apart: tuple[str, ...] = ()
    free: list[str] = field(default_factory=list)
    rows: list[list[Filled]] = field(default_factory=list)
    dead: set[tuple[str, int]] = field(default_factory=set)

    def read(self, text: str, where: str) -> list[Fact] | str:
        """Return what a text tells, or the first thing in it that nothing explains, or that it says twice."""
        found = self._tile(text, 0)
        # What is no row of sentences may stand all the same where it says nothing of how many.
        if found is None and (told := self._unexplained(text)):
            return told
        parts: list[_Part] = [text] if found is None else found
        told_of = [part if isinstance(part, str) else part[0].text for part in parts]
        if twice := next((one for one in told_of if told_of.count(one) > 1), ""):
            return twice
        self.free += [part for part in parts if isinstance(part, str)]
        ours = [part for part in parts if not isinstance(part, str)]
        self.rows.append([filled for filled, _ in ours])
        return [fact for filled, match in ours if match is not None for fact in _facts(filled, match, where)]

    def _unexplained(self, text: str) -> str:
        return first_numeral(text) or first_name(text, self.apart) or amount_beside_a_name(text, self.names)

    def _tile(self, text: str, start: int) -> list[_Part] | None:
        """Return the sentences from `start` on that make up the text to its end, and texts that are none of ours."""
        if start >= len(text):
            return []
        if (text, start) in self.dead:
            return None
        for end, filled, match in self._begin(text, start):
            # A heading, such as the name of an area, is no beginning of a sentence.
            if end < len(text) and (text[end] != " " or text[end - 1] not in _ENDS):
                continue
            rest = self._tile(text, end + 1)
            if rest is not None:
                return [text[start:end] if filled is None else (filled, match), *rest]
        self.dead.add((text, start))
        return None

    def _begin(self, text: str, start: int) -> Iterator[tuple[int, Filled | None, re.Match[str] | None]]:
        for filled in self.sentences:
            found = filled.end_in(text, start)
            if found:
                yield found[0], filled, found[1]
        free = _FREE.match(text, start)
        if free and not self._unexplained(free[0]):
            yield free.end(), None, None


def fill(sentences: Iterable[Sentence], words: Any) -> list[Filled]:
    """Return sentences with their slots filled by the attributes of `words`, those that may stand on its page."""
    found: list[Filled] = []
    for place, sentence in enumerate(sentences):
        for number, one in enumerate(words.each(sentence.each) if sentence.each else (words,)):
            if not sentence.when or getattr(one, sentence.when, False):
                found += (
                    replace(filled, place=place, each=sentence.each, number=number if sentence.each else None)
                    for filled in _fill(sentence.text, one)
                )
    numbers: dict[str, set[int | None]] = {}
    for filled in found:
        if filled.pattern is None:
            numbers.setdefault(filled.text, set()).add(filled.number)
    # What is said alike of two measures tells of neither.
    found = [replace(filled, number=None) if len(numbers.get(filled.text, ())) > 1 else filled for filled in found]
    plain = {filled.text: filled for filled in found if filled.pattern is None}
    return [*plain.values(), *(filled for filled in found if filled.pattern is not None)]


def _fill(text: str, words: Any) -> Iterator[Filled]:
    """Give a sentence once, or not at all where a slot has nothing to say."""
    parts = _SLOT.split(text)
    found = [getattr(words, name, None) for name in parts[1::2]]
    slots: list[str | Read] = [slot for slot in found if slot is not None]
    if len(slots) < len(found):
        return
    plain: list[str] = parts[0::2]
    if not any(isinstance(slot, Read) for slot in slots):
        yield Filled("".join(_mixed(plain, [str(slot) for slot in slots])))
        return
    patterns = [slot.pattern if isinstance(slot, Read) else re.escape(slot) for slot in slots]
    told = tuple(one for slot in slots if isinstance(slot, Read) for one in slot.told)
    yield Filled(text, re.compile("".join(_mixed([re.escape(one) for one in plain], patterns)), re.ASCII), told)


def _mixed(plain: Sequence[str], slots: Sequence[str]) -> Iterator[str]:
    for one, slot in zip(plain, [*slots, ""], strict=True):
        yield one
        yield slot


def _facts(filled: Filled, match: re.Match[str], where: str) -> Iterator[Fact]:
    for told in filled.told:
        text = match[told.group]
        if told.value is not None:
            value = told.value if text else told.otherwise
            if value is not None:
                yield Fact(told.statistic, keys_of(**told.keys), value, value, "", where)
        elif text:
            bounds = _bounds(text)
            yield Fact(told.statistic, keys_of(**told.keys), bounds.low, bounds.high, bounds.status, where)


def _bounds(text: str) -> values.Bounds:
    for mark in values.MARKS:
        if mark in text:
            return values.Bounds(*values.UNKNOWN, mark)
    bare = text.removesuffix(" people").removesuffix(" person").replace(",", "")
    bare = str(_WORDS.get(bare, bare))
    bounds = values.COUNT.read(bare) or values.P_VALUE.read(bare)
    if bounds is None:
        raise AssertionError(f"a pattern takes '{text}' for a figure")
    return bounds
