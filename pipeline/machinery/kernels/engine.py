"""A papermill engine that saves at most once a second, always when it ends, and knows how far it came."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from pipeline.ground.storage import write_bytes
from pipeline.machinery.kernels.forking import path_of, warm_up
from pipeline.machinery.kernels.manager import QUIET, NotebookKernel

NAME = "saving"
_SAVE_EVERY = 1.0
# The seconds within which all that a cell showed must have come once it has ended.
OUTPUT_WITHIN = 60


@dataclass
class Course:
    """How far a notebook has come: its kernel once there is one, and the code cell it is in (from 0).

    `forked`: whether the kernel may be forked. `finished`: whether it still answered after the last cell.
    """

    forked: bool = True
    finished: bool = False
    kernel: NotebookKernel | None = None
    cell: int | None = None

    def process(self) -> Any:
        """Return the kernel's process, or None while it has none."""
        return getattr(self.kernel and self.kernel.provisioner, "process", None)


class _Saving(NotebookExecutionManager):
    """Saves whole files: what is read of a notebook that was cut short is always a notebook."""

    def __init__(self, notebook: Any, path: Path, course: Course) -> None:
        super().__init__(notebook, progress_bar=False)
        self._path, self._course = path, course
        self._saved = 0.0

    def save(self, **changed: Any) -> None:
        self.nb: Any = changed.get("nb") or self.nb
        if time.monotonic() - self._saved >= _SAVE_EVERY:
            self.save_now()

    def save_now(self) -> None:
        write_bytes(self._path, nbformat.writes(self.nb).encode("utf-8"))
        self._saved = time.monotonic()

    def cell_start(self, cell: Any, cell_index: int | None = None, **others: Any) -> None:
        if cell.cell_type == "code":
            self._course.cell = cell_index
        super().cell_start(cell, cell_index, **others)

    def notebook_complete(self, **_: Any) -> None:
        # papermill would say of cells that never ran that they are completed.
        self.end_time = self.now()
        self.nb.metadata.papermill["end_time"] = self.end_time.isoformat()
        self.nb.metadata.papermill["duration"] = (self.end_time - self.start_time).total_seconds()
        self.save_now()


class _Client(PapermillNotebookClient):
    def __init__(self, manager: _Saving, course: Course, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._course = course

    def create_kernel_manager(self) -> NotebookKernel:
        parent = warm_up(path_of(self.resources["metadata"]["path"])) if self._course.forked else None
        home = parent.folder if parent is not None and parent.is_alive() else None
        self.km = self._course.kernel = NotebookKernel(forked=self._course.forked, home=home)
        return self.km

    def execute(self, **settings: Any) -> Any:
        self.reset_execution_trackers()
        with self.setup_kernel(**settings):
            self.papermill_execute_cells()
            told = self.wait_for_reply(self.kc.kernel_info())
            if told is None:
                raise DeadKernelError("Kernel died")
            self._course.finished = True
            self.nb.metadata["language_info"] = told["content"]["language_info"]
        return self.nb


class SavingEngine(NBClientEngine):
    """Runs a notebook in a kernel of our own; nothing of it is lost when the kernel dies."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str, *, course: Course | None = None, folder: str = ".", **_: Any
    ) -> Any:
        course = course or Course()
        manager = _Saving(nb, Path(output_path), course)
        manager.notebook_start()
        try:
            _Client(
                manager,
                course,
                kernel_name=kernel_name,
                resources={"metadata": {"path": folder}},
                # Its last cell has run and its files are written: there is nothing left to wait for.
                shutdown_kernel="immediate",
                startup_timeout=60,
                # What a cell shows may come after its end; what never comes must not be missing without a word.
                iopub_timeout=OUTPUT_WITHIN,
                raise_on_iopub_timeout=True,
                log=QUIET,
            ).execute()
        finally:
            manager.notebook_complete()
        return manager.nb


papermill_engines.register(NAME, SavingEngine)
