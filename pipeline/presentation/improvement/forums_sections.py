"""The sections on events: who came, who was missing, who came back, and what people said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from pipeline.disclosure import facts
from pipeline.disclosure.improvement.forums import NOBODY, PRESENT
from pipeline.disclosure.policies import policy_of
from pipeline.disclosure.published import NOT_AVAILABLE, SUPPRESSED
from pipeline.presentation.improvement.register_ground import Look, RegisterGround
from pipeline.presentation.tables import Html, Table
from pipeline.presentation.wording import count, day, in_a_row, number_word, percent

NO_EVENTS = "No register of events is kept."
NO_ATTENDANCE = "Nothing is recorded of who came."
NO_FEEDBACK = "No feedback on events is recorded."
REFUSED = "Whether somebody came from a place or a sector is not shown: the owner of the data decided so."
LATEST_RATING = (
    "Each person counts once, by the latest rating; ratings without a code count one by one. "
    "What people said in their own words stands under Voices, once it is approved."
)


class ForumsSections(RegisterGround):
    """Pieces of HTML on events of the improvement work."""

    def events(self) -> Html:
        """Return who came to the events and who was missing: of everybody, or on an area's page of that area."""
        events = self.kept("events")
        if events is None:
            return _html([_paragraph(NO_EVENTS)])
        parts = [self._events_table(events)] if self.is_whole or self.kept("presence") is None else []
        if set(events["people"]) <= {"", NOT_AVAILABLE}:
            parts.append(_paragraph(NO_ATTENDANCE))
        else:
            parts += self._presence_of_all() if self.is_whole else self._presence_of_area()
            parts += self._shares_of_people() if self.is_whole else []
            parts += [] if self.is_whole else self._health()
        return _html([*parts, *self._representatives()])

    def event_feedback(self) -> Html:
        """Return how useful people found each part of the events, across the whole area."""
        rows = self.kept("usefulness")
        if rows is None:
            return _html([_paragraph(NO_FEEDBACK)])
        hidden = f"How useful people found the events is not shown ({SUPPRESSED}), to protect them."
        if set(rows["base_n"]) == {SUPPRESSED}:
            return _html([_paragraph(hidden)])
        scales = {one.name: self.evaluation.scales[one.scale] for one in self.evaluation.feedback_elements}
        cells = [
            [one["element"], f"“{scales[one['element']].favourable_phrase}”", self._share(one), _count(one["base_n"])]
            for one in rows.to_dict("records")
        ]
        figure = "People who say so" if self.policy.has_bins else f"Share, with {self.interval}"
        header = ["Part of the events", "They found it", figure, "People who rated it"]
        caption = f"How useful people found the events, across {self.whole_name}"
        table = Table("table-usefulness", caption, header, cells, self.register_download("usefulness"))
        return _html([table.html(), _paragraph(LATEST_RATING)])

    def _events_table(self, events: pd.DataFrame) -> Markup:
        looks = [
            Look("event", "Event"),
            Look("kind", "Kind"),
            Look("date", "Date", "day"),
            Look("hours", "Hours"),
            Look("people", "People who came", "count"),
        ]
        table = self.register_table(
            "events", f"Events, and how many people came across {self.whole_name}", looks
        ).html()
        to_come = [one["event"] for one in events.to_dict("records") if one["people"] == ""]
        spoken = f"Still to come on {day(self.wave.fieldwork.end)}: {'; '.join(to_come)}."
        return table + _paragraph(spoken) if to_come else table

    # Who was there.

    def _presence_of_all(self) -> list[Markup]:
        if self.kept("presence") is None:
            return self._refusal()
        nouns = self.evaluation.area_noun.plural
        parts = []
        if self.evaluation.areas:
            told = f"Who works in several {nouns} counts in each; who works across {self.whole_name} counts in none."
            parts.append(_paragraph(told))
        parts += self._missing_at_forums()
        if self.evaluation.areas:
            names = [area.name for area in self.evaluation.areas]
            caption = f"Which {nouns} somebody came from"
            parts.append(self._matrix("presence-areas", caption, names, by="area"))
        if self.evaluation.sectors:
            parts.append(
                self._matrix("presence-sectors", "Which sectors somebody came from", self._sectors, by="sector")
            )
        return parts

    def _presence_of_area(self) -> list[Markup]:
        if self.kept("presence") is None:
            return self._refusal()
        alone = f"Numbers of people at events are shown of {self.whole_name} alone, to protect those who came."
        table = self._own_table()
        return [table, *self._missing_from_area(), _paragraph(alone)]

    def _refusal(self) -> list[Markup]:
        refused = not policy_of(self.evaluation.disclosure).shows(facts.EVENT_PRESENCE, of_whole=True)
        return [_paragraph(REFUSED)] if refused else []

    @property
    def _sectors(self) -> list[str]:
        return [sector.name for sector in self.evaluation.sectors]

    def _matrix(self, name: str, caption: str, columns: list[str], *, by: str) -> Markup:
        """Return a row an event and a column an area or sector."""
        rows = [[event, *(cells[one] for one in columns)] for (event, _), cells in self._presence(by).items()]
        download = self.register_download("presence")
        return Table(f"table-{name}", caption, ["Event", *columns], rows, download).html()

    def _own_table(self) -> Markup:
        """Return whether anybody came from this area to each event, and from which of its sectors."""
        name = self.area.name
        rows = []
        for (event, date), cells in self._presence("sector").items():
            there = [one for one in self._sectors if cells[one] == PRESENT]
            sectors = SUPPRESSED if SUPPRESSED in cells.values() else "; ".join(there) or "none"
            rows.append([event, day(dt.date.fromisoformat(date)), cells[name], sectors])
        header = ["Event", "Date", name, f"Sectors that came from {name}"]
        caption = f"Whether somebody came from {name}, and from which sectors"
        return Table("table-presence", caption, header, rows, self.register_download("presence")).html()

    def _presence(self, by: str) -> dict[tuple[str, str], dict[str, str]]:
        """Return, for each event and its date, whether somebody came from each area or sector, by its name."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for row in self.named("presence").to_dict("records"):
            at = found.setdefault((row["event"], row["date"]), {})
            if self.is_whole and by == "sector" and row["area"] == self.area.name:
                at[row["sector"]] = row["present"]
            elif self.is_whole and by == "area" and not row["sector"]:
                at[row["area"]] = row["present"]
            elif not self.is_whole and row["area"] == self.area.name:
                at[row["sector"] or row["area"]] = row["present"]
        return found

    def _forums(self, by: str) -> dict[str, dict[str, str]]:
        """Return who was at each forum that somebody is recorded at, by its title and day."""
        rows = self.named("events").to_dict("records")
        forums = {(row["event"], row["date"]) for row in rows if row["kind"] == "Forum"}
        return {
            f"{event}, {day(dt.date.fromisoformat(date))}": cells
            for (event, date), cells in self._presence(by).items()
            if (event, date) in forums
        }

    def _missing_at_forums(self) -> list[Markup]:
        """Return the areas and sectors that nobody came from, a line a forum."""
        areas, sectors = self._forums("area"), self._forums("sector")
        items = []
        for forum in dict.fromkeys((*areas, *sectors)):
            here, of_sector = areas.get(forum, {}), sectors.get(forum, {})
            if SUPPRESSED in (*here.values(), *of_sector.values()):
                items.append(f"{forum}. Who was missing is not shown ({SUPPRESSED}), to protect those who came.")
                continue
            nouns = self.evaluation.area_noun.plural.capitalize()
            parts = [f"{nouns} missing: {'; '.join(_missing(here)) or 'none'}."] if self.evaluation.areas else []
            parts += [f"Sectors missing: {'; '.join(_missing(of_sector)) or 'none'}."] if self._sectors else []
            items.append(" ".join([f"{forum}.", *parts]))
        listed = Markup("").join(Markup("<li>{}</li>\n").format(one) for one in items)
        return [Markup("<ul>\n{}</ul>").format(listed)] if items else []

    def _missing_from_area(self) -> list[Markup]:
        """Return the forums that nobody came to from this area, its sectors that came to none, and what follows."""
        forums = {forum: cells for forum, cells in self._forums("sector").items() if SUPPRESSED not in cells.values()}
        if not forums:
            return []
        without = [forum for forum, cells in forums.items() if cells[self.area.name] == NOBODY]
        came = f"Somebody came from {self.area.name} to each of the forums shown."
        parts = [_paragraph(f"Nobody came from {self.area.name} to: {'; '.join(without)}." if without else came)]
        never = [one for one in self._sectors if {cells[one] for cells in forums.values()} == {NOBODY}]
        if never:
            told = f"No forum shown had anybody from {self.area.name} who works in these sectors: {'; '.join(never)}."
            parts.append(_paragraph(f"{told} They are the ones to invite to the next."))
        return parts

    # Shares of everybody.

    def _shares_of_people(self) -> list[Markup]:
        return [*self._health(), *self._sector_table(), *self._coming_again(), *self._reasons()]

    def _health(self) -> list[Markup]:
        rows = self.kept("health-share")
        if rows is None:
            return []
        row = rows.to_dict("records")[0]
        hidden = f"The share of people at the forums who work in health is not shown ({SUPPRESSED}), to protect them."
        if row["share"] == SUPPRESSED:
            return [_paragraph(hidden)]
        health = "; ".join(sector.name for sector in self.evaluation.sectors if sector.health)
        people = f"Of the {_count(row['base_n'])} people at the forums across {self.whole_name}"
        aim = f" The mix aimed at has {_percent(row['target_share'])}." if row["target_share"] else ""
        return [_paragraph(f"{people}, {self._share_named(row)} work in health ({health}).{aim}")]

    def _sector_table(self) -> list[Markup]:
        rows = self.kept("event-sectors")
        if rows is None:
            return []
        if set(rows["people"]) == {SUPPRESSED}:
            return [_paragraph(f"The sectors of those who came are not counted here ({SUPPRESSED}), to protect them.")]
        looks = [Look("sector", "Sector"), Look("people", "People", "count")]
        looks += [] if self.policy.has_bins else [Look("share", "Share", "percent")]
        looks += [Look("target_share", "Share aimed at", "percent")] if any(rows["target_share"]) else []
        caption = f"People at any of the events across {self.whole_name} by sector, each person once"
        return [self.register_table("event-sectors", caption, looks).html()]

    def _coming_again(self) -> list[Markup]:
        rows = self.kept("coming-again")
        if rows is None:
            return []
        if set(rows["share"]) == {SUPPRESSED}:
            return [_paragraph(f"How often people came to the forums is not shown ({SUPPRESSED}), to protect them.")]
        most = max(int(one) for one in rows["forums_n"] if one)
        cells = [
            [_about(one["forums_n"], one["event"], most), _percent(one["share"]), _count(one["base_n"])]
            for one in rows.to_dict("records")
        ]
        caption = f"How often people came to the forums across {self.whole_name}, and who came again"
        header = ["People who", "Share", "Of how many people"]
        return [Table("table-coming-again", caption, header, cells, self.register_download("coming-again")).html()]

    def _reasons(self) -> list[Markup]:
        rows = self.kept("absence-reasons")
        if rows is None:
            return []
        if set(rows["base_n"]) == {SUPPRESSED}:
            return [_paragraph(f"Why people stayed away is not shown ({SUPPRESSED}), to protect them.")]
        share = Look("people", "People", "count") if self.policy.has_bins else Look("share", "Share", "percent")
        told = f"{_count(rows['base_n'].iloc[0])} people across {self.whole_name}"
        caption = f"Why people stayed away, among the {told} who gave a reason (one may give several)"
        return [self.register_table("absence-reasons", caption, [Look("reason", "Reason"), share]).html()]

    def _share(self, row: Mapping[Hashable, Any]) -> str:
        if self.policy.has_bins:
            return _count(row["people"])
        if not row["conf_low"].isdecimal():
            return str(row["share"])
        return f"{percent(row['share'])} ({percent(row['conf_low'])} to {percent(row['conf_high'])})"

    def _share_named(self, row: Mapping[Hashable, Any]) -> str:
        """Return a share with its interval as a sentence has it."""
        if not row["conf_low"].isdecimal():
            return str(row["share"])
        ends = f"{percent(row['conf_low'])} to {percent(row['conf_high'])}"
        return f"{percent(row['share'])} ({self.interval}: {ends})"

    # Who speaks for an area.

    def _representatives(self) -> list[Markup]:
        """Return who speaks for each area, or for this one."""
        if self.kept("representatives") is None or not self.evaluation.areas:
            return []
        rows = self.named("representatives").to_dict("records")
        places = [area.name for area in self.evaluation.areas] if self.is_whole else [self.area.name]
        status = {place: [row["status"] for row in rows if row["area"] == place] for place in places}
        filled = [place for place in places if "filled" in status[place]]
        others = [place for place in places if place not in filled]
        parts = [f"somebody speaks for {in_a_row(filled)}"] if filled else []
        parts += [f"nobody speaks for {in_a_row(others)}"] if others else []
        return [_paragraph(f"By the register of posts, {'; '.join(parts)}.")]


def _about(number: str, event: str, most: int) -> str:
    """Return what a row on coming again is about."""
    if not number:
        return f"Were at the first forum and came to: {event or 'any later one'}"
    if int(number) == most:
        return f"Came to all {number_word(most)} forums"
    return f"Came to {number_word(int(number))} forum{'' if number == '1' else 's'}"


def _missing(cells: dict[str, str]) -> list[str]:
    return [name for name, present in cells.items() if present == NOBODY]


def _percent(cell: str) -> str:
    return percent(cell) if cell.isdecimal() else cell


def _count(cell: str) -> str:
    return count(int(cell)) if cell.isdecimal() else cell


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _html(parts: list[Markup]) -> Html:
    return Html(Markup("\n").join(parts))
