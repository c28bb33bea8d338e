"""What a page says in place of what it hides: edit here when the reason given for hiding changes."""

from __future__ import annotations

from pipeline.disclosure.reading.grammar import Sentence

# Said in place of a count of people, with its mark.
COUNT_NOT_SHOWN = "a number of people that is not shown ({mark})"
LINKED_NOT_SHOWN = "How many of them can be recognised in both waves is not shown ([c])"
# Said of a number of measures.
CANNOT_BE_SHOWN = "cannot be shown ([c])"
CANNOT_BE_WORKED_OUT = "could not be worked out ([x])"

SENTENCES = (
    Sentence("No change is shown for {area} ([c]), to protect the people who answered.", when="all_hidden"),
    Sentence("No result is shown for {area} ([c]), to protect the people who answered.", when="nothing_shown"),
    Sentence(
        "{measure}: [c] no change is shown, to protect the people who answered.", when="is_hidden", each="measure"
    ),
    Sentence(
        "{measure}: [c] no share is shown, to protect the people who answered.", when="is_share_hidden", each="measure"
    ),
    Sentence("[c]: not shown, to protect the people who answered."),
    Sentence(
        "Not shown, to protect the people who answered: fewer than {minimum} people, or nobody, stand behind the "
        "figure, or it would give away one behind which so few stand."
    ),
    Sentence(
        "Not shown, to protect the people who answered: so fine a figure would let counts of single people be worked "
        "out."
    ),
    Sentence("13–18", when="has_bins"),
    Sentence(
        "A count of people is shown as the bin of six that it lies in, from 0–6 on.",
        when="has_bins",
    ),
    Sentence(
        "Other figures of models and checks are not shown for {short} ([c]): so fine a figure would let counts of few "
        "people be worked out."
    ),
    Sentence(
        "No figure of a model or a check is shown for {short} ([c]): so fine a figure would let counts of few people "
        "be worked out."
    ),
    Sentence(
        "No change is shown for a single {noun} ([c]), to protect the people who answered; the table is of {whole}."
    ),
    Sentence("“7–12 of 13–18” are 7 to 12 people out of 13 to 18.", when="has_bins"),
    Sentence("Counts are shown in bins of six.", when="has_bins"),
    Sentence("Counts are shown in bins of six; no change is shown for a single {noun}.", when="shows_no_change"),
    Sentence("Under 10%, over 90%", when="has_ends"),
    Sentence("Where nearly nobody, or nearly everybody, gave an answer, only that is told.", when="has_ends"),
    Sentence("In {whole} in {wave} these sectors are not shown ([c]): {thin_sectors}."),
    Sentence(
        "Fewer than {minimum} people, or nobody, answered from most of them, if not all.", when="has_thin_sectors"
    ),
    Sentence("Every sector is represented by {minimum_people} or more in {whole} in {wave}.", when="no_thin_sectors"),
    Sentence("Of {area} alone no sector can be shown; the table is of all {nouns} together.", when="shows_no_sectors"),
    Sentence("{policy_summary}"),
    Sentence("The minimum base is {minimum} people."),
    Sentence(
        "Before a page is placed, a program tries to work out what is hidden from all pages ever published together."
    ),
    Sentence(
        "Comments are not printed, but for single sentences to whose print the person who wrote them agreed and that "
        "two people approved; these say nothing of who wrote them but, at most, the {noun} or the sector, never both."
    ),
    Sentence(
        "Who knows more than these pages tell, such as who works in several {nouns}, can narrow down what is not shown "
        "further than they do."
    ),
)
