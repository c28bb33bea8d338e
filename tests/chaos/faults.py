"""Faults that are no signal: memory, time, disk, permissions, many starts at once, stale locks, a run that stops."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

from pipeline.ground.paths import Project
from tests.chaos.builds import Builds, Place, start_run
from tests.chaos.disks import fill_disk, forbid_writing
from tests.chaos.findings import (
    FaultResult,
    SkippedError,
    clear,
    mend_and_run,
    patience_of,
    run_with_fault,
    sentences_in,
)
from tests.chaos.judging import judge_end, judge_orphans, judge_temporary
from tests.chaos.phases import PHASES, Watch
from tests.chaos.processes import living, send
from tests.chaos.reader import Reader, read_whole
from tests.machinery.tiny_runs import REPOSITORY, change_notebook

WANTED, NOTEBOOK = "B", "03_borough_report.ipynb"
STARTS, STANDING_SECONDS = 10, 10.0
MEMORY_MEGABYTES, TIME_SECONDS = 1500, 8
# Far beyond the limit under test, so that a limit that does not hold costs the machine no more than this.
LAST_RESORT_KILOBYTES = 6_000_000
HOARD = "hoard = []\nwhile len(hoard) < 160:\n    hoard.append(b'x' * 50_000_000)"
HANG = "import signal, time\n\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    time.sleep(60)"
# Whether the run is started by make, and the arguments.
Limit = tuple[bool, tuple[str, ...]]


def try_fault(name: str, builds: Builds, root: Path) -> FaultResult:
    """Try one fault in a folder of its own; return what came of it."""
    found = FaultResult(name)
    place = Place(root / f"f{[*FAULTS].index(name)}", f"fault-{name.replace(' ', '-')}-{os.getpid()}")
    try:
        FAULTS[name](found, builds, place)
    except SkippedError as reason:
        found.skipped = str(reason)
    finally:
        clear(place)
    return found


def exhaust_memory(found: FaultResult, builds: Builds, place: Place) -> None:
    """A cell asks for more memory than a notebook may have."""
    builds.start(place.project, WANTED)
    place.limits = ("bash", "-c", f'ulimit -v {LAST_RESORT_KILOBYTES}; exec "$0" "$@"')
    limited = limit("memory", MEMORY_MEGABYTES)
    if limited is None:
        place.limits = ("bash", "-c", f'ulimit -v {2 * MEMORY_MEGABYTES * 1000}; exec "$0" "$@"')
    _run_changed(found, builds, place, HOARD, limited, "memory")


def hang(found: FaultResult, builds: Builds, place: Place) -> None:
    """A cell never ends, and does not hear an interrupt either."""
    limited = limit("seconds", TIME_SECONDS)
    if limited is None:
        raise SkippedError("`reports` has no option that limits a notebook's time")
    builds.start(place.project, WANTED)
    _run_changed(found, builds, place, HANG, limited, "long")


def _run_changed(
    found: FaultResult, builds: Builds, place: Place, source: str, limited: Limit | None, said: str
) -> None:
    path = place.project / "notebooks" / NOTEBOOK
    sound = path.read_bytes()
    change_notebook(Project(place.project), NOTEBOOK, before=3, source=source)
    nbformat.read(path, as_version=4)
    by_make, extra = limited or (False, ())
    status, told, found.violations = run_with_fault(place, builds, WANTED, extra, by_make=by_make)
    if status == 0:
        found.violations.append("false success: the cell cannot have ended well")
    if not any(NOTEBOOK in one and said in one.lower() for one in sentences_in(told)):
        found.violations.append(f"unclear: no sentence names {NOTEBOOK} and says '{said}': {sentences_in(told)[:1]}")
    found.outcome = f"exit status {status}: {(sentences_in(told) or ['nothing'])[0][:110]}"
    path.write_bytes(sound)
    place.limits = ()
    found.violations += mend_and_run(place, builds, WANTED)


def limit(what: str, value: int) -> Limit | None:
    """Return how a run is told a limit on each notebook, None where it cannot be."""
    name = f"LIMIT_{what.upper()}"
    if re.search(rf"^(export )?{name} *\?=", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE):
        return True, (f"{name}={value}",)
    asked = [sys.executable, "-m", "pipeline", "reports", "--help"]
    told = subprocess.run(asked, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    option = re.search(rf"--[\w-]*{what}[\w-]*", told)
    return (False, (option[0], str(value))) if option else None


def start_ten(found: FaultResult, builds: Builds, place: Place) -> None:
    """Ten runs start at once."""
    builds.start(place.project, WANTED)
    with Reader(place.project / "reports", builds.reports) as reader:
        watches = [Watch(start_run(place), place.project, None) for _ in range(STARTS)]
        ends = [watch.finish(STARTS * patience_of(builds, WANTED)) for watch in watches]
        for watch, status in zip(watches, ends, strict=True):
            found.violations += judge_end(status, watch.told(), place, builds, WANTED)
            if status and not sentences_in(watch.told()):
                found.violations.append(f"no sentence: exit status {status}, and it said {watch.told()[-160:]!r}")
        found.violations += judge_orphans(place, builds)
    found.violations += [f"reader, {fault}" for fault in reader.faults] + judge_temporary(place, "by the runs")
    if 0 not in ends or read_whole(place.project / "reports") != builds.reports[WANTED]:
        found.violations.append(f"none did the work: exit statuses {ends}")
    built = sum(bool(re.search(r": [1-9]\d* notebooks run", watch.told())) for watch in watches)
    if built > 1:
        found.violations.append(f"done twice: {built} runs built the same")
    found.outcome = f"{ends.count(0)} of {STARTS} ended well, {built} of them built"
    found.violations += mend_and_run(place, builds, WANTED)


def find_stale_lock(found: FaultResult, builds: Builds, place: Place) -> None:
    """A lock file of a process that is dead, and one of garbage, stand in the way of nobody."""
    builds.start(place.project, WANTED)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    content = json.dumps({"pid": dead.pid, "started": 1.0, "host": "localhost"}).encode()
    processed = place.project / "data" / "processed"
    locks = [path for path in processed.rglob("*lock*") if path.is_file()] or [processed / "run.lock"]
    for what in (content, b"\xff\x00 garbage \n" * 50):
        for path in locks:
            path.write_bytes(what)
        status, told, faults = run_with_fault(place, builds, WANTED)
        found.violations += faults
        if status != 0:
            found.violations.append(f"kept out: exit status {status}: {sentences_in(told)[:1]}")
    found.outcome = f"{len(locks)} lock files, each with two contents"
    found.violations += mend_and_run(place, builds, WANTED)


def stand_still(found: FaultResult, builds: Builds, place: Place) -> None:
    """A run is stopped (SIGSTOP) while it works; a second one waits, or says so; then the first goes on."""
    builds.start(place.project, WANTED)
    patience = patience_of(builds, WANTED)
    with Reader(place.project / "reports", builds.reports) as reader:
        first = Watch(start_run(place), place.project, builds.timelines[WANTED].notebooks)
        while PHASES.index("reporting") > _number(first.look()) and time.monotonic() - first.started < patience:
            time.sleep(0.01)
        stopped = [one.pid for one in living(place.marker, place.root) if send(one.pid, signal.SIGSTOP)]
        second = Watch(start_run(place), place.project, None)
        waited = second.finish(STANDING_SECONDS)
        said = second.told()
        found.violations += [f"second, {one}" for one in judge_end(waited or 1, said, place, builds, WANTED)]
        if waited == 0 or not said.strip():
            found.violations.append(f"second ran: exit status {waited}, and it said {said[-160:]!r}")
        for pid in stopped:
            send(pid, signal.SIGCONT)
        ends = [first.finish(patience), second.finish(patience)]
        if ends[0] != 0:
            found.violations.append(f"did not go on: exit status {ends[0]}, and it said {first.told()[-160:]!r}")
        found.violations += judge_end(ends[0], first.told(), place, builds, WANTED) + judge_orphans(place, builds)
    found.violations += [f"reader, {fault}" for fault in reader.faults] + judge_temporary(place, "by the runs")
    how = "waited" if waited is None else "left"
    found.outcome = f"the second {how} ({said.strip().splitlines()[-1][:70] if said.strip() else ''}), then {ends}"
    found.violations += mend_and_run(place, builds, WANTED)


def _number(phase: str) -> int:
    return len(PHASES) if phase == "over" else PHASES.index(phase)


FAULTS: dict[str, Callable[[FaultResult, Builds, Place], None]] = {
    "stale lock": find_stale_lock,
    "out of memory": exhaust_memory,
    "hanging cell": hang,
    "ten starts at once": start_ten,
    "stopped run": stand_still,
    "read-only reports": lambda found, builds, place: forbid_writing(found, builds, place, "reports"),
    "read-only processed": lambda found, builds, place: forbid_writing(found, builds, place, "data/processed"),
    "disk full": fill_disk,
}

if shutil.which("bash") is None:
    del FAULTS["out of memory"]
