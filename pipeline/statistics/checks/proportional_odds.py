"""Whether one change describes the whole scale: tests of proportional odds for the change alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.layout import lay_out
from pipeline.statistics.estimands.tables import Comparison
from pipeline.statistics.ordinal.brant import brant_test
from pipeline.statistics.ordinal.identification import NotIdentified
from pipeline.statistics.ordinal.proportional_odds import ChiSquareTest, nominal_test

PROPORTIONAL_ODDS_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "lr_statistic", "lr_df", "lr_p_value",
    "brant_statistic", "brant_df", "brant_p_value", "note",
]  # fmt: skip
CHANGE = [0]
ALONE = "Brant's test is of the change alone, areas and sectors left out."


def check_proportional_odds(answers_by_item: Mapping[str, ItemAnswers], comparison: Comparison) -> pd.DataFrame:
    """Test for each item whether everyone's change is the same at every threshold of the scale, one row an item.

    By likelihood ratio, areas and sectors held fixed, and by Brant's test, which leaves areas and sectors out where
    some of their answers all lie beyond a threshold (the note says so). Answers count as independent.
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
    notes = [_note(by_ratio)]
    if isinstance(by_brant, NotIdentified):
        by_brant = brant_test(layout.level, layout.design[:, CHANGE], CHANGE, weights=layout.weights)
        notes += [ALONE, _note(by_brant)]
    return *_figures(by_ratio), *_figures(by_brant), " ".join(dict.fromkeys(note for note in notes if note))


def _note(found: ChiSquareTest | NotIdentified) -> str:
    return found.reason if isinstance(found, NotIdentified) else found.note


def _figures(found: ChiSquareTest | NotIdentified) -> tuple[float, float, float]:
    if isinstance(found, NotIdentified):
        return np.nan, np.nan, np.nan
    return found.statistic, float(found.df), found.p_value
