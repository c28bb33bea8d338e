"""Pledges as they stood at the end of each wave's fieldwork, and whose pledges changed from one wave to the next."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.data.registers.schemas import SCOPES
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.pledges import (
    EVERY_PLEDGE,
    PLEDGE_COLUMNS,
    STATUSES,
    UNKNOWN,
    summarise_pledges,
)

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

DIMENSIONS = ("areas", "theme", "scope")
# In the place of a theme's id, where a pledge has none.
NO_THEME = "no-theme"
CHANGED_COLUMNS = ["earlier", "later", "dimension", "value", "people_n"]


def describe_pledges(registers: Registers, evaluation: Evaluation, wave_id: str) -> dict[str, pd.DataFrame]:
    """Return `pledges`, one row a wave until this one, dimension and value, and `pledge_changes` between those waves.

    `pledges` has a row for every area, theme and scope there is, with the columns of `summarise_pledges`, `as_of` (the
    last day of a wave's fieldwork), `name` (of a theme) and `followed_people_n`. `pledge_changes` counts the people
    with a pledge that was made, or whose outcome became known, between two such days. Nothing where no pledge was made
    by then. Private.
    """
    ends = [pd.Timestamp(wave.fieldwork.end) for wave in evaluation.waves_until(wave_id)]
    states = {end: state for end in ends if len(state := pledges_on(registers.pledges, end))}
    if not states:
        return {}
    every = _every_part(registers, evaluation)
    summaries = [_summarise(state, every, evaluation).assign(as_of=end) for end, state in states.items()]
    changes = [row for pair in combinations(states, 2) for row in _changes(*pair, states)]
    return {
        "pledges": pd.concat(summaries, ignore_index=True)[["as_of", "name", *PLEDGE_COLUMNS, "followed_people_n"]],
        "pledge_changes": pd.DataFrame(changes, columns=CHANGED_COLUMNS),
    }


def pledges_on(pledges: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the pledges made by a day, each with the outcome that was known on it."""
    made = pledges[pledges["made_on"] <= day]
    known = made["checked_on"] <= day
    return made.assign(status=made["status"].where(known, UNKNOWN), theme=made["theme"].fillna(NO_THEME))


def _every_part(registers: Registers, evaluation: Evaluation) -> pd.DataFrame:
    """Return dimension, value and name of every part that pledges can fall into, the whole first."""
    rows = [(EVERY_PLEDGE, EVERY_PLEDGE, "")]
    rows += [("areas", area.id, "") for area in (*evaluation.areas, evaluation.whole_area)]
    themes = zip(registers.themes["theme"], registers.themes["name"], strict=True)
    rows += [("theme", theme, name) for theme, name in (*themes, (NO_THEME, ""))]
    rows += [("scope", scope, "") for scope in SCOPES]
    return pd.DataFrame(rows, columns=["dimension", "value", "name"])


def _summarise(state: pd.DataFrame, every: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    level = evaluation.models.conf_level
    rows = summarise_pledges(state, dimensions=DIMENSIONS, conf_level=level)
    known = summarise_pledges(state[state["status"] != UNKNOWN], dimensions=DIMENSIONS, conf_level=level)
    people = known[["dimension", "value", "people_n"]].rename(columns={"people_n": "followed_people_n"})
    keys = ["dimension", "value"]
    table = every.merge(rows, on=keys, how="left").merge(people, on=keys, how="left")
    counts = ["people_n", "made", *STATUSES, "count", "base_n", "followed_people_n"]
    return table.assign(**{name: table[name].fillna(0).astype("int64") for name in counts})


def _changes(
    earlier: pd.Timestamp, later: pd.Timestamp, states: dict[pd.Timestamp, pd.DataFrame]
) -> list[tuple[object, ...]]:
    before = states[earlier].set_index("pledge")["status"]
    now = states[later]
    changed = now[now["pledge"].map(before) != now["status"]]
    rows: list[tuple[object, ...]] = [(earlier, later, EVERY_PLEDGE, EVERY_PLEDGE, changed["person"].nunique())]
    for dimension in DIMENSIONS:
        each = now.explode(dimension) if dimension == "areas" else now
        people = changed.explode(dimension) if dimension == "areas" else changed
        counted = people.groupby(dimension)["person"].nunique()
        rows += [
            (earlier, later, dimension, value, int(counted.get(value, 0))) for value in sorted(set(each[dimension]))
        ]
    return rows
