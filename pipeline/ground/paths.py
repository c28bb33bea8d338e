"""Where everything in a project stands; nothing is created on import."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.ground.errors import PipelineError

SETTINGS_NAME = "evaluation.yml"
NOTEBOOKS = {
    "clean": "01_clean_wave.ipynb",
    "estimate": "02_estimate_change.ipynb",
    "describe": "02_describe_improvement.ipynb",
    "area": "03_borough_report.ipynb",
    "whole": "04_area_report.ipynb",
}


@dataclass(frozen=True)
class Project:
    """One evaluation on disk: a folder that holds evaluation.yml, notebooks, data and reports."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / SETTINGS_NAME

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def registers(self) -> Path:
        return self.raw / "registers"

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def releases(self) -> Path:
        return self.root / "data" / "releases"

    @property
    def failed(self) -> Path:
        return self.processed / "failed"

    def notebook(self, kind: str) -> Path:
        return self.root / "notebooks" / NOTEBOOKS[kind]

    def cleaned(self, wave_id: str) -> Path:
        return self.processed / wave_id / "cleaned"

    def estimates(self, wave_id: str) -> Path:
        return self.processed / wave_id / "estimates"

    def published(self, wave_id: str) -> Path:
        return self.processed / wave_id / "published"

    def published_of(self, wave_id: str, area_id: str) -> Path:
        """Return where the published rows stand that an area's page is made from, and no others."""
        return self.published(wave_id) / area_id

    def improvement_of(self, wave_id: str, area_id: str) -> Path:
        """Return where it stands what an area's page may show of the improvement work."""
        return self.processed / wave_id / "improvement" / f"{area_id}.json"

    def executed(self, wave_id: str) -> Path:
        return self.processed / wave_id / "notebooks"

    def quotes_worksheet(self, wave_id: str) -> Path:
        return self.processed / wave_id / "quotes-worksheet.csv"

    def coding_worksheet(self, wave_id: str, coder: int) -> Path:
        """Return where the first or the second coder's worksheet stands."""
        return self.processed / wave_id / f"coding-worksheet-{coder}.csv"

    def coding_codebook(self, wave_id: str) -> Path:
        return self.processed / wave_id / "coding-codebook.csv"

    def coding_rows(self, wave_id: str) -> Path:
        """Return where the rows stand that were read from worksheets, without what people wrote."""
        return self.processed / wave_id / "coding-rows.csv"

    def shown(self, path: Path) -> str:
        """Return a path as a reader of a message knows it: from the project's folder, with forward slashes."""
        # Links are not followed: data/processed may be one to a disk that is encrypted.
        plain, root = (Path(os.path.abspath(one)) for one in (path, self.root))  # noqa: PTH100
        return plain.relative_to(root).as_posix() if plain.is_relative_to(root) else path.name


def find_project(start: Path | None = None) -> Project:
    """Return the project whose folder is `start` (default: here) or one of its parents.

    Raises PipelineError when none of them holds evaluation.yml.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_NAME).is_file():
            return Project(folder)
    raise PipelineError(
        f"No {SETTINGS_NAME} was found in {here.name or here} or above it; run this from the evaluation's own folder."
    )
