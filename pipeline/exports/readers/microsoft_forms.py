"""Microsoft Forms: one row a submission, .xlsx or .csv; ticked options are joined by semicolons."""

from __future__ import annotations

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import read_moments
from pipeline.exports.first_rows import FirstRows
from pipeline.exports.grid import Grid, column_of
from pipeline.exports.reader import Export, Reader
from pipeline.exports.whole_file import read_grid
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form

# The platform's own columns in the languages it exports them in; e-mail and name may have been deleted already.
_ID = ("ID", "Identifiant", "Identificador")
_START = ("Start time", "Startzeit", "Heure de début", "Hora de inicio", "Hora de início", "Ora di inizio", "Begintijd")
_END = (
    "Completion time",
    "Fertigstellungszeit",
    "Abschlusszeit",
    "Heure de fin",
    "Hora de finalización",
    "Hora de conclusão",
    "Ora di completamento",
    "Tijd van voltooien",
)
_OTHERS = (
    "Last modified time",
    "Uhrzeit der letzten Änderung",
    "Heure de la dernière modification",
    "Hora de la última modificación",
    "Hora da última modificação",
    "Ora dell'ultima modifica",
    "Tijd van laatste wijziging",
)
_SYSTEM = frozenset(normal_form(header) for header in (*_ID, *_START, *_END, *_OTHERS))


def _recognises(first_rows: FirstRows) -> bool:
    return all(any(first_rows.has(header) for header in headers) for headers in (_ID, _START, _END))


def _read(export: Export) -> RawAnswers:
    grid = read_grid(export)
    _check_own_columns(grid, export.shown)
    completed = column_of(grid, _END)
    return build_raw_answers(
        grid, export.source, file=export.shown, submitted_on=read_moments(grid, completed, export), system=_SYSTEM,
        option_separator=";",
    )  # fmt: skip


def _check_own_columns(grid: Grid, shown: str) -> None:
    missing = [headers[0] for headers in (_ID, _START, _END) if column_of(grid, headers) is None]
    if missing:
        raise ExportError(f"{shown} is not a Microsoft Forms export: it has no column '{missing[0]}'.")


READER = Reader("microsoft-forms", "Microsoft Forms", _recognises, _read)
