"""Empty registers to be filled in: the headers, one example that is passed over on reading, and what columns mean."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.data.registers.cells import CellReader
from pipeline.data.registers.columns import Column, RegisterSchema
from pipeline.data.registers.reading import EXPLAINING_SHEET, REMARK
from pipeline.data.registers.schemas import SCHEMAS
from pipeline.reference.evaluation import Evaluation

# Excel takes no longer list of choices than this within a cell's rule.
_LONGEST_CHOICES, _LAST_ROW = 250, 1000
_EXPLAINING = ("column", "must be filled in", "what stands there", "what is allowed", "example")
_EXPLAINING_WIDTHS = (18, 16, 60, 60, 36)


def build_template(name: str, evaluation: Evaluation, *, suffix: str, delimiter: str = ",") -> bytes:
    """Return an empty register as .csv or .xlsx; the workbook explains its columns on a second sheet."""
    schema, cells = SCHEMAS[name], CellReader(evaluation)
    if suffix == ".xlsx":
        return _as_workbook(schema, cells)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(schema.names)
    writer.writerow(_example(schema, cells))
    return written.getvalue().encode("utf-8")


def _example(schema: RegisterSchema, cells: CellReader) -> list[str]:
    first, *rest = (_example_of(column, cells) for column in schema.columns)
    return [f"{REMARK} an example, passed over: {first}", *rest]


def _example_of(column: Column, cells: CellReader) -> str:
    ids = cells.ids(column.list_) if column.list_ else ()
    return ids[0] if ids else column.example


def _allowed(column: Column, cells: CellReader) -> str:
    ids = cells.ids(column.list_) if column.list_ else ()
    if column.to:
        return f"an id of the register of {column.to.replace('_', ' ')}"
    if column.kind == "day":
        return "a date"
    return ", ".join(column.among or ids)


def _as_workbook(schema: RegisterSchema, cells: CellReader) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = schema.name
    sheet.append(schema.names)
    sheet.append(_example(schema, cells))
    for cell in sheet[2]:
        cell.font = Font(italic=True, color="666666")
    for number, column in enumerate(schema.columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 44 if column.kind == "text" else 20
        _offer_choices(sheet, letter, column.among or (cells.ids(column.list_) if column.kind == "listed" else ()))
    _explain(workbook.create_sheet(EXPLAINING_SHEET), schema, cells)
    for one in workbook.worksheets:
        one.freeze_panes = "A2"
        for cell in one[1]:
            cell.font = Font(bold=True)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _offer_choices(sheet: Worksheet, letter: str, choices: tuple[str, ...]) -> None:
    listed = ",".join(choices)
    if choices and len(listed) <= _LONGEST_CHOICES:
        # A rule that refuses would also refuse names and synonyms, which are read as well.
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")


def _explain(sheet: Worksheet, schema: RegisterSchema, cells: CellReader) -> None:
    sheet.append(_EXPLAINING)
    for column in schema.columns:
        must = "no" if cells.may_be_blank(column) else "yes"
        sheet.append([column.name, must, column.help, _allowed(column, cells), _example_of(column, cells)])
    sheet.append([])
    sheet.append([f"This register: {schema.about}. A row whose first cell begins with {REMARK} is passed over."])
    sheet.append(["Nobody is named here: people stand by codes, and owners by their posts."])
    for number, width in enumerate(_EXPLAINING_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows(min_row=2, max_row=1 + len(schema.columns)):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
