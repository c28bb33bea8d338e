"""Slots whose figures stand in no file: people linked, people commenting, submissions."""

from __future__ import annotations

import re

from pipeline.disclosure import facts
from pipeline.disclosure.reading import hidden_words, values
from pipeline.disclosure.reading.grammar import Read, Told
from pipeline.disclosure.reading.scope import Scope

_PEOPLE = r"(?:1 person|[1-9][\d,]* people|0 people|\d+–\d+ people)"
_COUNT = r"(?:0|[1-9]\d*|\d+–\d+)"


def linked_told(scope: Scope) -> Read | None:
    """Return how a page says how many people are recognised in both waves."""
    if not scope.folder.has_baseline:
        return None
    keys = {"area": scope.area.id, **scope.folder.pair}
    return Read(f"(?P<linked>{_PEOPLE})", (Told("linked", facts.LINKED, keys),))


def linked_not_shown(scope: Scope) -> Read | None:
    """Return how a page says that it is hidden how many people are recognised."""
    if not scope.folder.has_baseline:
        return None
    keys = {"area": scope.area.id, **scope.folder.pair}
    return Read(f"(?P<linked>{re.escape(hidden_words.LINKED_NOT_SHOWN)})", (Told("linked", facts.LINKED, keys),))


def comments_told(scope: Scope) -> Read | None:
    """Return how a page says how many people wrote something, a question after the other."""
    hidden = "|".join(re.escape(hidden_words.COUNT_NOT_SHOWN.format(mark=mark)) for mark in sorted(values.MARKS))
    parts, told = [], []
    for number, comment in enumerate(scope.evaluation.comments):
        parts.append(rf"{re.escape(comment.short_name.lower())}: (?P<comment{number}>{_PEOPLE}|{hidden})")
        keys = {"area": scope.folder.whole, "question": comment.id, "wave": scope.folder.wave.id}
        told.append(Told(f"comment{number}", facts.COMMENTING, keys))
    return Read("; ".join(parts), tuple(told)) if parts else None


def submissions_told(scope: Scope) -> Read:
    """Return how a page says how many submissions each wave's exports held, and how many are used."""
    parts, told = [], []
    for number, wave in enumerate(scope.folder.waves):
        shown = rf"(?P<received{number}>{_COUNT}) submissions, (?P<used{number}>{_COUNT}) used"
        parts.append(rf"{re.escape(wave.label)}: (?:{shown}|(?P<marked{number}>\[[cx]\]))")
        keys = {"area": scope.folder.whole, "wave": wave.id}
        told += [Told(f"received{number}", facts.RECEIVED, keys), Told(f"used{number}", facts.USED, keys)]
        told += [Told(f"marked{number}", statistic, keys) for statistic in (facts.RECEIVED, facts.USED)]
    return Read("; ".join(parts), tuple(told))
