"""Which notebooks a wave's reports need, in which order, and what each is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.ground.errors import ExportError
from pipeline.ground.paths import Project
from pipeline.machinery.fingerprints import Step
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave


@dataclass(frozen=True)
class NotebookRun:
    """A notebook to run: its file, its parameters, and where the executed copy goes."""

    notebook: Path
    parameters: Mapping[str, Any]
    output: Path


@dataclass(frozen=True)
class NotebookStep:
    """A step made by running a notebook, and what it is called while it runs."""

    step: Step
    run: NotebookRun
    outputs: tuple[Path, ...]
    label: str


Stage = list[NotebookStep]
# The verbs that put pages below reports/.
PLACING = ("report", "reports")


def wave_pair(evaluation: Evaluation, wave_id: str) -> list[Wave]:
    """Return the baseline and the wave, or the wave alone when it is the baseline."""
    baseline = evaluation.baseline_for(wave_id)
    return [baseline, evaluation.wave(wave_id)] if baseline else [evaluation.wave(wave_id)]


def check_sources(project: Project, waves: list[Wave]) -> None:
    """Raise ExportError, before anything runs, for a source file that is not there."""
    for wave in waves:
        for name in (name for source in wave.sources for name in (source.file, source.key) if name):
            if not (project.raw / name).is_file():
                raise ExportError(
                    f"data/raw/{name} is missing; evaluation.yml names it as a source of {wave.id}. "
                    "Put the export there or correct the name."
                )


def stages_for(
    project: Project, evaluation: Evaluation, waves: list[Wave], verb: str, area_ids: list[str]
) -> list[Stage]:
    """Return the stages of a wave as far as a verb goes: cleaning, estimating, reporting."""
    stages = [cleaning_stage(project, evaluation, waves)]
    stages += [estimation_stage(project, evaluation, waves)] if verb != "data" else []
    return stages + ([report_stage(project, evaluation, waves[-1].id, area_ids)] if verb in PLACING else [])


def cleaning_stage(project: Project, evaluation: Evaluation, waves: list[Wave]) -> Stage:
    """Return one cleaning notebook a wave."""
    return [
        _notebook_step(
            project,
            kind="clean",
            wave_id=wave.id,
            label=f"cleaning {wave.id}",
            inputs=(*_raw_files(project, evaluation, wave), project.processed / "link.key"),
            outputs=(project.cleaned(wave.id),),
        )
        for wave in waves
    ]


def _raw_files(project: Project, evaluation: Evaluation, wave: Wave) -> list[Path]:
    """Return what a wave is cleaned from: its exports, their keys, and the mapping of answers."""
    keys = [source.key for source in wave.sources]
    return [
        project.raw / name
        for name in (*(source.file for source in wave.sources), *keys, evaluation.answer_mapping)
        if name
    ]


def estimation_stage(project: Project, evaluation: Evaluation, waves: list[Wave]) -> Stage:
    """Return the notebooks that estimate the last of `waves` beside the first, and describe the improvement work."""
    wave_id = waves[-1].id
    register = [project.registers / evaluation.quotes] if evaluation.quotes else []
    estimate = _notebook_step(
        project,
        kind="estimate",
        wave_id=wave_id,
        label=f"estimating {wave_id}",
        inputs=(*(project.cleaned(wave.id) for wave in waves), *register),
        outputs=(
            project.estimates(wave_id),
            project.published(wave_id),
            *(project.published_of(wave_id, area.id) for area in evaluation.areas),
        ),
    )
    return [estimate, *_describing(project, evaluation, wave_id)]


def _describing(project: Project, evaluation: Evaluation, wave_id: str) -> Stage:
    """Return the notebook on the improvement work; none where no register is kept."""
    registers = tuple(project.registers / one.file for one in evaluation.registers.named().values())
    if not registers:
        return []
    step = _notebook_step(
        project,
        kind="describe",
        wave_id=wave_id,
        label=f"describing the improvement work of {wave_id}",
        inputs=registers,
        outputs=tuple(project.improvement_of(wave_id, area.id) for area in (evaluation.whole_area, *evaluation.areas)),
    )
    return [step]


def published_for(project: Project, evaluation: Evaluation, wave_id: str, area_id: str) -> tuple[Path, ...]:
    """Return where the published rows stand that an area's page is made from: the survey's, the improvement work's."""
    is_whole = area_id == evaluation.whole_area.id
    survey = project.published(wave_id) if is_whole else project.published_of(wave_id, area_id)
    kept = bool(evaluation.registers.named())
    return (survey, *([project.improvement_of(wave_id, area_id)] if kept else []))


def report_stage(project: Project, evaluation: Evaluation, wave_id: str, area_ids: list[str]) -> Stage:
    """Return one report notebook an area, made of the rows that its page may show; the whole area's, of all."""
    whole = evaluation.whole_area.id
    return [
        _notebook_step(
            project,
            kind="whole" if area_id == whole else "area",
            wave_id=wave_id,
            area_id=area_id,
            label=f"reporting {area_id}",
            inputs=published_for(project, evaluation, wave_id, area_id),
        )
        for area_id in area_ids
    ]


def _notebook_step(
    project: Project,
    *,
    kind: str,
    wave_id: str,
    label: str,
    inputs: tuple[Path, ...],
    outputs: tuple[Path, ...] = (),
    area_id: str | None = None,
) -> NotebookStep:
    notebook = project.notebook(kind)
    parameters = {"wave": wave_id} | ({"area": area_id} if area_id and kind == "area" else {})
    executed = project.executed(wave_id) / f"{area_id or notebook.stem}.ipynb"
    step = Step(
        name=f"{kind} {wave_id} {area_id or ''}".strip(),
        inputs=(notebook, project.settings_file, *inputs),
        parameters=parameters,
        notebook=notebook,
    )
    return NotebookStep(step, NotebookRun(notebook, parameters, executed), (*outputs, executed), label)
