"""Who was recognised again, and whether they answered differently from those who were not."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.statistics.change import NO_ANSWERS
from pipeline.statistics.proportions import wilson_interval

LINKED, NOT_LINKED = "linked", "not linked"
BASELINE_SHARE_COLUMNS = [
    "item", "link", "wave", "favourable_n", "base_n",
    "estimate", "conf_low", "conf_high", "conf_level", "method", "note",
]  # fmt: skip


def estimate_baseline_shares_by_link(
    answers_by_respondent_item: pd.DataFrame,
    favourable: Mapping[str, frozenset[int]],
    *,
    baseline_wave: str,
    conf_level: float,
) -> pd.DataFrame:
    """Estimate the favourable share at baseline of the linked and of the others, one row an item and kind.

    `person_id` says who is linked. Shares and interval ends lie in 0..1 (Wilson score), missing on a base of 0 with a
    note. Private: the linked are few.
    """
    of_wave = answers_by_respondent_item[answers_by_respondent_item["wave"] == baseline_wave].dropna(subset=["level"])
    rows = []
    for item, levels in favourable.items():
        answers = of_wave[of_wave["item"] == item]
        for link, is_such in ((LINKED, answers["person_id"].notna()), (NOT_LINKED, answers["person_id"].isna())):
            base_n = int(is_such.sum())
            count = int(answers.loc[is_such, "level"].isin(list(levels)).sum())
            share = (count / base_n, *wilson_interval(count, base_n, conf_level)) if base_n else (float("nan"),) * 3
            note = "" if base_n else NO_ANSWERS
            rows.append((item, link, baseline_wave, count, base_n, *share, conf_level, "Wilson score", note))
    return pd.DataFrame.from_records(rows, columns=BASELINE_SHARE_COLUMNS)
