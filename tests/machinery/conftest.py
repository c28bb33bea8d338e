"""Whole projects for the tests of the machinery: the tiny survey with the package beside it, as in a clone.

One real build, through notebooks and kernels, is made once and shared by all workers; tests that change anything copy
it. A quick build runs the same cells in this process, for tests of what a build does and not of how notebooks run.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from pipeline.disclosure import gate
from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery import building, command_line
from pipeline.machinery.building import Told
from pipeline.machinery.kernels import forking
from pipeline.machinery.steps import NotebookRun
from tests.machinery.releasing import FIRST, Gate
from tests.machinery.tiny_runs import WAVE, Ran, add_package, copy_project, once, run_cells_here, run_command


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def built(shared_folder: Path, tiny_project_read_only: Project) -> tuple[Project, Ran]:
    """The tiny survey built by `python -m pipeline reports --wave wave-2`; no test may write to it."""
    project, marker = Project(shared_folder / "built"), shared_folder / "built.json"
    with once(marker) as first:
        if first:
            add_package(copy_project(tiny_project_read_only, project.root))
            ran = run_command(project, "reports", "--wave", WAVE)
            marker.write_text(json.dumps([ran.status, ran.told]), "utf-8")
    return project, Ran(*json.loads(marker.read_text("utf-8")))


@pytest.fixture
def copied(built: tuple[Project, Ran], tmp_path: Path) -> Project:
    """A copy of the shared build that a test may change."""
    return copy_project(built[0], tmp_path / "copied")


@pytest.fixture
def fresh(tiny_project_read_only: Project, tmp_path: Path) -> Project:
    """The tiny survey, not yet built."""
    return copy_project(tiny_project_read_only, tmp_path / "fresh")


class _HereAndNow:
    """Runs a notebook's cells at once and in this process."""

    at_once = 1

    def submit(self, _: Callable[..., object], run: NotebookRun, project: Project, *__: object) -> Future[Told]:
        future: Future[Told] = Future()
        try:
            run_cells_here(run, project)
            future.set_result(("", 0.0))
        except PipelineError as error:
            future.set_result((str(error), 0.0))
        return future

    def close(self) -> None:
        pass


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process, in a project's folder; notebooks still run in kernels of their own."""

    def run_here(project: Project, *arguments: str) -> Ran:
        monkeypatch.chdir(project.root)
        capsys.readouterr()
        status = command_line.main(arguments)
        told = capsys.readouterr()
        # What an attacker learns is what an audit is asked for, and no progress.
        assert told.out == "" or "audit" in arguments
        return Ran(status, told.err)

    return run_here


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process, the cells of the notebooks too."""
    monkeypatch.setattr(building, "executor_for_notebooks", _HereAndNow)
    for module in (building, forking):
        monkeypatch.setattr(module, "warm_up", lambda *_, **__: None)

    def run_quickly(project: Project, *arguments: str) -> Ran:
        # Notebooks look for the package above them, and papermill runs them in their folder.
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.chdir(project.root / "notebooks")
        capsys.readouterr()
        status = command_line.main(arguments)
        return Ran(status, capsys.readouterr().err)

    return run_quickly


@pytest.fixture(scope="session")
def released_once(shared_folder: Path, built: tuple[Project, Ran]) -> tuple[Project, Ran]:
    """The tiny survey released by `python -m pipeline release`; no test may write to it."""
    project, marker = Project(shared_folder / "released"), shared_folder / "released.json"
    with once(marker) as first:
        if first:
            ran = run_command(copy_project(built[0], project.root), *FIRST)
            marker.write_text(json.dumps([ran.status, ran.told]), "utf-8")
    return project, Ran(*json.loads(marker.read_text("utf-8")))


@pytest.fixture
def released(released_once: tuple[Project, Ran], tmp_path: Path) -> Project:
    """A copy of the released survey that a test may change."""
    return copy_project(released_once[0], tmp_path / "released")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Gate:
    found = Gate()
    monkeypatch.setattr(gate, "examine", found.examine)
    return found
