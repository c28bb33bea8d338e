"""The report on a borough and the report on the whole area: what their notebooks call."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from pipeline.disclosure import facts
from pipeline.disclosure.published import NOT_TOLD, SHOWN, SUPPRESSED
from pipeline.presentation.change_sections import NO_BASELINE
from pipeline.presentation.chart_rows import ChartRow, Series, Span
from pipeline.presentation.check_sections import CheckSections
from pipeline.presentation.checklist_sections import ChecklistSections
from pipeline.presentation.closing_sections import ClosingSections
from pipeline.presentation.improvement.forums_sections import ForumsSections
from pipeline.presentation.improvement.ideas_sections import IdeasSections
from pipeline.presentation.improvement.pledge_sections import PledgeSections
from pipeline.presentation.improvement.register_ground import RegisterGround
from pipeline.presentation.improvement.theme_sections import ThemeSections
from pipeline.presentation.looking_back import LookingBackSections
from pipeline.presentation.measures import Measure, Row, people_of_share, rows_by_key, share_words
from pipeline.presentation.narrative import change_words, sentence_for_shrinkage
from pipeline.presentation.people_sections import PeopleSections
from pipeline.presentation.rows import change_cell, people_cell, span
from pipeline.presentation.statistician_sections import StatisticianSections
from pipeline.presentation.summary_sections import SummarySections
from pipeline.presentation.tables import Figure, Html, Table
from pipeline.presentation.voices import VoicesSections
from pipeline.presentation.wave_sections import WaveSections
from pipeline.presentation.wording import count
from pipeline.reference.instrument import Item, Scale
from pipeline.reference.waves import Wave


class AreaReport(
    SummarySections,
    WaveSections,
    CheckSections,
    LookingBackSections,
    PeopleSections,
    VoicesSections,
    ClosingSections,
    StatisticianSections,
    ChecklistSections,
    ForumsSections,
    PledgeSections,
    ThemeSections,
    IdeasSections,
    RegisterGround,
):
    """The report on one borough; every method gives one piece of the page."""


class WholeAreaReport(AreaReport):
    """The report on the whole area: the borough report's parts, the boroughs side by side, and all answers."""

    def change_by_area(self) -> Html:
        """Return, for each leading measure, the change in every area with its table; nothing without areas."""
        if not self.evaluation.areas:
            return Html("")
        if not self.has_baseline:
            return NO_BASELINE
        if self.policy.form(facts.CHANGE, of_whole=False) == "not shown":
            noun = self.evaluation.area_noun.singular
            return Html(
                f"<p>No change is shown for a single {noun} ({SUPPRESSED}), to protect the people who answered.</p>"
            )
        lead = [measure for measure in self.measures if measure.item.lead] or self.measures[:1]
        shrinkage = sentence_for_shrinkage(self.evaluation.area_noun) if self.has_pooling else ""
        figures = Markup("\n").join(self._area_figure(measure).html() for measure in lead)
        return Html((Markup("<p>{}</p>\n").format(shrinkage) if shrinkage else Markup()) + figures)

    def distributions(self) -> Html:
        """Return how all answers are spread over each scale, for the whole area."""
        asked: dict[str, list[tuple[Item, Wave]]] = {}
        for item in self.evaluation.items:
            for wave in self.waves:
                turned = "--reversed" if item.reversed else ""
                asked.setdefault(item.scale_in(wave.id) + turned, []).append((item, wave))
        return Html(Markup("\n").join(self._distribution(name, pairs) for name, pairs in asked.items()))

    def _area_figure(self, measure: Measure) -> Figure:
        """Return the change in every area: as it is drawn in, and from its own answers alone."""
        from pipeline.presentation.charts import draw_forest

        item = measure.item
        places = [self.evaluation.whole_area, *self.evaluation.areas]
        changes = [
            (place.name, one) for place in places for one in self.measures_in(place.id) if one.item.id == item.id
        ]
        rows = [
            ChartRow(self._named(name), self._spans(one), change_words(one.change), emphasised=name == self.area.name)
            for name, one in changes
        ]
        header = [self.evaluation.area_noun.singular.capitalize(), "People answering", "Change"]
        cells = [[name, people_cell(one.change), change_cell(one.change)] for name, one in changes]
        if self.has_pooling:
            header.append("From its own answers alone")
            cells = [[*row, change_cell(one.alone)] for row, (_, one) in zip(cells, changes, strict=True)]
        share = f"share answering {measure.favourable_answers}"
        own = Series("Drawn towards the average" if self.has_pooling else "Change", "filled")
        return Figure(
            id=f"figure-areas-{item.id}",
            message=f"{item.short_name}: change by {self.evaluation.area_noun.singular}",
            subtitle=f"{share.capitalize()}, percentage points, with {self.interval}",
            alt=f"Chart of dots with intervals: change in {item.short_name.lower()} in {len(rows)} places. "
            "Every figure stands in the table that follows.",
            svg=draw_forest(
                rows,
                axis_label="Change, percentage points",
                series=[Series("From its own answers alone", "hollow"), own] if self.has_pooling else [own],
            ),
            table=Table(
                f"table-areas-{item.id}",
                f"{item.short_name}: change in the {share}, with {self.interval}",
                header,
                cells,
                self.download("changes"),
            ),
        )

    def _named(self, place: str) -> str:
        """Return a place's name in a picture; the whole area is not drawn in."""
        return f"{place}, as it is" if self.has_pooling and place == self.area.name else place

    def _spans(self, measure: Measure) -> tuple[Span | None, ...]:
        """Return an area's change alone, where it was drawn in, and as it is shown."""
        if not self.has_pooling:
            return (span(measure.change),)
        return (span(measure.alone) if measure.is_pooled else None, span(measure.change))

    def _distribution(self, name: str, asked: list[tuple[Item, Wave]]) -> Markup:
        """Return the answers to the questions asked on one scale, each in the waves that asked it so."""
        scale = self.evaluation.scale_of(asked[0][0].id, asked[0][1].id)
        spoken = ", ".join(dict.fromkeys(item.short_name for item, _ in asked))
        levels = rows_by_key(self.published.distribution_by_item_wave, "item", "wave")
        spread = [(f"{item.short_name}, {wave.label}", levels[(item.id, wave.id)]) for item, wave in asked]
        cells = [
            [label, *map(share_words, rows), self._answering(rows, item, wave)]
            for (label, rows), (item, wave) in zip(spread, asked, strict=True)
        ]
        table = self._distribution_table(name, scale, spoken, cells)
        bars = [(label, _drawn(rows)) for label, rows in spread]
        if all(shares is None for _, shares in bars):
            return table.html()
        return self._distribution_figure(name, scale, spoken, bars, table).html()

    def _distribution_figure(
        self, name: str, scale: Scale, spoken: str, bars: list[tuple[str, list[int | None] | None]], table: Table
    ) -> Figure:
        from pipeline.presentation.charts import draw_distribution

        return Figure(
            id=f"figure-answers-{name}",
            message=f"All answers: {spoken}",
            subtitle=f"Per cent of those answering, {self.short_name}, {' and '.join(self.labels)}",
            alt=f"Bars divided by answer, from “{scale.levels[0]}” to “{scale.levels[-1]}”, for {spoken}. "
            "Every figure stands in the table that follows.",
            svg=draw_distribution(bars, levels=scale.levels),
            table=table,
        )

    def _distribution_table(self, name: str, scale: Scale, spoken: str, cells: list[list[str]]) -> Table:
        unit = "people in bins of six" if self.policy.has_bins else "per cent of those answering"
        caption = f"Answers in {self.short_name}, {unit}: {spoken}"
        header = ["Measure and wave", *scale.levels, "People answering"]
        return Table(f"table-answers-{name}", caption, header, cells, self.download("distribution"))

    def _answering(self, levels: list[Row], item: Item, wave: Wave) -> str:
        """Return the people behind an item's levels; beside bins of levels, the bin of those who answered."""
        if self.policy.has_bins:
            shares = rows_by_key(self.published.shares_by_item_area_wave, "item", "area", "wave")
            in_bins = people_of_share(shares[(item.id, self.area.id, wave.id)][0])
            return in_bins[1] if in_bins else SUPPRESSED
        known = [row["base_n"] for row in levels if row["status"] not in NOT_TOLD and pd.notna(row["base_n"])]
        return count(known[0]) if known else SUPPRESSED


def _drawn(levels: list[Row]) -> list[int | None] | None:
    """Return the per cent of each level, None where a mark stands in its place, or None when nothing is shown."""
    shares = [int(row["estimate"]) if row["status"] == SHOWN else None for row in levels]
    return shares if any(share is not None for share in shares) else None
