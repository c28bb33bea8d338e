"""Google Forms: comma-separated text with one row a submission; ticked options are joined by commas."""

from __future__ import annotations

import datetime as dt

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import read_date
from pipeline.exports.grid import Cell
from pipeline.exports.platforms import GOOGLE_FORMS, MICROSOFT_FORMS, check_platform, look_alike
from pipeline.exports.text_table import read_text_table
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

_ZIP_START = b"PK\x03\x04"


def read_google_forms(content: bytes, source: Source, *, shown: str) -> RawAnswers:
    """Return the submissions of a Google Forms file; raises ExportError, naming the line."""
    if content.startswith(_ZIP_START):
        raise ExportError(f"{shown} is a workbook or archive, not comma-separated text{look_alike(MICROSOFT_FORMS)}")
    grid = read_text_table(content, encoding=source.encoding, shown=shown)
    check_platform(grid.headers, GOOGLE_FORMS, shown)
    if source.dates is None:
        raise ExportError(
            f"{shown}: how its 'Timestamp' is written is not declared; "
            'add `dates`, such as `dates: "%Y/%m/%d %I:%M:%S %p"`, for this source in evaluation.yml.'
        )
    position = grid.position("timestamp")
    submitted_on = [
        _read_timestamp(row[position], source.dates, f"{shown}, line {line}: the 'Timestamp'")
        for line, row in zip(grid.lines, grid.rows, strict=True)
    ]
    return build_raw_answers(
        grid,
        file=shown,
        submitted_on=submitted_on,
        system=GOOGLE_FORMS.system,
        option_separator=GOOGLE_FORMS.option_separator,
    )


def _read_timestamp(cell: Cell, pattern: str, where: str) -> dt.date:
    if not isinstance(cell, str) or not cell.strip():
        raise ExportError(f"{where} is empty; expected a date and time.")
    return read_date(cell, pattern, where)
