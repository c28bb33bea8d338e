"""Barriers, successes and suggestions ranked by how often they are named and how much they weigh."""

from __future__ import annotations

import pandas as pd

_UNIT = ["wave", "comment"]
RANK_COLUMNS = ["wave", "kind", "theme", "name", "comments_n", "base_n", "estimate", "impact_mean", "score", "rank"]
GROUPING_COLUMNS = ["wave", "theme", "grouping", "comments_n"]


def rank_themes(coding: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Return themes in the order of frequency times impact, for each wave and kind.

    `coding` as in `estimate_coding_agreement`; `themes` has `theme, name, kind` ('barrier', 'success', 'suggestion').
    A comment counts once for a theme however many coders gave it, with the mean of their impacts (1 to 3).
    `comments_n` are the comments with the theme, `base_n` all that were read in the wave, `estimate` their share;
    `score` = `comments_n` times `impact_mean`. Equal scores share a rank. A theme nobody used in a wave has a row with
    nought, the last rank and no mean. Raises ValueError for a code whose theme is not in `themes`.
    Source of the ranking: frequency times impact, as in BMC Prim Care 2024 (doi 10.1186/s12875-024-02399-0).
    """
    if unknown := sorted(set(coding["theme"].dropna()) - set(themes["theme"])):
        raise ValueError(f"{unknown[0]!r} is coded but stands in no row of the themes")
    once = _once_a_comment(coding)
    counted = once.groupby(["wave", "theme"])["impact"].agg(comments_n="size", impact_mean="mean").reset_index()
    read = coding.drop_duplicates(_UNIT).groupby("wave").size().rename("base_n").reset_index()
    table = read.merge(themes[["theme", "name", "kind"]], how="cross")
    table = table.merge(counted, on=["wave", "theme"], how="left")
    table["comments_n"] = table["comments_n"].fillna(0).astype("int64")
    table["estimate"] = table["comments_n"] / table["base_n"]
    table["score"] = (table["comments_n"] * table["impact_mean"]).fillna(0.0)
    ranks = table.groupby(["wave", "kind"])["score"].rank(method="min", ascending=False)
    table["rank"] = ranks.astype("int64")
    return table.sort_values(["wave", "kind", "rank", "theme"], ignore_index=True)[RANK_COLUMNS]


def count_themes_by_grouping(coding: pd.DataFrame) -> pd.DataFrame:
    """Return wave, theme, grouping and comments_n: the comments in which a theme is said of a needs-based grouping.

    A comment counts once for each pair of theme and grouping; codes without a grouping are left out.
    """
    placed = coding.dropna(subset=["theme", "grouping"]).drop_duplicates([*_UNIT, "theme", "grouping"])
    if placed.empty:
        return pd.DataFrame(columns=GROUPING_COLUMNS)
    return placed.groupby(GROUPING_COLUMNS[:3]).size().rename("comments_n").reset_index()


def _once_a_comment(coding: pd.DataFrame) -> pd.DataFrame:
    """Return wave, comment, theme and impact: each coder's highest impact of a theme, then their mean."""
    coded = coding.dropna(subset=["theme"])
    by_coder = coded.groupby([*_UNIT, "theme", "coder"])["impact"].max()
    return by_coder.groupby([*_UNIT, "theme"]).mean().reset_index()
