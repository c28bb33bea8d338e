"""Whether a step's outputs are up to date, decided by content: touching a file changes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pipeline
from pipeline.ground.paths import NOTEBOOKS, Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from pipeline.machinery.code_graph import PACKAGE, CodeGraph

LOCK_FILE = "requirements.lock"
_MADE_OF = ("inputs", "parameters", "code", "lock", "python")


@dataclass(frozen=True)
class Step:
    """Something to make, and what it is made from; `notebook` and `modules` are the code that makes it."""

    name: str
    inputs: tuple[Path, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notebook: Path | None = None
    modules: tuple[str, ...] = ()


class BuildRecord:
    """What was made from what, in one file of the project's private folder."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._path = project.processed / "build.json"
        self._graph = CodeGraph(project)
        self._entries, self._codes = self._read()
        self._materials: dict[str, dict[str, Any]] = {}

    def is_fresh(self, step: Step) -> bool:
        """Return whether the step's inputs and outputs are, byte for byte, what they were when it was made."""
        entry = self._entries.get(step.name)
        if entry is None or entry["fingerprint"] != self.fingerprint(step):
            return False
        made = [self._project.root / name for name in entry["outputs"]]
        return bool(made) and entry["outputs"] == self._hashes(made)

    def why_stale(self, step: Step) -> list[str]:
        """Return why the step would be made anew, a phrase for each reason; none when it is up to date."""
        entry = self._entries.get(step.name)
        if entry is None:
            return ["never made"]
        now = self._material(step)
        before = entry["made_of"] | {"code": self._codes.get(entry["made_of"]["code"], {})}
        reasons = [*_changed(before["inputs"], now["inputs"], ""), *_changed(before["code"], now["code"], "the code: ")]
        reasons += [
            f"the parameter {name}: {now['parameters'].get(name)}, before {before['parameters'].get(name)}"
            for name in sorted({*now["parameters"], *before["parameters"]})
            if now["parameters"].get(name) != before["parameters"].get(name)
        ]
        reasons += [f"the versions of packages: {LOCK_FILE}"] if now["lock"] != before["lock"] else []
        if now["python"] != before["python"]:
            reasons.append(f"the Python version: {_version(now['python'])}, before {_version(before['python'])}")
        return [*reasons, *self._why_of_outputs(entry["outputs"])]

    def _why_of_outputs(self, outputs: Mapping[str, str]) -> Iterator[str]:
        found = self._hashes(self._project.root / name for name in outputs)
        for name, digest in outputs.items():
            if found.get(name) != digest:
                yield f"{'output changed by hand' if name in found else 'output missing'}: {name}"
        if not outputs:
            yield "it made nothing"

    def note(self, step: Step, fingerprint: str, outputs: Iterable[Path]) -> None:
        """Record what the step made (files or folders); `fingerprint` is that of its inputs before it ran."""
        made_of = self._materials[fingerprint]
        code = hash_bytes(_as_bytes(made_of["code"]))
        self._codes[code] = made_of["code"]
        self._entries[step.name] = {
            "fingerprint": fingerprint,
            "made_of": made_of | {"code": code},
            "outputs": self._hashes(outputs),
        }
        # The same code makes many steps; it is written down once.
        used = {entry["made_of"]["code"] for entry in self._entries.values()}
        self._codes = {key: files for key, files in self._codes.items() if key in used}
        content = json.dumps({"steps": self._entries, "codes": self._codes}, indent=1, sort_keys=True)
        write_bytes(self._path, content.encode("utf-8"))
        self._graph.save()

    def outputs_of(self, step: Step) -> set[Path]:
        """Return the files that the step made when it was last made."""
        entry = self._entries.get(step.name, {"outputs": {}})
        return {self._project.root / name for name in entry["outputs"]}

    def made_with(self, parameter: str) -> frozenset[str]:
        """Return the values of a parameter with which the steps that have it were last made."""
        given = (entry["made_of"]["parameters"] for entry in self._entries.values())
        return frozenset(str(one[parameter]) for one in given if parameter in one)

    def fingerprint(self, step: Step) -> str:
        """Return one hash of the step's inputs, parameters, code, the lock file and the Python version."""
        material = self._material(step)
        fingerprint = hash_bytes(_as_bytes(material))
        self._materials[fingerprint] = material
        return fingerprint

    def _material(self, step: Step) -> dict[str, Any]:
        return {
            "inputs": self._hashes(step.inputs),
            "parameters": dict(step.parameters),
            "code": self._graph.needed_by(step.modules, step.notebook),
            "lock": lock_hash(),
            "python": list(sys.version_info[:2]),
        }

    def _hashes(self, paths: Iterable[Path]) -> dict[str, str]:
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        return {self._project.shown(file): hash_file(file) for file in files if file.is_file()}

    def _read(self) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, str]]]:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            entries, codes = dict(content["steps"]), dict(content["codes"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            # Without a readable record everything counts as stale, which costs time and nothing else.
            return {}, {}
        return {name: one for name, one in entries.items() if _is_entry(one)}, codes


def _is_entry(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and "fingerprint" in found
        and isinstance(found.get("outputs"), dict)
        and isinstance(found.get("made_of"), dict)
        and set(found["made_of"]) == set(_MADE_OF)
    )


def _changed(before: Mapping[str, str], now: Mapping[str, str], what: str) -> list[str]:
    told = []
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            how = " (new)" if name not in before else " (gone)" if name not in now else ""
            told.append(f"{what}{name}{how}")
    return told


def _version(parts: list[int]) -> str:
    return ".".join(map(str, parts))


def _as_bytes(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode("utf-8")


def lock_hash() -> str:
    """Return the hash of the lock file beside the package, '' where there is none."""
    lock = PACKAGE.parent / LOCK_FILE
    return hash_file(lock) if lock.is_file() else ""


def code_hash(project: Project, *modules: str) -> str:
    """Return one hash of modules, of all that they import and read of the package, and of the lock file."""
    graph = CodeGraph(project)
    material = {"code": graph.needed_by(modules), "lock": lock_hash()}
    # Parsing the gate anew each time would take longer than what it decides.
    graph.save()
    return hash_bytes(_as_bytes(material))


def code_version(project: Project) -> str:
    """Return the package's version and a short hash of all its code that goes into a page: 0.3.0+1a2b3c4d5e6f."""
    graph = CodeGraph(project)
    made = graph.needed_by(["pipeline.machinery.site"])
    for kind in NOTEBOOKS:
        made |= graph.needed_by([], project.notebook(kind))
    return f"{pipeline.__version__}+{hash_bytes(_as_bytes({'code': made, 'lock': lock_hash()}))[:12]}"


def page_codes(project: Project) -> frozenset[str]:
    """Return the versions of the code by which pages were made: what they name can be nothing else."""
    return BuildRecord(project).made_with("code version") | {code_version(project)}
