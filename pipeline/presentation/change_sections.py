"""The parts of a report on change: the summary, the change of every measure, and the share in each wave."""

from __future__ import annotations

from pipeline.disclosure.published import SHOWN, SUPPRESSED
from pipeline.presentation import narrative
from pipeline.presentation.charts import draw_dumbbell, draw_forest
from pipeline.presentation.measures import Measure, rows_by_key
from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.rows import (
    change_cells,
    change_words,
    chart_row,
    share_cell,
    span,
    span_words,
    unbroken,
)
from pipeline.presentation.tables import Figure, Html, Table, render

# With this many people a share of one half has an interval of about 35 percentage points.
FEW_PEOPLE = 30


class ChangeSections(ReportGround):
    """Pieces of HTML on what changed."""

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
        if self.has_baseline:
            return narrative.sentence_for_all(self.measures, self.area.name, self.minimum_base)
        if self._has_something_to_show():
            return ""
        few = f"Fewer than {self.minimum_base} people answered for {self.area.name}"
        return f"{few} ({SUPPRESSED}), so no result is shown."

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

    def _has_something_to_show(self) -> bool:
        if self.has_baseline:
            return any(one.change is not None and one.change["status"] == SHOWN for one in self.measures)
        return any(share["status"] == SHOWN for one in self.measures for share in one.shares)

    def _summary_figure(self) -> Figure | None:
        if not self._has_something_to_show():
            return None
        return self._change_figure() if self.has_baseline else self._shares_figure()

    def change(self) -> Html:
        """Return the table of change in every measure; its picture stands in the summary."""
        if not self.has_baseline:
            return Html("<p>This is the first wave: there is no earlier one to compare it with.</p>")
        ratios = rows_by_key(self.published.odds_ratios_by_item_area, "item", "area")
        doubts = [
            narrative.sentence_for_disagreement(one, ratios[(one.item.id, self.area.id)][0]) for one in self.measures
        ]
        return Html(
            render("change.html.j2", table=self._change_table().html(), doubts=[doubt for doubt in doubts if doubt])
        )

    def shares(self) -> Html:
        """Return the share in each wave: in the summary of a first wave its picture is shown already."""
        figure = self._shares_figure()
        shown = any(share["status"] == SHOWN for one in self.measures for share in one.shares)
        return Html(figure.html() if self.has_baseline and shown else figure.table.html())

    def odds_ratios(self) -> Html:
        """Return the model's change in each measure, for readers who know odds ratios."""
        if not self.has_baseline:
            return Html("<p>With one wave there is no change to model.</p>")
        changes = rows_by_key(self.published.odds_ratios_by_item_area, "item", "area")
        rows = [
            [one.item.short_name, *change_cells(changes[(one.item.id, self.area.id)][0], signed_points=False)]
            for one in self.measures
        ]
        header = ["Measure", *self._answering_headers(), "Odds ratio"]
        higher = f"Odds ratio of a higher answer in {self.labels[1]} than in {self.labels[0]}"
        caption = f"{higher}, {self.short_name}, with {self.interval}"
        return Html(Table("table-odds-ratios", caption, header, rows, self.download("odds-ratios")).html())

    def _sentence(self, measure: Measure) -> str:
        return narrative.sentence_for_measure(measure, self.waves, self.evaluation)

    def _beside_whole(self, whole: Measure) -> str:
        if self.is_whole or whole.direction in ("hidden", "unavailable"):
            return ""
        return f"Across {self.whole_name} the change was {change_words(whole.change)}."

    def _who_answered(self) -> str:
        linked = rows_by_key(self.published.linked_by_area, "area").get((self.area.id,), [None])[0]
        parts = [
            narrative.sentence_for_respondents(self.respondents, self.waves, self.area.name, self.minimum_base),
            narrative.sentence_for_linked(linked, self.minimum_base),
        ]
        return " ".join(part for part in parts if part)

    def _caution(self) -> str:
        """Return a warning where fewer people stand behind the page than make an interval narrow."""
        few = [row["base_n"] for row in self.respondents if row["status"] == SHOWN and row["base_n"] < FEW_PEOPLE]
        if not few or not self._has_something_to_show():
            return ""
        return f"So few people make every figure for {self.area.name} uncertain: read the interval before the figure."

    def _change_figure(self) -> Figure:
        """Return the forest plot of the change in each measure, beside the whole area's on a borough's page."""
        pairs = self._beside_each_other()
        rows = [
            chart_row(
                one,
                [span(one.change)] if self.is_whole else [span(whole.change), span(one.change)],
                change_words(one.change),
            )
            for whole, one in pairs
        ]
        return Figure(
            id="figure-change",
            message=f"Change in the share giving a favourable answer, {self.short_name}",
            subtitle=f"Percentage points, {self.labels[0]} to {self.labels[1]}, with {self.interval}",
            alt=f"Chart of dots with intervals, {self.area.name}. "
            f"{narrative.sentence_for_all(self.measures, self.area.name, self.minimum_base)} "
            "Every figure stands in the table of change.",
            svg=draw_forest(
                rows,
                axis_label="Change, percentage points",
                series=[self.short_name] if self.is_whole else [self.whole_name, self.short_name],
            ),
            table=self._change_table(),
        )

    def _beside_each_other(self) -> list[tuple[Measure, Measure]]:
        """Return each measure in the whole area and in this one."""
        return list(zip(self.measures_in(self.evaluation.whole_area.id), self.measures, strict=True))

    def _change_table(self) -> Table:
        pairs = self._beside_each_other()
        header = ["Measure", *self._answering_headers(), f"Change in {self.short_name}"]
        rows = [[one.item.short_name, *change_cells(one.change)] for _, one in pairs]
        if not self.is_whole:
            header.append(f"Change in {self.whole_name}")
            rows = [[*row, unbroken(change_words(whole.change))] for row, (whole, _) in zip(rows, pairs, strict=True)]
        caption = f"Change in the share giving a favourable answer, in percentage points with {self.interval}"
        return Table("table-change", caption, header, rows, self.download("changes"))

    def _answering_headers(self) -> list[str]:
        return [f"People answering, {label}" for label in self.labels]

    def _shares_figure(self) -> Figure:
        """Return the dumbbell plot of the favourable share in each wave."""
        rows = [chart_row(one, [span(share) for share in one.shares], span_words(one)) for one in self.measures]
        cells = [
            [one.item.short_name, one.favourable_answers, *(share_cell(share) for share in one.shares)]
            for one in self.measures
        ]
        caption = f"Share giving a favourable answer in {self.short_name}, with {self.interval} and people answering"
        header = ["Measure", "Favourable answers", *self.labels]
        return Figure(
            id="figure-shares",
            message=f"Share giving a favourable answer, {self.short_name}",
            subtitle=f"Per cent of those answering, {' and '.join(self.labels)}, with {self.interval}",
            alt=f"Chart of dots with intervals: the favourable share of {len(rows)} measures in {self.area.name}. "
            "Every figure stands in the table of shares.",
            svg=draw_dumbbell(rows, axis_label="Share of those answering", series=self.labels),
            table=Table("table-shares", caption, header, cells, self.download("shares")),
        )
