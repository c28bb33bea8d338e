"""Protection of what registers tell: people at events and their pledges are people, like those who answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.disclosure.improvement.forums import protect_forums
from pipeline.disclosure.improvement.ideas import protect_ideas
from pipeline.disclosure.improvement.pledges import protect_pledges
from pipeline.disclosure.improvement.published import PublishedImprovement
from pipeline.disclosure.improvement.themes import protect_themes
from pipeline.reference.evaluation import Evaluation


def protect_improvement(estimates: Mapping[str, pd.DataFrame], evaluation: Evaluation) -> PublishedImprovement:
    """Return what may be shown of the tables of `describe_improvement`; tables without rows are left out."""
    tables: dict[str, pd.DataFrame] = {
        **protect_forums(estimates, evaluation),
        **protect_pledges(estimates, evaluation),
        **protect_themes(estimates, evaluation),
        **protect_ideas(estimates, evaluation),
    }
    return PublishedImprovement({name: table for name, table in tables.items() if len(table)})
