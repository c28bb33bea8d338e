"""One run at a time in a project; the operating system lets go of the lock when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import BinaryIO

from pipeline.ground.errors import RunLockedError
from pipeline.ground.paths import Project
from pipeline.ground.storage import remove_unfinished

LOCK_NAME = "run.lock"
# Whether a run waits for another one to end, as it does unless it is asked not to.
WAITS: ContextVar[bool] = ContextVar("WAITS", default=True)
_PAUSE = 0.1
# Behind what is written into the file, because on Windows nobody else can read what is locked.
_PLACE = 1 << 20


@contextmanager
def only_run(project: Project) -> Iterator[None]:
    """Hold the project's lock, waiting for another run to end and saying so; raises RunLockedError if it may not."""
    project.processed.mkdir(parents=True, exist_ok=True)
    with (project.processed / LOCK_NAME).open("a+b") as file:
        if not _try(file):
            told = f"Another run is building this project{_holder(file)}"
            if not WAITS.get():
                raise RunLockedError(f"{told}; wait until it ends, then try again.")
            print(f"{told}; waiting until it ends ...", file=sys.stderr, flush=True)
            while not _try(file):
                time.sleep(_PAUSE)
        file.truncate(0)
        file.write(" ".join(sys.argv[1:3]).encode("utf-8", "replace"))
        file.flush()
        # Answers may stand in what a killed kernel was writing.
        remove_unfinished(project.processed)
        yield


def _holder(file: BinaryIO) -> str:
    file.seek(0)
    told = file.read(200).decode("utf-8", "replace").strip()
    return f" ({told})" if told else ""


def _try(file: BinaryIO) -> bool:
    try:
        _lock(file)
    except OSError:
        return False
    return True


if os.name == "posix":
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

else:
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(_PLACE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
