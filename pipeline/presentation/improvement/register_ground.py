"""What every part on the improvement work knows: its published tables, as tables of a page and as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from markupsafe import Markup

from pipeline.presentation.clearance import UNCLEARED, Clearance
from pipeline.presentation.report_downloads import ReportDownloads
from pipeline.presentation.tables import Download, Table
from pipeline.presentation.wording import count, day


@dataclass(frozen=True)
class Look:
    """How a column of a published table stands in a page's: its header, and how its cells are written."""

    column: str
    header: str
    kind: Literal["text", "count", "percent", "day"] = "text"


class RegisterGround(ReportDownloads):
    """Pieces of HTML on the improvement work are made from these."""

    def kept(self, name: str) -> pd.DataFrame | None:
        """Return the rows of a published table that this page may show, ids in place; None where nothing is kept."""
        return self.improvement.tables.get(name)

    def named(self, name: str) -> pd.DataFrame:
        """Return the rows of a published table with the names of areas and sectors in place of their ids."""
        rows = self.improvement.tables[name]
        return rows.assign(**{one: rows[one].replace(names) for one, names in self._names().items() if one in rows})

    def rows_of(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a published table with names in place of ids; none where nothing is kept."""
        return records(self.named(name)) if name in self.improvement.tables else []

    @property
    def as_of(self) -> str:
        """The day as of which registers are told."""
        return day(self.wave.fieldwork.end)

    def link_to(self, name: str) -> Markup:
        """Return the link to a published table's file, for what stands on the page otherwise than as a table."""
        file = self.register_download(name).name
        return Markup('<p class="download"><a href="{}">Download this table: {}</a></p>').format(file, file)

    def register_table(self, name: str, caption: str, looks: Sequence[Look]) -> Table:
        """Return a published table as a page shows it, with its file."""
        rows = [[_shown(row[one.column], one.kind) for one in looks] for row in self.named(name).to_dict("records")]
        header = [one.header for one in looks]
        return Table(f"table-{name}", caption, header, rows, self.register_download(name))

    def register_download(self, name: str, clearance: Clearance = UNCLEARED) -> Download:
        """Return the file of a published table, with the page's warnings in every row."""
        return Download(
            f"{self.area.id}-{name}.csv", self.named(name).assign(data=self.wave.data, release=clearance.mark)
        )

    def downloads(self, clearance: Clearance = UNCLEARED) -> list[Download]:
        """Return the CSV files that stand beside this page."""
        registers = [self.register_download(name, clearance) for name in self.improvement.tables]
        return [*super().downloads(clearance), *registers]


def records(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a published table, every cell a text."""
    return [{str(name): str(cell) for name, cell in row.items()} for row in table.to_dict("records")]


def _shown(cell: str, kind: str) -> str:
    if kind == "percent" and cell.isdecimal():
        return f"{cell}%"
    if kind == "count" and cell.isdecimal():
        return count(int(cell))
    return day(dt.date.fromisoformat(cell)) if kind == "day" and cell else cell
