"""The parts of a report on change: the change of every measure, and the share in each wave."""

from __future__ import annotations

from pipeline.disclosure import facts
from pipeline.presentation import narrative
from pipeline.presentation.chart_rows import Series
from pipeline.presentation.measures import Measure, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.rows import (
    change_cell,
    chart_row,
    people_cell,
    share_cell,
    span,
    span_words,
    standardised_cell,
)
from pipeline.presentation.tables import Figure, Html, Table, render

NO_BASELINE = Html("<p>This is the first wave: there is no earlier one to compare it with.</p>")


class ChangeSections(ReportDownloads):
    """Pieces of HTML on what changed."""

    def change(self) -> Html:
        """Return the table of change in every measure; its picture stands in the summary."""
        if not self.has_baseline:
            return NO_BASELINE
        superiority = rows_by_key(self.published.superiority_by_item_area, "item", "area")
        leading = [one for one in self.measures if one.item.lead] or self.measures[:1]
        pairs = [(one, superiority[(one.item.id, self.area.id)][0]) for one in leading]
        return Html(
            render(
                "change.html.j2",
                alone="" if self.shows(facts.CHANGE) else self.no_change_alone,
                shrinkage=narrative.sentence_for_shrinkage(self.evaluation.area_noun) if self.is_pooled else "",
                table=self._change_table().html(),
                shares=self.download("standardised-shares") if self._has_standardised else None,
                superiority=narrative.sentence_for_superiority(pairs, self.evaluation.models.conf_level),
            )
        )

    def shares(self) -> Html:
        """Return the share in each wave: in the summary of a first wave its picture is shown already."""
        drawn = self.has_baseline and self._has_shares_to_draw()
        return Html(self._shares_figure().html() if drawn else self._shares_table().html())

    def _has_shares_to_draw(self) -> bool:
        return any(span(share) for one in self.measures for share in one.shares)

    def _beside_each_other(self) -> list[tuple[Measure, Measure]]:
        """Return each measure in this area and in the whole one."""
        return list(zip(self.measures, self.measures_in(self.evaluation.whole_area.id), strict=True))

    def _change_table(self) -> Table:
        pairs = self._beside_each_other()
        caption = (
            f"Change in the share giving a favourable answer, {self.labels[0]} to {self.labels[1]}, "
            f"in percentage points with {self.interval}"
        )
        if not self.shows(facts.CHANGE):
            header = ["Measure", f"People answering in {self.whole_name}", f"Change in {self.whole_name}"]
            rows = [[one.item.short_name, people_cell(one.change), change_cell(one.change)] for _, one in pairs]
            return Table("table-change", caption, header, rows, self.download("changes"))
        header = ["Measure", "People answering", *self._name_of_shares(), f"Change in {self.short_name}"]
        rows = [
            [
                one.item.short_name,
                people_cell(one.change),
                *([standardised_cell(one)] if self._has_standardised else []),
                change_cell(one.change),
            ]
            for one, _ in pairs
        ]
        if self.is_pooled:
            header.append(f"From the answers in {self.short_name} alone")
            rows = [[*row, change_cell(one.alone)] for row, (one, _) in zip(rows, pairs, strict=True)]
        if not self.is_whole:
            header.append(f"Change in {self.whole_name}")
            rows = [[*row, change_cell(whole.change)] for row, (_, whole) in zip(rows, pairs, strict=True)]
        return Table("table-change", caption, header, rows, self.download("changes"))

    @property
    def _has_standardised(self) -> bool:
        return self.policy.shows(facts.STANDARDISED_SHARE, of_whole=True)

    def _name_of_shares(self) -> list[str]:
        name = f"Share with {self.mix}" if self.mix else "Share, by the model"
        return [name] if self._has_standardised else []

    def _series_of_waves(self) -> list[Series]:
        earlier = [Series(label, "other") for label in self.labels[:-1]]
        return [*earlier, Series(self.labels[-1], "filled")]

    def _shares_figure(self) -> Figure:
        """Return the dumbbell plot of the favourable share in each wave."""
        from pipeline.presentation.charts import draw_dumbbell

        rows = [chart_row(one, [span(share) for share in one.shares], span_words(one)) for one in self.measures]
        return Figure(
            id="figure-shares",
            message=f"Share giving a favourable answer, {self.short_name}",
            subtitle=f"Per cent of those answering, {' and '.join(self.labels)}, with {self.interval}",
            alt=f"Chart of dots with intervals: the favourable share of {len(rows)} measures in {self.area.name}. "
            "Every figure stands in the table of shares.",
            svg=draw_dumbbell(rows, axis_label="Share of those answering", series=self._series_of_waves()),
            table=self._shares_table(),
        )

    def _shares_table(self) -> Table:
        cells = [
            [one.item.short_name, one.favourable_answers, *(share_cell(share) for share in one.shares)]
            for one in self.measures
        ]
        what, beside = "Share giving", f"with {self.interval} and people answering"
        if self.policy.has_bins:
            what, beside = "People giving", "of those answering the question, in bins of six"
        caption = f"{what} a favourable answer in {self.short_name}, {beside}"
        header = ["Measure", "Favourable answers", *self.labels]
        return Table("table-shares", caption, header, cells, self.download("shares"))
