"""All kinds of files, tables, figures and sections on the improvement work."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.disclosure.reading.book import Book
from pipeline.disclosure.reading.improvement import (
    forums,
    ideas,
    ideas_checks,
    ideas_sheets,
    ideas_tables,
    lists,
    pledges,
    themes,
)
from pipeline.disclosure.reading.improvement.pieces import FigureWords, Section
from pipeline.disclosure.reading.improvement.sheets import RegisterSheet
from pipeline.disclosure.reading.model_tables import Expected
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.scope import Scope

REGISTER_SHEETS: dict[str, RegisterSheet] = {
    **forums.SHEETS,
    **pledges.SHEETS,
    **themes.SHEETS,
    **ideas_sheets.SHEETS,
}
# By the table's id.
REGISTER_TABLES: dict[str, Callable[[Scope], Expected | None]] = {
    **forums.TABLES,
    **pledges.TABLES,
    **themes.TABLES,
    **ideas_tables.TABLES,
}
# By what the id begins with, where there are several tables of a kind.
REGISTER_TABLES_BY_START: dict[str, Callable[[Scope, str], Expected | None]] = {
    "table-series-": ideas_tables.series_table,
}
# By the figure's id, or by what it begins with where there are several.
REGISTER_FIGURES: dict[str, Callable[[Scope, str], FigureWords | None]] = {
    **ideas.FIGURES,
}
# By the section's heading, in any order.
REGISTER_SECTIONS: dict[str, Section] = {
    **forums.SECTIONS,
    **pledges.SECTIONS,
    **themes.SECTIONS,
    **ideas.SECTIONS,
    **lists.SECTIONS,
}
# What a family's files must say of themselves.
REGISTER_CHECKS: tuple[Callable[[Folder, Book], Iterator[str]], ...] = (ideas_checks.check_ideas,)


def table_among(scope: Scope, address: str) -> Expected | None:
    """Return a table on the improvement work by its id, None where it is none."""
    if address in REGISTER_TABLES:
        return REGISTER_TABLES[address](scope)
    for start, table in REGISTER_TABLES_BY_START.items():
        if address.startswith(start):
            return table(scope, address)
    return None


def figure_of(scope: Scope, address: str) -> FigureWords | None:
    """Return what a figure on the improvement work must say, None where it is none."""
    for start, words in REGISTER_FIGURES.items():
        if address.startswith(start):
            return words(scope, address)
    return None
