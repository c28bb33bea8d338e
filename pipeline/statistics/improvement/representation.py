"""Who was at the table: people at each event or in each wave by area and sector, who was missing, who came back.

A frame `people` has one row a person and occasion (an event or a wave): `occasion, person, areas, sector`, where
`areas` is a list. Who works in several areas counts in each of them, and once in the whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from pipeline.statistics.improvement.shares import SHARE_COLUMNS, share_row
from pipeline.statistics.respondents import NOT_STATED

ATTENDED = "attended"
ANY_LATER = "any-later"
EVERYONE = "everyone"
PEOPLE_COLUMNS = ["occasion", "person", "areas", "sector"]
COUNT_COLUMNS = ["occasion", "area", "sector", "base_n"]
ABSENT_COLUMNS = ["occasion", "dimension", "absent"]
MIX_COLUMNS = ["occasion", "area", "sector", *SHARE_COLUMNS, "target_share", "difference"]
SECTOR_SHARE_COLUMNS = ["occasion", "area", *SHARE_COLUMNS]
TIMES_COLUMNS = ["area", "events_n", "base_n"]
RETURN_COLUMNS = ["occasion", "dimension", "value", *SHARE_COLUMNS]
REASON_COLUMNS = ["event", "attendance", "reason", "base_n"]


def order_events(events: pd.DataFrame, kind: str) -> list[str]:
    """Return the ids of the events of a kind, the earliest first."""
    return events[events["kind"] == kind].sort_values(["date", "event"])["event"].tolist()


def people_at_events(attendance: pd.DataFrame) -> pd.DataFrame:
    """Return the people who attended each event, as a frame `people`.

    A person entered twice for an event counts once, in the areas of both rows. Raises ValueError when one stands in
    two sectors there: the count by sector would depend on which row came first.
    """
    came = attendance[attendance["attendance"] == ATTENDED].rename(columns={"event": "occasion"})
    came = came.assign(sector=came["sector"].fillna(NOT_STATED)).sort_values(["occasion", "person", "sector"])
    entries = came.groupby(["occasion", "person"], sort=True)
    first, last = entries["sector"].first(), entries["sector"].last()
    if (two := first != last).any():
        occasion, person = first.index[two][0]
        found = f"{first[two].iloc[0]} and {last[two].iloc[0]}"
        raise ValueError(f"{person} stands in two sectors at {occasion}: {found}; one is expected")
    areas = entries["areas"].agg(lambda lists: sorted(set().union(*lists)))
    if not len(areas):
        return pd.DataFrame(columns=PEOPLE_COLUMNS)
    return pd.DataFrame({"areas": areas, "sector": first}).reset_index()[PEOPLE_COLUMNS]


def people_in_waves(respondents: pd.DataFrame, areas_by_respondent: pd.DataFrame) -> pd.DataFrame:
    """Return the people who answered in each wave, as a frame `people`.

    `respondents` has `wave, respondent_id, sector`, `areas_by_respondent` has `wave, respondent_id, area`; whoever gave
    no area has an empty list.
    """
    areas = areas_by_respondent.groupby(["wave", "respondent_id"])["area"].agg(sorted).rename("areas").reset_index()
    people = respondents.merge(areas, on=["wave", "respondent_id"], how="left")
    people["areas"] = people["areas"].apply(lambda found: found if isinstance(found, list) else [])
    return people.rename(columns={"wave": "occasion", "respondent_id": "person"})[PEOPLE_COLUMNS]


def count_people(
    people: pd.DataFrame,
    *,
    occasions: Sequence[str],
    areas: Sequence[str],
    sectors: Sequence[str],
    whole_area: str,
) -> pd.DataFrame:
    """Return occasion, area, sector and base_n (people), nought included; who gave no sector counts as 'not-stated'.

    People of areas that are not listed count in the whole alone. Raises ValueError for a sector that is not listed.
    """
    stated = people.assign(sector=people["sector"].fillna(NOT_STATED))
    places, kinds = [whole_area, *areas], [*sectors, NOT_STATED]
    if unknown := sorted(set(stated["sector"]) - set(kinds)):
        raise ValueError(f"{unknown[0]!r} is no sector; expected one of {', '.join(sectors)}")
    placed = _placed(stated, whole_area)
    grid = pd.MultiIndex.from_product([list(occasions), places, kinds], names=COUNT_COLUMNS[:3])
    sizes = placed.groupby(COUNT_COLUMNS[:3])["person"].nunique() if len(placed) else pd.Series(0, index=grid)
    return sizes.reindex(grid, fill_value=0).astype("int64").rename("base_n").reset_index()


def list_absent(counts: pd.DataFrame, *, whole_area: str) -> pd.DataFrame:
    """Return the areas and the sectors nobody came from, by occasion: occasion, dimension ('area', 'sector'), absent.

    `counts` as from `count_people`. Of an occasion without anybody nothing is known, and it has no row.
    """
    known = counts[counts.groupby("occasion")["base_n"].transform("sum") > 0]
    parts = {
        "area": known[known["area"] != whole_area],
        "sector": known[(known["area"] == whole_area) & (known["sector"] != NOT_STATED)],
    }
    rows = []
    for dimension, part in parts.items():
        sums = part.groupby(["occasion", dimension], sort=False)["base_n"].sum()
        rows += [(occasion, dimension, absent) for occasion, absent in sums[sums == 0].index]
    return pd.DataFrame(rows, columns=ABSENT_COLUMNS)


def compare_with_target(counts: pd.DataFrame, target_shares: Mapping[str, float], *, conf_level: float) -> pd.DataFrame:
    """Return each sector's share of the people whose sector is known, beside its target, by occasion and area.

    `counts` as from `count_people`; shares in 0..1 with Wilson's interval; `difference` = share minus target, missing
    where no target was set.
    """
    rows = []
    for occasion, area, of_sector in _stated_counts(counts):
        for sector, count in of_sector.items():
            share = share_row(count, sum(of_sector.values()), conf_level, nobody=_NOBODY)
            target = target_shares.get(sector, math.nan)
            rows.append({"occasion": occasion, "area": area, "sector": sector, **share, "target_share": target})
    mix = pd.DataFrame(rows, columns=MIX_COLUMNS[:-1])
    return mix.assign(difference=mix["estimate"] - mix["target_share"])


def estimate_sector_share(counts: pd.DataFrame, sectors_counted: Iterable[str], *, conf_level: float) -> pd.DataFrame:
    """Return what share of the people whose sector is known came from some sectors, such as those of health.

    One row an occasion and area, with Wilson's interval; `counts` as from `count_people`.
    """
    counted = set(sectors_counted)
    rows = []
    for occasion, area, of_sector in _stated_counts(counts):
        count = sum(number for sector, number in of_sector.items() if sector in counted)
        share = share_row(count, sum(of_sector.values()), conf_level, nobody=_NOBODY)
        rows.append({"occasion": occasion, "area": area, **share})
    return pd.DataFrame(rows, columns=SECTOR_SHARE_COLUMNS)


def count_times_attended(
    people: pd.DataFrame, *, occasions: Sequence[str], areas: Sequence[str], whole_area: str
) -> pd.DataFrame:
    """Return how many people came to exactly one, two, ... all of some events: area, events_n, base_n, nought included.

    A person belongs to every area given for them at any of these events.
    """
    placed = _placed(people[people["occasion"].isin(occasions)], whole_area)
    times = placed.groupby("person")["occasion"].nunique() if len(placed) else pd.Series(dtype="int64")
    once = placed.drop_duplicates(["area", "person"])
    once = once.assign(events_n=once["person"].map(times))
    grid = pd.MultiIndex.from_product([[whole_area, *areas], range(1, len(occasions) + 1)], names=TIMES_COLUMNS[:2])
    sizes = once.groupby(TIMES_COLUMNS[:2]).size() if len(once) else pd.Series(0, index=grid)
    return sizes.reindex(grid, fill_value=0).astype("int64").rename("base_n").reset_index()


def estimate_returns(
    people: pd.DataFrame, *, occasions: Sequence[str], areas: Sequence[str], sectors: Sequence[str], conf_level: float
) -> pd.DataFrame:
    """Return which share of those at the first event came again: to each later one, and to any later one.

    `occasions` in their order. Rows by dimension: 'everyone', 'area' and 'sector', each as given at the first event;
    `base_n` are the people at the first event, so that 1 - estimate is the drop-off. With fewer than two events there
    is nothing to come back to, and no row.
    """
    if len(occasions) < 2:
        return pd.DataFrame(columns=RETURN_COLUMNS)
    first, *later = occasions
    began = people[people["occasion"] == first]
    by_area = began.explode("areas")
    groups = [(EVERYONE, EVERYONE, set(began["person"]))]
    groups += [("area", area, set(by_area.loc[by_area["areas"] == area, "person"])) for area in areas]
    groups += [("sector", sector, set(began.loc[began["sector"] == sector, "person"])) for sector in sectors]
    came = {occasion: set(people.loc[people["occasion"] == occasion, "person"]) for occasion in later}
    came[ANY_LATER] = set().union(*came.values())
    rows = [
        {"occasion": occasion, "dimension": dimension, "value": value}
        | share_row(len(those & again), len(those), conf_level, nobody="Nobody of these came to the first event.")
        for dimension, value, those in groups
        for occasion, again in came.items()
    ]
    return pd.DataFrame(rows, columns=RETURN_COLUMNS)


def count_reasons(attendance: pd.DataFrame) -> pd.DataFrame:
    """Return why people did not come: event, attendance ('apologies', 'absent'), reason and base_n (people)."""
    away = attendance[attendance["attendance"] != ATTENDED]
    reasons = away.assign(reason=away["reason"].fillna("").str.strip().replace("", NOT_STATED))
    counted = reasons.groupby(REASON_COLUMNS[:3])["person"].nunique() if len(reasons) else pd.Series(dtype="int64")
    if not len(reasons):
        return pd.DataFrame(columns=REASON_COLUMNS)
    table = counted.rename("base_n").reset_index()
    return table.sort_values(["event", "base_n", "reason"], ascending=[True, False, True], ignore_index=True)


_NOBODY = "Nobody was there whose sector is known."


def _placed(people: pd.DataFrame, whole_area: str) -> pd.DataFrame:
    """Return one row a person, occasion and area, the whole area among them."""
    everywhere = people.assign(area=whole_area)
    by_area = people.explode("areas").rename(columns={"areas": "area"})
    return pd.concat([everywhere, by_area[by_area["area"] != whole_area]], ignore_index=True).drop(columns="areas")


def _stated_counts(counts: pd.DataFrame) -> Iterable[tuple[str, str, dict[str, int]]]:
    stated = counts[counts["sector"] != NOT_STATED]
    for (occasion, area), part in stated.groupby(["occasion", "area"], sort=False):
        yield str(occasion), str(area), dict(zip(part["sector"], part["base_n"].astype(int), strict=True))
