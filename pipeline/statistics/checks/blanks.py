"""Who left an item out: answers on the scale, off it, and blank."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

BLANK_COLUMNS = ["item", "wave", "respondents_n", "answered_n", "off_scale_n", "missing_n"]


def count_blanks(
    answers_by_respondent_item: pd.DataFrame, *, items: Sequence[str], waves: Sequence[str]
) -> pd.DataFrame:
    """Count each item's answers of each kind, one row an item and wave."""
    counts = answers_by_respondent_item.groupby(["item", "wave", "answer_kind"], observed=True).size().to_dict()
    rows = []
    for item in items:
        for wave in waves:
            kinds = [int(counts.get((item, wave, kind), 0)) for kind in ("answered", "off_scale", "missing")]
            rows.append((item, wave, sum(kinds), *kinds))
    return pd.DataFrame.from_records(rows, columns=BLANK_COLUMNS)
