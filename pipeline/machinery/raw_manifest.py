"""Raw data never change: what a wave's files were when it was added is written down, and checked at every run."""

from __future__ import annotations

from pathlib import Path

from pipeline.ground.errors import ExportError
from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_file, write_bytes
from pipeline.reference.waves import SYNTHETIC_PREFIX, Wave

_NAME = "MANIFEST.sha256"


def manifest_path(project: Project, wave: Wave) -> Path:
    """Return where a wave's manifest stands: beside its first file, under a name that git ignores for real data."""
    prefix = SYNTHETIC_PREFIX if wave.data == "synthetic" else ""
    return (project.raw / wave.sources[0].file).parent / f"{prefix}{_NAME}"


def record_raw(project: Project, wave: Wave) -> Path:
    """Write down the SHA-256 of every file of a wave, in the form that `sha256sum --check` reads; return where."""
    path = manifest_path(project, wave)
    lines = [f"{hash_file(project.raw / name)}  {name}\n" for name in _files(wave)]
    write_bytes(path, "".join(lines).encode("utf-8"))
    return path


def check_raw(project: Project, waves: list[Wave]) -> list[Wave]:
    """Raise ExportError when a raw file is not what it was; return the waves that have no manifest yet."""
    unrecorded = []
    for wave in waves:
        path = manifest_path(project, wave)
        if not path.is_file():
            unrecorded.append(wave)
            continue
        recorded = _read(path, project)
        for name in _files(wave):
            if name not in recorded:
                raise ExportError(
                    f"data/raw/{name} is not in {project.shown(path)}, which was written when {wave.id} was added; "
                    f"if the file belongs there, run `python -m pipeline record --wave {wave.id}`."
                )
            if recorded[name] != hash_file(project.raw / name):
                raise ExportError(
                    f"data/raw/{name} is not what it was when {wave.id} was added (its SHA-256 differs from "
                    f"{project.shown(path)}); put the export back, or, if it was replaced on purpose, run "
                    f"`python -m pipeline record --wave {wave.id}`."
                )
    return unrecorded


def _files(wave: Wave) -> list[str]:
    return list(dict.fromkeys(name for source in wave.sources for name in (source.file, source.key) if name))


def _read(path: Path, project: Project) -> dict[str, str]:
    recorded = {}
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise ExportError(
                f"{project.shown(path)}, line {number}: expected a SHA-256, two blanks and a file; restore the file or "
                "delete it to write it anew."
            )
        recorded[name] = digest
    return recorded
