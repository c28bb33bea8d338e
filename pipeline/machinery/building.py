"""Stages of notebooks run side by side; what is up to date is left alone, what fails is told and stops the stage."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from tqdm import tqdm

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery.fingerprints import BuildRecord
from pipeline.machinery.steps import NotebookRun, NotebookStep, Stage


@dataclass
class Outcome:
    """What a run did, by label; `failures` hold one sentence each."""

    built: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    pages_built: list[str] = field(default_factory=list)
    pages_unchanged: int = 0


def run_stages(project: Project, stages: Iterable[Stage], record: BuildRecord, total: int) -> Outcome:
    """Run every stale notebook, a stage after the other; a stage with a failure is the last.

    The notebooks of a stage run at once, as many as there are cores, and each failure is told; none is hidden by
    another's. `total` is the number of notebooks in all stages, for the progress bar.
    """
    outcome = Outcome()
    with _Progress(total) as progress, _Pool() as pool:
        for stage in stages:
            stale = [one for one in stage if not record.is_fresh(one.step)]
            fresh = [one for one in stage if one not in stale]
            outcome.unchanged += [one.label for one in fresh]
            progress.skip(len(fresh))
            _run_stage(project, stale, record, outcome, progress, pool)
            if outcome.failures:
                break
    return outcome


def _run_stage(
    project: Project, stale: Stage, record: BuildRecord, outcome: Outcome, progress: _Progress, pool: _Pool
) -> None:
    running: dict[Future[str], tuple[NotebookStep, str]] = {}
    for one in stale:
        running[pool.submit(one.run, project)] = (one, record.fingerprint(one.step))
    progress.show([one.label for one, _ in running.values()])
    for future in as_completed(running):
        one, fingerprint = running.pop(future)
        try:
            failure = future.result()
        except BrokenProcessPool:
            failure = f"{project.shown(one.run.notebook)}: the process that ran it died, perhaps for want of memory."
        if failure:
            outcome.failures.append(failure)
        else:
            record.note(one.step, fingerprint, one.outputs)
            outcome.built.append(one.label)
        progress.done(one.label, [other.label for other, _ in running.values()])


def _run_quietly(run: NotebookRun, project: Project) -> str:
    """Run a notebook in a worker; return why it failed, or nothing."""
    # What went wrong is told once, in our words; papermill would also write it between the lines of progress.
    logging.disable()
    # Only workers run notebooks; papermill takes a second to import, which a run with nothing to do need not pay.
    from pipeline.machinery.execution import run_notebook

    try:
        run_notebook(run, project)
    except PipelineError as error:
        return str(error)
    except OSError as error:
        return f"{project.shown(run.notebook)}: a file could not be written: {error.strerror or error}."
    return ""


def end_with_parent() -> None:
    """End this worker, and a kernel of its own, when the run is killed: it would go on with work nobody waits for."""

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


class _Pool:
    """Worker processes, started only when there is something to run."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, run: NotebookRun, project: Project) -> Future[str]:
        if self._executor is None:
            # A fresh interpreter a worker: papermill changes the working folder of its process.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(
                max_workers=os.cpu_count() or 1, mp_context=context, initializer=end_with_parent
            )
        return self._executor.submit(_run_quietly, run, project)

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)


class _Progress:
    """A bar over the notebooks that names those running; without a terminal, a line for each that is done."""

    def __init__(self, total: int) -> None:
        self._on_terminal = sys.stderr.isatty()
        self._bar = tqdm(total=total, unit="notebook", disable=not self._on_terminal, leave=False, dynamic_ncols=True)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def skip(self, count: int) -> None:
        self._bar.update(count)

    def show(self, labels: list[str]) -> None:
        self._bar.set_description_str(", ".join(labels[: os.cpu_count() or 1]))

    def done(self, label: str, waiting: list[str]) -> None:
        self._bar.update(1)
        self.show(waiting)
        if not self._on_terminal:
            print(f"  {label}", file=sys.stderr, flush=True)
