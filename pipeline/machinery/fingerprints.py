"""Whether a step's outputs are up to date, decided by content: touching a file changes nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Step:
    """Something to make, and what it is made from."""

    name: str
    inputs: tuple[Path, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)


class BuildRecord:
    """What was made from what, in one file of the project's private folder."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._path = project.processed / "build.json"
        self._entries: dict[str, dict[str, Any]] = self._read()

    def is_fresh(self, step: Step) -> bool:
        """Return whether the step's inputs and outputs are, byte for byte, what they were when it was made."""
        entry = self._entries.get(step.name)
        if entry is None or entry["fingerprint"] != self.fingerprint(step):
            return False
        made = [self._project.root / name for name in entry["outputs"]]
        return bool(made) and entry["outputs"] == self._hashes(made)

    def note(self, step: Step, fingerprint: str, outputs: Iterable[Path]) -> None:
        """Record what the step made (files or folders); `fingerprint` is that of its inputs before it ran."""
        self._entries[step.name] = {"fingerprint": fingerprint, "outputs": self._hashes(outputs)}
        content = json.dumps(self._entries, indent=1, sort_keys=True)
        write_bytes(self._path, content.encode("utf-8"))

    def outputs_of(self, step: Step) -> set[Path]:
        """Return the files that the step made when it was last made."""
        entry = self._entries.get(step.name, {"outputs": {}})
        return {self._project.root / name for name in entry["outputs"]}

    def fingerprint(self, step: Step) -> str:
        """Return one hash of the step's inputs, parameters, the code, the lock file and the Python version."""
        material = {
            "inputs": self._hashes(step.inputs),
            "parameters": dict(step.parameters),
            "code": code_hash(),
            "python": list(sys.version_info[:2]),
        }
        return hash_bytes(json.dumps(material, sort_keys=True).encode("utf-8"))

    def _hashes(self, paths: Iterable[Path]) -> dict[str, str]:
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        return {self._project.shown(file): hash_file(file) for file in files if file.is_file()}

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            entries = json.loads(self._path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            # Without a readable record everything counts as stale, which costs time and nothing else.
            return {}
        return {name: one for name, one in entries.items() if _is_entry(one)} if isinstance(entries, dict) else {}


def _is_entry(found: Any) -> bool:
    return isinstance(found, dict) and "fingerprint" in found and isinstance(found.get("outputs"), dict)


@cache
def code_hash() -> str:
    """Return one hash of the package's code and templates and of the lock file beside it."""
    files = sorted(path for path in _PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    lock = _PACKAGE.parent / "requirements.lock"
    hashes = {path.relative_to(_PACKAGE).as_posix(): hash_file(path) for path in files}
    hashes["lock"] = hash_file(lock) if lock.is_file() else ""
    return hash_bytes(json.dumps(hashes, sort_keys=True).encode("utf-8"))
