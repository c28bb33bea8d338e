"""The report on a borough and the report on the whole area: what their notebooks call."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.disclosure.published import SHOWN
from pipeline.presentation.change_sections import ChangeSections
from pipeline.presentation.charts import ChartRow, draw_distribution, draw_forest
from pipeline.presentation.closing_sections import ClosingSections
from pipeline.presentation.looking_back import LookingBackSections
from pipeline.presentation.measures import Measure, Row, rows_by_key
from pipeline.presentation.people_sections import PeopleSections
from pipeline.presentation.rows import change_cells, change_words, span
from pipeline.presentation.tables import Download, Figure, Html, Table
from pipeline.presentation.wording import percent
from pipeline.reference.instrument import Item, Scale
from pipeline.reference.waves import Wave


class AreaReport(ChangeSections, LookingBackSections, PeopleSections, ClosingSections):
    """The report on one borough; every method gives one piece of the page."""


class WholeAreaReport(AreaReport):
    """The report on the whole area: the borough report's parts, the boroughs side by side, and all answers."""

    def change_by_area(self) -> Html:
        """Return, for each leading measure, the change in every area with its table; nothing without areas."""
        if not self.evaluation.areas:
            return Html("")
        if not self.has_baseline:
            return Html("<p>This is the first wave: there is no earlier one to compare it with.</p>")
        lead = [measure for measure in self.measures if measure.item.lead] or self.measures[:1]
        return Html(Markup("\n").join(self._area_figure(measure).html() for measure in lead))

    def distributions(self) -> Html:
        """Return how all answers are spread over each scale, for the whole area."""
        asked: dict[str, list[tuple[Item, Wave]]] = {}
        for item in self.evaluation.items:
            for wave in self.waves:
                turned = "--reversed" if item.reversed else ""
                asked.setdefault(item.scale_in(wave.id) + turned, []).append((item, wave))
        figures = [self._distribution_figure(name, pairs) for name, pairs in asked.items()]
        return Html(Markup("\n").join(figure.html() for figure in figures))

    def downloads(self) -> list[Download]:
        return [*super().downloads(), self.download("distribution")]

    def _area_figure(self, measure: Measure) -> Figure:
        by_area = rows_by_key(self.published.changes_by_item_area, "item", "area")
        places = [self.evaluation.whole_area, *self.evaluation.areas]
        changes: list[tuple[str, Row]] = [(place.name, by_area[(measure.item.id, place.id)][0]) for place in places]
        rows = [
            ChartRow(name, (span(change),), change_words(change), emphasised=number == 0)
            for number, (name, change) in enumerate(changes)
        ]
        item = measure.item
        header = [self.evaluation.area_noun.singular.capitalize(), *self._answering_headers(), "Change"]
        cells = [[name, *change_cells(change)] for name, change in changes]
        share = f"share answering {measure.favourable_answers}"
        caption = f"{item.short_name}: change in the {share}, with {self.interval}"
        return Figure(
            id=f"figure-areas-{item.id}",
            message=f"{item.short_name}: change by {self.evaluation.area_noun.singular}",
            subtitle=f"{share.capitalize()}, percentage points, with {self.interval}",
            alt=f"Chart of dots with intervals: change in {item.short_name.lower()} in {len(rows)} places. "
            "Every figure stands in the table that follows.",
            svg=draw_forest(rows, axis_label="Change, percentage points", series=[item.short_name]),
            table=Table(f"table-areas-{item.id}", caption, header, cells, self.download("changes")),
        )

    def _distribution_figure(self, name: str, asked: list[tuple[Item, Wave]]) -> Figure:
        """Return the answers to the questions asked on one scale, each in the waves that asked it so."""
        scale = self.evaluation.scale_of(asked[0][0].id, asked[0][1].id)
        spread = [(f"{item.short_name}, {wave.label}", *self._shares_by_level(item, wave.id)) for item, wave in asked]
        spoken = ", ".join(dict.fromkeys(item.short_name for item, _ in asked))
        return Figure(
            id=f"figure-answers-{name}",
            message=f"All answers: {spoken}",
            subtitle=f"Per cent of those answering, {self.short_name}, {' and '.join(self.labels)}",
            alt=f"Bars divided by answer, from “{scale.levels[0]}” to “{scale.levels[-1]}”, for {spoken}. "
            "Every figure stands in the table that follows.",
            svg=draw_distribution([(label, shares) for label, shares, _ in spread], levels=scale.levels),
            table=self._distribution_table(name, scale, spoken, spread),
        )

    def _shares_by_level(self, item: Item, wave_id: str) -> tuple[list[int] | None, str]:
        """Return the per cent of each level, or None when not shown, and the people answering as words."""
        rows = rows_by_key(self.published.distribution_by_item_wave, "item", "wave")[(item.id, wave_id)]
        if any(row["status"] != SHOWN for row in rows):
            return None, str(next(row["status"] for row in rows if row["status"] != SHOWN))
        return [int(row["estimate"]) for row in rows], str(int(rows[0]["base_n"]))

    def _distribution_table(
        self, name: str, scale: Scale, spoken: str, spread: list[tuple[str, list[int] | None, str]]
    ) -> Table:
        cells = []
        for label, shares, base in spread:
            figures = [percent(share) for share in shares] if shares else [base] * len(scale.levels)
            cells.append([label, *figures, base])
        caption = f"Answers in {self.short_name}, per cent of those answering: {spoken}"
        header = ["Measure and wave", *scale.levels, "People answering"]
        return Table(f"table-answers-{name}", caption, header, cells, self.download("distribution"))
