"""One moment: a run is started, struck once by a signal, and what it leaves is judged."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.builds import Builds, Place, start_run
from tests.chaos.judging import judge_end, judge_next_run, judge_orphans, judge_temporary, owes_cleaning
from tests.chaos.phases import PHASES, Watch
from tests.chaos.processes import PARTS, family_of, kill_all, parts_of, send
from tests.chaos.reader import Reader

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
# A terminal sends Ctrl-C to all of its group at once, and a session that ends its hang-up.
TARGETS = (*PARTS, "group")
ATTEMPTS = 4


@dataclass
class Moment:
    """A moment as it was planned and as it came: `violations` hold a sentence each, the kind before the colon."""

    number: int
    aimed: str
    phase: str = ""
    signal: str = ""
    target: str = ""
    seconds: float = 0.0
    status: int | None = None
    reader_changes: int = 0
    told: str = ""
    violations: list[str] = field(default_factory=list)
    attempts: int = 0

    @property
    def was_hit(self) -> bool:
        return bool(self.target)


@dataclass(frozen=True)
class Plan:
    """What is going to be done to a run."""

    phase: str
    fraction: float
    signal: signal.Signals
    targets: Sequence[str]
    by_make: bool


def plan(seed: int, number: int, attempt: int) -> Plan:
    """Return the plan of a moment: the same for the same numbers; phases come in turn, so that each has its share."""
    rng = random.Random(f"{seed}/{number}/{attempt}")
    targets = rng.sample(TARGETS, len(TARGETS))
    by_make = targets[0] == "make" or rng.random() < 0.3
    # A moment that came too late is tried again earlier.
    return Plan(PHASES[number % len(PHASES)], rng.random() / 2**attempt, rng.choice(SIGNALS), targets, by_make)


def try_moment(builds: Builds, root: Path, seed: int, number: int) -> Moment:
    """Strike at one moment, several times over where the run had ended before it could be struck."""
    moment = Moment(number, PHASES[number % len(PHASES)])
    wanted = "AB"[(number // len(PHASES)) % 2]
    for attempt in range(ATTEMPTS):
        moment.attempts += 1
        place = Place(root / f"{number}-{attempt}", f"{seed}-{number}-{attempt}-{os.getpid()}")
        builds.start(place.project, wanted)
        try:
            _strike_once(moment, plan(seed, number, attempt), place, builds, wanted)
        finally:
            kill_all(place.marker, place.root)
            shutil.rmtree(place.root, ignore_errors=True)
        if moment.was_hit or moment.violations:
            break
    return moment


def _strike_once(moment: Moment, plan: Plan, place: Place, builds: Builds, wanted: str) -> None:
    timeline = builds.timelines[wanted]
    patience = 4 * timeline.ended + 20
    with Reader(place.project / "reports", builds.reports) as reader:
        watch = Watch(start_run(place, by_make=plan.by_make), place.project, timeline.notebooks)
        _wait_for_moment(watch, plan, timeline.length(plan.phase), patience)
        _hit(moment, watch, plan)
        moment.status = watch.finish(patience)
        if not moment.was_hit and moment.status == 0:
            return
        moment.violations += judge_end(moment.status, watch.told(), place, builds, wanted)
        moment.violations += judge_orphans(place, builds)
    moment.reader_changes, moment.told = reader.changes, watch.told()[-1500:]
    moment.violations += [f"reader, {fault}" for fault in reader.faults]
    if owes_cleaning(plan.signal, [moment.target]):
        moment.violations += judge_temporary(place, "by the run")
    moment.violations += judge_next_run(place, builds, wanted, patience)


def _wait_for_moment(watch: Watch, plan: Plan, length: float, patience: float) -> None:
    """Wait until the phase has begun and a part of its usual length has gone by, or the run has ended."""
    begun: float | None = None
    while time.monotonic() - watch.started < patience:
        phase = watch.look()
        if phase == "over":
            return
        if begun is None and PHASES.index(phase) >= PHASES.index(plan.phase):
            begun = time.monotonic()
        if begun is not None and time.monotonic() - begun >= plan.fraction * length:
            return
        time.sleep(0.001)


def _hit(moment: Moment, watch: Watch, plan: Plan) -> None:
    """Send the signal to the first of the wished-for parts that somebody plays."""
    parts = parts_of(family_of(watch.run.pid))
    phase = watch.look()
    if phase == "over":
        return
    rng = random.Random(f"{moment.number}/{moment.attempts}")
    for target in plan.targets:
        pids = [watch.run.pid] if target == "group" else parts.get(target, [])
        if pids and _send(target, rng.choice(pids), plan.signal):
            moment.phase, moment.signal, moment.target = phase, plan.signal.name, target
            moment.seconds = round(time.monotonic() - watch.started, 3)
            return


def _send(target: str, pid: int, number: int) -> bool:
    if target != "group":
        return send(pid, number)
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    return True
