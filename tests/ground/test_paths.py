"""A project is found from anywhere within it, and messages name its files from its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import NOTEBOOKS, Project, find_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "evaluation.yml").write_text("title: x\n", "utf-8")
    return Project(tmp_path.resolve())


@pytest.mark.parametrize("within", [".", "notebooks", "data/raw/wave-1"])
def test_a_project_is_found_from_its_folder_and_from_those_below(project: Project, within: str) -> None:
    folder = project.root / within
    folder.mkdir(parents=True, exist_ok=True)
    assert find_project(folder) == project


def test_a_project_is_found_from_the_current_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.root / "notebooks").mkdir()
    monkeypatch.chdir(project.root / "notebooks")
    assert find_project() == project


def test_the_nearest_project_is_taken(project: Project) -> None:
    inner = project.root / "inner"
    inner.mkdir()
    (inner / "evaluation.yml").write_text("title: y\n", "utf-8")
    assert find_project(inner) == Project(inner)


def test_a_folder_named_like_the_settings_file_is_no_project(project: Project) -> None:
    inner = project.root / "inner"
    (inner / "evaluation.yml").mkdir(parents=True)
    assert find_project(inner) == project


def test_where_no_project_is_one_sentence_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with pytest.raises(PipelineError) as told:
        find_project(folder)
    message = str(told.value)
    assert message == (
        "No evaluation.yml was found in elsewhere or above it; run this from the evaluation's own folder."
    )


def test_a_path_is_shown_from_the_project_s_folder_with_forward_slashes(project: Project) -> None:
    assert project.shown(project.root / "data" / "raw" / "wave-1" / "a.xlsx") == "data/raw/wave-1/a.xlsx"


def test_a_folder_that_is_a_link_to_another_disk_is_shown_as_it_stands_in_the_project(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.processed.parent.mkdir()
    project.processed.symlink_to(tmp_path_factory.mktemp("disk"), target_is_directory=True)
    assert project.shown(project.processed / "failed" / "x.ipynb") == "data/processed/failed/x.ipynb"


def test_a_path_outside_the_project_is_shown_by_its_name_alone(project: Project) -> None:
    assert project.shown(project.root.parent / "secret-folder" / "a.xlsx") == "a.xlsx"


def test_raw_data_and_reports_never_stand_below_what_may_be_removed(project: Project) -> None:
    private = [project.processed, project.failed, *(made("w") for made in (project.cleaned, project.estimates))]
    private += [project.published("w"), project.executed("w")]
    assert all(path.is_relative_to(project.root / "data" / "processed") for path in private)
    assert not any(path.is_relative_to(project.processed) for path in (project.raw, project.reports))


def test_every_notebook_of_the_repository_has_a_name_by_which_it_is_run() -> None:
    root = Path(__file__).resolve().parents[2]
    assert {path.name for path in (root / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS.values())
    assert all(Project(root).notebook(kind).is_file() for kind in NOTEBOOKS)
