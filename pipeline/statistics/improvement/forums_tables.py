"""Events of the improvement work as tables: who came, who was missing, who came back, and what they said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.data.registers.schemas import REASONS
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.representation import (
    ATTENDED,
    count_people,
    count_times_attended,
    estimate_returns,
    estimate_sector_share,
    order_events,
    people_at_events,
)
from pipeline.statistics.improvement.shares import SHARE_COLUMNS, share_row

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

FORUM, REPRESENTATIVE = "forum", "representative"
OF_ALL, OF_THE_FIRST = "of everyone at a forum", "of those at the first forum"
EVERYONE = "everyone"
_ALL_EVENTS, _ALL_FORUMS = "all events", "all forums"


def describe_forums(registers: Registers, evaluation: Evaluation, wave_id: str) -> dict[str, pd.DataFrame]:
    """Return the tables on events, private, as things stood on the last day of a wave's fieldwork.

    events: event, kind, title, date, hours, is_held, people (missing where nobody is recorded as attending);
    presence: event, area, sector (EVERYONE for all of them), people; event_sectors: sector, people, each person once;
    health_share and coming_again (part, forums_n, event): shares of people at forums; absence_reasons (reason) and
    usefulness (element, people: how many these are at least): shares; representatives: area, post, status, since.
    """
    until = pd.Timestamp(evaluation.wave(wave_id).fieldwork.end)
    events = registers.events.sort_values(["date", "event"], ignore_index=True)
    held = events.loc[events["date"] <= until, "event"]
    attendance = registers.attendance[registers.attendance["event"].isin(held)]
    people = people_at_events(attendance)
    sizes = people.groupby("occasion")["person"].nunique()
    counted = events.assign(is_held=events["event"].isin(held), people=events["event"].map(sizes).astype("Int64"))
    forums = [one for one in order_events(events, FORUM) if one in sizes.index]
    return {
        "events": counted,
        "presence": _presence(people, [one for one in events["event"] if one in sizes.index], evaluation),
        "event_sectors": _sectors(attendance, evaluation),
        "health_share": _health_share(attendance[attendance["event"].isin(forums)], evaluation),
        "coming_again": _coming_again(people, forums, evaluation),
        "absence_reasons": _reasons(attendance, evaluation.models.conf_level),
        "usefulness": _usefulness(registers.feedback, events[events["event"].isin(held)], evaluation),
        "representatives": _representatives(registers.governance, until),
    }


def _count(people: pd.DataFrame, occasions: list[str], areas: list[str], evaluation: Evaluation) -> pd.DataFrame:
    sectors = [sector.id for sector in evaluation.sectors]
    whole = evaluation.whole_area.id
    return count_people(people, occasions=occasions, areas=areas, sectors=sectors, whole_area=whole)


def _presence(people: pd.DataFrame, occasions: list[str], evaluation: Evaluation) -> pd.DataFrame:
    """Return the people by event, area and sector, and of every area all of its sectors together."""
    by_sector = _count(people, occasions, [area.id for area in evaluation.areas], evaluation)
    listed = by_sector[by_sector["sector"].isin([sector.id for sector in evaluation.sectors])]
    sums = by_sector.groupby(["occasion", "area"], sort=False, as_index=False)["base_n"].sum().assign(sector=EVERYONE)
    both = pd.concat([sums, listed], ignore_index=True).rename(columns={"occasion": "event", "base_n": "people"})
    return both[["event", "area", "sector", "people"]]


def _sectors(attendance: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    people = people_at_events(attendance.assign(event=_ALL_EVENTS))
    counts = _count(people, [_ALL_EVENTS], [], evaluation) if len(people) else None
    if counts is None or not evaluation.sectors:
        return pd.DataFrame(columns=["sector", "people"])
    of_sector = counts.set_index("sector")["base_n"].reindex([sector.id for sector in evaluation.sectors])
    total = pd.Series({EVERYONE: len(people)})
    return pd.concat([of_sector, total]).rename_axis("sector").rename("people").reset_index()


def _health_share(attendance: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return the share of people at any forum whose sector is one of health; no row where no sector is said to be."""
    health = [sector.id for sector in evaluation.sectors if sector.health]
    people = people_at_events(attendance.assign(event=_ALL_FORUMS))
    if not health or people.empty:
        return pd.DataFrame(columns=SHARE_COLUMNS)
    counts = _count(people, [_ALL_FORUMS], [], evaluation)
    return estimate_sector_share(counts, health, conf_level=evaluation.models.conf_level)[SHARE_COLUMNS]


def _coming_again(people: pd.DataFrame, forums: list[str], evaluation: Evaluation) -> pd.DataFrame:
    """Return how many of the forums people came to, and who of the first came again; no row for a single forum."""
    if len(forums) < 2:
        return pd.DataFrame(columns=["part", "forums_n", "event", *SHARE_COLUMNS])
    level, whole = evaluation.models.conf_level, evaluation.whole_area.id
    times = count_times_attended(people, occasions=forums, areas=[], whole_area=whole)
    total = int(times["base_n"].sum())
    rows: list[dict[str, object]] = [
        {"part": OF_ALL, "forums_n": int(number), "event": ""} | share_row(int(count), total, level, nobody="")
        for number, count in zip(times["events_n"], times["base_n"], strict=True)
    ]
    again = estimate_returns(people, occasions=forums, areas=[], sectors=[], conf_level=level)
    for one in again.to_dict("records"):
        event = one["occasion"] if one["occasion"] in forums else ""
        rows.append({"part": OF_THE_FIRST, "forums_n": 0, "event": event} | {name: one[name] for name in SHARE_COLUMNS})
    return pd.DataFrame(rows)


def _reasons(attendance: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    """Return which share of the people who gave a reason for staying away gave each one, at any event."""
    told = attendance[(attendance["attendance"] != ATTENDED) & attendance["reason"].notna()]
    base = int(told["person"].nunique())
    if not base:
        return pd.DataFrame(columns=["reason", *SHARE_COLUMNS])
    people = told.groupby("reason")["person"].nunique()
    return pd.DataFrame(
        {"reason": one} | share_row(int(people.get(one, 0)), base, conf_level, nobody="") for one in REASONS
    )


def _usefulness(feedback: pd.DataFrame, held: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return which share found each part of the events useful, by each person's latest rating on the scale.

    Ratings without a code count each by itself. `people` is the least number of people they can be of: nobody rates a
    part of one event twice.
    """
    rated = feedback[feedback["level"].notna()].merge(held[["event", "date"]], on="event")
    rows = []
    for element in evaluation.feedback_elements:
        of_element = rated[rated["element"] == element.id].sort_values(["date", "event"])
        named = of_element.dropna(subset=["person"]).drop_duplicates("person", keep="last")
        latest = pd.concat([named, of_element[of_element["person"].isna()]])
        if latest.empty:
            continue
        favourable = latest["level"].isin(evaluation.scales[element.scale].favourable_levels)
        share = share_row(int(favourable.sum()), len(latest), evaluation.models.conf_level, nobody="")
        least = max(len(named), int(of_element.groupby("event").size().max()))
        rows.append({"element": element.id, "people": least} | share)
    return pd.DataFrame(rows, columns=["element", "people", *SHARE_COLUMNS])


def _representatives(governance: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Return who speaks for each area: the latest entry of each post that holds on that day."""
    rows = governance[governance["kind"] == REPRESENTATIVE]
    holds = (rows["since"].isna() | (rows["since"] <= until)) & (rows["until"].isna() | (rows["until"] >= until))
    latest = rows[holds].sort_values("since", na_position="first").drop_duplicates(["area", "post"], keep="last")
    return latest[["area", "post", "status", "since"]].sort_values(["area", "post"], ignore_index=True)
