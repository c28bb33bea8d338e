"""The files on change ideas, tests of change, counts over time, measures, plan, posts and dates."""

from __future__ import annotations

from itertools import combinations

from pipeline.data.registers.schemas import (
    ACTS,
    EVENT_KINDS,
    IDEA_STATUSES,
    OWNER_TYPES,
    POST_KINDS,
    POST_STATUSES,
)
from pipeline.disclosure import facts
from pipeline.disclosure.reading.improvement.sheets import Column, RegisterSheet
from pipeline.disclosure.reading.values import COUNT, TENTHS, UNKNOWN, Kind
from pipeline.reference.improvement import REGISTERS
from pipeline.statistics.improvement import run_charts, xmr_charts

RATING = frozenset({"1", "2", "3", "4", "5"})
RUN_RULES = (
    run_charts.SHIFT, run_charts.TREND, run_charts.TOO_FEW_RUNS, run_charts.TOO_MANY_RUNS, run_charts.LONG_RUN,
    run_charts.FEW_CROSSINGS,
)  # fmt: skip
XMR_RULES = (xmr_charts.OUTSIDE, xmr_charts.ONE_SIDE, xmr_charts.TREND, xmr_charts.TWO_OF_THREE)
# Why a chart has no lines; that it is the right reason is checked with the points.
_WHY = Kind(
    "why a chart has no lines",
    r"(?:There (?:is 1 point|are \d+ points); |Only \d+ of \d+ points lie off the median; )[a-z0-9 ]+\.",
    lambda _: UNKNOWN,
)
# Any number; a target is the settings' own.
_TARGET = Kind("a target", r"-?[0-9]+(?:\.[0-9])?", lambda _: UNKNOWN)


def _several(names: tuple[str, ...]) -> frozenset[str]:
    """Return every way to name some of these, in their order."""
    return frozenset("; ".join(some) for size in range(1, len(names) + 1) for some in combinations(names, size))


SHEETS = {
    sheet.name: sheet
    for sheet in (
        RegisterSheet(
            "drivers",
            (
                Column("node", "text"),
                Column("parent", "text", blank=True),
                Column("layer", frozenset({"aim", "primary", "secondary", "idea"})),
                Column("text", "text"),
                Column("status", frozenset(IDEA_STATUSES), blank=True),
            ),
        ),
        RegisterSheet(
            "ideas",
            (
                Column("title", "text"),
                Column("driver", "text"),
                Column("theme", "text", blank=True),
                Column("status", frozenset(IDEA_STATUSES)),
                Column("owner_type", frozenset(OWNER_TYPES)),
                Column("owner", "text"),
                Column("impact", RATING, blank=True),
                Column("effort", RATING, blank=True),
                Column("measure", "text", blank=True),
            ),
        ),
        RegisterSheet(
            "cycles",
            (
                Column("idea", "text"),
                Column("stage", frozenset({"ended", "running", "to come"})),
                Column("started_on", "day"),
                Column("ended_on", "day", blank=True),
                Column("plan", "text"),
                Column("prediction", "text"),
                Column("do", "text", blank=True),
                Column("study", "text", blank=True),
                Column("act", frozenset(ACTS), blank=True),
                Column("measure", "text", blank=True),
                Column("series", "text", blank=True),
            ),
        ),
        RegisterSheet(
            "series",
            (
                Column("series", "text"),
                Column("name", "text"),
                Column("unit", "text"),
                Column("date", "day"),
                Column("count", Kind("a count", COUNT.form, COUNT.bounds), statistic=facts.SERIES),
                Column("run", _several(RUN_RULES[:2]), blank=True),
                Column("xmr", frozenset({"better", "worse", "unlike the rest"}), blank=True),
            ),
        ),
        RegisterSheet(
            "charts",
            (
                Column("series", "text"),
                Column("name", "text"),
                Column("unit", "text"),
                Column("points", Kind("a number of points", COUNT.form, COUNT.bounds)),
                Column("median", TENTHS, blank=True),
                Column("run_rules", _several(RUN_RULES), blank=True),
                Column("run_note", _WHY, blank=True),
                Column("mean", TENTHS, blank=True),
                Column("lower", TENTHS, blank=True),
                Column("upper", TENTHS, blank=True),
                Column("xmr_rules", _several(XMR_RULES), blank=True),
                Column("xmr_note", _WHY, blank=True),
            ),
        ),
        RegisterSheet(
            "measures",
            (
                Column("name", "text"),
                Column("kind", frozenset({"outcome", "process", "balancing"})),
                Column("definition", "text"),
                Column("direction", frozenset({"higher", "lower", "neither"})),
                Column("target", _TARGET, blank=True),
                Column("unit", "text"),
                Column("level", frozenset({"1", "2", "3", "4"}), blank=True),
                Column("source", frozenset({"item", "series", *REGISTERS}), blank=True),
                Column("evidence", frozenset({"yes", "no"})),
                Column("latest", Kind("a count", COUNT.form, COUNT.bounds), statistic=facts.SERIES, blank=True),
                Column("latest_on", "day", blank=True),
            ),
        ),
        RegisterSheet(
            "plan",
            (
                Column("title", "text"),
                Column("owner", "text"),
                Column("due", "day"),
                Column("state", frozenset({"overdue", "to come", "done", "dropped"})),
                Column("done_on", "day", blank=True),
            ),
        ),
        RegisterSheet(
            "posts",
            (
                Column("post", "text"),
                Column("kind", frozenset(POST_KINDS)),
                Column("area", "area"),
                Column("status", frozenset({*POST_STATUSES, "ended"})),
                Column("since", "day", blank=True),
                Column("until", "day", blank=True),
                Column("note", "text", blank=True),
            ),
        ),
        RegisterSheet(
            "dates",
            (
                Column("title", "text"),
                Column("kind", frozenset(EVENT_KINDS)),
                Column("date", "day"),
                Column("state", frozenset({"last forum", "to come"})),
            ),
        ),
    )
}
