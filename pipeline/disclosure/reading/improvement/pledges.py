"""What a page and its files may say of pledges, made again from the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.disclosure import facts
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.improvement.pieces import Piece
from pipeline.disclosure.reading.improvement.sheets import Column, RegisterSheet, Row
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.words import day

HEADING = "Pledges"
_SHARES, _BINS = "pledges", "pledges-in-bins"
_SCOPES = frozenset({"own area of responsibility", "beyond it"})
_PROSE = (
    "What people undertook to do at the events, within their own area of responsibility or beyond it, and what had "
    "become of it when somebody asked."
)
_NOTE = (
    "Kept means kept in full. A pledge that nobody followed up may have been kept or not, so the last column takes all "
    "of these first as not kept, then as kept. The interval takes each pledge by itself, whoever made it."
)


def _share(name: str, statistic: str = facts.PLEDGE_SHARE) -> Column:
    # An outcome that few pledges have is told of all together alone.
    return Column(name, values.PERCENT, statistic=statistic, blank=statistic == facts.OUTCOME_SHARE)


def _outcome(name: str) -> Column:
    return Column(name, values.COUNT, statistic=facts.OUTCOMES, of_people=True, blank=True)


SHEETS = {
    _SHARES: RegisterSheet(
        _SHARES,
        (
            Column("area", "area"),
            Column("scope", _SCOPES, blank=True),
            Column("theme", "text", blank=True),
            Column("as_of", "day"),
            Column("people", values.COUNT, statistic=facts.PLEDGING, of_people=True),
            Column("made", values.COUNT, statistic=facts.PLEDGES, of_people=True),
            *map(_share, ("followed_up", "kept", "kept_low", "kept_high", "at_least", "at_most")),
            *(_share(name, facts.OUTCOME_SHARE) for name in ("partly", "not_kept")),
        ),
    ),
    _BINS: RegisterSheet(
        _BINS,
        (
            Column("area", "area"),
            Column("as_of", "day"),
            Column("people", values.COUNT, statistic=facts.PLEDGING, of_people=True, blank=True),
            Column("made", values.COUNT, statistic=facts.PLEDGES, of_people=True),
            *map(_outcome, ("kept", "partly", "not_kept", "unknown")),
        ),
    ),
}


def pledges_section(scope: Scope) -> Iterator[Piece]:
    """Give the pieces of the section on pledges."""
    yield Piece("p", _PROSE)
    if scope.evaluation.registers.pledges is None:
        yield Piece("p", "No register of pledges is kept.")
        return
    rows = scope.register(_BINS if scope.has_bins else _SHARES)
    if not rows:
        yield Piece("p", "Of pledges nothing can be shown yet: none were made, or by too few people.")
        return
    whole = _whole(scope, rows)
    yield Piece("p", _in_bins(scope, whole) if scope.has_bins else _as_shares(scope, whole))
    yield Piece("table", f"table-{_BINS if scope.has_bins else _SHARES}")
    if told := _not_shown(scope, rows):
        yield Piece("p", told)
    if not scope.has_bins:
        yield Piece("p", _NOTE)


def _whole(scope: Scope, rows: list[Row]) -> Row:
    """Return the row of all pledges, with nothing in it where no file has it."""
    of_all = (one for one in rows if not _part(scope, one))
    return next(of_all, dict.fromkeys(rows[0], values.NOT_AVAILABLE))


def _part(scope: Scope, row: Row) -> str:
    """Return which part of all pledges a row is of, '' for all of them."""
    if row.get("theme"):
        return f"On “{row['theme']}”"
    if row.get("scope"):
        return row["scope"].capitalize()
    return "" if row["area"] == scope.evaluation.whole_area.name else row["area"]


def _made(scope: Scope, row: Row) -> str:
    people, made = values.thousands(row["people"]), values.thousands(row["made"])
    return f"By {_day(row)}, {people} people across {scope.whole_name} had made {made} pledges"


def _day(row: Row) -> str:
    try:
        return day(dt.date.fromisoformat(row["as_of"]))
    except ValueError:
        return values.NOT_AVAILABLE


def _as_shares(scope: Scope, row: Row) -> str:
    followed = values.percent(row["followed_up"])
    text = f"{_made(scope, row)}. {followed[:1].upper()}{followed[1:]} of these were followed up."
    if row["kept"].isdecimal():
        interval = f"{scope.interval} {row['kept_low']}% to {row['kept_high']}%"
        text += f" Of those followed up {row['kept']}% were kept ({interval})."
    elif row["kept"] in values.ENDS:
        text += f" Of those followed up {row['kept']} were kept."
    if row["at_least"].isdecimal():
        most = f" and at most {row['at_most']}%" if row["at_most"].isdecimal() else ""
        text += f" Of all that were made at least {row['at_least']}%{most} were kept."
    if scope.is_whole and row["partly"].isdecimal():
        text += f" {row['partly']}% were kept in part, {row['not_kept']}% were not kept."
    return text


def _in_bins(scope: Scope, row: Row) -> str:
    return (
        f"{_made(scope, row)}: {row['kept']} were kept, {row['partly']} kept in part, {row['not_kept']} not kept, and "
        f"of {row['unknown']} it is not known."
    )


def _not_shown(scope: Scope, rows: list[Row]) -> str:
    reason = "to protect the people who pledged"
    if not scope.is_whole:
        if any(row["area"] == scope.area.name for row in rows):
            return ""
        return f"Of {scope.area.name} alone nothing is shown, {reason}; the figures are of {scope.whole_name}."
    whole = scope.evaluation.whole_area.name
    hidden = []
    if all(row["area"] == whole for row in rows):
        hidden.append(scope.evaluation.area_noun.plural)
    if not any(row.get("theme") for row in rows):
        hidden.append("themes")
    if not any(row.get("scope") for row in rows):
        hidden.append("own area of responsibility and beyond it")
    return f"Not shown apart, {reason}: {'; '.join(hidden)}." if hidden else ""


def _table_of_shares(scope: Scope) -> Expected:
    rows = scope.register(_SHARES) or []
    header = ["Pledges", "People", "Pledges made", "Followed up", "Kept, of those followed up", "Kept, of all made"]
    whole = [row for row in rows if not _part(scope, row)]
    own = [row for row in rows if _part(scope, row) == scope.area.name]
    shown = rows if scope.is_whole else [*own, *whole]
    cells = [
        [
            _part(scope, row) or scope.whole_name,
            values.thousands(row["people"]),
            values.thousands(row["made"]),
            values.percent(row["followed_up"]),
            _of_known(row),
            _of_all(row),
        ]
        for row in shown
    ]
    caption = f"Pledges as they stood on {_day(rows[0]) if rows else ''}, with {scope.interval}"
    return Expected(_SHARES, caption, header, cells)


def _of_known(row: Row) -> str:
    interval = f" ({row['kept_low']}% to {row['kept_high']}%)" if row["kept"].isdecimal() else ""
    return f"{values.percent(row['kept'])}{interval}"


def _of_all(row: Row) -> str:
    least, most = row["at_least"], row["at_most"]
    if most in values.MARKS:
        return f"{least}% or more" if least.isdecimal() else values.HIDDEN
    return f"{values.percent(least)} to {values.percent(most)}"


def _table_of_bins(scope: Scope) -> Expected:
    rows = scope.register(_BINS) or []
    whole = [row for row in rows if not _part(scope, row)]
    parts = [row for row in rows if _part(scope, row)]
    cells = [[_part(scope, row) or scope.whole_name, row["made"]] for row in (*parts, *whole)]
    caption = f"Pledges made by {_day(rows[0]) if rows else ''}, in bins of six"
    return Expected(_BINS, caption, [scope.evaluation.area_noun.singular.capitalize(), "Pledges made"], cells)


TABLES = {f"table-{_SHARES}": _table_of_shares, f"table-{_BINS}": _table_of_bins}
SECTIONS = {HEADING: pledges_section}
