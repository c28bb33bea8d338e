"""The slots of sentences that the figures of a page's area fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pipeline.data.drift import LABELLED_DIFFERENTLY, WORDED_DIFFERENTLY
from pipeline.disclosure import facts
from pipeline.disclosure.reading import cells, hidden_words, values
from pipeline.disclosure.reading.book import Row, mark_of
from pipeline.disclosure.reading.check_words import CheckWords, way_words
from pipeline.disclosure.reading.scope import Direction, Scope, in_a_row, number_word
from pipeline.disclosure.reading.sheets import ALONG, NOT_STATED
from pipeline.disclosure.reading.told_words import comments_told, linked_not_shown, linked_told, submissions_told
from pipeline.disclosure.reading.words import One, asked, compared, drift_pattern, period, why_not_compared
from pipeline.reference.instrument import Item

_COUNTED: dict[Direction, str] = {
    "rise": "rose",
    "fall": "fell",
    "unclear": "had no clear change",
    "hidden": hidden_words.CANNOT_BE_SHOWN,
    "unavailable": hidden_words.CANNOT_BE_WORKED_OUT,
}


class PageWords(CheckWords):
    """What the words of an area's page may be filled with."""

    def __init__(self, scope: Scope, calibration: Mapping[str, Any] | None) -> None:
        super().__init__(scope, calibration)
        folder = scope.folder
        self.area, self.short = scope.area.name, scope.short_name
        self.short_of_waves = scope.short(scope.places_over_waves[0])
        self.area_code = scope.area.code
        self.wave, self.baseline = folder.wave.label, folder.waves[0].label
        self.waves = " and ".join(scope.labels)
        self.compared = compared(folder.waves, "{label}, {dates}", ", compared with ")
        self.mix = scope.mix or None
        self.one_wave, self.two_waves = not folder.has_baseline, folder.has_baseline and len(folder.until) == 2
        self.measures_n = number_word(len(folder.measures))
        self.measures_digits = str(len(folder.measures))
        self.places_digits = str(len(folder.areas))
        self.waves_n = number_word(len(folder.until))
        self.has_standardised = scope.policy.shows(facts.STANDARDISED_SHARE, of_whole=True)
        self.no_standardised = not self.has_standardised
        self.has_ends = not scope.has_bins or (folder.has_baseline and scope.may_show(facts.STANDARDISED_SHARE))
        self.counts_clear = scope.policy.shows(facts.P_VALUE, of_whole=True)
        self.counts_none_clear = not self.counts_clear
        self.minimum_people = values.people(self.minimum)
        self.linked, self.linked_not_shown = linked_told(scope), linked_not_shown(scope)
        self.commenting = comments_told(scope)
        self.submissions = submissions_told(scope)
        self.drift = drift_pattern(scope.evaluation)
        self.subjects = in_a_row([comment.short_name.lower() for comment in scope.evaluation.comments])

    def each(self, kind: str) -> Sequence[object]:
        folder = self.scope.folder
        if kind == "measure":
            return [self._of_measure(item) for item in folder.measures] if folder.has_baseline else self._first_wave()
        if kind == "comment":
            return [One(self, comment=comment.short_name) for comment in self.evaluation.comments]
        if kind == "item":
            return self._of_items()
        if kind == "scale":
            return self._of_scales()
        if kind == "way":
            return [One(self, **words) for words in way_words(self.scope)]
        if kind == "wave":
            return [One(self, wave=wave.label, dates=period(wave), data=wave.data) for wave in folder.until]
        return super().each(kind)

    @property
    def shows_no_change(self) -> bool:
        """Whether there is a change, but the policy shows none for the area."""
        return self.scope.folder.has_baseline and not self.scope.may_show(facts.CHANGE)

    # All measures.

    @cached_property
    def _directions(self) -> dict[Direction, list[Item]]:
        found: dict[Direction, list[Item]] = {direction: [] for direction in _COUNTED}
        for item in self.scope.folder.measures:
            found[self.scope.direction(item)].append(item)
        return found

    @property
    def all_hidden(self) -> bool:
        return self.scope.folder.has_baseline and len(self._directions["hidden"]) == len(self.scope.folder.measures)

    @property
    def all_unclear(self) -> bool:
        return len(self._directions["unclear"]) == len(self.scope.folder.measures) > 1

    @property
    def several_measures(self) -> bool:
        return self.scope.folder.has_baseline and len(self.scope.folder.measures) > 1

    @property
    def one_measure(self) -> bool:
        return self.scope.folder.has_baseline and len(self.scope.folder.measures) == 1

    @property
    def nothing_shown(self) -> bool:
        return not self.scope.is_shown

    @property
    def counted(self) -> str:
        parts = []
        for direction, words in _COUNTED.items():
            found = self._directions[direction]
            named = f" ({in_a_row([item.short_name for item in found])})" if direction in ("rise", "fall") else ""
            parts += [f"{number_word(len(found))} {words}{named}"] if found else []
        return in_a_row(parts)

    # One measure after the other.

    def _of_measure(self, item: Item) -> One:
        scope = self.scope
        change, direction = scope.change(item), scope.direction(item)
        is_told = change is not None and direction in ("rise", "fall", "unclear")
        standardised = [values.percent(row["estimate"]) if row else None for row in scope.standardised(item)]
        counted = [cells.counted(row) if row and not mark_of(row) else None for row in scope.shares(item)]
        own: dict[str, str | bool | None] = {
            "measure": item.short_name,
            "measure_lower": item.short_name.lower(),
            "favourable": scope.favourable(item),
            **_directions(direction, with_shares=self.has_standardised and None not in standardised),
            "is_hidden": direction == "hidden",
            "is_share_hidden": self.shows_no_change and not all(counted),
            "people_by_wave": self._people_by_wave(item, counted),
            "earlier": standardised[0],
            "later": standardised[-1],
            "counted_shares": f"{counted[0]}, then {counted[-1]}" if all(counted) and counted != standardised else None,
            "whole_change": self._whole_change(item),
            "why_not_compared": None,
            "share": None,
        }
        if change is not None and is_told:
            own |= _change_words(change)
        if direction == "unavailable":
            reason = WORDED_DIFFERENTLY if self._worded_otherwise(item) else LABELLED_DIFFERENTLY
            own["why_not_compared"] = why_not_compared(reason)
        return One(self, **own)

    def _people_by_wave(self, item: Item, counted: Sequence[str | None]) -> str | None:
        """Return how many people gave a favourable answer in each wave, where no change is shown."""
        if not self.shows_no_change or not all(counted):
            return None
        first, *later = zip(counted, self.scope.labels, strict=True)
        then = "".join(f", {people} in {label}" for people, label in later)
        return f"{first[0]} people answered {self.scope.favourable(item)} in {first[1]}{then}"

    def _worded_otherwise(self, item: Item) -> bool:
        return len({item.wording_in(wave.id) for wave in self.scope.folder.waves}) > 1

    def _whole_change(self, item: Item) -> str | None:
        if self.scope.is_whole or self.scope.direction(item, self.scope.folder.whole) in ("hidden", "unavailable"):
            return None
        return cells.change(self.scope.change(item, self.scope.folder.whole))

    def _first_wave(self) -> list[One]:
        found = []
        for item in self.scope.folder.measures:
            row = self.scope.shares(item)[0]
            own: dict[str, str | bool | None] = {
                "measure": item.short_name,
                "favourable": self.scope.favourable(item),
                "is_share_hidden": mark_of(row) == values.HIDDEN,
                **_directions("hidden", with_shares=False),
                "is_hidden": False,
                **dict.fromkeys(
                    ("counted_shares", "whole_change", "why_not_compared", "people_by_wave", "share", "share_low"), None
                ),
            }
            if row is not None and not mark_of(row):
                in_bins = values.bin_bounds(row["estimate"])
                own |= {
                    "share": f"{cells.counted(row)} people" if in_bins else cells.counted(row),
                    "share_people": None if in_bins else values.people(row["base_n"]),
                }
                if row["conf_low"].isdecimal():
                    own |= {
                        "share_low": values.percent(row["conf_low"]),
                        "share_high": values.percent(row["conf_high"]),
                    }
            found.append(One(self, **own))
        return found

    # People.

    @property
    def respondents(self) -> str:
        parts = []
        for wave in self.scope.folder.waves:
            count = self.scope.people(wave.id)
            hidden = hidden_words.COUNT_NOT_SHOWN.format(mark=count)
            parts.append(f"{hidden if count in values.MARKS else values.people(count)} in {wave.label}")
        return in_a_row(parts)

    @property
    def thin_sectors(self) -> str | None:
        thin = self._thin()
        return "; ".join(thin) if thin else None

    @property
    def has_thin_sectors(self) -> bool:
        return bool(self._thin())

    @property
    def no_thin_sectors(self) -> bool:
        return bool(self.scope.evaluation.sectors) and not self._thin()

    def _thin(self) -> list[str]:
        folder = self.scope.folder
        return [
            name
            for name, sector in folder.sectors.items()
            if sector != NOT_STATED and self.scope.people(folder.wave.id, folder.whole, sector) in values.MARKS
        ]

    @property
    def shows_no_sectors(self) -> bool:
        return not self.scope.is_whole and not self.scope.shows_sectors

    @property
    def invited(self) -> str | None:
        invited = self.scope.folder.wave.people_invited
        return values.people(str(invited)) if invited and self.rate else None

    @property
    def rate(self) -> str | None:
        invited, count = self.scope.folder.wave.people_invited, self.scope.people(self.scope.folder.wave.id)
        if not invited or not count.isdecimal() or int(count) > invited:
            return None
        return f"{round(100 * int(count) / invited)}%"

    # Changes of the leading measures.

    @property
    def _leading(self) -> list[Item]:
        measures = list(self.scope.folder.measures)
        return [item for item in measures if item.lead] or measures[:1]

    @property
    def superiority(self) -> str | None:
        about = {"area": self.scope.area.id, **self.scope.folder.pair}
        found = [(item, self.scope.book.row("superiority", item=item.id, **about)) for item in self._leading]
        parts = [
            f"{row['estimate']} for {item.short_name} ({self.interval} {row['conf_low']} to {row['conf_high']}; "
            f"{values.people(row['base_n_baseline'])}, then {row['base_n_comparison']})"
            for item, row in found
            if row is not None and not mark_of(row)
        ]
        return "; ".join(parts) or None

    @property
    def trends(self) -> str | None:
        until = self.scope.folder.until
        about = {"kind": ALONG, "area": self.scope.places_over_waves[0].id}
        about |= {"baseline_wave": until[0].id, "comparison_wave": until[-1].id}
        parts = []
        for item in self._leading:
            row = self.scope.book.row("waves", item=item.id, **about)
            parts.append(f"{item.short_name} {self._trend(row)}")
        return "; ".join(parts) if self.scope.book.matching("waves", kind=ALONG) else None

    def _trend(self, row: Row | None) -> str:
        if row is None or mark_of(row):
            return mark_of(row)
        ends = f"{values.signed(row['conf_low'])} to {values.signed(row['conf_high'])}"
        return f"{values.signed(row['estimate'])} percentage points ({self.interval} {ends})"

    @property
    def years(self) -> str | None:
        found = self.scope.book.matching("waves", kind=ALONG)
        return values.decimal(found[0][1]["years"]) if found else None

    # What was asked.

    def _of_items(self) -> list[One]:
        evaluation = self.scope.evaluation
        return [One(self, **asked(item, evaluation, self.scope.folder.wave.id)) for item in evaluation.items]

    def _of_scales(self) -> list[One]:
        evaluation, waves = self.scope.evaluation, self.scope.folder.waves
        together: dict[str, list[Item]] = {}
        for item in evaluation.items:
            for wave in waves:
                name = item.scale_in(wave.id) + ("--reversed" if item.reversed else "")
                together.setdefault(name, []).append(item)
        found = []
        for items in together.values():
            spoken = ", ".join(dict.fromkeys(item.short_name for item in items))
            for levels in {evaluation.scale_of(items[0].id, wave.id).levels for wave in waves}:
                found.append(One(self, asked_together=spoken, lowest=levels[0], highest=levels[-1]))
        return found


def _directions(direction: Direction, *, with_shares: bool) -> dict[str, str | bool | None]:
    """Return which way a measure went, told with the shares that it went between or without."""
    names = {"rise": "rose", "fall": "fell", "unclear": "unclear"}
    with_, without = {names.get(direction, "") if with_shares else ""}, {names.get(direction, "")}
    found: dict[str, str | bool | None] = {name: name in with_ for name in names.values()}
    return found | {f"{name}_without": not with_shares and name in without for name in names.values()}


def _change_words(change: Row) -> dict[str, str]:
    low, high = change["conf_low"], change["conf_high"]
    return {
        "change": values.signed(change["estimate"]),
        "low": values.signed(low),
        "high": values.signed(high),
        "earlier_people": values.people(change["base_n_baseline"]),
        "later_people": values.thousands(change["base_n_comparison"]),
        "touches": "reaches" if "0" in (low, high) else "includes",
    }
