"""Somebody who reads reports/ all the time, and what of it belongs to no whole build."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, bytes]
Signature = tuple[tuple[str, int, int, int], ...]
PAUSE_SECONDS = 0.003


def read_whole(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too, by its address."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def faults_of(files: Files, builds: Mapping[str, Files]) -> list[str]:
    """Return what is wrong with files that were read together: each whole, all of one build, none more or fewer."""
    faults = []
    owners = set(builds)
    for address, content in sorted(files.items()):
        if address.endswith(".html") and not content.rstrip().endswith(b"</html>"):
            faults.append(f"torn page: {address} has {len(content)} bytes and no end")
            continue
        known = {name for name, build in builds.items() if build.get(address) == content}
        if not known:
            what = "stray file" if not any(address in build for build in builds.values()) else "page of no build"
            faults.append(f"{what}: {address}")
        owners &= known or owners
    if not owners:
        faults.append("half-new: the files are some of one build and some of another")
    elif not faults and all(set(builds[name]) - set(files) for name in owners):
        missing = sorted(set.intersection(*(set(builds[name]) - set(files) for name in owners)))
        faults.append(f"missing: {len(missing)} files, {missing[:1]}")
    return faults


class Reader:
    """Sweeps over a folder until it is told to stop; `faults` holds each kind of thing it saw, once."""

    def __init__(self, folder: Path, builds: Mapping[str, Files]) -> None:
        self.faults: list[str] = []
        self.sweeps = self.changes = 0
        self._folder, self._builds = folder, builds
        self._seen: Signature | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._stop.is_set():
            self.sweep()
            self._stop.wait(PAUSE_SECONDS)

    def sweep(self) -> None:
        """Read the folder once; judge what was read unless the folder changed under the reader's eyes."""
        before = _signature(self._folder)
        self.sweeps += 1
        if before is None or before == self._seen:
            return
        try:
            files = {name: (self._folder / name).read_bytes() for name, *_ in before}
        except OSError:
            # Gone between looking and reading; the next sweep judges what stands then.
            return
        if _signature(self._folder) != before:
            return
        self._seen, self.changes = before, self.changes + 1
        for fault in faults_of(files, self._builds) if files else ["gone: there is nothing to read"]:
            if fault not in self.faults:
                self.faults.append(fault)


def _signature(folder: Path) -> Signature | None:
    """Return what tells whether any file that a reader can come upon changed; None when one vanished meanwhile."""
    found = []
    try:
        for path in sorted(folder.rglob("*")):
            # What is hidden is no page: a file on its way into place is nothing that anybody is sent to.
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
                entry = path.stat()
                name = path.relative_to(folder).as_posix()
                found.append((name, entry.st_ino, entry.st_mtime_ns, entry.st_size))
    except OSError:
        return None
    return tuple(found)
