"""Files on the improvement work read without mercy: each cell must be what its column may hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.disclosure.facts import Fact, keys_of
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.reading.book import Book
from pipeline.disclosure.reading.csv_grid import GridError, read_grid
from pipeline.disclosure.reading.improvement.sheets import Column, RegisterSheet, Row
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.values import Kind
from pipeline.disclosure.safe_cells import quoted_cell


@dataclass(frozen=True)
class RegisterReader:
    """Reads one file; `texts` are those that people wrote in registers, None for a release made before."""

    folder: Folder
    sheet: RegisterSheet
    area: str
    file: str
    stamp: str
    book: Book
    texts: frozenset[str] | None

    def read(self, content: bytes) -> None:
        """Add the file's rows and facts to the book, and what is wrong with it to the refusals."""
        try:
            grid = read_grid(content, self.sheet.names)
        except GridError as error:
            self.book.refusals.append(f"{self.file}, {error.place}: {error.what}")
            return
        rows: list[Row] = []
        refused = len(self.book.refusals)
        for line, cells in enumerate(grid, start=2):
            row: Row = dict(zip(self.sheet.names, cells, strict=True))
            for column, told in self._faults(row):
                self.book.refusals.append(f"{self.file}, line {line}, column {column}: {told}")
            rows.append(self._unquoted(row))
        # What may not stand there is not reasoned with.
        if len(self.book.refusals) > refused:
            return
        self.book.registers[self.area, self.sheet.name] = rows
        for line, row in enumerate(rows, start=2):
            self.book.add_facts(self._facts(row, f"{self.file}, line {line}"))

    def _faults(self, row: Row) -> Iterator[tuple[str, str]]:
        for column in self.sheet.columns:
            cell = row[column.name]
            if not (cell == "" and column.blank) and not self._may_hold(column, cell):
                yield column.name, f"'{cell[:80]}' may not stand there."
            elif column.of_people and self._tells_too_much(cell):
                yield column.name, f"{cell} are told exactly, or are fewer people than may be shown."
        for name, expected in (("data", self.folder.wave.data), ("release", self.stamp)):
            if row[name] != expected:
                yield name, f"'{row[name][:80]}' stands there instead of '{expected}'."

    def _may_hold(self, column: Column, cell: str) -> bool:
        holds = column.holds
        if isinstance(holds, Kind):
            return holds.read(cell) is not None
        if isinstance(holds, frozenset):
            return cell in {quoted_cell(one) for one in holds}
        if holds == "day":
            return _is_day(cell)
        if holds == "text":
            return self.texts is None or cell in {quoted_cell(one) for one in self.texts}
        return cell in {quoted_cell(one) for one in self.folder.ids[holds]}

    def _tells_too_much(self, cell: str) -> bool:
        disclosure = self.folder.evaluation.disclosure
        if not cell.isdecimal():
            return False
        return find_policy(disclosure.policy).has_bins or int(cell) < disclosure.minimum_base

    def _unquoted(self, row: Row) -> Row:
        known = {quoted_cell(one): one for one in self.texts or ()}
        return {name: known.get(cell, cell) for name, cell in row.items()}

    def _facts(self, row: Row, where: str) -> Iterator[Fact]:
        named = {area.name: area.id for area in self.folder.areas}
        about = "|".join(row[one.name] for one in self.sheet.columns if not one.statistic)
        area = named.get(row.get("area", ""), self.folder.whole)
        for column in self.sheet.columns:
            if column.statistic and isinstance(column.holds, Kind) and (read := column.holds.read(row[column.name])):
                keys = keys_of(
                    wave=self.folder.wave.id, area=area, register=self.sheet.name, entry=about, part=column.name
                )
                yield Fact(column.statistic, keys, read.low, read.high, read.status, f"{where}, column {column.name}")


def check_register_files(folder: Folder, book: Book) -> Iterator[str]:
    """Give the files beside areas' pages that are not the rows of the whole area's file that are about them."""
    names = {area.id: area.name for area in folder.areas}
    for (area, sheet), rows in book.registers.items():
        of_all = book.registers.get((folder.whole, sheet), [])
        about = {names[area], names[folder.whole]}
        expected = [row for row in of_all if area == folder.whole or row.get("area") in {*about, None}]
        if rows != expected:
            yield f"{folder.wave.id}/{area}-{sheet}.csv: its rows are not those of the whole area's file on that area."


def _is_day(cell: str) -> bool:
    try:
        return dt.date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False
