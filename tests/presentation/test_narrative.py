"""Sentences say what the published rows say, in words that differ for a rise, a fall, no clear change and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.presentation.measures import Measure
from pipeline.presentation.narrative import (
    interval_name,
    sentence_for_all,
    sentence_for_linked,
    sentence_for_measure,
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


def test_a_hidden_change_says_why_and_holds_no_digit_but_the_minimum_base(
    make_measure: Make, say: Callable[..., str]
) -> None:
    sentence = say(make_measure(EARLIER, LATER, change=(21, 2, 38), status="[c]"))
    assert sentence == ("[c] fewer than 3 people answered in at least one of the two waves, so no result is shown.")
    assert re.findall(r"\d+", sentence) == ["3"]


def test_a_change_that_does_not_exist_is_told_without_a_digit(make_measure: Make, say: Callable[..., str]) -> None:
    sentence = say(make_measure(EARLIER, LATER, change=(21, 2, 38), status="[x]"))
    assert sentence == "[x] no change can be worked out from the answers given."


def test_a_first_wave_is_told_as_it_stands(make_measure: Make, say: Callable[..., str]) -> None:
    assert say(make_measure(EARLIER)) == (
        "31% answered “sure or very sure” (95% interval 19% to 46%; 45 people answered)."
    )


def test_a_hidden_first_wave_holds_no_digit_but_the_minimum_base(make_measure: Make, say: Callable[..., str]) -> None:
    sentence = say(make_measure(EARLIER, status="[c]"))
    assert sentence == "[c] fewer than 3 people answered, so no result is shown."


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
    assert sentence_for_all([rise, fall, unclear], "Camden", 10) == (
        "Of the three measures, one rose (Using), one fell (Using) and one had no clear change."
    )
    assert sentence_for_all([hidden, unavailable, rise], "Camden", 10) == (
        "Of the three measures, one rose (Using), one cannot be shown ([c]) and one could not be worked out ([x])."
    )
    assert sentence_for_all([unclear, unclear], "Camden", 10) == "None of the two measures shows a clear change."
    assert sentence_for_all([rise], "Camden", 10) == "The one measure: one rose (Using)."
    assert sentence_for_all([hidden, hidden], "Camden", 10) == (
        "Fewer than 10 people answered for Camden in at least one of the two waves ([c]), so no change is shown for it."
    )


def test_people_are_counted_by_wave_and_few_are_not_counted(tiny_evaluation: Evaluation) -> None:
    rows: list[dict[str, Any]] = [{"base_n": 45.0, "status": ""}, {"base_n": None, "status": "[c]"}]
    assert sentence_for_respondents(rows, tiny_evaluation.waves, "Camden", 10) == (
        "Answers for Camden came from 45 people in First wave and fewer than 10 in Second wave ([c])."
    )


def test_one_person_is_not_people(tiny_evaluation: Evaluation) -> None:
    said = sentence_for_respondents([{"base_n": 1, "status": ""}], tiny_evaluation.waves[:1], "Camden", 1)
    assert said == "Answers for Camden came from 1 person in First wave."


def test_linked_people_are_told_few_are_hidden_and_a_first_wave_has_none() -> None:
    assert sentence_for_linked({"base_n": 21, "status": ""}, 10).startswith("21 people can be recognised in both waves")
    hidden = sentence_for_linked({"base_n": None, "status": "[c]"}, 10)
    assert hidden.startswith("Fewer than 10 of them ([c]) can be recognised")
    assert re.findall(r"\d+", hidden) == ["10"]
    assert sentence_for_linked(None, 10) == ""


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
    counts = [{"sector": "health", "base_n": None, "status": "[c]"}, {"sector": "schools", "base_n": 12, "status": ""}]
    assert sentence_for_thin_sectors(counts, names, "All three", 10) == (
        "Fewer than 10 people, or nobody, answered in All three from: Health."
    )
    assert sentence_for_thin_sectors(counts[1:], names, "All three", 10) == (
        "Every sector is represented by 10 people or more in All three."
    )


@pytest.mark.parametrize(("level", "name"), [(0.95, "95% interval"), (0.9, "90% interval"), (0.999, "99.9% interval")])
def test_an_interval_is_called_by_its_level(level: float, name: str) -> None:
    assert interval_name(level) == name
