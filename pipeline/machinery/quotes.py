"""The register of quotes as files: read from data/raw/registers, checked, and put among the published tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.data.quotes import Quote, read_quotes
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.published import Published
from pipeline.disclosure.quotes import check_verdicts, judge_quotes, protect_quotes, shown_ids
from pipeline.ground.errors import QuotesError
from pipeline.ground.paths import Project
from pipeline.reference.evaluation import Evaluation


def read_register(project: Project, evaluation: Evaluation) -> list[Quote]:
    """Return the rows of the register that evaluation.yml names, none when it names none.

    Raises QuotesError or ExportError for a file that is not there or cannot be read.
    """
    if evaluation.quotes is None:
        return []
    path = project.registers / evaluation.quotes
    if not path.is_file():
        raise QuotesError(f"{project.shown(path)} is missing; evaluation.yml names it under `quotes`.")
    return read_quotes(path.read_bytes(), shown=project.shown(path))


def check_register(project: Project, evaluation: Evaluation) -> None:
    """Raise QuotesError, a line for each mistake, before anything runs for a register with a row that is refused."""
    check_verdicts(judge_quotes(read_register(project, evaluation), evaluation, today=_today()))


def with_quotes(project: Project, evaluation: Evaluation, wave_id: str, published: Published) -> Published:
    """Return a wave's published tables with its approved quotes; raises QuotesError for a row that is refused."""
    # In bins a place of three people is named like any other: nobody there is quoted as of that place.
    in_bins = find_policy(evaluation.disclosure.policy).has_bins
    shown = None if in_bins else shown_ids(published, evaluation, wave_id)
    register = read_register(project, evaluation)
    return replace(published, quotes=protect_quotes(register, evaluation, wave_id, today=_today(), shown=shown))


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
