"""LimeSurvey: headers of codes, of question texts, or of both; a grid has one column a row, headed `group[code]`.

So has a question with options to tick, its cells Yes or No: it becomes one column, `group`, where an "Other" beside it,
or a Yes and never a No, shows that it is no grid, or where the source lists it under `ticks`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.exports.contract import PERSONAL_COLUMNS, RawAnswers, build_raw_answers
from pipeline.exports.dates import place_of, read_moments
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Grid, check_headers, column_of, quoted
from pipeline.exports.reader import Export, Reader
from pipeline.exports.ticks import TickList, choose_separator, columns_of_cells, declared_forms, fold_ticks
from pipeline.exports.whole_file import read_rows
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form

# The platform's own columns by the code it keeps for each, then what its list of participants knows of a person.
_OWN = {
    "id": "Response ID", "submitdate": "Date submitted", "lastpage": "Last page", "startlanguage": "Start language",
    "seed": "Seed", "startdate": "Date started", "datestamp": "Date last action", "refurl": "Referrer URL",
    "interviewtime": "Total time",
}  # fmt: skip
_PERSON = {"ipaddr": "IP address", "firstname": "First name", "lastname": "Last name", "email": "Email address"}
_TOKEN = "Access code"
_SYSTEM = frozenset(map(normal_form, (*_OWN.values(), _TOKEN)))
_MARKS = frozenset(normal_form(_OWN[code]) for code in ("id", "submitdate", "lastpage"))
_CODED = re.compile(r"(?P<full>(?P<group>[A-Za-z][\w-]*)(?P<row>(\[[^\[\]]+\])*))(\.(?P<text>\s.*|$)|$)", re.DOTALL)
# A column of one option: its question's code, its own, the question and the option's text.
_OPTION = re.compile(
    r"(?P<group>[A-Za-z][\w-]*)\[(?P<code>[^\[\]]+)\]\.\s(?P<asked>.*)\[(?P<option>[^\[\]]*\S[^\[\]]*)\]\s*", re.DOTALL
)
_TYPED = re.compile(r"^other$|comment$", re.IGNORECASE)
_TICKED, _YES_OR_NO = frozenset({"yes", "y"}), frozenset({"yes", "y", "no", "n"})
_IN_LAST_BRACKETS = re.compile(r"\[([^\[\]]*\S[^\[\]]*)\]\s*$")
_TIMING = re.compile(r"(Group|Question) time: ")
_DATES = "%Y-%m-%d %H:%M:%S"
# What the platform writes for a moment that it does not keep, as in an anonymous survey.
_NO_DATE = dt.date(1980, 1, 1)


def _recognises(first_rows: FirstRows) -> bool:
    """Return whether two of three of its own columns are there, or every header is a code, a full stop and a text."""
    headers = first_rows.rows[0] if first_rows.rows else ()
    own = _MARKS & {normal_form(_name_and_text(header)[0]) for header in headers}
    coded = [_CODED.fullmatch(header) for header in (headers[1:] if headers and not headers[0].strip() else headers)]
    return len(own) > 1 or (len(coded) > 1 and all(match and (match["text"] or "").strip() for match in coded))


def _read(export: Export) -> RawAnswers:
    grid = _without_row_numbers(read_rows(export), export)
    names, texts = _names_and_texts(grid.headers)
    check_headers(names, export.shown, lambda position: f"the column {quoted(grid.headers[position])}")
    named = replace(grid, headers=names)
    submitted = export.source.submitted or _OWN["submitdate"]
    days, unfinished = _days(named, submitted, export)
    timings = tuple(name for name in names if _TIMING.match(texts[name]))
    # A question may have the code 'seed'; then its text is another.
    own = (name for name in names if normal_form(name) in _SYSTEM and texts[name] == name)
    # The row of a grid may be about a device or a name; a question that asks for one is personal.
    asks_who = {
        name: sum(row[at] is not None for row in grid.rows)
        for at, name in enumerate(names)
        if normal_form(texts[name]) in PERSONAL_COLUMNS and "[" not in grid.headers[at]
    }
    lists = list(_tick_lists(grid, names, export))
    separator = choose_separator([option for one in lists for option in one.options.values()], export)
    folded = fold_ticks(named, lists, separator, lambda cell: normal_form(str(cell or "")) in _TICKED)
    answers = build_raw_answers(
        folded, export.source, file=export.shown, submitted_on=days, option_separator=separator,
        texts=texts | {one.name: one.text for one in lists},
        system=frozenset(map(normal_form, (submitted, *own, *timings, *asks_who))),
        not_counted=dict.fromkeys(unfinished, "unfinished"),
    )  # fmt: skip
    dropped = {**answers.dropped, **asks_who}
    return replace(answers, headers=grid.headers, dropped=dropped, ignored=(*answers.ignored, *timings))


def _tick_lists(grid: Grid, names: Sequence[str], export: Export) -> Iterator[TickList]:
    """Yield the questions whose options stand in a column each; raises ExportError for one declared that is none."""
    spared, taken = declared_forms(export.source), set(map(normal_form, names))
    matches_by_group: dict[str, dict[int, re.Match[str]]] = {}
    for at, header in enumerate(grid.headers):
        if (match := _OPTION.fullmatch(header)) and normal_form(names[at]) not in spared:
            matches_by_group.setdefault(match["group"], {})[at] = match
    cells = columns_of_cells(grid.rows, len(grid.headers))
    forms = {at: {normal_form(str(cell)) for cell in cells[at] if cell is not None} for at in range(len(cells))}
    found = set()
    for group, matches in matches_by_group.items():
        # What is typed beside the options stays a question of its own.
        typed = {at for at, match in matches.items() if _TYPED.search(match["code"]) and not forms[at] & _YES_OR_NO}
        options = {at: " ".join(match["option"].split()) for at, match in matches.items() if at not in typed}
        asked = {" ".join(matches[at]["asked"].split()) for at in options}
        held = set().union(*(forms[at] for at in options))
        is_certain = bool(typed) or held in ({"yes"}, {"y"}) or group in export.source.ticks
        is_alike = len(options) > 1 and len(asked) == 1 and held <= _YES_OR_NO
        if is_certain and is_alike and normal_form(group) not in taken:
            found.add(group)
            yield TickList(group, asked.pop(), options)
    if unknown := set(export.source.ticks) - found:
        raise ExportError(
            f"{export.shown} has no tick-list {listed(sorted(unknown))}, which evaluation.yml names under `ticks`; "
            "expected the code before the square brackets of two columns or more that hold only Yes and No."
        )


def _without_row_numbers(grid: Grid, export: Export) -> Grid:
    """Return the grid with its headers checked, and without the unnamed row numbers with which it may begin."""
    first = 0 if grid.headers and grid.headers[0].strip() else 1
    check_headers(grid.headers[first:], export.shown, lambda position: f"column {position + first + 1}")
    seen: set[str] = set()
    for line, row in zip(grid.lines, grid.rows, strict=True) if first else ():
        number = str(row[0] or "")
        if not number.isdecimal() or number in seen:
            raise ExportError(
                f"{place_of(line, 0, export)}, in the first column, which has no header, holds {quoted(number)}"
                f"{' again' if number in seen else ''}; expected a row number there, each once."
            )
        seen.add(number)
    return Grid(tuple(grid.headers[first:]), grid.lines, tuple(row[first:] for row in grid.rows))


def _days(grid: Grid, submitted: str, export: Export) -> tuple[list[dt.date | None], list[int]]:
    """Return the day of each response, None where none is kept, and the lines of those that were never submitted.

    A source that ignores the column of moments lets those count.
    """
    column = column_of(grid, (submitted,))
    if column is None:
        return [None] * len(grid.rows), []
    filled = [at for at, row in enumerate(grid.rows) if row[column] is not None]
    dated = Grid(grid.headers, tuple(grid.lines[at] for at in filled), tuple(grid.rows[at] for at in filled))
    declared = export.source.model_copy(update={"dates": export.source.dates or _DATES})
    days = dict(zip(filled, read_moments(dated, column, replace(export, source=declared)), strict=True))
    is_ignored = normal_form(grid.headers[column]) in map(normal_form, export.source.ignore)
    unfinished = [line for at, line in enumerate(grid.lines) if at not in days and not is_ignored]
    return [None if days.get(at) == _NO_DATE else days.get(at) for at in range(len(grid.rows))], unfinished


def _names_and_texts(headers: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return each column's name and texts by name; a code that rows of two grids share keeps its grid's before it."""
    found = [_name_and_text(header) for header in headers]
    times = Counter(normal_form(name) for name, _ in found)
    full = [match["full"] if (match := _CODED.fullmatch(header)) else header for header in headers]
    pairs = zip(found, full, strict=True)
    names = tuple(name if times[normal_form(name)] == 1 else whole for (name, _), whole in pairs)
    return names, {name: text for name, (_, text) in zip(names, found, strict=True)}


def _name_and_text(header: str) -> tuple[str, str]:
    """Return a header's code, that in brackets where there is one, and its question, that in the last brackets."""
    match = _CODED.fullmatch(header.strip())
    if not match:
        return header, header
    code, row, text = match["group"], match["row"], " ".join((match["text"] or header).split())
    if row:
        within = _IN_LAST_BRACKETS.search(match["text"] or "")
        asked = " ".join(within[1].split()) if within else text.removesuffix("[]").strip()
        return (row[1:-1] if row.count("[") == 1 else match["full"]), asked
    title = (_PERSON | {"token": _TOKEN}).get(code.lower()) or _OWN.get(code.lower())
    is_own = title and (code.lower() not in _OWN or normal_form(text) in map(normal_form, (code, title)))
    return (title, title) if title and is_own else (code, text)


READER = Reader("limesurvey", "LimeSurvey", _recognises, _read)
