"""The demonstration's events and the invented people who came to them, pledged and gave feedback; drawn from a seed.

As the published account has it: over twenty representatives, more from health than from elsewhere, fewer from one
forum to the next, and at some forums a borough is missing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import numpy as np

from pipeline.data.registers.schemas import (
    ABSENT,
    APOLOGIES,
    ATTENDED,
    KEPT,
    NOT_KEPT,
    PARTLY,
    PLEDGE_STATUSES,
    UNKNOWN,
)
from pipeline.reference.evaluation import Evaluation
from pipeline.simulation.register_texts import EVENTS, PLEDGES

Row = dict[str, Any]

_WHOLE = -1
# Representatives: the position of their area (or all areas) and of their sector in evaluation.yml.
_REPRESENTATIVES = (
    (0, 0), (0, 0), (0, 3), (0, 5), (0, 6), (1, 0), (1, 0), (1, 0), (1, 4), (1, 6), (1, 2), (2, 0), (2, 0), (2, 3),
    (3, 0), (3, 0), (3, 4), (3, 5), (4, 0), (4, 0), (4, 0), (4, 3), (4, 6), (_WHOLE, 1), (_WHOLE, 1), (_WHOLE, 7),
)  # fmt: skip
_ALSO_IN = {7: 4, 14: 0}
_HEALTH_SECTORS = 3
# The positions of roles, mostly practitioners; who commissions is a commissioner.
_ROLES, _COMMISSIONER, _COMMISSIONING = (0, 0, 1, 3), 2, 1
# People who came to webinars and training alone, and the mix of their sectors.
_OTHERS, _OTHERS_MIX = 34, (0.42, 0.04, 0.08, 0.12, 0.08, 0.16, 0.08, 0.02)
# By kind of event: how likely a representative from health, one from elsewhere, and another person came.
_CAME = {"webinar": (0.7, 0.6, 0.5), "workshop": (0.85, 0.75, 0.12), "training": (0.6, 0.4, 0.25)}
_CAME_TO_FORUM = {"forum-1": (0.95, 0.85, 0.0), "forum-2": (0.85, 0.65, 0.0), "forum-3": (0.6, 0.35, 0.0)}
# The positions of the areas of which nobody came.
_MISSING_AREAS = {"forum-2": (2,), "forum-3": (3,)}
_SENT_APOLOGIES = 0.7
_REASONS = (*["competing demands"] * 4, "another meeting", "no cover", "leave or sickness", "")
_PLEDGES_MADE = {"forum-1": 8, "forum-2": 7, "forum-3": 6}
_WEEKS_UNTIL_ASKED = 12
_PRESENTED, _PRESENTED_AT = "Present the project to the senior leads' meeting", "senior-leads-1"
_BECAME = {KEPT: 0.45, PARTLY: 0.18, NOT_KEPT: 0.12, UNKNOWN: 0.25}
_ANSWERED, _MOST_USEFUL = 0.65, (0.62, 0.48, 0.4, 0.5)


@dataclass(frozen=True)
class _Person:
    code: str
    areas: tuple[int, ...]
    sector: int
    is_representative: bool
    role: int


class Gatherings:
    """Events, attendance, pledges and feedback as rows of their registers; every chance comes from `rng`."""

    def __init__(self, evaluation: Evaluation, rng: np.random.Generator) -> None:
        self._evaluation = evaluation
        self._rng = rng
        self._areas = [area.id for area in evaluation.areas]
        self._sectors = [sector.id for sector in evaluation.sectors]
        self._people = self._draw_people()
        self.events = self._make_events()
        self.attendance = [row for event in self.events for row in self._attend(event)]
        self.pledges = self._make_pledges()
        self.feedback = self._give_feedback()

    def _draw_people(self) -> list[_Person]:
        mix = np.array(list(islice(cycle(_OTHERS_MIX), max(len(self._sectors), 1))))
        drawn = [
            (int(self._rng.integers(5)), int(self._rng.choice(len(mix), p=mix / mix.sum()))) for _ in range(_OTHERS)
        ]
        people = []
        for number, (area, sector) in enumerate((*_REPRESENTATIVES, *drawn)):
            areas = (area, _ALSO_IN[number]) if number in _ALSO_IN else (area,)
            is_one = number < len(_REPRESENTATIVES)
            role = _ROLES[int(self._rng.integers(len(_ROLES)))]
            role = _COMMISSIONER if sector == _COMMISSIONING else role
            people.append(_Person(f"P{number + 1:02d}", areas, sector, is_one, role))
        return people

    def _make_events(self) -> list[Row]:
        names = ("event", "kind", "title", "date", "hours")
        return [
            dict(zip(names, (event, kind, title, day_of(self._evaluation, week, weekday), f"{hours:g}"), strict=True))
            for event, kind, title, week, weekday, hours in EVENTS
        ]

    def _attend(self, event: Row) -> list[Row]:
        rows = []
        for person in self._people if event["kind"] != "meeting" else ():
            came = bool(self._rng.random() < self._chance(person, event))
            excuse, reason = self._rng.random(), self._rng.integers(len(_REASONS))
            if came:
                rows.append(self._row(event, person, ATTENDED, ""))
            elif person.is_representative and event["kind"] == "forum":
                is_excused = excuse < _SENT_APOLOGIES
                rows.append(self._row(event, person, *((APOLOGIES, _REASONS[reason]) if is_excused else (ABSENT, ""))))
        return rows

    def _chance(self, person: _Person, event: Row) -> float:
        if set(person.areas) & set(_MISSING_AREAS.get(event["event"], ())):
            return 0.0
        of_health, of_others, other_people = (
            (*_CAME_TO_FORUM.get(event["event"], ()), 0.0)[:3] if (event["kind"] == "forum") else _CAME[event["kind"]]
        )
        if not person.is_representative:
            return other_people
        return of_health if person.sector < _HEALTH_SECTORS else of_others

    def _row(self, event: Row, person: _Person, attendance: str, reason: str) -> Row:
        organisations = [one.id for one in self._evaluation.organisations]
        works_in_first = person.sector == 0 and organisations
        roles = [role.id for role in self._evaluation.respondent_roles]
        return {
            "event": event["event"],
            "person": person.code,
            "areas": self._areas_of(person),
            "sector": at(self._sectors, person.sector),
            "role": at(roles, person.role),
            "organisation": at(organisations, person.areas[0]) if works_in_first else "",
            "attendance": attendance,
            "reason": reason,
        }

    def _areas_of(self, person: _Person) -> str:
        if _WHOLE in person.areas or not self._areas:
            return self._evaluation.whole_area.id
        return ";".join(dict.fromkeys(at(self._areas, one) for one in person.areas))

    def _make_pledges(self) -> list[Row]:
        rows: list[Row] = []
        texts = cycle(PLEDGES)
        days = {event["event"]: event["date"] for event in self.events}
        for event, count in _PLEDGES_MADE.items():
            came = [row for row in self.attendance if row["event"] == event and row["attendance"] == ATTENDED]
            chosen = self._rng.permutation(len(came))[:count]
            for number in sorted(int(one) for one in chosen):
                text, theme, scope = next(texts)
                status = str(self._rng.choice(PLEDGE_STATUSES, p=[_BECAME[one] for one in PLEDGE_STATUSES]))
                asked = days[event] + dt.timedelta(weeks=_WEEKS_UNTIL_ASKED, days=int(self._rng.integers(4)))
                if text == _PRESENTED:
                    # A member did present the project, as the published account tells.
                    status, asked = KEPT, days[_PRESENTED_AT]
                same = {name: came[number][name] for name in ("person", "areas", "sector")}
                rows.append(
                    {
                        "pledge": f"pledge-{len(rows) + 1}",
                        **same,
                        "text": text,
                        "theme": theme,
                        "scope": scope,
                        "made_on": days[event],
                        "status": status,
                        "checked_on": "" if status == UNKNOWN else asked,
                    }
                )
        return rows

    def _give_feedback(self) -> list[Row]:
        rows = []
        kinds = {event["event"]: event["kind"] for event in self.events}
        for came in self.attendance:
            is_asked = kinds[came["event"]] in ("forum", "workshop") and came["attendance"] == ATTENDED
            if not is_asked or self._rng.random() > _ANSWERED:
                continue
            for element, most in zip(self._evaluation.feedback_elements, cycle(_MOST_USEFUL)):
                rating = self._rate(element.scale, most)
                rows.append({"event": came["event"], "person": came["person"], "element": element.id, "rating": rating})
        return rows

    def _rate(self, scale: str, most: float) -> str:
        """Draw a label: the best with a chance of `most`, each one below with half of what is left."""
        labels = self._evaluation.scales[scale].levels[::-1]
        for label in labels[:-1]:
            if self._rng.random() < most:
                return label
            most = 0.55
        return labels[-1]


def day_of(evaluation: Evaluation, week: int, weekday: int = 0) -> dt.date:
    """Return the day of a week, counted from that in which the first wave's fieldwork starts."""
    start = evaluation.waves[0].fieldwork.start
    return start + dt.timedelta(days=7 * week + weekday - start.weekday())


def at(ids: list[str], position: int) -> str:
    """Return the id at a position of a list that begins again at its end, '' of an empty one."""
    return ids[position % len(ids)] if ids else ""
