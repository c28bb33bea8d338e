"""The parts of a report on who answered, who is missing, and what people wrote."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.disclosure.published import NOT_AVAILABLE, NOT_TOLD, SHOWN, SUPPRESSED
from pipeline.presentation import narrative
from pipeline.presentation.measures import Row, rows_by_key
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.rows import count_cell
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import count, in_a_row, percent


class PeopleSections(ReportDownloads):
    """Pieces of HTML on the people behind the figures."""

    def who_answered(self) -> Html:
        """Return the people by area, sector and wave, which sectors are heard little, and the response rate."""
        parts = [self._sentence_for_sectors()]
        tables = [self._people_table()]
        if self.is_whole:
            recruitment = self.evaluation.recruitment
            parts.insert(0, narrative.sentence_for_response_rate(self.wave, self.respondents[-1], recruitment))
            if self.evaluation.areas and self.evaluation.sectors:
                tables.insert(0, self._area_table())
        elif self.evaluation.sectors and not self._has_sectors_to_show():
            parts.append(
                f"Of {self.area.name} alone no sector can be shown; the table is of all "
                f"{self.evaluation.area_noun.plural} together."
            )
        html = Markup("\n").join(table.html() for table in tables)
        text = " ".join(part for part in parts if part)
        return Html((Markup("<p>{}</p>\n").format(text) if text else Markup()) + html)

    def _area_table(self) -> Table:
        """Return the people of each area and wave; who works in several counts in each."""
        total = rows_by_key(self.published.respondents_by_area_wave, "area")
        places = (*self.evaluation.areas, self.evaluation.whole_area)
        noun = self.evaluation.area_noun
        rows = [[place.name, *(count_cell(row) for row in total[(place.id,)])] for place in places]
        caption = f"People who answered, by {noun.singular} (who works in two {noun.plural} counts in both)"
        header = [noun.singular.capitalize(), *self.labels]
        return Table("table-people-by-area", caption, header, rows, self.download("respondents"))

    def _sentence_for_sectors(self) -> str:
        if not self.evaluation.sectors:
            return "The survey did not ask which sector people work in."
        names = {sector.id: sector.name for sector in self.evaluation.sectors}
        counts = rows_by_key(self.published.respondents_by_sector_area_wave, "area", "wave")
        rows = counts[(self.evaluation.whole_area.id, self.wave.id)]
        where = f"{self.whole_name} in {self.wave.label}"
        return narrative.sentence_for_thin_sectors(rows, names, where, self.minimum_base)

    def _has_sectors_to_show(self) -> bool:
        """Return whether a table of this area would show something; where no sector is asked for it has one row."""
        if not self.evaluation.sectors:
            return True
        by_area = rows_by_key(self.published.respondents_by_sector_area_wave, "area")
        return any(row["status"] not in NOT_TOLD for row in by_area[(self.area.id,)])

    def _people_table(self) -> Table:
        """Return the people by sector, beside the mix aimed at on the page of the whole area."""
        whole = self.evaluation.whole_area
        places = [self.area, whole] if not self.is_whole and self._has_sectors_to_show() else [whole]
        by_sector = rows_by_key(self.published.respondents_by_sector_area_wave, "sector", "area")
        total = rows_by_key(self.published.respondents_by_area_wave, "area")
        targets = {sector.id: sector.target_share for sector in self.evaluation.sectors}
        against_targets = self.is_whole and any(targets.values())
        sectors = self.evaluation.sectors
        columns = (f"{self._short(place.id)}, {label}" for place in places for label in self.labels)
        header = ["Sector" if sectors else "Who", *columns]
        # No share is made of bins.
        has_share = against_targets and not self.policy.has_bins
        header += [f"Share of {self.labels[-1]}"] if has_share else []
        header += ["Share aimed at"] if against_targets else []
        everyone = [count_cell(row) for place in places for row in total[(place.id,)]]
        rows = []
        for sector_id, name in self.sector_names.items() if sectors else ():
            cells = [count_cell(row) for place in places for row in by_sector[(sector_id, place.id)]]
            if has_share:
                cells += [share_of(by_sector[(sector_id, whole.id)][-1], total[(whole.id,)][-1])]
            if against_targets:
                cells += [target_cell(targets.get(sector_id))]
            rows.append([name, *cells])
        rows.append(["Everyone", *everyone, *[""] * (len(header) - 1 - len(everyone))])
        noun = self.evaluation.area_noun.plural
        by = ", by sector" if sectors else ""
        note = f" (who works in two {noun} counts in both, and once in the whole)" if self.evaluation.areas else ""
        caption = f"People who answered{by}{note}"
        return Table("table-people", caption, header, rows, self.download("respondents"))

    def _short(self, area_id: str) -> str:
        return self.whole_name if area_id == self.evaluation.whole_area.id else self.evaluation.area(area_id).name

    def comments(self) -> Html:
        """Return how many people wrote something; what they wrote stays private."""
        if not self.evaluation.comments:
            return Html("<p>The survey asked for no comments.</p>")
        counts = rows_by_key(self.published.comments_by_question_wave, "question", "wave")
        subjects = [comment.short_name.lower() for comment in self.evaluation.comments]
        parts = [
            f"{comment.short_name.lower()}: {narrative.people_shown(counts[(comment.id, self.wave.id)][0])}"
            for comment in self.evaluation.comments
        ]
        text = (
            f"Across {self.whole_name} people could write about {in_a_row(subjects)}. "
            f"In {self.wave.label} they did so as follows: {'; '.join(parts)}. "
            "Comments are read by the evaluation team alone; none is printed but the quotes approved for print."
        )
        return Html(Markup("<p>{}</p>").format(text))

    def submissions(self) -> Html:
        """Return how many rows the exports held and how many of them are used."""
        rows = self.published.submissions_by_wave.to_dict("records")
        labels = {wave.id: wave.label for wave in self.evaluation.waves}
        parts = [
            f"{labels[row['wave']]}: {count(row['received'])} submissions, {count(row['used'])} used"
            if row["status"] == SHOWN
            else f"{labels[row['wave']]}: {row['status']}"
            for row in rows
        ]
        return Html(
            Markup("<p>{}</p>").format(
                f"{'; '.join(parts)}. A submission is set aside, and kept in a list with its reason, when it is blank, "
                "was sent outside the fieldwork dates, or was sent twice."
            )
        )


def share_of(part: Row, whole: Row) -> str:
    """Return a published count as a share of another, or a mark where either is not shown as it is."""
    if part["status"] != SHOWN or whole["status"] != SHOWN:
        return SUPPRESSED
    return percent(round(100 * part["base_n"] / whole["base_n"]))


def target_cell(target: float | None) -> str:
    """Return the share aimed at, or that none was set."""
    return NOT_AVAILABLE if target is None else percent(round(100 * target))
