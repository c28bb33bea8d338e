"""The parts of a report on who answered, who is missing, and what people wrote."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN
from pipeline.presentation import narrative
from pipeline.presentation.measures import Row, rows_by_key
from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import in_a_row, people, percent


class PeopleSections(ReportGround):
    """Pieces of HTML on the people behind the figures."""

    def who_answered(self) -> Html:
        """Return the people by sector and wave, which sectors are heard little, and the response rate or why none."""
        names = {sector.id: sector.name for sector in self.evaluation.sectors}
        counts = rows_by_key(self.published.respondents_by_sector_area_wave, "area", "wave")
        where = f"{self.whole_name}, {self.wave.label},"
        parts = [
            narrative.sentence_for_thin_sectors(
                counts[(self.evaluation.whole_area.id, self.wave.id)], names, where, self.minimum_base
            )
        ]
        if self.is_whole:
            parts.append(narrative.sentence_for_response_rate(self.wave, self.respondents[-1]))
        elif not self._has_sectors_to_show():
            parts.append(
                f"In {self.area.name} alone no sector reaches {self.minimum_base} people, so its sectors cannot be "
                f"shown; the table is of all {self.evaluation.area_noun.plural} together."
            )
        return Html(Markup("<p>{}</p>\n{}").format(" ".join(parts), self._people_table().html()))

    def _has_sectors_to_show(self) -> bool:
        by_area = rows_by_key(self.published.respondents_by_sector_area_wave, "area")
        return any(row["status"] == SHOWN for row in by_area[(self.area.id,)])

    def _people_table(self) -> Table:
        whole = self.evaluation.whole_area
        places = [self.area, whole] if not self.is_whole and self._has_sectors_to_show() else [whole]
        by_sector = rows_by_key(self.published.respondents_by_sector_area_wave, "sector", "area")
        total = rows_by_key(self.published.respondents_by_area_wave, "area")
        header = ["Sector", *(f"{self._short(place.id)}, {label}" for place in places for label in self.labels)]
        rows = []
        for sector in self.evaluation.sectors:
            cells = [count_cell(row) for place in places for row in by_sector[(sector.id, place.id)]]
            against = self._against_target(by_sector[(sector.id, whole.id)], total, sector.target_share)
            rows.append([sector.name, *cells, *against])
        everyone = [count_cell(row) for place in places for row in total[(place.id,)]]
        rows.append(["Everyone", *everyone, *(["100%", "100%"] if self.is_whole else [])])
        if self.is_whole:
            header += [f"Share of {self.labels[-1]}", "Share aimed at"]
        noun = self.evaluation.area_noun.plural
        caption = f"People who answered, by sector (who works in two {noun} counts in both, and once in the whole)"
        return Table("table-people", caption, header, rows, self.download("respondents"))

    def _against_target(self, counts: list[Row], total: dict[tuple[str], list[Row]], target: float | None) -> list[str]:
        if not self.is_whole:
            return []
        latest, everyone = counts[-1], total[(self.evaluation.whole_area.id,)][-1]
        if latest["status"] == SHOWN and everyone["status"] == SHOWN:
            share = percent(round(100 * latest["base_n"] / everyone["base_n"]))
        else:
            share = str(latest["status"] or everyone["status"])
        return [share, percent(round(100 * target)) if target is not None else NOT_AVAILABLE]

    def _short(self, area_id: str) -> str:
        return self.whole_name if area_id == self.evaluation.whole_area.id else self.evaluation.area(area_id).name

    def comments(self) -> Html:
        """Return how many people wrote something; what they wrote stays private."""
        if not self.evaluation.comments:
            return Html("<p>The survey asked for no comments.</p>")
        counts = rows_by_key(self.published.comments_by_question_wave, "question", "wave")
        subjects = [comment.short_name.lower() for comment in self.evaluation.comments]
        parts = [
            f"{comment.short_name.lower()}: {count_words(counts[(comment.id, self.wave.id)][0], self.minimum_base)}"
            for comment in self.evaluation.comments
        ]
        text = (
            f"Across {self.whole_name} people could write about {in_a_row(subjects)}. "
            f"In {self.wave.label} they did so as follows: {'; '.join(parts)}. "
            "Comments are read by the evaluation team alone, and none is printed here."
        )
        return Html(Markup("<p>{}</p>").format(text))

    def submissions(self) -> Html:
        """Return how many rows the exports held and how many of them are used."""
        rows = self.published.submissions_by_wave.to_dict("records")
        labels = {wave.id: wave.label for wave in self.evaluation.waves}
        parts = [f"{labels[row['wave']]}: {row['received']} submissions, {row['used']} used" for row in rows]
        return Html(
            Markup("<p>{}</p>").format(
                f"{'; '.join(parts)}. The others were blank, sent outside the fieldwork dates, or sent twice; "
                "each is kept in a list with its reason."
            )
        )


def count_cell(row: Row) -> str:
    """Return a count of people for a table, or its mark."""
    return f"{int(row['base_n']):,}" if row["status"] == SHOWN else str(row["status"])


def count_words(row: Row, minimum_base: int) -> str:
    """Return a count of people in words, or that it is too small to show."""
    return people(row["base_n"]) if row["status"] == SHOWN else f"fewer than {minimum_base} people ({row['status']})"
