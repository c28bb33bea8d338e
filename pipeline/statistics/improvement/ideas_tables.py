"""Change ideas, drivers, tests of change, counts over time, measures, plan and posts as they stood at a wave's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.drivers import order_drivers
from pipeline.statistics.improvement.lead_tables import list_dates, list_plan, list_posts
from pipeline.statistics.improvement.measure_tables import list_measures
from pipeline.statistics.improvement.series_tables import chart_series, list_series

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

ENDED, RUNNING, TO_COME = CYCLE_STAGES = ("ended", "running", "to come")
IDEA_COLUMNS = ["title", "driver", "theme", "status", "owner_type", "owner", "impact", "effort", "measure"]
CYCLE_COLUMNS = [
    "idea", "stage", "started_on", "ended_on", "plan", "prediction", "do", "study", "act", "measure", "series",
]  # fmt: skip


def describe_ideas(registers: Registers, evaluation: Evaluation, wave_id: str) -> dict[str, pd.DataFrame]:
    """Return the tables of this family by name, as things stood on the last day of a wave's fieldwork.

    `drivers`: node, parent, layer, text, status; `ideas`, `cycles`, `series`, `charts`, `measures`, `plan`, `posts` and
    `dates` as the functions that make them say. What a register holds without a day stands as it does there today.
    Raises DriversError when there is more than one aim.
    """
    as_of = pd.Timestamp(evaluation.wave(wave_id).fieldwork.end)
    series = list_series(registers, evaluation, as_of)
    return {
        "drivers": list_drivers(registers),
        "ideas": list_ideas(registers, evaluation),
        "cycles": list_cycles(registers, evaluation, as_of),
        "series": series,
        "charts": chart_series(series, evaluation),
        "measures": list_measures(registers, evaluation, series, as_of),
        "plan": list_plan(registers, as_of),
        "posts": list_posts(registers, evaluation, as_of),
        "dates": list_dates(registers, as_of),
    }


def list_drivers(registers: Registers) -> pd.DataFrame:
    """Return the driver diagram as `order_drivers` does, without rows where no driver is kept."""
    drivers = registers.drivers.rename(columns={"kind": "layer"})
    if drivers.empty:
        return pd.DataFrame(columns=["node", "parent", "layer", "text", "status"], dtype="str")
    return order_drivers(drivers, registers.change_ideas.rename(columns={"title": "text"}))


def list_ideas(registers: Registers, evaluation: Evaluation) -> pd.DataFrame:
    """Return one row an idea, `IDEA_COLUMNS`, drivers, themes and measures in words.

    Much impact for little effort comes first: they are sorted by impact less effort, then by impact, those that nobody
    rated last.
    """
    ideas = registers.change_ideas
    named = ideas.assign(
        driver=_in_words(ideas["driver"], registers.drivers, "driver", "text"),
        theme=_in_words(ideas["theme"], registers.themes, "theme", "name"),
        measure=ideas["measure"].map({one.id: one.name for one in evaluation.measures}),
        gain=ideas["impact"] - ideas["effort"],
    )
    return named.sort_values(["gain", "impact"], ascending=False, kind="stable", ignore_index=True)[IDEA_COLUMNS]


def list_cycles(registers: Registers, evaluation: Evaluation, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one row a test of change, `CYCLE_COLUMNS`, the earliest first; what came of it only once it has ended.

    `series` is the id of the series that the cycle's measure is taken from.
    """
    cycles = registers.pdsa.sort_values("started_on", kind="stable", ignore_index=True)
    has_ended = cycles["ended_on"].notna() & (cycles["ended_on"] <= as_of)
    stage = has_ended.map({True: ENDED, False: RUNNING}).where(cycles["started_on"] <= as_of, TO_COME)
    names = {one.id: one.name for one in evaluation.measures}
    sources = {one.id: one.source.series for one in evaluation.measures if one.source and one.source.series}
    later = {name: cycles[name].where(has_ended) for name in ("do", "study", "act", "ended_on")}
    return cycles.assign(
        idea=_in_words(cycles["idea"], registers.change_ideas, "idea", "title"),
        stage=stage.astype("str"),
        measure=cycles["measure"].map(names),
        series=cycles["measure"].map(sources),
        **later,
    )[CYCLE_COLUMNS]


def _in_words(ids: pd.Series, register: pd.DataFrame, key: str, words: str) -> pd.Series:
    return ids.map(dict(zip(register[key], register[words], strict=True)))
