"""Who holds which post, how far the plan has come, and which dates are still ahead, as of one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.data.registers.schemas import DONE, DROPPED, FILLED
from pipeline.reference.evaluation import Evaluation

if TYPE_CHECKING:
    from pipeline.data.registers.registers import Registers

OVERDUE, TO_COME = "overdue", "to come"
# In the order in which a reader needs them.
STEP_STATES = (OVERDUE, TO_COME, DONE, DROPPED)
ENDED = "ended"
KINDS_IN_ORDER = ("sponsor", "lead", "working group", "escalation", "representative")
LAST_FORUM, NEXT_DATE = "last forum", "to come"
PLAN_COLUMNS = ["title", "owner", "due", "state", "done_on"]
POST_COLUMNS = ["post", "kind", "area", "status", "since", "until", "note"]
DATE_COLUMNS = ["title", "kind", "date", "state"]
_FORUM = "forum"


def list_plan(registers: Registers, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one row a step of the plan, `PLAN_COLUMNS`: overdue ones first, then those to come, done and dropped.

    A step is overdue when it was due before the day and had not been done by then; each kind is sorted by its due day.
    """
    plan = registers.plan
    is_done = (plan["status"] == DONE) & ~(plan["done_on"] > as_of)
    state = (plan["due"] < as_of).map({True: OVERDUE, False: TO_COME})
    state = state.where(~is_done, DONE).where(plan["status"] != DROPPED, DROPPED).astype("str")
    rows = plan.assign(state=state, done_on=plan["done_on"].where(is_done), place=state.map(STEP_STATES.index))
    return rows.sort_values(["place", "due"], kind="stable", ignore_index=True)[PLAN_COLUMNS]


def list_posts(registers: Registers, evaluation: Evaluation, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one row a post and area, `POST_COLUMNS`, as it stood on the day: sponsor and lead first.

    A post that was filled and that nothing is told of afterwards has `ENDED` for its status.
    """
    begun = registers.governance[~(registers.governance["since"] > as_of)]
    has_ended = begun["until"] < as_of
    now = begun[~has_ended]
    keys = ["post", "area"]
    before = begun[has_ended & (begun["status"] == FILLED)].sort_values("until").drop_duplicates(keys, keep="last")
    known = pd.MultiIndex.from_frame(now[keys])
    left = before[~pd.MultiIndex.from_frame(before[keys]).isin(known)].assign(status=ENDED)
    rows = pd.concat([now, left]).sort_index()
    rows["until"] = rows["until"].where(rows["status"] == ENDED)
    areas = [evaluation.whole_area.id, *(area.id for area in evaluation.areas)]
    rows = rows.assign(by_kind=rows["kind"].map(KINDS_IN_ORDER.index), by_area=rows["area"].map(areas.index))
    return rows.sort_values(["by_kind", "by_area"], kind="stable", ignore_index=True)[POST_COLUMNS]


def list_dates(registers: Registers, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the last forum before the day and every event after it, `DATE_COLUMNS`, the earliest first."""
    events = registers.events.sort_values("date", kind="stable", ignore_index=True)
    last = events[(events["kind"] == _FORUM) & (events["date"] <= as_of)].tail(1).assign(state=LAST_FORUM)
    ahead = events[events["date"] > as_of].assign(state=NEXT_DATE)
    return pd.concat([last, ahead], ignore_index=True)[DATE_COLUMNS]
