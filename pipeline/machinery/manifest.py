"""The private record of what stands: what a run's pages were made from, and what they are, byte for byte.

It is written last, once everything stands; whatever differs from it is made anew, so that a run that was killed at any
point is made good by the next. While nothing differs, a run has nothing to do and need not even read the settings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from pipeline.machinery import code_graph
from pipeline.machinery.fingerprints import lock_hash
from pipeline.machinery.inputs import Inputs
from pipeline.machinery.whole_folder import is_settled

_NAME = "manifest.json"


def commit(project: Project, asked: str, told: str, made_from: Iterable[Path], inputs: Inputs) -> None:
    """Write down that what was asked for stands, and every file and folder that says so; `told`: its summary.

    What people write counts as it was when it was read, whatever it is by now.
    """
    folders = [project.reports, project.releases, project.root / "notebooks"]
    paths = [path for path in dict.fromkeys([*folders, *made_from])]
    runs = _read(project)
    runs[asked] = {
        "told": told,
        "environment": _environment(),
        "code": _package_hash(inputs.content_of),
        "files": _hashes(project, paths, inputs.content_of),
        "folders": [project.shown(path) for path in paths if path.is_dir() or path in folders],
    }
    content = json.dumps(runs, indent=1, sort_keys=True, ensure_ascii=False)
    write_bytes(project.processed / _NAME, content.encode("utf-8"))


def nothing_to_do(project: Project, asked: str) -> str | None:
    """Return the summary of what was asked for where it stands and nothing changed since; None where it may not."""
    run = _read(project).get(asked)
    if not isinstance(run, dict) or not is_settled(project.reports):
        return None
    try:
        paths = [project.root / name for name in (*run["files"], *run["folders"])]
        same = (
            run["environment"] == _environment()
            and run["code"] == _package_hash()
            and run["files"] == _hashes(project, paths)
        )
        return str(run["told"]) if same else None
    except (KeyError, TypeError):
        return None


Known = Callable[[Path], str | None]


def _unknown(_: Path) -> None:
    return None


def _hashes(project: Project, paths: Iterable[Path], known: Known = _unknown) -> dict[str, str]:
    """Return the SHA-256 of files and of everything in folders, but for what lies deeper in a private one."""
    files: set[Path] = set()
    for path in paths:
        if path.is_dir():
            deep = path in (project.reports, project.releases)
            files |= {one for one in (path.rglob("*") if deep else path.iterdir()) if one.is_file()}
        elif path.is_file():
            files.add(path)
    return {project.shown(path): known(path) or hash_file(path) for path in sorted(files)}


def _environment() -> dict[str, str]:
    return {"python": ".".join(map(str, sys.version_info[:2])), "lock": lock_hash()}


def _package_hash(known: Known = _unknown) -> str:
    """Return one hash of all the code: to tell that nothing at all changed needs no graph."""
    hashes = {
        path.relative_to(code_graph.PACKAGE).as_posix(): known(path) or hash_file(path)
        for path in code_graph.package_files()
    }
    return hash_bytes(json.dumps(hashes).encode("utf-8"))


def _read(project: Project) -> dict[str, Any]:
    try:
        found = json.loads((project.processed / _NAME).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        # Without a readable manifest nothing is known to stand, which costs a second and nothing else.
        return {}
    return found if isinstance(found, dict) else {}
