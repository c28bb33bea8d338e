"""What the reporting notebooks do with a wave: the published tables, and an area's report made from its rows alone."""

from __future__ import annotations

from pathlib import Path

from pipeline.disclosure.published import Published
from pipeline.ground.paths import find_project
from pipeline.ground.storage import read_table
from pipeline.machinery.calibration_result import read_calibration
from pipeline.machinery.kept_improvement import read_improvement
from pipeline.machinery.one_wave import OneWave
from pipeline.presentation.report import AreaReport, WholeAreaReport


def open_wave(wave_id: str) -> ReportingWave:
    """Return a wave of the project that holds the current folder.

    Raises UnknownNameError for a wave that evaluation.yml does not have.
    """
    return ReportingWave(find_project(), wave_id)


class ReportingWave(OneWave):
    """A wave that has been estimated; of it no more than what may be shown."""

    def report(self, area_id: str) -> AreaReport:
        """Return the report of an area, or of the whole area; raises UnknownNameError."""
        area = self.evaluation.area(area_id)
        if area.id == self.evaluation.whole_area.id:
            return self.whole_report()
        published = read_published(self.project.published_of(self.wave.id, area.id))
        improvement = read_improvement(self.project, self.evaluation, self.wave.id, area.id)
        return AreaReport(published, self.evaluation, self.wave.id, area.id, read_calibration(), improvement)

    def whole_report(self) -> WholeAreaReport:
        """Return the report of the whole area."""
        published, whole = read_published(self.project.published(self.wave.id)), self.evaluation.whole_area.id
        improvement = read_improvement(self.project, self.evaluation, self.wave.id, whole)
        return WholeAreaReport(published, self.evaluation, self.wave.id, whole, read_calibration(), improvement)


def read_published(folder: Path) -> Published:
    """Return the tables of a folder that may be shown."""
    return Published(**{name: read_table(folder / f"{name}.parquet") for name in Published.table_names()})
