"""The part of a report on pledges: what people undertook to do, and what became of it."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from pipeline.disclosure.published import SUPPRESSED
from pipeline.presentation.improvement.register_ground import RegisterGround
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import count, day

_HEADER = ["Pledges", "People", "Pledges made", "Followed up", "Kept, of those followed up", "Kept, of all made"]
_IN_BINS, _AS_SHARES = "pledges-in-bins", "pledges"
_NOTE = (
    "Kept means kept in full. A pledge that nobody followed up may have been kept or not, so the last column takes all "
    "of these first as not kept, then as kept. The interval takes each pledge by itself, whoever made it."
)
Cells = dict[str, str]


class PledgeSections(RegisterGround):
    """Pieces of HTML on pledges."""

    def pledges(self) -> Html:
        """Return how many pledges were made, how many were kept at least and at most, and what is not shown apart."""
        if self.evaluation.registers.pledges is None:
            return _paragraphs("No register of pledges is kept.")
        name = _IN_BINS if self.policy.has_bins else _AS_SHARES
        if self.kept(name) is None:
            return _paragraphs("Of pledges nothing can be shown yet: none were made, or by too few people.")
        rows = [{str(key): str(cell) for key, cell in row.items()} for row in self.named(name).to_dict("records")]
        table = _table_of_bins(self, rows) if self.policy.has_bins else _table_of_shares(self, rows)
        told = _made_in_bins(self, rows[0]) if self.policy.has_bins else _made_and_kept(self, rows[0])
        after = [_not_shown(self, rows), *([] if self.policy.has_bins else [_NOTE])]
        return Html(_paragraphs(told).markup + table.html() + _paragraphs(*(one for one in after if one)).markup)


def _paragraphs(*texts: str) -> Html:
    return Html(Markup("\n").join(Markup("<p>{}</p>").format(text) for text in texts))


def _made_and_kept(page: RegisterGround, whole: Cells) -> str:
    told = [_made(page, whole), _opening(f"{_percent(whole['followed_up'])} of these were followed up.")]
    if whole["kept"] != SUPPRESSED:
        interval = f" ({page.interval} {whole['kept_low']}% to {whole['kept_high']}%)"
        interval = interval if whole["kept"].isdecimal() else ""
        told.append(f"Of those followed up {_percent(whole['kept'])} were kept{interval}.")
    if whole["at_least"].isdecimal():
        at_most = f" and at most {_percent(whole['at_most'])}" if whole["at_most"].isdecimal() else ""
        told.append(f"Of all that were made at least {whole['at_least']}%{at_most} were kept.")
    if page.is_whole and whole["partly"] != SUPPRESSED:
        told.append(f"{whole['partly']}% were kept in part, {whole['not_kept']}% were not kept.")
    return " ".join(told)


def _made_in_bins(page: RegisterGround, whole: Cells) -> str:
    return (
        f"{_made(page, whole).removesuffix('.')}: {whole['kept']} were kept, {whole['partly']} kept in part, "
        f"{whole['not_kept']} not kept, and of {whole['unknown']} it is not known."
    )


def _made(page: RegisterGround, whole: Cells) -> str:
    made = f"{count(whole['people'])} people across {page.whole_name} had made {count(whole['made'])} pledges."
    return f"By {_day(whole)}, {made}"


def _table_of_shares(page: RegisterGround, rows: list[Cells]) -> Table:
    shown = rows if page.is_whole else [row for row in _own(page, rows) + rows[:1]]
    cells = [
        [
            _label(page, row),
            count(row["people"]),
            count(row["made"]),
            _percent(row["followed_up"]),
            _kept(row),
            _of_all(row),
        ]
        for row in shown
    ]
    caption = f"Pledges as they stood on {_day(rows[0])}, with {page.interval}"
    return Table("table-pledges", caption, _HEADER, cells, page.register_download(_AS_SHARES))


def _table_of_bins(page: RegisterGround, rows: list[Cells]) -> Table:
    shown = rows[1:] + rows[:1] if page.is_whole else _own(page, rows) + rows[:1]
    caption = f"Pledges made by {_day(rows[0])}, in bins of six"
    cells = [[_label(page, row), row["made"]] for row in shown]
    header = [page.evaluation.area_noun.singular.capitalize(), "Pledges made"]
    return Table(f"table-{_IN_BINS}", caption, header, cells, page.register_download(_IN_BINS))


def _own(page: RegisterGround, rows: list[Cells]) -> list[Cells]:
    return [row for row in rows if row["area"] == page.area.name]


def _label(page: RegisterGround, row: Cells) -> str:
    if row.get("theme"):
        return f"On “{row['theme']}”"
    if row.get("scope"):
        return row["scope"].capitalize()
    return page.whole_name if row["area"] == page.evaluation.whole_area.name else row["area"]


def _not_shown(page: RegisterGround, rows: list[Cells]) -> str:
    """Return of what nothing is shown, to protect people; '' where everything is."""
    protects = "to protect the people who pledged"
    if not page.is_whole:
        told = f"Of {page.area.name} alone nothing is shown, {protects}; the figures are of {page.whole_name}."
        return "" if _own(page, rows) else told
    ways = {
        page.evaluation.area_noun.plural: len({row["area"] for row in rows}) > 1,
        "themes": any(row.get("theme") for row in rows),
        "own area of responsibility and beyond it": any(row.get("scope") for row in rows),
    }
    hidden = [way for way, is_shown in ways.items() if not is_shown]
    return f"Not shown apart, {protects}: {'; '.join(hidden)}." if hidden else ""


def _day(row: Cells) -> str:
    return day(dt.date.fromisoformat(row["as_of"]))


def _percent(cell: str) -> str:
    return f"{cell}%" if cell.isdecimal() else cell


def _opening(sentence: str) -> str:
    return f"{sentence[0].upper()}{sentence[1:]}"


def _kept(row: Cells) -> str:
    if not row["kept"].isdecimal():
        return row["kept"]
    return f"{row['kept']}% ({row['kept_low']}% to {row['kept_high']}%)"


def _of_all(row: Cells) -> str:
    if row["at_most"] != SUPPRESSED:
        return f"{_percent(row['at_least'])} to {_percent(row['at_most'])}"
    return f"{row['at_least']}% or more" if row["at_least"].isdecimal() else SUPPRESSED
