"""What a page is about, and the figures and words of its area that sentences, tables and charts may repeat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pipeline.disclosure import facts
from pipeline.disclosure.policies import Policy, find_policy
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.book import Book, Row, is_told, mark_of
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.sheets import EVERYONE
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Item
from pipeline.reference.places import Area

Direction = Literal["rise", "fall", "unclear", "hidden", "unavailable"]


@dataclass(frozen=True)
class Scope:
    """One area's page in a wave's folder, and all that its files say."""

    folder: Folder
    book: Book
    area: Area

    @property
    def evaluation(self) -> Evaluation:
        return self.folder.evaluation

    @property
    def is_whole(self) -> bool:
        return self.area.id == self.folder.whole

    @property
    def minimum(self) -> int:
        return self.evaluation.disclosure.minimum_base

    @property
    def policy(self) -> Policy:
        return find_policy(self.evaluation.disclosure.policy)

    @property
    def has_bins(self) -> bool:
        """Whether the policy shows counts of people in bins alone."""
        return self.policy.has_bins

    def may_show(self, figure: str) -> bool:
        """Return whether the policy shows a figure for the area of the page."""
        return self.policy.shows(figure, of_whole=self.is_whole)

    @property
    def labels(self) -> list[str]:
        return [wave.label for wave in self.folder.waves]

    @property
    def whole_name(self) -> str:
        return self.evaluation.whole_area.short_name

    @property
    def short_name(self) -> str:
        return self.whole_name if self.is_whole else self.area.name

    @property
    def interval(self) -> str:
        return f"{self.evaluation.models.conf_level * 100:g}% interval"

    @property
    def mix(self) -> str:
        """What is held fixed in a change, nothing where the survey asked for neither areas nor sectors."""
        areas = [self.evaluation.area_noun.plural] if self.is_whole and self.evaluation.areas else []
        held = [*areas, *(["sectors"] if self.evaluation.sectors else [])]
        return f"the same mix of {in_a_row(held)}" if held else ""

    @property
    def places(self) -> list[Area]:
        """The page's area beside the whole one."""
        return [self.area] if self.is_whole else [self.area, self.evaluation.whole_area]

    @property
    def places_over_waves(self) -> list[Area]:
        """The places whose course over the waves is shown."""
        return self.places if self.may_show(facts.WAVE_CHANGE) else [self.evaluation.whole_area]

    def short(self, area: Area) -> str:
        return self.whole_name if area.id == self.folder.whole else area.name

    def favourable(self, item: Item) -> str:
        """Return the favourable answers in quotation marks; both where they differ by wave."""
        scales = [self.evaluation.scale_of(item.id, wave.id) for wave in self.folder.waves]
        return ", then ".join(dict.fromkeys(f"“{scale.favourable_phrase}”" for scale in scales))

    def change(self, item: Item, area: str = "") -> Row | None:
        return self.book.row("changes", item=item.id, area=area or self.area.id, **self.folder.pair)

    def change_alone(self, item: Item, area: str = "") -> Row | None:
        return self.book.row_alone("changes", item=item.id, area=area or self.area.id, **self.folder.pair)

    def standardised(self, item: Item) -> list[Row | None]:
        return [
            self.book.row("standardised-shares", item=item.id, area=self.area.id, wave=wave.id)
            for wave in self.folder.waves
        ]

    def shares(self, item: Item, area: str = "") -> list[Row | None]:
        return [
            self.book.row("shares", item=item.id, area=area or self.area.id, wave=wave.id) for wave in self.folder.waves
        ]

    def people(self, wave: str, area: str = "", sector: str = EVERYONE) -> str:
        """Return the people of an area and sector in a wave as its file has them."""
        row = self.book.row("respondents", sector=sector, area=area or self.area.id, wave=wave)
        return row["base_n"] if row else values.NOT_AVAILABLE

    def register(self, sheet: str) -> list[Row] | None:
        """Return the rows of a file on the improvement work beside this page, None where there is none."""
        return self.book.registers.get((self.area.id, sheet))

    def direction(self, item: Item, area: str = "") -> Direction:
        return direction_of(self.change(item, area))

    def is_drawn_in(self, item: Item, area: str = "") -> bool:
        """Return whether a change is drawn towards those of the other areas."""
        return self.book.is_pooled("changes", item=item.id, area=area or self.area.id, **self.folder.pair)

    @cached_property
    def is_pooled(self) -> bool:
        return any(self.is_drawn_in(item) for item in self.folder.measures)

    @cached_property
    def has_pooling(self) -> bool:
        """Whether any area's change is drawn in."""
        return any(self.is_drawn_in(item, area.id) for item in self.folder.measures for area in self.folder.areas)

    @cached_property
    def is_shown(self) -> bool:
        """Whether the page has any result to show."""
        if self.folder.has_baseline:
            return any(is_told(self.change(item)) for item in self.folder.measures)
        return any(mark_of(share) == "" for item in self.folder.measures for share in self.shares(item))

    @cached_property
    def shows_sectors(self) -> bool:
        """Whether any sector of this area is shown; so it counts where the survey asked for none."""
        rows = self.book.matching("respondents", area=self.area.id)
        return any(keys["sector"] != EVERYONE and not mark_of(row, "base_n") for keys, row in rows)


def direction_of(change: Row | None) -> Direction:
    """Return which way a change went, by its printed interval."""
    mark = mark_of(change)
    if change is None or mark:
        return "hidden" if mark == values.HIDDEN else "unavailable"
    if int(change["conf_low"]) > 0:
        return "rise"
    return "fall" if int(change["conf_high"]) < 0 else "unclear"


def in_a_row(parts: list[str]) -> str:
    """Return 'a', 'a and b', or 'a, b and c'."""
    if len(parts) < 2:
        return parts[0] if parts else "none"
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number_word(value: int) -> str:
    """Return a small number as a sentence has it."""
    return _WORDS[value] if value < len(_WORDS) else str(value)


def counts_from_to(counts: list[str]) -> str:
    """Return '55 to 60', or '49–54 to 55–60', the lowest count first; one alone where all are the same."""
    in_order = sorted(set(counts), key=lambda text: int(text.split(values.DASH)[0]))
    return " to ".join(dict.fromkeys(values.thousands(text) for text in (in_order[0], in_order[-1])))


def range_of(numbers: list[int]) -> str:
    """Return '18 to 23', or '18' where it is one."""
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"
