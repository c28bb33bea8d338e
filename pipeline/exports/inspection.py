"""What an export holds, told before any evaluation.yml knows it: platform, questions, and scales guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.exports.contract import RawAnswers
from pipeline.exports.dates import days_at_sight, is_moment
from pipeline.exports.first_rows import FirstRows, read_first_rows
from pipeline.exports.label_orders import MOST_LEVELS, known_order, likely_order
from pipeline.exports.reader import Export
from pipeline.exports.registry import platforms_of, reader_for
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source

Kind = Literal["scale", "choice", "ticks", "text", "date", "code", "empty"]
_FEW_CHOICES = 25
_WORDS_OF_A_COMMENT = 6
_FEWEST_CODES, _DIFFERENT_CODES = 10, 0.9
_CODE = re.compile(r"[^\W_]{3,20}")
_NAMED_CODE = re.compile(r"(code|id|identifier)\b|uniqueid", re.IGNORECASE)
_OFF_SCALE = frozenset(
    ("don't know", "not sure", "unsure", "prefer not to say", "not applicable", "n/a", "no opinion", "did not attend")
    + ("not part of my role", "can't say", "cannot say", "no answer")
)


@dataclass(frozen=True)
class FoundQuestion:
    """A column of an export: its name, its text, how many answered, and what its answers look like.

    `labels` are the different answers, in the order of a known scale where there is one (`order_known`) or of one that
    looks like it, else by how often they occur; empty for free text and codes, and for dates the first and the last.
    `off_scale` are answers such as "don't know", which stand beside a scale.
    """

    name: str
    text: str
    answered: int
    kind: Kind
    labels: tuple[str, ...]
    order_known: bool
    off_scale: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """A file looked at: the platforms that may have made it, its first rows, and its questions once it can be read.

    `days` are the first and the last day of a submission, empty where that cannot be read yet. `why_unread` is empty,
    or the sentence that says what must be declared before the file can be read.
    """

    shown: str
    platforms: tuple[str, ...]
    first_rows: FirstRows
    questions: tuple[FoundQuestion, ...]
    rows: int
    dropped: tuple[str, ...]
    why_unread: str
    days: tuple[dt.date, ...] = ()


def inspect_export(path: Path, source: Source, *, shown: str, key: Path | None = None) -> Inspection:
    """Return what a file holds, read as the platform that recognises it, or as the source declares.

    Raises ExportError for a file that is no survey export at all.
    """
    content = path.read_bytes()
    first_rows = read_first_rows(content, shown=shown)
    platforms = tuple(platforms_of(first_rows))
    chosen = platforms[0] if len(platforms) == 1 else source.platform
    adjusted = source.model_copy(update={"platform": chosen})
    if not first_rows.is_workbook:
        names = {",": ",", ";": ";", "\t": "tab"}
        encoding = "utf-8" if first_rows.encoding == "utf-8-sig" else first_rows.encoding
        adjusted = adjusted.model_copy(update={"delimiter": names[first_rows.delimiter], "encoding": encoding})
    try:
        export = Export(
            content, adjusted, shown, key.read_bytes() if key else None, key.name if key else "", only_looking=True
        )
        raw = reader_for(chosen, shown).read(export)
    except ExportError as error:
        return Inspection(shown, platforms, first_rows, (), 0, (), str(error))
    days = [day for day in raw.table["submitted_on"] if day is not None]
    ends = (min(days), max(days)) if days else ()
    return Inspection(shown, platforms, first_rows, find_questions(raw), len(raw.table), tuple(raw.dropped), "", ends)


def find_questions(raw: RawAnswers) -> tuple[FoundQuestion, ...]:
    """Return every question of an export with what its answers look like."""
    return tuple(
        _find_question(name, raw.texts[name], raw.table[name], raw.option_separator) for name in raw.table.columns[2:]
    )


def _find_question(name: str, text: str, cells: pd.Series[str], separator: str) -> FoundQuestion:
    answers = cells.dropna().str.strip()
    answers = answers[answers != ""]
    forms = answers.map(normal_form)
    # The first way in which a label is written stands for it.
    written = dict(zip(reversed(list(forms)), reversed(list(answers)), strict=True))
    if not written:
        return FoundQuestion(name, text, 0, "empty", (), False)
    off_scale = tuple(written[form] for form in written if _is_off_scale(form))
    counts = forms[~forms.map(_is_off_scale)].value_counts()
    known = known_order(list(counts.index))
    if order := known or likely_order(list(counts.index)):
        labels = tuple(written[form] for form in order)
        return FoundQuestion(name, text, len(answers), "scale", labels, known is not None, off_scale)
    if _are_dates(answers):
        days = [day for day in days_at_sight(list(answers)) if day]
        ends = (min(days).isoformat(), max(days).isoformat()) if days else ()
        return FoundQuestion(name, text, len(answers), "date", ends, False)
    if _are_codes(f"{name} {text}", answers):
        return FoundQuestion(name, text, len(answers), "code", (), False)
    labels = tuple(written[form] for form in counts.index)
    ticks = answers.str.split(separator.strip()).explode().str.strip()
    ticks = ticks[ticks != ""]
    if ticks.nunique() < answers.nunique() and _are_choices(ticks):
        return FoundQuestion(name, text, len(answers), "ticks", tuple(ticks.value_counts().index), False)
    if _are_choices(answers):
        kind: Kind = "scale" if off_scale and len(labels) <= MOST_LEVELS else "choice"
        return FoundQuestion(name, text, len(answers), kind, labels, False, off_scale)
    return FoundQuestion(name, text, len(answers), "text", (), False)


def _is_off_scale(form: str) -> bool:
    return form in _OFF_SCALE


def _are_choices(answers: pd.Series[str]) -> bool:
    """Return whether answers repeat, and are short, as labels are; comments and codes nearly all differ."""
    is_short = answers.map(lambda answer: len(answer.split())).mean() < _WORDS_OF_A_COMMENT
    return bool(is_short and answers.nunique() <= min(_FEW_CHOICES, max(2, len(answers) / 3)))


def _are_dates(answers: pd.Series[str]) -> bool:
    return bool(answers.map(is_moment).all())


def _are_codes(asked: str, answers: pd.Series[str]) -> bool:
    """Return whether answers are single words that hardly repeat, and hold digits or answer a question for a code."""
    if len(answers) < _FEWEST_CODES or answers.nunique() < _DIFFERENT_CODES * len(answers):
        return False
    if not answers.map(lambda answer: _CODE.fullmatch(answer) is not None).all():
        return False
    # A number alone may be an amount.
    mixed = answers.map(lambda answer: any(map(str.isdigit, answer)) and not answer.isdecimal())
    return bool(mixed.mean() > 0.5 or _NAMED_CODE.search(asked))
