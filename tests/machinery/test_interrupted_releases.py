"""A release that is killed on its way leaves either nothing or what the next run finishes; two never run at once."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from pipeline.ground.paths import Project
from tests.machinery.releasing import FIRST, WITHDRAWAL, Here, draft, entries_of, public
from tests.machinery.tiny_runs import WAVE, bytes_below, environment, state_of

pytestmark = pytest.mark.slow

# The process that runs the command line kills itself where it would call this function.
KILLED = """
import os, signal, sys
from pipeline.machinery import command_line, {module}

def die(*given):
    os.kill(os.getpid(), signal.SIGKILL)

{patch}
command_line.main(sys.argv[1:])
"""
BEFORE_THE_LINE = ("releases", "releases.add_entry = die")
# The line is written, and neither its archive named nor a page placed.
AFTER_THE_LINE = (
    "register",
    """
finish = register._finish_archives
register._finish_archives = lambda project: finish(project) if count(project) == {before} else die()
count = lambda project: len(register._read_entries(project))
""",
)
# As where names cannot be exchanged: there, pages are put in place one after the other.
HALF_PLACED = (
    "whole_folder",
    """
whole_folder.exchange = lambda one, other: False
put = whole_folder._put
whole_folder._put = lambda source, target: die() if target.name == "camden.html" else put(source, target)
""",
)


def killed(project: Project, at: tuple[str, str], *arguments: str) -> None:
    """Run the command line in a process of its own, which is killed on its way."""
    module, patch = at
    before = len(entries_of(project)) if (project.releases / "register.jsonl").is_file() else 0
    code = KILLED.format(module=module, patch=patch.format(before=before))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=project.root, env=environment(), capture_output=True, timeout=300
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_killed_before_the_line_nothing_is_released_and_the_next_run_says_so(copied: Project, here: Here) -> None:
    before = state_of(copied.reports)
    killed(copied, BEFORE_THE_LINE, *FIRST)
    assert state_of(copied.reports) == before
    assert not (copied.releases / "register.jsonl").exists()
    assert [path.name for path in copied.releases.iterdir()] == [".preparing-wave-2-r1"]

    ran = here(copied, "reports", "--wave", WAVE)
    assert ran.status == 0
    assert ran.told.splitlines()[0] == (
        "wave-2-r1 was interrupted before it was registered; nothing of it was published or is kept."
    )
    assert state_of(copied.reports) == before
    assert bytes_below(copied.releases) == {}
    assert here(copied, *FIRST).status == 0
    assert public(copied) == bytes_below(copied.releases / "wave-2-r1")


def test_killed_right_after_the_line_the_next_run_finishes_the_release(copied: Project, here: Here) -> None:
    before = public(copied)
    killed(copied, AFTER_THE_LINE, *FIRST)
    assert public(copied) == before
    assert [entry["id"] for entry in entries_of(copied)] == ["wave-2-r1"]
    assert here(copied, "site").status == 0
    assert public(copied) == bytes_below(copied.releases / "wave-2-r1")
    assert [path.name for path in copied.releases.iterdir() if path.name.startswith(".")] == []


def test_killed_with_half_the_pages_in_place_the_next_run_places_the_others(copied: Project, here: Here) -> None:
    killed(copied, HALF_PLACED, *FIRST)
    archived = bytes_below(copied.releases / "wave-2-r1")
    assert public(copied)["wave-2/camden.html"] != archived["wave-2/camden.html"]
    ran = here(copied, "reports", "--wave", WAVE)
    assert ran.status == 0
    assert ran.told.startswith("wave-2: 0 notebooks run, 7 up to date;"), ran.told
    assert public(copied) == archived
    assert draft(copied) == {}


@pytest.mark.parametrize("at", [BEFORE_THE_LINE, AFTER_THE_LINE], ids=["before", "after"])
def test_a_killed_withdrawal_either_never_was_or_is_finished(
    released: Project, here: Here, at: tuple[str, str]
) -> None:
    before = public(released)
    killed(released, at, "withdraw", *WITHDRAWAL)
    assert public(released) == before
    ran = here(released, "site")
    assert ran.status == 0
    if at == BEFORE_THE_LINE:
        assert ran.told.startswith("wave-2-r1-withdrawal was interrupted before it was registered;")
        assert public(released) == before
    else:
        assert b"This page was withdrawn on 1 February 2024." in public(released)["wave-2/camden.html"]
        assert "wave-2/camden-shares.csv" not in public(released)


def test_two_releases_at_once_make_one_line(copied: Project) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "pipeline", *asked],
            cwd=copied.root,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        for asked in (FIRST, FIRST)
    ]
    told = [run.communicate(timeout=300)[1] for run in runs]
    statuses = sorted(run.returncode for run in runs)
    assert statuses == [0, 1], told
    # The second either met the lock, or came after the first and would be a reissue without a reason.
    refusal = next(text for run, text in zip(runs, told, strict=True) if run.returncode)
    assert "Another run is building this project" in refusal or "REASON is missing" in refusal
    assert [entry["id"] for entry in entries_of(copied)] == ["wave-2-r1"]
    assert public(copied) == bytes_below(copied.releases / "wave-2-r1")
