"""The part of a report on what comments were about, and which change ideas answer it."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.presentation.improvement.register_ground import RegisterGround
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import decimal

Cells = dict[str, str]


class ThemeSections(RegisterGround):
    """Pieces of HTML on themes; what people wrote stays private."""

    def themes(self) -> Html:
        """Return the themes of the comments in their order, on the whole area's page what they rest on, and ideas."""
        if self.evaluation.registers.themes is None:
            return Html("<p>No register of themes is kept.</p>")
        name = "themes-in-bins" if self.policy.has_bins else "themes"
        parts = [_said(f"In {self.wave.label} no comments, or too few, were read for themes.")]
        if self.kept(name) is not None:
            rows = _rows(self, name)
            table = _table_of_bins(self, rows) if self.policy.has_bins else _table_of_places(self, rows)
            parts = [_said(_read(self, rows)), table.html()]
        if self.is_whole and name == "themes" and self.kept(name) is not None:
            parts += _what_they_rest_on(self)
        ideas = self.kept("theme-ideas") is not None
        parts.append(_ideas(self).html() if ideas else _said("No register of change ideas is kept."))
        return Html(Markup("\n").join(parts))


def _said(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _rows(page: RegisterGround, name: str) -> list[Cells]:
    if page.kept(name) is None:
        return []
    return [{str(key): str(cell) for key, cell in row.items()} for row in page.named(name).to_dict("records")]


def _read(page: RegisterGround, rows: list[Cells]) -> str:
    read = next(row["comments"] for row in rows if row["wave"] == page.wave.label)
    told = f"In {page.wave.label}, {read} different comments from across {page.whole_name} were read for themes"
    if page.policy.has_bins:
        return f"{told}; the table says in how many of them each theme is named."
    return (
        f"{told}. Within its kind a theme stands by how often it is named times how much it weighs; a place up or "
        "down means little."
    )


def _table_of_places(page: RegisterGround, rows: list[Cells]) -> Table:
    labels = _labels(rows)
    header = ["Theme", "Kind", *(f"Place in {label}" for label in labels), f"Share of comments, {labels[-1]}"]
    cells = [
        [*named, *(row["place"] for row in found), _percent(found[-1]["share"])] for named, found in _by_theme(rows)
    ]
    caption = f"Themes in the comments of {page.whole_name}, the weightiest of each kind first"
    return Table("table-themes", caption, header, cells, page.register_download("themes"))


def _table_of_bins(page: RegisterGround, rows: list[Cells]) -> Table:
    header = ["Theme", "Kind", *(f"Comments, {label}" for label in _labels(rows))]
    cells = [[*named, *(row["named"] for row in found)] for named, found in _by_theme(rows)]
    caption = f"Themes in the comments of {page.whole_name}, comments in bins of six"
    return Table("table-themes-in-bins", caption, header, cells, page.register_download("themes-in-bins"))


def _what_they_rest_on(page: RegisterGround) -> list[Markup]:
    """Return which groupings the comments are about, and how far two coders agreed."""
    parts = [_groupings(page).html()] if page.kept("groupings") is not None else []
    if page.kept("coder-agreement") is None:
        return [*parts, _said("Too few comments were read by two coders to say how far coders agree.")]
    told = (
        "Some comments were read by two coders, each alone. An agreement of 1 means that they coded alike "
        f"throughout, 0 that chance would do as well (Krippendorff's alpha, {page.interval})."
    )
    return [*parts, _said(told), _agreement(page).html()]


def _groupings(page: RegisterGround) -> Table:
    rows = _rows(page, "groupings")
    labels = _labels(rows)
    by_name: dict[str, list[Cells]] = {}
    for row in rows:
        by_name.setdefault(row["grouping"], []).append(row)
    says_most = any(found[-1]["weighs_most"] for found in by_name.values())
    header = ["Grouping", *(f"Share of comments, {label}" for label in labels)]
    header += [f"Weighs most in {labels[-1]}"] if says_most else []
    cells = [
        [name, *(_percent(row["share"]) for row in found), *([found[-1]["weighs_most"]] if says_most else [])]
        for name, found in by_name.items()
    ]
    caption = "Needs-based groupings that comments are about"
    return Table("table-groupings", caption, header, cells, page.register_download("groupings"))


def _agreement(page: RegisterGround) -> Table:
    cells = [[row["coded"], row["comments"], _with_interval(row)] for row in _rows(page, "coder-agreement")]
    caption = f"How far coders agree, {page.wave.label}"
    header = ["What was coded", "Coded twice", "Agreement"]
    return Table("table-coder-agreement", caption, header, cells, page.register_download("coder-agreement"))


def _ideas(page: RegisterGround) -> Table:
    cells = [
        [row["theme"], row["idea"] or "None yet", row["status"], row["driver"], row["measure"]]
        for row in _rows(page, "theme-ideas")
    ]
    header = ["Theme", "Change idea", "How far it has come", "Driver it serves", "Measure that shows it"]
    caption = "Which change ideas answer a theme, and what they lead to"
    return Table("table-theme-ideas", caption, header, cells, page.register_download("theme-ideas"))


def _labels(rows: list[Cells]) -> list[str]:
    return list(dict.fromkeys(row["wave"] for row in rows))


def _by_theme(rows: list[Cells]) -> list[tuple[list[str], list[Cells]]]:
    """Return each theme's name and kind, and its rows, one a wave: rows of a theme follow each other."""
    size = len(_labels(rows))
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [([part[0]["theme"], part[0]["kind"].capitalize()], part) for part in parts]


def _percent(cell: str) -> str:
    return f"{cell}%" if cell.isdecimal() else cell


def _with_interval(row: Cells) -> str:
    if not row["conf_low"]:
        return decimal(row["agreement"], 2)
    low, high = (decimal(row[end], 2) for end in ("conf_low", "conf_high"))
    return f"{decimal(row['agreement'], 2)} ({low} to {high})"
