"""What may be shown of pledges: those who made them are people, like those who answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.disclosure.bins import ends_of_bin, in_bin
from pipeline.disclosure.improvement.cells import is_end, share_cell
from pipeline.disclosure.improvement.parts import Part, bins_keep, parts_to_show
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.published import SUPPRESSED
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.pledge_tables import DIMENSIONS, NO_THEME
from pipeline.statistics.improvement.pledges import EVERY_PLEDGE, KEPT, NOT_KEPT, PARTLY, STATUSES, UNKNOWN

COLUMNS = [
    "area", "scope", "theme", "as_of", "people", "made", "followed_up", "kept", "kept_low", "kept_high", "at_least",
    "at_most", "partly", "not_kept",
]  # fmt: skip
BIN_COLUMNS = ["area", "as_of", "people", "made", "kept", "partly", "not_kept", "unknown"]
# As a page names the two.
SCOPE_NAMES = {"own": "own area of responsibility", "beyond": "beyond it"}
_SHARES = ("followed_up", "kept", "kept_low", "kept_high", "at_least", "at_most", "partly", "not_kept")
Row = Mapping[Any, Any]
# By dimension, the values that are shown.
Shown = Mapping[str, frozenset[str]]


def protect_pledges(estimates: Mapping[str, pd.DataFrame], evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Return `pledges`, or under a policy of bins `pledges-in-bins`; nothing where too few people made any.

    The whole comes first, then the parts that may be shown beside it. They stand as they were on the latest day that
    may be shown beside those before: between two days shown either nobody's pledges changed, or those of enough people.
    """
    if "pledges" not in estimates:
        return {}
    if find_policy(evaluation.disclosure.policy).has_bins:
        return {"pledges-in-bins": _in_bins(estimates["pledges"], evaluation)}
    latest = _latest_to_show(estimates, evaluation)
    if latest is None:
        return {}
    state, shown = latest
    rows = [
        _published(row, evaluation)
        for row in state.to_dict("records")
        if row["dimension"] == EVERY_PLEDGE or row["value"] in shown[row["dimension"]]
    ]
    return {"pledges": pd.DataFrame(rows, columns=COLUMNS, dtype="str")}


def _latest_to_show(estimates: Mapping[str, pd.DataFrame], evaluation: Evaluation) -> tuple[pd.DataFrame, Shown] | None:
    """Return the rows of the latest day that may be shown, and which parts of them; None where there is none."""
    rules, states = evaluation.disclosure, dict(list(estimates["pledges"].groupby("as_of")))
    changes = estimates["pledge_changes"]
    keys = zip(*(changes[name] for name in ("earlier", "later", "dimension", "value")), strict=True)
    changed = dict(zip(keys, changes["people_n"], strict=True))
    published: list[tuple[Any, Shown]] = []
    for day, state in states.items():
        people = int(state.loc[state["dimension"] == EVERY_PLEDGE, "people_n"].iloc[0])
        since = [changed[earlier, day, EVERY_PLEDGE, EVERY_PLEDGE] for earlier, _ in published]
        if people < rules.minimum_base or not all(_is_none_or_enough(one, rules.minimum_base) for one in since):
            continue
        shown = {
            dimension: values
            if all(
                _may_follow(dimension, values, before[dimension], (earlier, day), changed, rules.minimum_base)
                for earlier, before in published
            )
            else frozenset()
            for dimension in DIMENSIONS
            if (values := _parts_shown(state, dimension, evaluation)) is not None
        }
        published.append((day, shown))
    return (states[published[-1][0]], published[-1][1]) if published else None


def _parts_shown(state: pd.DataFrame, dimension: str, evaluation: Evaluation) -> frozenset[str]:
    rules = evaluation.disclosure
    rows = state[state["dimension"] == dimension].to_dict("records")
    total = state[state["dimension"] == EVERY_PLEDGE].to_dict("records")[0]
    # People of all areas, and pledges without a theme, have no row of their own.
    unlisted = {evaluation.whole_area.id, NO_THEME}
    parts = [_part(row, listed=row["value"] not in unlisted) for row in rows]
    found = parts_to_show(_part(total), parts, minimum=rules.minimum_base, least=rules.least_values)
    return frozenset(part.value for part in found)


def _part(row: Row, *, listed: bool = True) -> Part:
    return Part(row["value"], row["people_n"], row["made"], (row[KEPT], row[UNKNOWN]), listed=listed)


def _is_none_or_enough(people: int, minimum: int) -> bool:
    return people == 0 or people >= minimum


def _may_follow(
    dimension: str,
    now: frozenset[str],
    before: frozenset[str],
    days: tuple[Any, Any],
    changed: Mapping[tuple[Any, ...], int],
    minimum: int,
) -> bool:
    """Return whether parts shown on two days tell only of changes of enough people, in each and in all the rest."""
    if not now or not before:
        return True
    counts = {value: n for (*at, of, value), n in changed.items() if (*at, of) == (*days, dimension)}
    # Of the rest there are at least as many people as in its largest part.
    rest = max((n for value, n in counts.items() if value not in now & before), default=0)
    return all(_is_none_or_enough(n, minimum) for n in (rest, *(counts.get(value, 0) for value in now & before)))


def _published(row: Row, evaluation: Evaluation) -> dict[str, str]:
    is_whole = row["dimension"] == EVERY_PLEDGE
    cells = {
        "area": row["value"] if row["dimension"] == "areas" else evaluation.whole_area.id,
        "scope": SCOPE_NAMES[row["value"]] if row["dimension"] == "scope" else "",
        "theme": row["name"] if row["dimension"] == "theme" else "",
        "as_of": row["as_of"].date().isoformat(),
        "people": str(row["people_n"]),
        "made": str(row["made"]),
        **share_cells(row, evaluation.disclosure.minimum_base),
    }
    # Few pledges have some outcomes, so they are told of all together alone.
    return cells if is_whole else cells | {"partly": "", "not_kept": ""}


def share_cells(row: Row, minimum: int) -> dict[str, str]:
    """Return the shares of a group's pledges; hidden where one beside it would tell more than its end."""
    made, known = row["made"], row["base_n"]
    cells = dict.fromkeys(_SHARES, SUPPRESSED)
    cells["followed_up"] = share_cell(known, made)
    if row["followed_people_n"] < minimum:
        return cells
    if is_end(cells["followed_up"]):
        # With the share of those followed up this would tell how many were not.
        return cells | {"at_least": share_cell(row[KEPT], made)}
    kept = share_cell(row[KEPT], known)
    if is_end(kept):
        return cells | {"kept": kept, "kept_low": kept, "kept_high": kept}
    interval = {name: _ends(row[of]) for name, of in (("kept_low", "conf_low"), ("kept_high", "conf_high"))}
    bounds = {
        "at_least": share_cell(row[KEPT], made),
        "at_most": share_cell(row[KEPT] + row[UNKNOWN], made),
    }
    outcomes = {"partly": share_cell(row[PARTLY], made), "not_kept": share_cell(row[NOT_KEPT], made)}
    # An end of one would be told by the other.
    outcomes = {} if any(map(is_end, outcomes.values())) else outcomes
    return cells | {"kept": kept, **interval, **bounds, **outcomes}


def _ends(share: float) -> str:
    return str(round(100 * share))


def _in_bins(pledges: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return counts in bins, as on the last day: of all pledges, and of each area, where all areas' may be shown."""
    state = pledges[pledges["as_of"] == pledges["as_of"].max()]
    total = state[state["dimension"] == EVERY_PLEDGE].to_dict("records")[0]
    whole, least = evaluation.whole_area.id, evaluation.disclosure.least_values
    areas = state[state["dimension"] == "areas"].to_dict("records")
    ends = [ends_of_bin(total[status]) for status in STATUSES]
    first, last = ends_of_bin(total["made"])
    # What the outcomes tell of their sum.
    made = max(first, sum(one[0] for one in ends)), min(last, sum(one[1] for one in ends))
    rows = [_binned(total, whole, STATUSES)]
    if bins_keep(made, [row["made"] for row in areas], least):
        # How many people made them would narrow how many there are.
        rows += [_binned(row, row["value"], ()) | {"people": ""} for row in areas if row["value"] != whole]
    return pd.DataFrame(rows, columns=BIN_COLUMNS, dtype="str")


def _binned(row: Row, area: str, statuses: tuple[str, ...]) -> dict[str, str]:
    outcomes = {KEPT: "kept", PARTLY: "partly", NOT_KEPT: "not_kept", UNKNOWN: "unknown"}
    return {
        "area": area,
        "as_of": row["as_of"].date().isoformat(),
        "people": in_bin(row["people_n"]),
        "made": in_bin(row["made"]),
        **{name: in_bin(row[status]) if status in statuses else "" for status, name in outcomes.items()},
    }
