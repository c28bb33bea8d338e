"""Ideas, tests of change, counts, measures, plan and posts as of a day, counted by hand from the tiny registers.

The tiny waves end on 2 April and 29 October 2023; every row is printed in tests/tiny_registers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.data.registers.registers import Registers
from pipeline.ground.errors import DriversError
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.ideas_tables import describe_ideas
from tests.disclosure.reading.improvement_pages import registers_with, settings_with

Describe = Callable[..., dict[str, pd.DataFrame]]


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    folder: Path = tmp_path_factory.mktemp("settings")
    return settings_with(folder, ("{item: sure}\n    kirkpatrick: 3\n", "{series: visits}\n    kirkpatrick: 3\n"))


@pytest.fixture
def describe(evaluation: Evaluation) -> Describe:
    def described(wave: str = "wave-2", **changed: str) -> dict[str, pd.DataFrame]:
        return describe_ideas(registers_with(evaluation, **changed), evaluation, wave)

    return described


def test_an_idea_is_told_with_its_driver_theme_and_measure_in_words(describe: Describe) -> None:
    idea = describe()["ideas"].iloc[0].to_dict()
    assert (idea["driver"], idea["theme"], idea["measure"]) == ("Words on forms", "No shared words", "Using the words")


def test_much_impact_for_little_effort_comes_first_and_what_nobody_rated_last(describe: Describe) -> None:
    ideas = """\
idea,driver,title,theme,impact,effort,status,owner_type,owner,measure
a,forms,Unrated,,,,planned,local,QI lead,
b,forms,Two for one,,2,1,planned,local,QI lead,
c,forms,Five for four,,5,4,planned,national,QI lead,
d,forms,Four for one,,4,1,planned,ICS,QI lead,
"""
    pdsa = "cycle,idea,plan,prediction,do,study,act,started_on,ended_on,measure\n"
    titles = describe(change_ideas=ideas, pdsa=pdsa)["ideas"]["title"].tolist()
    assert titles == ["Four for one", "Five for four", "Two for one", "Unrated"]


def test_the_tree_of_drivers_ends_in_the_ideas_with_their_status(describe: Describe) -> None:
    drivers = describe()["drivers"]
    assert drivers["node"].tolist() == ["goal", "words", "forms", "form"]
    assert drivers["status"].tolist() == ["", "", "", "testing"]


def test_without_drivers_there_is_no_diagram_rather_than_a_broken_one(evaluation: Evaluation) -> None:
    kept = registers_with(evaluation)
    none = Registers(**{**vars(kept), "drivers": kept.drivers.iloc[:0]})
    assert describe_ideas(none, evaluation, "wave-2")["drivers"].empty


def test_two_aims_are_refused_by_name(describe: Describe) -> None:
    drivers = "driver,parent,kind,text\ngoal,,aim,More are sure\nother,,aim,Fewer are lost\nforms,,aim,Forms\n"
    with pytest.raises(DriversError, match="exactly one aim; found 3: goal, other, forms"):
        describe(drivers=drivers)


def test_what_came_of_a_test_is_told_only_once_it_has_ended(describe: Describe) -> None:
    pdsa = """\
cycle,idea,plan,prediction,do,study,act,started_on,ended_on,measure
one,form,One team,Most will,They did,Half did,adapt,2023-03-01,2023-04-02,using
two,form,Two teams,Most will,They did,All did,adopt,2023-04-01,2023-04-03,using
three,form,Three teams,Most will,,,,2023-04-03,,
"""
    early = describe("wave-1", pdsa=pdsa)["cycles"]
    assert early["stage"].tolist() == ["ended", "running", "to come"]
    assert early["study"].fillna("").tolist() == ["Half did", "", ""]
    assert early["act"].fillna("").tolist() == ["adapt", "", ""]
    assert describe("wave-2", pdsa=pdsa)["cycles"]["stage"].tolist() == ["ended", "ended", "running"]


def test_a_test_is_tied_to_the_series_that_its_measure_is_taken_from(describe: Describe) -> None:
    assert describe()["cycles"]["series"].fillna("").tolist() == ["visits", ""]


def test_a_series_ends_with_the_fieldwork(describe: Describe) -> None:
    series = "series,date,count\nvisits,2023-04-02,5\nvisits,2023-04-03,6\nvisits,2023-01-01,4\n"
    points = describe("wave-1", series=series)["series"].query("series == 'visits'")
    assert points["count"].tolist() == [4, 5]


def test_people_at_the_forums_are_a_series_and_one_who_was_away_is_not_counted(describe: Describe) -> None:
    points = describe()["series"].query("series == 'people-at-forums'")
    assert points["count"].tolist() == [2, 1]


def test_a_chart_of_few_points_has_no_lines_and_says_why(describe: Describe) -> None:
    chart = describe()["charts"].set_index("series").loc["visits"]
    assert pd.isna(chart["median"]) and pd.isna(chart["mean"])
    assert chart["run_note"].startswith("There are 2 points; a run chart needs at least 10")
    assert chart["xmr_note"] == "There are 2 points; limits mean little before 13."


def test_a_measure_has_its_latest_count_and_no_evidence_before_the_first(describe: Describe) -> None:
    assert describe()["measures"].iloc[0][["latest", "evidence"]].tolist() == [0, True]
    later = "series,date,count\nvisits,2023-05-01,412\n"
    assert not describe("wave-1", series=later)["measures"].iloc[0]["evidence"]


def test_a_step_is_overdue_the_day_after_it_was_due_unless_it_was_done_by_then(describe: Describe) -> None:
    plan = """\
milestone,title,owner,due,status,done_on
a,Done in time,The board,2023-03-01,done,2023-03-01
b,Done later,The board,2023-03-02,done,2023-05-01
c,Due today,The board,2023-04-02,open,
d,Due yesterday,The board,2023-04-01,open,
e,Dropped,The board,2023-03-01,dropped,
"""
    steps = describe("wave-1", plan=plan)["plan"]
    assert dict(zip(steps["title"], steps["state"], strict=True)) == {
        "Done later": "overdue",
        "Due yesterday": "overdue",
        "Due today": "to come",
        "Done in time": "done",
        "Dropped": "dropped",
    }
    assert steps["state"].tolist() == ["overdue", "overdue", "to come", "done", "dropped"]
    assert steps["done_on"].notna().tolist() == [False, False, False, True, False]


def test_a_post_stands_as_on_the_day_and_one_that_nobody_followed_has_ended(describe: Describe) -> None:
    governance = """\
post,kind,area,status,since,until,note
Lead,lead,all-three,filled,2023-01-01,2023-07-01,
Representative,representative,barnet,filled,2023-01-01,2023-05-01,
Representative,representative,barnet,vacant,2023-05-02,,
Sponsor,sponsor,all-three,filled,2023-06-01,,
"""
    early = describe("wave-1", governance=governance)["posts"]
    assert early[["post", "status"]].to_numpy().tolist() == [["Lead", "filled"], ["Representative", "filled"]]
    assert early["until"].isna().all()
    late = describe("wave-2", governance=governance)["posts"]
    assert late[["post", "status"]].to_numpy().tolist() == [
        ["Sponsor", "filled"],
        ["Lead", "ended"],
        ["Representative", "vacant"],
    ]


def test_the_last_forum_and_every_later_event_are_told(describe: Describe) -> None:
    dates = describe("wave-1")["dates"]
    assert dates[["title", "state"]].to_numpy().tolist() == [
        ["The first forum", "last forum"],
        ["The second forum", "to come"],
    ]
    assert describe("wave-2")["dates"]["state"].tolist() == ["last forum"]


def test_ten_thousand_rows_of_attendance_give_one_point_a_forum(evaluation: Evaluation) -> None:
    people = "\n".join(f"forum-{1 + number % 2},P{number},barnet,health,,,attended," for number in range(10_000))
    attendance = f"event,person,areas,sector,role,organisation,attendance,reason\n{people}\n"
    empty = {
        "pledges": "pledge,person,areas,sector,text,theme,scope,made_on,status,checked_on\n",
        "feedback": "event,person,element,rating\n",
    }
    kept = registers_with(evaluation, attendance=attendance, **empty)
    points = describe_ideas(kept, evaluation, "wave-2")["series"].query("series == 'people-at-forums'")
    assert points["count"].tolist() == [5000, 5000]


def test_a_forum_that_nobody_is_recorded_at_is_no_point(describe: Describe) -> None:
    events = (
        "event,kind,title,date,hours\nforum-1,forum,A,2023-02-07,\nforum-2,forum,B,2023-05-16,\nx,forum,C,2023-06-01,\n"
    )
    assert len(describe(events=events)["series"].query("series == 'people-at-forums'")) == 2
