"""What several measures do to p-values, and how small a change each could have shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri
from statsmodels.stats.multitest import multipletests

POWER = 0.8
KEYS = ["item", "area", "baseline_wave", "comparison_wave"]
P_VALUE_COLUMNS = [*KEYS, "p_value", "p_holm", "p_false_discovery"]
DETECTABLE_COLUMNS = [*KEYS, "conf_level", "note", "detectable", "power"]


def adjust_p_values(model_changes_by_item_area: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return each item's p-value in one area as it is, by Holm, and by Benjamini and Hochberg's false discovery rate.

    Items without a p-value are left out. Sources: Holm 1979, Scandinavian Journal of Statistics 6:65; Benjamini and
    Hochberg 1995, JRSS B 57:289.
    """
    tested = model_changes_by_item_area.query("area == @area").dropna(subset=["p_value"])[[*KEYS, "p_value"]]
    methods = {"p_holm": "holm", "p_false_discovery": "fdr_bh"}
    adjusted = {
        name: multipletests(tested["p_value"], method=method)[1] if len(tested) else np.empty(0)
        for name, method in methods.items()
    }
    return tested.assign(**adjusted).reset_index(drop=True)


def detectable_changes(changes_by_item_area: pd.DataFrame) -> pd.DataFrame:
    """Return the smallest true change in share (0..1) that this wave's numbers show four times in five.

    (z of the confidence level + z of 80 %) times the standard error of the change from an area's own answers: a change
    that is drawn towards others shows less often. Missing where there is none, with its note.
    """
    level = changes_by_item_area["conf_level"].astype("float64")
    factor = ndtri((1 + level) / 2) + ndtri(POWER)
    kept = changes_by_item_area[[*KEYS, "conf_level", "note"]].copy()
    return kept.assign(detectable=factor * changes_by_item_area["std_error"].astype("float64"), power=POWER)
