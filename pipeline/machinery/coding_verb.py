"""What `make coding` does: private worksheets of a wave's comments for coders, and filled-in ones as register rows.

What people wrote stays below data/processed: the rows hold a comment's SHA-256 alone.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.data.registers.coding_sheets import SheetReader, build_sheet, codebook, for_second_coder
from pipeline.data.registers.schemas import CODING
from pipeline.exports.text_table import read_text_table
from pipeline.ground.errors import RegistersError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import read_table, write_bytes
from pipeline.machinery.locking import only_run
from pipeline.machinery.registers import load_registers
from pipeline.machinery.reports import build
from pipeline.presentation.tables import Download
from pipeline.reference.evaluation import Evaluation, load_evaluation


def code_comments(wave_id: str | None) -> int:
    """Clean a wave, write its worksheets, and read those that are filled in; return 1 when a row of them is refused.

    Raises RegistersError where there is no register of themes to choose from.
    """
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave_id = evaluation.wave(wave_id).id if wave_id else evaluation.waves[-1].id
    themes = load_registers(project, evaluation).themes
    if themes.empty:
        raise RegistersError(
            "There are no themes to choose from; name a register under `registers: {themes: ...}` in evaluation.yml "
            "and fill it in (`make registers` writes an empty one)."
        )
    if build("data", wave_id, None):
        return 1
    comments = read_table(project.cleaned(wave_id) / "comments_by_respondent.parquet")
    sheet = build_sheet(comments, evaluation)
    with only_run(project):
        _place(project, project.coding_worksheet(wave_id, 1), sheet)
        _place(project, project.coding_worksheet(wave_id, 2), for_second_coder(sheet))
        write_bytes(project.coding_codebook(wave_id), _content(codebook(themes, evaluation)))
        return _read_back(project, evaluation, wave_id, sheet, list(themes["theme"]))


def _content(rows: pd.DataFrame) -> bytes:
    return Download("", rows).content()


def _place(project: Project, path: Path, sheet: pd.DataFrame) -> None:
    """Write a worksheet where none is: what somebody has begun, or was written of other comments, stays."""
    shown, content = project.shown(path), _content(sheet)
    if not path.exists():
        write_bytes(path, content)
        _tell(f"{shown} written: {len(sheet)} comments; private, for one coder alone.")
    elif path.read_bytes() == content:
        _tell(f"{shown} is there, and nobody has begun it.")
    else:
        _tell(
            f"{shown} has been begun, or the comments have changed since; it stays as it is. "
            "Move it away to have a new one."
        )


def _read_back(
    project: Project, evaluation: Evaluation, wave_id: str, sheet: pd.DataFrame, themes: Sequence[str]
) -> int:
    """Write the rows of filled-in worksheets for the register; with a mistake, tell each and write nothing."""
    known = {str(question): frozenset(rows["sha256"]) for question, rows in sheet.groupby("question")}
    reader = SheetReader(evaluation, wave_id, known, themes)
    for path in sorted(project.coding_worksheet(wave_id, 1).parent.glob("coding-worksheet-*.csv")):
        shown = project.shown(path)
        reader.read(read_text_table(path.read_bytes(), encoding="utf-8", shown=shown), shown)
    for sentence in reader.mistakes:
        _tell(sentence)
    if reader.mistakes:
        return 1
    if reader.rows:
        path = project.coding_rows(wave_id)
        write_bytes(path, _content(pd.DataFrame(reader.rows, columns=list(CODING.names))))
        coders = len({row["coder"] for row in reader.rows})
        who = f"{coders} coder{'' if coders == 1 else 's'}"
        _tell(
            f"{project.shown(path)} written: {len(reader.rows)} rows of {who}, to be put into the register of coding."
        )
    return 0


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)
