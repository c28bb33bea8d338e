"""The part of a report on looking back: what the same people say, in one form, of before and of now."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN, SUPPRESSED
from pipeline.presentation.measures import Row, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.rows import change_cell, unbroken
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import decimal, percent

_CAUTION = (
    "Both answers were given at the same time, with what people know now. That spares the comparison a changed idea of "
    "the question, but memory and the wish to have learned something can make the change look larger than it is."
)


class LookingBackSections(ReportDownloads):
    """Pieces of HTML on questions that ask, in the same form, how things were before."""

    def looking_back(self) -> Html:
        """Return what people say of before and now, or that the survey asked no such question."""
        rows = rows_by_key(self.published.retrospective_by_item_area, "area").get((self.area.id,), [])
        if not rows:
            return Html("<p>The survey asked nobody to look back at how things were before.</p>")
        if self.policy.has_bins:
            return Html(f"<p>What people say, looking back, of before and of now is not shown ({SUPPRESSED}).</p>")
        text = (
            f"Looking back, people said in {self.wave.label} how they would have answered before, and how they do now."
        )
        cells = [self._cells(row) for row in rows]
        download = self.download("looking-back")
        table = Table("table-looking-back", self._caption(), self._header(), cells, download)
        return Html(Markup("<p>{} {}</p>\n{}").format(text, _CAUTION, table.html()))

    def _caption(self) -> str:
        means = (
            "; means of the levels, 1 the worst, with the paired t and its degrees of freedom" if self.is_whole else ""
        )
        return f"Share giving a favourable answer of before and of now, {self.short_name}, with {self.interval}{means}"

    def _header(self) -> list[str]:
        means = ["Mean before", "Mean now", "Paired t"] if self.is_whole else []
        return ["Measure", "People answering both", "Before", "Now", "Change in percentage points", *means]

    def _cells(self, row: Row) -> list[str]:
        name = self.evaluation.item(row["item"]).short_name
        if row["status"] != SHOWN:
            return [name, *[str(row["status"])] * (7 if self.is_whole else 4)]
        shares = [percent(row["share_before"]), percent(row["share_now"])]
        cells = [name, str(int(row["base_n"])), *shares, change_cell(row)]
        if not self.is_whole:
            return cells
        t = _one_decimal(row["t"])
        test = t if t == NOT_AVAILABLE else unbroken(f"{t} ({int(row['df'])} df)")
        return [*cells, _one_decimal(row["mean_before"]), _one_decimal(row["mean_now"]), test]


def _one_decimal(value: Any) -> str:
    return NOT_AVAILABLE if value != value else decimal(value)
