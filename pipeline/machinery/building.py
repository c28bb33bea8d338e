"""Stages of notebooks run side by side; what is up to date is left alone, what fails is told and stops the stage."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from functools import partial

from tqdm import tqdm

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.ground.storage import write_bytes
from pipeline.machinery.executor import (
    Executor,
    executor_elsewhere,
    executor_for_notebooks,
    executor_for_waiting,
    scheduler_address,
)
from pipeline.machinery.fingerprints import BuildRecord
from pipeline.machinery.inputs import Inputs
from pipeline.machinery.kernels.forking import close_parents, path_of, warm_up
from pipeline.machinery.kernels.limits import Limits, read_limits
from pipeline.machinery.steps import NotebookRun, NotebookStep, Stage

# Which kinds of notebooks take longest, where the last run's times are not known.
_LONGEST_FIRST = ("estimate", "whole", "area", "describe", "clean")
# How many notebooks may be at workers at once, whose inputs this process holds.
_MOST_AWAY = 128
# Why a notebook failed, or nothing, and the seconds it took.
Told = tuple[str, float]


@dataclass
class Outcome:
    """What a run did, by label; `failures` hold one sentence each."""

    built: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    pages_built: list[str] = field(default_factory=list)
    pages_unchanged: int = 0


def run_stages(
    project: Project,
    stages: Iterable[Stage],
    record: BuildRecord,
    inputs: Inputs,
    total: int,
    meanwhile: Callable[[Stage], None],
) -> Outcome:
    """Run every stale notebook, a stage after the other; a stage with a failure is the last.

    The notebooks of a stage run at once, as many as there are cores, and each failure is told; none is hidden by
    another's. `total` is the number of notebooks in all stages, for the progress bar. `meanwhile` is done here while
    the first of them run.
    """
    outcome, limits = Outcome(), read_limits()
    with _Progress(total) as progress, _Notebooks(project, limits) as notebooks:
        for stage in stages:
            stale = [one for one in stage if not record.is_fresh(one.step)]
            fresh = [one for one in stage if one not in stale]
            outcome.unchanged += [one.label for one in fresh]
            progress.skip(len(fresh))
            _run_stage(stale, record, outcome, progress, notebooks, inputs, partial(meanwhile, stage))
            if outcome.failures:
                break
    return outcome


def _run_stage(
    stale: Stage,
    record: BuildRecord,
    outcome: Outcome,
    progress: _Progress,
    notebooks: _Notebooks,
    inputs: Inputs,
    meanwhile: Callable[[], None],
) -> None:
    running: dict[Future[Told], tuple[NotebookStep, str]] = {}
    for one in notebooks.longest_first(stale):
        running[notebooks.submit(one)] = (one, record.fingerprint(one.step))
    progress.show([one.label for one, _ in running.values()], notebooks.at_once)
    if running:
        meanwhile()
    for future in as_completed(running):
        one, fingerprint = running.pop(future)
        failure, seconds = future.result()
        # A step that is noted under what it was not made from would count as up to date for good.
        failure = failure or inputs.changed()
        if failure:
            outcome.failures.append(failure)
        else:
            record.note(one.step, fingerprint, one.outputs)
            notebooks.note(one, seconds)
            outcome.built.append(one.label)
        progress.done(one.label, [other.label for other, _ in running.values()], notebooks.at_once)


def run_quietly(
    run: NotebookRun, project: Project, limits: Limits, is_unwanted: Callable[[], bool] | None = None
) -> Told:
    """Run a notebook, wherever that is; return why it failed, or nothing, and the seconds it took."""
    # papermill takes half a second to import, which a run with nothing to do need not pay.
    from pipeline.machinery.execution import run_notebook, stopping

    started = time.monotonic()
    try:
        run_notebook(run, project, limits, is_unwanted or stopping.is_set)
    except PipelineError as error:
        return str(error), 0
    except OSError as error:
        return f"{project.shown(run.notebook)}: a file could not be written: {error.strerror or error}.", 0
    return "", time.monotonic() - started


class _Notebooks:
    """Where the notebooks of a run are executed, and how long each took when it was last run."""

    def __init__(self, project: Project, limits: Limits) -> None:
        self._project, self._limits = project, limits
        self._executor: Executor | None = None
        self._elsewhere: Executor | None = None
        self._path = project.processed / "durations.json"
        self._seconds = self._read()

    def longest_first(self, stage: Stage) -> Stage:
        """Return a stage in the order in which it ends soonest: what is begun last should be short."""
        known = self._seconds

        def key(one: NotebookStep) -> tuple[float, int]:
            kind = one.step.name.partition(" ")[0]
            return -known.get(one.step.name, float("inf")), _LONGEST_FIRST.index(kind)

        return sorted(stage, key=key)

    def submit(self, one: NotebookStep) -> Future[Told]:
        executor = self._executor = self._executor or self._start(one)
        if self._elsewhere is None:
            return executor.submit(run_quietly, one.run, self._project, self._limits)
        from pipeline.machinery.parcels import run_elsewhere

        return executor.submit(run_elsewhere, self._elsewhere, one, self._project, self._limits)

    def _start(self, one: NotebookStep) -> Executor:
        if address := scheduler_address():
            self._elsewhere = executor_elsewhere(address)
            # Each thread waits for a worker, and more workers may come.
            return executor_for_waiting(_MOST_AWAY)
        warm_up(path_of(one.run.notebook.parent))
        return executor_for_notebooks()

    @property
    def at_once(self) -> int:
        """How many notebooks run at the same time."""
        executor = self._elsewhere or self._executor
        return executor.at_once if executor is not None else 1

    def note(self, one: NotebookStep, seconds: float) -> None:
        self._seconds[one.step.name] = round(seconds, 1)

    def _read(self) -> dict[str, float]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return {str(name): float(seconds) for name, seconds in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def __enter__(self) -> _Notebooks:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._executor is None:
            # One may have been started in case it was wanted.
            close_parents()
            return
        if kind is not None:
            _stop_kernels()
        if self._elsewhere is not None:
            self._elsewhere.close()
        self._executor.close()
        close_parents()
        write_bytes(self._path, json.dumps(self._seconds, sort_keys=True).encode("utf-8"))


def _stop_kernels() -> None:
    """End the notebooks that run here: who interrupts does not want to wait for them."""
    from pipeline.machinery.execution import stopping

    stopping.set()
    close_parents()


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

    def show(self, labels: list[str], at_once: int) -> None:
        self._bar.set_description_str(", ".join(labels[:at_once]))

    def done(self, label: str, waiting: list[str], at_once: int) -> None:
        self._bar.update(1)
        self.show(waiting, at_once)
        if not self._on_terminal:
            print(f"  {label}", file=sys.stderr, flush=True)
