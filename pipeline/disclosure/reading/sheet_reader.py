"""CSV files read without mercy: exact bytes, columns, names, order and forms, each figure as a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.reading import values
from pipeline.disclosure.reading.book import Book
from pipeline.disclosure.reading.csv_grid import GridError, read_grid
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.sheet_facts import facts_of_row, is_binned
from pipeline.disclosure.reading.sheets import ALONG, COUNTED, POWER, UNIT_OF_BINS, Figure, Sheet
from pipeline.disclosure.safe_cells import quoted_cell
from pipeline.reference.waves import Wave
from pipeline.statistics import retrospective
from pipeline.statistics.estimands import means, tables

METHODS = frozenset(
    {"Wilson score", means.METHOD, retrospective.METHOD, tables.SUPERIORITY}
    | {
        method + penalised
        for method in (tables.STANDARDISED, tables.POOLED, tables.MODEL, tables.MODEL_POOLED)
        for penalised in ("", tables.PENALISED)
    }
)
_INTERVAL = ("conf_low", "conf_high")
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class SheetReader:
    """Reads one file of a wave's folder; `area` is whose page it stands beside, `stamp` what it says of its release."""

    folder: Folder
    sheet: Sheet
    area: str
    file: str
    stamp: str
    book: Book

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns: where nobody was asked for a sector, what stands for everyone comes after the figure."""
        if self.sheet.name == "respondents" and not self.folder.evaluation.sectors:
            return ("area", "wave", "base_n", "sector", *self.sheet.columns[4:])
        return self.sheet.columns

    def read(self, content: bytes) -> None:
        """Add the file's rows and facts to the book, and what is wrong with it to the refusals."""
        try:
            rows = read_grid(content, self.columns)
        except GridError as error:
            self._refuse(error.place, error.what)
            return
        found = []
        for line, cells in enumerate(rows, start=2):
            row = dict(zip(self.columns, cells, strict=True))
            keys = self._keys(row, line)
            if keys is not None and self._is_sound(row, keys, line):
                found.append((line, keys, row))
        if len(found) == len(rows):
            self._check_rows([keys for _, keys, _ in found])
            self._keep(found)

    def _refuse(self, place: str, what: str) -> None:
        self.book.refusals.append(f"{self.file}, {place}: {what}")

    def _keys(self, row: Mapping[str, str], line: int) -> dict[str, str] | None:
        keys = {}
        for column in self.sheet.keys:
            known = {quoted_cell(name): one for name, one in self.folder.ids[column].items()}
            if row[column] not in known:
                self._refuse(f"line {line}", f"'{row[column]}' in column {column} is no name of evaluation.yml for it.")
                return None
            keys[column] = known[row[column]]
        return keys

    def _is_sound(self, row: Mapping[str, str], keys: Mapping[str, str], line: int) -> bool:
        for column, cell in row.items():
            if column in self.sheet.keys:
                continue
            figure = self.sheet.figures.get(column)
            expected = None if figure else self._fixed(column, row, keys)
            is_right = self._reads(figure, column, row) if figure else cell in (expected or ())
            if not is_right:
                kind = "a bin of six" if self._is_in_bins else figure.kind.name if figure else ""
                what = f"expected {kind} or its mark" if figure else "it is explained by nothing"
                self._refuse(f"line {line}, column {column}", f"'{cell}' may not stand there; {what}.")
                return False
        return self._marks_agree(row, line)

    def _reads(self, figure: Figure, column: str, row: Mapping[str, str]) -> bool:
        cell = row[column]
        if self._is_in_bins:
            return self._reads_in_bins(column, row)
        if values.bin_bounds(cell) and not self._has_bins:
            return False
        if cell == "":
            return figure.kind.blank or (column in _INTERVAL and row["estimate"] in values.ENDS)
        # What stands for a share near an end stands in place of its interval, too.
        if column in _INTERVAL and cell in values.ENDS and cell != row["estimate"]:
            return False
        return figure.kind.read(cell) is not None

    def _reads_in_bins(self, column: str, row: Mapping[str, str]) -> bool:
        """Return whether a cell of what is counted is a bin of people, or a mark, where bins are all that is shown."""
        if is_binned(self.sheet, row) or row[column] in values.MARKS:
            return True
        return len(self.sheet.figures) == 1 and values.bin_bounds(row[column]) is not None

    @property
    def _is_in_bins(self) -> bool:
        return self._has_bins and self.sheet.name in COUNTED

    @property
    def _has_bins(self) -> bool:
        return find_policy(self.folder.evaluation.disclosure.policy).has_bins

    def _marks_agree(self, row: Mapping[str, str], line: int) -> bool:
        """Check that a row that is hidden shows nothing at all: but a bin of people says what it may."""
        cells = {row[name] for name in self.sheet.figures}
        marks = cells & values.MARKS
        others = {cell for cell in cells - marks if not values.bin_bounds(cell)}
        if len(marks) > 1 or (marks and others):
            self._refuse(f"line {line}", f"beside the mark {min(marks)} a figure of the same row is shown.")
            return False
        return True

    def _fixed(self, column: str, row: Mapping[str, str], keys: Mapping[str, str]) -> tuple[str, ...] | frozenset[str]:
        """Return what a cell may hold that is no figure and says of what by itself."""
        evaluation = self.folder.evaluation
        if column == "method":
            return self._methods(row)
        if column == "response":
            levels = evaluation.scale_of(keys["item"], keys["wave"]).levels
            return (quoted_cell(levels[int(keys["level"]) - 1]),) if int(keys["level"]) <= len(levels) else ()
        if column == "before_item":
            before = evaluation.item(keys["item"]).before
            return (quoted_cell(evaluation.item(before).short_name),) if before else ()
        return {
            "unit": (UNIT_OF_BINS if self._is_in_bins else self.sheet.unit,),
            "data": (self.folder.wave.data,),
            "release": (self.stamp,),
            "conf_level": (f"{evaluation.models.conf_level}",),
            "power": (POWER,),
            "items_n": (str(len(evaluation.items)),),
            "years": (self._years(),) if keys.get("kind") == ALONG else ("",),
        }[column]

    def _methods(self, row: Mapping[str, str]) -> tuple[str, ...] | frozenset[str]:
        """Return which methods a row may name: where nothing is shown, none, for that would tell more."""
        mark = row["estimate"] if row["estimate"] in values.MARKS else ""
        if mark == values.HIDDEN or self._is_in_bins:
            return ("",)
        return METHODS | {""} if mark else METHODS

    def _years(self) -> str:
        first, last = (_middle(wave) for wave in (self.folder.until[0], self.folder.until[-1]))
        years = round((last - first) / DAYS_A_YEAR, 1)
        return str(int(years)) if years == int(years) else str(years)

    def _check_rows(self, keys: list[dict[str, str]]) -> None:
        """Check that rows stand in the order of evaluation.yml, none twice, and none for some areas alone."""
        ids = {column: list(self.folder.ids[column].values()) for column in self.sheet.keys}
        seen: set[tuple[int, ...]] = set()
        places = []
        for one in keys:
            place = tuple(ids[column].index(one[column]) for column in self.sheet.keys)
            places.append((place in seen and self.sheet.twice, *place))
            seen.add(place)
        for number, (before, after) in enumerate(zip(places, places[1:], strict=False), start=3):
            if before >= after:
                self._refuse(f"line {number}", "it does not stand where the order of evaluation.yml puts it.")
                return
        if "area" in self.sheet.keys:
            self._check_areas([one for one, place in zip(keys, places, strict=True) if not place[0]])

    def _check_areas(self, keys: list[dict[str, str]]) -> None:
        whole = self.folder.whole
        here = {area.id for area in self.folder.areas} if self.area == whole else {whole, self.area}
        of_each: dict[str, list[tuple[str, ...]]] = {area: [] for area in here}
        for one in keys:
            rest = tuple(value for column, value in one.items() if column != "area")
            of_each.setdefault(one["area"], []).append(rest)
        if set(of_each) != here or any(of_each[area] != of_each[whole] for area in of_each):
            self._refuse("rows", "it does not hold the same rows for each area whose file it is.")

    def _keep(self, found: list[tuple[int, dict[str, str], dict[str, str]]]) -> None:
        seen = [tuple(keys.items()) for _, keys, _ in found]
        for number, (line, keys, row) in enumerate(found):
            key = seen[number]
            is_alone = key in seen[:number]
            is_pooled = self.sheet.twice and not is_alone and key in seen[number + 1 :]
            where = f"{self.file}, line {line}"
            self.book.add_row(self.sheet.name, keys, row, where, alone=is_alone)
            told = facts_of_row(self.folder, self.sheet, keys, row, where, is_pooled=is_pooled, is_alone=is_alone)
            self.book.add_facts(told)


def _middle(wave: Wave) -> float:
    start, end = wave.fieldwork.start, wave.fieldwork.end
    return (start.toordinal() + end.toordinal()) / 2
