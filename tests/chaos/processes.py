"""What runs under a marker in the environment, which part each process plays, and what was left on disk."""

from __future__ import annotations

import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

MARKER = "CHAOS_RUN"
PARTS = ("make", "runner", "forker", "kernel", "worker")
_FORKER = re.compile(r"fork(er|ing|server)|zygote|preload", re.IGNORECASE)


@dataclass(frozen=True)
class Process:
    """A living process: its parent, and its command line or title."""

    pid: int
    parent: int
    line: str


def living(marker: str, folder: Path) -> list[Process]:
    """Return the living processes started under a marker, or that stand in the folder or name it; never this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if _belongs(entry, marker, folder):
                    found.append(_read(entry))
            except OSError:
                continue
    return [one for one in found if one.line]


def _belongs(entry: Path, marker: str, folder: Path) -> bool:
    if f"{MARKER}={marker}".encode() in (entry / "environ").read_bytes():
        return True
    # A process that rewrites its title overwrites its environment, but stays where it works.
    return (entry / "cwd").readlink().is_relative_to(folder) or str(folder).encode() in (entry / "cmdline").read_bytes()


def _read(entry: Path) -> Process:
    _, _, rest = (entry / "stat").read_text("utf-8", errors="replace").rpartition(") ")
    state, parent = rest.split()[:2]
    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return Process(int(entry.name), int(parent), "" if state in "ZX" else line)


def family_of(pid: int) -> list[Process]:
    """Return a process and all below it, as quickly as can be: a phase may last no longer than a look at everybody."""
    found = []
    for one in (pid, *descendants(pid)):
        try:
            found.append(_read(Path(f"/proc/{one}")))
        except OSError:
            continue
    return [one for one in found if one.line]


def descendants(pid: int) -> list[int]:
    """Return the children of a process and theirs, as far as they can be seen now."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                found += [int(child), *descendants(int(child))]
    except OSError:
        pass
    return found


def parts_of(processes: list[Process]) -> dict[str, list[int]]:
    """Return the numbers of the processes that play each part, for those parts that somebody plays.

    A fork keeps its parent's command line: with children of its own it is the forking parent, without it a kernel.
    """
    by_pid = {one.pid: one for one in processes}
    parents = {one.parent for one in processes}
    found: dict[str, list[int]] = {}
    for one in processes:
        above = by_pid.get(one.parent)
        found.setdefault(_part(one, above, one.pid in parents), []).append(one.pid)
    return found


def _part(one: Process, above: Process | None, has_children: bool) -> str:
    program = Path(one.line.split(" ", 1)[0]).name
    forked = above is not None and above.line == one.line
    titled = _FORKER.search(one.line.replace("--multiprocessing-fork", "").replace("resource_tracker", ""))
    if program in ("make", "gmake"):
        return "make"
    if "ipykernel" in one.line or re.match(r"\S*kernel\b", one.line):
        return "kernel"
    if titled and not forked:
        return "forker"
    if forked:
        return "forker" if has_children else "kernel"
    if re.search(r"-m pipeline (reports|report)\b", one.line) and not program.endswith("sh"):
        return "runner"
    return "worker"


def wait_until_gone(marker: str, folder: Path, seconds: float) -> list[Process]:
    """Return what still lives after some seconds; returns at once when nothing does."""
    end = time.monotonic() + seconds
    while left := living(marker, folder):
        if time.monotonic() > end:
            return left
        time.sleep(0.05)
    return []


def kill_all(marker: str, folder: Path) -> None:
    """End everything that belongs to a run, whatever is born meanwhile."""
    for _ in range(50):
        left = living(marker, folder)
        if not left:
            return
        for one in left:
            send(one.pid, signal.SIGKILL)
        time.sleep(0.05)


def send(pid: int, number: int) -> bool:
    """Send a signal; return whether the process was there to get it."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def left_in(*folders: Path) -> list[str]:
    """Return the names of what stands directly in some folders."""
    return sorted(path.name for folder in folders if folder.is_dir() for path in folder.iterdir())
