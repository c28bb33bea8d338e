"""SurveyMonkey: two header rows, the questions and below them the options or rows of each, .csv or .xlsx.

The columns of a question with options to tick become one, its ticks joined by the first of `;`, `|`, `¦` and `‖` that
no option holds; those of a grid become a question each, `Question [Row]`, as does `Question [Other (please specify)]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.exports.contract import PERSONAL_COLUMNS, RawAnswers, build_raw_answers
from pipeline.exports.dates import read_moments
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Cell, Grid, Row, check_headers, column_of, quoted
from pipeline.exports.reader import Export, Reader
from pipeline.exports.ticks import choose_separator, is_ticks
from pipeline.exports.whole_file import read_rows
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

_ID = ("respondent id", "respondent_id")
_ENDED = ("End Date", "Date Modified", "date_modified")
_OTHERS = ("Collector ID", "collector_id", "Start Date", "Date Created", "date_created")
_SYSTEM = frozenset(map(normal_form, (*_ID, *_ENDED, *_OTHERS)))
_WHOLE = frozenset(("response", "open-ended response", ""))
_OTHER = "other (please specify)"
# What its question for contact details gathers beside what no platform may keep.
_CONTACT = PERSONAL_COLUMNS | {"phone number", "address", "address 2", "zip/postal code", "company"}

# A question's text, and what the second header says in each of its columns.
_Question = tuple[str, dict[int, str]]


def _recognises(first_rows: FirstRows) -> bool:
    return len(first_rows.rows) > 1 and _is_two_rows(*first_rows.rows[:2])


def _is_two_rows(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether nothing stands below the respondent's number."""
    below = [option for header, option in zip(first, second, strict=False) if normal_form(header) in _ID]
    return bool(below) and not any(option.strip() for option in below)


def _read(export: Export) -> RawAnswers:
    whole = read_rows(export)
    second = ["" if cell is None else str(cell) for cell in whole.rows[0]] if whole.rows else []
    if not _is_two_rows(whole.headers, second):
        raise ExportError(
            f"{export.shown} is not a SurveyMonkey export with two header rows: it has no column 'Respondent ID' with "
            "nothing below it; export with expanded columns, or declare `platform: plain` for one row of headers."
        )
    answers = Grid(whole.headers, whole.lines[1:], whole.rows[1:])
    questions = list(_questions(whole.headers, second, export.shown))
    options = [one for _, columns in questions for one in columns.values() if normal_form(one) not in _WHOLE]
    separator = choose_separator(options, export)
    cells = [tuple(row[at] for row in answers.rows) for at in range(len(answers.headers))]
    columns = [column for question in questions for column in _columns(question, cells, separator)]
    names = tuple(name for name, _ in columns)
    check_headers(names, export.shown, lambda position: f"question {position + 1}")
    kept = {name: column for name, column in columns if not _is_contact(name)}
    grid = Grid(tuple(kept), answers.lines, tuple(zip(*kept.values(), strict=True)))
    raw = build_raw_answers(
        grid, export.source, file=export.shown, submitted_on=read_moments(grid, column_of(grid, _ENDED), export),
        system=_SYSTEM, option_separator=separator,
    )  # fmt: skip
    counts = {name: sum(cell is not None for cell in column) for name, column in columns if name not in kept}
    return replace(raw, headers=names, dropped={**raw.dropped, **counts})


def _questions(first: tuple[str, ...], second: list[str], shown: str) -> Iterator[_Question]:
    """Yield each question with the columns up to the next one."""
    starts = [at for at, header in enumerate(first) if header.strip()]
    if starts[0]:
        raise ExportError(f"{shown}: the first column has no header; expected one, such as 'Respondent ID'.")
    for start, end in zip(starts, [*starts[1:], len(first)], strict=True):
        options = {at: second[at] for at in range(start, end)}
        if blank := [at for at in options if at > start and not second[at].strip()]:
            asked = quoted(first[start])
            raise ExportError(
                f"{shown}: column {blank[0] + 1} has no header in either row; expected one below {asked}."
            )
        yield first[start], options


def _columns(question: _Question, cells: list[Row], separator: str) -> Iterator[tuple[str, Sequence[Cell]]]:
    """Yield each column that a question becomes: its name and cells."""
    text, options = question
    ticks = [at for at, option in options.items() if normal_form(option) not in (*_WHOLE, _OTHER)]
    if any(cell for at in ticks[:-1] for cell in cells[at]) and not is_ticks(cells[ticks[-1]], options[ticks[-1]]):
        # "Other" may be called anything, and comes last.
        ticks.pop()
    has_whole = any(normal_form(option) in _WHOLE for option in options.values())
    # Where nobody answered, nothing tells options from the rows of a grid, and nothing is lost by one column.
    folds = bool(ticks) and not has_whole and all(is_ticks(cells[at], options[at]) for at in ticks)
    if folds:
        rows = zip(*(cells[at] for at in ticks), strict=True)
        yield text, [separator.join(str(cell) for cell in row if cell is not None) or None for row in rows]
    for at, option in options.items():
        if not (folds and at in ticks):
            yield text if normal_form(option) in _WHOLE else f"{text} [{option}]", cells[at]


def _is_contact(name: str) -> bool:
    _, bracket, option = name.rpartition(" [")
    return bool(bracket) and normal_form(option.removesuffix("]")) in _CONTACT


READER = Reader("surveymonkey", "SurveyMonkey", _recognises, _read)
