"""The part of a report on how sure one can be: the published checks in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.disclosure import facts
from pipeline.disclosure.published import SUPPRESSED
from pipeline.presentation.check_sentences import (
    sentence_for_detectable,
    sentence_for_left_out,
    sentence_for_proportional_odds,
    sentence_for_several,
    sentence_for_single_person,
    sentences_for_other_ways,
)
from pipeline.presentation.measures import Row, plain_rows, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.tables import Html, render

Check = tuple[str, str, Sequence[str]]


class CheckSections(ReportDownloads):
    """Pieces of HTML on how far the figures can be relied on."""

    def checks(self) -> Html:
        """Return what was checked, in sentences: of the whole area, where enough people answer to check anything."""
        if not self.has_baseline:
            return Html("<p>With one wave there is no change to check.</p>")
        checks = [check for figure, check in self._checks() if self.shows_of_whole(figure)]
        return Html(render("checks.html.j2", report=self, checks=checks, hidden=self._hidden_checks(len(checks))))

    def _hidden_checks(self, told: int) -> str:
        if told == len(self._checks()):
            return ""
        others = "The other checks are" if told else "The checks are"
        return f"{others} not shown ({SUPPRESSED}): figures so fine would let counts of few people be worked out."

    def _checks(self) -> list[tuple[str, Check]]:
        """Return each check with the figure it tells: its name, a sentence, and what belongs below it."""
        names = {item.id: item.short_name for item in self.evaluation.items}
        published, whole = self.published, self.evaluation.whole_area.id
        clear = [one.item.id for one in self.measures_in(whole) if one.direction in ("rise", "fall")]
        limit = 1 - self.evaluation.models.conf_level
        single = self._of_measures(plain_rows(published.single_person_by_item))
        p_values = self._of_measures(plain_rows(published.p_values_by_item))
        odds = self._of_measures(plain_rows(published.proportional_odds_by_item))
        others = self._of_measures(plain_rows(published.sensitivity_by_item))
        question = f"Does {self.whole_name} as a whole rise or fall in the same measures when worked out otherwise?"
        return [
            (facts.DETECTABLE, ("How small a change could have shown", self._detectable(), [])),
            (
                facts.SENSITIVITY,
                ("Worked out in other ways", question, sentences_for_other_ways(others, names, self.analyses)),
            ),
            (facts.P_VALUE, ("Several measures at once", sentence_for_several(p_values, names, limit), [])),
            (
                facts.PROPORTIONAL_ODDS,
                ("One change for the whole scale", sentence_for_proportional_odds(odds, names, limit), []),
            ),
            (facts.SINGLE_PERSON, ("Single people", sentence_for_single_person(single, clear, names), [])),
            (facts.ANSWERING, ("Questions left out", self._left_out(), [])),
        ]

    def _detectable(self) -> str:
        rows = rows_by_key(self.published.detectable_changes_by_item_area, "area")
        whole = self.evaluation.whole_area.id
        places = {self.whole_name: whole} | ({} if self.is_whole else {self.short_name: self.area.id})
        by_place = {name: self._of_measures(rows[(area,)]) for name, area in places.items()}
        return sentence_for_detectable(by_place)

    def _left_out(self) -> str:
        whole = self.evaluation.whole_area.id
        shares = rows_by_key(self.published.shares_by_item_area_wave, "area", "wave")
        people = rows_by_key(self.published.respondents_by_area_wave, "area", "wave")
        answered = {wave.label: self._of_measures(shares[(whole, wave.id)]) for wave in self.waves}
        return sentence_for_left_out(answered, [people[(whole, wave.id)][0] for wave in self.waves])

    def _of_measures(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows of the page's measures, without the questions about before, in the page's order."""
        order = [one.item.id for one in self.measures]
        return sorted((row for row in rows if row["item"] in order), key=lambda row: order.index(row["item"]))
