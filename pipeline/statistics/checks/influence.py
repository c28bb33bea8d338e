"""Whether one person alone carries a change: everyone's estimate again without each of those who pull the most."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import Change, estimate_change_of_all
from pipeline.statistics.estimands.joint_model import fit_joint_model, standardise
from pipeline.statistics.estimands.tables import Comparison
from pipeline.statistics.ordinal.cumulative_link import NotIdentified

TRIED = 3
NO_INFLUENCE = "All who answered twice answered alike, so single people cannot be told from one another."
INFLUENCE_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "estimate", "lowest", "highest", "clear", "clear_without", "note",
]  # fmt: skip


def find_influential(answers_by_item: Mapping[str, ItemAnswers], comparison: Comparison) -> pd.DataFrame:
    """Return how far everyone's change in share moves when one person is left out, one row an item.

    The people who pull most on it, three to each side (by their influence on the share, A^-1 times their score), are
    left out in turn and everything is estimated again: `lowest` and `highest` are the changes found, `clear` whether
    the interval leaves out 0, and `clear_without` whether it does without each of them. No person is named.
    """
    rows = [
        (item, comparison.baseline_wave, comparison.comparison_wave, *_without_one(item, answers, comparison))
        for item, answers in answers_by_item.items()
        if item not in comparison.not_compared
    ]
    return pd.DataFrame.from_records(rows, columns=INFLUENCE_COLUMNS)


def _without_one(item: str, answers: ItemAnswers, comparison: Comparison) -> tuple[object, ...]:
    def estimate(chosen: ItemAnswers) -> Change:
        return estimate_change_of_all(
            chosen, favourable_from=comparison.favourable_from[item], conf_level=comparison.conf_level
        )

    whole = estimate(answers)
    model = fit_joint_model(answers, change_by_area=False)
    if isinstance(whole.share, str) or isinstance(model, NotIdentified) or model.fit.influence is None:
        return np.nan, np.nan, np.nan, None, None, whole.share if isinstance(whole.share, str) else NO_INFLUENCE
    params, favourable = model.fit.estimate[None], comparison.favourable_from[item]
    later, earlier = (standardise(model, params, favourable, moment=moment, area=None) for moment in (1.0, 0.0))
    pull = model.fit.influence @ (later.gradient - earlier.gradient)[0]
    order = np.argsort(pull, kind="stable")
    # The fit's people stand in the order in which they appear.
    people = pd.unique(answers.person)[np.unique(np.r_[order[:TRIED], order[-TRIED:]])]
    without = [estimate(answers.where(answers.person != person)) for person in people]
    found = [change.share.change.estimate for change in without if not isinstance(change.share, str)]
    changes = [whole.share.change.estimate, *found]
    clear = [_is_clear(change) for change in without]
    return whole.share.change.estimate, min(changes), max(changes), _is_clear(whole), all(clear), ""


def _is_clear(change: Change) -> bool:
    if isinstance(change.share, str):
        return False
    return change.share.change.conf_low > 0 or change.share.change.conf_high < 0
