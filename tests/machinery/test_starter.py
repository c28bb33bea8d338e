"""A make that is killed takes with it what it started, however early that is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone tells of a parent's death")
# In place of a build: the same first step, then a long wait.
_WAITING = (
    "import os, time; from pipeline.machinery.starter import end_with_make; time.sleep({pause}); end_with_make(); "
    "open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
)


@pytest.mark.parametrize("pause", [0, 0.6])
def test_what_a_make_started_ends_when_the_make_is_killed(tmp_path: Path, pause: float) -> None:
    ours = (REPOSITORY / "Makefile").read_text("utf-8").splitlines()
    settings = "\n".join(line for line in ours if line.startswith(("SHELL", ".SHELLFLAGS", "export PIPELINE_MAKE_PID")))
    (tmp_path / "waiting.py").write_text(_WAITING.format(pause=pause), "utf-8")
    recipe = f'{settings}\nwait:\n\t@echo begun\n\t@{sys.executable} waiting.py --wave ""\n'
    (tmp_path / "Makefile").write_text(recipe, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    make = subprocess.Popen(
        ["make", "wait"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    assert make.stdout is not None
    with make.stdout as told:
        assert told.readline() == b"begun\n"
    if pause:
        _wait_for(lambda: _living_of(make.pid))
    else:
        _wait_for(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
    make.send_signal(signal.SIGKILL)
    make.wait()
    _wait_for(lambda: not _living_of(make.pid))


def _living_of(session: int) -> list[int]:
    living = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            rest = (entry / "stat").read_text().rpartition(") ")[2].split()
            is_python = "python" in (entry / "cmdline").read_text()
        except OSError:
            continue
        if int(rest[3]) == session and rest[0] not in "ZX" and is_python:
            living.append(int(entry.name))
    return living


def _wait_for(is_so: object, seconds: float = 30) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, os.times()
        time.sleep(0.02)
