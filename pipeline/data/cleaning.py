"""One wave cleaned: every submission is used or set aside by a named rule, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.data.answer_mapping import NO_MAPPING, AnswerMapping
from pipeline.data.columns import categories_at, place_type, repeated
from pipeline.data.comments import build_commenting_by_respondent, build_comments_by_respondent
from pipeline.data.drift import build_questions_by_wave
from pipeline.data.duplicates import code_hashes, first_same_person, first_same_submission
from pipeline.data.flags import flag_submissions
from pipeline.data.ledger import build_ledger_by_file, check_ledger
from pipeline.data.linking import WHOLE_CODE
from pipeline.data.overlaps import first_in_other_download
from pipeline.data.recognition import Recognised, recognise_labels
from pipeline.data.schemas import (
    ANSWER_KINDS,
    ANSWERS_BY_RESPONDENT_ITEM,
    AREAS_BY_RESPONDENT,
    CODES_BY_RESPONDENT,
    SET_ASIDE,
    build_table,
)
from pipeline.data.submissions import Submissions, gather_submissions, item_keys
from pipeline.exports.contract import NOT_COUNTED, RawAnswers
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Fieldwork

_WHY_NOT_COUNTED = {
    "preview": "The platform marks it as a preview or a test, sent before or beside the survey; nothing to do.",
    "spam": "The platform marks it as spam; if it is an answer, correct that on the platform and export again.",
    "unfinished": "Begun and not finished, as the platform says; if such answers should count, list the columns that "
    "say so under `ignore` for this source in evaluation.yml.",
}


_NO_LEVEL = 0
_ANSWERED, _OFF_SCALE, _MISSING = range(len(ANSWER_KINDS))


@dataclass(frozen=True)
class CleanedWave:
    """The tables of a cleaned wave, as `pipeline.data.schemas` describes them; comments are private."""

    answers_by_respondent_item: pd.DataFrame
    areas_by_respondent: pd.DataFrame
    comments_by_respondent: pd.DataFrame
    commenting_by_respondent: pd.DataFrame
    set_aside: pd.DataFrame
    ledger_by_file: pd.DataFrame
    questions_by_wave: pd.DataFrame
    codes_by_respondent: pd.DataFrame
    flagged: pd.DataFrame


def clean_wave(
    raw: Sequence[RawAnswers],
    evaluation: Evaluation,
    wave_id: str,
    *,
    link_key: bytes,
    mapping: AnswerMapping = NO_MAPPING,
) -> CleanedWave:
    """Return the tables of one wave; a wave without rows gives empty tables of the same shape.

    Rows are set aside by the first rule that applies, in the order of `schemas.RULES`. Raises ExportError for columns
    or labels that evaluation.yml does not know, and LedgerError when rows or cells do not add up.
    """
    submissions = gather_submissions(raw, evaluation, wave_id)
    questions = build_questions_by_wave(raw, submissions, evaluation, wave_id)
    reasons: list[pd.DataFrame] = []
    submissions = _keep_counted(submissions, raw, reasons)
    submissions = _keep_answered(submissions, evaluation, reasons)
    submissions = _keep_in_fieldwork(submissions, evaluation.wave(wave_id).fieldwork, reasons)
    recognised = recognise_labels(submissions, evaluation, wave_id, mapping)
    submissions = _keep_one_download(submissions, reasons)
    submissions = _keep_different(submissions, evaluation, reasons)
    hashes = code_hashes(submissions, evaluation, link_key)
    submissions = _keep_one_a_person(submissions, hashes[WHOLE_CODE], recognised, evaluation, reasons)
    respondents = _number_respondents(submissions, recognised, wave_id)
    _note_mapped_to_none(submissions, recognised, reasons)
    answers = _answers_by_respondent_item(respondents, recognised, evaluation, wave_id)
    set_aside = _set_aside(reasons, wave_id)
    file_by_respondent = respondents.set_index("respondent_id")["file"]
    ledger = build_ledger_by_file(raw, file_by_respondent, answers, set_aside, wave_id)
    check_ledger(ledger, len(evaluation.items))
    areas = _areas_by_respondent(respondents, recognised, evaluation)
    comments = build_comments_by_respondent(respondents, submissions, evaluation)
    commenting = build_commenting_by_respondent(comments)
    codes = _codes_by_respondent(respondents, hashes)
    flagged = flag_submissions(respondents, hashes[WHOLE_CODE], recognised, evaluation, wave_id)
    return CleanedWave(answers, areas, comments, commenting, set_aside, ledger, questions, codes, flagged)


def _keep(
    submissions: Submissions,
    goes: pd.Series[bool],
    rule: str,
    what_to_do: Sequence[str] | str,
    reasons: list[pd.DataFrame],
) -> Submissions:
    """Return the submissions that stay; note those that go, with one sentence each."""
    if not goes.any():
        return submissions
    gone = submissions.rows.loc[goes, ["file", "line"]]
    reasons.append(gone.assign(column=None, rule=rule, what_to_do=what_to_do))
    return submissions.where(~goes)


def _keep_counted(submissions: Submissions, raw: Sequence[RawAnswers], reasons: list[pd.DataFrame]) -> Submissions:
    rule_by_place = {(answers.file, line): rule for answers in raw for line, rule in answers.not_counted.items()}
    if not rule_by_place:
        return submissions
    places = zip(submissions.rows["file"], submissions.rows["line"], strict=True)
    rules = pd.Series([rule_by_place.get(place, "") for place in places], index=submissions.rows.index, dtype="str")
    for rule in NOT_COUNTED:
        goes = rules[submissions.rows.index] == rule
        submissions = _keep(submissions, goes, rule, _WHY_NOT_COUNTED[rule], reasons)
    return submissions


def _keep_answered(submissions: Submissions, evaluation: Evaluation, reasons: list[pd.DataFrame]) -> Submissions:
    keys = item_keys(evaluation)
    goes = pd.Series(submissions.count_blank(keys) == len(keys), index=submissions.rows.index)
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


def _keep_one_download(submissions: Submissions, reasons: list[pd.DataFrame]) -> Submissions:
    sentence = "Also in {place}, which this file overlaps; nothing to do, the first download counts."
    return _keep_first(submissions, first_in_other_download(submissions), "overlapping_download", sentence, reasons)


def _keep_one_a_person(
    submissions: Submissions,
    code_hash: pd.Series[str],
    recognised: Recognised,
    evaluation: Evaluation,
    reasons: list[pd.DataFrame],
) -> Submissions:
    first = first_same_person(code_hash, recognised)
    noun = evaluation.area_noun.singular
    sentence = f"The same code, {noun} and sector as {{place}}; nothing to do, the first counts."
    return _keep_first(submissions, first, "same_person_twice", sentence, reasons)


def _keep_first(
    submissions: Submissions, first: pd.Series[int], rule: str, sentence: str, reasons: list[pd.DataFrame]
) -> Submissions:
    goes = first != first.index
    if not goes.any():
        return submissions
    earlier = submissions.rows.loc[first[goes]]
    places = zip(earlier["line"], earlier["file"], strict=True)
    sentences = [sentence.replace("{place}", f"line {line} of {file}") for line, file in places]
    return _keep(submissions, goes, rule, sentences, reasons)


def _note_mapped_to_none(submissions: Submissions, recognised: Recognised, reasons: list[pd.DataFrame]) -> None:
    """Note each cell of the submissions that stay in which the mapping file leaves an answer out."""
    for question, is_none in recognised.mapped_to_none.loc[submissions.rows.index].items():
        sentence = f"The mapping file says that an answer here names no {question}; correct it there if it does."
        if is_none.any():
            _keep(submissions, is_none, "mapped_to_none", sentence, reasons)
            reasons[-1]["column"] = str(question)


def _number_respondents(submissions: Submissions, recognised: Recognised, wave_id: str) -> pd.DataFrame:
    """Return one row a respondent, of the submissions' index: who they are, without their answers."""
    index = submissions.rows.index
    return pd.DataFrame(
        {
            "wave": repeated(0, [wave_id], index),
            "respondent_id": categories_at(
                np.arange(len(index)), [f"{wave_id}-{number:04d}" for number in range(1, len(index) + 1)]
            ),
            # Who is who shows only when waves are brought together.
            "person_id": categories_at(np.full(len(index), -1), []),
            "sector": recognised.sector[index],
            "role": recognised.role[index],
            "submitted_on": submissions.rows["submitted_on"],
            "file": submissions.rows["file"],
            "line": submissions.rows["line"],
        }
    )


def _answers_by_respondent_item(
    respondents: pd.DataFrame, recognised: Recognised, evaluation: Evaluation, wave_id: str
) -> pd.DataFrame:
    count = len(evaluation.items)
    labels = list(dict.fromkeys(label for item in evaluation.items for label in _labels(evaluation, item.id, wave_id)))
    shape = len(respondents), count
    response, level, kind = (np.empty(shape, dtype=size) for size in (place_type(len(labels)), np.int8, np.int8))
    for number, item in enumerate(evaluation.items):
        asked = recognised.response_by_item[item.id][respondents.index].array
        # Worst level first, so that a higher level is better whichever way the question was put.
        levels = evaluation.scale_of(item.id, wave_id).levels
        level_by_label = {label: place for place, label in enumerate(levels, start=1)}
        # A missing answer has the code -1, which takes the last.
        places = [*(labels.index(label) for label in asked.categories), -1]
        numbers = [*(level_by_label.get(label, _NO_LEVEL) for label in asked.categories), _NO_LEVEL]
        kinds = [*(_ANSWERED if number != _NO_LEVEL else _OFF_SCALE for number in numbers[:-1]), _MISSING]
        for cells, meant in ((response, places), (level, numbers), (kind, kinds)):
            cells[:, number] = np.array(meant, dtype=cells.dtype)[asked.codes]
    columns: dict[str, Any] = {
        str(name): cells.array.repeat(count) for name, cells in respondents.drop(columns=["file", "line"]).items()
    }
    # The items of a respondent stand in the order of the form.
    item_places = np.tile(np.arange(count, dtype=place_type(count)), len(respondents))
    columns |= {
        "item": categories_at(item_places, [item.id for item in evaluation.items]),
        "response": categories_at(response.ravel(), labels),
        "level": pd.arrays.IntegerArray(level.ravel(), level.ravel() == _NO_LEVEL),
        "answer_kind": categories_at(kind.ravel(), ANSWER_KINDS),
    }
    return build_table(ANSWERS_BY_RESPONDENT_ITEM, columns)


def _labels(evaluation: Evaluation, item_id: str, wave_id: str) -> tuple[str, ...]:
    scale = evaluation.scale_of(item_id, wave_id)
    return (*scale.levels, *scale.off_scale)


def _areas_by_respondent(respondents: pd.DataFrame, recognised: Recognised, evaluation: Evaluation) -> pd.DataFrame:
    """Return the areas each respondent ticked, and the whole area once for everyone."""
    whole = evaluation.whole_area.id
    ticked = recognised.areas[respondents.index]
    # Whoever works across the whole area ticks that; it is what everyone has already.
    codes, distinct = pd.factorize(ticked)
    areas = [[*(area for area in ids if area != whole), whole] for ids in distinct]
    size_by_code = np.array([len(some) for some in areas], dtype=np.int64)
    start_by_code = size_by_code.cumsum() - size_by_code
    sizes = size_by_code[codes]
    whose = np.repeat(np.arange(len(codes)), sizes)
    within = np.arange(len(whose)) - np.repeat(sizes.cumsum() - sizes, sizes)
    rows = respondents[["wave", "respondent_id"]].take(whose)
    ids = [area.id for area in (*evaluation.areas, evaluation.whole_area)]
    places = np.array([ids.index(area) for some in areas for area in some], dtype=np.int64)
    area = categories_at(places[start_by_code[codes][whose] + within], ids)
    return build_table(AREAS_BY_RESPONDENT, _columns(rows.assign(area=area)))


def _codes_by_respondent(respondents: pd.DataFrame, hashes: pd.DataFrame) -> pd.DataFrame:
    parts = [
        respondents[["wave", "respondent_id"]].assign(without_part=number, code_hash=hashes[number]).dropna()
        for number in hashes.columns
    ]
    codes = pd.concat(parts).sort_index(kind="stable")
    return build_table(CODES_BY_RESPONDENT, _columns(codes))


def _set_aside(reasons: list[pd.DataFrame], wave_id: str) -> pd.DataFrame:
    if not reasons:
        return build_table(SET_ASIDE, dict.fromkeys(SET_ASIDE.columns, ()))
    # The rows' index is their order of file and line.
    rows = pd.concat(reasons).sort_index(kind="stable")
    return build_table(SET_ASIDE, _columns(rows.assign(wave=wave_id)))


def _columns(rows: pd.DataFrame) -> Mapping[str, pd.Series[Any]]:
    return {str(name): rows[name] for name in rows.columns}
