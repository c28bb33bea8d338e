"""What is up to date is decided by content: of the inputs, the parameters, the code, the lock file, and the outputs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery import fingerprints
from pipeline.machinery.fingerprints import BuildRecord, Step, code_hash
from pipeline.machinery.steps import cleaning_stage, estimation_stage, report_stage, wave_pair
from pipeline.reference.evaluation import load_evaluation


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("evaluation.yml", "raw.csv", "made/first.parquet", "made/second.parquet", "page.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"content of {name}", "utf-8")
    return Project(tmp_path)


def step_of(project: Project, **parameters: object) -> Step:
    inputs = (project.settings_file, project.root / "raw.csv")
    return Step("a step", inputs, parameters or {"wave": "wave-2"})


@pytest.fixture
def step(project: Project) -> Step:
    """A step noted as made: of two inputs, into a folder and a file."""
    made = step_of(project)
    record = BuildRecord(project)
    record.note(made, record.fingerprint(made), [project.root / "made", project.root / "page.html"])
    assert BuildRecord(project).is_fresh(made)
    return made


def write(name: str) -> Callable[[Project], object]:
    return lambda project: (project.root / name).write_text("other content", "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(write("raw.csv"), id="an input changed"),
        pytest.param(write("evaluation.yml"), id="the settings changed"),
        pytest.param(lambda project: (project.root / "raw.csv").unlink(), id="an input deleted"),
        pytest.param(write("page.html"), id="an output edited"),
        pytest.param(lambda project: (project.root / "page.html").unlink(), id="an output deleted"),
        pytest.param(write("made/first.parquet"), id="a file of an output folder edited"),
        pytest.param(lambda project: (project.root / "made" / "second.parquet").unlink(), id="one of them deleted"),
        pytest.param(lambda project: (project.processed / "build.json").unlink(), id="the record deleted"),
    ],
)
def test_a_step_is_stale_after(project: Project, step: Step, change: Callable[[Project], object]) -> None:
    change(project)
    assert not BuildRecord(project).is_fresh(step)


def test_touching_inputs_and_outputs_leaves_a_step_fresh(project: Project, step: Step) -> None:
    for path in project.root.rglob("*.*"):
        os.utime(path, (1, 1))
    assert BuildRecord(project).is_fresh(step)


def test_another_parameter_makes_a_step_stale(project: Project, step: Step) -> None:
    assert not BuildRecord(project).is_fresh(step_of(project, wave="wave-3"))
    assert not BuildRecord(project).is_fresh(step_of(project, wave="wave-2", area="camden"))


def test_another_input_makes_a_step_stale(project: Project, step: Step) -> None:
    more = Step(step.name, (*step.inputs, project.root / "page.html"), step.parameters)
    assert not BuildRecord(project).is_fresh(more)


def test_other_code_makes_a_step_stale(project: Project, step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "code_hash", lambda: "another")
    assert not BuildRecord(project).is_fresh(step)


def test_another_minor_version_of_python_makes_a_step_stale(
    project: Project, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 99, 0, "final", 0))
    assert not BuildRecord(project).is_fresh(step)


def test_an_input_that_changed_while_the_step_ran_leaves_it_stale(project: Project) -> None:
    record, step = BuildRecord(project), step_of(project)
    before = record.fingerprint(step)
    write("raw.csv")(project)
    record.note(step, before, [project.root / "page.html"])
    assert not record.is_fresh(step)


def test_a_step_that_made_nothing_is_never_fresh(project: Project) -> None:
    record, step = BuildRecord(project), step_of(project)
    record.note(step, record.fingerprint(step), [project.root / "not-there.html"])
    assert not record.is_fresh(step)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"[1]",
        b'"text"',
        b'{"a step": 1}',
        b'{"a step": {}}',
        b'{"a step": {"fingerprint": "x", "outputs": 3}}',
        b'{"a step"',
    ],
)
def test_a_record_that_cannot_be_read_makes_every_step_stale_and_is_mended_by_the_next_note(
    project: Project, step: Step, content: bytes
) -> None:
    path = project.processed / "build.json"
    path.write_bytes(content)
    record = BuildRecord(project)
    assert not record.is_fresh(step)
    assert record.outputs_of(step) == set()
    record.note(step, record.fingerprint(step), [project.root / "page.html"])
    assert BuildRecord(project).is_fresh(step)
    assert set(json.loads(path.read_text("utf-8"))) == {"a step"}


def test_the_record_holds_no_path_of_this_machine(project: Project, step: Step) -> None:
    assert str(project.root) not in (project.processed / "build.json").read_text("utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that stands in for our own, with a lock file beside it."""
    folder = tmp_path / "clone" / "pipeline"
    (folder / "template").mkdir(parents=True)
    (folder / "code.py").write_text("1", "utf-8")
    (folder / "template" / "page.html.j2").write_text("a page", "utf-8")
    (folder.parent / "requirements.lock").write_text("pandas==3.0", "utf-8")
    monkeypatch.setattr(fingerprints, "_PACKAGE", folder)
    code_hash.cache_clear()
    yield folder
    code_hash.cache_clear()


@pytest.mark.parametrize("name", ["code.py", "template/page.html.j2", "../requirements.lock", "new.py"])
def test_the_hash_of_the_code_changes_with(package: Path, name: str) -> None:
    before = code_hash()
    (package / name).write_text("changed", "utf-8")
    code_hash.cache_clear()
    assert code_hash() != before


def test_the_hash_of_the_code_does_not_change_with_compiled_files_or_times(package: Path) -> None:
    before = code_hash()
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "code.pyc").write_bytes(b"compiled")
    os.utime(package / "code.py", (1, 1))
    code_hash.cache_clear()
    assert code_hash() == before


def test_every_step_is_made_from_its_notebook_the_settings_and_what_the_step_before_it_made(
    tiny_project_read_only: Project,
) -> None:
    project = tiny_project_read_only
    evaluation = load_evaluation(project.settings_file)
    waves = wave_pair(evaluation, "wave-2")
    cleaning = cleaning_stage(project, evaluation, waves)
    estimating = estimation_stage(project, evaluation, waves)
    reporting = report_stage(project, evaluation, "wave-2", ["all-three", "camden"])
    for one in (*cleaning, *estimating, *reporting):
        assert {one.run.notebook, project.settings_file} <= set(one.step.inputs)
    for wave, one in zip(waves, cleaning, strict=True):
        assert {project.raw / source.file for source in wave.sources} <= set(one.step.inputs)
        assert project.processed / "link.key" in one.step.inputs
    assert {output for one in cleaning for output in one.outputs if output.suffix == ""} <= set(
        estimating[0].step.inputs
    )
    assert all(project.published("wave-2") in one.step.inputs for one in reporting)
    assert [dict(one.step.parameters) for one in reporting] == [
        {"wave": "wave-2"},
        {"wave": "wave-2", "area": "camden"},
    ]
