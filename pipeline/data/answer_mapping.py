"""The mapping file: what answers such as 'Other: Kentish Town' or a misspelt sector mean, declared once by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.data.submissions import AREA, ROLE, SECTOR
from pipeline.exports.grid import Cell, Grid, quoted
from pipeline.exports.text_table import read_text_table
from pipeline.ground.errors import ExportError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, listed, normal_form
from pipeline.reference.places import Category, category_by_form

COLUMNS = ("question", "answer", "means")
NONE = "none"
_BETWEEN_IDS = ";"


@dataclass(frozen=True)
class AnswerMapping:
    """What answers mean, by question ('area', 'sector', 'role') and normal form: ids, or () for none of them."""

    meanings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def of(self, question: str) -> Mapping[str, tuple[str, ...]]:
        """Return the meanings of one question's answers."""
        return self.meanings.get(question, {})

    def none_of(self, question: str) -> frozenset[str]:
        """Return the normal forms of the answers to one question that mean none of its ids."""
        return frozenset(form for form, ids in self.of(question).items() if not ids)


NO_MAPPING = AnswerMapping()


def categories_by_question(evaluation: Evaluation) -> dict[str, tuple[Category, ...]]:
    """Return what each question about people may be answered with, for the questions that are asked."""
    asked = evaluation.questions
    return (
        ({AREA: (*evaluation.areas, evaluation.whole_area)} if asked.area else {})
        | ({SECTOR: evaluation.sectors} if asked.sector else {})
        | ({ROLE: evaluation.respondent_roles} if asked.role else {})
    )


def read_answer_mapping(content: bytes, evaluation: Evaluation, *, shown: str) -> AnswerMapping:
    """Return the mapping that a CSV file (question, answer, means) declares; UTF-8, one line an answer.

    `means` is the id of an area, sector or role, several with ';' for areas, or 'none'. Raises ExportError, naming the
    line, for a missing or unknown column, question or id, a blank cell, and an answer whose meaning is given already.
    """
    grid = read_text_table(content, encoding="utf-8", shown=shown)
    columns = _find_columns(grid, shown)
    categories = categories_by_question(evaluation)
    meanings: dict[str, dict[str, tuple[str, ...]]] = {question: {} for question in categories}
    for line, row in zip(grid.lines, grid.rows, strict=True):
        where = f"{shown}, line {line}"
        question, answer, means = (_filled(row[columns[name]], name, where) for name in COLUMNS)
        if question not in categories:
            raise ExportError(f"{where}: found the question {quoted(question)}; expected {listed(categories)}.")
        form = normal_form(answer)
        if form in category_by_form(categories[question]):
            raise ExportError(
                f"{where}: {quoted(answer)} is known in evaluation.yml already; remove the line, or correct it there."
            )
        if form in meanings[question]:
            raise ExportError(f"{where}: {quoted(answer)} stands in an earlier line already; expected each once.")
        meanings[question][form] = _ids(means, question, categories[question], where)
    return AnswerMapping(meanings)


def _find_columns(grid: Grid, shown: str) -> dict[str, int]:
    headers = [normal_form(header) for header in grid.headers]
    if sorted(headers) != sorted(COLUMNS):
        raise ExportError(f"{shown}: found the columns {listed(grid.headers)}; expected {listed(COLUMNS)}.")
    return {name: headers.index(name) for name in COLUMNS}


def _filled(cell: Cell, name: str, where: str) -> str:
    text = str(cell or "").strip()
    if not normal_form(text):
        raise ExportError(
            f"{where}: '{name}' is blank; expected a value, 'none' where the answer means nothing listed."
        )
    return text


def _ids(means: str, question: str, categories: tuple[Category, ...], where: str) -> tuple[str, ...]:
    known = [category.id for category in categories]
    ids = [part.strip() for part in means.split(_BETWEEN_IDS)] if question == AREA else [means]
    if ids == [NONE]:
        return ()
    for one in ids:
        if one not in known:
            near = did_you_mean(one, known) or "."
            raise ExportError(f"{where}: {quoted(one)} is no {question}'s id; expected {listed([*known, NONE])}{near}")
    return tuple(dict.fromkeys(ids))
