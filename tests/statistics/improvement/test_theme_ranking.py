"""Themes ranked by frequency times impact, counted by hand from seven codes."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.improvement.themes import count_themes_by_grouping, rank_themes

THEMES = pd.DataFrame(
    [
        ("time", "Too little time", "barrier"),
        ("words", "No shared words", "barrier"),
        ("staff", "Staff come and go", "barrier"),
        ("glossary", "A glossary helps", "success"),
    ],
    columns=["theme", "name", "kind"],
)
CODING = pd.DataFrame(
    [
        ("wave-1", "c1", "ann", "time", "Getting Help", 3),
        ("wave-1", "c1", "ben", "time", "Getting Help", 2),
        ("wave-1", "c2", "ann", "words", "Thriving", 1),
        ("wave-1", "c2", "ann", "words", "Getting Help", 2),
        ("wave-1", "c3", "ann", "words", None, 1),
        ("wave-1", "c4", "ann", None, None, None),
        ("wave-2", "c5", "ann", "glossary", None, 2),
    ],
    columns=["wave", "comment", "coder", "theme", "grouping", "impact"],
)


def test_themes_are_ranked_within_wave_and_kind_by_frequency_times_impact() -> None:
    ranked = rank_themes(CODING, THEMES).set_index(["wave", "theme"])
    # Words: two comments, impacts 2 (the higher of two codes) and 1; time: one comment, impacts 3 and 2.
    assert ranked.loc[("wave-1", "words"), ["comments_n", "impact_mean", "score", "rank"]].tolist() == [2, 1.5, 3.0, 1]
    assert ranked.loc[("wave-1", "time"), ["comments_n", "impact_mean", "score", "rank"]].tolist() == [1, 2.5, 2.5, 2]
    # Four comments were read, the one without a theme among them.
    assert ranked.loc[("wave-1", "words"), "base_n"] == 4
    assert ranked.loc[("wave-1", "words"), "estimate"] == 0.5


def test_a_theme_nobody_used_stands_last_with_nought() -> None:
    ranked = rank_themes(CODING, THEMES).set_index(["wave", "theme"])
    assert ranked.loc[("wave-1", "staff"), ["comments_n", "score", "rank"]].tolist() == [0, 0.0, 3]
    assert pd.isna(ranked.loc[("wave-1", "staff"), "impact_mean"])
    assert ranked.loc[("wave-2", "time"), "rank"] == ranked.loc[("wave-2", "words"), "rank"] == 1


def test_a_code_whose_theme_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="'money' is coded but stands in no row of the themes"):
        rank_themes(CODING.assign(theme="money"), THEMES)


def test_a_comment_counts_once_for_a_theme_in_a_grouping() -> None:
    assert count_themes_by_grouping(CODING).to_numpy().tolist() == [
        ["wave-1", "time", "Getting Help", 1],
        ["wave-1", "words", "Getting Help", 1],
        ["wave-1", "words", "Thriving", 1],
    ]
    assert count_themes_by_grouping(CODING.iloc[-1:]).empty


@given(st.permutations(range(len(CODING))))
@settings(max_examples=5, deadline=None)
def test_the_order_of_the_codes_changes_no_rank(order: list[int]) -> None:
    pd.testing.assert_frame_equal(rank_themes(CODING.iloc[order], THEMES), rank_themes(CODING, THEMES))
