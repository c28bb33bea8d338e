"""Qualtrics: one to three header rows (names, question texts, import ids), csv, tab-separated or xlsx.

Ticked options are joined by commas in one cell. Where the export splits them into columns, `Q5_1`, `Q5_2` and so on,
each of which holds nothing but its own option, as the second row of headers says, they become one column again, `Q5`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import place_of, read_moments
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Cell, Grid, Row, check_headers, column_of, quoted
from pipeline.exports.reader import Export, Reader
from pipeline.exports.ticks import TickList, declared_forms, fold_ticks, is_ticks
from pipeline.exports.whole_file import read_rows
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form

_MOMENTS = ("RecordedDate", "EndDate")
_DURATIONS = ("Duration (in seconds)", "Duration")
_OTHERS = ("Status", "Progress", "Finished", "ResponseId", "ResponseSet", "DistributionChannel", "UserLanguage")
_SYSTEM = frozenset(normal_form(name) for name in ("StartDate", *_MOMENTS, *_DURATIONS, *_OTHERS))
_DATES = "%Y-%m-%d %H:%M:%S"
_NUMBERED = re.compile(r"(.+)_\d+")
_BEFORE_OPTION, _SELECTED = " - ", " - Selected Choice"
_IMPORT_ID = '{"importid"'
# What stands in a column as a label, its number, and the rule by which the row is not counted, if any.
_STATUS = {
    "IP Address": (0, None),
    "Survey Preview": (1, "preview"),
    "Survey Test": (2, "preview"),
    "Imported": (4, None),
    "Spam": (8, "spam"),
    "Survey Preview Spam": (9, "preview"),
    "Imported Spam": (12, "spam"),
    "Offline": (16, None),
    "Offline Survey Preview": (17, "preview"),
    "EX": (32, None),
    "EX Spam": (40, "spam"),
    "EX Offline": (48, None),
    "Synthetic": (256, "preview"),
}
_FINISHED = {"True": (1, None), "False": (0, "unfinished")}
_PROGRESS = {str(per_cent): (per_cent, "unfinished" if per_cent < 100 else None) for per_cent in range(101)}
_FACTS: Mapping[str, Mapping[str, tuple[int, str | None]]] = {
    "Status": _STATUS, "Finished": _FINISHED, "Progress": _PROGRESS,
}  # fmt: skip


def _recognises(first_rows: FirstRows) -> bool:
    own = [name for name in (*_OTHERS, *_DURATIONS, "RecordedDate") if first_rows.has(name)]
    return first_rows.has("StartDate", "EndDate") and bool(own)


def _read(export: Export) -> RawAnswers:
    whole = read_rows(export)
    check_headers(whole.headers, export.shown, lambda position: f"column {position + 1}")
    moment = column_of(whole, _MOMENTS)
    if moment is None:
        raise ExportError(f"{export.shown} is not a Qualtrics export: it has no column {listed(_MOMENTS)}.")
    texts, further = _further_headers(whole, moment)
    grid = Grid(whole.headers, whole.lines[further:], whole.rows[further:])
    declared = export.source.model_copy(update={"dates": export.source.dates or _DATES})
    separator = export.source.option_separator or ","
    lists = list(_tick_lists(grid, texts, export))
    raw = build_raw_answers(
        fold_ticks(grid, lists, separator, lambda cell: cell is not None), export.source, file=export.shown,
        submitted_on=read_moments(grid, moment, replace(export, source=declared)),
        system=_SYSTEM, option_separator=separator, texts=texts | {one.name: one.text for one in lists},
        not_counted=_not_counted(grid, export),
    )  # fmt: skip
    return replace(raw, headers=grid.headers)


def _tick_lists(grid: Grid, texts: Mapping[str, str], export: Export) -> Iterator[TickList]:
    """Yield the questions whose options stand in a column each: two or more named alike, which hold their own alone."""
    spared = declared_forms(export.source)
    columns_by_name: dict[str, list[int]] = {}
    for at, header in enumerate(grid.headers):
        if (match := _NUMBERED.fullmatch(header)) and header in texts and normal_form(header) not in spared:
            columns_by_name.setdefault(match[1], []).append(at)
    taken = set(map(normal_form, grid.headers))
    for name, columns in columns_by_name.items():
        cells = {at: {str(row[at]) for row in grid.rows if row[at] is not None} for at in columns}
        asked = _asked_of_ticks({at: texts[grid.headers[at]] for at in columns}, cells)
        if asked is None or normal_form(name) in taken:
            continue
        start = f"{asked}{_BEFORE_OPTION}"
        options = {
            at: text.removeprefix(start) for at in columns if (text := texts[grid.headers[at]]).startswith(start)
        }
        if len(options) > 1 and all(is_ticks(cells[at], option) for at, option in options.items()):
            yield TickList(name, asked.removesuffix(_SELECTED), options)


def _asked_of_ticks(texts: Mapping[int, str], cells: Mapping[int, set[str]]) -> str | None:
    """Return what stands before the option in the texts of a tick-list's columns, or None for a grid's.

    An option that someone ticked shows where it begins in the text; where nobody ticked any, only a mark of the
    platform's does.
    """
    for at, text in texts.items():
        parts = text.split(_BEFORE_OPTION)
        for count in range(1, len(parts)):
            asked, option = _BEFORE_OPTION.join(parts[:count]), _BEFORE_OPTION.join(parts[count:])
            if (cells[at] and is_ticks(cells[at], option)) or (not cells[at] and asked.endswith(_SELECTED)):
                return asked
    return None


def _further_headers(whole: Grid, moment: int) -> tuple[dict[str, str], int]:
    """Return the question texts by name, where there is a row of them, and how many more rows of headers there are."""
    texts: dict[str, str] = {}
    further = 0
    for row in whole.rows[:2]:
        if _is_import_ids(row):
            return texts, further + 1
        if further or not _is_words(row[moment]):
            break
        texts = {name: str(text) for name, text in zip(whole.headers, row, strict=True) if text is not None}
        further = 1
    return texts, further


def _is_import_ids(row: Row) -> bool:
    return all(isinstance(cell, str) and cell.replace(" ", "").lower().startswith(_IMPORT_ID) for cell in row)


def _is_words(cell: Cell) -> bool:
    """Return whether what stands under a moment is its title in some language, as no moment is without a digit."""
    return isinstance(cell, str) and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))


def _not_counted(grid: Grid, export: Export) -> dict[int, str]:
    """Return the first rule by which each line is not counted; a column that the source ignores says nothing."""
    rule_by_line: dict[int, str] = {}
    ignored = {normal_form(name) for name in export.source.ignore}
    for name, meanings in _FACTS.items():
        column = column_of(grid, (name,))
        if column is None or normal_form(name) in ignored:
            continue
        known = {normal_form(label): rule for label, (_, rule) in meanings.items()}
        known |= {str(code): rule for code, rule in meanings.values()}
        for line, row in zip(grid.lines, grid.rows, strict=True):
            form = normal_form(str(row[column] or ""))
            if form not in known:
                raise ExportError(
                    f"{place_of(line, column, export)}, the '{name}', holds {quoted(str(row[column] or ''))}; "
                    f"expected {'0 to 100' if name == 'Progress' else listed(meanings)} or its number, or "
                    f"`ignore: [{name}]` for this source in evaluation.yml, so that it decides nothing."
                )
            if rule := known[form]:
                # A preview that is unfinished as well is a preview.
                rule_by_line.setdefault(line, rule)
    return rule_by_line


READER = Reader("qualtrics", "Qualtrics", _recognises, _read)
