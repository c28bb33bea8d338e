"""Sentences computed from published figures: value, change, interval and base; no verdict words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.data.drift import LABELLED_DIFFERENTLY, WORDED_DIFFERENTLY
from pipeline.disclosure.published import NOT_AVAILABLE, NOT_TOLD, OVER, SHOWN, SUPPRESSED, UNDER
from pipeline.presentation.measures import Direction, Measure, Row, mark_of, share_words
from pipeline.presentation.wording import count, decimal, in_a_row, number_word, people, percent, signed
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.places import Noun
from pipeline.reference.waves import Wave


def interval_name(conf_level: float) -> str:
    """Return how the interval is called: 95% interval."""
    return f"{conf_level * 100:g}% interval"


def change_words(row: Row | None) -> str:
    """Return a published change in short: +12 (+2 to +21), or its mark."""
    if row is None or mark_of(row) != SHOWN:
        return mark_of(row)
    return f"{signed(row['estimate'])} ({signed(row['conf_low'])} to {signed(row['conf_high'])})"


def sentence_for_measure(measure: Measure, waves: Sequence[Wave], evaluation: Evaluation) -> str:
    """Return one sentence or two on a measure: different words for a rise, a fall, no clear change, and hidden."""
    if len(waves) == 1:
        return _level_sentence(measure.shares[0], measure, evaluation)
    direction = measure.direction
    if direction == "hidden":
        return f"{SUPPRESSED} no change is shown, to protect the people who answered."
    if direction == "unavailable" or measure.change is None:
        note = measure.change["note"] if measure.change else ""
        if note in (WORDED_DIFFERENTLY, LABELLED_DIFFERENTLY):
            return f"{NOT_AVAILABLE} {note[0].lower()}{note[1:]} The share in each is shown, but they are not compared."
        return f"{NOT_AVAILABLE} no change can be worked out from the answers given."
    change = measure.change
    standardised = [share_words(share) for share in measure.standardised if share["status"] not in NOT_TOLD]
    both = len(standardised) == len(waves)
    figures = (
        f"{signed(change['estimate'])} percentage points ({interval_name(change['conf_level'])} "
        f"{signed(change['conf_low'])} to {signed(change['conf_high'])}; "
        f"{people(change['base_n_baseline'])}, then {count(change['base_n_comparison'])})."
    )
    share = f"the share answering {measure.favourable_answers}"
    counted = _sentence_for_counted(measure, standardised)
    if direction == "unclear":
        touches = "reaches" if 0 in (change["conf_low"], change["conf_high"]) else "includes"
        levels = f"{', then '.join(standardised)}, " if both else ""
        return f"no clear change in {share}: {levels}{figures} The interval {touches} 0, no change.{counted}"
    levels = f" from {' to '.join(standardised)}" if both else ""
    return f"{share} {'rose' if direction == 'rise' else 'fell'}{levels}, {figures}{counted}"


def sentence_for_people(measure: Measure, waves: Sequence[Wave]) -> str:
    """Return how many people gave a favourable answer in each wave, in bins: nothing is compared."""
    if any(share["status"] in NOT_TOLD for share in measure.shares):
        return f"{SUPPRESSED} no share is shown, to protect the people who answered."
    (first, of_first), *later = zip(map(share_words, measure.shares), waves, strict=True)
    then = "".join(f", {words} in {wave.label}" for words, wave in later)
    return f"{first} people answered {measure.favourable_answers} in {of_first.label}{then}."


def _sentence_for_counted(measure: Measure, standardised: Sequence[str]) -> str:
    """Return the shares counted from the answers as they are, where they are others than those of the change."""
    if any(share["status"] in NOT_TOLD for share in measure.shares):
        return ""
    counted = [share_words(share) for share in measure.shares]
    return "" if counted == list(standardised) else f" As counted: {counted[0]}, then {counted[1]}."


def _level_sentence(share: Row, measure: Measure, evaluation: Evaluation) -> str:
    if share["status"] in NOT_TOLD:
        return f"{share['status']} no share is shown, to protect the people who answered."
    if share["status"] != SHOWN:
        of_people = "" if share["status"] in (UNDER, OVER) else " people"
        base: str = f" ({people(share['base_n'])} answered)" if pd.notna(share["base_n"]) else ""
        return f"{share['status']}{of_people} answered {measure.favourable_answers}{base}."
    return (
        f"{percent(share['estimate'])} answered {measure.favourable_answers} "
        f"({interval_name(share['conf_level'])} {percent(share['conf_low'])} to {percent(share['conf_high'])}; "
        f"{people(share['base_n'])} answered)."
    )


_COUNTED: dict[Direction, str] = {
    "rise": "rose",
    "fall": "fell",
    "unclear": "had no clear change",
    "hidden": f"cannot be shown ({SUPPRESSED})",
    "unavailable": f"could not be worked out ({NOT_AVAILABLE})",
}


def sentence_for_all(measures: Sequence[Measure], where: str) -> str:
    """Return which of the measures rose and fell, and how many had no clear change or are hidden."""
    found = {direction: [one for one in measures if one.direction == direction] for direction in _COUNTED}
    if len(found["hidden"]) == len(measures):
        return f"No change is shown for {where} ({SUPPRESSED}), to protect the people who answered."
    if len(found["unclear"]) == len(measures) > 1:
        return f"None of the {number_word(len(measures))} measures shows a clear change."
    parts = []
    for direction, words in _COUNTED.items():
        if found[direction]:
            names = in_a_row([one.item.short_name for one in found[direction]])
            spoken = f" ({names})" if direction in ("rise", "fall") else ""
            parts.append(f"{number_word(len(found[direction]))} {words}{spoken}")
    count = "The one measure" if len(measures) == 1 else f"Of the {number_word(len(measures))} measures"
    return f"{count}{':' if len(measures) == 1 else ','} {in_a_row(parts)}."


def sentence_for_shrinkage(noun: Noun) -> str:
    """Return what pooling does to an area's change, why, and when the area's own answers say more."""
    return (
        f"Each {noun.singular}'s change is drawn towards the average of all {noun.plural}, the more so the fewer "
        f"people answered there, because with so few answers most of what sets {noun.plural} apart is chance and "
        f"such figures lie nearer the truth on average; where a {noun.singular} truly differs, the figure from its "
        "own answers alone, which stands beside it, says so better."
    )


def sentence_for_superiority(pairs: Sequence[tuple[Measure, Row]], conf_level: float) -> str:
    """Return how often a later answer is the higher one, for the measures whose figure is shown."""
    parts = [
        f"{number} for {measure.item.short_name} ({interval_name(conf_level)} {int(row['conf_low'])} to "
        f"{int(row['conf_high'])}; {people(row['base_n_baseline'])}, then {count(row['base_n_comparison'])})"
        for measure, row in pairs
        if mark_of(row) == SHOWN
        for number in [int(row["estimate"])]
    ]
    if not parts:
        return ""
    return (
        "Of 100 pairs of one earlier and one later answer, the whole scale counted, the later one is the higher in "
        f"{'; '.join(parts)}. Ties are split evenly, so 50 means no difference."
    )


def sentence_for_trends(trends: Sequence[tuple[str, Row]], waves_n: int, where: str) -> str:
    """Return the change along a straight line through all waves, or that too few answered in one of them."""
    parts = [
        f"{name} {signed(row['estimate'])} percentage points ({interval_name(row['conf_level'])} "
        f"{signed(row['conf_low'])} to {signed(row['conf_high'])})"
        if mark_of(row) == SHOWN
        else f"{name} {mark_of(row)}"
        for name, row in trends
    ]
    years = decimal(trends[0][1]["years"])
    line = f"Along a straight line through the {number_word(waves_n)} waves, over {years} years, the share in {where}"
    return f"{line} changed by: {'; '.join(parts)}."


def sentence_for_respondents(respondents: Sequence[Row], waves: Sequence[Wave], where: str) -> str:
    """Return how many people answered in each wave."""
    parts = [f"{people_shown(row)} in {wave.label}" for row, wave in zip(respondents, waves, strict=True)]
    return f"Answers for {where} came from {in_a_row(parts)}."


def people_shown(row: Row) -> str:
    """Return a published count of people: 12 people, 7–12 people, or a number that is not shown."""
    if row["status"] in NOT_TOLD:
        return f"a number of people that is not shown ({row['status']})"
    return people(row["base_n"] if row["status"] == SHOWN else row["status"])


def sentence_for_linked(linked: Row | None) -> str:
    """Return how many people are recognised in both waves by their self-made code."""
    if linked is None:
        return ""
    if linked["status"] in NOT_TOLD:
        return f"How many of them can be recognised in both waves is not shown ({SUPPRESSED})."
    return (
        f"{people_shown(linked)} can be recognised in both waves by their self-made code; "
        "the others may or may not be the same people."
    )


def sentence_for_response_rate(wave: Wave, respondents: Row, recruitment: str) -> str:
    """Return how people came to answer, and the response rate or why there is none."""
    if respondents["status"] in NOT_TOLD:
        return recruitment
    if respondents["status"] != SHOWN:
        return f"{recruitment} Counts are shown in bins, so no response rate is."
    if wave.people_invited is None:
        return f"{recruitment} How many people it reached is not known, so a response rate cannot be computed."
    if wave.people_invited < respondents["base_n"]:
        return f"{recruitment} More people answered than were invited, so a response rate cannot be computed."
    rate = percent(round(100 * respondents["base_n"] / wave.people_invited))
    return f"{recruitment} {people(wave.people_invited)} were invited to {wave.label}; {rate} of them answered."


def sentence_for_thin_sectors(counts: Sequence[Row], names: dict[str, str], where: str, minimum_base: int) -> str:
    """Return which sectors' people are not shown, most of them because few or none answered; '' in bins."""
    asked = [row for row in counts if row["sector"] in names]
    thin = [names[row["sector"]] for row in asked if row["status"] in NOT_TOLD]
    if thin:
        few = f"Fewer than {minimum_base} people, or nobody, answered from most of them, if not all."
        return f"In {where} these sectors are not shown ({SUPPRESSED}): {'; '.join(thin)}. {few}"
    if any(row["status"] != SHOWN for row in asked):
        return ""
    return f"Every sector is represented by {people(minimum_base)} or more in {where}."
