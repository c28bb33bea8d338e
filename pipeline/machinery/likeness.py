"""What must be the same wherever a notebook runs, so that it gives the same bytes: Python, packages and our code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import metadata

from pipeline.ground.storage import hash_bytes, hash_file
from pipeline.machinery.code_graph import PACKAGE
from pipeline.machinery.fingerprints import LOCK_FILE, lock_hash

# Not in the everyday lock; both ends of a connection speak it.
_SPOKEN = ("dask", "distributed")


@dataclass(frozen=True)
class Likeness:
    """The Python minor version, hashes of the lock file and of the package's files, and the installed versions."""

    python: str
    lock: str
    code: str
    packages: dict[str, str]

    def difference(self, other: Likeness) -> str:
        """Return the first thing in which another differs from this, in words, or '' when nothing does."""
        if other.python != self.python:
            return f"runs Python {other.python}, and this is {self.python}"
        if other.lock != self.lock:
            return f"has another {LOCK_FILE}"
        if other.code != self.code:
            return "has other code of the pipeline"
        for name in sorted({*self.packages, *other.packages}):
            ours, theirs = self.packages.get(name, "no"), other.packages.get(name, "no")
            # What only one of them has, a platform or a tool asked for; what a notebook needs and lacks it will tell.
            if ours != theirs and "no" not in (ours, theirs):
                return f"has {name} {theirs}, and here it is {ours}"
        return ""


def likeness() -> Likeness:
    """Return what this process would run with, as it stands on disk now."""
    return Likeness(
        python=f"{sys.version_info[0]}.{sys.version_info[1]}",
        lock=lock_hash(),
        code=_hash_of_code(),
        packages=_versions(),
    )


def _hash_of_code() -> str:
    files = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return hash_bytes("".join(f"{path.relative_to(PACKAGE).as_posix()} {hash_file(path)}\n" for path in files).encode())


def _versions() -> dict[str, str]:
    lock = PACKAGE.parent / LOCK_FILE
    lines = lock.read_text("utf-8").splitlines() if lock.is_file() else []
    names = [line.partition("==")[0] for line in lines if line[:1].isalnum()]
    return {name: version for name in (*names, *_SPOKEN) if (version := _version(name))}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


# What the code was when this process began to load it.
_LOADED = likeness()


def likeness_of_worker() -> Likeness | None:
    """Return what this process runs with, or None where its code has changed since it began."""
    now = likeness()
    return None if now.code != _LOADED.code else now
