"""Google Forms: one row a submission, .csv or .xlsx from its sheet; ticked options are joined by commas.

A grid has one column a row, headed `Question [Row]`, which is how evaluation.yml names each as a question.
"""

from __future__ import annotations

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import read_moments
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import column_of
from pipeline.exports.reader import Export, Reader
from pipeline.exports.whole_file import read_grid
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

# The platform's own column in the languages it exports it in.
_TIMESTAMP = (
    "Timestamp",
    "Zeitstempel",
    "Horodateur",
    "Marca temporal",
    "Carimbo de data/hora",
    "Informazioni cronologiche",
    "Tijdstempel",
)
_SYSTEM = frozenset(normal_form(header) for header in (*_TIMESTAMP, "Score", "Punkte"))


def _recognises(first_rows: FirstRows) -> bool:
    return first_rows.first_header in {normal_form(name) for name in _TIMESTAMP}


def _read(export: Export) -> RawAnswers:
    grid = read_grid(export)
    timestamp = column_of(grid, _TIMESTAMP)
    if timestamp is None:
        raise ExportError(f"{export.shown} is not a Google Forms export: it has no column 'Timestamp'.")
    return build_raw_answers(
        grid,
        export.source,
        file=export.shown,
        submitted_on=read_moments(grid, timestamp, export),
        system=_SYSTEM,
        option_separator=", ",
    )


READER = Reader("google-forms", "Google Forms", _recognises, _read)
