"""Tiny projects run through the command line or in this process, and what stands in their folders before and after."""

from __future__ import annotations

import ast
import base64
import fcntl
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from pipeline.ground.paths import Project
from pipeline.machinery.execution import NotebookRun, check_parameters

REPOSITORY = Path(__file__).resolve().parents[2]
WAVE = "wave-2"
IN_RAW = {"wave-1": "wave-1/SYNTHETIC-wave-1.xlsx", "wave-2": "wave-2/SYNTHETIC-wave-2.csv"}


@dataclass(frozen=True)
class Ran:
    """What a run of the command line gave back."""

    status: int
    told: str


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *arguments]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a run: this one, without what pytest and this terminal add."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "COLUMNS"))}
    return plain | changes


def run_command(project: Project, *arguments: str, **changes: str) -> Ran:
    """Run the command line as a researcher does, in the project's folder."""
    done = subprocess.run(
        command(*arguments), cwd=project.root, env=environment(**changes), capture_output=True, text=True, timeout=300
    )
    assert done.stdout == "", "what a run tells goes to the error stream alone"
    return Ran(done.returncode, done.stderr)


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and the time of change of every file below a folder."""
    return {name: (content, (folder / name).stat().st_mtime_ns) for name, content in bytes_below(folder).items()}


def pictures_in(page: str) -> list[str]:
    return [base64.b64decode(one).decode("utf-8") for one in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page)]


def visible_text(page: str) -> str:
    """Return what a reader of a page sees or hears, in one line."""
    body = re.sub(r"<(style|title)\b.*?</\1>", " ", page, flags=re.S)
    spoken = re.findall(r'\balt="([^"]*)"', body)
    return " ".join(html.unescape(" ".join([re.sub(r"<[^>]+>", " ", body), *spoken])).split())


def add_package(project: Project) -> Project:
    """Put the package beside evaluation.yml, as in a clone: nobody's edit elsewhere can reach it while tests run."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "pipeline", project.root / "pipeline", ignore=ignored)
    shutil.copy2(REPOSITORY / "requirements.lock", project.root)
    return project


def copy_project(project: Project, folder: Path) -> Project:
    """Copy a project with the times of its files."""
    shutil.copytree(project.root, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return Project(folder)


def change_notebook(project: Project, name: str, *, before: int, source: str) -> None:
    """Put a code cell into a notebook of the project, before its cell of that number (from 0)."""
    path = project.root / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(before, nbformat.v4.new_code_cell(source, id="cell-added"))
    nbformat.write(notebook, path)


@contextmanager
def once(marker: Path) -> Iterator[bool]:
    """Give True to the first worker that comes, while the others wait, and False to them afterwards."""
    with marker.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not marker.exists()


def run_cells_here(run: NotebookRun, project: Project) -> None:
    """Run a notebook's cells in this process and keep it as an executed notebook."""
    check_parameters(run, project)
    notebook = nbformat.read(run.notebook, as_version=4)
    names: dict[str, Any] = {}
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(codes, start=1):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, run.notebook.name, "exec"), names)
        cell.execution_count = number
        if last is not None:
            value = eval(compile(ast.Expression(last.value), run.notebook.name, "eval"), names)  # type: ignore[attr-defined]
            data = {"text/plain": repr(value)}
            data |= value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
            cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=number)]
        if "parameters" in cell.metadata.get("tags", []):
            names.update(run.parameters)
    run.output.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, run.output)
