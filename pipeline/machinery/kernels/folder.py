"""Private folders for sockets: short, absolute, one's own alone, and never left behind for long."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from pipeline.ground.storage import is_alive

_PREFIX, _LOCK = "cl-", "lock"
_MADE_BY = re.compile(rf"{_PREFIX}([0-9a-f]+)-")
# A socket's path has at most 104 characters on macOS and 108 on Linux; ours adds up to 34 to the folder's.
_LONGEST = 70


class PrivateFolder:
    """A folder that only this user can enter; whoever holds its lock lives, and it goes when nobody does.

    Processes that inherit `descriptor` hold the lock too. A folder `within` another goes with that one.
    """

    def __init__(self, within: Path | None = None) -> None:
        self.descriptor = -1
        if within is not None:
            self.path = Path(tempfile.mkdtemp(prefix="k", dir=within))
            return
        base = tempfile.gettempdir()
        if os.name == "posix" and len(base) > _LONGEST:
            base = "/tmp"
        _sweep(Path(base))
        while self.descriptor < 0:
            self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid():x}-", dir=base))
            self.descriptor = _hold(self.path / _LOCK)

    def remove(self) -> None:
        """Remove the folder with all that is in it; once is enough, twice does no harm."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def _hold(path: Path) -> int:
    """Return the descriptor of a new lock that is held, or -1 where somebody sweeps it away before it is."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return -1
    with contextlib.suppress(BlockingIOError, FileNotFoundError):
        _lock(descriptor)
        # Still in its place, it is nobody's to sweep any more.
        path.stat()
        return descriptor
    os.close(descriptor)
    return -1


def _sweep(base: Path) -> None:
    """Remove the folders of runs that were killed together with everything that would have tidied up after them."""
    if os.name != "posix":
        return
    for path in base.glob(f"{_PREFIX}*-*"):
        # Another user's folder cannot be looked into, and one that is in use cannot be locked.
        with contextlib.suppress(OSError):
            if _was_left_unlocked(path):
                path.rmdir()
                continue
            descriptor = os.open(path / _LOCK, os.O_RDWR)
            try:
                _lock(descriptor)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(descriptor)


def _was_left_unlocked(folder: Path) -> bool:
    """Return whether the process that made a folder, whose number it bears, died before it had a lock."""
    made = _MADE_BY.match(folder.name)
    return made is not None and not (folder / _LOCK).exists() and not is_alive(int(made[1], 16))


if os.name == "posix":
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

else:

    def _lock(descriptor: int) -> None:
        """Windows neither forks nor uses socket files, so that there is nothing to guard."""
