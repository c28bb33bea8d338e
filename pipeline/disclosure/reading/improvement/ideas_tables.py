"""The tables on change ideas, tests of change, counts over time, measures, plan and posts, built again from files."""

from __future__ import annotations

import datetime as dt

from pipeline.disclosure.reading import cells, values, words
from pipeline.disclosure.reading.book import Row
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.scope import Scope

_FORUMS, _LEADS = "Forums, workshops and training", "Who leads, and what comes next"
_COMMENTS, _DRIVERS = "Barriers, successes and suggestions", "Change ideas and drivers"
_SECTIONS = {
    "item": "Where things stand",
    "series": "Counts over time",
    "events": _FORUMS,
    "attendance": _FORUMS,
    "feedback": "What people said of the events",
    "pledges": "Pledges",
    "themes": _COMMENTS,
    "coding": _COMMENTS,
    "drivers": _DRIVERS,
    "change_ideas": _DRIVERS,
    "pdsa": "Trying changes out",
    "plan": _LEADS,
    "governance": _LEADS,
}
_FOLLOWS = {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned", "": "not decided"}


def spoken(text: str) -> str:
    """Return a day of a file as a page has it."""
    return words.day(dt.date.fromisoformat(text)) if text else ""


def as_of(scope: Scope) -> str:
    """Return the day as of which registers are told."""
    return words.day(scope.folder.wave.fieldwork.end)


def rows_of(scope: Scope, sheet: str) -> list[Row]:
    """Return the rows of a file beside the page, none where there is no such file."""
    return scope.register(sheet) or []


def what_follows(row: Row) -> str:
    """Return what followed a test of change, or how far it has come."""
    return _FOLLOWS[row["act"]] if row["stage"] == "ended" else row["stage"]


def standing(row: Row) -> str:
    """Return how a post stands."""
    if row["status"] == "ended":
        return f"ended on {spoken(row['until'])}"
    status = row["status"]
    if row["kind"] in ("working group", "escalation") and status == "filled":
        status = "in place"
    return f"{status} since {spoken(row['since'])}" if row["since"] else status


def _ideas(scope: Scope) -> Expected:
    header = ["Change idea", "Driver", "Answers to", "Status", "Owner", "Impact, effort", "Measure"]
    rows = [
        [
            row["title"], row["driver"], row["theme"], row["status"], f"{row['owner']} ({row['owner_type']})",
            ", ".join(row[name] or "not rated" for name in ("impact", "effort")), row["measure"],
        ]
        for row in rows_of(scope, "ideas")
    ]  # fmt: skip
    caption = "Change ideas, those with much impact for little effort first (both from 1, little, to 5)"
    return Expected("ideas", caption, header, rows)


def _cycles(scope: Scope) -> Expected:
    header = [
        "Change idea", "When", "What was tried", "What was expected", "What was done", "What was found",
        "What follows",
    ]  # fmt: skip
    rows = []
    for row in rows_of(scope, "cycles"):
        begun, ended = spoken(row["started_on"]), spoken(row["ended_on"])
        when = f"{begun} to {ended}" if row["stage"] == "ended" else f"from {begun} on"
        rows.append([row["idea"], when, row["plan"], row["prediction"], row["do"], row["study"], what_follows(row)])
    return Expected("cycles", f"Tests of change (Plan-Do-Study-Act cycles) on {as_of(scope)}", header, rows)


def _measures(scope: Scope) -> Expected:
    header = ["Measure", "Kind", "What it counts", "Better is", "Target", "Latest"]
    ordered = [
        one for kind in ("outcome", "process", "balancing") for one in scope.evaluation.measures if one.kind == kind
    ]
    rows = []
    for row, one in zip(rows_of(scope, "measures"), ordered, strict=False):
        asked = one.source.item if one.source else None
        items = [item for item in scope.folder.measures if item.id == asked]
        latest = cells.share(scope.shares(items[0])[-1]) if items else _latest(row)
        rows.append([row["name"], row["kind"], row["definition"], row["direction"], _target(row), latest])
    caption = f"Measures on {as_of(scope)}; shares of the survey are those of {scope.short_name}"
    return Expected("measures", caption, header, rows)


def _target(row: Row) -> str:
    if not row["target"]:
        return "none set"
    return f"{row['target']}{'%' if row['unit'] == '%' else ' ' + row['unit']}"


def _latest(row: Row) -> str:
    if row["latest"].isdecimal():
        return f"{values.thousands(row['latest'])} on {spoken(row['latest_on'])}"
    if row["latest"]:
        return row["latest"]
    return f"see “{_SECTIONS[row['source']]}”" if row["evidence"] == "yes" else "nothing yet"


def _plan(scope: Scope) -> Expected:
    header = ["Step", "Owner", "Due", "How it stands"]
    rows = [
        [
            row["title"],
            row["owner"],
            spoken(row["due"]),
            f"done on {spoken(row['done_on'])}" if row["done_on"] else row["state"],
        ]
        for row in rows_of(scope, "plan")
    ]
    caption = f"The plan on {as_of(scope)}, overdue steps first, then those to come"
    return Expected("plan", caption, header, rows)


def _posts(scope: Scope) -> Expected:
    rows = [[row["post"], row["area"], standing(row), row["note"]] for row in rows_of(scope, "posts")]
    header = ["Post or group", "For", "How it stands", "Note"]
    return Expected("posts", f"Posts and groups on {as_of(scope)}", header, rows)


def series_table(scope: Scope, address: str) -> Expected | None:
    """Return the table of a series' points, None where no file has such a series."""
    key = address.removeprefix("table-series-")
    points = [row for row in rows_of(scope, "series") if row["series"] == key]
    if not points:
        return None
    caption = f"{points[0]['name']}, {points[0]['unit']}, up to {as_of(scope)}"
    # Where no point is marked there is nothing to tell beside them.
    marks = {"run": "By the run chart", "xmr": "By the control chart"}
    used = [name for name in marks if any(row[name] for row in points)]
    header = ["Date", "Count", *(marks[name] for name in used)]
    rows = [[spoken(row["date"]), values.thousands(row["count"]), *(row[name] for name in used)] for row in points]
    return Expected("series", caption, header, rows)


TABLES = {
    "table-ideas": _ideas,
    "table-cycles": _cycles,
    "table-measures": _measures,
    "table-plan": _plan,
    "table-posts": _posts,
}
