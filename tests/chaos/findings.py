"""What became of a fault, and what every fault has in common: a run is started, ends, and is judged with the next."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field

from tests.chaos.builds import Builds, Place, start_run
from tests.chaos.judging import judge_end, judge_next_run, judge_orphans, judge_temporary
from tests.chaos.phases import Watch
from tests.chaos.processes import kill_all
from tests.chaos.reader import Reader


@dataclass
class FaultResult:
    """A fault that was tried: what came of it in a sentence, or why it was skipped, and what was violated."""

    name: str
    outcome: str = ""
    skipped: str = ""
    violations: list[str] = field(default_factory=list)


class SkippedError(Exception):
    """A fault cannot be tried here; the message says why."""


def patience_of(builds: Builds, wanted: str) -> float:
    """Return how long a run may take before it counts as hanging."""
    return 4 * builds.timelines[wanted].ended + 20


def run_with_fault(
    place: Place, builds: Builds, wanted: str, extra: tuple[str, ...] = (), *, by_make: bool = False
) -> tuple[int | None, str, list[str]]:
    """Run once with a fault in place; return the exit status, what was said, and what is wrong."""
    with Reader(place.project / "reports", builds.reports) as reader:
        watch = Watch(start_run(place, extra, by_make=by_make), place.project, None)
        status = watch.finish(patience_of(builds, wanted))
        told = watch.told()
        faults = judge_end(status, told, place, builds, wanted)
        faults += judge_orphans(place, builds)
    faults += [f"reader, {fault}" for fault in reader.faults]
    if status and not sentences_in(told):
        faults.append(f"no sentence: exit status {status}, and it said {told[-160:]!r}")
    return status, told, faults + judge_temporary(place, "by the run")


def sentences_in(told: str) -> list[str]:
    """Return the sentences in which a run says why it stopped."""
    return re.findall(r"^(?:Stopped|Failed): (.+)$", told, re.MULTILINE)


def mend_and_run(place: Place, builds: Builds, wanted: str) -> list[str]:
    """Return what is wrong with the next run, after the fault was taken away."""
    return judge_next_run(place, builds, wanted, patience_of(builds, wanted))


def clear(place: Place) -> None:
    """End what still runs, and remove the trial's folder."""
    kill_all(place.marker, place.root)
    shutil.rmtree(place.root, ignore_errors=True)
