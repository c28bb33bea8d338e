"""The slots of sentences on how sure one can be, derived from the whole area's checks or read from the sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.disclosure import facts
from pipeline.disclosure.reading import cells, values
from pipeline.disclosure.reading.book import Row, mark_of
from pipeline.disclosure.reading.check_sentences import WAYS
from pipeline.disclosure.reading.grammar import Read, Told
from pipeline.disclosure.reading.scope import Scope, counts_from_to, direction_of, in_a_row, number_word, range_of
from pipeline.disclosure.reading.words import Words
from pipeline.reference.instrument import Item
from pipeline.statistics.checks.sensitivity import LEAD

_TOLD = {
    "rise": "a rise",
    "fall": "a fall",
    "unclear": "no clear change",
    "hidden": "hidden",
    "unavailable": "no figure",
}
WHOLE_SCALE = 100


class CheckWords(Words):
    """What the words of checks may be filled with."""

    def __init__(self, scope: Scope, calibration: Mapping[str, Any] | None) -> None:
        super().__init__(scope.evaluation, calibration)
        self.scope = scope

    @property
    def _clear(self) -> list[Item]:
        """The measures that clearly changed in the whole area."""
        folder = self.scope.folder
        return [item for item in folder.measures if self.scope.direction(item, folder.whole) in ("rise", "fall")]

    @property
    def detectable(self) -> str | None:
        if not self.scope.folder.has_baseline:
            return None
        places = {self.scope.short(place): place.id for place in reversed(self.scope.places)}
        return in_a_row([f"{self._points(area)} in {name}" for name, area in places.items()])

    def _points(self, area: str) -> str:
        rows = self._of_measures("detectable", area=area)
        points = [int(row["detectable"]) for row in rows if row["detectable"].isdecimal()]
        if not points:
            return values.HIDDEN
        if min(points) > WHOLE_SCALE:
            return "none, however large,"
        return f"{range_of([min(points), min(max(points), WHOLE_SCALE)])} percentage points"

    def _of_measures(self, sheet: str, **keys: str) -> list[Row]:
        folder = self.scope.folder
        found = (self.scope.book.row(sheet, item=item.id, **keys, **folder.pair) for item in folder.measures)
        return [row for row in found if row is not None]

    # Several measures at once.

    @property
    def _tested(self) -> list[tuple[Item, Row]]:
        folder = self.scope.folder
        found = [(item, self.scope.book.row("p-values", item=item.id, **folder.pair)) for item in folder.measures]
        return [(item, row) for item, row in found if row is not None and not mark_of(row, "p_value")]

    @property
    def tested_n(self) -> str | None:
        return number_word(len(self._tested)) if self._tested else None

    def _under(self, column: str) -> list[str]:
        limit = 1 - self.scope.evaluation.models.conf_level
        return [item.short_name for item, row in self._tested if _is_under(row[column], limit)]

    @property
    def none_clear_alone(self) -> bool:
        return not self._under("p_value")

    @property
    def clear_alone(self) -> str | None:
        count = len(self._under("p_value"))
        return f"{number_word(count)} of the changes {'is' if count == 1 else 'are'}" if count else None

    @property
    def stay_clear(self) -> str:
        kept = self._under("p_holm")
        named = f" ({in_a_row(kept)})" if kept else ""
        return f"{number_word(len(kept))} of them {'stays' if len(kept) == 1 else 'stay'} so{named}"

    # Proportional odds and single people, which no file has.

    @property
    def _about_pair(self) -> dict[str, str]:
        return {"area": self.scope.folder.whole, **self.scope.folder.pair}

    @property
    def odds_tested(self) -> Read:
        counts = [number_word(count) for count in range(2, len(self.scope.folder.measures) + 1)] or ["two"]
        told = Told("tested", facts.PROPORTIONAL_ODDS, self._about_pair | {"part": "tested"})
        return Read(f"(?P<tested>{'|'.join(reversed(counts))})", (told,))

    @property
    def uneven(self) -> Read:
        parts, told = [], []
        for number, item in enumerate(self.scope.folder.measures):
            parts.append(rf"(?:{re.escape(item.short_name)} \(p (?P<p{number}>{values.P_VALUE.form})\)(?:, | and |))?")
            keys = self._about_pair | {"item": item.id, "part": "lr_p_value"}
            told.append(Told(f"p{number}", facts.PROPORTIONAL_ODDS, keys))
        return Read("".join(parts), tuple(told))

    @property
    def none_clear(self) -> bool:
        return not self._clear

    @property
    def all_stay(self) -> Read | None:
        clear = self._clear
        if not clear:
            return None
        kept = "The clear change stays" if len(clear) == 1 else f"All {number_word(len(clear))} clear changes stay"
        told = tuple(Told("all", facts.SINGLE_PERSON, self._of_item(item), value=1) for item in clear)
        return Read(f"(?P<all>{kept})", told)

    @property
    def decided_by_one(self) -> Read | None:
        clear = self._clear
        if not clear:
            return None
        parts = [rf"(?:(?P<one{number}>{re.escape(item.short_name)})(?:; |))?" for number, item in enumerate(clear)]
        told = tuple(
            Told(f"one{number}", facts.SINGLE_PERSON, self._of_item(item), value=0, otherwise=1)
            for number, item in enumerate(clear)
        )
        return Read("".join(parts), told)

    def _of_item(self, item: Item) -> dict[str, str]:
        return self._about_pair | {"item": item.id}

    # Questions left out.

    @property
    def left_out(self) -> str:
        folder, parts = self.scope.folder, []
        for number, wave in enumerate(folder.waves):
            rows = [self.scope.shares(item, folder.whole)[number] for item in folder.measures]
            bases = [row["base_n"] for row in rows if row is not None and row["base_n"] not in values.MARKS]
            people = self.scope.people(wave.id, folder.whole)
            if not bases or people in values.MARKS:
                parts.append(f"in {wave.label} the people who answered cannot be shown ({values.HIDDEN})")
            else:
                answered = (
                    f"{counts_from_to(bases)} of {values.thousands(people)} people answered a question on its scale"
                )
                parts.append(f"in {wave.label} {answered}")
        return "; ".join(parts)


def _is_under(printed: str, limit: float) -> bool:
    return printed == values.SMALLEST_P or float(printed) < limit


def way_words(scope: Scope) -> Sequence[dict[str, str | None]]:
    """Return, for each other way to a change, what it tells the same and what else."""
    return [_way(scope, analysis) for analysis in WAYS if analysis in scope.folder.analyses]


def _way(scope: Scope, analysis: str) -> dict[str, str | None]:
    rows = _rows_of(scope, analysis)
    lead = {item.id: direction_of(row) for item, row in _rows_of(scope, LEAD)}
    clear = ("rise", "fall", "unclear")
    shown = [(item, row) for item, row in rows if not mark_of(row) and lead[item.id] in clear]
    apart = [(item, row) for item, row in shown if direction_of(row) != lead[item.id]]
    told = [f"{item.short_name}, {_TOLD[direction_of(row)]}: {cells.change(row)}" for item, row in apart]
    same, missing = len(shown) - len(apart), len(rows) - len(shown)
    every = "the one measure" if len(shown) == 1 else f"all {number_word(len(shown))} measures"
    return {
        "way": WAYS[analysis],
        "way_people": _people_in([row for _, row in shown]) if shown else None,
        "way_same": every if shown and not apart else None,
        "way_same_of": f"{number_word(same)} of {number_word(len(shown))}" if apart else None,
        "way_apart": "; ".join(told) if apart else None,
        "way_mark": (mark_of(rows[0][1]) or values.HIDDEN) if rows and not shown else None,
        "way_missing": number_word(missing).capitalize() if missing and shown else None,
    }


def _rows_of(scope: Scope, analysis: str) -> list[tuple[Item, Row]]:
    about = {"analysis": analysis, **scope.folder.pair}
    found = [(item, scope.book.row("sensitivity", item=item.id, **about)) for item in scope.folder.measures]
    return [(item, row) for item, row in found if row is not None]


def _people_in(rows: Sequence[Row]) -> str | None:
    columns = ("base_n_baseline", "base_n_comparison")
    if not all(row[name].isdecimal() for row in rows for name in columns):
        return None
    ranges = [range_of([int(row[name]) for row in rows]) for name in columns]
    return f"{ranges[0]} people" if len(set(ranges)) == 1 else " people, then ".join(ranges)
