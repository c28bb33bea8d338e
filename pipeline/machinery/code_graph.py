"""Which of the package's modules, templates and data files a notebook or a module needs, found without running it.

Imports are read from the syntax, those within functions too; a string that names a data file of the package counts as
reading it. What was found is kept by the content of each file, so that a run with nothing to do parses nothing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes

PACKAGE = Path(__file__).resolve().parent.parent
_CODE = ".py"
_QUOTED = re.compile(r"""["']([\w./-]+)["']""")
# A line of IPython's own, which is no Python.
_MAGIC = re.compile(r"^\s*[%!?].*$", re.MULTILINE)


@dataclass(frozen=True)
class _Found:
    """What stands in one file: names of modules it may import, and data files; `all_in`: packages imported whole."""

    imports: list[str]
    all_in: list[str]
    data: list[str]


def package_files() -> list[Path]:
    """Return the files of the package, without what Python and editors put beside them."""
    found = (path for path in PACKAGE.rglob("*.*") if path.is_file() and not path.name.startswith("."))
    return sorted(path for path in found if "__pycache__" not in path.parts)


class CodeGraph:
    """The package's files by what needs what; every file is hashed once, and parsed only when its content is new."""

    def __init__(self, project: Project, package: Path | None = None) -> None:
        self._package = package or PACKAGE
        self._project = project
        self._path = project.processed / "imports.json"
        self._hashes: dict[Path, str] = {}
        self._new = False
        self._reached: dict[tuple[str, ...], frozenset[Path]] = {}

    def needed_by(self, modules: Iterable[str], notebook: Path | None = None) -> dict[str, str]:
        """Return the SHA-256 of every file that modules and a notebook need, by its path as it is shown."""
        roots, own = list(modules), {}
        if notebook is not None and notebook.is_file():
            own = self._beside(notebook)
            found = self._found(f"notebook {notebook.name}", notebook)
            roots += [*found.imports, *(name for package in found.all_in for name in self._below(package))]
        files = self._files(tuple(sorted(set(roots))), own)
        return {self._shown(path): self._hash(path) for path in sorted(files)}

    def save(self) -> None:
        """Keep what was parsed, if anything was."""
        if self._new:
            kept = {"data": self._data_hash, "found": {key: asdict(one) for key, one in self._kept.items()}}
            write_bytes(self._path, json.dumps(kept, sort_keys=True).encode("utf-8"))
            self._new = False

    def _files(self, roots: tuple[str, ...], own: dict[str, Path]) -> frozenset[Path]:
        key = (*roots, *own)
        if key not in self._reached:
            known = self._modules | own
            waiting = [name for root in roots for name in _with_parents(root) if name in known]
            seen: set[str] = set()
            files: set[Path] = set()
            while waiting:
                name = waiting.pop()
                if name in seen:
                    continue
                seen.add(name)
                files.add(known[name])
                found = self._found(name, known[name])
                files |= self._with_included(found.data)
                targets = [*found.imports, *(one for package in found.all_in for one in self._below(package))]
                waiting += [one for target in targets for one in _with_parents(target) if one in known]
            self._reached[key] = frozenset(files)
        return self._reached[key]

    def _with_included(self, names: Iterable[str]) -> set[Path]:
        """Return data files, and those that a template names in turn."""
        files: set[Path] = set()
        waiting = list(names)
        while waiting:
            path = self._package / waiting.pop()
            if path not in files:
                files.add(path)
                waiting += self._found("data", path).data if path.suffix == ".j2" else []
        return files

    def _found(self, name: str, path: Path) -> _Found:
        key = f"{name} {self._hash(path)}"
        if key not in self._kept:
            self._kept[key] = self._parse(name, path)
            self._new = True
        return self._kept[key]

    def _parse(self, name: str, path: Path) -> _Found:
        text = path.read_text("utf-8")
        if path.suffix == ".j2":
            return _Found([], [], self._data_named(_QUOTED.findall(text)))
        if path.suffix == ".ipynb":
            text = _code_of(text)
        try:
            tree = ast.parse(text)
        except SyntaxError:
            # It will be told when it is run; until then it may need anything.
            return _Found(["pipeline"], ["pipeline"], [])
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        imports = sorted(set(_imports(tree, package)))
        texts = [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        # Code that looks for modules finds them in a package that it imports.
        last = [one for one in imports if not any(other.startswith(f"{one}.") for other in imports)]
        return _Found(imports, last if "iter_modules" in text else [], self._data_named(texts))

    def _data_named(self, texts: Iterable[str]) -> list[str]:
        found = {name for text in texts if 0 < len(text) < 100 for name in self._data_by_text.get(text, ())}
        return sorted(found)

    def _below(self, package: str) -> list[str]:
        return [name for name in self._modules if name.startswith(f"{package}.")]

    def _beside(self, notebook: Path) -> dict[str, Path]:
        """Return the modules that stand beside a notebook, which it can import as well."""
        return {path.stem: path for path in sorted(notebook.parent.glob(f"*{_CODE}"))}

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            self._hashes[path] = hash_file(path)
        return self._hashes[path]

    def _shown(self, path: Path) -> str:
        if path.is_relative_to(self._package):
            return f"{self._package.name}/{path.relative_to(self._package).as_posix()}"
        return self._project.shown(path)

    @cached_property
    def _all_files(self) -> list[Path]:
        return sorted(path for path in self._package.rglob("*.*") if "__pycache__" not in path.parts and path.is_file())

    @cached_property
    def _modules(self) -> dict[str, Path]:
        found = {}
        for path in self._all_files:
            if path.suffix == _CODE:
                parts = (self._package.name, *path.relative_to(self._package).with_suffix("").parts)
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return found

    @cached_property
    def _data_by_text(self) -> dict[str, list[str]]:
        """Return the data files that a string may name: the file itself, or a folder within a folder of data."""
        packages = {path.parent for path in self._modules.values()}
        found: dict[str, list[str]] = {}
        for path in self._all_files:
            if path.suffix == _CODE:
                continue
            name = path.relative_to(self._package).as_posix()
            parts = name.split("/")
            texts = ["/".join(parts[start:]) for start in range(len(parts))]
            is_within = path.parent not in packages and path.parent.parent not in packages
            for text in [*texts, *([path.parent.name] if is_within else [])]:
                found.setdefault(text, []).append(name)
        return found

    @cached_property
    def _data_hash(self) -> str:
        return hash_bytes(json.dumps(sorted(self._data_by_text)).encode("utf-8"))

    @cached_property
    def _kept(self) -> dict[str, _Found]:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            if content["data"] == self._data_hash:
                return {key: _Found(**one) for key, one in content["found"].items()}
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            # What cannot be read is found anew, which costs a second and nothing else.
            pass
        return {}


def _code_of(notebook: str) -> str:
    """Return the code of a notebook's cells as one text; what is no notebook gives code that cannot be parsed."""
    try:
        cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
        return _MAGIC.sub("", "\n".join("".join(cell["source"]) for cell in cells))
    except (ValueError, KeyError, TypeError):
        return "("


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield the names of modules that code may import when it runs; those for type checkers alone are left out."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
            continue
        yield from _imported_by(node, package)
        waiting += ast.iter_child_nodes(node)


def _imported_by(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _with_parents(name: str) -> list[str]:
    """Return a module and the packages that are imported with it."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
