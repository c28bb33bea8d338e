"""One run at a time in a project; the operating system lets go of the lock when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.ground.errors import RunLockedError
from pipeline.ground.paths import Project

LOCK_NAME = "run.lock"


@contextmanager
def only_run(project: Project) -> Iterator[None]:
    """Hold the project's lock; raises RunLockedError when another run holds it."""
    project.processed.mkdir(parents=True, exist_ok=True)
    with (project.processed / LOCK_NAME).open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError:
            raise RunLockedError("Another run is building this project; wait until it ends, then try again.") from None
        yield


if os.name == "posix":
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

else:
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
