"""What a page and its files may say of themes in comments and the ideas that answer them, made again from the files."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.data.registers.schemas import IDEA_STATUSES, THEME_KINDS
from pipeline.disclosure import facts
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.improvement.pieces import Piece
from pipeline.disclosure.reading.improvement.sheets import Column, RegisterSheet, Row
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.scope import Scope

HEADING = "Barriers, successes and suggestions"
_PLACE = values.Kind("a place in an order", r"[1-9]\d*", lambda text: (float(text), float(text)))
_CODED = frozenset({"Themes of a comment", "Groupings it is about", "How much a theme weighs"})
_READ = Column("comments", values.COUNT, statistic=facts.THEME_COMMENTS, of_people=True)
_SHARE = Column("share", values.PERCENT, statistic=facts.THEME_SHARE)
_THEME = (Column("theme", "text"), Column("kind", frozenset(THEME_KINDS)), Column("wave", "text"), _READ)


def _agreement(name: str, *, blank: bool = False) -> Column:
    return Column(name, values.HUNDREDTHS, statistic=facts.CODER_AGREEMENT, blank=blank)


SHEETS = {
    "themes": RegisterSheet("themes", (*_THEME, Column("place", _PLACE, statistic=facts.THEME_PLACE), _SHARE)),
    "themes-in-bins": RegisterSheet(
        "themes-in-bins",
        (*_THEME, Column("named", values.COUNT, statistic=facts.THEME_COUNT, of_people=True)),
    ),
    "groupings": RegisterSheet(
        "groupings",
        (Column("grouping", "text"), Column("wave", "text"), _SHARE, Column("weighs_most", "text", blank=True)),
    ),
    "coder-agreement": RegisterSheet(
        "coder-agreement",
        (
            Column("coded", _CODED),
            _READ,
            _agreement("agreement"),
            _agreement("conf_low", blank=True),
            _agreement("conf_high", blank=True),
        ),
    ),
    "theme-ideas": RegisterSheet(
        "theme-ideas",
        (
            Column("theme", "text"),
            Column("idea", "text", blank=True),
            Column("status", frozenset(IDEA_STATUSES), blank=True),
            Column("driver", "text", blank=True),
            Column("measure", "text", blank=True),
        ),
    ),
}


def themes_section(scope: Scope) -> Iterator[Piece]:
    """Give the pieces of the section on comments that follow the sentences on who wrote any."""
    if scope.evaluation.registers.themes is None:
        yield Piece("p", "No register of themes is kept.")
        return
    name = "themes-in-bins" if scope.has_bins else "themes"
    rows = scope.register(name)
    if rows:
        yield Piece("p", _read(scope, rows))
        yield Piece("table", f"table-{name}")
    else:
        yield Piece("p", f"In {scope.labels[-1]} no comments, or too few, were read for themes.")
    if rows and scope.is_whole and not scope.has_bins:
        yield from _what_they_rest_on(scope)
    if scope.register("theme-ideas"):
        yield Piece("table", "table-theme-ideas")
    else:
        yield Piece("p", "No register of change ideas is kept.")


def _what_they_rest_on(scope: Scope) -> Iterator[Piece]:
    if scope.register("groupings"):
        yield Piece("table", "table-groupings")
    if scope.register("coder-agreement"):
        told = "An agreement of 1 means that they coded alike throughout, 0 that chance would do as well"
        yield Piece(
            "p",
            f"Some comments were read by two coders, each alone. {told} (Krippendorff's alpha, {scope.interval}).",
        )
        yield Piece("table", "table-coder-agreement")
    else:
        yield Piece("p", "Too few comments were read by two coders to say how far coders agree.")


def _read(scope: Scope, rows: list[Row]) -> str:
    wave = scope.labels[-1]
    read = next((row["comments"] for row in rows if row["wave"] == wave), values.NOT_AVAILABLE)
    told = f"In {wave}, {read} different comments from across {scope.whole_name} were read for themes"
    if scope.has_bins:
        return f"{told}; the table says in how many of them each theme is named."
    return (
        f"{told}. Within its kind a theme stands by how often it is named times how much it weighs; a place up or down "
        "means little."
    )


def _waves(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(row["wave"] for row in rows))


def _by(rows: list[Row], *names: str) -> dict[tuple[str, ...], list[Row]]:
    """Return rows by some of their cells, in their order; the rows of one follow each other, one a wave."""
    found: dict[tuple[str, ...], list[Row]] = {}
    waves = len(_waves(rows))
    for number, row in enumerate(rows):
        found.setdefault((str(number // waves), *(row[name] for name in names)), []).append(row)
    return found


def _table_of_places(scope: Scope) -> Expected:
    rows = scope.register("themes") or []
    waves = _waves(rows)
    header = ["Theme", "Kind", *(f"Place in {wave}" for wave in waves)]
    header += [f"Share of comments, {wave}" for wave in waves[-1:]]
    cells = [
        [theme, kind.capitalize(), *(row["place"] for row in found), values.percent(found[-1]["share"])]
        for (_, theme, kind), found in _by(rows, "theme", "kind").items()
    ]
    caption = f"Themes in the comments of {scope.whole_name}, the weightiest of each kind first"
    return Expected("themes", caption, header, cells)


def _table_of_bins(scope: Scope) -> Expected:
    rows = scope.register("themes-in-bins") or []
    cells = [
        [theme, kind.capitalize(), *(row["named"] for row in found)]
        for (_, theme, kind), found in _by(rows, "theme", "kind").items()
    ]
    header = ["Theme", "Kind", *(f"Comments, {wave}" for wave in _waves(rows))]
    caption = f"Themes in the comments of {scope.whole_name}, comments in bins of six"
    return Expected("themes-in-bins", caption, header, cells)


def _groupings(scope: Scope) -> Expected:
    rows = scope.register("groupings") or []
    waves, by_name = _waves(rows), _by(rows, "grouping")
    has_most = any(found[-1]["weighs_most"] for found in by_name.values())
    cells = []
    for (_, name), found in by_name.items():
        most = [found[-1]["weighs_most"]] if has_most else []
        cells.append([name, *(values.percent(row["share"]) for row in found), *most])
    header = ["Grouping", *(f"Share of comments, {wave}" for wave in waves)]
    header += [f"Weighs most in {waves[-1]}"] if has_most else []
    return Expected("groupings", "Needs-based groupings that comments are about", header, cells)


def _coder_agreement(scope: Scope) -> Expected:
    cells = []
    for row in scope.register("coder-agreement") or []:
        ends = [values.decimal(row[end], 2) for end in ("conf_low", "conf_high") if row[end]]
        interval = f" ({ends[0]} to {ends[1]})" if len(ends) == 2 else ""
        cells.append([row["coded"], row["comments"], f"{values.decimal(row['agreement'], 2)}{interval}"])
    header = ["What was coded", "Coded twice", "Agreement"]
    return Expected("coder-agreement", f"How far coders agree, {scope.labels[-1]}", header, cells)


def _ideas(scope: Scope) -> Expected:
    cells = [
        [row["theme"], row["idea"] or "None yet", row["status"], row["driver"], row["measure"]]
        for row in scope.register("theme-ideas") or []
    ]
    header = ["Theme", "Change idea", "How far it has come", "Driver it serves", "Measure that shows it"]
    return Expected("theme-ideas", "Which change ideas answer a theme, and what they lead to", header, cells)


TABLES = {
    "table-themes": _table_of_places,
    "table-themes-in-bins": _table_of_bins,
    "table-groupings": _groupings,
    "table-coder-agreement": _coder_agreement,
    "table-theme-ideas": _ideas,
}
SECTIONS = {HEADING: themes_section}
