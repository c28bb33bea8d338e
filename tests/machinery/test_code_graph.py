"""What a notebook needs of the package is found from the syntax: nothing that it imports or reads is missing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.ground.paths import NOTEBOOKS, Project
from pipeline.machinery.code_graph import CodeGraph
from tests.machinery.tiny_runs import REPOSITORY, add_package, copy_project, environment

# Runs a notebook's cells, then says which modules of the package were imported and which of its files were opened.
RUN = """
import json, sys
from pathlib import Path

opened = set()
sys.addaudithook(lambda event, given: opened.add(str(given[0])) if event == "open" else None)
names = {}
for cell in json.loads(Path(sys.argv[1]).read_text("utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
package = Path(sys.modules["pipeline"].__file__).parent
modules = {one.__file__ for name, one in sys.modules.items() if name.split(".")[0] == "pipeline"}
data = {one for one in opened if one.startswith(str(package)) and not one.endswith(".py") and "__pycache__" not in one}
shown = {Path(one).relative_to(package.parent).as_posix() for one in {*modules, *data} if not Path(one).is_dir()}
print("\\n" + json.dumps(sorted(shown)))
"""


@pytest.mark.slow
def test_nothing_that_a_notebook_imports_or_reads_of_the_package_is_missing(
    tiny_project_read_only: Project, tmp_path: Path
) -> None:
    project = add_package(copy_project(tiny_project_read_only, tmp_path / "project"))
    graph = CodeGraph(project, project.root / "pipeline")
    for kind, waves in {"clean": ("wave-1", "wave-2"), "estimate": ("",), "area": ("",), "whole": ("",)}.items():
        notebook = project.notebook(kind)
        for wave in waves:
            if wave:
                notebook.write_text(
                    notebook.read_text("utf-8").replace("wave-1", wave).replace("wave-2", wave), "utf-8"
                )
            ran = subprocess.run(
                [sys.executable, "-c", RUN, notebook.name],
                cwd=notebook.parent,
                env=environment(),
                capture_output=True,
                text=True,
            )
            assert ran.returncode == 0, ran.stderr
            used = set(json.loads(ran.stdout.splitlines()[-1]))
            assert len(used) > 20
            assert used - set(graph.needed_by([], notebook)) == set()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small package in which every way of needing a file is used once."""
    package = tmp_path / "pipeline"
    files = {
        "__init__.py": "",
        "low/__init__.py": "",
        "low/late.py": "def f():\n    from pipeline.low import inner\n    return inner\n",
        "low/inner.py": "from . import beside\n",
        "low/beside.py": "x = 'text.json'\n",
        "low/typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pipeline.low import inner\n",
        "low/search.py": "import pkgutil\nfrom pipeline import found\nnames = pkgutil.iter_modules(found.__path__)\n",
        "low/pages.py": "render('page.html.j2')\n",
        "low/folder.py": "name = 'deep'\n",
        "low/text.json": "{}",
        "low/other.json": "{}",
        "found/__init__.py": "",
        "found/one.py": "",
        "template/page.html.j2": "{% include 'part.html.j2' %}",
        "template/part.html.j2": "",
        "template/unused.html.j2": "",
        "template/deep/index.j2": "",
    }
    for name, content in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return package


def needed(house: Path, *modules: str) -> set[str]:
    found = CodeGraph(Project(house.parent), house).needed_by(modules)
    return {name.removeprefix("pipeline/") for name in found if not name.endswith("__init__.py")}


@pytest.mark.parametrize(
    ("module", "files"),
    [
        ("pipeline.low.late", {"low/late.py", "low/inner.py", "low/beside.py", "low/text.json"}),
        ("pipeline.low.typed", {"low/typed.py"}),
        ("pipeline.low.search", {"low/search.py", "found/one.py"}),
        ("pipeline.low.pages", {"low/pages.py", "template/page.html.j2", "template/part.html.j2"}),
        ("pipeline.low.folder", {"low/folder.py", "template/deep/index.j2"}),
    ],
)
def test_a_module_needs_what_it_imports_within_functions_too_and_the_data_that_it_names(
    house: Path, module: str, files: set[str]
) -> None:
    assert needed(house, module) == files


def test_the_packages_around_a_module_are_needed_with_it(house: Path) -> None:
    found = CodeGraph(Project(house.parent), house).needed_by(["pipeline.low.typed"])
    assert {"pipeline/__init__.py", "pipeline/low/__init__.py"} <= set(found)


def notebook_of(house: Path, source: str) -> Path:
    path = house.parent / "notebooks" / "one.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": source.splitlines(True)}]}), "utf-8")
    return path


def test_a_notebook_needs_what_its_cells_import_and_modules_that_stand_beside_it(house: Path) -> None:
    notebook = notebook_of(house, "%matplotlib inline\nimport helper\nfrom pipeline.low import typed")
    (notebook.parent / "helper.py").write_text("from pipeline.low import beside", "utf-8")
    found = set(CodeGraph(Project(house.parent), house).needed_by([], notebook))
    assert {"notebooks/helper.py", "pipeline/low/typed.py", "pipeline/low/beside.py"} <= found
    assert "pipeline/low/late.py" not in found


@pytest.mark.parametrize("source", ["from pipeline.low import (", "from pipeline import"])
def test_a_notebook_that_cannot_be_read_may_need_all_of_the_package(house: Path, source: str) -> None:
    found = set(CodeGraph(Project(house.parent), house).needed_by([], notebook_of(house, source)))
    assert {name for name in found if name.endswith(".py")} == {
        path.relative_to(house.parent).as_posix() for path in house.rglob("*.py")
    }


def test_what_was_kept_is_parsed_again_only_where_content_changed(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = CodeGraph(Project(house.parent), house)
    before = graph.needed_by(["pipeline.low.late"])
    graph.save()
    parsed: list[str] = []
    parse = ast.parse
    monkeypatch.setattr(ast, "parse", lambda text: parsed.append(text) or parse(text))
    assert CodeGraph(Project(house.parent), house).needed_by(["pipeline.low.late"]) == before
    assert parsed == []
    (house / "low" / "inner.py").write_text("from pipeline.low import typed\n", "utf-8")
    after = CodeGraph(Project(house.parent), house).needed_by(["pipeline.low.late"])
    assert "pipeline/low/beside.py" not in after
    assert "pipeline/low/typed.py" in after
    assert "from pipeline.low import typed\n" in parsed


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"data": 1}', b'{"found": {}}'])
def test_what_was_kept_and_cannot_be_read_is_found_anew(house: Path, content: bytes) -> None:
    graph = CodeGraph(Project(house.parent), house)
    before = graph.needed_by(["pipeline.low.late"])
    graph.save()
    (Project(house.parent).processed / "imports.json").write_bytes(content)
    assert CodeGraph(Project(house.parent), house).needed_by(["pipeline.low.late"]) == before


def test_each_kind_of_notebook_needs_only_what_it_uses() -> None:
    project = Project(REPOSITORY)
    graph = CodeGraph(project)
    by_kind = {kind: set(graph.needed_by([], project.notebook(kind))) for kind in NOTEBOOKS}
    assert not any("/presentation/" in one or "/statistics/ordinal/" in one for one in by_kind["clean"])
    assert not any(one.endswith((".j2", ".css")) for one in by_kind["estimate"])
    rendering = {"pipeline/presentation/rendering.py", "pipeline/presentation/template/page.html.j2"}
    assert not rendering & (by_kind["area"] | by_kind["whole"])
    assert "pipeline/presentation/template/summary.html.j2" in by_kind["area"]
    assert rendering <= set(graph.needed_by(["pipeline.machinery.site"]))
