"""How a build starts: where nothing changed since the last one it ends at once, before anything heavy is imported."""

from __future__ import annotations

import sys
import time

from pipeline.ground.paths import Project, find_project
from pipeline.machinery.locking import only_run
from pipeline.machinery.manifest import nothing_to_do

# Only these end with pages, of which the manifest tells.
_TOLD = ("report", "reports")


def start(verb: str, wave_id: str | None, area_id: str | None) -> int:
    """Build a wave as far as `verb` asks; return the exit status."""
    started = time.monotonic()
    project = find_project()
    with only_run(project):
        told = nothing_to_do(project, asked_for(verb, wave_id, area_id)) if verb in _TOLD else None
        if told is not None:
            print(told.format(seconds=time.monotonic() - started), file=sys.stderr)
            return 0
        _warm_up(project)
        from pipeline.machinery.reports import build_here

        return build_here(project, verb, wave_id, area_id, started)


def _warm_up(project: Project) -> None:
    """Have a parent of kernels load what they need, while this process loads what it needs to run them."""
    from pipeline.machinery.executor import scheduler_address
    from pipeline.machinery.kernels import forking

    if not scheduler_address():
        # What was built before has most often changed in its reports alone.
        was_built = any(project.processed.glob("*/notebooks/*.ipynb"))
        forking.warm_up(forking.path_of(project.root / "notebooks"), first="report" if was_built else "clean")


def asked_for(verb: str, wave_id: str | None, area_id: str | None) -> str:
    """Return what was asked for, as the manifest names it."""
    return " ".join([verb, wave_id or "the latest wave", *([area_id] if area_id else [])])
