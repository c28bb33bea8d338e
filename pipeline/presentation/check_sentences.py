"""Sentences on how sure one can be, computed from the published checks of the whole area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.disclosure.published import NOT_AVAILABLE, NOT_TOLD, SHOWN, SUPPRESSED
from pipeline.presentation.measures import Direction, Row, direction_of, people_of_share
from pipeline.presentation.narrative import change_words
from pipeline.presentation.wording import count, from_to, in_a_row, number_word
from pipeline.statistics.checks.sensitivity import COUNTED, EXACT_LINKS, LEAD, LINKED_ONLY, NOT_STANDARDISED, STRANGERS

WAYS: Mapping[str, str] = {
    LINKED_ONLY: "Only people recognised in both waves",
    EXACT_LINKS: "Only codes that agree in every part taken as the same person",
    STRANGERS: "As if nobody had answered twice",
    NOT_STANDARDISED: "Without holding the mix of sectors fixed",
    COUNTED: "Shares as counted from the answers, without a model",
}
_TOLD: dict[Direction, str] = {
    "rise": "a rise",
    "fall": "a fall",
    "unclear": "no clear change",
    "hidden": "hidden",
    "unavailable": "no figure",
}
WHOLE_SCALE = 100


def sentence_for_detectable(rows_by_place: Mapping[str, Sequence[Row]]) -> str:
    """Return how small a true change these numbers of people show four times in five, in each place."""
    parts = []
    for place, rows in rows_by_place.items():
        points = [int(row["detectable"]) for row in rows if row["status"] == SHOWN]
        parts.append(f"{_points(points)} in {place}")
    return (
        "With this many answers a true change of this size is seen four times in five, and a smaller one less often: "
        f"{in_a_row(parts)}, depending on the measure."
    )


def _points(points: Sequence[int]) -> str:
    if not points:
        return SUPPRESSED
    if min(points) > WHOLE_SCALE:
        return "none, however large,"
    highest = min(max(points), WHOLE_SCALE)
    return f"{from_to(min(points), highest)} percentage points"


def sentences_for_other_ways(sensitivity: Sequence[Row], names: Mapping[str, str], ways: Sequence[str]) -> list[str]:
    """Return for each other way of working out a change for which measures it tells the same, and what else.

    `names` are the measures' by item, `ways` the analyses that can differ in this survey.
    """
    lead = {row["item"]: direction_of(row) for row in sensitivity if row["analysis"] == LEAD}
    return [
        _one_way(WAYS[way], [row for row in sensitivity if row["analysis"] == way], lead, names)
        for way in WAYS
        if way in ways
    ]


def _one_way(way: str, rows: Sequence[Row], lead: Mapping[str, Direction], names: Mapping[str, str]) -> str:
    shown = [row for row in rows if row["status"] == SHOWN and lead[row["item"]] in ("rise", "fall", "unclear")]
    if not shown:
        return f"{way}: {rows[0]['status'] or SUPPRESSED} no figure can be shown." if rows else f"{way}: no figure."
    apart = [row for row in shown if direction_of(row) != lead[row["item"]]]
    people = _people_in(shown)
    missing = f" {number_word(len(rows) - len(shown)).capitalize()} cannot be shown." if len(shown) < len(rows) else ""
    if not apart:
        return f"{way} ({people}): the same for {_all(len(shown))}.{missing}"
    told = [f"{names[row['item']]}, {_TOLD[direction_of(row)]}: {change_words(row)}" for row in apart]
    return (
        f"{way} ({people}): the same for {number_word(len(shown) - len(apart))} of {number_word(len(shown))} measures; "
        f"otherwise {'; '.join(told)}.{missing}"
    )


def _all(count: int) -> str:
    return "the one measure" if count == 1 else f"all {number_word(count)} measures"


def _people_in(rows: Sequence[Row]) -> str:
    waves = ([int(row[name]) for row in rows] for name in ("base_n_baseline", "base_n_comparison"))
    ranges = [from_to(min(bases), max(bases)) for bases in waves]
    return f"{ranges[0]} people" if len(set(ranges)) == 1 else f"{' people, then '.join(ranges)}"


def sentence_for_proportional_odds(odds: Sequence[Row], names: Mapping[str, str], limit: float) -> str:
    """Return for which measures one change does not describe every step of the scale, by likelihood ratio."""
    shown = [row for row in odds if row["status"] == SHOWN]
    if not shown:
        return f"Whether one change describes the whole scale cannot be shown ({SUPPRESSED} or {NOT_AVAILABLE})."
    uneven = [f"{names[row['item']]} (p {row['lr_p_value']})" for row in shown if is_under(row["lr_p_value"], limit)]
    why = "The model takes the change to be the same at every step of the scale."
    if not uneven:
        tested = "the one measure" if len(shown) == 1 else f"any of the {number_word(len(shown))} measures"
        return f"{why} The answers do not speak against that in {tested} tested."
    return (
        f"{why} The answers speak against that for {in_a_row(uneven)}: read the shares there as counted too, under "
        "“Where things stand”."
    )


def sentence_for_several(p_values: Sequence[Row], names: Mapping[str, str], limit: float) -> str:
    """Return how many changes are clear one by one, and how many stay so when several are looked at."""
    shown = [row for row in p_values if row["status"] == SHOWN]
    if not shown:
        return (
            f"How many changes stay clear when several measures are looked at together cannot be shown ({SUPPRESSED})."
        )
    alone = [row for row in shown if is_under(row["p_value"], limit)]
    kept = [names[row["item"]] for row in shown if is_under(row["p_holm"], limit)]
    named = f" ({in_a_row(kept)})" if kept else ""
    several = f"when it is allowed for that {number_word(len(shown))} are looked at together (Holm's method)"
    why = f"With {number_word(len(shown))} measures side by side one can seem to change by chance."
    if not alone:
        return f"{why} By a model of all the answers none of the changes is clear, taken one by one."
    return (
        f"{why} By a model of all the answers {number_word(len(alone))} of the changes "
        f"{'is' if len(alone) == 1 else 'are'} clear, taken one by one; {number_word(len(kept))} of them "
        f"{'stays' if len(kept) == 1 else 'stay'} so{named} {several}."
    )


def is_under(printed: str, limit: float) -> bool:
    """Return whether a p-value, as printed, is under a limit."""
    return printed.startswith("under") or float(printed) < limit


def sentence_for_single_person(rows: Sequence[Row], clear: Sequence[str], names: Mapping[str, str]) -> str:
    """Return whether a clear change would be unclear without some one person; `clear` are the items that changed."""
    if not clear:
        return "No change is clear, so none hangs on a single person."
    decided = [
        names[row["item"]] for row in rows if row["item"] in clear and row["status"] == SHOWN and not row["stays_clear"]
    ]
    if not decided:
        kept = "The clear change stays" if len(clear) == 1 else f"All {number_word(len(clear))} clear changes stay"
        return f"{kept} clear whichever single person is left out."
    return f"Without some one person the change would not be clear in: {'; '.join(decided)}."


def sentence_for_left_out(answered_by_wave: Mapping[str, Sequence[Row]], respondents: Sequence[Row]) -> str:
    """Return how many people answered the questions on their scale in each wave, and what the others did.

    `answered_by_wave` are the shares' rows by the wave's label, `respondents` the people of each wave in that order.
    """
    parts = [
        _answered(wave, [base for row in rows if (base := _base(row))], people)
        for (wave, rows), people in zip(answered_by_wave.items(), respondents, strict=True)
    ]
    return (
        f"{'; '.join(parts)}. The others left it blank or chose an answer off the scale, such as “don't know”, and "
        "are in none of its figures."
    )


def _base(row: Row) -> str:
    """Return the people who answered as they are printed, '' where they are not."""
    in_bins = people_of_share(row)
    if in_bins:
        return in_bins[1]
    return "" if row["status"] in NOT_TOLD or pd.isna(row["base_n"]) else count(row["base_n"])


def _answered(wave: str, bases: Sequence[str], respondents: Row) -> str:
    if not bases or respondents["status"] in NOT_TOLD:
        return f"in {wave} the people who answered cannot be shown ({SUPPRESSED})"
    in_order = sorted(set(bases), key=lambda base: int(base.split("–")[0].replace(",", "")))
    answered = " to ".join(dict.fromkeys((in_order[0], in_order[-1])))
    people = count(respondents["base_n"]) if respondents["status"] == SHOWN else respondents["status"]
    return f"in {wave} {answered} of {people} people answered a question on its scale"
