"""What `make quotes` does: a private worksheet of a wave's comments for the approvers, a verdict on the register."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pandas as pd

from pipeline.data.comments import keep_comments
from pipeline.data.quotes import COLUMNS, hash_text
from pipeline.disclosure.precheck import Precheck
from pipeline.disclosure.quotes import judge_quotes, shown_ids
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import read_table, write_bytes
from pipeline.machinery.locking import only_run
from pipeline.machinery.quotes import read_register
from pipeline.machinery.reporting import read_published
from pipeline.machinery.reports import build
from pipeline.presentation.tables import Download
from pipeline.reference.evaluation import Evaluation, load_evaluation


def approve_quotes(wave_id: str | None) -> int:
    """Clean a wave, write its worksheet, and check the register; return 1 when it holds a row that is refused."""
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave_id = evaluation.wave(wave_id).id if wave_id else evaluation.waves[-1].id
    if build("data", wave_id, None):
        return 1
    comments = read_table(project.cleaned(wave_id) / "comments_by_respondent.parquet")
    with only_run(project):
        _place_worksheet(project, wave_id, build_worksheet(comments, evaluation).content())
    return _tell_register(project, evaluation, wave_id, comments)


def build_worksheet(comments_by_respondent: pd.DataFrame, evaluation: Evaluation) -> Download:
    """Return the comments as rows to approve: what the pre-check marks, and the register's columns, to be filled in.

    `sha256` fits while the text is printed as it was written. Rows stand in the order of their hashes within a
    question, so that nobody is followed from one question to the next.
    """
    precheck = Precheck(evaluation)
    rows = []
    for comment in keep_comments(comments_by_respondent).to_dict("records"):
        text = str(comment["text"]).strip()
        marks = "; ".join(f"{mark.text} ({mark.kind})" for mark in precheck.mark(text))
        known = {"wave": comment["wave"], "question": comment["question"]}
        hashes = {"sha256": hash_text(text), "original_sha256": hash_text(comment["text"])}
        rows.append({"comment": text, "marked": marks, **dict.fromkeys(COLUMNS, ""), **known, **hashes})
    order = {comment.id: number for number, comment in enumerate(evaluation.comments)}
    rows.sort(key=lambda row: (order[row["question"]], row["sha256"]))
    return Download("quotes-worksheet.csv", pd.DataFrame(rows, columns=["comment", "marked", *COLUMNS], dtype=object))


def _place_worksheet(project: Project, wave_id: str, content: bytes) -> None:
    """Write the worksheet where none is: what somebody has begun, or was written of other comments, stays."""
    path: Path = project.quotes_worksheet(wave_id)
    shown = project.shown(path)
    if not path.exists():
        write_bytes(path, content)
        print(f"{shown} written: private, for the approvers alone.", file=sys.stderr)
    elif path.read_bytes() == content:
        print(f"{shown} is there, and nobody has begun it.", file=sys.stderr)
    else:
        print(
            f"{shown} has been begun, or the comments have changed since; it stays as it is. "
            "Move it away to have a new one.",
            file=sys.stderr,
        )


def _tell_register(project: Project, evaluation: Evaluation, wave_id: str, comments: pd.DataFrame) -> int:
    """Print what stands against each row of the register, and how many are approved; return the exit status."""
    if evaluation.quotes is None:
        print("evaluation.yml names no register under `quotes`, so no quote is published.", file=sys.stderr)
        return 0
    register = read_register(project, evaluation)
    pairs = zip(comments["question"], comments["text"], strict=True)
    originals = frozenset((question, hash_text(text)) for question, text in pairs)
    verdicts = judge_quotes(
        register,
        evaluation,
        today=dt.datetime.now(dt.UTC).date(),
        shown=_shown(project, evaluation, wave_id),
        originals={wave_id: originals},
    )
    for verdict in verdicts:
        for sentence in verdict.refusals:
            print(sentence, file=sys.stderr)
    refused = sum(bool(verdict.refusals) for verdict in verdicts)
    name = project.shown(project.registers / evaluation.quotes)
    print(f"{name}: {len(verdicts) - refused} quotes approved, {refused} refused.", file=sys.stderr)
    return 1 if refused else 0


def _shown(project: Project, evaluation: Evaluation, wave_id: str) -> dict[str, frozenset[str]]:
    """Return the ids that the wave's published tables show; nothing, and a sentence, before they are made."""
    if not (project.published(wave_id) / "quotes.parquet").is_file():
        print(
            f"Whether a {evaluation.area_noun.singular} or sector named beside a quote is shown in {wave_id} "
            "is seen when its reports are made.",
            file=sys.stderr,
        )
        return {}
    return {wave_id: shown_ids(read_published(project.published(wave_id)), evaluation, wave_id)}
