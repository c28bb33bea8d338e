"""What may be shown of change ideas, tests of change, counts over time, measures, plan and posts: all of it as text.

These registers hold posts and deeds, not people; of their counts a series with a small one is not shown at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from pipeline.disclosure.policies import BIN, find_policy
from pipeline.disclosure.published import NOT_AVAILABLE, SUPPRESSED
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.series_tables import AT_FORUMS, FEWEST_FORUMS, every_series, mark_points

_YES_NO = {True: "yes", False: "no"}
POINT_COLUMNS = ["series", "name", "unit", "date", "count", "run", "xmr"]


def protect_ideas(estimates: Mapping[str, pd.DataFrame], evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return the tables of `describe_ideas` as they may be published, every cell a text.

    `series` holds the points of the series that are shown, with what the rules say of each (`run`, `xmr`); of the
    others `charts` says with a mark in `points` that they are hidden, or that there are too few forums for a series.
    """
    marks = mark_series(estimates["series"], evaluation)
    return {
        "drivers": _as_text(estimates["drivers"]),
        "ideas": _as_text(estimates["ideas"]),
        "cycles": _as_text(estimates["cycles"]),
        "series": _as_text(_shown_points(estimates["series"], marks, evaluation)),
        "charts": _as_text(_shown_charts(estimates["charts"], marks)),
        "measures": _as_text(_shown_measures(estimates["measures"], marks)),
        "plan": _as_text(estimates["plan"]),
        "posts": _as_text(estimates["posts"]),
        "dates": _as_text(estimates["dates"]),
    }


def mark_series(series: pd.DataFrame, evaluation: Evaluation) -> dict[str, str]:
    """Return by its id what stands in place of a series that is not shown, '' for one that is.

    Hidden are series with any count from 1 to below the minimum base, or to six under a policy of bins, which also
    hides people at events as they are. Too few forums make no series: their people stand with the events.
    """
    disclosure = evaluation.disclosure
    has_bins = find_policy(disclosure.policy).has_bins
    least = least_count(evaluation)
    marks = {}
    for key, points in series.groupby("series", sort=False):
        is_small = has_small_count(points["count"], least)
        of_forums = is_of_forums(str(key), evaluation)
        if is_small or (has_bins and of_forums):
            marks[str(key)] = SUPPRESSED
        else:
            marks[str(key)] = NOT_AVAILABLE if of_forums and len(points) < FEWEST_FORUMS else ""
    return marks


def has_small_count(counts: Iterable[int], least: int) -> bool:
    """Return whether any count is above 0 and below the least that may be shown."""
    return any(0 < count < least for count in counts)


def least_count(evaluation: Evaluation) -> int:
    """Return the smallest count over 0 that a series may hold: of fewer, enough values stay possible."""
    disclosure = evaluation.disclosure
    by_policy = BIN + 1 if find_policy(disclosure.policy).has_bins else 1
    return max(disclosure.minimum_base, disclosure.least_values + 1, by_policy)


def is_of_forums(series: str, evaluation: Evaluation) -> bool:
    """Return whether a series is made of the register of attendance."""
    return every_series(evaluation)[series] is AT_FORUMS


def _shown_points(series: pd.DataFrame, marks: Mapping[str, str], evaluation: Evaluation) -> pd.DataFrame:
    shown = [
        mark_points(points, every_series(evaluation)[str(key)].direction)
        for key, points in series.groupby("series", sort=False)
        if not marks[str(key)]
    ]
    return pd.concat(shown, ignore_index=True)[POINT_COLUMNS] if shown else pd.DataFrame(columns=POINT_COLUMNS)


def _shown_charts(charts: pd.DataFrame, marks: Mapping[str, str]) -> pd.DataFrame:
    """Return the charts; of a series that is not shown its name alone and its mark."""
    table = charts.astype("object")
    for row, key in enumerate(table["series"]):
        if marks[key]:
            table.loc[row, "points":] = ""
            table.loc[row, "points"] = marks[key]
    return table


def _shown_measures(measures: pd.DataFrame, marks: Mapping[str, str]) -> pd.DataFrame:
    mark = measures["series"].map(marks).fillna("")
    latest = measures["latest"].astype("object").where(mark == "", mark)
    day = measures["latest_on"].where(mark == "")
    evidence = measures["evidence"].map(_YES_NO)
    return measures.assign(latest=latest, latest_on=day, evidence=evidence).drop(columns="series")


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: [_text(cell) for cell in table[name]] for name in table}, dtype="str")


def _text(cell: object) -> str:
    """Return a cell as files have it: '' for what is missing, days as 2023-02-07, one decimal where there is any."""
    if isinstance(cell, str):
        return cell
    if pd.isna(cell):  # type: ignore[call-overload]
        return ""
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    number = round(float(cell), 1)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() else f"{number:.1f}"
