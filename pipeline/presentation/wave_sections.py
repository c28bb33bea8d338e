"""The part of a report on all the waves so far: the change between every two, and the trend through all."""

from __future__ import annotations

from itertools import combinations

from markupsafe import Markup

from pipeline.disclosure import facts
from pipeline.disclosure.published import SHOWN
from pipeline.presentation import narrative
from pipeline.presentation.measures import Row, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.rows import change_cell, people_cell
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import count

NO_LINE = "The middles of the waves' fieldwork do not follow one another, so there is no line through them."


class WaveSections(ReportDownloads):
    """Pieces of HTML on more than two waves."""

    def over_the_waves(self) -> Html:
        """Return each two waves' change and the trend, or that there are too few waves."""
        waves = self.waves_so_far
        if len(waves) < 3:
            return Html("<p>A course over time can be shown from three waves on.</p>")
        trends = rows_by_key(self.published.trends_by_item_area, "item", "area")
        sentences = [self._trend_sentence(trends) if trends else NO_LINE]
        sentences += ["Each comparison is worked out by itself, so the steps need not add up to the whole."]
        if not self.shows(facts.WAVE_CHANGE):
            sentences.insert(0, self.no_change_alone)
        return Html(Markup("<p>{}</p>\n{}").format(" ".join(sentences), self._waves_table(trends).html()))

    def _trend_sentence(self, trends: dict[tuple[str, ...], list[Row]]) -> str:
        leading = [one.item for one in self.measures if one.item.lead] or [self.measures[0].item]
        rows = [(item.short_name, trends[(item.id, self._places()[0])][0]) for item in leading]
        return narrative.sentence_for_trends(rows, len(self.waves_so_far), self._names_of_places()[0])

    def _waves_table(self, trends: dict[tuple[str, ...], list[Row]]) -> Table:
        pairs = rows_by_key(
            self.published.wave_pair_changes_by_item_area, "item", "area", "baseline_wave", "comparison_wave"
        )
        rows = []
        for item in (one.item for one in self.measures):
            for earlier, later in combinations(self.waves_so_far, 2):
                name = f"{item.short_name}: {earlier.label} to {later.label}"
                found = [pairs[(item.id, place, earlier.id, later.id)][0] for place in self._places()]
                rows.append([name, people_cell(found[0]), *map(change_cell, found)])
            if not trends:
                continue
            found = [trends[(item.id, place)][0] for place in self._places()]
            people = self._people_of_all(found[0], pairs)
            rows.append([f"{item.short_name}: along a line through all", people, *map(change_cell, found)])
        header = ["Measure and waves", "People answering", *(f"Change in {name}" for name in self._names_of_places())]
        caption = f"Change in the share giving a favourable answer, in percentage points with {self.interval}"
        return Table("table-waves", caption, header, rows, self.download("waves"))

    def _people_of_all(self, trend: Row, pairs: dict[tuple[str, ...], list[Row]]) -> str:
        """Return the people who answered in every wave that a trend goes through: 55, 60, 69."""
        if trend["status"] != SHOWN:
            return str(trend["status"])
        first, *later = [wave.id for wave in self.waves_so_far]
        found = [pairs[(trend["item"], trend["area"], first, wave)][0] for wave in later]
        bases = [found[0]["base_n_baseline"], *(row["base_n_comparison"] for row in found)]
        return ", ".join(map(count, bases))

    def _places(self) -> list[str]:
        whole = self.evaluation.whole_area.id
        return [whole] if self._is_of_whole else [self.area.id, whole]

    def _names_of_places(self) -> list[str]:
        return [self.whole_name] if self._is_of_whole else [self.short_name, self.whole_name]

    @property
    def _is_of_whole(self) -> bool:
        return self.is_whole or not self.shows(facts.WAVE_CHANGE)
