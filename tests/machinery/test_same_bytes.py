"""The same input, code and lock give the same published bytes, whatever the machine's folders and habits."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import WAVE, Ran, add_package, bytes_below, copy_project, run_command

pytestmark = pytest.mark.slow


def test_two_builds_in_different_surroundings_give_the_same_bytes(
    built: tuple[Project, Ran], tiny_project_read_only: Project, tmp_path: Path
) -> None:
    other = add_package(copy_project(tiny_project_read_only, tmp_path / "Élsewhere, deeper" / "a b"))
    surroundings = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "4321", "LC_ALL": "C", "COLUMNS": "40"}
    # The page of the whole area has every kind of chart and table; the others would only take longer.
    ran = run_command(other, "report", "--area", "all-three", "--wave", WAVE, **surroundings)
    assert ran.status == 0, ran.told
    here, there = bytes_below(built[0].reports), bytes_below(other.reports)
    pages = {name for name in here if "all-three" in name}
    assert len(pages) >= 6
    assert pages == {name for name in there if "all-three" in name}
    assert [name for name in pages if here[name] != there[name]] == []
    # Each project draws its own secret for the self-made codes, and none of it shows.
    assert (other.processed / "link.key").read_bytes() != (built[0].processed / "link.key").read_bytes()
