"""All submissions of a wave side by side, their columns found by the wording of each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.data.columns import categorise, repeated
from pipeline.exports.contract import RawAnswers
from pipeline.exports.grid import quoted
from pipeline.ground.errors import ExportError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Question
from pipeline.reference.labels import listed, nearest, normal_form

AREA, SECTOR, ROLE = "area", "sector", "role"


@dataclass(frozen=True)
class Submissions:
    """One row a submission of a wave, in order of file and line, in two frames of the same index.

    `rows`: file, line, submitted_on, option_separator and the cell of each question, by the question's key;
    `forms`: the normal form of each question's cell, '' where blank, as categories.
    """

    rows: pd.DataFrame
    forms: pd.DataFrame

    def where(self, mask: pd.Series[bool]) -> Submissions:
        """Return the submissions for which `mask` holds."""
        return Submissions(self.rows[mask], self.forms[mask])

    def count_blank(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """Return how many cells of these questions are blank in each submission."""
        count = np.zeros(len(self.forms), dtype=np.int64)
        for key in keys:
            forms = self.forms[key].array
            # Without a blank cell anywhere there is no such category.
            count += forms.codes == forms.categories.get_indexer([""])[0]
        return count


def item_key(item_id: str) -> str:
    return f"item {item_id}"


def comment_key(comment_id: str) -> str:
    return f"comment {comment_id}"


def code_keys(evaluation: Evaluation) -> list[str]:
    """Return the keys of the parts of the self-made code."""
    return [f"code {number}" for number in range(1, len(evaluation.questions.code) + 1)]


def item_keys(evaluation: Evaluation) -> list[str]:
    return [item_key(item.id) for item in evaluation.items]


def comment_keys(evaluation: Evaluation) -> list[str]:
    return [comment_key(comment.id) for comment in evaluation.comments]


def questions_by_key(evaluation: Evaluation) -> dict[str, Question]:
    """Return every question of the form by the key under which its cells stand."""
    asked = evaluation.questions
    return (
        ({AREA: asked.area} if asked.area else {})
        | ({SECTOR: asked.sector} if asked.sector else {})
        | ({ROLE: asked.role} if asked.role else {})
        | dict(zip(code_keys(evaluation), asked.code, strict=True))
        | {item_key(item.id): item for item in evaluation.items}
        | {comment_key(comment.id): comment for comment in evaluation.comments}
    )


def gather_submissions(raw: Sequence[RawAnswers], evaluation: Evaluation, wave_id: str) -> Submissions:
    """Return the submissions of all files of a wave.

    Raises ExportError for a file given twice, a question without a column, and a column without a question.
    """
    wordings = _columns_by_key(evaluation, wave_id)
    files = [answers.file for answers in raw]
    for file in files:
        if files.count(file) > 1:
            raise ExportError(f"{file} is given twice for {wave_id}; name it once in evaluation.yml.")
    columns = ["file", "line", "submitted_on", "option_separator", *wordings]
    empty = pd.DataFrame({column: pd.Series(dtype="int64" if column == "line" else "str") for column in columns})
    empty["submitted_on"] = pd.Series(dtype="datetime64[us]")
    parts = [_arrange(answers, wordings, files)[columns] for answers in raw if len(answers.table)]
    # A file without rows is looked at all the same: its headers may be wrong.
    for answers in raw:
        _find_columns(answers, wordings)
    rows = pd.concat(parts, ignore_index=True) if parts else empty
    forms = pd.DataFrame(
        {key: categorise(rows[key], normal_form, missing="") for key in wordings}, index=rows.index, copy=False
    )
    return Submissions(rows, forms)


def find_item_columns(answers: RawAnswers, evaluation: Evaluation, wave_id: str) -> list[str]:
    """Return the column of each item in a file, in the items' order; raises ExportError as `gather_submissions`."""
    found = _find_columns(answers, _columns_by_key(evaluation, wave_id))
    return [found[key] for key in item_keys(evaluation)]


def _columns_by_key(evaluation: Evaluation, wave_id: str) -> dict[str, str]:
    return {key: question.column_in(wave_id) for key, question in questions_by_key(evaluation).items()}


def _arrange(answers: RawAnswers, wordings: dict[str, str], files: list[str]) -> pd.DataFrame:
    key_by_header = {header: key for key, header in _find_columns(answers, wordings).items()}
    arranged = answers.table.rename(columns=key_by_header)
    codes, days = pd.factorize(arranged["submitted_on"])
    moments = pd.to_datetime(pd.Series([*days, None], dtype=object)).astype("datetime64[us]")
    arranged["submitted_on"] = moments.to_numpy().take(codes)
    return arranged.assign(
        file=repeated(files.index(answers.file), files, arranged.index),
        option_separator=repeated(0, [answers.option_separator], arranged.index),
    )


def _find_columns(answers: RawAnswers, wordings: dict[str, str]) -> dict[str, str]:
    """Return the column of each question by its key: found by the column's name, else by the text asked."""
    columns = list(answers.table.columns[2:])
    by_name = {normal_form(column): column for column in columns}
    by_text: dict[str, list[str]] = {}
    for column in columns:
        by_text.setdefault(normal_form(answers.texts[column]), []).append(column)
    found: dict[str, str | None] = {}
    for key, wording in wordings.items():
        form = normal_form(wording)
        same_text = [] if form in by_name else by_text.get(form, [])
        if len(same_text) > 1:
            raise ExportError(
                f"{answers.file} asks {quoted(wording, 160)} in more than one column, {listed(same_text)}; "
                "give the question's `column` in evaluation.yml."
            )
        found[key] = by_name.get(form) or next(iter(same_text), None)
    others = [column for column in columns if column not in found.values()]
    missing = [wordings[key] for key, column in found.items() if column is None]
    if missing:
        raise ExportError("\n".join(_say_missing(answers.file, wording, others) for wording in missing))
    if others and not answers.ignores_others:
        named = ", ".join(quoted(column) for column in others[:20]) + (", …" if len(others) > 20 else "")
        count = "the column" if len(others) == 1 else f"{len(others)} columns:"
        raise ExportError(
            f"{answers.file}: {count} {named} {'is' if len(others) == 1 else 'are'} no question of evaluation.yml; "
            "declare what is one, list the others under `ignore` for this source, or write `other_columns: ignore`."
        )
    return {key: column for key, column in found.items() if column is not None}


def _say_missing(file: str, wording: str, headers: list[str]) -> str:
    near = nearest(wording, headers)
    hint = f"; the nearest header is {quoted(near, 160)}" if near else ""
    return (
        f"{file} has no column for the question {quoted(wording, 160)}{hint}; "
        "correct the wording in evaluation.yml, or export all questions."
    )
