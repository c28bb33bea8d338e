"""Codes and ticks turned back into the labels that people saw, for platforms that export numbers beside a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.exports.contract import PERSONAL_COLUMNS, RawAnswers, build_raw_answers, cell_text
from pipeline.exports.dates import read_moments
from pipeline.exports.grid import Cell, Grid, Row, column_of, quoted
from pipeline.exports.reader import Export
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import did_you_mean, listed, normal_form

_SEPARATORS = (";", "|", "¦", "‖")
_MOST_EXPECTED, _MOST_LISTED = 12, 20


@dataclass(frozen=True)
class CodedColumn:
    """A column of the file: where it stands, and the label of each code.

    Codes without a label (an option not ticked) have None; `labels` is None for a column of text. `missing` gives what
    the codes mean that stand for no answer, `hint` what else to say of a code that neither knows.
    """

    position: int
    labels: Mapping[str, str | None] | None
    missing: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True)
class CodedQuestion:
    """A question: its short name, its text, its columns; several options that can be ticked are `folded` into one.

    A question that asks who someone is, by its text or its key, is dropped with its answers.
    """

    header: str
    text: str
    columns: Sequence[CodedColumn]
    folded: bool = False
    is_personal: bool = False


def as_it_is(position: int, header: str, text: str = "", missing: Mapping[str, str] | None = None) -> CodedQuestion:
    """Return a question whose cells are text."""
    return CodedQuestion(header, text or header, [CodedColumn(position, None, missing or {})])


def kept_forms(export: Export, system: frozenset[str]) -> frozenset[str]:
    """Return the normal forms of headers that no key needs to explain: personal, system and ignored columns."""
    submitted = {normal_form(export.source.submitted)} if export.source.submitted else set()
    return PERSONAL_COLUMNS | system | submitted | {normal_form(name) for name in export.source.ignore}


def build_decoded(
    grid: Grid,
    export: Export,
    questions: Sequence[CodedQuestion],
    *,
    submitted: Sequence[str] = (),
    system: frozenset[str],
) -> RawAnswers:
    """Return the answers to `questions`, in labels; `submitted` names the platform's own column with the moment.

    Raises ExportError with one line for each column that holds a code which nothing explains.
    """
    source = export.source
    moment = column_of(grid, (source.submitted,) if source.submitted else submitted)
    if source.submitted and moment is None:
        raise ExportError(
            f"{export.shown} has no column {quoted(source.submitted)}, which evaluation.yml declares as `submitted`"
            f"{did_you_mean(source.submitted, grid.headers) or '; correct it there.'}"
        )
    own = system | ({normal_form(source.submitted)} if source.submitted else frozenset())
    personal = [question for question in questions if _is_personal(question)]
    asked = [question for question in questions if not _is_personal(question)]
    separator = _separator_for(asked, export)
    decoding = _Decoding(grid, export, kept_forms(export, system))
    columns = [decoding.cells_of(question, separator) for question in asked]
    if decoding.problems:
        raise ExportError("\n".join(decoding.problems))
    rows: Iterable[Row] = zip(*columns, strict=True)
    answers = build_raw_answers(
        Grid(tuple(question.header for question in asked), grid.lines, tuple(rows)),
        source.model_copy(update={"missing": {}}),
        file=export.shown,
        submitted_on=read_moments(grid, moment, export),
        system=own,
        option_separator=separator,
        texts={question.header: question.text for question in asked},
    )
    dropped = {question.header: _count_filled(question, grid) for question in personal}
    return replace(
        answers,
        headers=grid.headers,
        dropped={**answers.dropped, **dropped},
        declared_missing=dict(decoding.declared_missing),
    )


def _is_personal(question: CodedQuestion) -> bool:
    return question.is_personal or normal_form(question.text) in PERSONAL_COLUMNS


def _count_filled(question: CodedQuestion, grid: Grid) -> int:
    cells = (row[column.position] for row in grid.rows for column in question.columns)
    return sum(1 for cell in cells if normal_form(cell_text(cell) or ""))


def _separator_for(questions: Sequence[CodedQuestion], export: Export) -> str:
    """Return what to put between ticked labels: the declared separator, else the first that is part of none."""
    declared = export.source.option_separator
    tried = (declared,) if declared else _SEPARATORS
    folded = [column for question in questions if question.folded for column in question.columns]
    labels = [label for column in folded for label in (column.labels or {}).values() if label]
    free = [separator for separator in tried if not any(separator in label for label in labels)]
    if not free:
        raise ExportError(
            f"{export.shown}: ticked options cannot be joined by {listed(tried)}, which labels in {export.key_shown} "
            "hold; declare another `option_separator` for this source in evaluation.yml."
        )
    return free[0]


class _Decoding:
    """What is found while decoding the columns of a file: problems, and cells taken as no answer by their meaning."""

    def __init__(self, grid: Grid, export: Export, kept: frozenset[str]) -> None:
        self.problems: list[str] = []
        self.declared_missing: Counter[str] = Counter()
        self._grid, self._export, self._kept = grid, export, kept
        self._columns = list(zip(*grid.rows, strict=True)) if grid.rows else [()] * len(grid.headers)

    def cells_of(self, question: CodedQuestion, separator: str) -> Sequence[Cell]:
        """Return the question's cells, decoded unless its column is dropped or ignored anyway."""
        if normal_form(question.header) in self._kept:
            return self._columns[question.columns[0].position]
        decoded = [self._decode(column) for column in question.columns]
        if not question.folded:
            return decoded[0]
        return [separator.join(str(tick) for tick in row if tick) or None for row in zip(*decoded, strict=True)]

    def _decode(self, column: CodedColumn) -> list[Cell]:
        cells = self._columns[column.position]
        missing = {**column.missing, **self._export.source.missing}
        meant: dict[Cell, Cell] = {}
        unknown: dict[Cell, str] = {}
        for cell, times in Counter(cells).items():
            code = cell.strip() if isinstance(cell, str) else cell
            is_code = column.labels is not None and code in column.labels
            label = column.labels[str(code)] if column.labels is not None and is_code else cell
            if is_code and code in missing:
                unknown[cell] = f"{quoted(str(code))} both for {quoted(str(label))} and for no answer"
            elif code in missing or label in missing:
                self.declared_missing[missing[str(code if code in missing else label)]] += times
                meant[cell] = None
            elif column.labels is None or is_code:
                meant[cell] = label
            elif code:
                unknown[cell] = quoted(str(code))
        if unknown:
            self._note(column, cells, unknown)
        return [meant.get(cell) for cell in cells]

    def _note(self, column: CodedColumn, cells: Sequence[Cell], unknown: Mapping[Cell, str]) -> None:
        lines: dict[str, list[int]] = {}
        for line, cell in zip(self._grid.lines, cells, strict=True):
            if cell in unknown:
                lines.setdefault(unknown[cell], []).append(line)
        found = ", ".join(
            f"{code} ({len(at)} {'rows, first' if len(at) > 1 else 'row,'} line {at[0]})"
            for code, at in list(lines.items())[:_MOST_LISTED]
        )
        found += f" and {len(lines) - _MOST_LISTED} others" if len(lines) > _MOST_LISTED else ""
        known = list(column.labels or {})
        expected = listed(known[:_MOST_EXPECTED]) + (" and others" if len(known) > _MOST_EXPECTED else "")
        self.problems.append(
            f"{self._export.shown}: the column {quoted(self._grid.headers[column.position])} holds {found}; "
            f"{self._export.key_shown} gives labels for {expected}{column.hint}; correct it there, declare under "
            "`missing` what stands for no answer, or list the column under `ignore`."
        )
