"""Small notebooks for the tests of kernels, run where the tests say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat

from pipeline.ground.paths import Project
from pipeline.machinery.execution import run_notebook
from pipeline.machinery.kernels.limits import Limits
from pipeline.machinery.steps import NotebookRun
from tests.machinery.tiny_runs import REPOSITORY


def make_project(folder: Path) -> Project:
    """Return a project that has the package beside its notebooks."""
    (folder / "pipeline").symlink_to(REPOSITORY / "pipeline")
    return Project(folder)


def write(project: Project, *sources: str, name: str = "a") -> NotebookRun:
    """Write a notebook of these code cells; return its run."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = project.root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    return NotebookRun(path, {}, project.executed("wave-1") / path.name)


def execute(project: Project, *sources: str, limits: Limits | None = None, name: str = "a") -> list[list[Any]]:
    """Run a notebook of these cells; return the outputs of each."""
    # Kernels are forked only for the environment that their parent was started in; pytest changes it with each test.
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    run = write(project, *sources, name=name)
    run_notebook(run, project, limits)
    return outputs(run.output)


def outputs(path: Path) -> list[list[Any]]:
    return [cell.outputs for cell in nbformat.read(path, as_version=4).cells]


def said(found: list[list[Any]]) -> str:
    """Return what the cells printed."""
    return "".join(output.text for cell in found for output in cell if output.output_type == "stream")
