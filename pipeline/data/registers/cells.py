"""One cell of a register: what stands there as its column means it, or what is wrong with it and what is expected."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from pipeline.data.registers.columns import Column
from pipeline.exports.grid import Cell, quoted
from pipeline.ground.characters import unseen_characters
from pipeline.reference.common_words import FIRST_NAMES
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, listed, normal_form
from pipeline.reference.personal_marks import find_person, looks_like_name

_CODE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_PERSON = re.compile(r"(?!.*[A-Z]{5})[A-Z][A-Z0-9_-]{0,11}")
_HASH = re.compile(r"[0-9a-f]{64}")
_LONGEST, _LONGEST_CODE, _MOST_DIGITS = 600, 40, 5
BETWEEN, _ISO = ";", "%Y-%m-%d"
# A year such as 0223 or 2203 is a slip of the pen.
_YEARS = range(2000, 2100)


class CellError(ValueError):
    """A cell that cannot be used: what was found, what is expected."""


class CellReader:
    """Reads cells by their column; the lists of evaluation.yml are known by id, name and synonym."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._lists = {
            "areas": _by_form((*evaluation.areas, evaluation.whole_area)),
            "sectors": _by_form(evaluation.sectors),
            "respondent_roles": _by_form(evaluation.respondent_roles),
            "organisations": _by_form(evaluation.organisations),
            "feedback_elements": _by_form(evaluation.feedback_elements),
            "groupings": _by_form(evaluation.groupings),
            "measures": _by_form(evaluation.measures),
            "series": _by_form(evaluation.series),
            "waves": _by_form(evaluation.waves),
            "comments": _by_form(evaluation.comments),
        }
        # A place may be called after a person.
        places = (*evaluation.areas, evaluation.whole_area, *evaluation.organisations)
        self._places = sorted({label for one in places for label in _labels(one)}, key=len, reverse=True)
        around = (*evaluation.sectors, *evaluation.respondent_roles)
        self._known = [*self._places, *(label for one in around for label in _labels(one)), *evaluation.glossary]
        self._ways: dict[str, Callable[[str, Column], Any]] = {
            "code": _code, "reference": _code, "person": _person, "post": self._post, "text": self._text,
            "number": _number, "whole": _whole, "choice": _choice, "listed": self._listed, "several": self._several,
            "hash": _hash, "rating": self._text,
        }  # fmt: skip

    def ids(self, list_: str) -> tuple[str, ...]:
        """Return the ids of a list of evaluation.yml, in its order."""
        return tuple(dict.fromkeys(self._lists[list_].values()))

    def may_be_blank(self, column: Column) -> bool:
        """Return whether a column may be blank or left out: not required, or of a list that nothing stands in."""
        return not column.required or (bool(column.list_) and not self._lists[column.list_])

    def read(self, cell: Cell, column: Column, dates: str | None) -> Any:
        """Return what a cell holds, None where it may be blank and is; raises CellError.

        Days are read by `dates` (strptime codes), or as 2023-11-20.
        """
        text = cell.isoformat() if isinstance(cell, dt.datetime) else str(cell or "").strip()
        if not text:
            if self.may_be_blank(column):
                return None
            raise CellError(f"is blank; expected {self.expected(column)}")
        if column.kind == "day":
            return cell.date() if isinstance(cell, dt.datetime) else _day(text, dates)
        if isinstance(cell, dt.datetime):
            raise CellError(f"holds the date {cell.date()}; expected {self.expected(column)}")
        return self._ways[column.kind](text, column)

    def expected(self, column: Column) -> str:
        """Return what a column expects, in words."""
        if column.kind == "choice":
            return listed(column.among)
        if column.list_:
            return f"{'some' if column.kind == 'several' else 'one'} of {listed(self.ids(column.list_))}"
        return f"{column.help}, such as '{column.example}'" if column.example else column.help

    def _listed(self, text: str, column: Column) -> str:
        known = self._lists[column.list_]
        if not known:
            raise CellError(f"holds {quoted(text)}; evaluation.yml lists no `{column.list_}`, so expected nothing")
        found = known.get(normal_form(text))
        if found is None:
            raise CellError(f"holds {quoted(text)}; expected {self.expected(column)}{did_you_mean(text, known)}")
        return found

    def _several(self, text: str, column: Column) -> tuple[str, ...]:
        parts = [part.strip() for part in text.split(BETWEEN)]
        return tuple(dict.fromkeys(self._listed(part, column) for part in parts if part))

    def _text(self, text: str, column: Column) -> str:
        if len(text) > _LONGEST:
            raise CellError(f"holds {len(text)} characters; expected at most {_LONGEST}")
        if unseen := unseen_characters(text):
            raise CellError(
                f"holds characters that nobody can see ({', '.join(unseen)}); expected one line, typed anew"
            )
        # The words themselves are not repeated, because what is told may be kept in a log.
        if told := find_person(text, self._places):
            raise CellError(
                f"holds what looks like {told}; expected no word of a person (a place or organisation with such a "
                "name can be listed under `organisations` in evaluation.yml)"
            )
        return text

    def _post(self, text: str, column: Column) -> str:
        if looks_like_name(self._text(text, column), self._known):
            raise CellError("looks like a person's name; expected a post or body, such as 'QI lead'")
        return text


def _labels(one: Any) -> tuple[str, ...]:
    name = getattr(one, "name", None) or getattr(one, "label", None) or one.short_name
    return (name, *getattr(one, "synonyms", ()))


def _by_form(entries: tuple[Any, ...]) -> dict[str, str]:
    labels = {normal_form(label): one.id for one in entries for label in _labels(one)}
    return {normal_form(one.id): one.id for one in entries} | labels


def _code(text: str, column: Column) -> str:
    code = text.lower()
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        raise CellError(
            f"holds {quoted(text)}; expected an id of letters, digits and hyphens, at most {_LONGEST_CODE}"
            + (f", such as '{column.example}'" if column.example else "")
        )
    return code


def _person(text: str, column: Column) -> str:
    code = text.upper()
    digits = sum(one.isdigit() for one in code)
    names = any(FIRST_NAMES.fullmatch(part) for part in re.split(r"[^A-Z]+", code))
    if _PERSON.fullmatch(code) and 0 < digits <= _MOST_DIGITS and not names:
        return code
    # What may be a name or an address is not repeated, because what is told may be kept in a log.
    raise CellError(
        f"is no code for a person; expected one such as '{column.example}': it begins with a letter, holds a digit, "
        f"has at most four letters in a row, {_MOST_DIGITS} digits and 12 characters, and is no name, address or number"
    )


def _number(text: str, column: Column) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not column.least <= number <= min(column.most, 1e9):
        raise CellError(f"holds {quoted(text)}; expected a number {_bounds(column)}")
    return number


def _whole(text: str, column: Column) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16 and column.least <= int(text) <= column.most):
        raise CellError(f"holds {quoted(text)}; expected a whole number {_bounds(column)}")
    return int(text)


def _bounds(column: Column) -> str:
    least = f"{column.least:g}"
    return f"of {least} or more" if column.most == float("inf") else f"from {least} to {column.most:g}"


def _choice(text: str, column: Column) -> str:
    known = {normal_form(one): one for one in column.among}
    found = known.get(normal_form(text.replace("_", " "))) or known.get(normal_form(text))
    if found is None:
        raise CellError(f"holds {quoted(text)}; expected {listed(column.among)}{did_you_mean(text, column.among)}")
    return found


def _hash(text: str, column: Column) -> str:
    if not _HASH.fullmatch(text.lower()):
        raise CellError("is no SHA-256; expected 64 characters of 0-9 and a-f, and never the comment itself")
    return text.lower()


def _day(text: str, dates: str | None) -> dt.date:
    try:
        day = dt.datetime.strptime(text, dates or _ISO).date()
    except ValueError:
        day = dt.date.min
    if day.year in _YEARS:
        return day
    if dates:
        raise CellError(
            f"holds {quoted(text)}; expected a day written as {quoted(dates)}, as evaluation.yml says of this register"
        )
    raise CellError(
        f"holds {quoted(text)}; expected a day such as '2023-11-20', or how days are written in this register, such as "
        '`dates: "%d/%m/%Y"`, in evaluation.yml'
    )
