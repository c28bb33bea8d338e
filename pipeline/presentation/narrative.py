"""Sentences computed from published figures: value, change, interval and base; no verdict words."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.data.drift import LABELLED_DIFFERENTLY, WORDED_DIFFERENTLY
from pipeline.disclosure.published import NOT_AVAILABLE, SHOWN, SUPPRESSED
from pipeline.presentation.measures import Direction, Measure, Row
from pipeline.presentation.wording import in_a_row, number_word, people, percent, signed
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Wave


def interval_name(conf_level: float) -> str:
    """Return how the interval is called: 95% interval."""
    return f"{conf_level * 100:g}% interval"


def sentence_for_measure(measure: Measure, waves: Sequence[Wave], evaluation: Evaluation) -> str:
    """Return one sentence or two on a measure: different words for a rise, a fall, no clear change, and hidden."""
    if len(waves) == 1:
        return _level_sentence(measure.shares[0], measure, evaluation)
    direction = measure.direction
    if direction == "hidden":
        return (
            f"{SUPPRESSED} fewer than {evaluation.disclosure.minimum_base} people answered in at least one of the two "
            "waves, so no result is shown."
        )
    if direction == "unavailable" or measure.change is None:
        note = measure.change["note"] if measure.change else ""
        if note in (WORDED_DIFFERENTLY, LABELLED_DIFFERENTLY):
            return f"{NOT_AVAILABLE} {note[0].lower()}{note[1:]} The share in each is shown, but they are not compared."
        return f"{NOT_AVAILABLE} no change can be worked out from the answers given."
    earlier, later = (percent(share["estimate"]) for share in measure.shares)
    change = measure.change
    figures = (
        f"{signed(change['estimate'])} percentage points ({interval_name(change['conf_level'])} "
        f"{signed(change['conf_low'])} to {signed(change['conf_high'])}; "
        f"{people(change['base_n_baseline'])}, then {int(change['base_n_comparison'])})."
    )
    share = f"the share answering {measure.favourable_answers}"
    if direction == "unclear":
        touches = "reaches" if 0 in (change["conf_low"], change["conf_high"]) else "includes"
        return f"no clear change in {share}: {earlier}, then {later}, {figures} The interval {touches} 0, no change."
    return f"{share} {'rose' if direction == 'rise' else 'fell'} from {earlier} to {later}, {figures}"


def _level_sentence(share: Row, measure: Measure, evaluation: Evaluation) -> str:
    if share["status"] != SHOWN:
        return f"{SUPPRESSED} fewer than {evaluation.disclosure.minimum_base} people answered, so no result is shown."
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


def sentence_for_all(measures: Sequence[Measure], where: str, minimum_base: int) -> str:
    """Return which of the measures rose and fell, and how many had no clear change or are hidden."""
    found = {direction: [one for one in measures if one.direction == direction] for direction in _COUNTED}
    if len(found["hidden"]) == len(measures):
        return (
            f"Fewer than {minimum_base} people answered for {where} in at least one of the two waves ({SUPPRESSED}), "
            "so no change is shown for it."
        )
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


def sentence_for_disagreement(measure: Measure, odds_ratio: Row) -> str:
    """Return what to make of a measure whose share and whose model of all answers say different things, or nothing."""
    if measure.change is None or SHOWN not in {measure.change["status"]} or odds_ratio["status"] != SHOWN:
        return ""
    low, high = odds_ratio["conf_low"], odds_ratio["conf_high"]
    of_model: Direction = "rise" if low > 1 else "fall" if high < 1 else "unclear"
    if of_model == measure.direction:
        return ""
    return (
        f"{measure.item.short_name}: the share of favourable answers {_SAID[measure.direction]}, while all the answers "
        f"together {_SAID[of_model]} (odds ratio {odds_ratio['estimate']:g}, {low:g} to {high:g}). The share sees only "
        "movement across one line of the scale; read both before acting on either."
    )


_SAID: dict[Direction, str] = {"rise": "rose", "fall": "fell", "unclear": "showed no clear change"}


def sentence_for_respondents(respondents: Sequence[Row], waves: Sequence[Wave], where: str, minimum_base: int) -> str:
    """Return how many people answered in each wave."""
    parts = [
        f"{people(row['base_n'])} in {wave.label}"
        if row["status"] == SHOWN
        else f"fewer than {minimum_base} in {wave.label} ({SUPPRESSED})"
        for row, wave in zip(respondents, waves, strict=True)
    ]
    return f"Answers for {where} came from {in_a_row(parts)}."


def sentence_for_linked(linked: Row | None, minimum_base: int) -> str:
    """Return how many people are recognised in both waves by their self-made code."""
    if linked is None:
        return ""
    if linked["status"] != SHOWN:
        return (
            f"Fewer than {minimum_base} of them ({SUPPRESSED}) can be recognised in both waves by their self-made "
            "code; the others may or may not be the same people."
        )
    return (
        f"{people(linked['base_n'])} can be recognised in both waves by their self-made code; "
        "the others may or may not be the same people."
    )


def sentence_for_response_rate(wave: Wave, respondents: Row, recruitment: str) -> str:
    """Return how people came to answer, and the response rate or why there is none."""
    if respondents["status"] != SHOWN:
        return recruitment
    if wave.people_invited is None:
        return f"{recruitment} How many people it reached is not known, so a response rate cannot be computed."
    if wave.people_invited < respondents["base_n"]:
        return f"{recruitment} More people answered than were invited, so a response rate cannot be computed."
    rate = percent(round(100 * respondents["base_n"] / wave.people_invited))
    return f"{recruitment} {people(wave.people_invited)} were invited to {wave.label}; {rate} of them answered."


def sentence_for_thin_sectors(counts: Sequence[Row], names: dict[str, str], where: str, minimum_base: int) -> str:
    """Return which sectors are heard little or not at all: those with fewer people than the minimum base."""
    thin = [names[row["sector"]] for row in counts if row["status"] != SHOWN and row["sector"] in names]
    if not thin:
        return f"Every sector is represented by {people(minimum_base)} or more in {where}."
    return f"Fewer than {minimum_base} people, or nobody, answered in {where} from: {'; '.join(thin)}."
