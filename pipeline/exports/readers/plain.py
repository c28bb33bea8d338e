"""A plain table: one header row and one row a submission, .csv or .xlsx; what it means is for evaluation.yml to say."""

from __future__ import annotations

from pipeline.exports.contract import RawAnswers, build_raw_answers
from pipeline.exports.dates import read_moments
from pipeline.exports.grid import column_of, quoted
from pipeline.exports.reader import Export, Reader
from pipeline.exports.whole_file import read_grid
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import did_you_mean, normal_form

# A character that Unicode keeps out of texts: without a declared separator a cell is one answer.
_NEVER_WRITTEN = "\ufdd0"


def _read(export: Export) -> RawAnswers:
    grid = read_grid(export)
    source = export.source
    if source.dates and not source.submitted:
        raise ExportError(
            f"{export.shown}: evaluation.yml says how its dates are written, but not in which column they stand; "
            "name it under `submitted` for this source, or take `dates` out."
        )
    submitted = column_of(grid, (source.submitted,)) if source.submitted else None
    if source.submitted and submitted is None:
        raise ExportError(
            f"{export.shown} has no column {quoted(source.submitted)}, which evaluation.yml declares as `submitted`"
            f"{did_you_mean(source.submitted, grid.headers) or '; correct it there.'}"
        )
    own = (source.submitted,) if source.submitted else ()
    return build_raw_answers(
        grid, source, file=export.shown, submitted_on=read_moments(grid, submitted, export),
        system=frozenset(map(normal_form, own)), option_separator=_NEVER_WRITTEN,
    )  # fmt: skip


READER = Reader("plain", "a plain table", lambda first_rows: False, _read)
