"""What may be shown of events: numbers of people and their shares for the whole area, presence for every area.

Shares of everybody at the forums are answers of one group that is large enough, like those to the survey's questions;
areas and sectors are groups of people, and are protected as such.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.disclosure import facts
from pipeline.disclosure.bins import ends_of_bin, in_bin
from pipeline.disclosure.improvement.breakdown import bins_tell_too_much, hidden_groups, presence_tells_too_much
from pipeline.disclosure.policies import HIGH_END, LOW_END, Policy, policy_of
from pipeline.disclosure.published import NOT_AVAILABLE, OVER, SUPPRESSED, UNDER
from pipeline.reference.evaluation import Disclosure, Evaluation
from pipeline.statistics.improvement.forums_tables import EVERYONE, FORUM

PRESENT, NOBODY = "present", "nobody"
_SHARE = ["share", "conf_low", "conf_high", "people", "base_n"]
_INTERVAL = ["conf_low", "conf_high"]


def protect_forums(estimates: Mapping[str, pd.DataFrame], evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return the tables of `describe_forums` as they may be shown, every cell a text; some may be without rows."""
    told = _Told(estimates, evaluation, evaluation.disclosure, policy_of(evaluation.disclosure))
    return {
        "events": told.events(),
        "presence": told.presence(),
        "event-sectors": told.sectors(),
        "health-share": told.health_share(),
        "coming-again": told.coming_again(),
        "absence-reasons": told.reasons(),
        "usefulness": told.usefulness(),
        "representatives": told.representatives(),
    }


@dataclass(frozen=True)
class _Told:
    estimates: Mapping[str, pd.DataFrame]
    evaluation: Evaluation
    rules: Disclosure
    policy: Policy

    def events(self) -> pd.DataFrame:
        """Return every event; who came is blank for those to come, [x] where nobody is recorded."""
        rows = self.estimates["events"]
        kinds = [kind.replace("-", " ").capitalize() for kind in rows["kind"]]
        hours = ["" if pd.isna(hours) else f"{hours:g}" for hours in rows["hours"]]
        people = [
            "" if not held else NOT_AVAILABLE if pd.isna(count) else self._people(int(count))
            for held, count in zip(rows["is_held"], rows["people"], strict=True)
        ]
        about = {"event": rows["title"], "kind": kinds, "date": _days(rows["date"]), "hours": hours}
        return _texts(about | {"people": people})

    def presence(self) -> pd.DataFrame:
        """Return whether somebody came to each event, from each area, sector, and sector of an area."""
        columns = ["event", "date", "area", "sector", "present"]
        if not self.policy.shows(facts.EVENT_PRESENCE, of_whole=False):
            return pd.DataFrame(columns=columns)
        events = self.estimates["events"].set_index("event")
        rows = self.estimates["presence"]
        rows = rows[(rows["area"] != self._whole) | (rows["sector"] != EVERYONE)]
        hidden = set(self._events_without_presence())
        words = [
            SUPPRESSED if event in hidden else PRESENT if people else NOBODY
            for event, people in zip(rows["event"], rows["people"], strict=True)
        ]
        of_event = events.loc[rows["event"]]
        sectors = rows["sector"].replace(EVERYONE, "")
        cells = [list(of_event["title"]), _days(of_event["date"]), rows["area"], sectors, words]
        return _texts(dict(zip(columns, cells, strict=True)))

    def _events_without_presence(self) -> list[str]:
        """Return the events of so few people that the number of sectors there would tell how many came of each."""
        rows = self.estimates["presence"]
        of_whole = rows[(rows["area"] == self._whole) & (rows["sector"] != EVERYONE)]
        sectors = of_whole[of_whole["people"] > 0].groupby("event").size()
        listed = len(self.evaluation.sectors)
        return [
            str(event)
            for event, people in self._recorded.items()
            if presence_tells_too_much(
                self._most(people),
                there=int(sectors.get(event, 0)),
                listed=listed,
                least_values=self.rules.least_values,
            )
        ]

    def _most(self, people: int) -> int:
        """Return how many people came to an event at most for everybody who reads its row."""
        if self.policy.has_bins:
            return ends_of_bin(people)[1]
        return people if people >= self.rules.minimum_base else self.rules.minimum_base - 1

    def sectors(self) -> pd.DataFrame:
        """Return the people at any event by sector, and everyone; all hidden where the hidden ones could be told."""
        rows = self.estimates["event_sectors"]
        targets = {sector.id: sector.target_share for sector in self.evaluation.sectors}
        counts = dict(zip(rows["sector"], rows["people"].astype(int), strict=True))
        hidden = self._hidden_sectors()
        total = counts.get(EVERYONE, 0)
        people = [SUPPRESSED if one in hidden else self._people(count) for one, count in counts.items()]
        shares = [
            "" if one == EVERYONE or self.policy.has_bins else SUPPRESSED if one in hidden else _percent(count / total)
            for one, count in counts.items()
        ]
        aims = ["" if (aim := targets.get(one)) is None else _percent(aim) for one in counts]
        return _texts({"sector": list(counts), "people": people, "share": shares, "target_share": aims})

    def _hidden_sectors(self) -> set[str]:
        """Return the sectors that are not shown of the people at all events, EVERYONE among them where none is."""
        rows = self.estimates["event_sectors"].set_index("sector")["people"].astype(int)
        if rows.empty:
            return set()
        of_sector = rows.drop(EVERYONE)
        # An event whose number is hidden would be known to hold whoever the shown ones cannot.
        seen = [people for people in self._recorded if self._is_shown(people)]
        if len(seen) < len(self._recorded) and rows[EVERYONE] > sum(seen):
            return set(rows.index)
        if not self._is_shown(int(rows[EVERYONE])):
            return set(rows.index)
        # Where presence is told, an empty sector is known to be empty.
        is_told = self.policy.shows(facts.EVENT_PRESENCE, of_whole=True) and not self._events_without_presence()
        asked = of_sector[of_sector > 0] if is_told else of_sector
        if self.policy.has_bins:
            least = self.rules.least_values
            return set(of_sector.index) if bins_tell_too_much(list(asked.clip(lower=1)), least_values=least) else set()
        kept = {"minimum_base": self.rules.minimum_base, "least_values": self.rules.least_values}
        gone = hidden_groups(list(asked), **kept)
        shown = {str(one) for one, hide in zip(asked.index, gone, strict=True) if not hide}
        return {str(one) for one in of_sector.index} - shown

    def health_share(self) -> pd.DataFrame:
        """Return the share of people at the forums who are from health sectors, where those and the others are many."""
        rows = self.estimates["health_share"]
        shown = [self._shows_health(int(row["count"]), int(row["base_n"])) for row in rows.to_dict("records")]
        sectors = [sector for sector in self.evaluation.sectors if sector.health]
        aims = [sector.target_share for sector in sectors if sector.target_share is not None]
        aim = _percent(sum(aims)) if len(aims) == len(sectors) else ""
        told = self._shares(rows, shown, in_bins=False)
        return told[["share", *_INTERVAL, "base_n"]].assign(target_share=aim)

    def _shows_health(self, count: int, base: int) -> bool:
        fits = not self.policy.has_bins and min(count, base - count) >= self.rules.minimum_base
        return fits and self._shows_people_of_forums and not self._health_fills_hidden_sectors(count, base)

    def _health_fills_hidden_sectors(self, count: int, base: int) -> bool:
        """Return whether the sectors shown of all events hold too few for these: hidden ones would hold the rest."""
        of_sector = self.estimates["event_sectors"].set_index("sector")["people"].astype(int).drop(EVERYONE)
        hidden = self._hidden_sectors()
        health = {sector.id for sector in self.evaluation.sectors if sector.health}
        for group, people in ((health, count), (set(of_sector.index) - health, base - count)):
            held = of_sector[[one for one in of_sector.index if one in group and one not in hidden]].sum()
            if group & hidden and people > held:
                return True
        return False

    def coming_again(self) -> pd.DataFrame:
        """Return how many forums people came to, and who came again; all of it, or nothing where one share is an end.

        They are figures of the same people: each follows from the others and from how many came to each forum.
        """
        rows = self.estimates["coming_again"]
        inner = bool(len(rows)) and bool(rows["estimate"].between(LOW_END, HIGH_END).all())
        is_shown = inner and self._shows_people_of_forums and not self.policy.has_bins
        titles = self.estimates["events"].set_index("event")["title"]
        events = [str(titles[one]) if one else "" for one in rows["event"]]
        numbers = [str(number) if number else "" for number in rows["forums_n"]]
        told = self._shares(rows, [is_shown] * len(rows), in_bins=False)
        return _texts({"part": rows["part"], "forums_n": numbers, "event": events}).join(told[["share", "base_n"]])

    @property
    def _shows_people_of_forums(self) -> bool:
        """Whether the number of each forum is shown: else it would follow from those who came to any of them."""
        events = self.estimates["events"]
        sizes = events.loc[events["kind"] == FORUM, "people"].dropna()
        return all(self._is_shown(int(one)) for one in sizes)

    def reasons(self) -> pd.DataFrame:
        """Return which share of the people who gave a reason for staying away gave each."""
        rows = self.estimates["absence_reasons"]
        enough = [base >= self.rules.minimum_base for base in rows["base_n"]]
        told = self._shares(rows, enough)[["share", "people", "base_n"]]
        return _texts({"reason": [reason.capitalize() for reason in rows["reason"]]}).join(told)

    def usefulness(self) -> pd.DataFrame:
        """Return which share of the people found each part of the events useful."""
        rows = self.estimates["usefulness"]
        names = {element.id: element.name for element in self.evaluation.feedback_elements}
        enough = [people >= self.rules.minimum_base for people in rows["people"]]
        return _texts({"element": [names[one] for one in rows["element"]]}).join(self._shares(rows, enough))

    def representatives(self) -> pd.DataFrame:
        """Return the posts that speak for areas; they are no people."""
        rows = self.estimates["representatives"]
        return _texts(
            {"area": rows["area"], "post": rows["post"], "status": rows["status"], "since": _days(rows["since"])}
        )

    def _shares(self, rows: pd.DataFrame, is_shown: list[bool], *, in_bins: bool = True) -> pd.DataFrame:
        """Return shares as whole per cent with their ends and base, or as bins of people; hidden where not shown.

        `in_bins`: whether a policy of bins shows them at all.
        """
        told = []
        for row, shown in zip(rows.to_dict("records"), is_shown, strict=True):
            if self.policy.has_bins and in_bins:
                bins = {"people": in_bin(row["count"]), "base_n": in_bin(row["base_n"])}
                told.append(dict.fromkeys(_SHARE, "") | bins)
            elif not shown:
                told.append(dict.fromkeys(_SHARE, SUPPRESSED) | {"people": ""})
            else:
                told.append(_with_ends(row) | {"people": "", "base_n": str(row["base_n"])})
        return pd.DataFrame(told, columns=_SHARE, dtype="str")

    def _people(self, count: int) -> str:
        if self.policy.has_bins:
            return in_bin(count)
        return str(count) if self._is_shown(count) else SUPPRESSED

    def _is_shown(self, count: int) -> bool:
        return self.policy.has_bins or count >= self.rules.minimum_base

    @property
    def _recorded(self) -> pd.Series:
        """The people at each event that anybody is recorded at, by its id."""
        return self.estimates["events"].set_index("event")["people"].dropna().astype(int)

    @property
    def _whole(self) -> str:
        return self.evaluation.whole_area.id


def _with_ends(row: Mapping[Hashable, Any]) -> dict[str, str]:
    """Return a share and its interval; near an end the end alone, as an interval would tell how far beyond."""
    end = UNDER if row["estimate"] < LOW_END else OVER if row["estimate"] > HIGH_END else ""
    if end:
        return {"share": end} | dict.fromkeys(_INTERVAL, "")
    return {"share": _percent(row["estimate"])} | {name: _percent(row[name]) for name in _INTERVAL}


def _percent(share: float) -> str:
    return str(round(100 * share))


def _days(dates: pd.Series) -> list[str]:
    return ["" if pd.isna(date) else date.date().isoformat() for date in dates]


def _texts(columns: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame({name: list(cells) for name, cells in columns.items()}, dtype="str")  # type: ignore[call-overload]
