"""What leaves of wording changes and of pairs: nothing of few people, no answers, no means of a part."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from pipeline.data.drift import SYNONYMS, WORDED_DIFFERENTLY
from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN, SUPPRESSED, Published
from pipeline.statistics.retrospective import MEAN_FIGURES
from tests.protecting import protect_alone
from tests.two_waves import estimates_of, evaluation_with

BEFORE = {"id": "was-sure", "measure": "Was", "short_name": "Was sure", "scale": "sure", "wording": "How before?"}
EARLIER = ["Not sure"] * 6 + ["Rather sure"] * 4 + ["Very sure"] * 2
LATER = ["Not sure"] * 2 + ["Quite sure"] * 4 + ["Very sure"] * 6


@cache
def published(pairs: int, minimum_base: int = 10) -> Published:
    """Publish two waves of which `pairs` people answered both questions in the second; the second is reworded."""
    evaluation = evaluation_with(
        {"before": "was-sure", "wording": {"default": "How sure?", "wave-2": "How certain?"}}, BEFORE
    )
    earlier = {"sure": EARLIER, "calm": EARLIER, "was-sure": EARLIER}
    later = {"sure": LATER, "calm": LATER, "was-sure": EARLIER[:pairs] + [None] * (12 - pairs)}
    estimates = estimates_of(evaluation, {"wave-1": earlier, "wave-2": later})
    return protect_alone(estimates, minimum_base=minimum_base, whole_area="all")


def test_pairs_that_suffice_are_shown_in_whole_percentages() -> None:
    row = published(12).retrospective_by_item_area.query("area == 'all'").iloc[0]
    assert row["status"] == SHOWN
    # 2 of 12 before, 6 of 12 now: 16.7 %, 50 % and 33.3 points; levels 20/12 and 28/12.
    assert row[["base_n", "share_before", "share_now", "estimate"]].tolist() == [12, 17, 50, 33]
    assert row[["mean_before", "mean_now", "df"]].tolist() == pytest.approx([1.7, 2.3, 11])


def test_fewer_pairs_than_the_minimum_base_hide_everything() -> None:
    for row in published(9).retrospective_by_item_area.to_dict("records"):
        assert row["status"] == SUPPRESSED
        hidden = ["base_n", "share_before", "share_now", "estimate", "conf_low", "conf_high", *MEAN_FIGURES]
        assert all(pd.isna(row[name]) for name in hidden)


def test_means_and_t_are_of_the_whole_area_only() -> None:
    row = published(12).retrospective_by_item_area.query("area == 'camden'").iloc[0]
    assert row["status"] == SHOWN
    assert row[MEAN_FIGURES].isna().all()


def test_nothing_of_those_who_answered_one_question_alone_is_published() -> None:
    columns = set(published(11).retrospective_by_item_area.columns)
    private = {"favourable_before", "favourable_now", "base_n_before", "base_n_now", "mean_before_all", "mean_now_all"}
    assert not columns & private


def test_a_change_that_is_not_compared_is_not_available_and_says_why() -> None:
    row = published(12).changes_by_item_area.query("item == 'sure' and area == 'all'").iloc[0]
    assert (row["status"], row["note"]) == (NOT_AVAILABLE, WORDED_DIFFERENTLY)
    assert row["base_n_baseline"] == 12


def test_a_change_of_few_people_is_hidden_first_and_says_nothing() -> None:
    row = published(12, minimum_base=13).changes_by_item_area.query("item == 'sure' and area == 'all'").iloc[0]
    assert (row["status"], row["note"]) == (SUPPRESSED, "")
    assert pd.isna(row["base_n_baseline"])


def test_which_spelling_was_answered_is_not_published() -> None:
    table = published(12).wording_changes
    assert "wording" in set(table["what_changed"])
    assert SYNONYMS not in set(table["what_changed"])
