"""What files on change ideas, counts over time, measures and the plan say of themselves, worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pipeline.disclosure.policies import BIN, find_policy
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.book import Book, Row
from pipeline.disclosure.reading.names import Folder
from pipeline.reference.improvement import Direction, kirkpatrick_of
from pipeline.statistics.improvement.run_charts import draw_up_run_chart
from pipeline.statistics.improvement.series_tables import AT_FORUMS, every_series
from pipeline.statistics.improvement.xmr_charts import draw_up_xmr_chart, variation_by_point

_FEWEST_FORUMS = 10
_LINES = ("median", "run_rules", "run_note", "mean", "lower", "upper", "xmr_rules", "xmr_note")
_BETTER = {"higher": "improvement high", "lower": "improvement low", "neither": ""}


def check_ideas(folder: Folder, book: Book) -> Iterator[str]:
    """Give what a file says otherwise than its own rows, or the settings, do."""
    whole = folder.whole

    def rows(sheet: str) -> Sequence[Row]:
        return book.registers.get((whole, sheet), [])

    def at(sheet: str) -> str:
        return f"{folder.wave.id}/{whole}-{sheet}.csv"

    for told in _series_faults(folder, rows("series"), rows("charts")):
        yield f"{at('charts')}: {told}"
    for told in _measure_faults(folder, rows("measures"), rows("series"), rows("charts")):
        yield f"{at('measures')}: {told}"
    for told in _plan_faults(folder, rows("plan")):
        yield f"{at('plan')}: {told}"
    for told in _tree_faults(rows("drivers")):
        yield f"{at('drivers')}: {told}"
    for told in _cycle_faults(folder, rows("cycles")):
        yield f"{at('cycles')}: {told}"
    gains = [_gain(row) for row in rows("ideas")]
    if gains != sorted(gains, reverse=True):
        yield f"{at('ideas')}: its ideas do not stand in the order of impact and effort."


def _series_faults(folder: Folder, points: Sequence[Row], charts: Sequence[Row]) -> Iterator[str]:
    known = every_series(folder.evaluation)
    keys = [row["series"] for row in charts]
    if len(set(keys)) < len(keys) or any(key not in known for key in keys):
        yield "a series stands there twice, or is none of evaluation.yml."
        return
    order = list(dict.fromkeys(row["series"] for row in points))
    if order != [row["series"] for row in charts if row["points"] not in values.MARKS]:
        yield "its series are not those of the file of points."
        return
    for row in charts:
        one = known[row["series"]]
        own = [point for point in points if point["series"] == one.id]
        if any((entry["name"], entry["unit"]) != (one.name, one.unit) for entry in (row, *own)):
            yield f"'{one.id}' has another name or unit than in evaluation.yml."
        elif row["points"] in values.MARKS:
            if any(row[column] for column in _LINES):
                yield f"'{one.id}' has lines although it is not shown."
        else:
            yield from _chart_faults(folder, row, own, one.direction)


def _chart_faults(folder: Folder, row: Row, points: Sequence[Row], direction: Direction) -> Iterator[str]:
    name = f"'{row['series']}'"
    if not all(point["count"].isdecimal() for point in points):
        yield f"{name} has a point that is not shown."
        return
    counts, days = [int(point["count"]) for point in points], [point["date"] for point in points]
    disclosure = folder.evaluation.disclosure
    has_bins = find_policy(disclosure.policy).has_bins
    least = max(disclosure.minimum_base, disclosure.least_values + 1, BIN + 1 if has_bins else 0)
    if any(0 < count < least for count in counts):
        yield f"{name} has a count of fewer than {least}, and may not be shown."
    of_forums = row["series"] not in {one.id for one in folder.evaluation.series} and row["series"] == AT_FORUMS.id
    if of_forums and (has_bins or len(points) < _FEWEST_FORUMS):
        yield f"{name} may not be shown: people at events are told elsewhere."
    if days != sorted(set(days)) or max(days) > folder.wave.fieldwork.end.isoformat():
        yield f"{name} has days out of order, or after the wave's fieldwork."
        return
    series = pd.DataFrame({"date": pd.to_datetime(days), "value": [float(count) for count in counts]})
    run, xmr = draw_up_run_chart(series), draw_up_xmr_chart(series)
    lines = xmr.points.iloc[-1]
    expected = [
        *(_written(run.points["centre"].iloc[-1]), "; ".join(run.signals), run.note),
        *(_written(lines[column]) for column in ("centre", "lower", "upper")),
        *("; ".join(xmr.signals), xmr.note),
    ]
    if [row[column] for column in _LINES] != expected or row["points"] != str(len(points)):
        yield f"the lines, rules or number of points of {name} are not those of its points."
    if [point["run"] for point in points] != ["; ".join(rules) for rules in run.points["rules"]]:
        yield f"the points of {name} are not marked as the rules of a run chart mark them."
    improvement = {"higher": "high", "lower": "low", "neither": "neither"}[direction]
    variations = variation_by_point(xmr, improvement)  # type: ignore[arg-type]
    if [point["xmr"] for point in points] != [_meaning(one) for one in variations]:
        yield f"the points of {name} are not marked as the rules of a control chart mark them."


def _meaning(variation: str | None) -> str:
    for start, meaning in (("improvement", "better"), ("concern", "worse"), ("neither", "unlike the rest")):
        if variation and variation.startswith(start):
            return meaning
    return ""


def _written(number: float) -> str:
    if pd.isna(number):
        return ""
    tenths = round(float(number), 1)
    return str(int(tenths)) if tenths.is_integer() else f"{tenths:.1f}"


def _measure_faults(folder: Folder, rows: Sequence[Row], points: Sequence[Row], charts: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    evaluation = folder.evaluation
    in_order = [one for kind in ("outcome", "process", "balancing") for one in evaluation.measures if one.kind == kind]
    if len(rows) != len(in_order):
        yield "its measures are not those of evaluation.yml."
        return
    hidden = {row["series"]: row["points"] for row in charts if row["points"] in values.MARKS}
    for row, one in zip(rows, in_order, strict=True):
        source = one.source.model_dump(by_alias=True, exclude_none=True) if one.source else {}
        kind, taken = next(iter(source.items()), ("", ""))
        level = kirkpatrick_of(one, evaluation.items)
        target = "" if one.target is None else _written(one.target)
        expected = [one.name, one.kind, one.definition, one.direction, target, one.unit, str(level or "")]
        columns = ("name", "kind", "definition", "direction", "target", "unit", "level", "source")
        if [row[column] for column in columns] != [*expected, taken if kind == "register" else kind]:
            yield f"the measure '{one.id}' is not as in evaluation.yml."
        own = [point for point in points if kind == "series" and point["series"] == taken]
        latest = (own[-1]["count"], own[-1]["date"]) if own else (hidden.get(taken, "") if kind == "series" else "", "")
        if (row["latest"], row["latest_on"]) != latest or (kind == "item") > (row["evidence"] == "yes"):
            yield f"the latest of the measure '{one.id}' is not that of its series."


def _plan_faults(folder: Folder, rows: Sequence[Row]) -> Iterator[str]:
    today = folder.wave.fieldwork.end.isoformat()
    order = ("overdue", "to come", "done", "dropped")
    places = [(order.index(row["state"]), row["due"]) for row in rows]
    if places != sorted(places):
        yield "its steps do not stand in the order of how they stand and when they are due."
    for row in rows:
        is_late = row["due"] < today
        if (row["state"] in order[:2] and (row["state"] == "overdue") != is_late) or row["done_on"] > today:
            yield f"the step '{row['title'][:60]}' stands otherwise than its days say."
        if row["done_on"] and row["state"] != "done":
            yield f"the step '{row['title'][:60]}' has a day on which it was done, and was not."


def _tree_faults(rows: Sequence[Row]) -> Iterator[str]:
    """Give a driver that stands before the one it serves, or twice, or an aim that is not one."""
    seen: set[str] = set()
    for row in rows:
        if (
            row["node"] in seen
            or (row["parent"] and row["parent"] not in seen)
            or bool(row["parent"]) == (row["layer"] == "aim")
        ):
            yield f"'{row['node'][:40]}' stands twice, or not below what it serves."
        seen.add(row["node"])
    if rows and [row["layer"] for row in rows].count("aim") != 1:
        yield "it has not one aim."


def _cycle_faults(folder: Folder, rows: Sequence[Row]) -> Iterator[str]:
    today = folder.wave.fieldwork.end.isoformat()
    for row in rows:
        has_begun, has_ended = row["started_on"] <= today, bool(row["ended_on"])
        stage = ("ended" if has_ended else "running") if has_begun else "to come"
        told = any(row[column] for column in ("do", "study", "act"))
        if row["stage"] != stage or row["ended_on"] > today or (told and not has_ended):
            yield f"the test of '{row['idea'][:60]}' tells of what was still to come."


def _gain(row: Row) -> tuple[float, float]:
    if not row["impact"] or not row["effort"]:
        return float("-inf"), float("-inf")
    return int(row["impact"]) - int(row["effort"]), int(row["impact"])
