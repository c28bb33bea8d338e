"""Who was at which event, as the file has it: the tables and lines that a page may make of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.improvement.pieces import Piece
from pipeline.disclosure.reading.improvement.sheets import Row
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.words import day

PRESENT, NOBODY = "present", "nobody"
# Of each event, by its title and its day as ISO: what stands there of each area or sector, by its name.
Presence = dict[tuple[str, str], dict[str, str]]


def presence(scope: Scope, *, of: str, by: str) -> Presence:
    """Return who was at each event: areas by their names, or the sectors of one area, its own row under its name."""
    found: Presence = {}
    for row in scope.register("presence") or ():
        at = found.setdefault((row["event"], row["date"]), {})
        if by == "area" and row["sector"] == "":
            at[row["area"]] = row["present"]
        elif by == "sector" and row["area"] == of:
            at[row["sector"] or of] = row["present"]
    return found


def areas_table(scope: Scope) -> Expected | None:
    """Return the table of areas by event on the page of the whole area."""
    evaluation = scope.evaluation
    if not scope.is_whole or not evaluation.areas:
        return None
    caption = f"Which {evaluation.area_noun.plural} somebody came from"
    return _matrix(caption, [area.name for area in evaluation.areas], presence(scope, of="", by="area"))


def sectors_table(scope: Scope) -> Expected | None:
    """Return the table of sectors by event on the page of the whole area."""
    if not scope.is_whole or not scope.evaluation.sectors:
        return None
    cells = presence(scope, of=scope.area.name, by="sector")
    return _matrix("Which sectors somebody came from", _sectors(scope), cells)


def own_table(scope: Scope) -> Expected | None:
    """Return the table of an area and its sectors by event on its own page."""
    if scope.is_whole:
        return None
    name = scope.area.name
    rows = []
    for (event, date), at in presence(scope, of=name, by="sector").items():
        there = "; ".join(one for one in _sectors(scope) if at.get(one) == PRESENT) or "none"
        told = values.HIDDEN if values.HIDDEN in at.values() else there
        rows.append([event, _day(date), at.get(name, values.NOT_AVAILABLE), told])
    caption = f"Whether somebody came from {name}, and from which sectors"
    return Expected("presence", caption, ["Event", "Date", name, f"Sectors that came from {name}"], rows)


def _matrix(caption: str, columns: list[str], cells: Presence) -> Expected:
    rows = [[event, *(at.get(one, values.NOT_AVAILABLE) for one in columns)] for (event, _), at in cells.items()]
    return Expected("presence", caption, ["Event", *columns], rows)


def missing_at_forums(scope: Scope) -> Iterator[Piece]:
    """Give a line a forum: the areas and sectors that nobody came from."""
    areas = _at_forums(scope, presence(scope, of="", by="area"))
    sectors = _at_forums(scope, presence(scope, of=scope.area.name, by="sector"))
    nouns = scope.evaluation.area_noun.plural.capitalize()
    for forum in dict.fromkeys((*areas, *sectors)):
        from_areas, from_sectors = areas.get(forum, {}), sectors.get(forum, {})
        told = f"{forum}."
        if values.HIDDEN in {*from_areas.values(), *from_sectors.values()}:
            told += f" Who was missing is not shown ({values.HIDDEN}), to protect those who came."
        else:
            told += f" {nouns} missing: {_missing(from_areas)}." if scope.evaluation.areas else ""
            told += f" Sectors missing: {_missing(from_sectors)}." if scope.evaluation.sectors else ""
        yield Piece("li", told)


def missing_from_area(scope: Scope) -> Iterator[Piece]:
    """Give the forums that nobody came to from an area, and its sectors that came to none."""
    name = scope.area.name
    found = _at_forums(scope, presence(scope, of=name, by="sector"))
    shown = {forum: at for forum, at in found.items() if values.HIDDEN not in at.values()}
    if not shown:
        return
    without = [forum for forum, at in shown.items() if at.get(name) == NOBODY]
    if without:
        yield Piece("p", f"Nobody came from {name} to: {'; '.join(without)}.")
    else:
        yield Piece("p", f"Somebody came from {name} to each of the forums shown.")
    never = [one for one in _sectors(scope) if all(at.get(one) == NOBODY for at in shown.values())]
    if never:
        told = f"No forum shown had anybody from {name} who works in these sectors: {'; '.join(never)}."
        yield Piece("p", f"{told} They are the ones to invite to the next.")


def _at_forums(scope: Scope, cells: Presence) -> dict[str, dict[str, str]]:
    rows: list[Row] = scope.register("events") or []
    forums = {(row["event"], row["date"]) for row in rows if row["kind"] == "Forum"}
    return {f"{event}, {_day(date)}": at for (event, date), at in cells.items() if (event, date) in forums}


def _missing(cells: dict[str, str]) -> str:
    return "; ".join(name for name, told in cells.items() if told == NOBODY) or "none"


def _sectors(scope: Scope) -> list[str]:
    return [sector.name for sector in scope.evaluation.sectors]


def _day(date: str) -> str:
    try:
        return day(dt.date.fromisoformat(date))
    except ValueError:
        # What is no day is refused where the file is read.
        return date
