"""The closing parts of a report: limits, terms, the questions asked, and how the page was made."""

from __future__ import annotations

import pipeline
from pipeline.disclosure.published import NOT_AVAILABLE, SUPPRESSED
from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.tables import Html, render
from pipeline.presentation.wording import period

# Kirkpatrick's four levels of evidence on training, as a page names them.
KIRKPATRICK = {1: "reaction", 2: "learning", 3: "behaviour", 4: "results"}


class ClosingSections(ReportGround):
    """Pieces of HTML on what the figures cannot say and where they come from."""

    def limits(self) -> Html:
        """Return what the figures cannot say."""
        return Html(
            render("limits.html.j2", report=self, noun=self.evaluation.area_noun, invited=self.wave.people_invited)
        )

    def terms(self) -> Html:
        """Return the words of the page and what they mean."""
        return Html(render("terms.html.j2", report=self, suppressed=SUPPRESSED, not_available=NOT_AVAILABLE))

    def questions(self) -> Html:
        """Return the questions behind the measures, as worded in this wave, with their answers."""
        asked = [
            (item, item.wording_in(self.wave.id), self.evaluation.scale_of(item.id).levels)
            for item in self.evaluation.items
        ]
        return Html(render("questions.html.j2", asked=asked, kirkpatrick=KIRKPATRICK))

    def provenance(self) -> Html:
        """Return who answers for the page and which settings and code made it."""
        dates = [(wave.label, period(wave.fieldwork.start, wave.fieldwork.end), wave.data) for wave in self.waves]
        return Html(
            render(
                "provenance.html.j2",
                evaluation=self.evaluation,
                area=self.area,
                dates=dates,
                code_version=pipeline.__version__,
            )
        )
