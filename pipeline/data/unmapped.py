"""The answers about area, sector and role that nothing explains yet, as the start of a mapping file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.data.answer_mapping import AnswerMapping, categories_by_question
from pipeline.data.recognition import unknown_labels
from pipeline.data.submissions import gather_submissions
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import nearest, normal_form
from pipeline.reference.places import Category

COLUMNS = ("question", "answer", "nearest", "file", "line", "count")


def list_unmapped_answers(
    raw: Sequence[RawAnswers], evaluation: Evaluation, wave_id: str, mapping: AnswerMapping
) -> pd.DataFrame:
    """Return each answer that neither evaluation.yml nor the mapping knows, one row an answer and file.

    Columns: question, answer, nearest, file, line, count. `nearest` is the id of the label most like it, '' where none
    is near; `line` is the first of `count` in the file. Answers to items are left out: those are for evaluation.yml.
    Raises ExportError for columns that it does not know.
    """
    categories = categories_by_question(evaluation)
    submissions = gather_submissions(raw, evaluation, wave_id)
    found = [one for one in unknown_labels(submissions, evaluation, wave_id, mapping) if one.key in categories]
    rows = [
        (one.key, one.label, _nearest_id(one.label, categories[one.key]), one.file, one.line, one.count)
        for one in found
    ]
    return pd.DataFrame.from_records(rows, columns=list(COLUMNS))


def _nearest_id(answer: str, categories: Sequence[Category]) -> str:
    id_by_label = {label: one.id for one in categories for label in (one.name, *one.synonyms)}
    # 'Other: Camden Town' holds the name that it means.
    within = [label for label in id_by_label if normal_form(label) in normal_form(answer)]
    return id_by_label.get(max(within, key=len) if within else nearest(answer[:200], id_by_label) or "", "")
