"""One item estimated with other settings than evaluation.yml's, for an analyst who tries things."""

from __future__ import annotations

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.comparisons import bring_together
from pipeline.statistics.estimands.tables import estimate_changes

_SHOWN = ["item", "area", "estimate", "conf_low", "conf_high", "base_n_baseline", "base_n_comparison", "note"]


def estimate_one_item(
    cleaned: CleanedTables, evaluation: Evaluation, wave_id: str, item: str, *, prior_scale: float, one_part_off: bool
) -> pd.DataFrame:
    """Return one item's changes since the baseline in every area, pooled and alone, in share and in log-odds.

    The baseline wave itself has none: the table is empty.
    Raises UnknownNameError for an item that evaluation.yml does not have.
    """
    only = evaluation.item(item).id
    pooling = evaluation.models.pooling.model_copy(update={"prior_scale": prior_scale})
    tried = evaluation.model_copy(update={"models": evaluation.models.model_copy(update={"pooling": pooling})})
    together, _ = bring_together(cleaned, tried, tried.waves_until(wave_id), one_part_off=one_part_off)
    baseline = together.waves[0].id
    if baseline == wave_id:
        return pd.DataFrame(columns=[*_SHOWN, "figure"])
    answers = together.answers({baseline: 0.0, wave_id: 1.0})
    found = estimate_changes({only: answers[only]}, together.comparison(baseline, wave_id))
    tables = {
        "share, leading": found.changes,
        "share, alone": found.changes_alone,
        "log-odds, leading": found.model_changes_pooled,
        "log-odds, alone": found.model_changes,
    }
    return pd.concat([table[_SHOWN].assign(figure=figure) for figure, table in tables.items()], ignore_index=True)
