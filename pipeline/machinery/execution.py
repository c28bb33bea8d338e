"""One notebook run by papermill in a kernel of its own; what counts as success is read from its cells."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import ValidationError
from papermill.exceptions import PapermillExecutionError
from papermill.inspection import inspect_notebook

from pipeline.ground import errors
from pipeline.ground.errors import NotebookError, PipelineError, UnknownNameError
from pipeline.ground.paths import Project
from pipeline.machinery.kernels import engine
from pipeline.machinery.kernels.engine import Course
from pipeline.machinery.kernels.forking import ForkedKernel
from pipeline.machinery.kernels.limits import Limits, Watch
from pipeline.machinery.steps import NotebookRun
from pipeline.reference.labels import did_you_mean, listed

# The tag of the cell that papermill puts in, or fills where a notebook has one already.
_INJECTED = "injected-parameters"
_PLAIN_TYPES = (str, int, float, bool)
# Set, it ends every notebook that runs in this process, and lets none begin.
stopping = threading.Event()


def run_notebook(
    run: NotebookRun,
    project: Project,
    limits: Limits | None = None,
    is_unwanted: Callable[[], bool] = stopping.is_set,
) -> None:
    """Run a notebook and keep its executed copy at `run.output`.

    Raises NotebookError with one sentence when a cell fails, the kernel dies, a limit is passed, or a parameter does
    not exist; the notebook as far as it came is then kept under data/processed/failed. It may run in any thread.
    Once `is_unwanted` says so its kernel is ended.
    """
    check_parameters(run, project)
    run.output.parent.mkdir(parents=True, exist_ok=True)
    working = run.output.with_name(f".running-{run.output.name}")
    try:
        _execute(run, working, limits or Limits(), is_unwanted)
        _check_finished(working)
    except (PapermillExecutionError, DeadKernelError, NotebookError) as error:
        kept = _keep_failed(working, run, project)
        raise NotebookError(_in_words(error, run, project, kept)) from None
    working.replace(run.output)


def _execute(run: NotebookRun, working: Path, limits: Limits, is_unwanted: Callable[[], bool]) -> None:
    """Execute a notebook, and a second time when its kernel never came up or went with the parent that forked it."""
    for attempt in (1, 2):
        course = Course(forked=attempt == 1)
        with Watch(limits, course.process, is_unwanted) as watch:
            try:
                if is_unwanted():
                    raise RuntimeError("everything stops")
                _execute_once(run, working, course)
                return
            except CellTimeoutError as error:
                # Of a cell's own time only the watch keeps count.
                raise NotebookError(
                    f"{_cell_in_words(working, course, run)}ended, but not all that it showed came within "
                    f"{engine.OUTPUT_WITHIN} seconds"
                ) from error
            except (RuntimeError, DeadKernelError) as error:
                if watch.found:
                    raise NotebookError(f"{_cell_in_words(working, course, run)}{watch.found}") from None
                if attempt == 1 and not is_unwanted() and _deserves_another(course):
                    continue
                if course.cell is None:
                    raise NotebookError("its kernel did not start") from error
                raise DeadKernelError(str(error)) from error


def _deserves_another(course: Course) -> bool:
    process = course.process()
    lost = isinstance(process, ForkedKernel) and process.lost
    return course.cell is None or lost


def _execute_once(run: NotebookRun, working: Path, course: Course) -> None:
    try:
        papermill.execute_notebook(
            str(run.notebook),
            str(working),
            parameters=dict(run.parameters),
            engine_name=engine.NAME,
            kernel_name="python3",
            progress_bar=False,
            course=course,
            # Not papermill's `cwd`, which would move every thread of this process.
            folder=str(run.notebook.parent),
        )
    finally:
        # Each thread has a loop of its own, which nobody else would close.
        ensure_event_loop().close()
    if not course.finished:
        raise NotebookError("its kernel did not answer after the last cell")


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


def _check_finished(path: Path) -> None:
    """Raise unless every code cell ran, in order, without error: papermill says 'completed' of cells that never did."""
    cells = nbformat.read(path, as_version=4).cells
    code = [(f"cell {number} of {len(cells)}", one) for number, one in enumerate(cells, 1) if one.cell_type == "code"]
    code = [(name, cell) for name, cell in code if cell.source.strip()]
    for name, cell in code:
        if cell.execution_count is None:
            raise NotebookError(f"{name} never ran")
    for position, (name, cell) in enumerate(code, 1):
        if cell.execution_count != position:
            raise NotebookError(f"{name} ran out of order")
        if any(output.output_type == "error" for output in cell.outputs):
            raise NotebookError(f"{name} failed")


def _cell_in_words(working: Path, course: Course, run: NotebookRun) -> str:
    """Return which cell a notebook is in, as it is written, and how that begins."""
    if course.cell is None:
        return "before its first cell, it "
    source = nbformat.read(working, as_version=4).cells[course.cell].source
    return f"cell {_as_written(course.cell, run)} ({_first_line(source)}) "


def _as_written(index: int, run: NotebookRun) -> int:
    """Return a cell's number in the notebook as written, where papermill's cell of parameters stands in none's place.

    It follows the cell tagged `parameters`, and stands first where there is none; what goes wrong in it is told of the
    cell before.
    """
    tags = [cell.metadata.get("tags", []) for cell in nbformat.read(run.notebook, as_version=4).cells]
    has_none = not run.parameters or any(_INJECTED in one for one in tags)
    place = len(tags) if has_none else next((number for number, one in enumerate(tags, 1) if "parameters" in one), 0)
    return max(1, index if index >= place else index + 1)


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
            position, line = _as_written(error.cell_index, run), _first_line(error.source)
            found = f"{where}, cell {position} ({line}): {error.ename}: {_shortened(error.evalue)}."
    elif isinstance(error, DeadKernelError):
        found = f"{where}: its kernel died, perhaps for want of memory."
    else:
        found = f"{where}: {error}."
    return f"{found} The notebook as far as it came: {project.shown(kept)}"


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "")[:80]


def _shortened(text: str) -> str:
    line = " ".join(str(text).split()).rstrip(".")
    return line if len(line) <= 300 else line[:300] + " …"
