"""The published tables of the improvement work: every cell a text, as files and pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class PublishedImprovement:
    """Protected tables by name; a name is missing where nothing is kept of such things.

    Every cell is text: a number, a whole percentage without its sign, 'under 10%', a bin of people, '[c]', a day as
    2023-02-07. A column `area` holds ids of areas, the whole area's in rows for everybody; `sector` those of sectors.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def of_area(self, area_id: str, whole_area: str) -> PublishedImprovement:
        """Return the rows that an area's page is made from: its own, the whole area's, and those without an area."""
        return PublishedImprovement(
            {
                name: table[table["area"].isin([area_id, whole_area])].reset_index(drop=True)
                if "area" in table
                else table
                for name, table in self.tables.items()
            }
        )


NOTHING_KEPT = PublishedImprovement()
