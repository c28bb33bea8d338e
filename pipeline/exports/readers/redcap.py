"""REDCap: raw codes (or labels) beside a data dictionary; one column `field___code` an option that can be ticked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.exports.codebook import CodedColumn, CodedQuestion, as_it_is, build_decoded, kept_forms
from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Grid, quoted
from pipeline.exports.keys import Variable, read_data_dictionary
from pipeline.exports.reader import Export, Reader
from pipeline.exports.whole_file import read_grid
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form

_OWN = re.compile(
    r"record_id|redcap_(event_name|survey_identifier|repeat_instrument|repeat_instance|data_access_group)"
)
# A variable may be named so too; what the dictionary has is a question.
_OWN_BESIDE_VARIABLES = re.compile(r".+_(timestamp|complete)")

# How a box that is ticked, and one that is not, is written in codes and in labels.
_MARKS = {False: ("1", "0"), True: ("Checked", "Unchecked")}


def _recognises(first_rows: FirstRows) -> bool:
    return any(_OWN.fullmatch(form) for form in first_rows.headers)


def _read(export: Export) -> RawAnswers:
    grid = read_grid(export)
    if export.key is None:
        raise ExportError(f"{export.shown} holds codes; name its data dictionary as `key` for it in evaluation.yml.")
    variables = read_data_dictionary(export.key, export)
    forms = [normal_form(header) for header in grid.headers]
    system = frozenset(
        form for form in forms
        if _OWN.fullmatch(form) or (_OWN_BESIDE_VARIABLES.fullmatch(form) and form not in variables)
    )  # fmt: skip
    if not any(form.partition("___")[0] in variables for form in forms):
        raise ExportError(
            f"{export.shown}: none of its columns is a variable of {export.key_shown}; expected variable names as "
            f"headers, found {listed(grid.headers[:3])} and so on."
        )
    kept = kept_forms(export, system)
    return build_decoded(grid, export, _questions(grid, variables, kept, export), system=system)


def _questions(
    grid: Grid, variables: Mapping[str, Variable], kept: frozenset[str], export: Export
) -> list[CodedQuestion]:
    """Return the questions that the columns make up; columns that the dictionary does not have stay as they are."""
    options = _option_columns(grid, variables, export)
    in_labels = _is_in_labels(grid, variables, kept, options, export)
    questions: dict[str, CodedQuestion] = {}
    for position, header in enumerate(grid.headers):
        form = normal_form(header)
        name, code = options.get(form, (form, None))
        variable = variables.get(name)
        if variable is None:
            questions[form] = as_it_is(position, header)
        elif code is None:
            column = _column(position, variable, in_labels)
            questions[form] = CodedQuestion(header, variable.text, [column], is_personal=variable.is_personal)
        else:
            ticks = [
                *(questions[name].columns if name in questions else ()),
                _tick(position, variable, code, in_labels),
            ]
            questions[name] = CodedQuestion(variable.name, variable.text, ticks, True, variable.is_personal)
    return list(questions.values())


def _column(position: int, variable: Variable, in_labels: bool) -> CodedColumn:
    labels = variable.labels
    hint = f" (its {listed(variable.unreadable)} is not written as code and label)" if variable.unreadable else ""
    known = {label: label for label in labels.values()} if labels is not None and in_labels else labels
    return CodedColumn(position, known, variable.missing, hint)


def _tick(position: int, variable: Variable, code: str, in_labels: bool) -> CodedColumn:
    label = (variable.labels or {})[code]
    ticked, unticked = _MARKS[in_labels]
    return CodedColumn(position, {ticked: label, unticked: None}, variable.missing)


def _option_columns(grid: Grid, variables: Mapping[str, Variable], export: Export) -> dict[str, tuple[str, str]]:
    """Return the checkbox variable and the code of each column `field___code`, by the normal form of its header."""
    forms = {normal_form(header) for header in grid.headers}
    options: dict[str, tuple[str, str]] = {}
    for name, variable in variables.items():
        found = {form for form in forms if variable.is_checkbox and form.startswith(f"{name}___")}
        codes = variable.code_by_option
        wrong = (found | (forms & {name})) ^ set(codes) if found else set()
        if wrong:
            raise ExportError(
                f"{export.shown}: the columns of {quoted(variable.name)} are not one for each choice in "
                f"{export.key_shown}; one side alone has {listed(sorted(wrong))}, so export both again."
            )
        options |= {form: (name, codes[form]) for form in found}
    return options


def _is_in_labels(
    grid: Grid, variables: Mapping[str, Variable], kept: frozenset[str], options: Mapping[str, object], export: Export
) -> bool:
    """Return whether the file holds labels: some column is understood as labels alone, and none as codes alone."""
    votes: set[bool] = set()
    for position, form in enumerate(map(normal_form, grid.headers)):
        variable = variables.get(form.partition("___")[0] if form in options else form)
        if variable is None or not variable.labels or form in kept:
            continue
        labels = dict.fromkeys(_MARKS[False]) if form in options else variable.labels
        spoken = _MARKS[True] if form in options else variable.labels.values()
        cells = {str(row[position]).strip() for row in grid.rows if row[position] is not None}
        cells -= {*variable.missing, *export.source.missing}
        if (cells <= set(labels)) != (cells <= set(spoken)):
            votes.add(cells <= set(spoken))
    return votes == {True}


READER = Reader("redcap", "REDCap", _recognises, _read)
