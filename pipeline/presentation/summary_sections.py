"""The head of a report: its title, and the summary of what changed that prints on a page of its own."""

from __future__ import annotations

from pipeline.disclosure import facts
from pipeline.disclosure.published import NOT_TOLD, SHOWN, SUPPRESSED
from pipeline.presentation import narrative
from pipeline.presentation.change_sections import ChangeSections
from pipeline.presentation.chart_rows import Series
from pipeline.presentation.measures import Measure, Row, rows_by_key
from pipeline.presentation.rows import chart_row, span
from pipeline.presentation.tables import Figure, Html, render

# With this many people a share of one half has an interval of about 35 percentage points.
FEW_PEOPLE = 30


class SummarySections(ChangeSections):
    """Pieces of HTML at the top of a page."""

    def title(self) -> Html:
        """Return the page's heading and what it compares."""
        return Html(render("title.html.j2", area=self.area.name, title=self.evaluation.title, compared=self.compared))

    def summary(self) -> Html:
        """Return the summary that prints on a page of its own: headlines, the picture of change, who answered."""
        return Html(
            render(
                "summary.html.j2",
                heading="What changed" if self.has_baseline else "Where things stand",
                overall=self._overall(),
                headlines=self._headlines(),
                figure=self._summary_figure(),
                answered=self._who_answered(),
                caution=self._caution(),
                report=self,
            )
        )

    def _overall(self) -> str:
        if self._tells_of_change:
            return " ".join([self._counted_measures(), *self._held_fixed(), *self._in_bins()])
        if self._has_something_to_show():
            return " ".join(self._in_bins())
        return f"No result is shown for {self.area.name} ({SUPPRESSED}), to protect the people who answered."

    @property
    def _tells_of_change(self) -> bool:
        return self.has_baseline and self.shows(facts.CHANGE)

    def _in_bins(self) -> list[str]:
        if not self.policy.has_bins:
            return []
        alone = self.has_baseline and not self._tells_of_change
        noun = self.evaluation.area_noun.singular
        return [f"Counts are shown in bins of six{f'; no change is shown for a single {noun}' if alone else ''}."]

    def _counted_measures(self) -> str:
        return narrative.sentence_for_all(self.measures, self.area.name)

    def _held_fixed(self) -> list[str]:
        if not self.mix or not self._has_something_to_show():
            return []
        what = "Changes and shares" if self._has_standardised else "Changes"
        return [f"{what} are what they would be if {self.mix} had answered each time."]

    def _headlines(self) -> list[tuple[str, str, str]]:
        """Return name, sentence and comparison of the leading measures, and of any other that clearly changed."""
        if not self._has_something_to_show():
            return []
        lead = [one for one in self.measures if one.item.lead] or self.measures[:3]
        others = [one for one in self.measures if one not in lead and one.direction in ("rise", "fall")]
        whole = {one.item.id: one for one in self.measures_in(self.evaluation.whole_area.id)}
        return [
            (one.item.short_name, self._sentence(one), self._beside_whole(whole[one.item.id])) for one in lead + others
        ]

    def _sentence(self, measure: Measure) -> str:
        if measure.direction == "hidden" and self.has_baseline and not self._tells_of_change:
            return narrative.sentence_for_people(measure, self.waves)
        return narrative.sentence_for_measure(measure, self.waves, self.evaluation)

    def _beside_whole(self, whole: Measure) -> str:
        if self.is_whole or whole.direction in ("hidden", "unavailable"):
            return ""
        return f"Across {self.whole_name} the change was {narrative.change_words(whole.change)}."

    def _has_something_to_show(self) -> bool:
        if self._tells_of_change:
            return any(span(one.change) for one in self.measures)
        return any(share["status"] not in NOT_TOLD for one in self.measures for share in one.shares)

    def _who_answered(self) -> str:
        linked = rows_by_key(self.published.linked_by_area, "area").get((self.area.id,), [None])[0]
        parts = [
            narrative.sentence_for_respondents(self.respondents, self.waves, self.area.name),
            narrative.sentence_for_linked(linked),
        ]
        return " ".join(part for part in parts if part)

    def _caution(self) -> str:
        """Return a warning where fewer people stand behind the page than make an interval narrow."""
        few = [row["base_n"] for row in self.respondents if row["status"] == SHOWN and row["base_n"] < FEW_PEOPLE]
        if not few or not self._has_something_to_show():
            return ""
        return f"So few people make every figure for {self.area.name} uncertain: read the interval before the figure."

    def _summary_figure(self) -> Figure | None:
        if self._tells_of_change:
            return self._change_figure() if self._has_something_to_show() else None
        return None if self.has_baseline or not self._has_shares_to_draw() else self._shares_figure()

    def _change_figure(self) -> Figure:
        """Return the forest plot of the change in each measure: on a borough's page alone and the whole area's too."""
        from pipeline.presentation.charts import draw_forest

        rows = [
            chart_row(one, [span(change) for change in self._drawn(one, whole)], narrative.change_words(one.change))
            for one, whole in self._beside_each_other()
        ]
        return Figure(
            id="figure-change",
            message=f"Change in the share giving a favourable answer, {self.short_name}",
            subtitle=f"Percentage points, {self.labels[0]} to {self.labels[1]}, with {self.interval}",
            alt=f"Chart of dots with intervals, {self.area.name}. {self._counted_measures()} "
            "Every figure stands in the table of change.",
            svg=draw_forest(rows, axis_label="Change, percentage points", series=self._series()),
            table=self._change_table(),
        )

    def _drawn(self, one: Measure, whole: Measure) -> list[Row | None]:
        """Return a measure's changes in the order of the series."""
        if self.is_whole:
            return [one.change]
        return [whole.change, one.alone, one.change] if self.is_pooled else [whole.change, one.change]

    def _series(self) -> list[Series]:
        own = Series(self.short_name, "filled")
        if self.is_whole:
            return [own]
        whole = Series(self.whole_name, "other")
        return [whole, Series("Its own answers alone", "hollow"), own] if self.is_pooled else [whole, own]
