"""One run at a time, and a run that is killed leaves the reports alone, no process behind, and the lock free."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from tests.machinery.releasing import FIRST
from tests.machinery.tiny_runs import REPOSITORY, WAVE, Ran, command, environment, state_of

pytestmark = pytest.mark.slow

MARKER = "TEST_OF_INTERRUPTIONS"
HOLD = """
import sys, time
from pathlib import Path
from pipeline.ground.paths import Project
from pipeline.machinery.locking import only_run

root = Path(sys.argv.pop(1))
with only_run(Project(root)):
    print("held", flush=True)
    time.sleep(120)
"""

needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's list of processes")


def marked(marker: str) -> dict[int, str]:
    """Return the command lines of the living processes that were started under this marker."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"{MARKER}={marker}".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return {number: line for number, line in found.items() if line}


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


@pytest.fixture
def holder(copied: Project) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the project's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(copied.root), "held"], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(
    "verb",
    [
        ("reports", "--wave", WAVE),
        ("site",),
        ("clean",),
        ("audit",),
        FIRST,
        ("deletion", *FIRST[1:3], *FIRST[5:], "--reason", "On request"),
    ],
    ids=lambda verb: verb[0],
)
def test_a_second_run_is_told_so_in_a_sentence_and_gets_the_lock_once_the_first_is_killed(
    copied: Project, here: Callable[..., Ran], holder: subprocess.Popen[str], verb: tuple[str, ...]
) -> None:
    before = state_of(copied.root)
    ran = here(copied, *verb, "--no-wait")
    assert ran.status == 1
    assert ran.told == "Stopped: Another run is building this project (held); wait until it ends, then try again.\n"
    assert state_of(copied.root) == before
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert here(copied, *verb).status == 0


def test_ten_runs_at_once_all_end_well_one_after_the_other_and_nine_have_nothing_to_do(copied: Project) -> None:
    (copied.reports / WAVE / "camden.html").unlink()
    before = {path.name: path.read_bytes() for path in (copied.reports / WAVE).iterdir()}
    runs = [
        subprocess.Popen(
            command("reports", "--wave", WAVE), cwd=copied.root, env=environment(), stderr=subprocess.PIPE, text=True
        )
        for _ in range(10)
    ]
    told = [run.communicate(timeout=300)[1] for run in runs]
    assert [run.returncode for run in runs] == [0] * 10, told
    lines = [text.splitlines()[-1] for text in told]
    assert sum("; 1 pages built, 3 unchanged;" in line for line in lines) == 1
    assert sum("; 0 pages built, 4 unchanged;" in line for line in lines) == 9
    waited = "Another run is building this project (reports --wave); waiting until it ends ..."
    assert any(waited in text for text in told)
    assert set(before) | {"camden.html"} == {path.name for path in (copied.reports / WAVE).iterdir()}


def interrupt(project: Project, send: Callable[[int], None]) -> Ran:
    """Start a run, wait for a kernel, send a signal; return how it ended, once nothing of it is left."""
    marker = uuid.uuid4().hex
    run = subprocess.Popen(
        command("reports", "--wave", WAVE),
        cwd=project.root,
        env=environment(**{MARKER: marker}),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        # The forking parent, and a kernel that it forked.
        assert wait_until(lambda: sum("zygote.py" in line for line in marked(marker).values()) > 1, 60)
        send(run.pid)
        _, told = run.communicate(timeout=30)
        gone = wait_until(lambda: not marked(marker), 15)
        assert gone, marked(marker)
    finally:
        for number in marked(marker):
            os.kill(number, signal.SIGKILL)
    return Ran(run.returncode, told)


@needs_proc
def test_a_run_that_is_killed_changes_no_report_leaves_no_process_and_the_next_run_succeeds(
    copied: Project, here: Callable[..., Ran]
) -> None:
    before = state_of(copied.reports)
    (copied.executed(WAVE) / "camden.ipynb").unlink()

    killed = interrupt(copied, lambda run: os.killpg(run, signal.SIGKILL))
    assert killed.status == -signal.SIGKILL
    assert state_of(copied.reports) == before

    ended = interrupt(copied, lambda run: os.kill(run, signal.SIGTERM))
    assert ended.status != 0
    assert state_of(copied.reports) == before

    stopped = interrupt(copied, lambda run: os.killpg(run, signal.SIGINT))
    assert stopped.status == 130
    assert "Stopped by you; the last good reports are untouched." in stopped.told
    assert "Traceback" not in stopped.told
    assert state_of(copied.reports) == before

    ran = here(copied, "reports", "--wave", WAVE)
    assert ran.status == 0
    assert ran.told.splitlines()[-1].startswith("wave-2: 1 notebooks run, 6 up to date;")
    assert state_of(copied.reports) == before
