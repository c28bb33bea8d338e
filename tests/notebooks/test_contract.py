"""Each notebook as committed: stripped, thin, with one cell of parameters, and prose that says what it is for."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from pipeline.reference.evaluation import Evaluation, load_evaluation

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_CODE_LINES = 40
# Words of prose among all words: they stand between 0.8 and 0.9.
LEAST_PROSE = 0.6
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try,
    ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
# A look at what was read, one line a file, in the cleaning notebook.
LOOKS = {"[(one.file, len(one.table), dict(one.dropped)) for one in raw]"}


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return load_evaluation(ROOT / "evaluation.yml")


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_five_notebooks_in_the_order_of_work() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01_", "02_", "02_", "03_", "04_"]


def test_the_file_is_a_valid_notebook_of_the_current_format(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


def test_no_output_and_no_trace_of_a_run_is_committed(notebook: nbformat.NotebookNode) -> None:
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        assert "attachments" not in cell
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_it_runs_on_the_kernel_that_every_python_has(notebook: nbformat.NotebookNode) -> None:
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}


def test_every_cell_has_an_id_of_its_own(notebook: nbformat.NotebookNode) -> None:
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_one_cell_of_parameters_assigns_plain_values_that_the_settings_know(
    notebook: nbformat.NotebookNode, evaluation: Evaluation
) -> None:
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    values = {}
    for statement in ast.parse(tagged[0].source).body:
        assert isinstance(statement, ast.Assign), ast.unparse(statement)
        (target,) = statement.targets
        values[ast.unparse(target)] = ast.literal_eval(statement.value)
    assert values.keys() <= {"wave", "area"}
    assert evaluation.wave(values["wave"])
    if "area" in values:
        assert values["area"] in {area.id for area in evaluation.areas}


def test_the_parameters_stand_before_all_other_code(notebook: nbformat.NotebookNode) -> None:
    assert code_cells(notebook)[0].metadata.get("tags") == ["parameters"]


def test_logic_lives_in_the_package_and_not_in_a_notebook(notebook: nbformat.NotebookNode) -> None:
    for cell in code_cells(notebook):
        if cell.source in LOOKS:
            continue
        found = [ast.unparse(node) for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)]
        assert found == [], cell.id


def test_no_cell_holds_a_command_of_the_shell_or_the_kernel(notebook: nbformat.NotebookNode) -> None:
    for cell in code_cells(notebook):
        assert not any(line.lstrip().startswith(("!", "%", "?")) for line in cell.source.split("\n"))


def test_the_code_is_short(notebook: nbformat.NotebookNode) -> None:
    lines = [line for cell in code_cells(notebook) for line in cell.source.split("\n") if line.strip()]
    assert 0 < len(lines) <= MOST_CODE_LINES


def test_much_of_a_notebook_is_prose(notebook: nbformat.NotebookNode) -> None:
    words = {"code": 0, "markdown": 0}
    for cell in notebook.cells:
        words[cell.cell_type] += len(cell.source.split())
    assert words["markdown"] / (words["code"] + words["markdown"]) >= LEAST_PROSE
