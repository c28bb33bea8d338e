"""One notebook run by papermill in a kernel of its own; what counts as success is read from its cells."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import weakref
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import ValidationError
from papermill.exceptions import PapermillExecutionError
from papermill.inspection import inspect_notebook

from pipeline.ground import errors
from pipeline.ground.errors import NotebookError, PipelineError, UnknownNameError
from pipeline.ground.paths import Project
from pipeline.machinery.environment import ONE_THREAD
from pipeline.machinery.steps import NotebookRun
from pipeline.reference.labels import did_you_mean, listed

_PLAIN_TYPES = (str, int, float, bool)


class _LocalKernel(AsyncKernelManager):
    """A kernel reached over a socket file, which no other process can guess or take as it can a port."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        if os.name == "posix":
            folder = tempfile.mkdtemp(prefix="cl-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self.transport = "ipc"
            self.ip = f"{folder}/k"

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]
        # A kernel that is interrupted on its way in or out would say so between the lines of progress; what its cells
        # write goes into the notebook.
        await super().start_kernel(**settings, stderr=subprocess.DEVNULL)


def run_notebook(run: NotebookRun, project: Project) -> None:
    """Run a notebook and keep its executed copy at `run.output`.

    Raises NotebookError with one sentence when a cell fails, the kernel dies, or a parameter does not exist; the
    notebook as far as it came is then kept under data/processed/failed.
    """
    check_parameters(run, project)
    run.output.parent.mkdir(parents=True, exist_ok=True)
    working = run.output.with_name(f".running-{run.output.name}")
    os.environ.update(ONE_THREAD)
    try:
        papermill.execute_notebook(
            str(run.notebook),
            str(working),
            parameters=dict(run.parameters),
            cwd=str(run.notebook.parent),
            kernel_name="python3",
            progress_bar=False,
            kernel_manager_class=_LocalKernel,
        )
        _check_finished(working, run)
    except (PapermillExecutionError, DeadKernelError, CellTimeoutError, NotebookError) as error:
        kept = _keep_failed(working, run, project)
        raise NotebookError(_in_words(error, run, project, kept)) from None
    working.replace(run.output)


def check_parameters(run: NotebookRun, project: Project) -> None:
    """Raise when a notebook is missing, or a parameter is unknown to it or not a plain value."""
    if not run.notebook.is_file():
        raise UnknownNameError(f"{project.shown(run.notebook)} is missing; restore it from version control.")
    try:
        known = inspect_notebook(str(run.notebook))
    except (ValueError, TypeError, KeyError, AttributeError, ValidationError):
        raise NotebookError(
            f"{project.shown(run.notebook)} is not a Jupyter notebook; restore it from version control."
        ) from None
    for name, value in run.parameters.items():
        if name not in known:
            raise UnknownNameError(
                f"{project.shown(run.notebook)} has no parameter '{name}'{did_you_mean(name, known) or '.'} "
                f"Its parameters cell has {listed(known)}."
            )
        # papermill writes other types into the notebook as code.
        if type(value) not in _PLAIN_TYPES:
            raise UnknownNameError(
                f"The parameter '{name}' is a {type(value).__name__}; expected text, a number or true/false."
            )


def _check_finished(path: Path, run: NotebookRun) -> None:
    """Raise unless every code cell ran: papermill's own status says 'completed' of cells that never did."""
    cells = nbformat.read(path, as_version=4).cells
    for number, cell in enumerate(cells, 1):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            raise NotebookError(f"cell {number} of {len(cells)} never ran")


def _keep_failed(working: Path, run: NotebookRun, project: Project) -> Path:
    project.failed.mkdir(parents=True, exist_ok=True)
    kept = project.failed / f"{run.output.parent.parent.name}-{run.output.name}"
    if working.exists():
        working.replace(kept)
    return kept


def _in_words(error: Exception, run: NotebookRun, project: Project, kept: Path) -> str:
    where = project.shown(run.notebook)
    if isinstance(error, PapermillExecutionError):
        # Our own errors are already sentences that name a file; others are told with their cell.
        if isinstance(getattr(errors, error.ename, None), type) and issubclass(
            getattr(errors, error.ename), PipelineError
        ):
            found = str(error.evalue)
        else:
            # papermill counts the cell of parameters that it puts in; the notebook as written does not have it.
            position = error.cell_index + (0 if run.parameters else 1)
            found = (
                f"{where}, cell {position} ({_first_line(error.source)}): {error.ename}: {_shortened(error.evalue)}."
            )
    elif isinstance(error, DeadKernelError):
        found = f"{where}: its kernel died, perhaps for want of memory."
    elif isinstance(error, CellTimeoutError):
        found = f"{where}: a cell ran longer than is allowed."
    else:
        found = f"{where}: {error}."
    return f"{found} The notebook as far as it came: {project.shown(kept)}"


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:80]


def _shortened(text: str) -> str:
    line = " ".join(str(text).split()).rstrip(".")
    return line if len(line) <= 300 else line[:300] + " …"
