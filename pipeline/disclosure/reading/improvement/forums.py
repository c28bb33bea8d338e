"""What a page and its files may say of events, held word for word against the files and evaluation.yml."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.data.registers.schemas import EVENT_KINDS, POST_STATUSES, REASONS
from pipeline.disclosure import facts
from pipeline.disclosure.policies import policy_of
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.improvement import forums_presence as there
from pipeline.disclosure.reading.improvement.pieces import Piece, Section
from pipeline.disclosure.reading.improvement.sheets import Column, RegisterSheet, Row
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.scope import Scope, in_a_row, number_word
from pipeline.disclosure.reading.values import Kind
from pipeline.disclosure.reading.words import day

_OF_ALL, _OF_FIRST = "of everyone at a forum", "of those at the first forum"
_PRESENCE = Kind(
    "whether somebody came",
    f"{there.PRESENT}|{there.NOBODY}",
    lambda text: (1, values.UNKNOWN[1]) if text == there.PRESENT else (0, 0),
)
_NUMBER = Kind("a number of forums", r"[1-9]\d*", lambda text: (float(text), float(text)))


def _as_words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.replace("-", " ").capitalize() for name in names)


def _share(name: str = "share", header: str = "") -> Column:
    return Column(name, values.PERCENT, header, facts.EVENT_SHARE, blank=True)


_SHARE = (_share(), _share("conf_low"), _share("conf_high"))
_SAY_SO = Column("people", values.COUNT, "People", facts.EVENT_ANSWERS, of_people=True, blank=True)
_BASE = Column("base_n", values.COUNT, "", facts.EVENT_PEOPLE, of_people=True)
_TARGET = Column("target_share", values.PERCENT, "Share aimed at", blank=True)

_EVENTS = RegisterSheet(
    "events",
    (
        Column("event", "text", "Event"),
        Column("kind", _as_words(EVENT_KINDS), "Kind"),
        Column("date", "day", "Date"),
        Column("hours", values.HUNDREDTHS, "Hours", blank=True),
        Column("people", values.COUNT, "People who came", facts.EVENT_PEOPLE, of_people=True, blank=True),
    ),
)
_SECTORS = RegisterSheet(
    "event-sectors",
    (
        Column("sector", "sector", "Sector"),
        Column("people", values.COUNT, "People", facts.EVENT_SECTORS, of_people=True),
        _share(header="Share"),
        _TARGET,
    ),
)
_REASONS = RegisterSheet(
    "absence-reasons", (Column("reason", _as_words(REASONS), "Reason"), _share(header="Share"), _SAY_SO, _BASE)
)
SHEETS = {
    sheet.name: sheet
    for sheet in (
        _EVENTS,
        RegisterSheet(
            "presence",
            (
                Column("event", "text"),
                Column("date", "day"),
                Column("area", "area"),
                Column("sector", "sector", blank=True),
                Column("present", _PRESENCE, "", facts.EVENT_PRESENCE),
            ),
        ),
        _SECTORS,
        RegisterSheet("health-share", (*_SHARE, _BASE, _TARGET)),
        RegisterSheet(
            "coming-again",
            (
                Column("part", frozenset({_OF_ALL, _OF_FIRST})),
                Column("forums_n", _NUMBER, blank=True),
                Column("event", "text", blank=True),
                _share(),
                _BASE,
            ),
        ),
        _REASONS,
        RegisterSheet("usefulness", (Column("element", "text"), *_SHARE, _SAY_SO, _BASE)),
        RegisterSheet(
            "representatives",
            (
                Column("area", "area"),
                Column("post", "text"),
                Column("status", frozenset(POST_STATUSES)),
                Column("since", "day", blank=True),
            ),
        ),
    )
}


# Tables.


def _rows(scope: Scope, sheet: str) -> list[Row]:
    return scope.register(sheet) or []


def _events(scope: Scope) -> Expected:
    caption = f"Events, and how many people came across {scope.whole_name}"
    return Expected("events", caption, _EVENTS.header(), [_EVENTS.cells(row) for row in _rows(scope, "events")])


def _sectors(scope: Scope) -> Expected | None:
    if not scope.is_whole:
        return None
    rows = _rows(scope, "event-sectors")
    left_out = {"Share"} if scope.has_bins else set()
    left_out |= set() if any(row["target_share"] for row in rows) else {"Share aimed at"}
    caption = f"People at any of the events across {scope.whole_name} by sector, each person once"
    return _without(_SECTORS, left_out, caption, rows)


def _reasons(scope: Scope) -> Expected | None:
    rows = _rows(scope, "absence-reasons")
    if not scope.is_whole or not rows:
        return None
    caption = (
        f"Why people stayed away, among the {values.thousands(rows[0]['base_n'])} people across {scope.whole_name} who "
        "gave a reason (one may give several)"
    )
    return _without(_REASONS, {"Share" if scope.has_bins else "People"}, caption, rows)


def _without(sheet: RegisterSheet, left_out: set[str], caption: str, rows: list[Row]) -> Expected:
    """Return a file's table without some of its columns."""
    kept = [number for number, header in enumerate(sheet.header()) if header not in left_out]
    cells = [[sheet.cells(row)[number] for number in kept] for row in rows]
    return Expected(sheet.name, caption, [sheet.header()[number] for number in kept], cells)


def _coming_again(scope: Scope) -> Expected | None:
    if not scope.is_whole:
        return None
    rows = _rows(scope, "coming-again")
    most = max((int(row["forums_n"]) for row in rows if row["forums_n"].isdecimal()), default=0)
    cells = [[_about(row, most), values.percent(row["share"]), values.thousands(row["base_n"])] for row in rows]
    caption = f"How often people came to the forums across {scope.whole_name}, and who came again"
    return Expected("coming-again", caption, ["People who", "Share", "Of how many people"], cells)


def _about(row: Row, most: int) -> str:
    if row["part"] == _OF_FIRST:
        return f"Were at the first forum and came to: {row['event'] or 'any later one'}"
    times = int(row["forums_n"]) if row["forums_n"].isdecimal() else 0
    if times == most:
        return f"Came to all {number_word(times)} forums"
    return "Came to one forum" if times == 1 else f"Came to {number_word(times)} forums"


def _usefulness(scope: Scope) -> Expected:
    evaluation = scope.evaluation
    phrases = {one.name: evaluation.scales[one.scale].favourable_phrase for one in evaluation.feedback_elements}
    cells = [
        [
            row["element"],
            f"“{phrases.get(row['element'], '')}”",
            values.thousands(row["people"]) if scope.has_bins else _with_ends(row, ""),
            values.thousands(row["base_n"]),
        ]
        for row in _rows(scope, "usefulness")
    ]
    figure = "People who say so" if scope.has_bins else f"Share, with {scope.interval}"
    header = ["Part of the events", "They found it", figure, "People who rated it"]
    return Expected("usefulness", f"How useful people found the events, across {scope.whole_name}", header, cells)


def _with_ends(row: Row, named: str) -> str:
    """Return a share with its interval, or the end or mark that stands in its place."""
    if row["conf_low"] in ("", *values.MARKS):
        return row["share"]
    ends = f"{values.percent(row['conf_low'])} to {values.percent(row['conf_high'])}"
    return f"{values.percent(row['share'])} ({named}{ends})"


TABLES: dict[str, Callable[[Scope], Expected | None]] = {
    "table-events": _events,
    "table-presence-areas": there.areas_table,
    "table-presence-sectors": there.sectors_table,
    "table-presence": there.own_table,
    "table-event-sectors": _sectors,
    "table-coming-again": _coming_again,
    "table-absence-reasons": _reasons,
    "table-usefulness": _usefulness,
}


# Sections.


def _on_events(scope: Scope) -> Iterator[Piece]:
    events = scope.register("events")
    if events is None:
        yield Piece("p", "No register of events is kept.")
        return
    if scope.is_whole or scope.register("presence") is None:
        yield Piece("table", "table-events")
        to_come = [row["event"] for row in events if row["people"] == ""]
        if to_come:
            yield Piece("p", f"Still to come on {day(scope.folder.wave.fieldwork.end)}: {'; '.join(to_come)}.")
    if all(row["people"] in ("", values.NOT_AVAILABLE) for row in events):
        yield Piece("p", "Nothing is recorded of who came.")
    else:
        yield from _on_presence(scope)
        yield from _on_health(scope)
        yield from _on_people(scope) if scope.is_whole else ()
    yield from _on_representatives(scope)


def _on_presence(scope: Scope) -> Iterator[Piece]:
    if scope.register("presence") is None:
        if not policy_of(scope.evaluation.disclosure).shows(facts.EVENT_PRESENCE, of_whole=True):
            told = "Whether somebody came from a place or a sector is not shown: the owner of the data decided so."
            yield Piece("p", told)
        return
    if not scope.is_whole:
        yield Piece("table", "table-presence")
        yield from there.missing_from_area(scope)
        told = f"Numbers of people at events are shown of {scope.whole_name} alone, to protect those who came."
        yield Piece("p", told)
        return
    nouns = scope.evaluation.area_noun.plural
    if scope.evaluation.areas:
        told = f"Who works in several {nouns} counts in each; who works across {scope.whole_name} counts in none."
        yield Piece("p", told)
    yield from there.missing_at_forums(scope)
    if scope.evaluation.areas:
        yield Piece("table", "table-presence-areas")
    if scope.evaluation.sectors:
        yield Piece("table", "table-presence-sectors")


def _on_health(scope: Scope) -> Iterator[Piece]:
    for row in _rows(scope, "health-share")[:1]:
        if row["share"] == values.HIDDEN:
            what = "The share of people at the forums who work in health"
            yield Piece("p", f"{what} is not shown ({values.HIDDEN}), to protect them.")
            continue
        health = "; ".join(sector.name for sector in scope.evaluation.sectors if sector.health)
        people = f"{values.thousands(row['base_n'])} people at the forums across {scope.whole_name}"
        share = _with_ends(row, f"{scope.interval}: ")
        aim = f" The mix aimed at has {values.percent(row['target_share'])}." if row["target_share"] else ""
        yield Piece("p", f"Of the {people}, {share} work in health ({health}).{aim}")


def _on_people(scope: Scope) -> Iterator[Piece]:
    for sheet, column, hidden in (
        ("event-sectors", "people", "The sectors of those who came are not counted here ([c]), to protect them."),
        ("coming-again", "share", "How often people came to the forums is not shown ([c]), to protect them."),
        ("absence-reasons", "base_n", "Why people stayed away is not shown ([c]), to protect them."),
    ):
        rows = scope.register(sheet)
        if rows is not None:
            is_hidden = all(row[column] == values.HIDDEN for row in rows)
            yield Piece("p", hidden) if is_hidden else Piece("table", f"table-{sheet}")


def _on_representatives(scope: Scope) -> Iterator[Piece]:
    rows = scope.register("representatives")
    if rows is None or not scope.evaluation.areas:
        return
    places = [area.name for area in scope.evaluation.areas] if scope.is_whole else [scope.area.name]
    held = {row["area"] for row in rows if row["status"] == "filled"}
    filled, others = [one for one in places if one in held], [one for one in places if one not in held]
    parts = [f"somebody speaks for {in_a_row(filled)}"] if filled else []
    parts += [f"nobody speaks for {in_a_row(others)}"] if others else []
    yield Piece("p", f"By the register of posts, {'; '.join(parts)}.")


def _on_feedback(scope: Scope) -> Iterator[Piece]:
    rows = scope.register("usefulness")
    if rows is None:
        yield Piece("p", "No feedback on events is recorded.")
    elif all(row["base_n"] == values.HIDDEN for row in rows):
        yield Piece("p", f"How useful people found the events is not shown ({values.HIDDEN}), to protect them.")
    else:
        yield Piece("table", "table-usefulness")
        yield Piece(
            "p",
            "Each person counts once, by the latest rating; ratings without a code count one by one. What people said "
            "in their own words stands under Voices, once it is approved.",
        )


SECTIONS: dict[str, Section] = {
    "Forums, workshops and training": _on_events,
    "What people said of the events": _on_feedback,
}
