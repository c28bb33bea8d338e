"""Questions with options to tick that a platform exports as one column an option, made one question each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.exports.grid import Cell, Grid, Row
from pipeline.exports.reader import Export
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form
from pipeline.reference.waves import Source

_SEPARATORS = (";", "|", "¦", "‖")


@dataclass(frozen=True)
class TickList:
    """A question with options to tick: its name and text, and each option by the place of its own column."""

    name: str
    text: str
    options: Mapping[int, str]


def is_ticks(cells: Iterable[Cell], option: str) -> bool:
    """Return whether every cell is blank or repeats the option, as those of a grid's row never do."""
    return all(cell is None or normal_form(str(cell)) == normal_form(option) for cell in cells)


def choose_separator(options: Sequence[str], export: Export) -> str:
    """Return what joins the ticks of a question: the declared separator, else the first that no option holds."""
    tried = (export.source.option_separator,) if export.source.option_separator else _SEPARATORS
    for separator in tried:
        if not any(separator.strip() in option for option in options):
            return separator
    raise ExportError(f"{export.shown}: options hold {listed(tried)}; declare an `option_separator` that none holds.")


def columns_of_cells(rows: Sequence[Row], width: int) -> list[Sequence[Cell]]:
    """Return the cells of each of `width` columns."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def declared_forms(source: Source) -> frozenset[str]:
    """Return the normal forms of the columns that the source names one by one, which stay columns of their own."""
    return frozenset(map(normal_form, (*source.ignore, *source.columns)))


def fold_ticks(grid: Grid, lists: Sequence[TickList], separator: str, is_ticked: Callable[[Cell], bool]) -> Grid:
    """Return the grid with one column a tick-list, where its first option stood; blank where nothing is ticked."""
    if not lists:
        return grid
    list_by_first = {min(one.options): one for one in lists}
    folded = {at for one in lists for at in one.options} - set(list_by_first)
    kept = [at for at in range(len(grid.headers)) if at not in folded]

    def cell(row: Row, at: int) -> Cell:
        if at not in list_by_first:
            return row[at]
        options = list_by_first[at].options.items()
        return separator.join(option for place, option in options if is_ticked(row[place])) or None

    headers = tuple(list_by_first[at].name if at in list_by_first else grid.headers[at] for at in kept)
    return Grid(headers, grid.lines, tuple(tuple(cell(row, at) for at in kept) for row in grid.rows))
