"""The files that explain an export's codes: the key of Jisc Online Surveys, the data dictionary of REDCap."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.exports.contract import cell_text
from pipeline.exports.grid import quoted
from pipeline.exports.reader import Export
from pipeline.exports.text_table import read_records
from pipeline.exports.workbook import LAST_ROW, read_sheet_rows
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form

_NAME, _CODE = re.compile(r"[A-Za-z]\w*"), re.compile(r"-?\d+")
_GRID_CELL = re.compile(r"(.+_\d+)_[a-z]+")
_BRACES = re.compile(r"\{([^{}]*)\}")
_HEADERS = {
    "name": ("variable name", "variable / field name", "field name"),
    "section": ("survey section", "section header"),
    "question": ("survey question",),
    "label": ("label", "field label"),
    "type": ("field type",),
    "coding": ("coding", "choices, calculations, or slider labels", "choices"),
    "missing": ("missing values",),
    "identifier": ("identifier?", "identifier"),
}
_WITH_CHOICES = frozenset({"radio", "dropdown", "checkbox"})
_OWN_LABELS = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}


@dataclass(frozen=True)
class KeyEntry:
    """What a key says of a question: its text, and the label of each code."""

    text: str
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Variable:
    """What a data dictionary says of a variable.

    `labels` is None for one without codes; `unreadable` holds what its coding says beside 'code, label'; `missing`
    gives the meaning of each code for no answer; `is_personal` marks identifiers.
    """

    name: str
    text: str
    labels: Mapping[str, str] | None
    unreadable: tuple[str, ...]
    missing: Mapping[str, str]
    is_checkbox: bool
    is_personal: bool

    @property
    def code_by_option(self) -> dict[str, str]:
        """The code of each column that a checkbox variable makes, by the normal form of the column's header."""
        # REDCap writes what is no letter or digit of a code, such as its minus sign, as an underscore.
        name = normal_form(self.name)
        return {f"{name}___{re.sub('[^a-z0-9]', '_', code.lower())}": code for code in self.labels or {}}


def read_jisc_key(content: bytes, export: Export) -> dict[str, KeyEntry]:
    """Return a key's entries by name: a name with a text, then each of its codes with a label.

    Raises ExportError, naming the line, for anything else.
    """
    entries: dict[str, KeyEntry] = {}
    current: KeyEntry | None = None
    for line, fields in read_records(content, encoding=export.source.encoding, shown=export.key_shown):
        where = f"{export.key_shown}, line {line}"
        if len(fields) != 2 or not all(part.strip() for part in fields):
            raise ExportError(f"{where}: found {fields}; expected a question and its text, or a code and its label.")
        name, text = (part.strip() for part in fields)
        taken = entries if _NAME.fullmatch(name) else current.labels if current and _CODE.fullmatch(name) else None
        if taken is None:
            raise ExportError(f"{where}: found {quoted(name)}; expected a question such as 'Q5', or a code below one.")
        if name in taken:
            raise ExportError(f"{where}: {quoted(name)} is given a second time; expected it once.")
        if _NAME.fullmatch(name):
            entries[name] = current = KeyEntry(text)
        elif current:
            current.labels[name] = text
    return entries


def grid_row_by_cell(key: Mapping[str, KeyEntry]) -> dict[str, str]:
    """Return the row of each grid cell: entries 'Q54_1_a', 'Q54_1_b', ... of one text, with one code each."""
    cells = {name: found[1] for name in key if (found := _GRID_CELL.fullmatch(name)) and len(key[name].labels) == 1}
    texts: dict[str, set[str]] = {}
    for name, row in cells.items():
        texts.setdefault(row, set()).add(key[name].text)
    return {name: row for name, row in cells.items() if len(texts[row]) == 1}


def read_data_dictionary(content: bytes, export: Export) -> dict[str, Variable]:
    """Return the variables of a REDCap data dictionary, .xlsx or .csv, by the normal form of their names.

    Its header row is looked for; rows without a variable are headings. Raises ExportError, naming the line, for a
    dictionary that cannot be understood.
    """
    rows = _rows(content, export)
    place_by_role, meanings = _find_header(rows, export)
    variables: dict[str, Variable] = {}
    for line, entry, text in _entries(rows, place_by_role):
        where = f"{export.key_shown}, line {line}"
        if not entry["name"]:
            if entry["coding"]:
                raise ExportError(
                    f"{where}: found the coding {quoted(entry['coding'])} and no variable name beside it."
                )
            continue
        if normal_form(entry["name"]) in variables:
            raise ExportError(
                f"{where}: the variable {quoted(entry['name'])} is given a second time; expected it once."
            )
        variables[normal_form(entry["name"])] = _variable(entry, text, meanings, where)
    return variables


def _rows(content: bytes, export: Export) -> list[tuple[int, list[str]]]:
    """Return each row of the dictionary with its line."""
    if not content.startswith(b"PK\x03\x04"):
        return list(read_records(content, encoding=export.source.encoding, shown=export.key_shown))
    try:
        found = read_sheet_rows(content, shown=export.key_shown, most=LAST_ROW)
    except ExportError:
        raise
    # A damaged workbook surfaces in openpyxl as almost any exception.
    except Exception as error:
        raise ExportError(
            f"{export.key_shown} cannot be read as a workbook ({type(error).__name__}); save it again as .xlsx."
        ) from None
    return [(line, [cell_text(cell) or "" for cell in row]) for line, row in enumerate(found, start=1)]


def _find_header(rows: list[tuple[int, list[str]]], export: Export) -> tuple[dict[str, int], dict[str, str]]:
    """Return where each column of the dictionary stands, and what the header of its missing values says of them.

    Rows up to the header are taken out of `rows`.
    """
    for number, (line, cells) in enumerate(rows):
        places: dict[str, list[int]] = {}
        for position, cell in enumerate(cells):
            for role in _roles_of(cell):
                places.setdefault(role, []).append(position)
        if "name" in places and "coding" in places:
            twice = [listed(cells[position] for position in found) for found in places.values() if len(found) > 1]
            if twice or len({position for found in places.values() for position in found}) < len(places):
                raise ExportError(
                    f"{export.key_shown}, line {line}: it cannot be told what the headers {listed(cells)} stand for; "
                    "expected one column each for variable name, label and coding."
                )
            del rows[: number + 1]
            missing = cells[places["missing"][0]] if "missing" in places else ""
            return {role: found[0] for role, found in places.items()}, read_coding(missing)[0]
    raise ExportError(
        f"{export.key_shown} has no row with the headers of a data dictionary; expected 'Variable / Field Name' and "
        "'Choices, Calculations, OR Slider Labels', or 'variable name' and 'Coding'."
    )


def _roles_of(header: str) -> list[str]:
    """Return what a header stands for: by its exact name, else each role whose name it nearly is."""
    form = normal_form(_BRACES.sub("", header))
    exact = [role for role, names in _HEADERS.items() if form in names]
    return exact or [
        role for role, names in _HEADERS.items() if difflib.get_close_matches(form, names, n=1, cutoff=0.85)
    ]


def _entries(
    rows: Sequence[tuple[int, list[str]]], place_by_role: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str], str]]:
    """Yield each row's line, its cells by role, and the text asked.

    A question that stands over several variables is told apart by their labels.
    """
    entries = []
    block, sizes = 0, {0: 0}
    question = {0: ""}
    for line, cells in rows:
        cell = {
            role: cells[place_by_role[role]].strip()
            if role in place_by_role and place_by_role[role] < len(cells)
            else ""
            for role in _HEADERS
        }
        if cell["question"] or not cell["name"]:
            block += 1
            question[block], sizes[block] = cell["question"], 0
        sizes[block] += 1
        entries.append((line, cell, block))
    for line, cell, at in entries:
        asked, label = question[at], cell["label"]
        text = f"{asked} [{label}]" if asked and label and sizes[at] > 1 else asked or label
        yield line, cell, text or cell["name"]


def _variable(entry: Mapping[str, str], text: str, meanings: Mapping[str, str], where: str) -> Variable:
    kind = normal_form(entry["type"])
    labels, unreadable = read_coding(entry["coding"]) if not kind or kind in _WITH_CHOICES else ({}, ())
    labels = _OWN_LABELS.get(kind, labels)
    missing = {code: said or meanings.get(code, f"missing code {code}") for code, said in _missing(entry).items()}
    both = [code for code in missing if code in labels]
    if both:
        raise ExportError(f"{where}: {listed(both)} is both an answer to {quoted(entry['name'])} and a missing value.")
    return Variable(
        name=entry["name"],
        text=text,
        labels=labels if labels or unreadable else None,
        unreadable=unreadable,
        missing=missing,
        is_checkbox=kind == "checkbox",
        is_personal=normal_form(entry["identifier"]) == "y",
    )


def _missing(entry: Mapping[str, str]) -> dict[str, str]:
    """Return a variable's codes for no answer, with what its own row says of them."""
    text = entry["missing"]
    if "{" in text or "|" in text:
        return read_coding(text)[0]
    return {code: "" for code in re.split(r"[\s,;]+", text) if normal_form(code) not in {"", "none"}}


def read_coding(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the label of each code in '{1, Female} {2, Male}' or '1, Female | 2, Male', and what is neither.

    A code given twice is in neither: it cannot be told which label it has.
    """
    if normal_form(text) in {"", "none"}:
        return {}, ()
    in_braces = _BRACES.findall(text)
    outside = _BRACES.sub("", text).strip(" ,;\r\n\t") if in_braces else ""
    pieces = [*in_braces, *([outside] if outside else [])] if in_braces else text.split("|")
    labels: dict[str, str] = {}
    unreadable = []
    for piece in pieces:
        code, comma, label = (part.strip() for part in piece.partition(","))
        if comma and code and label and " " not in code and code not in labels and piece != outside:
            labels[code] = label
        else:
            unreadable.append(piece.strip())
            labels.pop(code, None)
    return labels, tuple(unreadable)
