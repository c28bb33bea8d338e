"""Worksheets in which people code comments by theme, and what of a filled-in one belongs in the register of coding."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pipeline.data.comments import keep_comments
from pipeline.data.quotes import hash_text
from pipeline.data.registers.cells import CellError, CellReader
from pipeline.data.registers.schemas import CODING
from pipeline.exports.grid import Grid
from pipeline.ground.errors import RegistersError
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import did_you_mean, listed

SHEET_COLUMNS = ("comment", "sha256", "wave", "question", "coder", "theme", "grouping", "impact")
# As the register calls what a sheet calls otherwise.
_IN_SHEET = {"comment": "sha256"}
_FILLED_IN = ("coder", "theme", "grouping", "impact")
# Of agreement an interval is made of ten comments or more.
SECOND_SHARE, FEWEST_FOR_SECOND = 0.3, 10
Row = dict[str, str]
# What a message says of a cell; the cell is not repeated, since a comment may have been put there.
_EXPECTED = {
    "comment": "is no SHA-256; expected it as the worksheet gives it",
    "wave": "is no wave of evaluation.yml",
    "question": "is no question of evaluation.yml that asks for comments",
    "coder": "is blank or no code for a person; expected one such as 'C1', never a name",
    "grouping": "is no needs-based grouping of evaluation.yml",
    "impact": "is no whole number from 1 (little) to 3",
}


def build_sheet(comments_by_respondent: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return every different comment that says something as a row to code, with the columns `SHEET_COLUMNS`.

    Rows stand in the order of their hashes within a question, so that nobody is followed from one to the next.
    """
    kept = keep_comments(comments_by_respondent)
    order = {comment.id: number for number, comment in enumerate(evaluation.comments)}
    sheet = kept.assign(
        comment=kept["text"],
        sha256=kept["text"].map(hash_text),
        at=kept["question"].map(order),
        **dict.fromkeys(_FILLED_IN, ""),
    ).drop_duplicates(["wave", "question", "sha256"])
    return sheet.sort_values(["at", "sha256"], ignore_index=True)[list(SHEET_COLUMNS)].astype("str")


def for_second_coder(sheet: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a second coder reads too: always the same for the same comments, ten at least."""
    many = min(len(sheet), max(FEWEST_FOR_SECOND, math.ceil(SECOND_SHARE * len(sheet))))
    keys = sheet["question"] + "/" + sheet["sha256"]
    drawn = keys.map(lambda key: hashlib.sha256(f"second coder/{key}".encode()).hexdigest())
    return sheet.loc[drawn.sort_values().index[:many]].sort_index().reset_index(drop=True)


@dataclass
class SheetReader:
    """Reads filled-in worksheets of one wave into rows for the register; `mistakes` are sentences, one a cell.

    `known` are the hashes of the wave's comments by question, `themes` the ids of the register of themes.
    """

    evaluation: Evaluation
    wave_id: str
    known: Mapping[str, Collection[str]]
    themes: Sequence[str]
    rows: list[Row] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    _seen: dict[tuple[str, str, str], tuple[str, set[str]]] = field(default_factory=dict)

    def read(self, grid: Grid, shown: str) -> None:
        """Add a sheet's coded rows; rows that nobody has coded are passed over. Raises RegistersError for no sheet."""
        missing = [name for name in SHEET_COLUMNS if name != "comment" and name not in grid.headers]
        if missing:
            raise RegistersError(f"{shown}: the column {listed(missing)} is missing; expected {listed(SHEET_COLUMNS)}.")
        places = {name: grid.headers.index(name) for name in grid.headers}
        cells = CellReader(self.evaluation)
        for line, row in zip(grid.lines, grid.rows, strict=True):
            written = {name: str(row[at] or "").strip() for name, at in places.items()}
            if any(written[name] for name in _FILLED_IN):
                self._read_row(written, cells, shown, f"{shown}, line {line}")

    def _read_row(self, written: Row, cells: CellReader, shown: str, place: str) -> None:
        found: Row = {}
        for column in CODING.columns:
            name = _IN_SHEET.get(column.name, column.name)
            if column.name == "theme":
                found[column.name] = written[name].lower()
                continue
            try:
                value = cells.read(written[name] or None, column, None)
            except CellError:
                self.mistakes.append(f"{place}, '{name}' {_EXPECTED[column.name]}.")
                return
            found[column.name] = "" if value is None else str(value)
        wrong = [*self._wrong(found), *self._twice(found, shown)]
        self.mistakes += [f"{place}, {told}." for told in wrong]
        if not wrong:
            self.rows.append(found)

    def _wrong(self, row: Row) -> Iterator[str]:
        """Give what does not fit the wave's comments and the register of themes."""
        if row["theme"] and row["theme"] not in self.themes:
            near = did_you_mean(row["theme"], self.themes)
            yield f"'theme' is no id of the register of themes{near.removesuffix('?')}"
        if row["wave"] != self.wave_id:
            yield f"'wave' is '{row['wave']}'; expected '{self.wave_id}'"
        elif row["comment"] not in self.known.get(row["question"], ()):
            yield f"'sha256' is of no comment on '{row['question']}' in {self.wave_id}"

    def _twice(self, row: Row, shown: str) -> Iterator[str]:
        """Give whether a coder has coded the comment already: elsewhere, or with the same theme, or with none."""
        key = (row["question"], row["comment"], row["coder"])
        sheet, themes = self._seen.setdefault(key, (shown, set()))
        if sheet != shown:
            yield f"'coder': {row['coder']} has coded this comment in {sheet} already; expected another coder"
        elif row["theme"] in themes or (themes and "" in {row["theme"], *themes}):
            yield f"'coder': {row['coder']} has coded this comment above; expected another theme, or none at all"
        themes.add(row["theme"])


def codebook(themes: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return what may stand in a worksheet's columns: column, what to write there, and what it means."""
    rows = [
        (
            "theme",
            str(row["theme"]),
            f"{row['kind']}: {row['name']}" + (f" ({row['description']})" if row["description"] else ""),
        )
        for row in themes.fillna("").to_dict("records")
    ]
    rows.append(("theme", "", "leave blank where none of the themes fits; for two themes copy the row"))
    rows += [("grouping", one.id, f"{one.name}: {one.meaning}") for one in evaluation.groupings]
    rows.append(("grouping", "", "leave blank where the comment is about none in particular"))
    rows += [("impact", value, text) for value, text in (("1", "it matters little"), ("2", "some"), ("3", "much"))]
    rows.append(("coder", "C1", "your code, the same in every row that you have read; never a name"))
    return pd.DataFrame(rows, columns=["column", "write", "meaning"], dtype="str")
