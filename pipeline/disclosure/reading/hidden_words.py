"""What a page says in place of what it hides: edit here when the reason given for hiding changes."""

from __future__ import annotations

from pipeline.disclosure.reading.grammar import Sentence

# Said of a count of people, for `{minimum}` and, where it stands in a list of waves, `{wave}`.
FEW_IN_A_WAVE = "fewer than {minimum} in {wave} ([c])"
FEW_LINKED = "Fewer than {minimum} of them ([c])"
FEW_COMMENTING = "fewer than {minimum} people ([c])"
# Said of a number of measures.
CANNOT_BE_SHOWN = "cannot be shown ([c])"
CANNOT_BE_WORKED_OUT = "could not be worked out ([x])"

SENTENCES = (
    Sentence(
        "Fewer than {minimum} people answered for {area} in at least one of the two waves ([c]), so no change is shown "
        "for it.",
        when="all_hidden",
    ),
    Sentence("Fewer than {minimum} people answered for {area} ([c]), so no result is shown.", when="nothing_shown"),
    Sentence(
        "{measure}: [c] fewer than {minimum} people answered in at least one of the two waves, so no result is shown.",
        when="is_hidden",
        each="measure",
    ),
    Sentence(
        "{measure}: [c] fewer than {minimum} people answered, so no result is shown.",
        when="is_share_hidden",
        each="measure",
    ),
    Sentence("[c]: hidden, fewer than {minimum} people."),
    Sentence("Hidden, because fewer than {minimum} people stand behind it, or nobody."),
    Sentence("Fewer than {minimum} people, or nobody, answered in {whole} in {wave} from: {thin_sectors}."),
    Sentence("Every sector is represented by {minimum_people} or more in {whole} in {wave}.", when="no_thin_sectors"),
    Sentence(
        "In {area} alone no sector reaches {minimum} people, so its sectors cannot be shown; the table is of all "
        "{nouns} together.",
        when="shows_no_sectors",
    ),
    Sentence("No result is shown for fewer than {minimum} people."),
)
