"""What the next run does with what a killed one left half written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipeline.ground.paths import Project
from pipeline.machinery.locking import LOCK_NAME, only_run


def test_the_next_run_removes_what_a_dead_one_was_writing_and_nothing_else(tmp_path: Path) -> None:
    project = Project(tmp_path)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    folder = project.cleaned("wave-1")
    folder.mkdir(parents=True)
    (folder / f".writing-{dead.stdout.strip()}-x").write_bytes(b"somebody's answers")
    (folder / "ledger_by_file.parquet").write_bytes(b"whole")
    with only_run(project):
        left = {path.name for path in project.processed.rglob("*") if path.is_file()}
    assert left == {"ledger_by_file.parquet", LOCK_NAME}
