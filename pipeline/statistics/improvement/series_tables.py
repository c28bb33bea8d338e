"""Counts over time up to a day, and what a run chart and an XmR chart say of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.data.registers.schemas import ATTENDED
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.improvement import Direction, Series
from pipeline.statistics.improvement.run_charts import FEWEST_USEFUL, draw_up_run_chart
from pipeline.statistics.improvement.xmr_charts import Improvement, draw_up_xmr_chart, variation_by_point

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

# The register of attendance as a series; a series of the settings with this id takes its place.
AT_FORUMS = Series(id="people-at-forums", name="People at the forums", unit="people a forum", direction="higher")
# So many forums, or more, make a series.
FEWEST_FORUMS = FEWEST_USEFUL
SERIES_COLUMNS = ["series", "name", "unit", "date", "count"]
CHART_COLUMNS = [
    "series", "name", "unit", "points", "median", "run_rules", "run_note", "mean", "lower", "upper", "xmr_rules",
    "xmr_note",
]  # fmt: skip
_BETTER: dict[Direction, Improvement] = {"higher": "high", "lower": "low", "neither": "neither"}
_MEANINGS = {"improvement": "better", "concern": "worse", "neither": "unlike the rest"}


def every_series(evaluation: Evaluation) -> dict[str, Series]:
    """Return the series of the settings and that of the forums, by id."""
    return {AT_FORUMS.id: AT_FORUMS} | {one.id: one for one in evaluation.series}


def list_series(registers: Registers, evaluation: Evaluation, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return every point of every series up to a day, `SERIES_COLUMNS`, in the order of the settings and of days."""
    counted = registers.series[registers.series["date"] <= as_of]
    if AT_FORUMS.id not in {one.id for one in evaluation.series}:
        counted = pd.concat([counted, _people_at_forums(registers, as_of)], ignore_index=True)
    known = [one.id for one in (*evaluation.series, AT_FORUMS)]
    rows = counted.assign(
        name=counted["series"].map({key: one.name for key, one in every_series(evaluation).items()}),
        unit=counted["series"].map({key: one.unit for key, one in every_series(evaluation).items()}),
        place=counted["series"].map(known.index),
    )
    return rows.sort_values(["place", "date"], kind="stable", ignore_index=True)[SERIES_COLUMNS]


def mark_points(points: pd.DataFrame, direction: Direction) -> pd.DataFrame:
    """Return the points of one series, `date, count`, with what the rules say of each in `run` and `xmr`.

    `run`: the rules of a run chart that mark the point, '' for none; `xmr`: 'better', 'worse', 'unlike the rest' or ''.
    """
    values = points[["date"]].assign(value=points["count"].astype("float64"))
    run, xmr = draw_up_run_chart(values), draw_up_xmr_chart(values)
    variations = variation_by_point(xmr, _BETTER[direction])
    meanings = [_MEANINGS.get((one or "").rpartition(" ")[0], "") for one in variations]
    return points.assign(run=[joined(rules) for rules in run.points["rules"]], xmr=meanings)


def chart_series(series: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return one row a series, `CHART_COLUMNS`: its lines, the rules that speak, and why a chart is not drawn.

    Lines that a chart does not have are missing, and `run_note` or `xmr_note` says why.
    """
    rows = []
    for key, points in series.groupby("series", sort=False):
        values = points[["date"]].assign(value=points["count"].astype("float64"))
        run, xmr = draw_up_run_chart(values), draw_up_xmr_chart(values)
        of_xmr = xmr.points.iloc[-1]
        one = every_series(evaluation)[str(key)]
        row = [key, one.name, one.unit, len(points), run.points["centre"].iloc[-1], joined(run.signals), run.note]
        rows.append([*row, of_xmr["centre"], of_xmr["lower"], of_xmr["upper"], joined(xmr.signals), xmr.note])
    return pd.DataFrame(rows, columns=CHART_COLUMNS)


def joined(rules: tuple[str, ...]) -> str:
    """Return the names of rules as one text, '' for none."""
    return "; ".join(rules)


def _people_at_forums(registers: Registers, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return how many came to each forum up to a day; two forums of one day count as one date."""
    events = registers.events
    held = events[(events["kind"] == "forum") & (events["date"] <= as_of)]
    came = registers.attendance[registers.attendance["attendance"] == ATTENDED].merge(held[["event", "date"]])
    people = came.groupby("date")["person"].nunique().rename("count").reset_index()
    return people.assign(series=AT_FORUMS.id).astype({"count": "Int64"})
