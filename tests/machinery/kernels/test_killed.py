"""Whoever is killed, at whatever moment: no process, no socket and no folder is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from pipeline.ground.paths import Project
from pipeline.machinery.kernels.folder import PrivateFolder
from tests.machinery.kernels.notebooks import write
from tests.machinery.tiny_runs import REPOSITORY, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's list of processes")

MARKER = "TEST_OF_KILLS"
RUN = """
import sys
import tempfile
from pathlib import Path
from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery.kernels.limits import Limits
from pipeline.machinery.building import run_quietly
from pipeline.machinery.kernels.forking import warm_up
from pipeline.machinery.steps import NotebookRun

run = NotebookRun(Path(sys.argv[1]), {}, Path(sys.argv[2]))
warm_up(f"{run.notebook.parent}/..")
print(run_quietly(run, Project(run.notebook.parents[1]), Limits()), flush=True)
"""
# The cell ignores every signal that can be ignored, and leaves a process of its own behind.
STUBBORN = """
import os, signal, subprocess, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
subprocess.Popen(["sleep", "600"])
open("kernel", "w").write(str(os.getpid()))
while True: time.sleep(1)
"""


class Running:
    """A runner, its forking parent and its kernel, told from all others by a marker in their environment."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.marker = uuid.uuid4().hex
        self.sockets = folder / "t"
        self.sockets.mkdir()
        assert len(str(self.sockets)) <= 80, "a longer one would not be used"
        project = Project(folder / "project")
        project.root.mkdir()
        run = write(project, STUBBORN)
        self.kernel_file = run.notebook.parent / "kernel"
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(run.notebook), str(run.output)],
            cwd=REPOSITORY,
            env=environment(**{MARKER: self.marker, "TMPDIR": str(self.sockets)}, **changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def living(self) -> dict[int, str]:
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    if f"{MARKER}={self.marker}".encode() in (folder / "environ").read_bytes():
                        found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue
        return {number: line for number, line in found.items() if line}

    def parties(self) -> dict[str, int]:
        kernel = int(self.kernel_file.read_text("utf-8"))
        parents = [number for number, line in self.living().items() if "zygote.py" in line and number != kernel]
        return {"runner": self.process.pid, "parent": parents[0], "kernel": kernel}

    def in_cell(self) -> bool:
        return self.kernel_file.is_file() and self.kernel_file.read_text("utf-8") != ""


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def all_gone(running: Running) -> None:
    """Assert that nothing of a run lives and nothing of it is left, soon."""
    try:
        if not wait_until(lambda: not running.living(), 20):
            raise AssertionError(running.living())
        assert wait_until(lambda: not list(running.sockets.iterdir()), 5), list(running.sockets.rglob("*"))
    finally:
        for number in running.living():
            os.kill(number, signal.SIGKILL)
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


def test_a_runner_that_is_killed_takes_everything_with_it(tmp_path: Path) -> None:
    running = Running(tmp_path)
    assert wait_until(running.in_cell, 60)
    os.kill(running.parties()["runner"], signal.SIGKILL)
    all_gone(running)


def test_a_kernel_that_is_killed_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    running = Running(tmp_path)
    assert wait_until(running.in_cell, 60)
    os.kill(running.parties()["kernel"], signal.SIGKILL)
    assert running.process.stdout is not None
    assert "its kernel died" in running.process.stdout.read()
    all_gone(running)


def test_a_forking_parent_that_is_killed_is_done_without(tmp_path: Path) -> None:
    running = Running(tmp_path)
    assert wait_until(running.in_cell, 60)
    first = running.parties()
    running.kernel_file.unlink()
    os.kill(first["parent"], signal.SIGKILL)
    # The notebook runs once more, in a kernel of its own.
    assert wait_until(running.in_cell, 60)
    assert "launcher.py" in running.living()[int(running.kernel_file.read_text("utf-8"))]
    assert first["kernel"] not in running.living()
    os.kill(int(running.kernel_file.read_text("utf-8")), signal.SIGKILL)
    # Two processes were left by killed kernels that had nobody above them to look after what they started.
    strays = [number for number, line in running.living().items() if line.startswith("sleep")]
    for number in strays:
        os.kill(number, signal.SIGKILL)
    all_gone(running)


def test_a_spawned_kernel_dies_with_its_runner(tmp_path: Path) -> None:
    running = Running(tmp_path, PIPELINE_KERNELS="spawn")
    assert wait_until(running.in_cell, 60)
    kernel = int(running.kernel_file.read_text("utf-8"))
    os.kill(running.process.pid, signal.SIGKILL)
    try:
        assert wait_until(lambda: kernel not in running.living(), 5)
    finally:
        for number in running.living():
            os.kill(number, signal.SIGKILL)
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.5, 3.0])
@pytest.mark.parametrize("party", ["runner", "everybody but the kernel"])
def test_a_kill_at_any_moment_leaves_nothing(tmp_path: Path, moment: float, party: str) -> None:
    running = Running(tmp_path)
    time.sleep(moment)
    seen = running.living()
    parents = [number for number, line in seen.items() if "zygote.py" in line][:1]
    for number in [running.process.pid, *(parents if party != "runner" else [])]:
        os.kill(number, signal.SIGKILL)
    seen |= running.living()
    for number in [number for number, line in running.living().items() if line.startswith("sleep")]:
        os.kill(number, signal.SIGKILL)
    if party != "runner":
        assert wait_until(lambda: not running.living(), 20)
        # A process that ends has no memory left to be known by while its files, and so its lock, are still open.
        assert wait_until(lambda: all(map(has_ended, seen)), 20)
        sweep(running.sockets)
    all_gone(running)


def has_ended(number: int) -> bool:
    """Tell whether a process has let go of all that it held."""
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def sweep(base: Path) -> None:
    """Make a folder of sockets as the next run does, which removes those that nobody holds."""
    code = "from pipeline.machinery.kernels.folder import PrivateFolder; PrivateFolder().remove()"
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=environment(TMPDIR=str(base)), check=True)


@pytest.fixture
def short(request: pytest.FixtureRequest) -> Path:
    """A folder with a short name: where names are long, folders of sockets stand elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="s-"))
    request.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


def test_folders_that_nobody_holds_are_swept_and_others_stay(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    held, left, other = PrivateFolder(), PrivateFolder(), short / "cl-of-somebody-else"
    other.mkdir()
    assert held.path.stat().st_mode & 0o777 == 0o700
    os.close(left.descriptor)
    left.descriptor = -1
    new = PrivateFolder()
    assert set(short.iterdir()) == {held.path, other, new.path}
    for one in (held, new):
        one.remove()
        one.remove()
    assert set(short.iterdir()) == {other}


def test_a_folder_whose_maker_died_before_it_had_a_lock_is_swept(short: Path) -> None:
    died = subprocess.Popen([sys.executable, "-c", ""])
    died.wait()
    left, living = short / f"cl-{died.pid:x}-left", short / f"cl-{os.getpid():x}-begun"
    for one in (left, living):
        one.mkdir()
    sweep(short)
    assert set(short.iterdir()) == {living}


def test_folders_made_at_once_sweep_none_of_the_others_away(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(short))

    def make_many(_: int) -> None:
        for _ in range(200):
            folder = PrivateFolder()
            (folder.path / "kernel.json").write_text("{}", "utf-8")
            folder.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make_many, range(4)))
    assert list(short.iterdir()) == []
