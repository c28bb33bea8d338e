"""One wave of a project, as every kind of notebook sees it; what each does with it stands in a module of its own."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ground.paths import Project
from pipeline.ground.storage import write_table
from pipeline.reference.evaluation import Evaluation, load_evaluation

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class OneWave:
    """A wave, its settings and the project that holds it; the only way in which notebooks touch files."""

    def __init__(self, project: Project, wave_id: str) -> None:
        self.project = project
        self.evaluation: Evaluation = load_evaluation(project.settings_file)
        self.wave = self.evaluation.wave(wave_id)


def save_tables(tables: DataclassInstance, folder: Path) -> None:
    """Keep each table of a dataclass as a file of a folder, under the field's name."""
    for field in fields(tables):
        write_table(folder / f"{field.name}.parquet", getattr(tables, field.name))
