"""What the verbs do: build a wave as far as asked, place its pages, and say what was done."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import read_table, write_bytes
from pipeline.machinery.building import Outcome, run_stages
from pipeline.machinery.fingerprints import BuildRecord
from pipeline.machinery.inputs import Inputs
from pipeline.machinery.linking_key import link_key
from pipeline.machinery.locking import LOCK_NAME, only_run
from pipeline.machinery.manifest import commit
from pipeline.machinery.placing import (
    draft_root,
    place,
    publish,
    root_of,
    settle,
    standing_files,
)
from pipeline.machinery.planning import Plan, plan_for
from pipeline.machinery.quotes import check_register
from pipeline.machinery.raw_manifest import check_raw, manifest_path, record_raw
from pipeline.machinery.starting import asked_for
from pipeline.machinery.steps import PLACING, Stage, check_sources
from pipeline.reference.evaluation import load_evaluation
from pipeline.reference.waves import Wave


def build(verb: str, wave_id: str | None, area_id: str | None) -> int:
    """Build a wave as far as `verb` asks (data, estimates, report of one area, reports); return the exit status."""
    project, started = find_project(), time.monotonic()
    with only_run(project):
        return build_here(project, verb, wave_id, area_id, started)


def build_here(project: Project, verb: str, wave_id: str | None, area_id: str | None, started: float) -> int:
    """Build, the caller holding the project's lock; `started`: when the command began."""
    inputs = Inputs(project)
    plan = plan_for(project, verb, wave_id, area_id)
    if verb != "data":
        check_register(project, plan.evaluation)
    record = BuildRecord(project)
    register = settle(project) if plan.places_pages else None
    if register is not None:
        plan = plan.beside(register)
    outcome = run_notebooks(plan, record, inputs)
    where = project.reports
    if register is not None:
        if not outcome.failures:
            place(project, plan.evaluation, register, plan.wave_id, plan.area_ids, record, outcome, inputs)
        where = root_of(project, register, plan.wave_id)
        if not outcome.failures:
            told = _standing_line(plan, where)
            commit(project, asked_for(verb, wave_id, area_id), told, _files_of(plan, record), inputs)
    if verb == "data" and not outcome.failures:
        _tell_cleaned(project, plan.waves)
    return _tell(outcome, project, verb, plan.wave_id, where, time.monotonic() - started)


def _standing_line(plan: Plan, where: Path) -> str:
    """Return the last line of a run that finds everything as it stands now."""
    notebooks, pages = sum(map(len, plan.stages)), len(plan.stages[-1])
    index = plan.project.shown(where / plan.wave_id / "index.html")
    return (
        f"{plan.wave_id}: 0 notebooks run, {notebooks} up to date; 0 pages built, {pages} unchanged; 0 failed; "
        f"{{seconds:.1f}} s. Open {index}."
    )


def _files_of(plan: Plan, record: BuildRecord) -> list[Path]:
    """Return every file and folder that steps were made from or made, and the manifests of raw files."""
    steps = [*(one.step for stage in plan.stages for one in stage), *plan.pages.values()]
    files = [path for step in steps for path in (*step.inputs, *sorted(record.outputs_of(step)))]
    return [*files, *(manifest_path(plan.project, wave) for wave in plan.waves)]


def run_notebooks(plan: Plan, record: BuildRecord, inputs: Inputs) -> Outcome:
    """Run the notebooks that are stale, as far as was asked; return the outcome.

    Raises ChangedMeanwhileError when something that they were made from is not what it was.
    """
    project, waves = plan.project, plan.waves
    check_raw(project, waves)
    # Made before any notebook runs, because every cleaned table depends on it.
    link_key(project)
    inputs.keep(path for stage in plan.stages for one in stage for path in one.step.inputs)
    inputs.keep((project.root / "notebooks").glob("*.py"))
    outcome = run_stages(
        project,
        plan.stages,
        record,
        inputs,
        total=sum(map(len, plan.stages)),
        meanwhile=lambda stage: _prepare(plan, stage),
    )
    inputs.check()
    # A wave is recorded once it could be read: before that its file may well be the wrong one.
    for wave in check_raw(project, waves):
        if not outcome.failures:
            print(f"The raw files are recorded in {project.shown(record_raw(project, wave))}.", file=sys.stderr)
    return outcome


def _prepare(plan: Plan, stage: Stage) -> None:
    """Load what renders and judges pages while the kernels run; while those of the reports do, the answers too."""
    if not plan.places_pages:
        return
    from pipeline.machinery import attacking, faultless, site  # noqa: F401
    from pipeline.machinery.private_memory import PrivateMemory
    from pipeline.presentation.rendering import load_exporter

    load_exporter()
    if stage is plan.stages[-1]:
        # What cannot be read is told by the gate.
        with suppress(PipelineError, OSError):
            PrivateMemory(plan.project, plan.evaluation).views([plan.wave_id])


def _tell_cleaned(project: Project, waves: list[Wave]) -> None:
    """Say how many submissions of each wave are used, and how many were set aside by which rule."""
    for wave in waves:
        ledger = read_table(project.cleaned(wave.id) / "ledger_by_file.parquet")
        rows = read_table(project.cleaned(wave.id) / "set_aside.parquet")
        rules = rows[rows["column"].isna()]["rule"].value_counts(sort=False)
        aside = "; ".join(f"{count} {str(rule).replace('_', ' ')}" for rule, count in rules.items()) or "none"
        used, received = ledger["rows_used"].sum(), ledger["rows_in"].sum()
        print(f"{wave.id}: {used} of {received} submissions used; set aside: {aside}.", file=sys.stderr)


def _tell(outcome: Outcome, project: Project, verb: str, wave_id: str, root: Path, seconds: float) -> int:
    for failure in outcome.failures:
        print(f"Failed: {failure}", file=sys.stderr)
    counts = [
        f"{len(outcome.built)} notebooks run, {len(outcome.unchanged)} up to date",
        f"{len(outcome.failures)} failed",
    ]
    if verb in PLACING and not outcome.failures:
        counts.insert(1, f"{len(outcome.pages_built)} pages built, {outcome.pages_unchanged} unchanged")
        where = f"Open {project.shown(root / wave_id / 'index.html')}"
    elif outcome.failures:
        where = "The reports are as they were before"
    else:
        where = f"See {project.shown(project.processed / wave_id)}"
    print(f"{wave_id}: {'; '.join(counts)}; {seconds:.1f} s. {where}.", file=sys.stderr)
    return 1 if outcome.failures else 0


def record_wave(wave_id: str | None) -> int:
    """Write down anew what the raw files of a wave are."""
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave = evaluation.wave(wave_id) if wave_id else evaluation.waves[-1]
    check_sources(project, [wave])
    with only_run(project):
        path = record_raw(project, wave)
    print(f"{wave.id}: its raw files are recorded in {project.shown(path)}.", file=sys.stderr)
    return 0


def rebuild_site() -> int:
    """Rebuild the pages around the reports from what stands in reports/ now."""
    from pipeline.machinery import site
    from pipeline.machinery.auditing import audit

    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    with only_run(project):
        register = settle(project)
        root = draft_root(project, register)
        waves = site.reported_waves(root, evaluation)
        if register.releases and not waves:
            print("reports/ stands as it was released, and no wave waits to be.", file=sys.stderr)
            return 0
        files = site.render_site(evaluation, waves)
        for wave_id in waves:
            files |= site.render_wave_index(evaluation, wave_id, site.reported_areas(root, evaluation, wave_id))
        findings = [
            finding
            for standing in [standing_files(root, wave_id) for wave_id in waves] or [{}]
            for finding in audit(project, evaluation, register, standing | files).findings
        ]
        for finding in findings:
            print(f"Failed: {finding}", file=sys.stderr)
        if findings:
            return 1
        written = publish(project, root, files)
    where = project.shown(root / "index.html")
    print(f"{len(written)} pages built, {len(files) - len(written)} unchanged. Open {where}.", file=sys.stderr)
    return 0


def remove_processed() -> int:
    """Remove what the other verbs rebuild of the private folder; worksheets, reports and raw data stay."""
    project = find_project()
    if project.processed.exists():
        with only_run(project):
            # People's work may stand in a worksheet, and no verb makes it anew.
            sheets = (project.quotes_worksheet("x").name, "coding-worksheet-*.csv")
            kept = sorted(path for sheet in sheets for path in project.processed.glob(f"*/{sheet}"))
            for path in project.processed.iterdir():
                # The lock that this run holds cannot be removed everywhere.
                for part in path.iterdir() if path in {one.parent for one in kept} else [path]:
                    if part.is_dir():
                        shutil.rmtree(part)
                    elif part.name != LOCK_NAME and part not in kept:
                        part.unlink()
            for path in kept:
                print(f"{project.shown(path)} stays: somebody may have begun it.", file=sys.stderr)
    print("data/processed is removed; data/raw and reports stay as they are.", file=sys.stderr)
    return 0


def write_demonstration() -> int:
    """Write the SYNTHETIC demonstration waves below data/raw, never over a file that is there."""
    from pipeline.simulation.demonstration import make_demonstration

    project = find_project()
    for name, content in make_demonstration(load_evaluation(project.settings_file)).items():
        path = project.raw / name
        if path.exists():
            print(f"data/raw/{name} is there already and stays as it is.", file=sys.stderr)
        else:
            write_bytes(path, content)
            print(f"data/raw/{name} written.", file=sys.stderr)
    return 0
