"""`make calibrate`: the same for the same seed, resumed from what is there, and refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery.calibration import RESULT, calibrate, run_batch


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
