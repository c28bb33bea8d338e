"""One wave cleaned: every submission is used or set aside by a named rule, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.data.duplicates import first_same_person, first_same_submission, person_ids, without_shared
from pipeline.data.ledger import build_ledger_by_file, check_ledger
from pipeline.data.recognition import Recognised, recognise_labels
from pipeline.data.schemas import (
    ANSWERS_BY_RESPONDENT_ITEM,
    AREAS_BY_RESPONDENT,
    COMMENTS_BY_RESPONDENT,
    SET_ASIDE,
    build_table,
)
from pipeline.data.submissions import Submissions, comment_key, gather_submissions, item_keys
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Fieldwork


@dataclass(frozen=True)
class CleanedWave:
    """The five tables of a cleaned wave, as `pipeline.data.schemas` describes them; comments are private."""

    answers_by_respondent_item: pd.DataFrame
    areas_by_respondent: pd.DataFrame
    comments_by_respondent: pd.DataFrame
    set_aside: pd.DataFrame
    ledger_by_file: pd.DataFrame


def clean_wave(raw: Sequence[RawAnswers], evaluation: Evaluation, wave_id: str, *, link_key: bytes) -> CleanedWave:
    """Return the tables of one wave; a wave without rows gives empty tables of the same shape.

    Rows are set aside by the first rule that applies, in the order of `schemas.RULES`. Raises ExportError for columns
    or labels that evaluation.yml does not know, and LedgerError when rows or cells do not add up.
    """
    submissions = gather_submissions(raw, evaluation, wave_id)
    reasons: list[pd.DataFrame] = []
    submissions = _keep_answered(submissions, evaluation, reasons)
    submissions = _keep_in_fieldwork(submissions, evaluation.wave(wave_id).fieldwork, reasons)
    recognised = recognise_labels(submissions, evaluation, wave_id)
    submissions = _keep_different(submissions, evaluation, reasons)
    submissions, person_id = _keep_one_a_person(submissions, recognised, evaluation, link_key, reasons)
    respondents = _number_respondents(submissions, recognised, person_id, wave_id)
    answers = _answers_by_respondent_item(respondents, recognised, evaluation)
    set_aside = _set_aside(reasons, wave_id)
    file_by_respondent = respondents.set_index("respondent_id")["file"]
    ledger = build_ledger_by_file(raw, file_by_respondent, answers, set_aside, wave_id)
    check_ledger(ledger, len(evaluation.items))
    areas = _areas_by_respondent(respondents, recognised, evaluation)
    return CleanedWave(answers, areas, _comments_by_respondent(respondents, submissions, evaluation), set_aside, ledger)


def _keep(
    submissions: Submissions,
    goes: pd.Series[bool],
    rule: str,
    what_to_do: Sequence[str] | str,
    reasons: list[pd.DataFrame],
) -> Submissions:
    """Return the submissions that stay; note those that go, with one sentence each."""
    gone = submissions.rows.loc[goes, ["file", "line"]]
    reasons.append(gone.assign(rule=rule, what_to_do=what_to_do))
    return submissions.where(~goes)


def _keep_answered(submissions: Submissions, evaluation: Evaluation, reasons: list[pd.DataFrame]) -> Submissions:
    goes = (submissions.forms[item_keys(evaluation)] == "").all(axis=1)
    sentence = "No item was answered; nothing to do, unless the export left columns blank."
    return _keep(submissions, goes, "no_answers", sentence, reasons)


def _keep_in_fieldwork(submissions: Submissions, fieldwork: Fieldwork, reasons: list[pd.DataFrame]) -> Submissions:
    days = submissions.rows["submitted_on"]
    goes = (days < pd.Timestamp(fieldwork.start)) | (days > pd.Timestamp(fieldwork.end))
    sentences = [
        f"Submitted on {day.date()}, outside fieldwork ({fieldwork.start} to {fieldwork.end}); "
        "correct the dates in evaluation.yml if it should count."
        for day in days[goes]
    ]
    return _keep(submissions, goes, "outside_fieldwork", sentences, reasons)


def _keep_different(submissions: Submissions, evaluation: Evaluation, reasons: list[pd.DataFrame]) -> Submissions:
    first = first_same_submission(submissions, evaluation)
    sentence = "Identical in every question to {place}; nothing to do, the first counts."
    return _keep_first(submissions, first, "same_submission_twice", sentence, reasons)


def _keep_one_a_person(
    submissions: Submissions,
    recognised: Recognised,
    evaluation: Evaluation,
    link_key: bytes,
    reasons: list[pd.DataFrame],
) -> tuple[Submissions, pd.Series[str]]:
    """Return the submissions that stay, and the person ids that only one of them has."""
    person_id = person_ids(submissions, evaluation, link_key)
    first = first_same_person(person_id, recognised)
    noun = evaluation.area_noun.singular
    sentence = f"The same code, {noun} and sector as {{place}}; nothing to do, the first counts."
    kept = _keep_first(submissions, first, "same_person_twice", sentence, reasons)
    return kept, without_shared(person_id[kept.rows.index])


def _keep_first(
    submissions: Submissions, first: pd.Series[int], rule: str, sentence: str, reasons: list[pd.DataFrame]
) -> Submissions:
    goes = first != first.index
    earlier = submissions.rows.loc[first[goes]]
    places = zip(earlier["line"], earlier["file"], strict=True)
    sentences = [sentence.replace("{place}", f"line {line} of {file}") for line, file in places]
    return _keep(submissions, goes, rule, sentences, reasons)


def _number_respondents(
    submissions: Submissions, recognised: Recognised, person_id: pd.Series[str], wave_id: str
) -> pd.DataFrame:
    """Return one row a respondent, of the submissions' index: who they are, without their answers."""
    index = submissions.rows.index
    return pd.DataFrame(
        {
            "wave": pd.Series(wave_id, index=index, dtype="str"),
            "respondent_id": pd.Series(
                [f"{wave_id}-{number:04d}" for number in range(1, len(index) + 1)], index=index, dtype="str"
            ),
            "person_id": person_id,
            "sector": recognised.sector[index],
            "role": recognised.role[index],
            "submitted_on": submissions.rows["submitted_on"],
            "file": submissions.rows["file"],
        }
    )


def _answers_by_respondent_item(
    respondents: pd.DataFrame, recognised: Recognised, evaluation: Evaluation
) -> pd.DataFrame:
    parts = []
    for item in evaluation.items:
        scale = evaluation.scale_of(item.id)
        response = recognised.response_by_item[item.id][respondents.index]
        level_by_label = {label: number for number, label in enumerate(scale.levels, start=1)}
        level = pd.Series([level_by_label.get(label) for label in response], index=response.index, dtype="Int64")
        kind = _answer_kind(response, level)
        parts.append(respondents.assign(item=item.id, response=response, level=level, answer_kind=kind))
    # A stable sort keeps the items of a respondent in the order of the form.
    answers = pd.concat(parts).sort_index(kind="stable")
    return build_table(ANSWERS_BY_RESPONDENT_ITEM, _columns(answers))


def _answer_kind(response: pd.Series[str], level: pd.Series[int]) -> pd.Series[str]:
    kind = pd.Series("answered", index=response.index, dtype="str")
    return kind.mask(level.isna(), "off_scale").mask(response.isna(), "missing")


def _areas_by_respondent(respondents: pd.DataFrame, recognised: Recognised, evaluation: Evaluation) -> pd.DataFrame:
    """Return the areas each respondent ticked, and the whole area once for everyone."""
    whole = evaluation.whole_area.id
    ticked = recognised.areas[respondents.index]
    # Whoever works across the whole area ticks that; it is what everyone has already.
    areas = [[area for area in ids if area != whole] + [whole] for ids in ticked]
    rows = respondents[["wave", "respondent_id"]].assign(area=pd.Series(areas, index=respondents.index, dtype=object))
    return build_table(AREAS_BY_RESPONDENT, _columns(rows.explode("area")))


def _comments_by_respondent(
    respondents: pd.DataFrame, submissions: Submissions, evaluation: Evaluation
) -> pd.DataFrame:
    parts = [respondents[["wave", "respondent_id"]].assign(question="", text="").iloc[:0]]
    for comment in evaluation.comments:
        key = comment_key(comment.id)
        written = submissions.forms[key] != ""
        texts = submissions.rows.loc[written, key]
        parts.append(respondents.loc[written, ["wave", "respondent_id"]].assign(question=comment.id, text=texts))
    comments = pd.concat(parts).sort_index(kind="stable")
    return build_table(COMMENTS_BY_RESPONDENT, _columns(comments))


def _set_aside(reasons: list[pd.DataFrame], wave_id: str) -> pd.DataFrame:
    # The rows' index is their order of file and line.
    rows = pd.concat(reasons).sort_index()
    return build_table(SET_ASIDE, _columns(rows.assign(wave=wave_id, column=None)))


def _columns(rows: pd.DataFrame) -> Mapping[str, pd.Series[Any]]:
    return {str(name): rows[name] for name in rows.columns}
