"""What is up to date is decided by content: of the inputs, the parameters, the code, the lock file, and the outputs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery import code_graph, fingerprints
from pipeline.machinery.fingerprints import BuildRecord, Step, code_hash, code_version
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
    return Step("a step", inputs, parameters or {"wave": "wave-2"}, modules=("pipeline.low.code",))


@pytest.fixture
def step(project: Project) -> Step:
    """A step noted as made: of two inputs, into a folder and a file."""
    made = step_of(project)
    record = BuildRecord(project)
    record.note(made, record.fingerprint(made), [project.root / "made", project.root / "page.html"])
    assert BuildRecord(project).is_fresh(made)
    return made


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that stands in for our own, with a lock file beside it."""
    folder = tmp_path / "clone" / "pipeline"
    for name, content in {
        "__init__.py": "",
        "low/__init__.py": "",
        "low/code.py": "page = 'page.html.j2'",
        "low/other.py": "",
        "template/page.html.j2": "a page",
        "../requirements.lock": "pandas==3.0",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    monkeypatch.setattr(code_graph, "PACKAGE", folder)
    monkeypatch.setattr(fingerprints, "PACKAGE", folder)
    return folder


def write(name: str) -> Callable[[Project], object]:
    return lambda project: (project.root / name).write_text("other = 1", "utf-8")


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
    more = replace(step, inputs=(*step.inputs, project.root / "page.html"))
    assert not BuildRecord(project).is_fresh(more)


@pytest.mark.parametrize("name", ["low/code.py", "low/__init__.py", "template/page.html.j2", "../requirements.lock"])
def test_other_code_that_it_needs_makes_a_step_stale(project: Project, step: Step, package: Path, name: str) -> None:
    (package / name).write_text("changed = 1", "utf-8")
    assert not BuildRecord(project).is_fresh(step)


@pytest.mark.parametrize("name", ["low/other.py", "low/new.py", "template/new.html.j2"])
def test_code_that_it_does_not_need_leaves_a_step_fresh(project: Project, step: Step, package: Path, name: str) -> None:
    (package / name).write_text("changed = 1", "utf-8")
    assert BuildRecord(project).is_fresh(step)


def test_a_step_that_is_up_to_date_has_no_reason_to_be_made(project: Project, step: Step) -> None:
    assert BuildRecord(project).why_stale(step) == []


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ([write("raw.csv")], ["raw.csv"]),
        ([lambda project: (project.root / "raw.csv").unlink()], ["raw.csv (gone)"]),
        (
            [write("clone/pipeline/low/code.py")],
            ["the code: pipeline/low/code.py", "the code: pipeline/template/page.html.j2 (gone)"],
        ),
        ([write("clone/requirements.lock")], ["the versions of packages: requirements.lock"]),
        ([write("page.html")], ["output changed by hand: page.html"]),
        ([lambda project: (project.root / "page.html").unlink()], ["output missing: page.html"]),
        ([lambda project: (project.processed / "build.json").unlink()], ["never made"]),
        ([write("raw.csv"), write("page.html")], ["raw.csv", "output changed by hand: page.html"]),
    ],
)
def test_why_a_step_would_be_made_names_what_changed(
    project: Project, step: Step, changes: list[Callable[[Project], object]], reasons: list[str]
) -> None:
    for change in changes:
        change(project)
    assert BuildRecord(project).why_stale(step) == reasons


def test_why_a_step_would_be_made_names_parameters_and_the_version_of_python(
    project: Project, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BuildRecord(project).why_stale(step_of(project, wave="wave-3", area="camden")) == [
        "the parameter area: camden, before None",
        "the parameter wave: wave-3, before wave-2",
    ]
    version = ".".join(map(str, sys.version_info[:2]))
    monkeypatch.setattr(sys, "version_info", (3, 99, 0, "final", 0))
    assert BuildRecord(project).why_stale(step) == [f"the Python version: 3.99, before {version}"]


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
        b'{"steps": 1, "codes": {}}',
        b'{"steps": {"a step": {}}, "codes": {}}',
        b'{"steps": {"a step": {"fingerprint": "x", "outputs": 3}}, "codes": {}}',
        b'{"steps": {"a step": {"fingerprint": "x", "outputs": {}, "made_of": {}}}, "codes": {}}',
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
    assert set(json.loads(path.read_text("utf-8"))["steps"]) == {"a step"}


def test_the_record_holds_no_path_of_this_machine(project: Project, step: Step) -> None:
    assert str(project.root) not in (project.processed / "build.json").read_text("utf-8")


def test_the_hash_of_a_module_changes_with_what_it_needs_alone(project: Project, package: Path) -> None:
    before = code_hash(project, "pipeline.low.code")
    (package / "low" / "other.py").write_text("changed = 1", "utf-8")
    (package / "low" / "__pycache__").mkdir()
    (package / "low" / "__pycache__" / "code.pyc").write_bytes(b"compiled")
    os.utime(package / "low" / "code.py", (1, 1))
    assert code_hash(project, "pipeline.low.code") == before
    (package / "template" / "page.html.j2").write_text("another page", "utf-8")
    changed = code_hash(project, "pipeline.low.code")
    assert changed != before
    (package.parent / "requirements.lock").write_text("pandas==4.0", "utf-8")
    assert code_hash(project, "pipeline.low.code") != changed


def test_the_code_version_is_that_of_the_package_and_of_the_code_that_goes_into_pages(
    project: Project, package: Path
) -> None:
    (package / "machinery").mkdir()
    (package / "machinery" / "site.py").write_text("", "utf-8")
    before = code_version(project)
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{12}", before)
    (package / "low" / "other.py").write_text("changed = 1", "utf-8")
    assert code_version(project) == before
    (package / "machinery" / "site.py").write_text("changed = 1", "utf-8")
    assert code_version(project) != before


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
    whole, camden = reporting
    assert project.published("wave-2") in whole.step.inputs
    assert set(camden.step.inputs) == {
        camden.run.notebook,
        project.settings_file,
        project.published("wave-2") / "camden",
    }
    assert {project.published("wave-2"), project.published("wave-2") / "camden"} <= set(estimating[0].outputs)
    assert [dict(one.step.parameters) for one in reporting] == [
        {"wave": "wave-2"},
        {"wave": "wave-2", "area": "camden"},
    ]
