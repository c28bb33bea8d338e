"""The published tables: the only thing that pages, charts, sentences and downloads may be made from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import pandas as pd

SUPPRESSED = "[c]"
NOT_AVAILABLE = "[x]"
SHOWN = ""
# In place of a share near an end: that nearly nobody, or nearly everybody, gave an answer tells of each of them.
UNDER, OVER = "under 10%", "over 90%"
NOT_TOLD = frozenset({SUPPRESSED, NOT_AVAILABLE})
QUOTE_COLUMNS = ["wave", "question", "text", "shown_as"]


@dataclass(frozen=True)
class Published:
    """Protected tables of one wave, beside its baseline.

    `status` is '' where a row is shown, '[c]' where it is suppressed and '[x]' where there is no estimate to
    show; any other text stands in the figure's place: 'under 10%', a bin of people such as '13–18'. Every figure of a
    suppressed row is missing, its base included. Shares are whole percentages, changes whole percentage points,
    superiority whole pairs of a hundred; p-values are text, as printed; so are bases under a policy of bins. Tables
    without an area are of the whole area. Made by `protect`, or read back from where a notebook saved it.
    """

    shares_by_item_area_wave: pd.DataFrame
    changes_by_item_area: pd.DataFrame
    changes_alone_by_item_area: pd.DataFrame
    standardised_shares_by_item_area_wave: pd.DataFrame
    odds_ratios_by_item_area: pd.DataFrame
    odds_ratios_pooled_by_item_area: pd.DataFrame
    superiority_by_item_area: pd.DataFrame
    mean_changes_by_item: pd.DataFrame
    wave_pair_changes_by_item_area: pd.DataFrame
    trends_by_item_area: pd.DataFrame
    pooling_by_item: pd.DataFrame
    detectable_changes_by_item_area: pd.DataFrame
    sensitivity_by_item: pd.DataFrame
    p_values_by_item: pd.DataFrame
    proportional_odds_by_item: pd.DataFrame
    single_person_by_item: pd.DataFrame
    reliability_by_wave: pd.DataFrame
    blanks_by_item_wave_kind: pd.DataFrame
    distribution_by_item_wave: pd.DataFrame
    respondents_by_area_wave: pd.DataFrame
    respondents_by_sector_area_wave: pd.DataFrame
    comments_by_question_wave: pd.DataFrame
    submissions_by_wave: pd.DataFrame
    linked_by_area: pd.DataFrame
    wording_changes: pd.DataFrame
    retrospective_by_item_area: pd.DataFrame
    # Approved word for word by two people, and made from their register alone.
    quotes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(dict.fromkeys(QUOTE_COLUMNS, ()), dtype="str"))

    def of_area(self, area_id: str, whole_area: str) -> Published:
        """Return the rows that an area's page is made from: its own, the whole area's, and those without an area."""
        own = {name: _of_area(getattr(self, name), area_id, whole_area) for name in self.table_names()}
        return Published(**own | {"quotes": self.quotes[self.quotes["shown_as"].isin(["", area_id])]})

    @classmethod
    def table_names(cls) -> tuple[str, ...]:
        return tuple(one.name for one in fields(cls))


def _of_area(table: pd.DataFrame, area_id: str, whole_area: str) -> pd.DataFrame:
    if "area" not in table:
        return table
    return table[table["area"].isin([area_id, whole_area])].reset_index(drop=True)
