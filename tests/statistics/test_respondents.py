"""Who answered, counted by hand: people in two areas, people in both waves, and places from which nobody answered."""

from __future__ import annotations

import pandas as pd

from pipeline.statistics.respondents import (
    count_by_area_wave,
    count_by_sector_area_wave,
    count_commenting_by_question_wave,
    count_linked_by_area,
    count_submissions_by_wave,
    respondents_with_sector,
)

WAVES = ["wave-1", "wave-2"]
AREAS = ["all", "barnet", "camden", "enfield"]
# Respondent 1 works in Barnet and Camden and answered both waves, as did 2, who moved from Barnet to Camden; nobody is
# in Enfield. Person q shares no code with another wave.
RESPONDENTS = pd.DataFrame(
    [
        ("wave-1", "1", "p", "health"),
        ("wave-1", "2", "m", "schools"),
        ("wave-1", "3", None, "health"),
        ("wave-2", "1", "p", "health"),
        ("wave-2", "2", "m", "schools"),
        ("wave-2", "3", "q", None),
        ("wave-2", "4", None, "health"),
    ],
    columns=["wave", "respondent_id", "person_id", "sector"],
)
PLACES = pd.DataFrame(
    [
        *(
            (wave, number, "all")
            for wave, number in zip(RESPONDENTS["wave"], RESPONDENTS["respondent_id"], strict=True)
        ),
        ("wave-1", "1", "barnet"),
        ("wave-1", "1", "camden"),
        ("wave-1", "2", "barnet"),
        ("wave-1", "3", "camden"),
        ("wave-2", "1", "barnet"),
        ("wave-2", "1", "camden"),
        ("wave-2", "2", "camden"),
        ("wave-2", "3", "barnet"),
        ("wave-2", "4", "barnet"),
    ],
    columns=["wave", "respondent_id", "area"],
)


def test_who_works_in_two_areas_counts_in_both_and_once_in_the_whole() -> None:
    counted = count_by_area_wave(PLACES, areas=AREAS, waves=WAVES)
    assert list(counted.itertuples(index=False, name=None)) == [
        ("all", "wave-1", 3),
        ("all", "wave-2", 4),
        ("barnet", "wave-1", 2),
        ("barnet", "wave-2", 3),
        ("camden", "wave-1", 2),
        ("camden", "wave-2", 2),
        ("enfield", "wave-1", 0),
        ("enfield", "wave-2", 0),
    ]


def test_sectors_are_counted_in_each_area_and_wave_nought_included() -> None:
    counted = count_by_sector_area_wave(
        RESPONDENTS, PLACES, sectors=["health", "schools"], areas=["all", "barnet", "enfield"], waves=WAVES
    )
    assert list(counted.itertuples(index=False, name=None)) == [
        ("health", "all", "wave-1", 2),
        ("health", "all", "wave-2", 2),
        ("health", "barnet", "wave-1", 1),
        # Respondents 1 and 4; respondent 3 gave no sector.
        ("health", "barnet", "wave-2", 2),
        ("health", "enfield", "wave-1", 0),
        ("health", "enfield", "wave-2", 0),
        ("schools", "all", "wave-1", 1),
        ("schools", "all", "wave-2", 1),
        ("schools", "barnet", "wave-1", 1),
        ("schools", "barnet", "wave-2", 0),
        ("schools", "enfield", "wave-1", 0),
        ("schools", "enfield", "wave-2", 0),
        ("not-stated", "all", "wave-1", 0),
        ("not-stated", "all", "wave-2", 1),
        ("not-stated", "barnet", "wave-1", 0),
        ("not-stated", "barnet", "wave-2", 1),
        ("not-stated", "enfield", "wave-1", 0),
        ("not-stated", "enfield", "wave-2", 0),
    ]


def test_a_person_is_linked_in_the_areas_of_both_waves_and_in_the_whole() -> None:
    linked = count_linked_by_area(
        RESPONDENTS, PLACES, areas=AREAS, baseline_wave="wave-1", comparison_wave="wave-2"
    ).set_index("area")
    # All: p and m. Barnet: p alone, for m moved away. Camden: p alone, for m was not there before.
    assert linked["base_n"].to_dict() == {"all": 2, "barnet": 1, "camden": 1, "enfield": 0}
    assert set(linked["baseline_wave"]) == {"wave-1"}
    assert set(linked["comparison_wave"]) == {"wave-2"}


def test_two_answers_of_one_code_in_the_same_wave_make_no_link() -> None:
    twice = RESPONDENTS.assign(person_id=["z", "z", None, "p", "q", None, None])
    linked = count_linked_by_area(twice, PLACES, areas=["all"], baseline_wave="wave-1", comparison_wave="wave-2")
    assert linked["base_n"].tolist() == [0]


def test_other_waves_make_no_link() -> None:
    third = RESPONDENTS.assign(wave=RESPONDENTS["wave"].replace("wave-2", "wave-3"))
    places = PLACES.assign(wave=PLACES["wave"].replace("wave-2", "wave-3"))
    linked = count_linked_by_area(third, places, areas=AREAS, baseline_wave="wave-1", comparison_wave="wave-2")
    assert linked["base_n"].tolist() == [0, 0, 0, 0]


def test_where_nobody_gave_a_code_nobody_is_linked() -> None:
    nobody = RESPONDENTS.assign(person_id=None)
    linked = count_linked_by_area(nobody, PLACES, areas=AREAS, baseline_wave="wave-1", comparison_wave="wave-2")
    assert linked["base_n"].tolist() == [0, 0, 0, 0]


def test_a_survey_without_rows_counts_nought_everywhere() -> None:
    counted = count_by_area_wave(PLACES.iloc[:0], areas=AREAS, waves=WAVES)
    assert counted["base_n"].tolist() == [0] * 8
    assert counted["base_n"].dtype == "int64"
    commenting = pd.DataFrame(columns=["wave", "respondent_id", "question"])
    assert count_commenting_by_question_wave(commenting, questions=["barriers"], waves=WAVES)["base_n"].tolist() == [
        0,
        0,
    ]


def test_people_who_wrote_something_are_counted_by_question_and_wave() -> None:
    commenting = pd.DataFrame(
        [("wave-1", "1", "barriers"), ("wave-1", "2", "barriers"), ("wave-2", "1", "successes")],
        columns=["wave", "respondent_id", "question"],
    )
    counted = count_commenting_by_question_wave(commenting, questions=["barriers", "successes"], waves=WAVES)
    assert list(counted.itertuples(index=False, name=None)) == [
        ("barriers", "wave-1", 2),
        ("barriers", "wave-2", 0),
        ("successes", "wave-1", 0),
        ("successes", "wave-2", 1),
    ]


def test_submissions_of_all_files_of_a_wave_are_added_and_a_wave_without_files_has_nought() -> None:
    ledger = pd.DataFrame({"wave": ["wave-1", "wave-1"], "file": ["a", "b"], "rows_in": [5, 4], "rows_used": [4, 3]})
    counted = count_submissions_by_wave(ledger, waves=WAVES)
    assert list(counted.itertuples(index=False, name=None)) == [("wave-1", 9, 7), ("wave-2", 0, 0)]


def test_a_respondent_is_one_row_however_many_items_were_answered() -> None:
    answers = pd.concat([RESPONDENTS.assign(item="sure"), RESPONDENTS.assign(item="known")], ignore_index=True)
    pd.testing.assert_frame_equal(respondents_with_sector(answers), RESPONDENTS)
