"""The slots of sentences that evaluation.yml fills: names, texts, dates; and what a sentence is said of one by one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pipeline
from pipeline.data.drift import LABELLED_DIFFERENTLY, WORDED_DIFFERENTLY
from pipeline.disclosure import facts
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.reading.frame_sentences import CODE_HASH, MADE_FOR, NOT_CLEARED_IN_FILES, RELEASE_STATUS
from pipeline.disclosure.reading.grammar import Read
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Item
from pipeline.reference.waves import Wave

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
KIRKPATRICK = {1: "reaction", 2: "learning", 3: "behaviour", 4: "results"}
# The figures of the calibration that a page tells of.
_OF_WHOLE, _OF_AREAS, _OF_AREA_APART = "everyone, share", "area pooled, share", "the area apart pooled, share"
_APART_ALONE = "the area apart alone, share"


class Words:
    """What the words of any page may be filled with; `calibration` is the package's own, or None."""

    def __init__(self, evaluation: Evaluation, calibration: Mapping[str, Any] | None) -> None:
        self.evaluation = evaluation
        self.calibration = calibration
        self.title = evaluation.title
        self.about = evaluation.about
        self.recruitment = evaluation.recruitment
        self.not_asked = evaluation.not_asked
        self.minimum = str(evaluation.disclosure.minimum_base)
        self.noun, self.nouns = evaluation.area_noun.singular, evaluation.area_noun.plural
        self.whole, self.whole_area = evaluation.whole_area.short_name, evaluation.whole_area.name
        self.interval = f"{evaluation.models.conf_level * 100:g}% interval"
        self.level = f"{evaluation.models.conf_level * 100:g}"
        self.organisation, self.email = evaluation.contact.organisation, getattr(evaluation.contact, "email", None)
        self.lawful_basis, self.retention = evaluation.contact.lawful_basis, evaluation.contact.retention
        self.data_protection = evaluation.contact.data_protection
        self.code_version = Read(re.escape(pipeline.__version__) + CODE_HASH)
        self.settings_version, self.made_for = evaluation.version, Read(MADE_FOR)
        policy = find_policy(evaluation.disclosure.policy)
        self.policy_summary, self.has_bins, self.has_ends = policy.summary, policy.has_bins, not policy.has_bins
        roles = evaluation.roles
        self.roles = (
            f"Commissioner: {roles.commissioner}. Analyst: {roles.analyst}. Assurer: {roles.assurer}. "
            f"Approver: {roles.approver}."
        )

    def each(self, kind: str) -> Sequence[object]:
        """Return what sentences of a kind are said of, each with its own words beside these."""
        evaluation = self.evaluation
        if kind == "wave":
            status = Read(RELEASE_STATUS)
            return [
                One(self, wave=wave.label, dates=period(wave), data=wave.data, release_status=status)
                for wave in evaluation.waves
            ]
        if kind == "term":
            return [One(self, term_meaning=text) for both in evaluation.glossary.items() for text in both]
        if kind == "place":
            return [One(self, place=area.name) for area in (evaluation.whole_area, *evaluation.areas)]
        return []

    @property
    def calibrated(self) -> str | None:
        """Return how often the intervals held the truth in simulated surveys."""
        found = self.calibration
        if found is None:
            return None
        made = f"{day(dt.date.fromisoformat(found['date']))}, code {found['commit']}"
        areas = f" and {self._range(_OF_AREAS)} for {self.nouns}" if self._areas_change else ""
        return (
            f"In {found['surveys']:,} simulated surveys of about this size for each of "
            f"{len({row['trial'] for row in found['rows']})} situations ({made}) the intervals, meant to hold the "
            f"truth 95 times in 100, held it {self._range(_OF_WHOLE)} of the time for the whole area{areas}."
        )

    @property
    def calibrated_apart(self) -> str | None:
        """Return how often those of an area that differs from all others held it."""
        pooled, alone = self._coverages(_OF_AREA_APART), self._coverages(_APART_ALONE)
        if not pooled or not self._areas_change:
            return None
        beside = f", that from its own answers alone {min(alone):.1f}%" if alone else ""
        return (
            f"A {self.noun} that truly differs from all others is covered less often: its change drawn towards them "
            f"held the truth {min(pooled):.1f}% of the time{beside}."
        )

    @property
    def _areas_change(self) -> bool:
        """Whether changes of several areas are shown."""
        policy = find_policy(self.evaluation.disclosure.policy)
        return len(self.evaluation.areas) > 1 and policy.shows(facts.CHANGE, of_whole=False)

    def _range(self, figure: str) -> str:
        found = self._coverages(figure)
        return f"{min(found):.1f}% to {max(found):.1f}%" if found else "an unknown part"

    def _coverages(self, figure: str) -> list[float]:
        rows = self.calibration["rows"] if self.calibration else []
        return [row["coverage"] * 100 for row in rows if row["figure"] == figure]


class One:
    """Words of one thing that a sentence is said of; all others are those of its page."""

    def __init__(self, page: Words, **own: str | Read | bool | None) -> None:
        self.__dict__.update(own)
        self._page = page

    def __getattr__(self, name: str) -> object:
        return getattr(self.__dict__["_page"], name)


CODE_VERSION = re.compile(rf"Code version ([^ ;]+{CODE_HASH});")


def made_for(stamp: str) -> str:
    """Return what a page whose files bear a stamp says of the release that it was made for."""
    return stamp if stamp == NOT_CLEARED_IN_FILES else f"release {stamp}"


def day(date: dt.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def period(wave: Wave) -> str:
    """Return a wave's dates as '2 to 29 October 2023', without saying twice what they share."""
    start, end = wave.fieldwork.start, wave.fieldwork.end
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    return f"{start.day} {_MONTHS[start.month - 1]}{'' if start.year == end.year else f' {start.year}'} to {day(end)}"


def drift_pattern(evaluation: Evaluation) -> Read:
    """Return how a page may say which questions were asked otherwise, and whether they are compared."""
    name = _either(item.short_name for item in evaluation.items)
    names = rf"{name}(?:(?:, | and ){name})*"
    told = ["compared: only the answers off the scale differ"]
    told += [f"not compared: {_lower(one)}" for one in (WORDED_DIFFERENTLY, LABELLED_DIFFERENTLY)]
    reasons = [item.same_question_because for item in evaluation.items if item.same_question_because]
    told += [f"compared: the settings say why it is the same: {one.rstrip('.')}" for one in reasons]
    one = rf"{names} \({_either(told)}\)"
    return Read(rf"{one}(?:; {one})*")


def why_not_compared(reason: str) -> str:
    return f"{reason[0].lower()}{reason[1:]}"


def asked(item: Item, evaluation: Evaluation, wave_id: str) -> dict[str, str]:
    """Return how an item was worded in a wave, and its answers."""
    levels = evaluation.scale_asked(item.id, wave_id).levels
    return {"measure": item.short_name, "wording": item.wording_in(wave_id), "levels": "; ".join(levels)}


def compared(waves: Sequence[Wave], written: str, between: str) -> str:
    """Return the waves of a page, the later first: '{label}, {dates}' or with the dates in brackets."""
    spoken = [written.format(label=wave.label, dates=period(wave)) for wave in reversed(waves)]
    return between.join(spoken)


def _lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:].rstrip('.')}"


def _either(texts: Any) -> str:
    return f"(?:{'|'.join(re.escape(text) for text in texts)})"
