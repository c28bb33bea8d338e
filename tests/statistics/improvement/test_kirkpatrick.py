"""Kirkpatrick's levels: what has evidence, what waits for it, and what nobody measures."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.statistics.improvement.kirkpatrick import roll_up_levels

MEASURES = pd.DataFrame(
    [
        ("Forum feedback", 1, True),
        ("Knowledge of the words", 2, True),
        ("Use of tools", 2, None),
        ("Pledges kept", 3, False),
    ],
    columns=["name", "level", "evidence"],
)


def test_measures_are_rolled_up_by_level_and_what_lacks_evidence_says_why() -> None:
    levels = roll_up_levels(MEASURES).set_index("level")
    assert levels["name"].tolist() == ["reaction", "learning", "behaviour", "results"]
    assert levels.loc[2, "evidenced"] == ["Knowledge of the words"]
    assert levels.loc[2, "awaited"] == ["Use of tools"]
    assert levels["note"].tolist() == [
        "",
        "",
        "Level 3 (behaviour) has no evidence: its measures have no data yet.",
        "Level 4 (results) has no evidence: no measure was set for it.",
    ]
    assert levels["measures_n"].tolist() == [1, 2, 1, 0]


def test_a_level_that_is_not_one_of_the_four_is_refused() -> None:
    with pytest.raises(ValueError, match="5 is no level of Kirkpatrick's; expected 1, 2, 3 or 4"):
        roll_up_levels(MEASURES.assign(level=5))
