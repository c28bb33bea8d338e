"""What a run would do, and why: each step beside what changed of what it is made from; nothing is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.ground.paths import Project, find_project
from pipeline.machinery.fingerprints import BuildRecord, Step
from pipeline.machinery.planning import plan_for
from pipeline.machinery.register import peek_register


@dataclass(frozen=True)
class _Planned:
    """A step, what it is called, and what it makes."""

    label: str
    step: Step
    outputs: tuple[Path, ...] = ()


def explain(verb: str, wave_id: str | None, area_id: str | None, *, why: bool) -> int:
    """Print what a run would do: with `why` every step and what changed, otherwise those alone that would be made."""
    project = find_project()
    record = BuildRecord(project)
    # Who makes each file or folder that may change in this run.
    makers: dict[Path, str] = {}
    told = 0
    for planned in _plan(project, verb, wave_id, area_id):
        reasons = record.why_stale(planned.step)
        maker = next((makers[path] for path in planned.step.inputs if path in makers), None)
        if reasons or maker or why:
            print(f"{planned.label}: {_in_words(reasons, maker, why=why)}.")
            told += 1
        if reasons or maker:
            makers |= dict.fromkeys(planned.outputs, planned.label)
    if not told:
        print("Nothing would be made: everything is up to date.")
    return 0


def _in_words(reasons: list[str], maker: str | None, *, why: bool) -> str:
    if reasons == ["never made"]:
        return "would be made; it never was"
    if reasons:
        because = f", because of {'; '.join(reasons)}" if why else ""
        return f"would be made anew{because}"
    return f"up to date, unless {maker} changes what it is made from" if maker else "up to date"


def _plan(project: Project, verb: str, wave_id: str | None, area_id: str | None) -> Iterator[_Planned]:
    """Yield every step of a run in its order."""
    plan = plan_for(project, verb, wave_id, area_id).beside(peek_register(project))
    for stage in plan.stages:
        yield from (_Planned(one.label, one.step, one.outputs) for one in stage)
    for name, step in plan.pages.items():
        yield _Planned(f"the page of {name}" if name else "the pages around", step)
