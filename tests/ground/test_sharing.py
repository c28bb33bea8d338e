"""Work is shared over forked processes in order, fails closed, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from pipeline.ground.errors import PipelineError
from pipeline.ground.sharing import SharingError, share

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="work is shared on Linux alone")
ROOT = Path(__file__).resolve().parents[2]
# Says its process, then waits to be ended.
WAITING = """\
import os, sys, time
from pathlib import Path
from pipeline.ground.sharing import share

def wait(name):
    (Path(sys.argv[1]) / f"{name}.new").write_text(str(os.getpid()))
    (Path(sys.argv[1]) / f"{name}.new").rename(Path(sys.argv[1]) / f"{name}.pid")
    time.sleep(60)

share([lambda: wait("one"), lambda: wait("two")], 2)
"""


def after(seconds: float, value: int) -> tuple[int, int]:
    time.sleep(seconds)
    return value, os.getpid()


@pytest.mark.parametrize("processes", [0, 1, 2, 3, 9])
def test_results_come_in_the_order_of_the_pieces_whichever_is_ready_first(processes: int) -> None:
    pieces = [partial(after, seconds, value) for value, seconds in enumerate([0.2, 0.0, 0.1, 0.0, 0.0])]
    found = share(pieces, processes)
    assert [value for value, _ in found] == [0, 1, 2, 3, 4]
    assert len({process for _, process in found}) <= max(processes, 1)
    assert ({process for _, process in found} == {os.getpid()}) == (processes < 2)


def test_nothing_to_do_is_nothing() -> None:
    assert share([], 2) == []


def test_results_larger_than_a_pipe_come_whole() -> None:
    found = share([lambda: b"a" * 3_000_000, lambda: b"b" * 2_000_000, lambda: b"c"], 2)
    assert [(set(one), len(one)) for one in found] == [({97}, 3_000_000), ({98}, 2_000_000), ({99}, 1)]


def test_what_a_piece_raises_is_raised_with_its_sentence_and_the_rest_is_not_begun(tmp_path: Path) -> None:
    def fail() -> None:
        raise PipelineError("Of wave-1 nothing can be bounded.")

    def leave_a_mark(number: int) -> None:
        time.sleep(0.1)
        (tmp_path / str(number)).touch()

    with pytest.raises(PipelineError, match=r"^Of wave-1 nothing can be bounded\.$"):
        share([fail, *(partial(leave_a_mark, number) for number in range(20))], 2)
    assert len(list(tmp_path.iterdir())) < 20


@pytest.mark.parametrize(
    "end", [lambda: os._exit(0), lambda: os.kill(os.getpid(), signal.SIGKILL), sys.exit], ids=["left", "killed", "exit"]
)
def test_a_process_that_ends_before_it_is_done_fails_closed(end: Callable[[], None]) -> None:
    with pytest.raises(SharingError, match="ended before it was done; nothing of it was used"):
        share([lambda: 1, end, lambda: 3], 2)


def test_what_cannot_be_given_back_fails_closed() -> None:
    with pytest.raises(Exception, match="pickle"):
        share([lambda: 1, lambda: lambda: 2], 2)


def test_a_shared_process_keeps_no_file_or_lock_of_its_parent_open(tmp_path: Path) -> None:
    def opened() -> list[str]:
        names = [f"/proc/self/fd/{one.name}" for one in os.scandir("/proc/self/fd") if int(one.name) > 2]
        return [str(Path(name).readlink()) for name in names if os.path.lexists(name)]

    with (tmp_path / "lock").open("w"):
        assert any("lock" in name for name in opened())
        for found in share([opened, opened], 2):
            assert [name.split(":")[0] for name in found] == ["pipe", "pipe"]


def test_a_thread_beside_others_can_share_its_work() -> None:
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(time.sleep, 0.3) for _ in range(2)]
        found = threads.submit(share, [lambda: 1, lambda: 2, lambda: 3], 2).result()
        assert not any(one.done() for one in waiting)
    assert found == [1, 2, 3]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_is_left_when_the_one_that_shares_is_ended(how: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WAITING, str(tmp_path)]
    run = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        shared = [int(path.read_text("ascii")) for path in tmp_path.glob("*.pid")]
        assert all(is_running(one) for one in shared)
        run.send_signal(how)
        run.communicate(timeout=20)
        wait_until(lambda: not any(is_running(one) for one in shared))
    finally:
        run.kill()
        run.communicate()


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end, "it did not come to pass in 20 seconds"
        time.sleep(0.02)
