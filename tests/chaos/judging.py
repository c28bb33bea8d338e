"""What a run that was struck left behind, judged: what stands, what lives, and what the next run makes of it."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterable

from tests.chaos.builds import Builds, Place, private_names, start_run
from tests.chaos.processes import kill_all, wait_until_gone
from tests.chaos.reader import Reader, faults_of, read_whole

# What a process that was told to end may take to do so once the command itself has ended: so many seconds, and more on
# a machine on which a build takes longer.
GRACE_SECONDS, GRACE_SHARE = 3.0, 0.1


def judge_end(status: int | None, told: str, place: Place, builds: Builds, wanted: str) -> list[str]:
    """Return what is wrong once the command has ended: its status, what it said, what stands in reports/."""
    if status is None:
        return ["hang: the command did not end"]
    faults = faults_of(read_whole(place.project / "reports"), builds.reports)
    if status == 0 and not faults and read_whole(place.project / "reports") != builds.reports[wanted]:
        faults.append("false success: exit status 0, and the pages are the old ones")
    if "Traceback (most recent call last)" in told:
        faults.append(f"traceback: {_last_line(told)}")
    return faults


def _last_line(told: str) -> str:
    lines = [line for line in told.splitlines() if line and not line.startswith(" ")]
    return lines[-1][:160] if lines else ""


def judge_orphans(place: Place, builds: Builds) -> list[str]:
    """Return the processes that outlive the command, and end them."""
    grace = GRACE_SECONDS + GRACE_SHARE * max(one.ended for one in builds.timelines.values())
    left = wait_until_gone(place.marker, place.root, grace)
    kill_all(place.marker, place.root)
    return [f"orphan: {one.line[:140]}" for one in left]


def judge_temporary(place: Place, when: str) -> list[str]:
    left = place.left()
    return [f"left {when}: {len(left)} in the temporary folder, such as {_kind_of(left[0])}"] if left else []


def _kind_of(name: str) -> str:
    """Return a name without what is random in it, so that the same kind of thing is told the same way."""
    return re.sub(r"^(\.?[a-z]+-|tmp).+?(\.\w+)?$", r"\1*\2", name)


def judge_next_run(place: Place, builds: Builds, wanted: str, seconds: float) -> list[str]:
    """Run once more, undisturbed; return what is not as the good build has it."""
    with Reader(place.project / "reports", builds.reports) as reader:
        run = start_run(place)
        try:
            _, told = run.communicate(timeout=seconds)
            status: int | None = run.returncode
        except subprocess.TimeoutExpired as error:
            kill_all(place.marker, place.root)
            run.communicate()
            status, told = None, str(error)
    faults = [f"next run, {fault}" for fault in reader.faults]
    if status != 0:
        return [*faults, f"next run failed: {_last_line(told)}"]
    faults += [f"next run, {one}" for one in judge_end(status, told, place, builds, wanted)]
    faults += [f"next run, {one}" for one in judge_orphans(place, builds)]
    faults += judge_temporary(place, "after the next run")
    strays = private_names(place.project) - builds.private[wanted]
    if strays:
        faults.append(f"stray private file: {len(strays)}, such as {_kind_of(min(strays).rpartition('/')[2])}")
    return faults


def owes_cleaning(signal_number: int, parts: Iterable[str]) -> bool:
    """Return whether somebody was left to clean up: nobody can after SIGKILL of the one who made the mess."""
    return signal_number != signal.SIGKILL or not {"make", "runner", "forker", "group"} & set(parts)
