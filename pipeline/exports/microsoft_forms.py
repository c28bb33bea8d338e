"""Microsoft Forms: a workbook with one row a submission; ticked options are joined by semicolons."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO

from openpyxl.utils import get_column_letter

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import read_date
from pipeline.exports.grid import Cell, quoted
from pipeline.exports.platforms import GOOGLE_FORMS, MICROSOFT_FORMS, check_platform, look_alike
from pipeline.exports.workbook import read_workbook
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source


def read_microsoft_forms(content: bytes, source: Source, *, shown: str) -> RawAnswers:
    """Return the submissions of a Microsoft Forms workbook; raises ExportError, naming the cell."""
    if not content.strip():
        raise ExportError(f"{shown} is empty; expected a Microsoft Forms workbook.")
    _refuse_text(content, shown)
    grid = read_workbook(content, shown=shown)
    check_platform(grid.headers, MICROSOFT_FORMS, shown)
    position = grid.position("completion time")
    column = get_column_letter(position + 1)
    submitted_on = [
        _read_completion(row[position], source.dates, f"{shown}: cell {column}{line}")
        for line, row in zip(grid.lines, grid.rows, strict=True)
    ]
    return build_raw_answers(
        grid,
        file=shown,
        submitted_on=submitted_on,
        system=MICROSOFT_FORMS.system,
        option_separator=MICROSOFT_FORMS.option_separator,
    )


def _read_completion(cell: Cell, pattern: str | None, where: str) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if cell is None or not cell.strip():
        raise ExportError(f"{where}, the 'Completion time', is empty; expected a date and time.")
    if pattern is None:
        raise ExportError(
            f"{where} holds the text {quoted(cell)}, not a date, and day and month cannot be told apart; "
            'declare how it is written, such as `dates: "%d/%m/%Y %H:%M:%S"`, for this source in evaluation.yml.'
        )
    return read_date(cell, pattern, where)


def _refuse_text(content: bytes, shown: str) -> None:
    """Raise ExportError for a text file that begins as Google Forms begins; other bytes are judged later."""
    first_field = content[:200].decode("utf-8-sig", errors="replace").partition(",")[0]
    is_google = normal_form(first_field.strip('"')) == normal_form(GOOGLE_FORMS.required[0])
    if is_google and not zipfile.is_zipfile(BytesIO(content)):
        raise ExportError(f"{shown} is not a Microsoft Forms workbook{look_alike(GOOGLE_FORMS)}")
