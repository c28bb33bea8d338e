"""Labels recognised one by one; those that are not known are told all together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.data.answer_mapping import NO_MAPPING, NONE, AnswerMapping, categories_by_question
from pipeline.data.columns import categorise, take_objects
from pipeline.data.submissions import AREA, ROLE, SECTOR, Submissions, item_key, questions_by_key
from pipeline.exports.grid import quoted
from pipeline.ground.errors import ExportError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, listed, normal_form
from pipeline.reference.places import Category, category_by_form


@dataclass(frozen=True)
class Recognised:
    """What the submissions' labels stand for; every Series has the submissions' index.

    `areas`: ids in the order of evaluation.yml, () for none; `sector` and `role`: categories of ids, or missing;
    `response_by_item`: by item id, a category of the scale's levels as asked and its answers off the scale, or missing;
    `mapped_to_none`: by question ('area', 'sector',
    'role'), whether the mapping file says of the cell, or of an option in it, that it names none.
    """

    areas: pd.Series[Any]
    sector: pd.Series[Any]
    role: pd.Series[Any]
    response_by_item: Mapping[str, pd.Series[Any]]
    mapped_to_none: pd.DataFrame


@dataclass(frozen=True)
class UnknownLabel:
    """A label that no setting knows, with the question's key, its file, first line there, and number of lines."""

    key: str
    file: str
    line: int
    count: int
    label: str
    sentence: str


@dataclass
class _Unknown:
    """The labels that no setting knows, gathered in order."""

    wordings: Mapping[str, str]
    labels: list[UnknownLabel] = field(default_factory=list)

    def add(self, key: str, rows: pd.DataFrame, found: pd.Series[str], expected: Sequence[str]) -> None:
        """Note each different label of `found`, whose index is among `rows`, once a file."""
        if found.empty:
            return
        places = pd.DataFrame(
            {"file": rows.loc[found.index, "file"], "line": rows.loc[found.index, "line"], "found": found}
        )
        for (file, label), lines in places.groupby(["file", "found"], sort=False)["line"]:
            more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
            sentence = (
                f"{file}, line {lines.iloc[0]}{more}: {quoted(str(label))} is no answer to "
                f"{quoted(self.wordings[key])}; "
                f"expected {listed(expected)}{did_you_mean(str(label)[:200], expected) or '.'}"
            )
            self.labels.append(UnknownLabel(key, str(file), int(lines.iloc[0]), len(lines), str(label), sentence))


def recognise_labels(
    submissions: Submissions, evaluation: Evaluation, wave_id: str, mapping: AnswerMapping = NO_MAPPING
) -> Recognised:
    """Return what each area, sector, role and item label stands for, by evaluation.yml and the mapping file.

    Raises ExportError with one line a label that is unknown: file, line, question, what was found, what is expected.
    """
    recognised, unknown = _recognise_all(submissions, evaluation, wave_id, mapping)
    if unknown:
        raise ExportError("\n".join(label.sentence for label in unknown))
    return recognised


def unknown_labels(
    submissions: Submissions, evaluation: Evaluation, wave_id: str, mapping: AnswerMapping = NO_MAPPING
) -> list[UnknownLabel]:
    """Return the labels for which `recognise_labels` would stop, in order of question, file and line."""
    return _recognise_all(submissions, evaluation, wave_id, mapping)[1]


def _recognise_all(
    submissions: Submissions, evaluation: Evaluation, wave_id: str, mapping: AnswerMapping
) -> tuple[Recognised, list[UnknownLabel]]:
    questions = questions_by_key(evaluation)
    unknown = _Unknown({key: question.wording_in(wave_id) for key, question in questions.items()})
    areas = _recognise_areas(submissions, evaluation, mapping, unknown)
    sector = _recognise_category(submissions, SECTOR, evaluation.sectors, mapping, unknown)
    role = _recognise_category(submissions, ROLE, evaluation.respondent_roles, mapping, unknown)
    response_by_item = {}
    for item in evaluation.items:
        scale = evaluation.scale_asked(item.id, wave_id)
        expected = (*scale.levels, *scale.off_scale)
        response_by_item[item.id] = _recognise(
            submissions, item_key(item.id), scale.labels_by_form(), expected, unknown, among=expected
        )
    mapped_to_none = _find_mapped_to_none(submissions, evaluation, mapping)
    return Recognised(areas, sector, role, response_by_item, mapped_to_none), unknown.labels


def split_options(cell: str, separator: str, known: Collection[str]) -> list[str]:
    """Return the options ticked in one cell, the longest known label first where one holds the separator.

    `known` holds normal forms; blank options are left out, unknown ones come back as they stand.
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


def _recognise_category(
    submissions: Submissions, key: str, categories: tuple[Category, ...], mapping: AnswerMapping, unknown: _Unknown
) -> pd.Series[Any]:
    if key not in submissions.rows:
        return categorise(pd.Series(None, index=submissions.rows.index, dtype="str"), str)
    mapped = {form: ids[0] if ids else NONE for form, ids in mapping.of(key).items()}
    expected = tuple(category.name for category in categories)
    ids = [category.id for category in categories]
    # What the mapping file says to be none of them is known, and no category.
    return _recognise(submissions, key, category_by_form(categories) | mapped, expected, unknown, among=ids)


def _find_mapped_to_none(submissions: Submissions, evaluation: Evaluation, mapping: AnswerMapping) -> pd.DataFrame:
    """Return, by question about people, whether each submission's cell, or an option in it, is mapped to none."""
    found = pd.DataFrame(index=submissions.rows.index)
    for key in categories_by_question(evaluation):
        if key == AREA and mapping.none_of(key):
            known = _ids_by_area_form(evaluation, mapping)
            cells = zip(submissions.rows[key].fillna(""), submissions.rows["option_separator"], strict=True)
            found[key] = [
                any(normal_form(option) in mapping.none_of(key) for option in split_options(cell, separator, known))
                for cell, separator in cells
            ]
        else:
            found[key] = submissions.forms[key].isin(mapping.none_of(key))
    return found


def _ids_by_area_form(evaluation: Evaluation, mapping: AnswerMapping) -> dict[str, tuple[str, ...]]:
    asked = evaluation.questions.area
    named = category_by_form((*evaluation.areas, evaluation.whole_area))
    passed_over = {normal_form(label): () for label in asked.not_areas} if asked else {}
    return {form: (area,) for form, area in named.items()} | passed_over | dict(mapping.of(AREA))


def _recognise(
    submissions: Submissions,
    key: str,
    known: Mapping[str, str],
    expected: Sequence[str],
    unknown: _Unknown,
    *,
    among: Sequence[str],
) -> pd.Series[Any]:
    forms = submissions.forms[key]
    # Of the many cells only the few different forms need be looked at.
    if not_known := [form for form in forms.cat.categories if form and form not in known]:
        unknown.add(key, submissions.rows, submissions.rows.loc[forms.isin(not_known), key], expected)
    return categorise(forms, known.get, among=among)


def _recognise_areas(
    submissions: Submissions, evaluation: Evaluation, mapping: AnswerMapping, unknown: _Unknown
) -> pd.Series[Any]:
    if AREA not in submissions.rows:
        return pd.Series([()] * len(submissions.rows), index=submissions.rows.index, dtype=object)
    known = _ids_by_area_form(evaluation, mapping)
    expected = (*(area.name for area in evaluation.areas), evaluation.whole_area.name, *evaluation.whole_area.synonyms)
    order = [area.id for area in (*evaluation.areas, evaluation.whole_area)]
    cells = submissions.rows[AREA]
    areas = pd.Series([()] * len(cells), index=cells.index, dtype=object)
    for separator, same in submissions.rows.groupby("option_separator", sort=False)[AREA]:
        codes, distinct = pd.factorize(same)
        options = [split_options(str(cell), str(separator), known) for cell in distinct]
        ids = [
            tuple(sorted({area for option in some for area in known.get(normal_form(option), ())}, key=order.index))
            for some in options
        ]
        unknown_options = [[option for option in some if normal_form(option) not in known] for some in options]
        # A missing cell has the code -1, which takes the last.
        found = take_objects(codes, [*ids, ()], same.index)
        areas = found if len(found) == len(areas) else areas.where(~areas.index.isin(found.index), found)
        if not any(unknown_options):
            continue
        has_unknown = np.array([*map(bool, unknown_options), False])[codes]
        not_known = take_objects(codes[has_unknown], unknown_options, same.index[has_unknown])
        unknown.add(AREA, submissions.rows, not_known.explode().dropna(), expected)
    return areas
