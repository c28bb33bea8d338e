"""The demonstration's registers: no mistake in them, and what the published account of the forums tells is there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.data.registers.registers import Registers, read_registers
from pipeline.data.registers.schemas import ATTENDED, KEPT, PLEDGE_STATUSES, VACANT
from pipeline.ground.paths import Project
from pipeline.machinery.registers import load_registers
from pipeline.reference.evaluation import load_evaluation
from pipeline.simulation.demonstration import make_demonstration

ROOT = Path(__file__).parents[2]
NCL = load_evaluation(ROOT / "evaluation.yml")
MADE = load_registers(Project(ROOT), NCL)
FORUMS = ["forum-1", "forum-2", "forum-3"]
# What commissions or provides health care, by the order of evaluation.yml.
HEALTH = ["nhs-provider", "icb", "primary-care"]


def came(event: str) -> pd.DataFrame:
    rows = MADE.attendance
    return rows[(rows["event"] == event) & (rows["attendance"] == ATTENDED)]


def test_every_register_has_rows() -> None:
    assert MADE.present == set(NCL.registers.named())
    assert all(len(getattr(MADE, name)) > 5 for name in MADE.present)


def test_three_forums_follow_webinars_a_workshop_and_training() -> None:
    kinds = MADE.events.sort_values("date")["kind"].tolist()
    assert kinds == [*["webinar"] * 3, "workshop", *["training"] * 2, *["forum"] * 3, "meeting"]


def test_over_twenty_came_to_the_first_forum_from_every_borough_and_fewer_each_time() -> None:
    counts = [len(came(forum)) for forum in FORUMS]
    assert counts[0] > 20
    assert counts == sorted(counts, reverse=True)
    assert {area.id for area in NCL.areas} <= set(came("forum-1")["areas"].explode())


def test_at_the_later_forums_a_borough_is_missing() -> None:
    boroughs = {area.id for area in NCL.areas}
    assert boroughs - set(came("forum-2")["areas"].explode()) == {"enfield"}
    assert boroughs - set(came("forum-3")["areas"].explode()) == {"haringey"}


def test_more_than_half_of_those_at_each_forum_are_from_health() -> None:
    assert all(came(forum)["sector"].isin(HEALTH).mean() > 0.5 for forum in FORUMS)


def test_time_is_what_most_give_as_the_reason_for_not_coming() -> None:
    assert MADE.attendance["reason"].value_counts().idxmax() == "competing demands"


def test_pledges_of_every_outcome_stand_there_and_one_reached_the_senior_leads() -> None:
    assert set(MADE.pledges["status"]) == set(PLEDGE_STATUSES)
    (presented,) = MADE.pledges[MADE.pledges["text"].str.contains("senior leads")].to_dict("records")
    assert (presented["status"], presented["scope"]) == (KEPT, "beyond")
    day = MADE.events.loc[MADE.events["kind"] == "meeting", "date"].item()
    assert presented["checked_on"] == day


def test_some_boroughs_have_nobody_to_speak_for_them_and_no_lead_is_named() -> None:
    now = MADE.governance[MADE.governance["until"].isna()]
    assert set(now.loc[(now["kind"] == "representative") & (now["status"] == VACANT), "area"]) == {
        "enfield",
        "haringey",
    }
    assert now.loc[now["kind"] == "lead", "status"].tolist() == [VACANT]


def test_two_coders_coded_comments_that_the_waves_hold_and_mostly_agree() -> None:
    coding = MADE.coding
    twice = coding.pivot_table(index=["wave", "question", "comment"], columns="coder", values="theme", aggfunc="first")
    both = twice.dropna()
    assert 0.3 < len(both) / len(twice) < 0.9
    assert 0.7 < (both["C1"] == both["C2"]).mean() < 1


def test_both_series_are_long_enough_for_a_chart_of_their_own() -> None:
    assert MADE.series.groupby("series").size().min() >= 13


def test_another_survey_gets_registers_of_its_own_that_hold_no_mistake() -> None:
    other = NCL.model_copy(
        update={
            "areas": NCL.areas[:2],
            "sectors": NCL.sectors[:2],
            "organisations": (),
            "groupings": (),
            "comments": (),
        }
    )
    contents = {
        name: content
        for file, content in make_demonstration(other).items()
        for name, one in other.registers.named().items()
        if file == f"registers/{one.file}"
    }
    made: Registers = read_registers(contents, other, shown={name: name for name in contents})
    assert set(made.attendance["areas"].explode()) == {"barnet", "camden", other.whole_area.id}
