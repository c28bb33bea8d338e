"""Two builds compared: what is copied, how the surroundings differ, and that a byte that differs is found and named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery import command_line
from pipeline.machinery.verifying import _LISTING, SURROUNDINGS, copy_project, first_difference
from pipeline.reference.evaluation import Evaluation
from tests.machinery.tiny_runs import WAVE, bytes_below


def test_the_surroundings_differ_in_everything_that_a_page_must_not_depend_on() -> None:
    one, other = SURROUNDINGS
    for name in ("TZ", "LANG", "LC_ALL", "PYTHONHASHSEED", "USER", "LOGNAME"):
        assert one.variables[name] != other.variables[name]
    for name in ("folder", "umask", "cores", "backwards", "dated"):
        assert getattr(one, name) != getattr(other, name)
    assert " " in other.folder
    assert not other.folder.isascii()


def test_a_copy_holds_what_a_build_needs_and_nothing_that_was_made(
    tiny_project_read_only: Project, tiny_evaluation: Evaluation, tmp_path: Path
) -> None:
    copy = copy_project(tiny_project_read_only, tiny_evaluation, tmp_path / "a copy", dated=1000, backwards=True)
    assert bytes_below(copy.raw) == bytes_below(tiny_project_read_only.raw)
    assert bytes_below(copy.root / "notebooks") == bytes_below(tiny_project_read_only.root / "notebooks")
    assert copy.settings_file.read_bytes() == tiny_project_read_only.settings_file.read_bytes()
    assert {"pipeline/__init__.py", "pipeline/METHODS.md", "requirements.lock"} <= set(bytes_below(copy.root))
    assert not copy.processed.exists()
    assert not copy.reports.exists()
    assert {path.stat().st_mtime for path in copy.root.rglob("*") if path.is_file()} == {1000}


@pytest.mark.parametrize(("reverse", "listed"), [(False, ["a", "b", "c"]), (True, ["c", "b", "a"])])
def test_folders_are_listed_in_the_order_of_the_surroundings_by_every_way_of_listing(
    tmp_path: Path, reverse: bool, listed: list[str]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_LISTING.format(reverse=reverse), "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("b", "c", "a"):
        (folder / name).touch()
    code = (
        "import os, sys, pathlib; folder = sys.argv[1]; print(os.listdir(folder), [one.name for one in "
        "pathlib.Path(folder).iterdir()], [one.name for one in pathlib.Path(folder).glob('*')], "
        "next(os.walk(folder))[2])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == " ".join([str(listed)] * 4)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: None, None),
        (
            lambda folder: (folder / "page.html").write_text("one\ntwo three\n", "utf-8"),
            "page.html, byte 8, in line 2: b'one\\ntwo\\nthree\\n' and b'one\\ntwo three\\n'",
        ),
        (
            lambda folder: (folder / "page.html").write_text("one\ntwo\nthree\nfour", "utf-8"),
            "page.html, byte 15, in line 4: b'one\\ntwo\\nthree\\n' and b'one\\ntwo\\nthree\\nfour'",
        ),
        (lambda folder: (folder / "page.html").unlink(), "page.html is there only once"),
        (lambda folder: (folder / "a.csv").touch(), "a.csv is there only once"),
    ],
)
def test_the_first_difference_is_named_with_its_place(
    tmp_path: Path, change: Callable[[Path], object], told: str | None
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.html").write_text("one\ntwo\nthree\n", "utf-8")
    change(tmp_path / "other")
    found = [{path.name: path for path in (tmp_path / name).iterdir()} for name in ("one", "other")]
    assert first_difference(*found) == told


@pytest.mark.slow
def test_the_tiny_survey_is_the_same_bytes_in_both(
    fresh: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(fresh.root)
    assert command_line.main(["verify", "--wave", WAVE]) == 0
    one, other, verdict = capsys.readouterr().out.splitlines()
    assert one.startswith("plain: in 'project', ")
    assert other.startswith("varied: in 'Élsewhere, deeper/a project', ")
    assert verdict.startswith("wave-2: the same bytes in both, ")
