"""Submissions as the platforms write them that export codes, with the file that explains the codes.

A code stands for a label, so how a label is written in the submissions is lost, as it is on these platforms.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Question
from pipeline.reference.labels import normal_form
from pipeline.simulation.platform_shapes import (
    Shape,
    Writer,
    area_labels,
    area_wording,
    as_csv,
    google_forms_csv,
    google_sheet,
    limesurvey,
    microsoft_forms_csv,
    microsoft_forms_xlsx,
    plain_csv,
    qualtrics,
    qualtrics_split,
    rows_of,
    surveymonkey,
    wordings_of,
)

_DICTIONARY = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Identifier?",
)  # fmt: skip


def jisc(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the codes of Jisc Online Surveys and their key; areas have a column each, 1 where ticked and 0 elsewhere.

    Nothing ticked is a row of noughts, the same as not answered.
    """
    labels = _labels_by_wording(evaluation, wave_id)
    area = area_wording(evaluation, wave_id)
    header: list[str] = ["URN", "CompletionDate"]
    key: list[tuple[str, str]] = []
    for number, wording in enumerate(wordings_of(submissions), start=1):
        codes = [str(code) for code in range(1, len(labels.get(wording, ())) + 1)]
        header += [f"Q{number}_{code}" for code in codes] if wording == area else [f"Q{number}"]
        key += [(f"Q{number}", wording), *zip(codes, labels.get(wording, ()), strict=True)]
    rows = [
        [9_000_000 + number, submitted.strftime("%Y-%m-%d"), *_codes(submissions, answers, labels, area)]
        for number, (_, submitted), answers in rows_of(submissions, None)
    ]
    return Shape("csv", as_csv([header, *rows]), {"platform": "jisc"}, key=as_csv(key))


def redcap(submissions: pd.DataFrame, evaluation: Evaluation, wave_id: str) -> Shape:
    """Return the raw codes of REDCap and its data dictionary; areas are a checkbox, `field___code`, ticked or not.

    Choices are divided by bars, so no label may hold one; nothing ticked is a row of noughts.
    """
    labels = _labels_by_wording(evaluation, wave_id)
    area = area_wording(evaluation, wave_id)
    header: list[str] = ["record_id", "redcap_survey_identifier", "survey_timestamp"]
    dictionary: list[list[str]] = [list(_DICTIONARY), ["record_id", "survey", "", "text", "Record ID", "", "", ""]]
    for number, wording in enumerate(wordings_of(submissions), start=1):
        known = labels.get(wording, ())
        name = f"question_{number}"
        header += [f"{name}___{code}" for code in range(1, len(known) + 1)] if wording == area else [name]
        kind = "checkbox" if wording == area else "radio" if known else "text"
        choices = " | ".join(f"{code}, {label}" for code, label in enumerate(known, start=1))
        dictionary.append([name, "survey", "", kind, wording, choices, "", ""])
    rows = [
        [number, None, submitted.strftime("%Y-%m-%d %H:%M:%S"), *_codes(submissions, answers, labels, area)]
        for number, (_, submitted), answers in rows_of(submissions, None)
    ]
    settings = {"platform": "redcap", "submitted": "survey_timestamp", "dates": "%Y-%m-%d %H:%M:%S"}
    return Shape("csv", as_csv([header, *rows]), settings, key=as_csv(dictionary))


WRITERS: Mapping[str, Writer] = {
    "Microsoft Forms, xlsx": microsoft_forms_xlsx,
    "Microsoft Forms, csv": microsoft_forms_csv,
    "Google Forms, csv": google_forms_csv,
    "Google Forms, sheet": google_sheet,
    "Qualtrics, three header rows": qualtrics(),
    "Qualtrics, one header row": qualtrics(header_rows=1),
    "Qualtrics, semicolons": qualtrics(";"),
    "Qualtrics, a column an option": qualtrics_split,
    "Qualtrics, tabs in UTF-16": qualtrics("tab", "utf-16"),
    "SurveyMonkey": surveymonkey,
    "Jisc Online Surveys": jisc,
    "REDCap": redcap,
    "LimeSurvey": limesurvey,
    "plain": plain_csv,
}


def _labels_by_wording(evaluation: Evaluation, wave_id: str) -> dict[str, tuple[str, ...]]:
    """Return the labels that the form offers for each question that offers any."""
    asked = evaluation.questions
    about: list[tuple[Question | None, tuple[str, ...]]] = [
        (asked.area, tuple(area_labels(evaluation))),
        (asked.sector, tuple(sector.name for sector in evaluation.sectors)),
        (asked.role, tuple(role.name for role in evaluation.respondent_roles)),
    ]
    for item in evaluation.items:
        scale = evaluation.scale_asked(item.id, wave_id)
        about.append((item, (*scale.levels, *scale.off_scale)))
    return {question.wording_in(wave_id): labels for question, labels in about if question is not None}


def _codes(
    submissions: pd.DataFrame, answers: list[object], labels: Mapping[str, tuple[str, ...]], area: str | None
) -> list[object]:
    """Return a submission's cells with codes from 1 in place of labels, and a mark an area."""
    cells: list[object] = []
    for wording, cell in zip(wordings_of(submissions), answers, strict=True):
        known = labels.get(wording)
        if wording == area and known:
            ticked = cell if isinstance(cell, tuple) else ()
            cells += ["1" if label in ticked else "0" for label in known]
        elif known and isinstance(cell, str):
            cells.append(str([normal_form(label) for label in known].index(normal_form(cell)) + 1))
        else:
            cells.append(cell)
    return cells
