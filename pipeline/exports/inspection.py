"""What an export holds, told before any evaluation.yml knows it: platform, questions, and scales guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import FirstRows, read_first_rows
from pipeline.exports.reader import Export
from pipeline.exports.registry import platforms_of, reader_for
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source

Kind = Literal["scale", "choice", "ticks", "text", "empty"]
MOST_LEVELS = 11
_FEW_CHOICES = 25
_WORDS_OF_A_COMMENT = 6

# Answers of well-known scales, lowest first; a set of labels found within one of them has its order.
_ORDERS = tuple(
    tuple(map(normal_form, order))
    for order in (
        ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Neither agree or disagree", "Neutral", "Agree")
        + ("Strongly agree",),
        ("Never", "Rarely", "Seldom", "Occasionally", "Sometimes", "Often", "Very often", "Always"),
        ("Very poor", "Poor", "Fair", "Good", "Very good", "Excellent"),
        ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
        ("None", "No", "A little", "Some", "Quite a lot", "A lot"),
        ("Less", "Equally", "More"),
    )
)
# The first words of labels such as 'Slightly confident', weakest first; what follows them must agree.
_DEGREES: tuple[str, ...] = (
    *("no", "not at all", "a little", "slightly", "somewhat", "some", "moderately", ""),
    *("good", "quite", "fairly", "mostly", "very", "very good", "extremely", "completely"),
)
_OFF_SCALE = frozenset(
    ("don't know", "not sure", "unsure", "prefer not to say", "not applicable", "n/a", "no opinion", "did not attend")
    + ("not part of my role", "can't say", "cannot say", "no answer")
)


@dataclass(frozen=True)
class FoundQuestion:
    """A column of an export: its name, its text, how many answered, and what its answers look like.

    `labels` are the different answers, in the order of a known scale where there is one (`order_known`), else by how
    often they occur; empty for free text. `off_scale` are answers such as "don't know", which stand beside a scale.
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

    `why_unread` is empty, or the sentence that says what must be declared before the file can be read.
    """

    shown: str
    platforms: tuple[str, ...]
    first_rows: FirstRows
    questions: tuple[FoundQuestion, ...]
    rows: int
    dropped: tuple[str, ...]
    why_unread: str


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
    return Inspection(shown, platforms, first_rows, find_questions(raw), len(raw.table), tuple(raw.dropped), "")


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
    order = known_order(list(counts.index))
    if order:
        return FoundQuestion(name, text, len(answers), "scale", tuple(written[form] for form in order), True, off_scale)
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


def known_order(forms: Sequence[str]) -> list[str] | None:
    """Return normal forms in the order of a scale that is known, lowest first, or None."""
    if len(forms) < 2:
        return None
    if all(form.isdecimal() and len(form) <= 2 for form in forms) and len(forms) <= MOST_LEVELS:
        return sorted(forms, key=int)
    for order in _ORDERS:
        if set(forms) <= set(order):
            return sorted(forms, key=order.index)
    degrees = {form: _degree(form, forms) for form in forms}
    found = [degree for degree in degrees.values() if degree is not None]
    if len(found) == len(forms) == len(set(found)):
        return sorted(forms, key=lambda form: degrees[form] or 0)
    return None


def _degree(form: str, forms: Sequence[str]) -> int | None:
    """Return the rank of a label made of a degree and a word that all labels of the scale share."""
    shared = min(forms, key=len).split()[-1]
    if not form.endswith(shared):
        return None
    before = form.removesuffix(shared).strip()
    return _DEGREES.index(before) if before in _DEGREES else None
