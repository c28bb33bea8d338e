"""The closing parts of a report: limits, terms, the questions asked, and how the page was made."""

from __future__ import annotations

from pipeline.data.drift import POSITION, SHOWN_ONLY
from pipeline.disclosure import facts
from pipeline.disclosure.policies import IN_STEPS, STEP
from pipeline.disclosure.published import NOT_AVAILABLE, SUPPRESSED
from pipeline.presentation.calibration import sentences_for_calibration
from pipeline.presentation.clearance import MADE_BY
from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.tables import Html, render
from pipeline.presentation.wording import in_a_row, number_word, period

# Kirkpatrick's four levels of evidence on training, as a page names them.
KIRKPATRICK = {1: "reaction", 2: "learning", 3: "behaviour", 4: "results"}


class ClosingSections(ReportGround):
    """Pieces of HTML on what the figures cannot say and where they come from."""

    def limits(self) -> Html:
        """Return what the figures cannot say."""
        noun = self.evaluation.area_noun
        has_areas = len(self.evaluation.areas) > 1 and self.policy.form(facts.CHANGE, of_whole=False) != "not shown"
        calibrated = sentences_for_calibration(self.calibration, noun, areas=has_areas)
        return Html(
            render(
                "limits.html.j2",
                report=self,
                invited=self.wave.people_invited,
                calibrated=calibrated,
                counts_clear=self.shows_of_whole(facts.P_VALUE),
            )
        )

    def terms(self) -> Html:
        """Return the words of the page and what they mean."""
        return Html(
            render(
                "terms.html.j2",
                report=self,
                suppressed=SUPPRESSED,
                not_available=NOT_AVAILABLE,
                has_odds_ratios=self.shows(facts.ODDS_RATIO),
                in_steps=number_word(STEP) if self.policy.form(facts.CHANGE, of_whole=True) == IN_STEPS else "",
                has_ends=not self.policy.has_bins or (self.has_baseline and self.shows(facts.STANDARDISED_SHARE)),
            )
        )

    def questions(self) -> Html:
        """Return the questions as worded in this wave, with their answers, and which were asked otherwise before."""
        asked = [
            (item, item.wording_in(self.wave.id), self.evaluation.scale_asked(item.id, self.wave.id).levels)
            for item in self.evaluation.items
        ]
        return Html(render("questions.html.j2", asked=asked, drift=self._drift(), kirkpatrick=KIRKPATRICK))

    def _drift(self) -> str:
        """Return which questions changed since the baseline and whether they are compared."""
        if not self.has_baseline:
            return ""
        changes = self.published.wording_changes
        changes = changes[changes["what_changed"] != POSITION]
        if changes.empty:
            return f"Every question was asked with the same words and answers as in {self.labels[0]}."
        names = {item.id: item.short_name for item in self.evaluation.items}
        parts = [
            f"{in_a_row([names[item] for item in items.drop_duplicates()])} ({_verdict(bool(compared), str(reason))})"
            for (compared, reason), items in changes.groupby(["compared", "reason"], sort=False)["item"]
        ]
        return f"Asked otherwise than in {self.labels[0]}: {'; '.join(parts)}."

    def provenance(self) -> Html:
        """Return who answers for the page, and a line that is filled in when it is rendered."""
        dates = [(wave.label, period(wave.fieldwork.start, wave.fieldwork.end), wave.data) for wave in self.waves]
        return Html(
            render(
                "provenance.html.j2",
                evaluation=self.evaluation,
                area=self.area,
                dates=dates,
                made_by=MADE_BY,
            )
        )


def _verdict(compared: bool, reason: str) -> str:
    if reason == SHOWN_ONLY:
        return "compared: only the answers off the scale differ"
    return f"{'compared' if compared else 'not compared'}: {reason[0].lower()}{reason[1:].rstrip('.')}"
