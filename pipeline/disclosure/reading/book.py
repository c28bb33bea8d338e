"""All rows of a wave's CSV files, by what they are about: what pages, sentences and charts are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.disclosure import facts
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.reading import values
from pipeline.statistics.estimands import tables

# Statistics that are numbers of people.
COUNTS = frozenset(
    {facts.PEOPLE, facts.PEOPLE_BY_SECTOR, facts.ANSWERING, facts.OFF_SCALE, facts.BLANK, facts.LINKED, facts.PAIRS,
     facts.COMMENTING, facts.USED, facts.SENSITIVITY_BASE}
)  # fmt: skip
Row = Mapping[str, str]
Keys = tuple[tuple[str, str], ...]


@dataclass
class Book:
    """The rows of each kind of file by their keys, and every figure as a fact.

    `alone` holds the rows of areas alone, where a pooled one stands above them.
    """

    rows: dict[str, dict[Keys, Row]] = field(default_factory=dict)
    alone: dict[str, dict[Keys, Row]] = field(default_factory=dict)
    facts: dict[tuple[object, ...], Fact] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    # The rows of each file on the improvement work, by the area whose page it stands beside and the kind of file.
    registers: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def row(self, sheet: str, **keys: str) -> Row | None:
        """Return a row, its pooled figures where it has two, or None where no file has it."""
        return self.rows.get(sheet, {}).get(tuple(sorted(keys.items())))

    def row_alone(self, sheet: str, **keys: str) -> Row | None:
        """Return a row of an area's own answers alone, which is the same where nothing was pooled."""
        return self.alone.get(sheet, {}).get(tuple(sorted(keys.items()))) or self.row(sheet, **keys)

    def is_pooled(self, sheet: str, **keys: str) -> bool:
        """Return whether a figure is drawn towards those of other areas, as its method says."""
        row = self.row(sheet, **keys)
        return row is not None and row["method"].startswith((tables.POOLED, tables.MODEL_POOLED))

    def matching(self, sheet: str, **keys: str) -> list[tuple[dict[str, str], Row]]:
        """Return every row of a kind of file that has these keys among its own."""
        wanted = set(keys.items())
        return [(dict(key), row) for key, row in self.rows.get(sheet, {}).items() if wanted <= set(key)]

    def add_row(self, sheet: str, keys: Mapping[str, str], row: Row, where: str, *, alone: bool) -> None:
        """Keep a row; one that another file of the wave has otherwise is refused."""
        kept = (self.alone if alone else self.rows).setdefault(sheet, {})
        before = kept.setdefault(tuple(sorted(keys.items())), row)
        if before != row:
            told = next(
                f"{name} is {row[name]} here and {before[name]} there" for name in row if row[name] != before[name]
            )
            self.refusals.append(f"{where}: another file of the wave says otherwise of the same ({told}).")

    def add_facts(self, found: Iterable[Fact]) -> None:
        for fact in found:
            self.facts.setdefault((fact.statistic, fact.keys, fact.low, fact.high, fact.status), fact)

    def check_agreement(self) -> None:
        """Refuse a figure that is shown with two values in one wave's folder."""
        shown: dict[tuple[object, ...], Fact] = {}
        for fact in self.facts.values():
            before = shown.setdefault((fact.statistic, fact.keys), fact) if fact.is_shown else fact
            if (before.low, before.high) != (fact.low, fact.high):
                here, there = f"{fact.low:g} to {fact.high:g}", f"{before.low:g} to {before.high:g} in {before.where}"
                self.refusals.append(f"{fact.where}: {fact.statistic} lies in {here} here and in {there}.")

    def check_counts(self, minimum_base: int, *, has_bins: bool) -> None:
        """Refuse an exact number of people that the policy wants in a bin, or that is below the minimum base."""
        for fact in self.facts.values():
            if fact.statistic not in COUNTS or not fact.is_shown or fact.low != fact.high:
                continue
            if has_bins:
                self.refusals.append(f"{fact.where}: {fact.high:g} people are an exact count, which belongs in a bin.")
            elif fact.high < minimum_base:
                self.refusals.append(f"{fact.where}: {fact.high:g} people are fewer than {minimum_base}.")


def is_told(row: Row | None, column: str = "estimate") -> bool:
    """Return whether a row's figure is a number, rather than a mark."""
    return row is not None and row[column] not in values.MARKS and row[column] != ""


def mark_of(row: Row | None, column: str = "estimate") -> str:
    """Return the mark of a row's figure, '' where it is shown; a row that no file has is not available."""
    if row is None:
        return values.NOT_AVAILABLE
    return row[column] if row[column] in values.MARKS else ""
