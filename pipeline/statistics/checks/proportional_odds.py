"""Whether one change describes the whole scale: tests of proportional odds for the change alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.joint_model import lay_out
from pipeline.statistics.estimands.tables import Comparison
from pipeline.statistics.ordinal.brant import brant_test
from pipeline.statistics.ordinal.identification import NotIdentified
from pipeline.statistics.ordinal.proportional_odds import ChiSquareTest, nominal_test

PROPORTIONAL_ODDS_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "lr_statistic", "lr_df", "lr_p_value",
    "brant_statistic", "brant_df", "brant_p_value", "note",
]  # fmt: skip
CHANGE = [0]


def check_proportional_odds(answers_by_item: Mapping[str, ItemAnswers], comparison: Comparison) -> pd.DataFrame:
    """Test for each item whether everyone's change is the same at every threshold of the scale, one row an item.

    By likelihood ratio and by Brant's test, areas and sectors held fixed and answers taken as independent, which is
    cautious where people answered twice. The note says where the answers are too few for one of them.
    """
    rows = [
        (item, comparison.baseline_wave, comparison.comparison_wave, *_test(answers))
        for item, answers in answers_by_item.items()
        if item not in comparison.not_compared
    ]
    return pd.DataFrame.from_records(rows, columns=PROPORTIONAL_ODDS_COLUMNS)


def _test(answers: ItemAnswers) -> tuple[object, ...]:
    layout = lay_out(answers, change_by_area=False)
    if isinstance(layout, NotIdentified):
        return *[np.nan] * 6, layout.reason
    by_ratio = nominal_test(layout.level, layout.design, CHANGE, weights=layout.weights)
    by_brant = brant_test(layout.level, layout.design, CHANGE, weights=layout.weights)
    notes = [one.reason if isinstance(one, NotIdentified) else one.note for one in (by_ratio, by_brant)]
    return *_figures(by_ratio), *_figures(by_brant), " ".join(dict.fromkeys(note for note in notes if note))


def _figures(found: ChiSquareTest | NotIdentified) -> tuple[float, float, float]:
    if isinstance(found, NotIdentified):
        return np.nan, np.nan, np.nan
    return found.statistic, float(found.df), found.p_value
