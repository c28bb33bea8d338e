"""What the notebook on the improvement work does: registers read, described, protected and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.disclosure.improvement.protect import protect_improvement
from pipeline.disclosure.improvement.published import PublishedImprovement
from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import write_bytes
from pipeline.machinery.one_wave import OneWave
from pipeline.machinery.registers import load_registers
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.describe import describe_improvement


def open_wave(wave_id: str) -> DescribingWave:
    """Return a wave of the project that holds the current folder.

    Raises UnknownNameError for a wave that evaluation.yml does not have.
    """
    return DescribingWave(find_project(), wave_id)


class DescribingWave(OneWave):
    """A wave, and the improvement work as it stood at its end."""

    def describe(self) -> Mapping[str, pd.DataFrame]:
        """Return every table of the improvement work; raises RegistersError, one line a mistake."""
        registers = load_registers(self.project, self.evaluation)
        return describe_improvement(registers, self.evaluation, self.wave.id)

    def save(self, estimates: Mapping[str, pd.DataFrame]) -> PublishedImprovement:
        """Keep the tables that may be shown, and of each area those rows alone that its page is made from."""
        published = protect_improvement(estimates, self.evaluation)
        whole = self.evaluation.whole_area.id
        _keep(published, self.project.improvement_of(self.wave.id, whole))
        for area in self.evaluation.areas:
            _keep(published.of_area(area.id, whole), self.project.improvement_of(self.wave.id, area.id))
        return published


def read_improvement(project: Project, evaluation: Evaluation, wave_id: str, area_id: str) -> PublishedImprovement:
    """Return the tables of the improvement work that an area's page is made from; none where no register is kept."""
    if not evaluation.registers.named():
        return PublishedImprovement()
    path = project.improvement_of(wave_id, area_id)
    if not path.is_file():
        raise PipelineError(
            f"{project.shown(path)} has not been made yet; run the notebooks in their order, or `make reports`."
        )
    tables = json.loads(path.read_text("utf-8"))
    return PublishedImprovement(
        {name: pd.DataFrame(kept["data"], columns=kept["columns"], dtype="str") for name, kept in tables.items()}
    )


def _keep(published: PublishedImprovement, path: Path) -> None:
    tables = {name: table.to_dict("split", index=False) for name, table in published.tables.items()}
    write_bytes(path, json.dumps(tables, indent=1).encode("utf-8"))
