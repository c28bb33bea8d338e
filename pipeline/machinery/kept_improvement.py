"""What may be shown of the improvement work, as the notebook that describes it kept it for the reports."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from pipeline.disclosure.improvement.published import PublishedImprovement
from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.ground.storage import write_bytes
from pipeline.reference.evaluation import Evaluation


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


def keep_improvement(published: PublishedImprovement, path: Path) -> None:
    """Keep the tables that an area's page is made from."""
    tables = {name: table.to_dict("split", index=False) for name, table in published.tables.items()}
    write_bytes(path, json.dumps(tables, indent=1).encode("utf-8"))
