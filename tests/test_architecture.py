"""The layers of the package hold: who may import whom, who may touch files, and how long a piece of code may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PIPELINE = Path(__file__).resolve().parents[1] / "pipeline"
# The lowest first: a module imports from its own layer or from those before it.
LAYERS = (
    "ground",
    "reference",
    "exports",
    "data",
    "simulation",
    "statistics",
    "disclosure",
    "presentation",
    "machinery",
)
LONGEST_MODULE, LONGEST_FUNCTION = 350, 60

FILE_CALLS = {
    "open", "fdopen", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "touch", "rmdir",
    "rmtree", "iterdir", "glob", "rglob", "mkstemp", "mkdtemp", "TemporaryDirectory", "NamedTemporaryFile", "copyfile",
    "copytree", "read_csv", "read_parquet", "read_excel", "read_table", "to_csv", "to_excel", "savez", "savetxt",
}  # fmt: skip
TOUCH_FILES = {"exports", "machinery"}
MODULES_THAT_TOUCH_FILES = {
    "ground/storage.py": FILE_CALLS,
    "ground/paths.py": FILE_CALLS,
    "reference/yaml_places.py": {"read_text", "read_bytes"},  # the settings file
    "presentation/rendering.py": {"read_text", "nbformat.read"},  # the package's own style; the executed notebook
}


@dataclass(frozen=True)
class Import:
    """One import of a part of the package; `at_top` when it happens as soon as the module is loaded."""

    target: str
    line: int
    at_top: bool


def modules(root: Path) -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: set[str]) -> list[Import]:
    """Return the package's own modules that a module imports, in functions and for type checking too."""
    tree = ast.parse(path.read_text("utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    late = {id(inner) for node in ast.walk(tree) if _is_late(node) for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        for target in _targets(node, package, known):
            if target.split(".")[0] == "pipeline":
                found.append(Import(target, getattr(node, "lineno", 0), id(node) not in late))
    return found


def _is_late(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def _targets(node: ast.AST, package: str, known: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def layer(name: str) -> int:
    """Return how high a module stands; the package itself lowest, its command line highest."""
    parts = name.split(".")
    if len(parts) == 1:
        return -1
    return LAYERS.index(parts[1]) if parts[1] in LAYERS else len(LAYERS)


def upward_imports(root: Path) -> list[str]:
    known = modules(root)
    return [
        f"{path.relative_to(root)}, line {one.line}: {name} imports {one.target}, which stands above it"
        for name, path in known.items()
        for one in imports(name, path, set(known))
        if layer(one.target) > layer(name)
    ]


def cycles(root: Path) -> list[str]:
    known = modules(root)
    graph = {
        name: {one.target for one in imports(name, path, set(known)) if one.at_top and one.target in known} - {name}
        for name, path in known.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(reversed(error.args[1]))]
    return []


def too_long(root: Path) -> list[str]:
    found = []
    for path in modules(root).values():
        text = path.read_text("utf-8")
        shown = path.relative_to(root)
        if len(text.splitlines()) > LONGEST_MODULE:
            found.append(f"{shown} has {len(text.splitlines())} lines; at most {LONGEST_MODULE}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(f"{shown}: {node.name} has {lines} lines; at most {LONGEST_FUNCTION}")
    return found


def file_calls(root: Path) -> list[str]:
    found = []
    for path in modules(root).values():
        shown = path.relative_to(root).as_posix()
        if shown.split("/")[0] in TOUCH_FILES:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        own = _own_functions(tree)
        for node in ast.walk(tree):
            call = _file_call(node, own)
            if call and call not in MODULES_THAT_TOUCH_FILES.get(shown, set()):
                found.append(f"{shown}, line {getattr(node, 'lineno', 0)}: {call} touches a file")
    return found


def _own_functions(tree: ast.Module) -> set[str]:
    """Return names that mean this module's own functions rather than file calls."""
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _file_call(node: ast.AST, own: set[str]) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    spoken = ast.unparse(node.func)
    name = spoken.rpartition(".")[2]
    if spoken in ("nbformat.read", "nbformat.write"):
        return spoken
    return name if name in FILE_CALLS and not (name == spoken and name in own) else None


def test_every_package_is_a_layer_and_every_layer_a_package() -> None:
    packages = {path.name for path in PIPELINE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert packages == set(LAYERS)


def test_no_module_stands_beside_the_layers() -> None:
    assert {path.name for path in PIPELINE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_a_module_imports_only_from_its_own_layer_or_lower_ones() -> None:
    assert upward_imports(PIPELINE) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycles(PIPELINE) == []


def test_no_module_and_no_function_is_too_long_to_read() -> None:
    assert too_long(PIPELINE) == []


def test_only_storage_exports_and_machinery_touch_files() -> None:
    assert file_calls(PIPELINE) == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small package of the same layers, in which a rule can be broken."""
    for name in LAYERS:
        (tmp_path / "pipeline" / name).mkdir(parents=True)
        (tmp_path / "pipeline" / name / "__init__.py").write_text("", "utf-8")
        (tmp_path / "pipeline" / name / "one.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "pipeline" / "__init__.py").write_text("", "utf-8")
    return tmp_path / "pipeline"


@pytest.mark.parametrize(
    "text",
    [
        "from pipeline.machinery.one import x\n",
        "from pipeline.machinery import one\n",
        "import pipeline.presentation.one\n",
        "from ..disclosure.one import x\n",
        "def f():\n    from pipeline.machinery.one import x\n    return x\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pipeline.machinery.one import x\n",
        "import importlib\none = importlib.import_module('pipeline.machinery.one')\n",
        "from pipeline.__main__ import main\n",
    ],
)
def test_an_import_from_a_higher_layer_is_seen_however_it_is_written(house: Path, text: str) -> None:
    (house / "data" / "two.py").write_text(text, "utf-8")
    assert len(upward_imports(house)) == 1


def test_imports_from_lower_layers_are_allowed(house: Path) -> None:
    (house / "data" / "two.py").write_text(
        "from pipeline.ground.one import x\nfrom pipeline.data import one\n", "utf-8"
    )
    assert upward_imports(house) == []


def test_a_circle_is_seen_unless_one_import_waits_for_a_call(house: Path) -> None:
    (house / "data" / "one.py").write_text("from pipeline.data import two\n", "utf-8")
    (house / "data" / "two.py").write_text("from pipeline.data.one import x\n", "utf-8")
    assert len(cycles(house)) == 1
    (house / "data" / "two.py").write_text("def f():\n    from pipeline.data.one import x\n    return x\n", "utf-8")
    assert cycles(house) == []


def test_what_is_too_long_is_seen(house: Path) -> None:
    (house / "data" / "one.py").write_text("x = 1\n" * 351, "utf-8")
    (house / "data" / "two.py").write_text("def f():\n" + "    x = 1\n" * 60, "utf-8")
    assert len(too_long(house)) == 2


@pytest.mark.parametrize(
    "call", ["open('x')", "path.read_text()", "path.write_bytes(b'')", "pd.read_csv(path)", "nbformat.read(path)"]
)
def test_a_file_touched_from_a_layer_that_must_not_is_seen(house: Path, call: str) -> None:
    for name in ("statistics", "machinery"):
        (house / name / "two.py").write_text(f"def f(path, pd, nbformat):\n    return {call}\n", "utf-8")
    assert len(file_calls(house)) == 1
