"""Who came, from where and from which sector, who was missing and who came back: counted by hand from nine rows."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.improvement.representation import (
    compare_with_target,
    count_people,
    count_reasons,
    count_times_attended,
    estimate_returns,
    estimate_sector_share,
    list_absent,
    order_events,
    people_at_events,
    people_in_waves,
)
from pipeline.statistics.respondents import respondents_with_sector

AREAS, SECTORS, WHOLE = ["barnet", "camden", "enfield"], ["health", "schools", "charities"], "all-three"
EVENTS = pd.DataFrame(
    [
        ("forum-2", "forum", "Second forum", dt.date(2023, 5, 9), 3.0),
        ("forum-1", "forum", "First forum", dt.date(2023, 2, 7), 3.0),
        ("training", "training", "A day on testing changes", dt.date(2023, 3, 1), 6.0),
        ("forum-3", "forum", "Third forum", dt.date(2023, 9, 5), 3.0),
    ],
    columns=["event", "kind", "title", "date", "hours"],
)
ATTENDANCE = pd.DataFrame(
    [
        ("forum-1", "p1", ["barnet"], "health", "attended", None),
        ("forum-1", "p2", ["barnet", "camden"], "health", "attended", None),
        ("forum-1", "p3", ["camden"], "schools", "attended", None),
        ("forum-1", "p4", ["enfield"], "schools", "apologies", "Other meeting"),
        ("forum-2", "p1", ["barnet"], "health", "attended", None),
        ("forum-2", "p3", ["camden"], "schools", "apologies", "Other meeting"),
        ("forum-2", "p4", ["enfield"], None, "attended", None),
        ("forum-3", "p1", ["barnet"], "health", "attended", None),
        ("forum-3", "p2", ["barnet", "camden"], "health", "absent", " "),
    ],
    columns=["event", "person", "areas", "sector", "attendance", "reason"],
)
FORUMS = ["forum-1", "forum-2", "forum-3"]
# The confidence level at which the normal quantile z is 1, so that Wilson's interval can be worked out by hand.
ONE_SIGMA = math.erf(1 / math.sqrt(2))


def counted(attendance: pd.DataFrame = ATTENDANCE, occasions: list[str] = FORUMS) -> pd.DataFrame:
    people = people_at_events(attendance)
    people = people[people["occasion"].isin(occasions)]
    return count_people(people, occasions=occasions, areas=AREAS, sectors=SECTORS, whole_area=WHOLE)


def cells(counts: pd.DataFrame, occasion: str) -> dict[tuple[str, str], int]:
    of_occasion = counts[(counts["occasion"] == occasion) & (counts["base_n"] > 0)]
    return dict(zip(zip(of_occasion["area"], of_occasion["sector"], strict=True), of_occasion["base_n"], strict=True))


def test_events_of_a_kind_come_in_the_order_of_their_dates() -> None:
    assert order_events(EVENTS, "forum") == FORUMS


def test_who_works_in_two_areas_counts_in_both_and_once_in_the_whole() -> None:
    assert cells(counted(), "forum-1") == {
        ("all-three", "health"): 2,
        ("all-three", "schools"): 1,
        ("barnet", "health"): 2,
        ("camden", "health"): 1,
        ("camden", "schools"): 1,
    }


def test_who_sent_apologies_was_not_there_and_who_gave_no_sector_is_counted_as_such() -> None:
    assert cells(counted(), "forum-2") == {
        ("all-three", "health"): 1,
        ("all-three", "not-stated"): 1,
        ("barnet", "health"): 1,
        ("enfield", "not-stated"): 1,
    }


def test_the_table_has_a_row_for_every_cell_even_without_people() -> None:
    assert len(counted()) == 3 * 4 * 4
    nobody = counted(ATTENDANCE.iloc[:0])
    assert len(nobody) == 48
    assert nobody["base_n"].sum() == 0


def test_areas_and_sectors_nobody_came_from_are_named() -> None:
    absent = list_absent(counted(), whole_area=WHOLE)
    of_event = absent.groupby(["occasion", "dimension"])["absent"].agg(list).to_dict()
    assert of_event == {
        ("forum-1", "area"): ["enfield"],
        ("forum-1", "sector"): ["charities"],
        ("forum-2", "area"): ["camden"],
        ("forum-2", "sector"): ["schools", "charities"],
        ("forum-3", "area"): ["camden", "enfield"],
        ("forum-3", "sector"): ["schools", "charities"],
    }


def test_of_an_event_without_attendance_nobody_is_called_absent() -> None:
    absent = list_absent(counted(occasions=[*FORUMS, "training"]), whole_area=WHOLE)
    assert set(absent["occasion"]) == set(FORUMS)


def test_the_share_of_health_has_wilsons_interval_and_leaves_out_who_gave_no_sector() -> None:
    shares = estimate_sector_share(counted(), {"health"}, conf_level=ONE_SIGMA).set_index(["occasion", "area"])
    # z = 1, 1 of 2 in Camden: centre 1/2, reach sqrt(1/8 + 1/16) / (1 + 1/2) = sqrt(3)/6.
    camden = shares.loc[("forum-1", "camden")]
    assert (camden["count"], camden["base_n"], camden["estimate"]) == (1, 2, 0.5)
    assert camden["conf_low"] == pytest.approx(0.5 - math.sqrt(3) / 6)
    assert camden["conf_high"] == pytest.approx(0.5 + math.sqrt(3) / 6)
    assert shares.loc[("forum-2", "all-three"), "base_n"] == 1


def test_where_nobodys_sector_is_known_the_share_is_missing_and_says_why() -> None:
    row = estimate_sector_share(counted(), {"health"}, conf_level=0.95).set_index(["occasion", "area"])
    enfield = row.loc[("forum-2", "enfield")]
    assert math.isnan(enfield["estimate"])
    assert enfield["note"] == "Nobody was there whose sector is known."


def test_the_mix_is_set_beside_its_target_and_is_silent_where_none_was_set() -> None:
    mix = compare_with_target(counted(), {"health": 0.5, "schools": 0.25}, conf_level=0.95)
    of_whole = mix[(mix["occasion"] == "forum-1") & (mix["area"] == WHOLE)].set_index("sector")
    assert of_whole.loc["health", "difference"] == pytest.approx(2 / 3 - 0.5)
    assert of_whole.loc["schools", "difference"] == pytest.approx(1 / 3 - 0.25)
    assert pd.isna(of_whole.loc["charities", "target_share"])
    assert pd.isna(of_whole.loc["charities", "difference"])
    assert of_whole["estimate"].sum() == pytest.approx(1)


def test_people_are_counted_by_how_many_forums_they_came_to() -> None:
    times = count_times_attended(people_at_events(ATTENDANCE), occasions=FORUMS, areas=AREAS, whole_area=WHOLE)
    by_area = times.groupby("area")["base_n"].agg(list).to_dict()
    # p1 came to all three, p2 and p3 and p4 to one each.
    assert by_area == {"all-three": [3, 0, 1], "barnet": [1, 0, 1], "camden": [2, 0, 0], "enfield": [1, 0, 0]}


def test_returns_are_of_the_people_at_the_first_forum() -> None:
    returns = estimate_returns(
        people_at_events(ATTENDANCE), occasions=FORUMS, areas=AREAS, sectors=SECTORS, conf_level=0.95
    ).set_index(["occasion", "dimension", "value"])
    assert returns.loc[("any-later", "everyone", "everyone"), ["count", "base_n"]].tolist() == [1, 3]
    assert returns.loc[("forum-2", "sector", "health"), ["count", "base_n"]].tolist() == [1, 2]
    assert returns.loc[("any-later", "sector", "schools"), ["count", "base_n"]].tolist() == [0, 1]
    assert returns.loc[("forum-3", "area", "barnet"), ["count", "base_n"]].tolist() == [1, 2]
    assert returns.loc[("any-later", "area", "enfield"), "note"] == "Nobody of these came to the first event."


def test_one_event_alone_has_no_returns() -> None:
    people = people_at_events(ATTENDANCE)
    assert estimate_returns(people, occasions=["forum-1"], areas=AREAS, sectors=SECTORS, conf_level=0.95).empty


def test_reasons_for_staying_away_are_counted_and_blank_ones_are_not_stated() -> None:
    assert count_reasons(ATTENDANCE).to_numpy().tolist() == [
        ["forum-1", "apologies", "Other meeting", 1],
        ["forum-2", "apologies", "Other meeting", 1],
        ["forum-3", "absent", "not-stated", 1],
    ]
    assert count_reasons(ATTENDANCE.iloc[:3]).empty


def test_a_person_entered_twice_for_an_event_counts_once_in_the_areas_of_both_rows() -> None:
    again = ATTENDANCE.iloc[[0]].assign(areas=[["camden"]])
    found = cells(counted(pd.concat([ATTENDANCE, again])), "forum-1")
    assert found[("all-three", "health")] == 2
    assert found[("camden", "health")] == 2


def test_the_same_person_in_two_sectors_at_an_event_is_refused_in_a_sentence() -> None:
    other = ATTENDANCE.iloc[[0]].assign(sector="schools")
    with pytest.raises(ValueError, match="p1 stands in two sectors at forum-1: health and schools; one is expected"):
        people_at_events(pd.concat([ATTENDANCE, other]))


def test_a_sector_that_is_not_listed_is_refused_rather_than_lost() -> None:
    with pytest.raises(ValueError, match="'police' is no sector; expected one of health, schools, charities"):
        counted(ATTENDANCE.assign(sector="police"))


def test_people_of_a_wave_are_counted_as_those_of_an_event(tiny_cleaned: CleanedTables) -> None:
    respondents = respondents_with_sector(tiny_cleaned.answers_by_respondent_item)
    people = people_in_waves(respondents, tiny_cleaned.areas_by_respondent)
    counts = count_people(
        people, occasions=["wave-1", "wave-2"], areas=AREAS, sectors=["health", "schools"], whole_area=WHOLE
    )
    # Rows of the tiny survey, printed in conftest.py; one person of health works in Barnet and in Camden.
    assert cells(counts, "wave-1") == {
        ("all-three", "health"): 5,
        ("all-three", "schools"): 4,
        ("barnet", "health"): 3,
        ("barnet", "schools"): 1,
        ("camden", "health"): 2,
        ("camden", "schools"): 2,
        ("enfield", "health"): 1,
        ("enfield", "schools"): 1,
    }
    nowhere = people_in_waves(respondents, tiny_cleaned.areas_by_respondent.iloc[:0])
    assert nowhere["areas"].tolist() == [[]] * len(respondents)


def test_people_of_areas_that_are_not_listed_count_in_the_whole_alone() -> None:
    elsewhere = ATTENDANCE.iloc[[0]].assign(areas=[["harrow"]])
    assert cells(counted(elsewhere), "forum-1") == {("all-three", "health"): 1}


@given(st.permutations(range(len(ATTENDANCE))))
@settings(max_examples=5, deadline=None)
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    shuffled = ATTENDANCE.iloc[order]
    pd.testing.assert_frame_equal(counted(shuffled), counted())
    pd.testing.assert_frame_equal(count_reasons(shuffled), count_reasons(ATTENDANCE))


def test_ten_thousand_rows_are_counted_right() -> None:
    many = pd.DataFrame(
        [
            (f"forum-{number % 3 + 1}", f"p{number}", [AREAS[number % 3]], "health", "attended", None)
            for number in range(10_000)
        ],
        columns=ATTENDANCE.columns,
    )
    counts = counted(many)
    assert counts[counts["area"] == WHOLE]["base_n"].sum() == 10_000
