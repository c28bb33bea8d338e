"""Sentences say what the published rows say, in words that differ for a rise, a fall, no clear change and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from pipeline.presentation.measures import Measure, Row
from pipeline.presentation.narrative import (
    change_words,
    interval_name,
    sentence_for_all,
    sentence_for_linked,
    sentence_for_measure,
    sentence_for_people,
    sentence_for_respondents,
    sentence_for_response_rate,
    sentence_for_shrinkage,
    sentence_for_superiority,
    sentence_for_thin_sectors,
    sentence_for_trends,
)
from pipeline.reference.evaluation import Evaluation

Make = Callable[..., Measure]
EARLIER, LATER = (31, 19, 46, 45), (52, 39, 64, 56)


@pytest.fixture
def say(tiny_evaluation: Evaluation) -> Callable[[Measure], str]:
    def sentence(measure: Measure) -> str:
        return sentence_for_measure(measure, tiny_evaluation.waves[: len(measure.shares)], tiny_evaluation)

    return sentence


def test_a_rise_is_told_with_its_shares_points_interval_and_bases(make_measure: Make, say: Callable[..., str]) -> None:
    assert say(make_measure(EARLIER, LATER, change=(21, 2, 38))) == (
        "the share answering “sure or very sure” rose from 31% to 52%, +21 percentage points "
        "(95% interval +2 to +38; 45 people, then 56). As counted: 1%, then 1%."
    )


def test_waves_in_the_other_order_turn_a_rise_into_a_fall(make_measure: Make, say: Callable[..., str]) -> None:
    assert say(make_measure(LATER, EARLIER, change=(-21, -38, -2))) == (
        "the share answering “sure or very sure” fell from 52% to 31%, −21 percentage points "
        "(95% interval −38 to −2; 56 people, then 45). As counted: 1%, then 1%."
    )


@pytest.mark.parametrize(
    ("change", "verb"),
    [((9, -2, 20), "includes"), ((0, -10, 10), "includes"), ((12, 0, 24), "reaches"), ((-12, -24, 0), "reaches")],
)
def test_an_interval_that_takes_in_nought_is_no_clear_change(
    make_measure: Make, say: Callable[..., str], change: tuple[int, int, int], verb: str
) -> None:
    sentence = say(make_measure(EARLIER, LATER, change=change))
    assert sentence.startswith("no clear change in the share answering “sure or very sure”: 31%, then 52%, ")
    assert f" The interval {verb} 0, no change." in sentence
    assert "rose" not in sentence
    assert "fell" not in sentence


def test_counted_shares_are_told_where_they_are_others_than_those_of_the_change(
    make_measure: Make, say: Callable[..., str]
) -> None:
    measure = make_measure(EARLIER, LATER, change=(21, 2, 38))
    assert say(measure).endswith(" As counted: 1%, then 1%.")
    assert "As counted" not in say(replace(measure, shares=measure.standardised))
    hidden = tuple({**share, "status": "[c]"} for share in measure.shares)
    assert "As counted" not in say(replace(measure, shares=hidden))


def test_a_hidden_change_says_why_and_holds_no_digit(make_measure: Make, say: Callable[..., str]) -> None:
    sentence = say(make_measure(EARLIER, LATER, change=(21, 2, 38), status="[c]"))
    assert sentence == "[c] no change is shown, to protect the people who answered."


def test_a_change_that_does_not_exist_is_told_without_a_digit(make_measure: Make, say: Callable[..., str]) -> None:
    sentence = say(make_measure(EARLIER, LATER, change=(21, 2, 38), status="[x]"))
    assert sentence == "[x] no change can be worked out from the answers given."


def test_a_first_wave_is_told_as_it_stands(make_measure: Make, say: Callable[..., str]) -> None:
    assert say(make_measure(EARLIER)) == (
        "31% answered “sure or very sure” (95% interval 19% to 46%; 45 people answered)."
    )


def test_a_hidden_first_wave_says_why_and_holds_no_digit(make_measure: Make, say: Callable[..., str]) -> None:
    sentence = say(make_measure(EARLIER, status="[c]"))
    assert sentence == "[c] no share is shown, to protect the people who answered."


def near_an_end(share: Row, end: str) -> Row:
    return {**share, **dict.fromkeys(("estimate", "conf_low", "conf_high")), "status": end}


def test_shares_near_an_end_are_told_by_the_end_beside_their_change(
    make_measure: Make, say: Callable[..., str]
) -> None:
    rise = make_measure(EARLIER, LATER, change=(74, 55, 90))
    ends = tuple(map(near_an_end, rise.standardised, ("under 10%", "over 90%")))
    assert say(replace(rise, standardised=ends, shares=ends)) == (
        "the share answering “sure or very sure” rose from under 10% to over 90%, +74 percentage points "
        "(95% interval +55 to +90; 45 people, then 56)."
    )
    unclear = make_measure(EARLIER, LATER, change=(4, -5, 14))
    half = (ends[0], unclear.standardised[1])
    assert say(replace(unclear, standardised=half)).startswith(
        "no clear change in the share answering “sure or very sure”: under 10%, then 52%, +4 percentage points"
    )


def test_a_change_whose_shares_are_not_shown_is_told_without_them(make_measure: Make, say: Callable[..., str]) -> None:
    rise = make_measure(EARLIER, LATER, change=(21, 2, 38))
    hidden = tuple(near_an_end(share, "[c]") for share in rise.standardised)
    assert say(replace(rise, standardised=hidden, shares=hidden)) == (
        "the share answering “sure or very sure” rose, +21 percentage points (95% interval +2 to +38; 45 people, "
        "then 56)."
    )


def test_a_first_wave_near_an_end_is_told_with_its_base_and_without_an_interval(
    make_measure: Make, say: Callable[..., str]
) -> None:
    measure = make_measure(EARLIER)
    at_end = replace(measure, shares=(near_an_end(measure.shares[0], "under 10%"),))
    assert say(at_end) == "under 10% answered “sure or very sure” (45 people answered)."


def in_bins(measure: Measure, *people: str) -> Measure:
    shares = [{**near_an_end(share, bins), "base_n": None} for share, bins in zip(measure.shares, people, strict=True)]
    return replace(measure, shares=tuple(shares))


def test_people_in_bins_are_told_wave_by_wave_and_not_compared(
    make_measure: Make, say: Callable[..., str], tiny_evaluation: Evaluation
) -> None:
    measure = in_bins(make_measure(EARLIER, LATER, change=(0, 0, 0), status="[c]"), "0–6 of 13–18", "7–12 of 13–18")
    assert sentence_for_people(measure, tiny_evaluation.waves) == (
        "0–6 of 13–18 people answered “sure or very sure” in First wave, 7–12 of 13–18 in Second wave."
    )
    first = in_bins(make_measure(EARLIER), "0–6 of 13–18")
    assert say(first) == "0–6 of 13–18 people answered “sure or very sure”."
    hidden = in_bins(measure, "[c]", "7–12 of 13–18")
    assert sentence_for_people(hidden, tiny_evaluation.waves) == (
        "[c] no share is shown, to protect the people who answered."
    )


def test_a_change_with_bases_in_bins_names_the_bins(make_measure: Make, say: Callable[..., str]) -> None:
    rise = make_measure(EARLIER, LATER, change=(21, 2, 38))
    assert rise.change
    change = {**rise.change, "base_n_baseline": "43–48", "base_n_comparison": "55–60"}
    assert "+2 to +38; 43–48 people, then 55–60)" in say(replace(rise, change=change))


def test_a_figure_that_is_missing_is_never_printed_whatever_its_status_says(
    make_measure: Make, say: Callable[..., str]
) -> None:
    rise = make_measure(EARLIER, LATER, change=(21, 2, 38))
    assert rise.change
    for missing in (None, float("nan"), pd.NA):
        change = {**rise.change, "conf_high": missing}
        assert say(replace(rise, change=change)) == "[x] no change can be worked out from the answers given."
        assert change_words(change) == "[x]"


def test_the_six_cases_read_differently(make_measure: Make, say: Callable[..., str]) -> None:
    cases = [
        make_measure(EARLIER, LATER, change=(21, 2, 38)),
        make_measure(LATER, EARLIER, change=(-21, -38, -2)),
        make_measure(EARLIER, LATER, change=(9, -2, 20)),
        make_measure(EARLIER, LATER, change=(0, 0, 0), status="[c]"),
        make_measure(EARLIER, LATER, change=(0, 0, 0), status="[x]"),
        make_measure(EARLIER),
    ]
    without_figures = {re.sub(r"[+−]?\d+%?", "", say(case)) for case in cases}
    assert len(without_figures) == 6


@pytest.mark.parametrize("word", ["significant", "improve", "worse", "success", "fail", "only", "strong", "weak"])
def test_no_sentence_passes_a_verdict(make_measure: Make, say: Callable[..., str], word: str) -> None:
    for change in ((21, 2, 38), (-21, -38, -2), (9, -2, 20)):
        assert word not in say(make_measure(EARLIER, LATER, change=change))


def test_the_measures_are_counted_by_what_they_did(make_measure: Make) -> None:
    rise = make_measure(EARLIER, LATER, change=(21, 2, 38))
    fall = make_measure(LATER, EARLIER, change=(-21, -38, -2))
    unclear = make_measure(EARLIER, LATER, change=(9, -2, 20))
    hidden = make_measure(EARLIER, LATER, change=(0, 0, 0), status="[c]")
    unavailable = make_measure(EARLIER, LATER, change=(0, 0, 0), status="[x]")
    assert sentence_for_all([rise, fall, unclear], "Camden") == (
        "Of the three measures, one rose (Using), one fell (Using) and one had no clear change."
    )
    assert sentence_for_all([hidden, unavailable, rise], "Camden") == (
        "Of the three measures, one rose (Using), one cannot be shown ([c]) and one could not be worked out ([x])."
    )
    assert sentence_for_all([unclear, unclear], "Camden") == "None of the two measures shows a clear change."
    assert sentence_for_all([rise], "Camden") == "The one measure: one rose (Using)."
    assert sentence_for_all([hidden, hidden], "Camden") == (
        "No change is shown for Camden ([c]), to protect the people who answered."
    )


def test_people_are_counted_by_wave_and_few_are_not_counted(tiny_evaluation: Evaluation) -> None:
    rows: list[Row] = [{"base_n": 45.0, "status": ""}, {"base_n": None, "status": "[c]"}]
    assert sentence_for_respondents(rows, tiny_evaluation.waves, "Camden") == (
        "Answers for Camden came from 45 people in First wave and a number of people that is not shown ([c]) in "
        "Second wave."
    )


def test_people_in_bins_are_told_by_their_bin(tiny_evaluation: Evaluation) -> None:
    rows: list[Row] = [{"base_n": None, "status": "0–6"}, {"base_n": None, "status": "13–18"}]
    assert sentence_for_respondents(rows, tiny_evaluation.waves, "Camden") == (
        "Answers for Camden came from 0–6 people in First wave and 13–18 people in Second wave."
    )
    assert sentence_for_linked(rows[0]).startswith("0–6 people can be recognised in both waves")
    how = "Everybody was asked by letter."
    asked = tiny_evaluation.waves[0].model_copy(update={"people_invited": 120})
    assert sentence_for_response_rate(asked, rows[1], how) == f"{how} Counts are shown in bins, so no response rate is."
    counts = [{"sector": "health", **rows[0]}, {"sector": "schools", **rows[1]}]
    assert sentence_for_thin_sectors(counts, {"health": "Health", "schools": "Schools"}, "All three", 10) == ""


def test_one_person_is_not_people(tiny_evaluation: Evaluation) -> None:
    said = sentence_for_respondents([{"base_n": 1, "status": ""}], tiny_evaluation.waves[:1], "Camden")
    assert said == "Answers for Camden came from 1 person in First wave."


def test_linked_people_are_told_few_are_hidden_and_a_first_wave_has_none() -> None:
    assert sentence_for_linked({"base_n": 21, "status": ""}).startswith("21 people can be recognised in both waves")
    hidden = sentence_for_linked({"base_n": None, "status": "[c]"})
    assert hidden == "How many of them can be recognised in both waves is not shown ([c])."
    assert not re.search(r"\d", hidden)
    assert sentence_for_linked(None) == ""


def test_a_response_rate_is_told_only_where_the_number_invited_is_known(tiny_evaluation: Evaluation) -> None:
    wave = tiny_evaluation.waves[0]
    asked = wave.model_copy(update={"people_invited": 120})
    how = "Everybody was asked by letter."
    # 30 of 120.
    assert sentence_for_response_rate(asked, {"base_n": 30, "status": ""}, how) == (
        "Everybody was asked by letter. 120 people were invited to First wave; 25% of them answered."
    )
    for told in (
        sentence_for_response_rate(wave, {"base_n": 30, "status": ""}, how),
        sentence_for_response_rate(asked, {"base_n": 130, "status": ""}, how),
        sentence_for_response_rate(asked, {"base_n": None, "status": "[c]"}, how),
    ):
        assert told.startswith(how)
        assert not re.search(r"\d", told)


def test_drawing_in_is_explained_in_one_sentence_in_the_survey_s_own_word(tiny_evaluation: Evaluation) -> None:
    noun = tiny_evaluation.area_noun
    sentence = sentence_for_shrinkage(noun)
    assert sentence.count(".") == 1
    other = sentence_for_shrinkage(noun.model_copy(update={"singular": "district", "plural": "districts"}))
    assert "borough" not in other
    assert other.replace("district", "borough") == sentence


def test_pairs_are_told_with_interval_and_bases_and_those_not_shown_are_left_out(make_measure: Make) -> None:
    measure = make_measure(EARLIER, LATER, change=(21, 2, 38))
    row = {
        "estimate": 63,
        "conf_low": 53,
        "conf_high": 72,
        "base_n_baseline": 55,
        "base_n_comparison": 69,
        "status": "",
    }
    shown, hidden = {**row, "status": ""}, {**dict.fromkeys(row), "status": "[c]"}
    sentence = sentence_for_superiority([(measure, shown), (measure, hidden)], 0.95)
    assert "in 63 for Using (95% interval 53 to 72; 55 people, then 69). Ties" in sentence
    assert sentence.count("Using") == 1
    assert sentence_for_superiority([(measure, hidden)], 0.95) == ""


def test_a_trend_is_told_with_its_years_and_a_hidden_one_by_its_mark() -> None:
    row = {"estimate": 23, "conf_low": 8, "conf_high": 36, "conf_level": 0.95, "years": 1.2, "status": ""}
    hidden = {"estimate": None, "conf_low": None, "conf_high": None, "conf_level": 0.95, "years": 1.2, "status": "[c]"}
    assert sentence_for_trends([("Using", row), ("Knowing", hidden)], 3, "NCL") == (
        "Along a straight line through the three waves, over 1.2 years, the share in NCL changed by: "
        "Using +23 percentage points (95% interval +8 to +36); Knowing [c]."
    )


def test_sectors_with_few_people_are_named_and_not_counted() -> None:
    names = {"health": "Health", "schools": "Schools"}
    counts: list[Row] = [
        {"sector": "health", "base_n": None, "status": "[c]"},
        {"sector": "schools", "base_n": 12, "status": ""},
    ]
    assert sentence_for_thin_sectors(counts, names, "All three", 10) == (
        "In All three these sectors are not shown ([c]): Health. "
        "Fewer than 10 people, or nobody, answered from most of them, if not all."
    )
    assert sentence_for_thin_sectors(counts[1:], names, "All three", 10) == (
        "Every sector is represented by 10 people or more in All three."
    )


@pytest.mark.parametrize(("level", "name"), [(0.95, "95% interval"), (0.9, "90% interval"), (0.999, "99.9% interval")])
def test_an_interval_is_called_by_its_level(level: float, name: str) -> None:
    assert interval_name(level) == name
