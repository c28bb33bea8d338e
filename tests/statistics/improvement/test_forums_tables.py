"""The tables on events, counted by hand from tests/events_small.py, as things stood when the second wave ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.statistics.improvement.forums_tables import EVERYONE, OF_ALL, OF_THE_FIRST, describe_forums
from tests.events_small import CAME, EVENTS_SETTINGS, attendance_of, events_registers, feedback_of

Describe = Callable[..., Mapping[str, pd.DataFrame]]


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    path = tmp_path_factory.mktemp("settings") / "evaluation.yml"
    path.write_text(EVENTS_SETTINGS, "utf-8")
    return load_evaluation(path)


@pytest.fixture(scope="module")
def describe(evaluation: Evaluation) -> Describe:
    return lambda wave="wave-2", **changed: describe_forums(events_registers(evaluation, **changed), evaluation, wave)


@pytest.fixture(scope="module")
def tables(describe: Describe) -> Mapping[str, pd.DataFrame]:
    return describe()


def test_events_stand_in_their_order_with_the_people_who_came(tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["events"]
    assert rows["event"].tolist() == ["webinar-1", "forum-1", "forum-2", "board-1", "forum-3", "forum-4"]
    assert rows["people"].fillna(-1).tolist() == [5, 18, 14, -1, 8, -1]
    assert rows["is_held"].tolist() == [True] * 5 + [False]


def test_an_event_after_the_fieldwork_is_still_to_come(describe: Describe) -> None:
    of_first = describe("wave-1")["events"]
    assert of_first[of_first["is_held"]]["event"].tolist() == ["webinar-1", "forum-1"]
    # Whoever stands in the register for a later event did not come to it yet.
    assert of_first["people"].fillna(-1).tolist() == [5, 18, -1, -1, -1, -1]


def people_of(table: pd.DataFrame, event: str, area: str, sector: str) -> int:
    rows = table[(table["event"] == event) & (table["area"] == area) & (table["sector"] == sector)]
    return int(rows["people"].item())


@pytest.mark.parametrize(
    ("event", "area", "sector", "people"),
    [
        ("forum-1", "enfield", EVERYONE, 0),
        ("forum-2", "enfield", EVERYONE, 1),
        ("forum-2", "camden", "schools", 6),
        ("forum-2", "all-three", EVERYONE, 14),
        ("forum-3", "all-three", "schools", 4),
        ("forum-3", "camden", "schools", 3),
        ("webinar-1", "all-three", "schools", 0),
    ],
)
def test_people_are_counted_in_each_of_their_areas(
    tables: Mapping[str, pd.DataFrame], event: str, area: str, sector: str, people: int
) -> None:
    assert people_of(tables["presence"], event, area, sector) == people


def test_of_an_event_where_nobody_is_recorded_nothing_is_said(tables: Mapping[str, pd.DataFrame]) -> None:
    assert set(tables["presence"]["event"]) == {"webinar-1", "forum-1", "forum-2", "forum-3"}


def test_everyone_counts_once_by_sector(tables: Mapping[str, pd.DataFrame]) -> None:
    counts = tables["event_sectors"].set_index("sector")["people"]
    assert counts.to_dict() == {"health": 12, "schools": 8, EVERYONE: 20}


def test_the_share_from_health_is_of_people_at_forums(tables: Mapping[str, pd.DataFrame]) -> None:
    (row,) = tables["health_share"].to_dict("records")
    assert (row["count"], row["base_n"]) == (12, 20)
    # Wilson's interval of 12 of 20, by hand.
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((0.3866, 0.7812), abs=5e-5)


def test_without_a_sector_of_health_there_is_no_such_share(describe: Describe, tmp_path: Path) -> None:
    path = tmp_path / "evaluation.yml"
    path.write_text(EVENTS_SETTINGS.replace(", health: true", ""), "utf-8")
    evaluation = load_evaluation(path)
    assert describe_forums(events_registers(evaluation), evaluation, "wave-2")["health_share"].empty


def test_who_came_to_one_two_and_all_forums_is_everyone_at_a_forum(tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["coming_again"]
    times = rows[rows["part"] == OF_ALL]
    assert dict(zip(times["forums_n"], times["count"], strict=True)) == {1: 7, 2: 6, 3: 7}
    assert set(times["base_n"]) == {20} == {times["count"].sum()}


def test_those_of_the_first_forum_who_came_again(tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["coming_again"]
    again = rows[rows["part"] == OF_THE_FIRST]
    assert dict(zip(again["event"], again["count"], strict=True)) == {"forum-2": 13, "forum-3": 7, "": 13}
    assert set(again["base_n"]) == {18}


def test_a_single_forum_has_nobody_who_came_again(describe: Describe) -> None:
    assert describe("wave-1")["coming_again"].empty


def test_a_person_gives_each_reason_once_and_may_give_several(tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["absence_reasons"].set_index("reason")
    assert rows.loc["competing demands", "count"] == 3
    assert rows.loc["no cover", "count"] == 2
    assert rows["count"].sum() == 5
    assert set(rows["base_n"]) == {4}


def test_the_latest_rating_of_a_person_counts_and_answers_off_the_scale_do_not(
    tables: Mapping[str, pd.DataFrame],
) -> None:
    (row,) = tables["usefulness"].to_dict("records")
    assert (row["element"], row["count"], row["base_n"], row["people"]) == ("networking", 3, 5, 4)


def test_anonymous_ratings_of_one_event_are_of_as_many_people(describe: Describe) -> None:
    rated = [("forum-1", "", "Sure")] * 3 + [("forum-2", "", "Sure")] * 2
    (row,) = describe(feedback=feedback_of(rated))["usefulness"].to_dict("records")
    # Two of the second event may be two of the first.
    assert (row["base_n"], row["people"]) == (5, 3)


def test_the_post_that_speaks_for_an_area_is_the_latest_that_holds(describe: Describe) -> None:
    governance = """\
post,kind,area,status,since,until,note
Borough representative,representative,barnet,filled,2023-02-07,2023-05-01,
Borough representative,representative,barnet,vacant,2023-05-02,,
Borough representative,representative,camden,vacant,2023-02-07,,
Borough representative,representative,camden,filled,2023-09-01,,
Borough representative,representative,enfield,filled,2023-12-01,,
Sponsor,sponsor,barnet,filled,2023-02-07,,
"""
    rows = describe(governance=governance)["representatives"]
    assert dict(zip(rows["area"], rows["status"], strict=True)) == {"barnet": "vacant", "camden": "filled"}


def test_without_any_register_every_table_is_empty(describe: Describe) -> None:
    heads = {
        "events": "event,kind,title,date,hours\n",
        "attendance": "event,person,areas,sector,role,organisation,attendance,reason\n",
        "feedback": "event,person,element,rating\n",
        "governance": "post,kind,area,status,since,until,note\n",
    }
    assert {name: len(table) for name, table in describe(**heads).items()} == dict.fromkeys(describe(), 0)


def test_ten_thousand_rows_of_attendance_are_counted(evaluation: Evaluation, describe: Describe) -> None:
    lines = ["event,person,areas,sector,role,organisation,attendance,reason"]
    events = ["event,kind,title,date,hours"]
    for event in range(10):
        events.append(f"forum-{event},forum,Forum {event},2023-02-{event + 1:02},1")
        lines += [f"forum-{event},P{number},camden,health,,,attended," for number in range(1000)]
    texts = {"events": "\n".join([*events, ""]), "attendance": "\n".join([*lines, ""])}
    tables = describe(**texts, feedback=feedback_of([]))
    assert tables["events"]["people"].tolist() == [1000] * 10
    assert tables["coming_again"]["count"].tolist() == [0] * 9 + [1000] * 11


def test_whoever_came_to_more_events_is_in_more_of_them_but_once_among_all(describe: Describe) -> None:
    doubled = CAME | {"webinar-1": [f"P{number:02}" for number in range(1, 21)]}
    tables = describe(attendance=attendance_of(doubled))
    assert tables["events"].set_index("event").loc["webinar-1", "people"] == 20
    assert tables["event_sectors"].set_index("sector")["people"].to_dict() == {"health": 12, "schools": 8, EVERYONE: 20}
