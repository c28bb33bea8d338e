"""The chaos run in short; and that it would see what it looks for: torn, mixed and missing pages, what is left over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.judging import owes_cleaning
from tests.chaos.phases import PHASES, Timeline, Watch
from tests.chaos.processes import MARKER, Process, kill_all, living, parts_of, wait_until_gone
from tests.chaos.reader import Reader, faults_of
from tests.chaos.run import SHORT_MOMENTS, main
from tests.chaos.trials import SIGNALS, TARGETS, plan

needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's list of processes")
OLD = {"wave-2/camden.html": b"<html>old</html>", "wave-2/barnet.html": b"<html>old</html>", "a.csv": b"1"}
NEW = {"wave-2/camden.html": b"<html>new</html>", "wave-2/barnet.html": b"<html>new</html>", "a.csv": b"1"}
BUILDS = {"A": OLD, "B": NEW}


def kinds(faults: list[str]) -> list[str]:
    return [fault.partition(":")[0] for fault in faults]


@pytest.mark.parametrize("build", [OLD, NEW])
def test_a_whole_build_is_without_fault(build: dict[str, bytes]) -> None:
    assert faults_of(build, BUILDS) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"wave-2/camden.html": b"<html>ne"}, "torn page"),
        ({"wave-2/camden.html": b"<html>other</html>"}, "page of no build"),
        ({"wave-2/camden.html": NEW["wave-2/camden.html"]}, "half-new"),
        ({"wave-2/.writing-x": b"<html>"}, "stray file"),
        ({"a.csv": b""}, "page of no build"),
    ],
)
def test_a_change_of_one_file_is_a_fault_of_its_kind(change: dict[str, bytes], kind: str) -> None:
    assert kinds(faults_of(OLD | change, BUILDS)) == [kind]


@pytest.mark.parametrize("address", OLD)
def test_a_missing_file_is_a_fault(address: str) -> None:
    assert kinds(faults_of({name: OLD[name] for name in OLD if name != address}, BUILDS)) == ["missing"]


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for address, content in files.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        (folder / address).write_bytes(content)
    return folder


def test_a_reader_sees_a_site_that_is_changed_file_by_file_and_not_one_that_is_swapped(tmp_path: Path) -> None:
    site = write(tmp_path / "site", OLD)
    reader = Reader(site, BUILDS)
    reader.sweep()
    (tmp_path / "old").mkdir()
    site.rename(tmp_path / "old" / "site")
    write(tmp_path / "site", NEW)
    reader.sweep()
    assert (reader.changes, reader.faults) == (2, [])
    for address in OLD:
        (site / address).write_bytes(OLD[address])
        reader.sweep()
    assert kinds(reader.faults) == ["half-new"]
    shutil.rmtree(site)
    reader.sweep()
    assert kinds(reader.faults) == ["half-new", "gone"]


@pytest.fixture
def family(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A child that outlives its parent, both started under a marker in a folder."""
    marker = uuid.uuid4().hex
    command = [sys.executable, "-c", "import subprocess, sys; subprocess.Popen(['sleep', '60'])"]
    subprocess.run(command, env=os.environ | {MARKER: marker}, cwd=tmp_path, check=True)
    yield marker, tmp_path
    kill_all(marker, tmp_path)


@needs_proc
def test_what_outlives_a_run_is_found_and_can_be_ended(family: tuple[str, Path]) -> None:
    marker, folder = family
    left = wait_until_gone(marker, folder, 0.1)
    assert [one.line for one in left] == ["sleep 60"]
    # By its folder too, where a process has another environment; and nobody else's.
    assert [one.line for one in living("no such run", folder)] == ["sleep 60"]
    assert living("no such run", folder / "elsewhere") == []
    kill_all(marker, folder)
    assert living(marker, folder) == []


def test_each_process_of_a_run_has_its_part() -> None:
    python = "/x/bin/python"
    today = [
        Process(1, 0, "make reports WAVE=wave-2"),
        Process(2, 1, f"{python} -m pipeline reports --wave wave-2"),
        Process(3, 2, f"{python} -c from multiprocessing.spawn import spawn_main; spawn_main() --multiprocessing-fork"),
        Process(4, 3, f"{python} -m ipykernel_launcher -f k.json"),
    ]
    assert parts_of(today) == {"make": [1], "runner": [2], "worker": [3], "kernel": [4]}
    forking = [*today[:2], Process(5, 2, f"{python} -m pipeline.machinery.kernels.zygote"), Process(6, 5, "")]
    forking[-1] = Process(6, 5, forking[-2].line)
    assert parts_of(forking) == {"make": [1], "runner": [2], "forker": [5], "kernel": [6]}
    untitled = [today[1], Process(7, 2, today[1].line), Process(8, 7, today[1].line)]
    assert parts_of(untitled) == {"runner": [2], "forker": [7], "kernel": [8]}


LINES = ["  cleaning wave-1", "  cleaning wave-2", "  estimating wave-2", "  reporting camden", "  reporting barnet"]
SAYS = """
import sys
for line in sys.argv[1:]:
    print(line, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("count", "phase"),
    [(0, "start-up"), (1, "start-up"), (2, "estimating"), (3, "reporting"), (4, "reporting"), (5, "rendering")],
)
def test_a_phase_begins_when_all_notebooks_of_the_one_before_are_done(tmp_path: Path, count: int, phase: str) -> None:
    assert phase_after(tmp_path, LINES[:count]) == phase


@pytest.mark.parametrize(
    ("line", "phase"),
    [("  examining 9 pages and 3 files beside 0 releases ...", "gate"), ("wave-2: 5 notebooks run, 0 failed", "end")],
)
def test_a_phase_is_known_by_its_line(tmp_path: Path, line: str, phase: str) -> None:
    assert phase_after(tmp_path, [*LINES, line]) == phase


def phase_after(folder: Path, lines: list[str]) -> str:
    run = subprocess.Popen([sys.executable, "-c", SAYS, *lines], stderr=subprocess.PIPE, text=True)
    watch = Watch(run, folder, {"cleaning": 2, "estimating": 1, "reporting": 2})
    assert watch.finish(20) == 0
    assert run.stderr is not None
    run.stderr.close()
    return max(watch.begins, key=PHASES.index)


def test_the_length_of_a_phase_is_the_time_until_the_next_that_was_seen() -> None:
    timeline = Timeline({"start-up": 0.0, "cleaning": 1.0, "gate": 5.0}, 6.0, {})
    assert [timeline.length(phase) for phase in ("start-up", "cleaning", "estimating", "gate")] == [1.0, 4.0, 0.0, 1.0]


def test_moments_are_planned_alike_for_one_seed_and_share_out_phases_signals_and_targets() -> None:
    plans = [plan(1, number, 0) for number in range(500)]
    assert plans == [plan(1, number, 0) for number in range(500)]
    assert plans != [plan(2, number, 0) for number in range(500)]
    for phase in PHASES:
        of_phase = [one for one in plans if one.phase == phase]
        assert len(of_phase) >= 60
        assert {one.signal for one in of_phase} == set(SIGNALS)
        assert {one.targets[0] for one in of_phase} == set(TARGETS)


def test_nobody_owes_cleaning_after_sigkill_of_whoever_made_the_mess() -> None:
    kill, term, _ = SIGNALS
    assert not owes_cleaning(kill, ["runner"])
    assert owes_cleaning(kill, ["kernel"])
    assert owes_cleaning(term, ["runner"])


@pytest.mark.slow
@needs_proc
def test_a_build_that_is_struck_at_a_few_moments_leaves_nothing_half_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    status = main(["--short", "--seed", "3", "--keep", str(tmp_path), "--minutes", "5"])
    told = capsys.readouterr().out
    assert status == 0, told
    assert f"{SHORT_MOMENTS} moments, 0 with a violation" in told
    assert time.monotonic() - started < 360
