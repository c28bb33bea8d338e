"""Canvas: the student analysis of a quiz or survey; each question's column is followed by one of the points given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import read_moments
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Grid, check_headers, column_of, quoted
from pipeline.exports.reader import Export, Reader
from pipeline.exports.whole_file import read_rows
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

_QUESTION = re.compile(r"\s*(?P<id>\d+):\s*(?P<text>.*\S)\s*", re.DOTALL)
_POINTS = re.compile(r"\s*\d+(\.\d+)?\s*")
_TOTALS = ("n correct", "n incorrect", "score")
# `name` is dropped and counted for every platform alike.
_PERSONAL = ("id", "sis_id")
_SYSTEM = frozenset((*_PERSONAL, *_TOTALS, "root_account", "section_id", "section_sis_id", "submitted", "attempt"))
_DATES = "%Y-%m-%d %H:%M:%S"


def _recognises(first_rows: FirstRows) -> bool:
    headers = first_rows.rows[0] if first_rows.rows else ()
    return first_rows.has("section", "submitted", *_TOTALS) and any(map(_QUESTION.fullmatch, headers))


def _read(export: Export) -> RawAnswers:
    if export.content.startswith(b"PK\x03\x04"):
        raise ExportError(f"{export.shown} is a workbook; expected the .csv file as Canvas exports it, unopened.")
    whole = read_rows(export)
    kept = _without_points(whole.headers, export.shown)
    names, texts = _names_and_texts([whole.headers[at] for at in kept])
    check_headers(names, export.shown, lambda position: f"column {kept[position] + 1}")
    grid = Grid(names, whole.lines, tuple(tuple(row[at] for at in kept) for row in whole.rows))
    submitted = column_of(grid, ("submitted",))
    if submitted is None:
        raise ExportError(f"{export.shown} is not a Canvas student analysis: it has no column 'submitted'.")
    declared = export.source.model_copy(update={"dates": export.source.dates or _DATES})
    days = read_moments(grid, submitted, replace(export, source=declared))
    answers = build_raw_answers(
        grid, export.source, file=export.shown, submitted_on=days,
        system=_SYSTEM, option_separator=", ", texts=texts,
    )  # fmt: skip
    return replace(answers, headers=whole.headers, dropped={**answers.dropped, **_counted_personal(grid)})


def _without_points(headers: Sequence[str], shown: str) -> list[int]:
    """Return where the columns stand that are no points; raises ExportError where a question has none after it."""
    questions = [at for at, header in enumerate(headers) if _QUESTION.fullmatch(header)]
    if not questions:
        raise ExportError(f"{shown} is not a Canvas student analysis: it has no column such as '4911959: How ...?'.")
    for at in questions:
        found = headers[at + 1] if at + 1 < len(headers) else ""
        if not _POINTS.fullmatch(found):
            raise ExportError(
                f"{shown}: column {at + 2} is headed {quoted(found)}; expected the points of the question before it, "
                "as in '1.0'."
            )
    points = {at + 1 for at in questions}
    return [at for at in range(len(headers)) if at not in points]


def _names_and_texts(headers: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return each column's name, for a question its number, and the texts of the questions by it."""
    found = [(header, _QUESTION.fullmatch(header)) for header in headers]
    names = tuple(match["id"] if match else header for header, match in found)
    return names, {match["id"]: " ".join(match["text"].split()) for _, match in found if match}


def _counted_personal(grid: Grid) -> dict[str, int]:
    where = {header: at for at, header in enumerate(grid.headers) if normal_form(header) in _PERSONAL}
    return {header: sum(row[at] is not None for row in grid.rows) for header, at in where.items()}


READER = Reader("canvas-quiz", "Canvas", _recognises, _read)
