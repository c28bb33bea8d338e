"""What earlier notebooks kept of a wave, privately: its cleaned tables, and what was decided to hide."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from pipeline.data.schemas import stack_tables
from pipeline.disclosure.suppression import Suppression
from pipeline.ground.paths import Project
from pipeline.ground.storage import read_table
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables


def read_cleaned(project: Project, evaluation: Evaluation, wave_id: str) -> CleanedTables:
    """Return the cleaned tables of all waves up to this one, one below the other."""
    folders = [project.cleaned(wave.id) for wave in evaluation.waves_until(wave_id)]
    return CleanedTables(
        **{
            name: stack_tables([read_table(folder / f"{name}.parquet") for folder in folders])
            for name in (field.name for field in fields(CleanedTables))
        }
    )


def suppression_file(project: Project, wave_id: str) -> Path:
    """Return where it stands what was hidden when a wave was estimated."""
    return project.estimates(wave_id) / "suppression.json"


def read_suppression(project: Project, wave_id: str) -> Suppression:
    """Return what was hidden when a wave was estimated."""
    return Suppression.from_lists(json.loads(suppression_file(project, wave_id).read_text("utf-8")))
