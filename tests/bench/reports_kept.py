"""What a bench has measured so far, kept by the hash of all that it measures, so that it may be run in pieces."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path

from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from tests.bench.reports_project import ROOT, Timed
from tests.chaos.phases import Timeline

_MEASURED = ("pipeline", "notebooks", "tests/bench", "tests/chaos", "evaluation.yml", "requirements.lock")


class Kept:
    """The parts measured of one state of code and data; another state begins anew, and the old one's are removed."""

    def __init__(self, *, anew: bool = False) -> None:
        below = ROOT / "data" / "processed" / "bench"
        self.folder = below / _state()[:16]
        for other in below.glob("*"):
            if anew or other != self.folder:
                shutil.rmtree(other)
        self.folder.mkdir(parents=True, exist_ok=True)

    def timed(self, part: str, measure: Callable[[], Timed]) -> Timed:
        """Return what a part took: as it was measured before, or measured now."""
        path = self.folder / f"{hash_bytes(part.encode('utf-8'))[:16]}.json"
        if path.is_file():
            return _read(path)
        found = measure()
        write_bytes(path, json.dumps(asdict(found) | {"part": part}).encode("utf-8"))
        return found


def _state() -> str:
    paths = [ROOT / name for name in _MEASURED]
    files = sorted(file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())
    hashes = {str(file.relative_to(ROOT)): hash_file(file) for file in files if "__pycache__" not in file.parts}
    return hash_bytes(json.dumps(hashes).encode("utf-8"))


def _read(path: Path) -> Timed:
    found = json.loads(path.read_text("utf-8"))
    timeline = Timeline(**found["timeline"]) if found["timeline"] else None
    given = {one.name: found[one.name] for one in fields(Timed) if one.init}
    return Timed(**(given | {"timeline": timeline}))
