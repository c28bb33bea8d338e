"""A disk that is full at one write after the other, and folders that may not be written."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.builds import Builds, Place, start_run
from tests.chaos.findings import FaultResult, SkippedError, mend_and_run, patience_of, run_with_fault, sentences_in
from tests.chaos.phases import Watch
from tests.chaos.processes import kill_all

WANTED = "B"
# Sizes at which the disk is full: evenly from the first write to the last, and more closely where pages are placed.
EVEN_STEPS, LATE_STEPS = 12, 8
PAGE, ROOMY = 4096, 2_000_000_000


def fill_disk(found: FaultResult, builds: Builds, place: Place) -> None:
    """Run on a small disk of its own, a little larger each time, until the run fits."""
    with small_disk(place.root / "d") as disk:
        place.project = disk / "p"
        growth = _growth(builds, place, disk)
        last = sum(map(len, builds.reports[WANTED].values()))
        late = max(growth - 2 * last, 0)
        sizes = {growth * step // EVEN_STEPS for step in range(EVEN_STEPS)} | {PAGE}
        sizes |= {late + (growth - late) * step // LATE_STEPS for step in range(LATE_STEPS)}
        failed = 0
        for size in sorted(sizes):
            failed += _run_in(size, found, builds, place, disk)
        found.outcome = f"{len(sizes)} sizes between {PAGE} and {growth} bytes too few; {failed} runs failed"
        if not failed:
            found.violations.append("never full: no run met the end of the disk")


def _growth(builds: Builds, place: Place, disk: Path) -> int:
    """Return how many bytes more than at its start a run needs at most."""
    builds.start(place.project, WANTED)
    before = most = _used(disk)
    watch = Watch(start_run(place), place.project, None)
    while watch.look() != "over" and time.monotonic() - watch.started < patience_of(builds, WANTED):
        most = max(most, _used(disk))
        time.sleep(0.005)
    kill_all(place.marker, place.root)
    return most - before


def _run_in(size: int, found: FaultResult, builds: Builds, place: Place, disk: Path) -> int:
    """Run with so many bytes free; return 1 when the run failed, as it should."""
    shutil.rmtree(place.project)
    builds.start(place.project, WANTED)
    _resize(disk, _used(disk) + size)
    status, told, faults = run_with_fault(place, builds, WANTED)
    _resize(disk, ROOMY)
    if status and not any("space" in one.lower() or "full" in one.lower() for one in sentences_in(told)):
        faults.append(f"unclear: no sentence says that the disk is full: {sentences_in(told)[:1]}")
    faults += mend_and_run(place, builds, WANTED)
    found.violations += [f"{fault} (with {size} bytes free)" for fault in faults]
    return int(status != 0)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk in memory for as long as the block lasts; raises SkippedError where that is not allowed."""
    folder.mkdir(parents=True)
    if os.geteuid() != 0:
        raise SkippedError("only root may mount a small disk")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "chaos", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        raise SkippedError(f"a small disk could not be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def _resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def _used(disk: Path) -> int:
    found = os.statvfs(disk)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def forbid_writing(found: FaultResult, builds: Builds, place: Place, name: str) -> None:
    """Run as one who may read a folder of the project and not write it."""
    builds.start(place.project, WANTED)
    place.limits = _without_privilege()
    folder = place.project / name
    _set_writable(folder, False)
    status, told, found.violations = run_with_fault(place, builds, WANTED)
    found.outcome = f"exit status {status}: {(sentences_in(told) or ['nothing'])[0][:110]}"
    _set_writable(folder, True)
    found.violations += mend_and_run(place, builds, WANTED)


def _without_privilege() -> tuple[str, ...]:
    """Return the command that runs another as one to whom permissions apply: root may write what nobody may."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        raise SkippedError("root may write everything, and setpriv, which takes that away, is not here")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


def _set_writable(folder: Path, writable: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IWUSR if writable else mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
