"""Labels recognised one by one; those that are not known are told all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.data.submissions import AREA, ROLE, SECTOR, Submissions, item_key, questions_by_key
from pipeline.exports.grid import quoted
from pipeline.ground.errors import ExportError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, listed, normal_form
from pipeline.reference.places import Category, category_by_form


@dataclass(frozen=True)
class Recognised:
    """What the submissions' labels stand for; every Series has the submissions' index.

    `areas`: ids in the order of evaluation.yml, () for none; `sector` and `role`: ids or missing;
    `response_by_item`: the scale's label, or missing, by item id.
    """

    areas: pd.Series[Any]
    sector: pd.Series[str]
    role: pd.Series[str]
    response_by_item: Mapping[str, pd.Series[str]]


@dataclass
class _Unknown:
    """The labels that no setting knows, gathered in order."""

    wordings: Mapping[str, str]
    sentences: list[str] = field(default_factory=list)

    def add(self, key: str, rows: pd.DataFrame, found: pd.Series[str], expected: Sequence[str]) -> None:
        """Note each different label of `found`, whose index is among `rows`, once a file."""
        places = pd.DataFrame(
            {"file": rows.loc[found.index, "file"], "line": rows.loc[found.index, "line"], "found": found}
        )
        for (file, label), lines in places.groupby(["file", "found"], sort=False)["line"]:
            more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
            self.sentences.append(
                f"{file}, line {lines.iloc[0]}{more}: {quoted(str(label))} is no answer to "
                f"{quoted(self.wordings[key])}; "
                f"expected {listed(expected)}{did_you_mean(str(label)[:200], expected) or '.'}"
            )


def recognise_labels(submissions: Submissions, evaluation: Evaluation, wave_id: str) -> Recognised:
    """Return what each area, sector, role and item label stands for.

    Raises ExportError with one line a label that is unknown: file, line, question, what was found, what is expected.
    """
    questions = questions_by_key(evaluation)
    unknown = _Unknown({key: question.wording_in(wave_id) for key, question in questions.items()})
    areas = _recognise_areas(submissions, evaluation, unknown)
    sector = _recognise(submissions, SECTOR, *_known_categories(evaluation.sectors), unknown)
    role = pd.Series(None, index=submissions.rows.index, dtype="str")
    if ROLE in questions:
        role = _recognise(submissions, ROLE, *_known_categories(evaluation.respondent_roles), unknown)
    response_by_item = {}
    for item in evaluation.items:
        scale = evaluation.scale_of(item.id)
        expected = (*scale.levels, *scale.off_scale)
        response_by_item[item.id] = _recognise(
            submissions, item_key(item.id), scale.labels_by_form(), expected, unknown
        )
    if unknown.sentences:
        raise ExportError("\n".join(unknown.sentences))
    return Recognised(areas, sector, role, response_by_item)


def split_options(cell: str, separator: str, known: Mapping[str, str]) -> list[str]:
    """Return the options ticked in one cell, the longest known label first where one holds the separator.

    `known` has normal forms as keys; blank options are left out, unknown ones come back as they stand.
    """
    pieces = cell.split(separator)
    widest = 1 + max((form.count(separator.strip()) for form in known), default=0)
    options: list[str] = []
    start = 0
    while start < len(pieces):
        for width in range(min(widest, len(pieces) - start), 0, -1):
            option = separator.join(pieces[start : start + width])
            if width == 1 or normal_form(option) in known:
                break
        if normal_form(option):
            options.append(option)
        start += width
    return options


def _known_categories(categories: tuple[Category, ...]) -> tuple[dict[str, str], tuple[str, ...]]:
    return category_by_form(categories), tuple(category.name for category in categories)


def _recognise(
    submissions: Submissions, key: str, known: Mapping[str, str], expected: Sequence[str], unknown: _Unknown
) -> pd.Series[str]:
    forms = submissions.forms[key]
    meant = pd.Series([known.get(form) for form in forms], index=forms.index, dtype="str")
    unknown.add(key, submissions.rows, submissions.rows.loc[meant.isna() & (forms != ""), key], expected)
    return meant


def _recognise_areas(submissions: Submissions, evaluation: Evaluation, unknown: _Unknown) -> pd.Series[Any]:
    places = (*evaluation.areas, evaluation.whole_area)
    known = category_by_form(places)
    expected = (*(area.name for area in evaluation.areas), evaluation.whole_area.name, *evaluation.whole_area.synonyms)
    order = [area.id for area in places]
    cells = submissions.rows[AREA]
    areas = pd.Series([()] * len(cells), index=cells.index, dtype=object)
    for separator, same in submissions.rows.groupby("option_separator", sort=False)[AREA]:
        options_by_cell = {cell: split_options(cell, str(separator), known) for cell in same.dropna().unique()}
        ids_by_cell = {
            cell: tuple(sorted({known[form] for form in map(normal_form, options) if form in known}, key=order.index))
            for cell, options in options_by_cell.items()
        }
        areas[same.index] = [ids_by_cell.get(cell, ()) for cell in same]
        unknown_by_cell = {
            cell: [option for option in options if normal_form(option) not in known]
            for cell, options in options_by_cell.items()
        }
        found = pd.Series([unknown_by_cell.get(cell, []) for cell in same], index=same.index, dtype=object)
        unknown.add(AREA, submissions.rows, found.explode().dropna(), expected)
    return areas
