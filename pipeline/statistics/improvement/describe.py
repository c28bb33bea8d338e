"""All that is worked out from the registers of the improvement work for one wave's report."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.data.registers.registers import Registers
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.forums_tables import describe_forums
from pipeline.statistics.improvement.ideas_tables import describe_ideas
from pipeline.statistics.improvement.pledge_tables import describe_pledges
from pipeline.statistics.improvement.theme_tables import describe_themes


def describe_improvement(registers: Registers, evaluation: Evaluation, wave_id: str) -> Mapping[str, pd.DataFrame]:
    """Return every table of the improvement work by its name, as things stood on the last day of a wave's fieldwork.

    Private: people are counted here as they are.
    """
    return {
        **describe_forums(registers, evaluation, wave_id),
        **describe_pledges(registers, evaluation, wave_id),
        **describe_themes(registers, evaluation, wave_id),
        **describe_ideas(registers, evaluation, wave_id),
    }
