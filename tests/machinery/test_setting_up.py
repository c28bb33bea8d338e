"""Setting up, and the command line where nothing is set up yet; nothing here asks the network for anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.machinery import environment
from pipeline.machinery.command_line import main
from tests.machinery.tiny_runs import REPOSITORY

# Without the site module there is nothing to import but what comes with Python.
BARE = [sys.executable, "-S", "-m", "pipeline"]


def run_bare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BARE, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("verb", [("reports", "--wave", "wave-2"), ("site",), ("clean",), ("lab",), ("test",)])
def test_without_the_packages_every_verb_says_in_a_sentence_what_to_do(verb: tuple[str, ...]) -> None:
    ran = run_bare(REPOSITORY, *verb)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith("Stopped: pandas is not installed for this Python")
    assert "run `python -m pipeline setup` once" in ran.stderr


def test_without_the_packages_the_help_is_still_there() -> None:
    ran = run_bare(REPOSITORY, "--help")
    assert ran.returncode == 0
    assert "python -m pipeline reports --wave wave-2" in ran.stdout


def test_setup_without_a_lock_file_says_so_and_makes_nothing(tmp_path: Path) -> None:
    ran = run_bare(tmp_path, "setup")
    assert ran.returncode == 1
    assert ran.stderr == "Stopped: requirements.lock was not found here; run this from the project's folder.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to set up in, where making an environment makes no more than its folder and a stale mark."""

    def create(path: Path, **_: object) -> None:
        path.mkdir(exist_ok=True)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(environment.venv, "create", create)
    monkeypatch.setattr(environment.compileall, "compile_dir", lambda *_, **__: True)
    (tmp_path / "requirements.lock").write_text("", "utf-8")
    return tmp_path


def pip_gives(status: int, seen: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arguments: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        seen.append(arguments)
        return subprocess.CompletedProcess(arguments, status)

    monkeypatch.setattr(environment.subprocess, "run", run)


def test_setup_installs_nothing_but_what_the_lock_file_has_a_hash_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    pip_gives(0, seen, monkeypatch)
    assert main(["setup"]) == 0
    packages, project = seen
    assert "--require-hashes" in packages
    assert packages[-2:] == ["-r", "requirements.lock"]
    # The project itself brings nothing with it, and nothing is fetched to install it.
    assert {"--no-index", "--no-deps", "--no-build-isolation"} < set(project)
    assert project[-2:] == ["--editable", "."]
    assert (folder / ".venv" / "ready").is_file()


def test_setup_that_pip_cannot_finish_is_told_and_does_not_count_as_ready(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_gives(1, [], monkeypatch)
    assert main(["setup"]) == 1
    assert "Stopped: The packages of the lock file could not be installed" in capsys.readouterr().err
    assert not (folder / ".venv" / "ready").exists()


def test_setup_that_python_cannot_begin_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(environment.venv, "create", fail)
    assert main(["setup"]) == 1
    assert "Stopped: Python could not make an environment in .venv" in capsys.readouterr().err


def test_an_old_python_is_told_which_one_is_needed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 0, "final", 0))
    assert main(["setup"]) == 1
    assert "Stopped: Python 3.11 or later is needed" in capsys.readouterr().err


@pytest.mark.parametrize("statuses", [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 2)])
def test_check_runs_every_tool_and_fails_when_one_does(
    monkeypatch: pytest.MonkeyPatch, statuses: tuple[int, ...]
) -> None:
    from pipeline.machinery import command_line

    asked: list[str] = []

    def run_tool(*tool: str) -> int:
        asked.append(tool[0])
        return statuses[len(asked) - 1]

    monkeypatch.setattr(command_line, "run_tool", run_tool)
    assert main(["check"]) == max(statuses)
    assert asked == ["ruff", "ruff", "mypy"]
