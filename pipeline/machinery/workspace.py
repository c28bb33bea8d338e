"""What a notebook sees: one wave of the project it stands in, its tables read and written, its reports."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.data.answer_mapping import NO_MAPPING, AnswerMapping, read_answer_mapping
from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.data.schemas import stack_tables
from pipeline.disclosure.complementary import suppress
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression
from pipeline.exports.contract import RawAnswers
from pipeline.exports.read import read_export
from pipeline.ground.errors import ExportError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import read_table, write_bytes, write_table
from pipeline.machinery.calibration import read_calibration
from pipeline.machinery.fingerprints import code_hash
from pipeline.machinery.linking_key import link_key
from pipeline.machinery.quotes import with_quotes
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.one_item import estimate_one_item
from pipeline.statistics.wave import WaveEstimates, estimate_wave

if TYPE_CHECKING:
    from pipeline.presentation.report import AreaReport, WholeAreaReport


def open_wave(wave_id: str) -> Workspace:
    """Return the workspace of a wave of the project that holds the current folder.

    Raises UnknownNameError for a wave that evaluation.yml does not have.
    """
    return Workspace(find_project(), wave_id)


class Workspace:
    """One wave of a project; the only way in which notebooks touch files."""

    def __init__(self, project: Project, wave_id: str) -> None:
        self.project = project
        self.evaluation: Evaluation = load_evaluation(project.settings_file)
        self.wave = self.evaluation.wave(wave_id)

    def read_exports(self) -> list[RawAnswers]:
        """Return the raw answers of every source file of the wave, as exported."""
        return [read_export(self.project.raw, source, shown="data/raw") for source in self.wave.sources]

    def clean(self, raw: list[RawAnswers]) -> CleanedWave:
        """Return the wave's answers cleaned, with everything set aside and the ledger."""
        return clean_wave(
            raw, self.evaluation, self.wave.id, link_key=link_key(self.project), mapping=self.answer_mapping()
        )

    def answer_mapping(self) -> AnswerMapping:
        """Return what the mapping file says of answers, nothing when evaluation.yml names no such file.

        Raises ExportError for a file that is not there or cannot be used as it stands.
        """
        name = self.evaluation.answer_mapping
        if name is None:
            return NO_MAPPING
        path = self.project.raw / name
        if not path.is_file():
            raise ExportError(f"data/raw/{name} is missing; evaluation.yml names it under `answer_mapping`.")
        return read_answer_mapping(path.read_bytes(), self.evaluation, shown=f"data/raw/{name}")

    def save_cleaned(self, cleaned: CleanedWave) -> None:
        """Keep the cleaned tables, privately, for the next notebook."""
        _save_tables(cleaned, self.project.cleaned(self.wave.id))

    def estimate(self) -> WaveEstimates:
        """Return every estimate of the wave beside its baseline, from the cleaned tables.

        Where an area may not be shown, models know its people only among those of no area.
        """
        return estimate_wave(self.cleaned, self.evaluation, self.wave.id, withheld=self.suppression.withheld)

    @cached_property
    def suppression(self) -> Suppression:
        """What is hidden in each wave up to this one: few people, and what would give them away."""
        path = self.project.processed / "suppression.json"
        kept = _read_suppressions(path)
        found = suppress(self.cleaned, self.evaluation, self.wave.id, kept=kept)
        content = {"code": code_hash(), "kept": {key: one.as_lists() for key, one in kept.items()}}
        write_bytes(path, json.dumps(content, sort_keys=True).encode("utf-8"))
        return found

    @property
    def _suppression_file(self) -> Path:
        return self.project.estimates(self.wave.id) / "suppression.json"

    def kept_suppression(self) -> Suppression:
        """Return what was hidden when the wave was estimated."""
        return Suppression.from_lists(json.loads(self._suppression_file.read_text("utf-8")))

    def try_item(self, item: str, *, prior_scale: float, one_part_off: bool) -> pd.DataFrame:
        """Return one item's changes with other settings than evaluation.yml's; nothing is kept."""
        return estimate_one_item(
            self.cleaned, self.evaluation, self.wave.id, item, prior_scale=prior_scale, one_part_off=one_part_off
        )

    @cached_property
    def cleaned(self) -> CleanedTables:
        """The cleaned tables of all waves up to this one, one below the other."""
        waves = [wave.id for wave in self.evaluation.waves_until(self.wave.id)]
        names = [field.name for field in fields(CleanedTables)]
        return CleanedTables(**{name: self._stacked(name, waves) for name in names})

    def _stacked(self, name: str, waves: list[str]) -> pd.DataFrame:
        return stack_tables([read_table(self.project.cleaned(wave_id) / f"{name}.parquet") for wave_id in waves])

    def save_estimates(self, estimates: WaveEstimates) -> Published:
        """Keep the estimates, privately, and the tables that may be shown; return the latter."""
        _save_tables(estimates, self.project.estimates(self.wave.id))
        write_bytes(self._suppression_file, json.dumps(self.suppression.as_lists()).encode("utf-8"))
        published = protect(
            estimates,
            policy=find_policy(self.evaluation.disclosure.policy),
            minimum_base=self.evaluation.disclosure.minimum_base,
            suppression=self.suppression,
            whole_area=self.evaluation.whole_area.id,
        )
        published = with_quotes(self.project, self.evaluation, self.wave.id, published)
        _save_tables(published, self.project.published(self.wave.id))
        return published

    def published(self) -> Published:
        """Return the tables that may be shown."""
        folder = self.project.published(self.wave.id)
        return Published(**{name: read_table(folder / f"{name}.parquet") for name in Published.table_names()})

    def report(self, area_id: str) -> AreaReport:
        """Return the report of an area, or of the whole area; raises UnknownNameError."""
        # Charts take a second to import, which cleaning and estimation need not pay.
        from pipeline.presentation.report import AreaReport, WholeAreaReport

        area = self.evaluation.area(area_id)
        kind = WholeAreaReport if area.id == self.evaluation.whole_area.id else AreaReport
        return kind(self.published(), self.evaluation, self.wave.id, area.id, read_calibration())

    def whole_report(self) -> WholeAreaReport:
        """Return the report of the whole area."""
        from pipeline.presentation.report import WholeAreaReport

        whole = self.evaluation.whole_area.id
        return WholeAreaReport(self.published(), self.evaluation, self.wave.id, whole, read_calibration())


def _read_suppressions(path: Path) -> dict[str, Suppression]:
    """Return what this code decided before, nothing where the file is not there or cannot be read."""
    try:
        content = json.loads(path.read_text("utf-8"))
        kept = content["kept"] if content["code"] == code_hash() else {}
        return {key: Suppression.from_lists(lists) for key, lists in kept.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def _save_tables(tables: CleanedWave | WaveEstimates | Published, folder: Path) -> None:
    for field in fields(tables):
        write_table(folder / f"{field.name}.parquet", getattr(tables, field.name))
