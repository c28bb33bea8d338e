"""What is edited while a run uses it does not count as used: nothing is placed, and the next run builds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery import code_graph
from tests.machinery.releasing import FIRST, Gate
from tests.machinery.tiny_runs import IN_RAW, WAVE, Ran, bytes_below, change_notebook, visible_text

pytestmark = pytest.mark.slow

REPORTS = ("reports", "--wave", WAVE)
EDITED = {
    "evaluation.yml": "evaluation.yml",
    "a raw file": f"data/raw/{IN_RAW[WAVE]}",
    "a notebook that had run": "notebooks/03_borough_report.ipynb",
    "a module": "package/presentation/narrative.py",
}


@pytest.fixture
def project(copied: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A built project of which everything is stale, its code in a folder that a test may change."""
    (copied.root / "pipeline").rename(copied.root / "package")
    monkeypatch.setattr(code_graph, "PACKAGE", copied.root / "package")
    for name in ("build.json", "manifest.json"):
        (copied.processed / name).unlink()
    return copied


def edit_during_the_run(project: Project, name: str) -> None:
    """Have the last notebook, when it is run, edit a file as somebody would in an editor: once."""
    path = project.root / name
    change_notebook(
        project,
        "04_area_report.ipynb",
        before=0,
        source=(
            "from pathlib import Path\n"
            f"edited = Path({str(path)!r})\n"
            f"if not Path({str(project.root / 'edited')!r}).exists():\n"
            f"    Path({str(project.root / 'edited')!r}).touch()\n"
            "    edited.write_bytes(edited.read_bytes() + b'\\n')"
        ),
    )


@pytest.mark.parametrize("name", EDITED.values(), ids=EDITED)
def test_an_edit_during_the_run_ends_it_with_a_sentence_and_nothing_placed(
    project: Project, quickly: Callable[..., Ran], name: str
) -> None:
    before = bytes_below(project.reports)
    edit_during_the_run(project, name)
    ran = quickly(project, *REPORTS)
    assert ran.status == 1
    assert ran.told.endswith(f"Stopped: {name} was changed while the reports were being built; run it again.\n")
    assert bytes_below(project.reports) == before

    if name.startswith("data/raw"):
        assert quickly(project, "record", "--wave", WAVE).status == 0
    again = quickly(project, *REPORTS)
    assert again.status == 0, again.told
    assert "0 notebooks run" not in again.told
    assert "0 notebooks run" in quickly(project, *REPORTS).told


def edit_title(files: Mapping[str, bytes], project: Project) -> tuple[str, ...]:
    text = project.settings_file.read_text("utf-8")
    project.settings_file.write_text(text.replace('version: "7.3"', 'version: "7.4"'), "utf-8")
    return ()


def test_an_edit_while_the_gate_examines_ends_the_run_and_the_next_shows_it(
    project: Project, quickly: Callable[..., Ran], watched: Gate
) -> None:
    before = bytes_below(project.reports)
    watched.finds = lambda files: edit_title(files, project)
    ran = quickly(project, *REPORTS)
    assert ran.status == 1
    assert "evaluation.yml was changed while the reports were being built; run it again." in ran.told
    assert bytes_below(project.reports) == before
    again = quickly(project, *REPORTS)
    assert again.status == 0, again.told
    page = (project.reports / WAVE / "camden.html").read_text("utf-8")
    assert "7.4" in visible_text(page)
    assert "7.3" not in visible_text(page)


def test_an_edit_while_the_gate_examines_keeps_a_release_from_being_made(
    project: Project, quickly: Callable[..., Ran], watched: Gate
) -> None:
    watched.finds = lambda files: edit_title(files, project)
    before = bytes_below(project.reports)
    ran = quickly(project, *FIRST)
    assert ran.status == 1
    assert "evaluation.yml was changed while the reports were being built; run it again." in ran.told
    assert not (project.releases / "register.jsonl").exists()
    assert bytes_below(project.reports) == before


def test_dates_alone_change_nothing(project: Project, quickly: Callable[..., Ran], watched: Gate) -> None:
    watched.finds = lambda files: touch(project.settings_file)
    assert quickly(project, *REPORTS).status == 0


def touch(path: Path) -> tuple[str, ...]:
    path.touch()
    return ()
