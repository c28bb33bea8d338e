"""How a build starts: where nothing changed since the last one it ends at once, before anything heavy is imported."""

from __future__ import annotations

import sys
import time

from pipeline.ground.paths import find_project
from pipeline.machinery.locking import only_run
from pipeline.machinery.manifest import nothing_to_do

# Only these end with pages, of which the manifest tells.
_TOLD = ("report", "reports")


def start(verb: str, wave_id: str | None, area_id: str | None) -> int:
    """Build a wave as far as `verb` asks; return the exit status."""
    started = time.monotonic()
    project = find_project()
    if verb in _TOLD:
        with only_run(project):
            told = nothing_to_do(project, asked_for(verb, wave_id, area_id))
        if told is not None:
            print(told.format(seconds=time.monotonic() - started), file=sys.stderr)
            return 0
    from pipeline.machinery.reports import build

    return build(verb, wave_id, area_id, started)


def asked_for(verb: str, wave_id: str | None, area_id: str | None) -> str:
    """Return what was asked for, as the manifest names it."""
    return " ".join([verb, wave_id or "the latest wave", *([area_id] if area_id else [])])
