"""The annex: what reporting checklists ask, and where each item is met."""

from __future__ import annotations

from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.tables import Html, render
from pipeline.reference.checklists import CHECKLISTS, NOT_SUPPLIED, ChecklistItem


class ChecklistSections(ReportGround):
    """The section of reporting checklists."""

    def checklists(self) -> Html:
        """Return each checklist with where its items are met, on the page of the whole area alone."""
        if not self.is_whole:
            return Html(f"<p>The reporting checklists are filled in on the page of {self.whole_name}.</p>")
        lists = [(one, [(item, self._met(item)) for item in one.items]) for one in CHECKLISTS]
        return Html(render("checklists.html.j2", lists=lists))

    def _met(self, item: ChecklistItem) -> str:
        if item.setting:
            told = getattr(self.evaluation.reporting, item.setting)
            return told or f"{NOT_SUPPLIED}."
        return f"see {item.section}."
