"""Pledges as commitments to change: how many were kept, with bounds over those nobody followed up."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.statistics.improvement.shares import share_row

KEPT, PARTLY, NOT_KEPT, UNKNOWN = "kept", "partly", "not kept", "unknown"
STATUSES = (KEPT, PARTLY, NOT_KEPT, UNKNOWN)
EVERY_PLEDGE = "every-pledge"
PLEDGE_COLUMNS = [
    "dimension", "value", "people_n", "made", *STATUSES, "count", "base_n", "estimate", "conf_low", "conf_high",
    "conf_level", "worst_case", "best_case", "note",
]  # fmt: skip


def summarise_pledges(pledges: pd.DataFrame, *, dimensions: Sequence[str], conf_level: float) -> pd.DataFrame:
    """Return counts of pledges by status, the share kept of those followed up, and its bounds over all that were made.

    One row for all pledges, then one for each value of each of `dimensions` ('theme', 'areas', 'scope', ...); a pledge
    of several areas counts in each. `base_n` are the pledges followed up, `count` those kept in full; the interval is
    Wilson's. `worst_case` takes every pledge that was not followed up as not kept, `best_case` as kept, both as shares
    of `made`: people who do not answer may well be those who did not keep theirs. One person can make several pledges,
    which the interval does not know. Raises ValueError for a status that is not one of STATUSES.

    Sources: Lockyer et al. 2001, J Contin Educ Health Prof 21:82 (statements fully, partly, not implemented);
    Wakefield 2004, J Contin Educ Health Prof 24:197; bounds Manski 1989, J Hum Resour 24:343.
    """
    if unknown := sorted(set(pledges["status"]) - set(STATUSES)):
        raise ValueError(f"{unknown[0]!r} is no status of a pledge; expected one of {', '.join(STATUSES)}")
    rows = [_summary(pledges, conf_level, dimension=EVERY_PLEDGE, value=EVERY_PLEDGE)]
    for dimension in dimensions:
        each = pledges.explode(dimension) if dimension == "areas" else pledges
        rows += [
            _summary(part, conf_level, dimension=dimension, value=str(value))
            for value, part in each.groupby(dimension, sort=True)
        ]
    return pd.DataFrame(rows, columns=PLEDGE_COLUMNS)


def _summary(pledges: pd.DataFrame, conf_level: float, *, dimension: str, value: str) -> dict[str, object]:
    once = pledges.drop_duplicates("pledge")
    of_status = {status: int((once["status"] == status).sum()) for status in STATUSES}
    made, kept = len(once), of_status[KEPT]
    followed_up = made - of_status[UNKNOWN]
    nobody = "No pledge was made." if not made else "No pledge was followed up."
    return {
        "dimension": dimension,
        "value": value,
        "people_n": int(once["person"].nunique()),
        "made": made,
        **of_status,
        **share_row(kept, followed_up, conf_level, nobody=nobody),
        "worst_case": kept / made if made else None,
        "best_case": (kept + of_status[UNKNOWN]) / made if made else None,
    }
