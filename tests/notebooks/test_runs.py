"""One notebook run: its parameters are checked, what did not finish never counts, and what failed is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pipeline.ground.errors import NotebookError, PipelineError, UnknownNameError
from pipeline.ground.paths import NOTEBOOKS, Project
from pipeline.machinery.execution import NotebookRun, check_parameters, run_notebook

REPOSITORY = Path(__file__).resolve().parents[2]
PARAMETERS = 'wave = "wave-2"\narea = "camden"'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "notebooks").mkdir()
    return Project(tmp_path)


def write_notebook(project: Project, *sources: str, parameters: str | None = PARAMETERS) -> Path:
    """Write a notebook of code cells, the first of which holds the parameters."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    if parameters is not None:
        cells.insert(0, nbformat.v4.new_code_cell(parameters, id="cell-parameters", metadata={"tags": ["parameters"]}))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = project.root / "notebooks" / "a_notebook.ipynb"
    nbformat.write(notebook, path)
    return path


def run_of(project: Project, path: Path, **parameters: Any) -> NotebookRun:
    return NotebookRun(path, parameters or {"wave": "wave-1"}, project.executed("wave-1") / path.name)


@pytest.mark.parametrize(
    ("asked", "suggested"), [("waves", "; did you mean 'wave'?"), ("Area", "; did you mean 'area'?"), ("x", ".")]
)
def test_a_parameter_that_the_notebook_does_not_have_is_told_with_those_it_has(
    project: Project, asked: str, suggested: str
) -> None:
    path = write_notebook(project, "1")
    with pytest.raises(UnknownNameError) as told:
        check_parameters(run_of(project, path, **{asked: "wave-1"}), project)
    assert str(told.value) == (
        f"notebooks/a_notebook.ipynb has no parameter '{asked}'{suggested} Its parameters cell has 'wave' and 'area'."
    )


@pytest.mark.parametrize("value", [("wave-1",), Path("wave-1"), ["wave-1"], {"a": 1}, None, b"wave-1"], ids=repr)
def test_a_parameter_that_is_not_a_plain_value_is_told(project: Project, value: object) -> None:
    # papermill would write a tuple or a path into the notebook as code that means something else.
    path = write_notebook(project, "1")
    with pytest.raises(UnknownNameError, match=f"'wave' is a {type(value).__name__}; expected text, a number"):
        check_parameters(run_of(project, path, wave=value), project)


@pytest.mark.parametrize("value", ["wave-1", 3, 0.5, True], ids=repr)
def test_plain_values_are_taken(project: Project, value: object) -> None:
    check_parameters(run_of(project, write_notebook(project, "1"), wave=value), project)


def test_a_notebook_that_is_missing_is_told(project: Project) -> None:
    run = run_of(project, project.root / "notebooks" / "gone.ipynb")
    with pytest.raises(UnknownNameError, match=r"^notebooks/gone\.ipynb is missing; restore it"):
        check_parameters(run, project)


def test_a_notebook_without_a_parameters_cell_is_told(project: Project) -> None:
    path = write_notebook(project, "1", parameters=None)
    with pytest.raises(UnknownNameError, match=r"a_notebook\.ipynb has no parameter 'wave'"):
        check_parameters(run_of(project, path), project)


@pytest.mark.parametrize("content", ["", "not a notebook", '{"cells": ', '{"a": 1}', "[]", "3"])
def test_a_file_that_is_no_notebook_is_told(project: Project, content: str) -> None:
    path = project.root / "notebooks" / "a_notebook.ipynb"
    path.write_text(content, "utf-8")
    with pytest.raises(PipelineError, match=r"^notebooks/a_notebook\.ipynb "):
        check_parameters(run_of(project, path), project)


def test_every_notebook_of_the_house_takes_the_parameters_it_is_given() -> None:
    project = Project(REPOSITORY)
    for kind in NOTEBOOKS:
        parameters = {"wave": "wave-1"} | ({"area": "camden"} if kind == "area" else {})
        check_parameters(NotebookRun(project.notebook(kind), parameters, Path("unused.ipynb")), project)


def test_a_run_keeps_the_executed_notebook_with_its_parameters_and_leaves_the_source_alone(project: Project) -> None:
    path = write_notebook(project, "print(wave, area, 'in', __import__('os').getcwd())")
    before = path.read_bytes()
    run = run_of(project, path, wave="wave-1")
    run_notebook(run, project)
    executed = nbformat.read(run.output, as_version=4)
    assert executed.cells[-1].outputs[0].text == f"wave-1 camden in {project.root / 'notebooks'}\n"
    assert path.read_bytes() == before
    assert [one.name for one in run.output.parent.iterdir()] == [run.output.name]
    assert not project.failed.exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1/0", r"cell 2 \(1/0\): ZeroDivisionError: division by zero\."),
        ("raise SystemExit(0)", r"cell 4 of 4 never ran\."),
        ("import os\nos.kill(os.getpid(), 9)", r"its kernel died, perhaps for want of memory\."),
        ("import os\nos._exit(0)", r"its kernel died, perhaps for want of memory\."),
    ],
    ids=["an error", "sys.exit", "SIGKILL", "os._exit"],
)
def test_a_run_that_does_not_finish_is_told_and_kept_and_the_last_good_one_stays(
    project: Project, source: str, said: str
) -> None:
    path = write_notebook(project, source, "print('after')")
    run = run_of(project, path)
    run.output.parent.mkdir(parents=True)
    run.output.write_text("the last good one", "utf-8")
    kept = "data/processed/failed/wave-1-a_notebook.ipynb"
    with pytest.raises(NotebookError) as told:
        run_notebook(run, project)
    assert re.fullmatch(
        rf"notebooks/a_notebook\.ipynb(?:, |: ){said} The notebook as far as it came: {kept}", str(told.value)
    )
    assert run.output.read_text("utf-8") == "the last good one"
    assert [one.name for one in run.output.parent.iterdir()] == [run.output.name]
    failed = nbformat.read(project.root / kept, as_version=4)
    assert failed.cells[-1].source == "print('after')"
    assert failed.cells[-1].execution_count is None


def test_an_error_of_our_own_is_told_as_it_stands(project: Project) -> None:
    source = "class ExportError(Exception): ...\nraise ExportError('data/raw/a.csv, line 3: is not a date.')"
    path = write_notebook(project, source)
    with pytest.raises(NotebookError) as told:
        run_notebook(run_of(project, path), project)
    assert str(told.value).startswith("data/raw/a.csv, line 3: is not a date. The notebook as far as it came: data/")
