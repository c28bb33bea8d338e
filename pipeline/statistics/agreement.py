"""Whether the change in a share and the model of all answers tell the same story."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.statistics.comparisons import DIFFERENT_NUMBERS_OF_LABELS

_KEYS = ["item", "area", "baseline_wave", "comparison_wave"]


def compare_share_with_model(
    changes_by_item_area: pd.DataFrame, model_changes_by_item_area: pd.DataFrame
) -> pd.DataFrame:
    """Return item, area, what the share and the model each say, and whether they agree.

    Where the model is left out because the scale has another number of levels in each wave, `agree` is missing.
    """
    both = changes_by_item_area.merge(model_changes_by_item_area, on=_KEYS, suffixes=("_share", "_model"))
    said = {name: _direction(both[f"conf_low_{name}"], both[f"conf_high_{name}"]) for name in ("share", "model")}
    compared = both[["item", "area"]].assign(**said)
    left_out = both["note_model"] == DIFFERENT_NUMBERS_OF_LABELS
    agree = (compared["share"] == compared["model"]).astype("boolean").mask(left_out)
    return compared.assign(model=compared["model"].mask(left_out, "left out"), agree=agree)


def _direction(conf_low: pd.Series, conf_high: pd.Series) -> np.ndarray:
    low, high = conf_low.astype("float64"), conf_high.astype("float64")
    return np.select([low.isna(), low > 0, high < 0], ["no estimate", "rise", "fall"], "unclear")
