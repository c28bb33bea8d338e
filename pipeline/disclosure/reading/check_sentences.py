"""What a page may say of how sure one can be."""

from __future__ import annotations

from pipeline.disclosure.reading.grammar import Sentence
from pipeline.statistics.checks.sensitivity import COUNTED, EXACT_LINKS, LINKED_ONLY, NOT_STANDARDISED, STRANGERS

# How each analysis is called in a sentence.
WAYS = {
    LINKED_ONLY: "Only people recognised in both waves",
    EXACT_LINKS: "Only codes that agree in every part taken as the same person",
    STRANGERS: "As if nobody had answered twice",
    NOT_STANDARDISED: "Without holding the mix of sectors fixed",
    COUNTED: "Shares as counted from the answers, without a model",
}

SENTENCES = (
    Sentence("The same question put in other ways: a figure that stands only on one of them deserves doubt."),
    Sentence("Checked for {whole} as a whole: too few people answer in one {noun} to check it by itself."),
    Sentence("Checked for {whole} as a whole."),
    Sentence("With one wave there is no change to check."),
    Sentence(
        "How small a change could have shown: With this many answers a true change of this size is seen four times in"
        " five, and a smaller one less often: {detectable}, depending on the measure."
    ),
    Sentence(
        "Worked out in other ways: Does {whole} as a whole rise or fall in the same measures when worked out "
        "otherwise?"
    ),
    Sentence("{way} ({way_people}): the same for {way_same}.", each="way"),
    Sentence("{way} ({way_people}): the same for {way_same_of} measures; otherwise {way_apart}.", each="way"),
    Sentence("{way}: {way_mark} no figure can be shown.", each="way"),
    Sentence("{way}: no figure.", each="way"),
    Sentence("{way_missing} cannot be shown.", each="way"),
    Sentence("Several measures at once: With {tested_n} measures side by side one can seem to change by chance."),
    Sentence(
        "By a model of all the answers none of the changes is clear, taken one by one.",
        when="none_clear_alone",
    ),
    Sentence(
        "By a model of all the answers {clear_alone} clear, taken one by one; {stay_clear} when it is allowed for "
        "that {tested_n} are looked at together (Holm's method)."
    ),
    Sentence(
        "Several measures at once: How many changes stay clear when several measures are looked at together cannot be"
        " shown ([c])."
    ),
    Sentence(
        "One change for the whole scale: Whether one change describes the whole scale cannot be shown ([c] or [x])."
    ),
    Sentence(
        "One change for the whole scale: The model takes the change to be the same at every step of the scale."
    ),
    Sentence("The answers do not speak against that in the one measure tested."),
    Sentence("The answers do not speak against that in any of the {odds_tested} measures tested."),
    Sentence(
        "The answers speak against that for {uneven}: read the shares there as counted too, under “Where things "
        "stand”."
    ),
    Sentence("Single people: No change is clear, so none hangs on a single person.", when="none_clear"),
    Sentence("Single people: {all_stay} clear whichever single person is left out."),
    Sentence("Single people: Without some one person the change would not be clear in: {decided_by_one}."),
    Sentence("Questions left out: {left_out}."),
    Sentence(
        "The others left it blank or chose an answer off the scale, such as “don't know”, and are in none of its "
        "figures."
    ),
)  # fmt: skip
