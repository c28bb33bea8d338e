"""The same reports made in other ways, each a command of its own: run in a project's folder, whose package it uses.

`python -m tests.bench.reports_peers one-process|pool|plain --wave wave-2`. What each writes stands below `peer/`.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

WORKERS = 2


@dataclass(frozen=True)
class Job:
    """A notebook with its parameters, where its executed copy goes, and whether it becomes a page."""

    notebook: Path
    parameters: dict[str, str]
    output: Path
    is_report: bool


def stages_of(project: Path, wave_id: str) -> list[list[Job]]:
    """Return the notebooks of a wave's reports, those of one stage needing only the stages before."""
    from pipeline.ground.paths import Project
    from pipeline.reference.evaluation import load_evaluation

    here = Project(project)
    evaluation = load_evaluation(here.settings_file)

    def job(kind: str, name: str, wave: str, **more: str) -> Job:
        out = project / "peer" / f"{name}.ipynb"
        return Job(here.notebook(kind), {"wave": wave, **more}, out, kind in ("whole", "area"))

    return [
        [job("clean", f"clean-{wave.id}", wave.id) for wave in evaluation.waves_until(wave_id)],
        [job("estimate", "estimate", wave_id)],
        [
            job("whole", evaluation.whole_area.id, wave_id),
            *(job("area", area.id, wave_id, area=area.id) for area in evaluation.areas),
        ],
    ]


def commands_of(project: Path, wave_id: str) -> Iterable[list[str]]:
    """Return the commands of the loop that people write: papermill for each notebook, nbconvert for each report."""
    for job in (job for stage in stages_of(project, wave_id) for job in stage):
        given = [part for name, value in job.parameters.items() for part in ("-p", name, value)]
        run = [sys.executable, "-m", "papermill", "--no-progress-bar", "--cwd", str(job.notebook.parent), *given]
        yield [*run, str(job.notebook), str(job.output)]
        if job.is_report:
            yield [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", "html", str(job.output)]


def run_by_papermill(job: Job) -> None:
    """Run a notebook by papermill, and make a page of a report by nbconvert, both in this process."""
    import papermill

    papermill.execute_notebook(
        str(job.notebook),
        str(job.output),
        parameters=job.parameters,
        cwd=str(job.notebook.parent),
        progress_bar=False,
    )
    if job.is_report:
        from nbconvert import HTMLExporter

        page, _ = HTMLExporter().from_filename(str(job.output))
        job.output.with_suffix(".html").write_text(page, "utf-8")


def run_plainly(job: Job) -> None:
    """Run a notebook's code as plain Python, and make a page of a report from its prose and pieces: no Jupyter."""
    import mistune
    from markupsafe import Markup

    from pipeline.presentation.rendering import frame_for, render_page
    from pipeline.presentation.tables import PIECE

    # Notebooks look for the project from where they stand.
    os.chdir(job.notebook.parent)
    names: dict[str, Any] = {}
    body: list[str] = []
    for cell in nbformat.read(job.notebook, as_version=4).cells:
        if cell.cell_type == "code":
            value = _run_cell(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names.update(job.parameters)
            if job.is_report and hasattr(value, "_repr_mimebundle_"):
                body.append(str(value._repr_mimebundle_().get(PIECE, "")))
        elif job.is_report:
            body.append(str(mistune.html(cell.source)))
    if job.is_report:
        from pipeline.ground.paths import find_project
        from pipeline.reference.evaluation import load_evaluation

        evaluation = load_evaluation(find_project().settings_file)
        frame = frame_for(evaluation, "A report", depth=1, trail=[], kinds=set())
        page = render_page(Markup("".join(body)), frame)
        job.output.with_suffix(".html").write_bytes(page)
        for download in names["report"].downloads():
            job.output.with_name(download.name).write_bytes(download.content())


def _run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell's code; return the value of its last line, None where that is no expression."""
    tree = ast.parse(source)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "cell", "exec"), names)
        return None
    tree.body.pop()
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def run_in_pool(stages: list[list[Job]], run: Callable[[Job], None], *, forked: bool) -> None:
    """Run the notebooks of each stage in two processes."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forked and can_fork else "spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        for stage in stages:
            list(pool.map(run, stage))


def main() -> int:
    """Make the reports of a wave in the way that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=["one-process", "pool", "plain"])
    parser.add_argument("--wave", required=True)
    options = parser.parse_args()
    project = Path.cwd()
    (project / "peer").mkdir(exist_ok=True)
    stages = stages_of(project, options.wave)
    if options.way == "one-process":
        for job in (job for stage in stages for job in stage):
            run_by_papermill(job)
    elif options.way == "pool":
        run_in_pool(stages, run_by_papermill, forked=False)
    else:
        _import_what_is_needed()
        run_in_pool(stages, run_plainly, forked=True)
    return 0


def _import_what_is_needed() -> None:
    """Import once what both processes use: somebody who writes plain Python for speed would."""
    import pipeline.machinery.cleaning
    import pipeline.machinery.estimating
    import pipeline.machinery.reporting
    import pipeline.presentation.rendering
    import pipeline.presentation.report  # noqa: F401


if __name__ == "__main__":
    raise SystemExit(main())
