"""Jisc Online Surveys: codes beside a key file; one column an option, one column a cell of a grid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.exports.codebook import CodedColumn, CodedQuestion, as_it_is, build_decoded, kept_forms
from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Grid, column_of, quoted
from pipeline.exports.keys import KeyEntry, grid_row_by_cell, read_jisc_key
from pipeline.exports.reader import Export, Reader
from pipeline.exports.whole_file import read_grid
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form

_ID, _END = ("URN", "Unique Response Number"), ("CompletionDate", "Submission date")
_SYSTEM = frozenset(normal_form(header) for header in (*_ID, *_END))
_CODE = re.compile(r"-?\d+")
_OPTION = re.compile(r"(.+)_(-?\d+)")


def _recognises(first_rows: FirstRows) -> bool:
    return first_rows.first_header in map(normal_form, _ID)


def _read(export: Export) -> RawAnswers:
    grid = read_grid(export)
    if column_of(grid, _ID) is None:
        raise ExportError(f"{export.shown} is not a Jisc Online Surveys export: it has no column 'URN'.")
    # The platform writes days year first, which cannot be taken for anything else.
    dated = export.source.model_copy(update={"dates": export.source.dates or "%Y-%m-%d"})
    kept = kept_forms(export, _SYSTEM)
    if export.key is None:
        _check_no_codes(grid, export, kept)
        questions = [as_it_is(*column) for column in enumerate(grid.headers)]
    else:
        questions = _questions(grid, read_jisc_key(export.key, export), kept, export)
    return build_decoded(grid, replace(export, source=dated), questions, submitted=_END, system=_SYSTEM)


def _questions(grid: Grid, key: Mapping[str, KeyEntry], kept: frozenset[str], export: Export) -> list[CodedQuestion]:
    """Return the questions that the columns make up by the key, in the order of their first columns.

    Options ticked are joined. So is a grid's row: the key describes it the same whether one tick was allowed or
    several, so all ticks are kept, and cleaning refuses two where a scale has one answer.
    """
    rows = grid_row_by_cell(key)
    parts: dict[str, list[tuple[int, str, str]]] = {}
    for position, header in enumerate(grid.headers):
        entry, code = (header, "") if normal_form(header) in kept else _entry_of(header, key, export)
        parts.setdefault(rows.get(entry, entry), []).append((position, entry, code))
    questions = []
    for name, columns in parts.items():
        position, entry, code = columns[0]
        known = key.get(entry, KeyEntry(entry))
        if entry in rows or code or len(columns) > 1:
            _check_complete(name, columns, key, rows, export)
            ticks = [CodedColumn(at, _tick_labels(key[part].labels, option)) for at, part, option in columns]
            heading = key.get(name.rpartition("_")[0])
            text = f"{heading.text} [{known.text}]" if entry in rows and heading else known.text
            questions.append(CodedQuestion(name, text, ticks, folded=True))
        elif known.labels:
            questions.append(CodedQuestion(name, known.text, [CodedColumn(position, known.labels)]))
        elif not _is_heading(name, position, grid, key):
            questions.append(as_it_is(position, name, known.text))
    return questions


def _entry_of(header: str, key: Mapping[str, KeyEntry], export: Export) -> tuple[str, str]:
    """Return the entry of the key that a column belongs to, and its code where it is one option of it."""
    option = _OPTION.fullmatch(header)
    if header in key:
        return header, ""
    if option and option[1] in key and option[2] in key[option[1]].labels:
        return option[1], option[2]
    raise ExportError(
        f"{export.shown}: the column {quoted(header)} is not in {export.key_shown}; expected the key of this survey, "
        "or the column listed under `ignore`."
    )


def _tick_labels(labels: Mapping[str, str], option: str) -> dict[str, str | None]:
    """Return what a tick stands for: the option's label, or the only one of a grid cell."""
    return {"0": None, "1": labels[option]} if option else {"0": None, **labels}


def _check_complete(
    name: str, columns: list[tuple[int, str, str]], key: Mapping[str, KeyEntry], rows: Mapping[str, str], export: Export
) -> None:
    found = [entry if entry in rows or not option else f"{entry}_{option}" for _, entry, option in columns]
    expected = [entry for entry, row in rows.items() if row == name] or [f"{name}_{code}" for code in key[name].labels]
    if sorted(found) != sorted(expected):
        raise ExportError(
            f"{export.shown}: the question {quoted(name)} has the columns {listed(found)}; {export.key_shown} gives it "
            f"{listed(expected)}, so export both again."
        )


def _is_heading(name: str, position: int, grid: Grid, key: Mapping[str, KeyEntry]) -> bool:
    """Return whether a column is only the heading of those that follow: nothing in it, nothing it could hold."""
    return any(re.match(rf"{name}_\d", other) for other in key) and not any(row[position] for row in grid.rows)


def _check_no_codes(grid: Grid, export: Export, kept: frozenset[str]) -> None:
    for line, row in zip(grid.lines, grid.rows, strict=True):
        for header, cell in zip(grid.headers, row, strict=True):
            if isinstance(cell, str) and _CODE.fullmatch(cell.strip()) and normal_form(header) not in kept:
                raise ExportError(
                    f"{export.shown}, line {line}: the column {quoted(header)} holds the code {quoted(cell)}; name the "
                    "key file that Jisc exports beside the answers as `key` for this source in evaluation.yml."
                )


READER = Reader("jisc", "Jisc Online Surveys", _recognises, _read)
