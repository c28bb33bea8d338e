"""How sure one can be, in sentences: they say what the published checks say, and of what is hidden nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.presentation.check_sentences import (
    is_under,
    sentence_for_detectable,
    sentence_for_left_out,
    sentence_for_proportional_odds,
    sentence_for_several,
    sentence_for_single_person,
    sentences_for_other_ways,
)
from pipeline.presentation.measures import Row
from pipeline.statistics.checks.sensitivity import ANALYSES, COUNTED, EXACT_LINKS, LEAD, LINKED_ONLY

NAMES = {"sure": "Using", "known": "Knowing"}
HIDDEN: Row = {"status": "[c]", "detectable": None, "base_n": None}


def analysed(analysis: str, item: str = "sure", status: str = "", **figures: Any) -> Row:
    shown = {"estimate": 20, "conf_low": 5, "conf_high": 35, "base_n_baseline": 45, "base_n_comparison": 56} | figures
    kept = shown if status == "" else dict.fromkeys(shown)
    return {"item": item, "analysis": analysis, "status": status, **kept}


def test_the_smallest_change_is_told_for_each_place_from_the_least_to_the_most_of_its_measures() -> None:
    rows = {"All": [{"status": "", "detectable": 18}, {"status": "", "detectable": 23}], "Barnet": [HIDDEN]}
    sentence = sentence_for_detectable(rows)
    assert "18 to 23 percentage points in All and [c] in Barnet, depending on the measure." in sentence


def test_no_change_of_a_share_is_as_large_as_more_than_the_whole_of_it() -> None:
    assert "none, however large, in All" in sentence_for_detectable({"All": [{"status": "", "detectable": 130}]})
    both = [{"status": "", "detectable": 60}, {"status": "", "detectable": 130}]
    assert "60 to 100 percentage points in All" in sentence_for_detectable({"All": both})


def test_a_way_that_tells_the_same_says_so_and_one_that_does_not_names_the_measure_and_its_figure() -> None:
    rows = [
        *(analysed(LEAD, item) for item in NAMES),
        *(analysed(EXACT_LINKS, item, estimate=19) for item in NAMES),
        analysed(COUNTED, estimate=9, conf_low=-4, conf_high=22),
        analysed(COUNTED, "known"),
    ]
    exact, counted = sentences_for_other_ways(rows, NAMES, [COUNTED, EXACT_LINKS])
    assert exact == (
        "Only codes that agree in every part taken as the same person (45 people, then 56): "
        "the same for all two measures."
    )
    assert counted == (
        "Shares as counted from the answers, without a model (45 people, then 56): the same for one of two measures; "
        "otherwise Using, no clear change: +9 (−4 to +22)."
    )


def test_a_way_that_turns_a_rise_into_a_fall_says_a_fall() -> None:
    rows = [analysed(LEAD), analysed(COUNTED, estimate=-20, conf_low=-35, conf_high=-5)]
    assert "Using, a fall: −20 (−35 to −5)" in sentences_for_other_ways(rows, NAMES, [COUNTED])[0]


def test_people_recognised_in_both_waves_too_few_to_show_leave_no_figure() -> None:
    rows = [analysed(LEAD), analysed(LINKED_ONLY, status="[c]")]
    (sentence,) = sentences_for_other_ways(rows, NAMES, [LINKED_ONLY])
    assert sentence == "Only people recognised in both waves: [c] no figure can be shown."
    # Some measures with enough people and some without: the number of people is that of the former.
    rows += [analysed(LEAD, "known"), analysed(LINKED_ONLY, "known", base_n_baseline=11, base_n_comparison=11)]
    (sentence,) = sentences_for_other_ways(rows, NAMES, [LINKED_ONLY])
    assert "(11 people): the same for the one measure. One cannot be shown." in sentence


def test_every_other_way_has_words_of_its_own() -> None:
    rows = [analysed(way) for way in ANALYSES]
    told = sentences_for_other_ways(rows, NAMES, ANALYSES)
    assert len(set(told)) == len(ANALYSES) - 1


def p_of(item: str, p_value: str, p_holm: str) -> Row:
    return {"item": item, "p_value": p_value, "p_holm": p_holm, "status": ""}


def test_changes_that_stay_clear_together_are_counted_and_named() -> None:
    rows = [p_of("sure", "under 0.001", "under 0.001"), p_of("known", "0.038", "0.076")]
    sentence = sentence_for_several(rows, NAMES, 0.05)
    assert "two of the changes are clear, taken one by one; one of them stays so (Using)" in sentence


def test_where_none_is_clear_none_is_named() -> None:
    sentence = sentence_for_several([p_of("sure", "0.2", "0.4"), p_of("known", "0.4", "0.4")], NAMES, 0.05)
    assert sentence.endswith("none of the changes is clear, taken one by one.")
    assert "[c]" in sentence_for_several([{"item": "sure", "status": "[c]"}], NAMES, 0.05)


@pytest.mark.parametrize(
    ("printed", "limit", "under"),
    [
        ("under 0.001", 0.05, True),
        ("0.049", 0.05, True),
        ("0.05", 0.05, False),
        ("1", 0.05, False),
        ("0.07", 0.1, True),
    ],
)
def test_a_p_value_is_held_against_the_limit_as_it_is_printed(printed: str, limit: float, under: bool) -> None:
    assert is_under(printed, limit) is under


def test_a_change_that_one_person_decides_is_named() -> None:
    rows: list[Row] = [
        {"item": "sure", "stays_clear": True, "status": ""},
        {"item": "known", "stays_clear": False, "status": ""},
    ]
    assert sentence_for_single_person(rows, ["sure", "known"], NAMES) == (
        "Without some one person the change would not be clear in: Knowing."
    )
    assert sentence_for_single_person(rows, ["sure"], NAMES) == (
        "The clear change stays clear whichever single person is left out."
    )
    assert sentence_for_single_person(rows, [], NAMES) == "No change is clear, so none hangs on a single person."


def test_questions_left_out_are_told_by_how_many_answered_and_never_by_a_count_of_blanks() -> None:
    people: list[Row] = [{"status": "", "base_n": 58}, HIDDEN]
    answered: dict[str, list[Row]] = {
        "Wave 1": [{"status": "", "base_n": 52}, {"status": "", "base_n": 56}, HIDDEN],
        "Wave 2": [HIDDEN],
    }
    sentence = sentence_for_left_out(answered, people)
    assert sentence.startswith("in Wave 1 52 to 56 of 58 people answered a question on its scale; in Wave 2 the people")
    assert set(re.findall(r"\d+", sentence)) == {"1", "2", "52", "56", "58"}


def test_a_survey_without_codes_or_sectors_is_not_told_of_ways_that_need_them(make_report: Any) -> None:
    report = make_report("all-three")
    plain = report.evaluation.model_copy(
        update={"sectors": (), "questions": report.evaluation.questions.model_copy(update={"code": ()})}
    )
    bare = type(report)(report.published, plain, "wave-2", "all-three")
    assert bare.analyses == [LEAD, COUNTED]
    assert "recognised" not in bare.checks().markup
    assert "without a model" in bare.checks().markup
    assert set(bare.download("sensitivity").rows["analysis"]) == {LEAD, COUNTED}
    assert "sectors" not in bare.summary().markup


def test_measures_whose_change_is_not_the_same_along_the_scale_are_named() -> None:
    rows = [
        {"item": "sure", "status": "", "lr_p_value": "0.012"},
        {"item": "known", "status": "", "lr_p_value": "0.4"},
    ]
    sentence = sentence_for_proportional_odds(rows, NAMES, 0.05)
    assert "speak against that for Using (p 0.012): read the shares there as counted too" in sentence
    assert "Knowing" not in sentence
    even = sentence_for_proportional_odds(rows[1:], NAMES, 0.05)
    assert even.endswith("The answers do not speak against that in the one measure tested.")
    assert "[c]" in sentence_for_proportional_odds([rows[0] | {"status": "[c]"}], NAMES, 0.05)


def test_people_who_answered_are_told_from_the_lowest_bin_to_the_highest() -> None:
    answered: dict[str, list[Row]] = {
        "Wave 1": [
            {"status": "13–18 of 103–108", "base_n": None},
            {"status": "0–6 of 97–102", "base_n": None},
            {"status": "[c]", "base_n": None},
        ],
        "Wave 2": [{"status": "under 10%", "base_n": 56}, {"status": "over 90%", "base_n": None}],
    }
    people: list[Row] = [{"status": "103–108", "base_n": None}, {"status": "", "base_n": 58}]
    assert sentence_for_left_out(answered, people).startswith(
        "in Wave 1 97–102 to 103–108 of 103–108 people answered a question on its scale; "
        "in Wave 2 56 of 58 people answered a question on its scale. "
    )
