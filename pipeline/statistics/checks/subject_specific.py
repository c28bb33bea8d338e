"""The change within a person: a mixed model of each item, the SD between people being one for all items."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.statistics.estimands.answers import ItemAnswers as Answers
from pipeline.statistics.estimands.layout import Layout, lay_out
from pipeline.statistics.estimands.tables import Comparison
from pipeline.statistics.mixed.shared_sd import ItemAnswers, fit_with_shared_sd
from pipeline.statistics.ordinal.identification import NotIdentified

SUBJECT_SPECIFIC_COLUMNS = [
    "item", "baseline_wave", "comparison_wave", "estimate", "std_error", "conf_low", "conf_high", "conf_level",
    "person_sd", "person_sd_std_error", "note",
]  # fmt: skip


def estimate_within_person(answers_by_item: Mapping[str, Answers], comparison: Comparison) -> pd.DataFrame:
    """Estimate each item's change in log-odds within a person (conditional on the person), one row an item.

    Areas and sectors are held fixed, whoever works in several areas having a part in each. The intervals are Wald's.
    Such a change is larger than that of the share of people, and no page sets the two side by side.
    """
    layouts = {
        item: lay_out(answers, change_by_area=False)
        for item, answers in answers_by_item.items()
        if item not in comparison.not_compared
    }
    designs = {item: _one_row_each(one) for item, one in layouts.items() if isinstance(one, Layout)}
    found = fit_with_shared_sd(designs) if designs else NotIdentified("There is no item to compare.")
    rows = []
    for item, layout in layouts.items():
        waves = (item, comparison.baseline_wave, comparison.comparison_wave)
        if isinstance(layout, NotIdentified) or isinstance(found, NotIdentified):
            reason = next(one.reason for one in (layout, found) if isinstance(one, NotIdentified))
            rows.append((*waves, *_nothing(comparison), reason))
            continue
        fit = found.by_item[item]
        if isinstance(fit, NotIdentified):
            rows.append((*waves, *_nothing(comparison), fit.reason))
            continue
        place = len(fit.thresholds)
        interval = fit.conf_int(comparison.conf_level)[place]
        figures = (fit.estimate[place], fit.std_error[place], *interval, comparison.conf_level)
        note = "People do not differ beyond chance, so this is the model without persons." if found.at_boundary else ""
        rows.append((*waves, *figures, found.sd, found.sd_std_error, note))
    return pd.DataFrame.from_records(rows, columns=SUBJECT_SPECIFIC_COLUMNS)


def _nothing(comparison: Comparison) -> tuple[float, ...]:
    return (*[np.nan] * 4, comparison.conf_level, np.nan, np.nan)


def _one_row_each(layout: Layout) -> ItemAnswers:
    """Return the design with one row a respondent: the mean of the rows of their areas."""
    first = np.unique(layout.respondent, return_index=True)[1]
    design = np.zeros((len(first), layout.design.shape[1]))
    np.add.at(design, layout.respondent, layout.weights[:, None] * layout.design)
    return ItemAnswers(layout.level[first], design, layout.person[first])
