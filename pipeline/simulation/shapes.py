"""Submissions in the files that survey platforms export, the same bytes for the same submissions."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from pipeline.simulation.spoiling import TIMES

SYNTHETIC_TITLE = "SYNTHETIC demonstration data"

_LONG_AGO = dt.datetime(2000, 1, 1)
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FORMS_COLUMNS = ("ID", "Start time", "Completion time", "Email", "Name")
_FORMS_TIME = "m/d/yy h:mm:ss"


def as_microsoft_forms(submissions: pd.DataFrame) -> bytes:
    """Return the .xlsx that Microsoft Forms would export of an anonymous form.

    One sheet 'Sheet1' with one header row; times are dates of the workbook; areas are joined with ';' and end in one.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Sheet1"
    wordings = [column for column in submissions.columns if column not in TIMES]
    sheet.append([*_FORMS_COLUMNS, *wordings])
    rows = zip(
        submissions[list(TIMES)].itertuples(index=False), submissions[wordings].itertuples(index=False), strict=True
    )
    for number, (times, answers) in enumerate(rows, start=1):
        cells = ["".join(f"{label};" for label in cell) if isinstance(cell, tuple) else cell for cell in answers]
        sheet.append([number, *(time.to_pydatetime() for time in times), "anonymous", None, *cells])
    for column in (2, 3):
        for (cell,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column):
            cell.number_format = _FORMS_TIME
        sheet.column_dimensions[get_column_letter(column)].width = 20
    return write_workbook(workbook)


def as_google_forms(submissions: pd.DataFrame, dates: str, zone: str) -> bytes:
    """Return the .csv that Google Forms would export: UTF-8, all cells quoted, areas joined with ', '.

    `dates` says how a time is written (strftime codes; %I without its leading zero, as Google has it), and `zone`, such
    as 'GMT+1', stands after it.
    """
    wordings = [column for column in submissions.columns if column not in TIMES]
    text = io.StringIO()
    # A csv writer ends its lines with a carriage return and a line feed, as the platform does.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["Timestamp", *wordings])
    for time, answers in zip(submissions["submitted_at"], submissions[wordings].itertuples(index=False), strict=True):
        cells = [", ".join(cell) if isinstance(cell, tuple) else cell for cell in answers]
        writer.writerow([f"{time.strftime(dates.replace('%I', str(time.hour % 12 or 12)))} {zone}", *cells])
    return text.getvalue().encode("utf-8")


def write_workbook(workbook: Workbook) -> bytes:
    """Return a workbook's bytes with no trace of when it was written."""
    properties = workbook.properties
    properties.title, properties.creator = SYNTHETIC_TITLE, "pipeline.simulation"
    properties.created = properties.modified = _LONG_AGO
    # Workbook.save would set the time of writing; its writer alone does not.
    written = io.BytesIO()
    ExcelWriter(workbook, zipfile.ZipFile(written, "w")).save()
    timeless = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(timeless, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _FIRST_ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            # The system that zip notes would tell Windows from Linux.
            member.create_system = 0
            target.writestr(member, source.read(name))
    return timeless.getvalue()
