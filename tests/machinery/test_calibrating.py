"""`make calibrate`: the same for the same seed, resumed from what is there, and refused in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery.calibration import calibrate, run_batch
from pipeline.machinery.calibration_result import RESULT


def test_a_batch_is_the_same_whenever_it_runs_and_another_for_another_seed() -> None:
    first, again, other = (run_batch(("null", 0, 2), seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_two_halves_of_a_batch_add_up_to_the_whole() -> None:
    whole, halves = run_batch(("null", 0, 2), 1), [run_batch(("null", number, number + 1), 1) for number in (0, 1)]
    for figure, tally in whole.items():
        halves[0][figure].merge(halves[1][figure])
        assert vars(halves[0][figure]) == pytest.approx(vars(tally))


def test_a_run_goes_on_from_the_batches_that_are_there_and_keeps_no_part_as_the_result(
    make_tiny_project: Callable[[Path], Project],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = make_tiny_project(tmp_path / "tiny")
    monkeypatch.chdir(project.root)
    before = RESULT.read_bytes() if RESULT.exists() else None
    calibrate(2, 1, ["null"])
    (batch,) = (project.processed / "calibration").glob("*/*")
    sums = json.loads(batch.read_text("utf-8"))
    assert f" {sums['everyone, share']['surveys']} " in capsys.readouterr().out
    # Had the batch been run again, the changed file would not be believed.
    batch.write_text(json.dumps(sums | {"everyone, share": sums["everyone, share"] | {"surveys": 777}}), "utf-8")
    calibrate(2, 1, ["null"])
    assert " 777 " in capsys.readouterr().out
    assert (RESULT.read_bytes() if RESULT.exists() else None) == before


@pytest.mark.parametrize(
    ("surveys", "names", "words"), [(2, ["nul"], "'nul' is no scenario; there are null"), (0, [], "one survey")]
)
def test_a_scenario_that_is_none_or_no_surveys_are_refused(
    surveys: int, names: list[str], words: str, tiny_project_read_only: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_project_read_only.root)
    with pytest.raises(PipelineError, match=words):
        calibrate(surveys, 1, names)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="tells a worker by its parent under /proc")
def test_a_run_that_is_killed_leaves_no_worker(make_tiny_project: Callable[[Path], Project], tmp_path: Path) -> None:
    project = make_tiny_project(tmp_path / "tiny")
    command = [sys.executable, "-m", "pipeline", "calibrate", "--surveys", "2000", "--only", "alike", "--seed", "5"]
    environment = os.environ | {"PYTHONPATH": str(RESULT.parents[1])}
    run = subprocess.Popen(command, cwd=project.root, env=environment, stderr=subprocess.DEVNULL)
    workers = wait_for(lambda: len(children_of(run.pid)) >= 2 and children_of(run.pid))
    run.kill()
    run.wait()
    assert wait_for(lambda: not any(is_running(worker) for worker in workers))


def wait_for(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.1)
    return None


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
