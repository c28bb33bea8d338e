"""The sections on change ideas, tests of change, counts over time, measures, and who leads, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.book import Row
from pipeline.disclosure.reading.improvement.diagram import LAYERS, diagram_faults
from pipeline.disclosure.reading.improvement.ideas_tables import (
    rows_of,
    spoken,
    standing,
    what_follows,
)
from pipeline.disclosure.reading.improvement.pieces import FigureWords, Piece, Section
from pipeline.disclosure.reading.improvement.series_picture import SeriesPicture, series_faults
from pipeline.disclosure.reading.scope import Scope, in_a_row
from pipeline.disclosure.reading.words import KIRKPATRICK

_LAYER_NAMES = dict(zip(LAYERS, ("Aim", "Primary driver", "Secondary driver", "Change idea"), strict=True))
_RUN_WORDS = {
    "shift": "six or more points in a row lie on one side of the median",
    "trend": "five or more points in a row go one way",
    "too few runs": "the line stays on one side of the median for longer than by chance",
    "too many runs": "the line changes sides of the median more often than by chance",
    "unusually long run": "one stretch on one side of the median is longer than by chance",
    "unusually few crossings": "the line crosses the median less often than by chance",
}
_XMR_WORDS = {
    "outside limits": "a point lies outside the limits",
    "seven on one side": "seven or more points in a row lie on one side of the mean",
    "trend of seven": "seven or more points in a row go one way",
    "two of three": "two of three points in a row lie near or beyond a limit",
}
_LIMITS = ("upper", "mean", "lower")
_OWNERS = (("local", "locally"), ("ICS", "by the ICS"), ("national", "nationally"))


def _change_ideas(scope: Scope) -> Iterator[Piece]:
    yield Piece("p", "What is meant to bring the aim about, and the changes that are tried for it.")
    drivers, ideas = rows_of(scope, "drivers"), rows_of(scope, "ideas")
    if drivers:
        yield Piece("figure", "figure-drivers")
        for row in drivers:
            status = f" (status: {row['status']})" if row["status"] else ""
            yield Piece("li", f"{_LAYER_NAMES[row['layer']]}: {row['text']}{status}")
    else:
        yield Piece("p", "No register of drivers is kept.")
    if not ideas:
        yield Piece("p", "No register of change ideas is kept.")
        return
    kinds = [row["owner_type"] for row in ideas]
    local, *others = [f"{told}: {kinds.count(kind)}" for kind, told in _OWNERS]
    yield Piece("p", f"Change ideas owned {local} of {len(ideas)}; {'; '.join(others)}.")
    yield Piece("table", "table-ideas")


def _tests_of_change(scope: Scope) -> Iterator[Piece]:
    yield Piece(
        "p",
        "A change is tried on a small scale: planned with a prediction, done, studied beside the prediction, and then "
        "kept, altered or given up.",
    )
    cycles = rows_of(scope, "cycles")
    if not cycles:
        yield Piece("p", "No register of tests of change is kept.")
        return
    found = [what_follows(row) for row in cycles]
    order = ("adopted", "adapted", "abandoned", "not decided", "running", "to come")
    counted = in_a_row([f"{found.count(one)} {one}" for one in order if one in found])
    yield Piece("p", f"Tests of change: {counted}.")
    yield Piece("table", "table-cycles")


def _counts_over_time(scope: Scope) -> Iterator[Piece]:
    yield Piece(
        "p",
        "Counts that are taken often. A few rules tell a change from the ups and downs that any count has; dotted "
        "lines mark when a change was tried.",
    )
    charts = rows_of(scope, "charts")
    if not charts:
        yield Piece("p", "No register of counts over time is kept.")
    for chart in charts:
        name = chart["name"]
        if chart["points"] == values.HIDDEN:
            yield Piece("p", f"{name}: not shown ({values.HIDDEN}), as its counts could tell of single people.")
        elif chart["points"] == values.NOT_AVAILABLE:
            yield Piece(
                "p",
                f"{name}: there were too few forums by then for a chart; “Forums, workshops and training” has them.",
            )
        else:
            for kind, note in (("run", chart["run_note"]), ("control", chart["xmr_note"])):
                figure = Piece("figure", f"figure-{kind}-{chart['series']}")
                yield Piece("p", f"{name}, {kind} chart: {note}") if note else figure
            yield Piece("table", f"table-series-{chart['series']}")


def _measures(scope: Scope) -> Iterator[Piece]:
    yield Piece(
        "p",
        "Outcome measures tell whether things get better, process measures whether the work is done as meant, "
        "balancing measures whether something else suffers by it.",
    )
    measures = rows_of(scope, "measures")
    if not measures:
        yield Piece("p", "No measures of the improvement are set.")
        return
    yield Piece("table", "table-measures")
    yield Piece("p", "By Kirkpatrick's levels of evidence on training:")
    for level, name in KIRKPATRICK.items():
        of_level = [row for row in measures if row["level"] == str(level)]
        told = "; ".join(row["name"] for row in of_level if row["evidence"] == "yes")
        awaited = "; ".join(row["name"] for row in of_level if row["evidence"] == "no")
        start = f"{name.capitalize()} (level {level}): "
        if told:
            yield Piece("li", f"{start}{told}.{f' Nothing yet: {awaited}.' if awaited else ''}")
        else:
            why = f"nothing has come yet of {awaited}" if awaited else "no measure is set for it"
            yield Piece("li", f"{start}no evidence, as {why}.")


def _who_leads(scope: Scope) -> Iterator[Piece]:
    posts, steps, dates = rows_of(scope, "posts"), rows_of(scope, "plan"), rows_of(scope, "dates")
    if scope.register("posts") is None:
        yield Piece("p", "No register of posts is kept.")
    else:
        yield from (Piece("p", told) for told in _representatives(scope, posts))
        yield Piece("table", "table-posts")
    if steps:
        states = [row["state"] for row in steps]
        counts = ", ".join(f"{states.count(state)} {state}" for state in ("overdue", "to come", "done", "dropped"))
        yield Piece("p", f"Steps of the plan: {counts}.")
        yield Piece("table", "table-plan")
    else:
        yield Piece("p", "No register of the plan is kept.")
    for row in dates:
        yield Piece("li", f"{row['state'].capitalize()}: {row['title']}, {spoken(row['date'])}.")
    if all(row["state"] != "to come" for row in dates):
        yield Piece("li", "To come: the register of events has no later date.")


def _representatives(scope: Scope, posts: list[Row]) -> Iterator[str]:
    """Give who speaks for the page's area, or on the page of all, for which areas nobody does."""
    speaking = [row for row in posts if row["kind"] == "representative"]
    if not scope.is_whole:
        own = [row for row in speaking if row["area"] == scope.area.name]
        yield from (f"{row['post']}, {row['area']}: {standing(row)}." for row in own)
        if not own:
            yield f"No representative of {scope.area.name} is in the register."
    elif scope.evaluation.areas:
        filled = {row["area"] for row in speaking if row["status"] == "filled"}
        missing = [area.name for area in scope.evaluation.areas if area.name not in filled]
        noun = scope.evaluation.area_noun.plural.capitalize()
        yield f"{noun} without a representative: {in_a_row(missing)}."


def _diagram(scope: Scope, _: str) -> FigureWords | None:
    rows = rows_of(scope, "drivers")
    if not rows:
        return None
    aim = next((row["text"] for row in rows if row["layer"] == "aim"), "").rstrip(".")
    counts = [(sum(row["layer"] == layer for row in rows), _LAYER_NAMES[layer].lower()) for layer in LAYERS[1:]]
    parts = [f"{number} {name}{'' if number == 1 else 's'}" for number, name in counts if number]
    below = f" Towards it: {in_a_row(parts)}." if parts else ""
    return FigureWords(
        "Driver diagram: what is to lead to the aim",
        "From the aim on the left to the change ideas on the right, and how far each has come",
        f"Driver diagram from left to right. Aim: {aim}.{below} The list says the same.",
        lambda content: diagram_faults(content, rows),
    )


def _chart(scope: Scope, address: str) -> FigureWords | None:
    kind, _, key = address.removeprefix("figure-").partition("-")
    chart = next((row for row in rows_of(scope, "charts") if row["series"] == key), None)
    if chart is None:
        return None
    points = [row for row in rows_of(scope, "series") if row["series"] == key]
    is_run = kind == "run"
    numbers = [row["count"] for row in points] + [chart[name] for name in (("median",) if is_run else _LIMITS)]
    if not points or any(number in ("", *values.MARKS) for number in numbers):
        return None
    names = (
        (("Median", "median"),) if is_run else (("Upper limit", "upper"), ("Mean", "mean"), ("Lower limit", "lower"))
    )
    lines = [(name, float(chart[column]), _number(chart[column])) for name, column in names]
    rules = [one for one in chart["run_rules" if is_run else "xmr_rules"].split("; ") if one]
    label = f"{chart['name']}, {chart['unit']}"
    counts = [int(row["count"]) for row in points]
    marks = [("signal" if row["run"] else "") if is_run else row["xmr"] for row in points]
    dates = [dt.date.fromisoformat(row["date"]) for row in points]
    picture = SeriesPicture(
        label,
        list(zip(dates, map(float, counts), marks, strict=True)),
        lines,
        _notes(scope, key, dates),
    )
    told = "; ".join((_RUN_WORDS if is_run else _XMR_WORDS)[rule] for rule in rules)
    one = "" if len(points) == 1 else "s"
    alt = (
        f"{kind.capitalize()} chart. {label}: {len(points)} point{one}, {spoken(points[0]['date'])} to "
        f"{spoken(points[-1]['date'])}, from {min(counts):,} to {max(counts):,}. "
        f"{in_a_row([f'{name} {written}' for name, _, written in lines])}. Rules that speak: {in_a_row(rules)}. "
        "The table that follows has every point."
    )
    return FigureWords(
        f"{chart['name']}: {kind} chart",
        f"More than chance: {told}" if told else "No rule marks more than the ups and downs of chance",
        alt,
        lambda content: series_faults(content, picture),
    )


def _notes(scope: Scope, key: str, dates: list[dt.date]) -> list[tuple[dt.date, str]]:
    begun = [
        (dt.date.fromisoformat(row["started_on"]), row["idea"])
        for row in rows_of(scope, "cycles")
        if row["series"] == key
    ]
    return sorted((note for note in begun if dates[0] <= note[0] <= dates[-1]), key=lambda note: note[0])


def _number(text: str) -> str:
    """Return a figure of a line as a chart has it."""
    return f"{int(text):,}" if "." not in text else text.replace("-", values.MINUS)


FIGURES = {"figure-drivers": _diagram, "figure-run-": _chart, "figure-control-": _chart}
SECTIONS: dict[str, Section] = {
    "Change ideas and drivers": _change_ideas,
    "Trying changes out": _tests_of_change,
    "Counts over time": _counts_over_time,
    "Measures": _measures,
    "Who leads, and what comes next": _who_leads,
}
