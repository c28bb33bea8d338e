"""How far the items of a survey measure one thing: Cronbach's alpha with Feldt's interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import fdtri

RELIABILITY_COLUMNS = ["wave", "items_n", "base_n", "estimate", "conf_low", "conf_high", "conf_level", "note"]


def estimate_reliability(
    answers_by_respondent_item: pd.DataFrame, *, items: Sequence[str], waves: Sequence[str], conf_level: float
) -> pd.DataFrame:
    """Estimate alpha over the levels of `items`, one row a wave, from people who answered all of them.

    Sources: Cronbach 1951, Psychometrika 16:297; interval Feldt 1965, Psychometrika 30:357 (F distribution).
    """
    rows = []
    for wave in waves:
        answers = answers_by_respondent_item[answers_by_respondent_item["wave"] == wave]
        rows.append((wave, len(items), *_alpha(answers, items, conf_level)))
    return pd.DataFrame.from_records(rows, columns=RELIABILITY_COLUMNS)


def _alpha(answers: pd.DataFrame, items: Sequence[str], conf_level: float) -> tuple[object, ...]:
    levels = answers.pivot(index="respondent_id", columns="item", values="level").reindex(columns=list(items))
    complete = levels.dropna().to_numpy("float64")
    people, count = len(complete), len(items)
    nothing = (people, np.nan, np.nan, np.nan, conf_level)
    if count < 2:
        return *nothing, "Fewer than two items make a scale."
    if people < 3:
        return *nothing, "Fewer than three people answered every item."
    total = complete.sum(axis=1).var(ddof=1)
    if total == 0:
        return *nothing, "Everyone has the same sum of answers."
    alpha = count / (count - 1) * (1 - complete.var(axis=0, ddof=1).sum() / total)
    tails = fdtri(people - 1, (people - 1) * (count - 1), [(1 + conf_level) / 2, (1 - conf_level) / 2])
    low, high = 1 - (1 - alpha) * tails
    return people, float(alpha), float(low), float(high), conf_level, ""
