"""Mean scores and their change: secondary, and for the whole area alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.tables import Comparison

MEAN_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "mean_baseline", "mean_comparison", "estimate", "std_error",
    "conf_low", "conf_high", "conf_level", "base_n_baseline", "base_n_comparison", "method", "note",
]  # fmt: skip
METHOD = "difference of mean levels, clustered by person"


def estimate_mean_changes(answers_by_item: Mapping[str, ItemAnswers], comparison: Comparison) -> pd.DataFrame:
    """Estimate the mean level (1..K) in each wave and its change, one row an item.

    The standard error sums each person's deviations over both waves (cluster-robust, with n/(n - 1) in each wave); the
    interval is Student's t with one degree of freedom fewer than the people, less one for the second mean.
    """
    rows = [
        (item, comparison.baseline_wave, comparison.comparison_wave, *_mean_change(item, answers, comparison))
        for item, answers in answers_by_item.items()
    ]
    return pd.DataFrame.from_records(rows, columns=MEAN_COLUMNS)


def _mean_change(item: str, answers: ItemAnswers, comparison: Comparison) -> tuple[object, ...]:
    level = answers.level.astype(float)
    waves = [answers.moment == moment for moment in (0, 1)]
    bases = [int(rows.sum()) for rows in waves]
    nothing = (*[np.nan] * 6, comparison.conf_level, *bases, METHOD)
    if item in comparison.not_compared:
        return *nothing, comparison.not_compared[item]
    if min(bases) < 2:
        return *nothing, "Fewer than two people answered in one of the waves."
    means = [float(level[rows].mean()) for rows in waves]
    pull = np.zeros(len(level))
    for sign, rows, mean, base in zip((-1, 1), waves, means, bases, strict=True):
        pull[rows] = sign * (level[rows] - mean) / np.sqrt(base * (base - 1))
    of_person = np.bincount(np.unique(answers.person, return_inverse=True)[1], weights=pull)
    std_error = float(np.sqrt(of_person @ of_person))
    if std_error < 1e-9:
        return *nothing, "No two people differ in how they changed, so the uncertainty cannot be judged."
    change = means[1] - means[0]
    reach = float(stdtrit(max(len(of_person) - 2, 1), (1 + comparison.conf_level) / 2)) * std_error
    interval = (change, std_error, change - reach, change + reach, comparison.conf_level)
    return *means, *interval, *bases, METHOD, ""
