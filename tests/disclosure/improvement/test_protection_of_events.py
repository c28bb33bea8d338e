"""What is shown of events by both policies: the people of tests/events_small.py, under a minimum base of their own."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.improvement.forums import protect_forums
from pipeline.disclosure.policies import POLICIES
from pipeline.reference.evaluation import Disclosure, Evaluation
from pipeline.reference.places import Sector
from pipeline.statistics.improvement.forums_tables import describe_forums
from tests.events_small import CAME, EVENTS_SETTINGS, attendance_of, events_registers

SETTINGS = Evaluation.model_validate(yaml.safe_load(EVENTS_SETTINGS))


def protect(came: dict[str, list[str]] = CAME, **rules: object) -> Mapping[str, pd.DataFrame]:
    """Return the published tables of some attendance, under rules that are those of the tiny survey but for these."""
    asked = Disclosure.model_validate({"minimum_base": 3, "least_values": 1} | rules)
    evaluation = SETTINGS.model_copy(update={"disclosure": asked})
    estimates = describe_forums(events_registers(evaluation, attendance=attendance_of(came)), evaluation, "wave-2")
    return protect_forums(estimates, evaluation)


def column(table: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    return dict(zip(table[key], table[value], strict=True))


def test_every_cell_is_a_text() -> None:
    for policy in POLICIES:
        for table in protect(policy=policy.name).values():
            assert all(isinstance(cell, str) for row in table.itertuples(index=False) for cell in row)


def test_the_people_of_an_event_are_told_unrecorded_or_to_come() -> None:
    people = column(protect()["events"], "event", "people")
    assert people == {
        "The words": "5",
        "First forum": "18",
        "Second forum": "14",
        "Before the board": "[x]",
        "Third forum": "8",
        "Fourth forum": "",
    }


def test_an_event_of_few_people_is_hidden_and_so_is_all_that_would_tell_their_number() -> None:
    tables = protect(minimum_base=10, least_values=4)
    assert column(tables["events"], "event", "people")["Third forum"] == "[c]"
    # The people at any forum would tell how many came to the third.
    assert set(tables["coming-again"]["share"]) == {"[c]"} == set(tables["coming-again"]["base_n"])
    assert tables["health-share"]["base_n"].tolist() == ["[c]"]
    # Of everyone at an event, eight of schools alone are few, and what is left of the total would be they.
    assert tables["event-sectors"]["people"].tolist() == ["[c]", "[c]", "20"]


def test_sectors_are_shown_with_their_share_and_the_share_aimed_at() -> None:
    rows = protect()["event-sectors"]
    assert rows.to_numpy().tolist() == [
        ["health", "12", "60", "40"],
        ["schools", "8", "40", "60"],
        ["everyone", "20", "", ""],
    ]


def test_the_share_from_health_stands_with_its_interval_and_the_aim() -> None:
    assert protect()["health-share"].to_numpy().tolist() == [["60", "39", "78", "20", "40"]]


def test_nothing_is_told_of_how_often_people_came_where_one_share_is_near_an_end() -> None:
    everybody = {event: CAME["forum-1"] for event in ("forum-1", "forum-2", "forum-3")}
    assert set(protect(everybody)["coming-again"]["share"]) == {"[c]"}
    assert set(protect()["coming-again"]["share"]) == {"35", "30", "72", "39"}


def test_a_reason_that_few_gave_is_named_by_its_end_and_few_people_who_gave_any_are_hidden() -> None:
    shares = column(protect()["absence-reasons"], "reason", "share")
    assert shares["Competing demands"] == "75"
    assert shares["No cover"] == "50"
    assert shares["Leave or sickness"] == "under 10%"
    assert set(protect(minimum_base=5)["absence-reasons"]["share"]) == {"[c]"}


def test_ratings_of_fewer_people_than_the_minimum_base_are_hidden_though_they_are_more_ratings() -> None:
    assert protect(minimum_base=4)["usefulness"]["share"].tolist() == ["60"]
    # Five ratings, of four people at least.
    assert protect(minimum_base=5)["usefulness"]["share"].tolist() == ["[c]"]


def test_under_strict_counts_are_bins_and_no_share_is_told() -> None:
    tables = protect(policy="strict")
    assert column(tables["events"], "event", "people")["Third forum"] == "7–12"
    assert tables["event-sectors"]["people"].tolist() == ["7–12", "7–12", "19–24"]
    assert tables["usefulness"]["people"].tolist() == ["0–6"]
    assert set(tables["health-share"]["share"]) == {"[c]"} == set(tables["coming-again"]["share"])
    for name in ("event-sectors", "absence-reasons", "usefulness"):
        assert set(tables[name]["share"]) == {""}


def test_presence_is_a_word_for_every_area_and_sector() -> None:
    rows = protect()["presence"]
    found = {tuple(row[:-1]): row[-1] for row in rows[["event", "area", "sector", "present"]].to_numpy().tolist()}
    assert found["First forum", "enfield", ""] == "nobody"
    assert found["Second forum", "enfield", "schools"] == "present"
    assert found["Second forum", "enfield", "health"] == "nobody"
    assert found["The words", "all-three", "schools"] == "nobody"
    assert set(rows["present"]) == {"present", "nobody"}


def test_many_sectors_at_a_small_event_hide_who_was_there() -> None:
    # Of two sectors listed both were there: of at most four people, one of them is of at most three.
    few = CAME | {"webinar-1": ["P01", "P13"]}
    rows = protect(few, minimum_base=10, least_values=4)["presence"]
    assert set(rows[rows["event"] == "The words"]["present"]) == {"present", "nobody"}
    rows = protect(few, minimum_base=5, least_values=4)["presence"]
    assert set(rows[rows["event"] == "The words"]["present"]) == {"[c]"}
    assert set(rows[rows["event"] == "First forum"]["present"]) == {"present", "nobody"}


def test_presence_is_not_told_where_the_owner_of_the_data_refused_it() -> None:
    for policy in POLICIES:
        assert protect(policy=policy.name, event_presence=False)["presence"].empty


def test_the_health_share_is_hidden_where_it_would_fill_a_hidden_sector() -> None:
    sectors = tuple(Sector(id=name, name=name, health=name != "others") for name in ("large", "a", "b", "others"))
    evaluation = SETTINGS.model_copy(update={"sectors": sectors, "disclosure": Disclosure(minimum_base=10)})
    estimates = describe_forums(events_registers(SETTINGS), SETTINGS, "wave-2")
    of_events = pd.DataFrame({"sector": ["large", "a", "b", "others", "everyone"], "people": [20, 7, 6, 30, 63]})
    recorded = estimates["events"].assign(people=pd.array([70] * 6, dtype="Int64"))
    share = {"count": 26, "base_n": 50, "estimate": 0.52, "conf_low": 0.4, "conf_high": 0.6, "conf_level": 0.95}
    for count, shown in ((20, "40"), (26, "[c]")):
        rows = pd.DataFrame([share | {"count": count, "estimate": count / 50, "note": ""}])
        tables = {**estimates, "events": recorded, "event_sectors": of_events, "health_share": rows}
        # Six more than the large sector holds must be of the two hidden ones.
        assert protect_forums(tables, evaluation)["health-share"]["share"].tolist() == [shown]


PEOPLE = [f"P{number:02}" for number in range(1, 21)]
ATTENDANCE = st.fixed_dictionaries(
    {event: st.lists(st.sampled_from(PEOPLE), unique=True, max_size=20) for event in CAME}
)


@settings(max_examples=20, deadline=None)
@given(came=ATTENDANCE, minimum=st.integers(2, 10))
def test_no_number_of_people_below_the_minimum_base_is_ever_shown(came: dict[str, list[str]], minimum: int) -> None:
    for name, table in protect(came, minimum_base=minimum, least_values=4).items():
        for counted in set(table.columns) & {"people", "base_n"}:
            shown = [int(cell) for cell in table[counted] if cell.isdecimal()]
            assert min(shown, default=minimum) >= minimum, name
