"""Wording drift: what each wave asked, kept with its answers, and what changed between two waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.data.schemas import QUESTIONS_BY_WAVE, build_table
from pipeline.data.submissions import Submissions, find_item_columns, item_key
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Item
from pipeline.reference.labels import normal_form

WORDING, LABELS, ORDER = "wording", "labels", "order of labels"
OFF_SCALE, SYNONYMS, POSITION = "answers off the scale", "labels read as synonyms", "position among the items"
WORDED_DIFFERENTLY = "The question was worded differently in the two waves."
LABELLED_DIFFERENTLY = "The question was answered on different labels in the two waves."
SHOWN_ONLY = "Shown for the reader; it does not keep the waves from being compared."
WORDING_CHANGE_COLUMNS = ["item", "what_changed", "baseline_text", "comparison_text", "compared", "reason"]

_SEPARATOR = " | "


def build_questions_by_wave(
    raw: Sequence[RawAnswers], submissions: Submissions, evaluation: Evaluation, wave_id: str
) -> pd.DataFrame:
    """Return what each file of a wave asked, one row an item, in the shape of `schemas.QUESTIONS_BY_WAVE`.

    `submissions` are those read from the same files. Where an export gives a column's short name alone, the wording is
    that of evaluation.yml.
    """
    rows = [
        _question(answers, submissions, evaluation, item, wave_id, column)
        for answers in raw
        for item, column in zip(evaluation.items, find_item_columns(answers, evaluation, wave_id), strict=True)
    ]
    return build_table(QUESTIONS_BY_WAVE, {name: [row[name] for row in rows] for name in QUESTIONS_BY_WAVE.columns})


def _question(
    answers: RawAnswers, submissions: Submissions, evaluation: Evaluation, item: Item, wave_id: str, column: str
) -> dict[str, object]:
    scale = evaluation.scale_asked(item.id, wave_id)
    exported = answers.texts[column]
    only_a_name = item.column is not None and normal_form(exported) == normal_form(item.column_in(wave_id))
    seen = set(submissions.forms.loc[submissions.rows["file"] == answers.file, item_key(item.id)].unique())
    known = {normal_form(label) for label in (*scale.levels, *scale.off_scale)}
    synonyms = [
        f"{written} = {meant}"
        for written, meant in scale.synonyms.items()
        if normal_form(written) in seen - known and normal_form(meant) not in seen
    ]
    return {
        "wave": wave_id,
        "file": answers.file,
        "item": item.id,
        "column": column,
        "wording": item.wording_in(wave_id) if only_a_name else exported,
        "position": list(answers.table.columns[2:]).index(column) + 1,
        "labels": _SEPARATOR.join(scale.levels),
        "off_scale": _SEPARATOR.join(scale.off_scale),
        "synonyms_seen": _SEPARATOR.join(synonyms),
    }


def compare_wording(
    questions_by_wave: pd.DataFrame, evaluation: Evaluation, baseline: str, comparison: str
) -> pd.DataFrame:
    """Return what changed in the items between two waves, side by side: `WORDING_CHANGE_COLUMNS`, one row a change.

    `compared` says whether the item's waves are compared all the same: a change of wording or of the scale's labels
    keeps them apart unless evaluation.yml says `same_question_because`; the other changes never do.
    """
    asked = questions_by_wave[questions_by_wave["wave"].isin([baseline, comparison])]
    asked = asked.assign(place=asked.groupby(["wave", "file"])["position"].rank().astype("int64").astype("str"))
    rows: list[tuple[object, ...]] = []
    for item in evaluation.items:
        of_item = asked[asked["item"] == item.id]
        earlier, later = (of_item[of_item["wave"] == wave] for wave in (baseline, comparison))
        changes = {what: (_said(earlier, what), _said(later, what)) for what in _changes(earlier, later)}
        verdict = _verdict(changes, item)
        rows += [(item.id, what, *texts, *verdict) for what, texts in changes.items()]
    return pd.DataFrame.from_records(rows, columns=WORDING_CHANGE_COLUMNS).astype({"compared": "bool"})


def not_compared(wording_changes: pd.DataFrame) -> dict[str, str]:
    """Return why, by item, for the items whose waves are not compared."""
    apart = wording_changes[~wording_changes["compared"].astype("bool")]
    return dict(zip(apart["item"], apart["reason"], strict=True))


_COLUMN_BY_CHANGE: Mapping[str, str] = {
    WORDING: "wording",
    LABELS: "labels",
    ORDER: "labels",
    OFF_SCALE: "off_scale",
    SYNONYMS: "synonyms_seen",
    POSITION: "place",
}


def _said(of_wave: pd.DataFrame, what: str) -> str:
    """Return what a wave's files say, each different text once."""
    return " / ".join(dict.fromkeys(text for text in of_wave[_COLUMN_BY_CHANGE[what]] if text))


def _changes(earlier: pd.DataFrame, later: pd.DataFrame) -> list[str]:
    """Return what differs; files of one wave that differ among themselves count as a difference too."""
    both = pd.concat([earlier, later])
    found = [
        what
        for what, column in _COLUMN_BY_CHANGE.items()
        if what != ORDER and both[column].map(normal_form).nunique() > 1
    ]
    if LABELS not in found:
        return found
    same_labels = both["labels"].map(lambda labels: tuple(sorted(normal_form(labels).split(_SEPARATOR)))).nunique() == 1
    return [ORDER if what == LABELS and same_labels else what for what in found]


def _verdict(changes: Mapping[str, tuple[str, str]], item: Item) -> tuple[bool, str]:
    apart = WORDED_DIFFERENTLY if WORDING in changes else LABELLED_DIFFERENTLY
    if not {WORDING, LABELS, ORDER} & set(changes):
        return True, SHOWN_ONLY
    if item.same_question_because:
        return True, f"The settings say why it is the same: {item.same_question_because}"
    return False, apart
