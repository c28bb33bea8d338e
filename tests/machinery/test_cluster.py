"""Notebooks at the workers of a scheduler: the same pages, whoever is killed, and one sentence for each mistake."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import (
    REPOSITORY,
    WAVE,
    Ran,
    add_package,
    bytes_below,
    change_notebook,
    command,
    copy_project,
    environment,
    run_command,
)

distributed = pytest.importorskip(
    "distributed",
    reason="dask.distributed is not installed; requirements-distributed.lock has it",
    exc_type=ModuleNotFoundError,
)
pytestmark = pytest.mark.slow
# Where the extra stands; runs and workers are told, because `environment` leaves out what Python was told here.
EXTRA = str(Path(distributed.__file__).parents[1])


@dataclass(frozen=True)
class Cluster:
    """A scheduler with its workers, and the folder in which these put down what they need."""

    address: str
    scheduler: subprocess.Popen[bytes]
    scratch: Path

    def run(self, project: Project, *arguments: str, **changes: str) -> Ran:
        return run_command(project, *arguments, SCHEDULER=self.address, PYTHONPATH=EXTRA, **changes)

    def start(self, project: Project, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        surroundings = environment(SCHEDULER=self.address, PYTHONPATH=EXTRA, **changes)
        return subprocess.Popen(
            command(*arguments), cwd=project.root, env=surroundings, stderr=subprocess.PIPE, text=True
        )

    def private_files(self) -> list[str]:
        """Return what stands in the workers' folders, the package apart."""
        found = [path for desk in self.scratch.rglob("desk-*") for path in desk.rglob("*")]
        return [str(path) for path in found if "pipeline" not in path.parts and path.is_file()]


@contextmanager
def cluster(folder: Path, *, workers: int = 2, package: Path = REPOSITORY) -> Iterator[Cluster]:
    """Start a scheduler and workers that have the package of a folder; end them."""
    scratch, told = folder / "scratch", folder / "scheduler.json"
    folder.mkdir(exist_ok=True)
    surroundings = environment(PYTHONPATH=os.pathsep.join([str(package), EXTRA]))
    dask = [sys.executable, "-m", "dask"]
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    one = ["--nworkers", str(workers), "--nthreads", "1", "--local-directory", str(scratch)]
    commands = [[*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *common]]
    commands += [[*dask, "worker", *one, *common]] if workers else []
    with ExitStack() as stack, (folder / "log").open("wb") as log:
        started = []
        for each in commands:
            process = subprocess.Popen(each, cwd=folder, env=surroundings, stdout=log, stderr=log)
            started.append(stack.enter_context(process))
            stack.callback(end, process)
            wait_for(told.is_file)
        with distributed.Client(scheduler_file=str(told), set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=60)
            address = client.scheduler.address
        yield Cluster(address, started[0], scratch)


def end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()


def wait_for(found: Callable[[], Any], seconds: float = 60) -> Any:
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} seconds in vain")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def project(tiny_project_read_only: Project, tmp_path: Path) -> Project:
    """The tiny survey, not yet built, with the package beside it."""
    return add_package(copy_project(tiny_project_read_only, tmp_path / "project"))


def add_waiting(project: Project, marker: Path, *, name: str, only_once: bool) -> None:
    """Have a notebook write down its kernel's process, a line each time, and then wait longer than a test does."""
    change_notebook(
        project,
        name,
        before=2,
        source="import os, pathlib, time\n\n"
        f"marker = pathlib.Path({str(marker)!r})\n"
        "again = marker.exists()\n"
        "with marker.open('a') as file:\n    print(os.getpid(), file=file)\n"
        f"time.sleep(0 if again and {only_once} else 300)",
    )


def kernels_in(marker: Path) -> list[int]:
    return [int(line) for line in marker.read_text().splitlines()] if marker.is_file() else []


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def worker_of(kernel: int) -> psutil.Process:
    """Return the worker whose notebook a kernel runs; where kernels are forked, their parent stands in between."""
    return next(one for one in psutil.Process(kernel).parents() if "zygote" not in " ".join(one.cmdline()))


def test_two_workers_give_the_same_bytes_as_this_machine_and_keep_nothing(
    two_workers: Cluster, project: Project, built: tuple[Project, Ran]
) -> None:
    ran = two_workers.run(project, "reports", "--wave", WAVE)
    assert ran.status == 0, ran.told
    assert "7 notebooks run, 0 up to date" in ran.told
    assert {f"  reporting {area}" for area in ("all-three", "barnet", "camden", "enfield")} <= set(
        ran.told.splitlines()
    )
    here, there = bytes_below(built[0].reports), bytes_below(project.reports)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    assert two_workers.private_files() == []
    # The scheduler is not asked when there is nothing to do.
    again = run_command(project, "reports", "--wave", WAVE, SCHEDULER="tcp://127.0.0.1:9")
    assert "0 notebooks run, 7 up to date" in again.told


def test_a_notebook_whose_worker_is_killed_runs_again_at_another(
    two_workers: Cluster, project: Project, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    add_waiting(project, marker, name="02_estimate_change.ipynb", only_once=True)
    with two_workers.start(project, "estimates", "--wave", WAVE) as run:
        (kernel,) = wait_for(lambda: kernels_in(marker))
        worker = worker_of(kernel)
        parents = [one.pid for one in psutil.Process(kernel).parents() if "zygote" in " ".join(one.cmdline())]
        os.kill(worker.pid, signal.SIGKILL)
        _, told = run.communicate(timeout=120)
    assert run.returncode == 0, told
    assert "3 notebooks run" in told
    assert len(kernels_in(marker)) == 2
    assert wait_for(lambda: not any(map(is_alive, [kernel, *parents])))
    # The nanny takes away what the killed worker had put down.
    assert wait_for(lambda: two_workers.private_files() == [])


def test_a_failing_cell_is_not_tried_again_and_is_told_as_here(
    two_workers: Cluster, project: Project, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    source = f"with open({str(marker)!r}, 'a') as file:\n    print('x', file=file)\n\n1/0"
    change_notebook(project, "02_estimate_change.ipynb", before=2, source=source)
    ran = two_workers.run(project, "estimates", "--wave", WAVE)
    assert ran.status == 1
    assert "Failed: notebooks/02_estimate_change.ipynb, cell 3 (with open(" in ran.told
    assert "ZeroDivisionError: division by zero. The notebook as far as it came: data/processed/failed/" in ran.told
    assert marker.read_text() == "x\n"
    (kept,) = project.failed.iterdir()
    assert b"ZeroDivisionError" in kept.read_bytes()
    assert not list(project.published(WAVE).glob("*"))
    assert two_workers.private_files() == []


def test_the_limits_of_whoever_asks_hold_at_the_workers(two_workers: Cluster, project: Project, tmp_path: Path) -> None:
    add_waiting(project, tmp_path / "marker", name="01_clean_wave.ipynb", only_once=False)
    ran = two_workers.run(project, "data", "--wave", "wave-1", LIMIT_SECONDS="6")
    assert ran.status == 1
    assert "notebooks/01_clean_wave.ipynb: cell 3 (import os, pathlib, time) ran longer than the 6 seconds" in ran.told
    assert not any(map(is_alive, kernels_in(tmp_path / "marker")))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_what_nobody_waits_for_any_more_ends_at_the_workers(
    two_workers: Cluster, project: Project, tmp_path: Path, number: signal.Signals
) -> None:
    marker = tmp_path / "marker"
    add_waiting(project, marker, name="01_clean_wave.ipynb", only_once=False)
    with two_workers.start(project, "data", "--wave", "wave-1") as run:
        (kernel,) = wait_for(lambda: kernels_in(marker))
        run.send_signal(number)
        _, told = run.communicate(timeout=30)
    assert run.returncode == {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130}[number], told
    assert wait_for(lambda: not is_alive(kernel))
    assert wait_for(lambda: two_workers.private_files() == [])
    assert not list(project.cleaned("wave-1").glob("*"))


def test_batches_of_the_calibration_are_the_same_as_here(two_workers: Cluster, project: Project) -> None:
    asked = command("calibrate", "--surveys", "100", "--only", "null")
    tables = []
    for changes in ({"SCHEDULER": two_workers.address, "PYTHONPATH": EXTRA}, {}):
        done = subprocess.run(asked, cwd=project.root, env=environment(**changes), capture_output=True, text=True)
        tables.append(done.stdout)
        shutil.rmtree(project.processed / "calibration")
    assert "null" in tables[0]
    assert tables[0] == tables[1]


def stopped(ran: Ran) -> str:
    """Assert that a run stopped with one sentence before anything ran; return it."""
    assert ran.status == 1
    (line,) = ran.told.splitlines()
    return line.removeprefix("Stopped: ")


def test_where_no_scheduler_answers_it_is_said_within_seconds(project: Project) -> None:
    started = time.monotonic()
    ran = run_command(project, "reports", SCHEDULER="tcp://127.0.0.1:9", PYTHONPATH=EXTRA)
    assert stopped(ran).startswith("No scheduler answers at tcp://127.0.0.1:9 within 5 seconds; start one with ")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("address", ["8786", "127.0.0.1:8786", "tcp://127.0.0.1", "http://127.0.0.1:8786", "tcp://a:b"])
def test_what_is_no_address_is_said_with_one_that_is(project: Project, address: str) -> None:
    ran = run_command(project, "data", SCHEDULER=address, PYTHONPATH=EXTRA)
    assert stopped(ran) == f"SCHEDULER is '{address}'; expected an address such as tcp://127.0.0.1:8786."


def test_a_scheduler_without_workers_and_one_that_is_lost_are_said(project: Project, tmp_path: Path) -> None:
    with cluster(tmp_path / "none", workers=0) as none:
        assert stopped(none.run(project, "data")).startswith(f"The scheduler at {none.address} has no worker; start ")
    marker = tmp_path / "marker"
    add_waiting(project, marker, name="01_clean_wave.ipynb", only_once=False)
    with cluster(tmp_path / "lost", workers=1) as lost, lost.start(project, "data", "--wave", "wave-1") as run:
        wait_for(lambda: kernels_in(marker))
        lost.scheduler.kill()
        _, told = run.communicate(timeout=60)
    assert run.returncode == 1
    assert f"Failed: cleaning wave-1: The scheduler at {lost.address} was lost before this was done." in told
    assert "Traceback" not in told


def test_workers_with_other_code_or_none_are_refused_by_name(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = add_package(Project(tmp_path / "other"))
    with (other.root / "pipeline" / "ground" / "errors.py").open("a") as file:
        file.write("# another version\n")
    with cluster(tmp_path / "one", workers=1, package=other.root) as one:
        said = stopped(one.run(project, "data"))
        assert said.startswith("The worker tcp://127.0.0.1:")
        assert " has other code of the pipeline; workers need " in said
    shutil.rmtree(other.root / "pipeline")
    (other.root / "pipeline").mkdir()
    # An empty package would not do: what is installed in the environment supplies all that it lacks.
    (other.root / "pipeline" / "__init__.py").write_text("raise ImportError('no pipeline here')\n")
    with cluster(tmp_path / "two", workers=1, package=other.root) as two:
        assert "cannot load this pipeline; install the same code there." in stopped(two.run(project, "data"))


def test_code_that_changes_under_a_worker_is_refused_until_it_starts_anew(project: Project, tmp_path: Path) -> None:
    with cluster(tmp_path / "one", workers=1, package=project.root) as one:
        assert one.run(project, "data", "--wave", "wave-1").status == 0
        with (project.root / "pipeline" / "ground" / "errors.py").open("a") as file:
            file.write("# another version\n")
        assert " has changed since it started; start it anew." in stopped(one.run(project, "data", "--wave", "wave-1"))
