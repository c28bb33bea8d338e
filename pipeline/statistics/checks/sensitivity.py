"""The whole area's change worked out in other ways: what depends on which choice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import Change, estimate_change_of_all
from pipeline.statistics.estimands.tables import Comparison
from pipeline.statistics.proportions import counted_change

LEAD = "as published"
LINKED_ONLY = "only people recognised in both waves"
EXACT_LINKS = "exact links only"
STRANGERS = "as if nobody answered twice"
NOT_STANDARDISED = "sectors not held fixed"
COUNTED = "shares as counted (Newcombe)"
ANALYSES = (LEAD, LINKED_ONLY, EXACT_LINKS, STRANGERS, NOT_STANDARDISED, COUNTED)
SENSITIVITY_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "analysis", "estimate", "std_error", "conf_low", "conf_high",
    "log_odds", "log_odds_low", "log_odds_high", "conf_level", "base_n_baseline", "base_n_comparison", "note",
]  # fmt: skip


def compare_analyses(
    answers_by_item: Mapping[str, ItemAnswers],
    answers_by_item_exact_links: Mapping[str, ItemAnswers],
    comparison: Comparison,
) -> pd.DataFrame:
    """Return the whole area's change in share and log-odds by each of ANALYSES, one row an item and analysis."""
    rows = []
    for item, answers in answers_by_item.items():
        if item in comparison.not_compared:
            continue
        others = {
            LEAD: answers,
            # The same people each time need nothing held fixed, and are too few for it.
            LINKED_ONLY: answers.where(answers.is_linked()).without_sectors().without_areas(),
            EXACT_LINKS: answers_by_item_exact_links[item],
            STRANGERS: answers.as_strangers(),
            NOT_STANDARDISED: answers.without_sectors(),
        }
        for analysis, chosen in others.items():
            change = estimate_change_of_all(
                chosen, favourable_from=comparison.favourable_from[item], conf_level=comparison.conf_level
            )
            rows.append(_row(item, analysis, chosen, comparison, *_figures(change)))
        rows.append(_row(item, COUNTED, answers, comparison, *_counted(answers, item, comparison)))
    return pd.DataFrame.from_records(rows, columns=SENSITIVITY_COLUMNS)


def _row(
    item: str, analysis: str, answers: ItemAnswers, comparison: Comparison, figures: tuple[float, ...], note: str
) -> tuple[object, ...]:
    bases = [int((answers.moment == moment).sum()) for moment in (0, 1)]
    waves = (comparison.baseline_wave, comparison.comparison_wave)
    return (item, *waves, analysis, *figures, comparison.conf_level, *bases, note)


def _figures(change: Change) -> tuple[tuple[float, ...], str]:
    share = (np.nan,) * 4
    if not isinstance(change.share, str):
        found = change.share.change
        share = (found.estimate, found.std_error, found.conf_low, found.conf_high)
    odds = (np.nan,) * 3
    if not isinstance(change.log_odds, str):
        odds = (change.log_odds.estimate, change.log_odds.conf_low, change.log_odds.conf_high)
    return (*share, *odds), next((found for found in (change.share, change.log_odds) if isinstance(found, str)), "")


def _counted(answers: ItemAnswers, item: str, comparison: Comparison) -> tuple[tuple[float, ...], str]:
    favourable, later = answers.level >= comparison.favourable_from[item], answers.moment == 1
    if later.all() or not later.any():
        return (np.nan,) * 7, "Nobody answered in one of the waves."
    change, low, high = counted_change(favourable, later, ~later, comparison.conf_level)
    return (change, np.nan, low, high, np.nan, np.nan, np.nan), ""
