"""Looking back: what the same people say, in one form, of before and of now.

The inputs are those of `pipeline.statistics.change`. A change is now minus before; a pair is a person who answered both
questions on the scale. People judge both by the measure they have now, which no formula mends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr

from pipeline.statistics.proportions import check_conf_level, newcombe_paired_change_interval

NO_PAIRS = "Nobody answered both questions."
MEAN_FIGURES = ["mean_before", "mean_now", "mean_change", "t", "df"]
RETROSPECTIVE_COLUMNS = [
    "item", "before_item", "area", "wave", "base_n", "favourable_before", "favourable_now", "share_before", "share_now",
    "estimate", "conf_low", "conf_high", "conf_level", *MEAN_FIGURES, "p_value",
    "base_n_before", "mean_before_all", "base_n_now", "mean_now_all", "method", "note",
]  # fmt: skip
METHOD = "Newcombe, paired"


def estimate_retrospective(
    answers_by_respondent_item: pd.DataFrame,
    areas_by_respondent: pd.DataFrame,
    *,
    before_by_item: Mapping[str, str],
    favourable: Mapping[str, frozenset[int]],
    wave: str,
    area_ids: Sequence[str],
    conf_level: float,
) -> pd.DataFrame:
    """Estimate the change of each item since what people say was before, one row an item and area of one wave.

    `base_n` counts pairs; shares, their change and its interval, means (of levels) and the paired t (with `df` = pairs
    less one) are of pairs, and `mean_before_all` and `mean_now_all` of everyone who answered that question, with their
    own bases. Without pairs figures are missing and the note says so; t is missing where it has no value (one pair, or
    everyone moved alike). Raises ValueError for duplicate input rows or a bad conf_level.
    """
    check_conf_level(conf_level)
    for frame, keys in (
        (answers_by_respondent_item, ["respondent_id", "item"]),
        (areas_by_respondent, ["respondent_id", "area"]),
    ):
        if frame.duplicated(["wave", *keys]).any():
            raise ValueError(f"more than one row for the same wave, {keys[0]} and {keys[1]}")
    answers = answers_by_respondent_item[answers_by_respondent_item["wave"] == wave]
    levels = answers.pivot(index="respondent_id", columns="item", values="level").astype("Float64")
    areas = areas_by_respondent[areas_by_respondent["wave"] == wave]
    rows = []
    for item, before in before_by_item.items():
        for area in area_ids:
            people = areas.loc[areas["area"] == area, "respondent_id"]
            both = levels.reindex(index=sorted(people), columns=[before, item]).to_numpy("float64", na_value=np.nan)
            rows.append((item, before, area, wave, *_estimate_pair(both, favourable[item], conf_level)))
    return pd.DataFrame.from_records(rows, columns=RETROSPECTIVE_COLUMNS)


def _estimate_pair(levels: np.ndarray, favourable: frozenset[int], conf_level: float) -> tuple[object, ...]:
    """Return the figures of one pair of questions from an array of levels, before and now, a row a person."""
    pairs = levels[~np.isnan(levels).any(axis=1)]
    answered = [column[~np.isnan(column)] for column in levels.T]
    available = [value for column in answered for value in (len(column), column.mean() if len(column) else np.nan)]
    if not len(pairs):
        return (0, 0, 0, *[np.nan] * 5, conf_level, *[np.nan] * 6, *available, METHOD, NO_PAIRS)
    was, is_now = np.isin(pairs, list(favourable)).T
    shares = (was.mean(), is_now.mean())
    interval = newcombe_paired_change_interval(
        int((was & is_now).sum()),
        int((is_now & ~was).sum()),
        int((was & ~is_now).sum()),
        int((~was & ~is_now).sum()),
        conf_level,
    )
    change = (shares[1] - shares[0], *interval, conf_level)
    counts = (len(pairs), int(was.sum()), int(is_now.sum()))
    return (*counts, *shares, *change, *_paired_t(pairs), *available, METHOD, "")


def _paired_t(pairs: np.ndarray) -> tuple[float, float, float, float, float, float]:
    """Return the mean before and now, their difference, and t with its degrees of freedom and p value."""
    differences = pairs[:, 1] - pairs[:, 0]
    df = len(pairs) - 1
    t = p_value = np.nan
    if df and np.ptp(differences):
        t = differences.mean() / (differences.std(ddof=1) / np.sqrt(len(pairs)))
        p_value = 2 * stdtr(df, -abs(t))
    return (*pairs.mean(axis=0), differences.mean(), t, float(df), p_value)
