"""What pages say beside their results: limits, terms, questions, provenance, and the pages above the waves."""

from __future__ import annotations

from pipeline.disclosure.reading.grammar import Sentence

SENTENCES = (
    # What the figures cannot say.
    Sentence("Two waves are two points in time.", when="two_waves"),
    Sentence(
        "With {measures_digits} measures side by side, one may seem to change by chance alone: How sure can we be "
        "says how many stay clear when that is allowed for.",
        when="counts_clear",
    ),
    Sentence(
        "With {measures_digits} measures side by side, one may seem to change by chance alone.",
        when="counts_none_clear",
    ),
    Sentence(
        "Where people at one end moved otherwise than those at the other, it can differ from the change in the shares"
        " as counted."
    ),
    Sentence(
        "The interval counts people as independent of their colleagues, and those whom the self-made code shows to "
        "have answered twice as one."
    ),
    Sentence("{not_asked}"),
    Sentence("{calibrated}"),
    Sentence("{calibrated_apart}"),
    # Words on the page.
    Sentence("One round of the survey."),
    Sentence("The first is the baseline."),
    Sentence(
        "One of the answers that stand for the aim, such as “confident” or “very confident”; the table of shares "
        "names them for each measure."
    ),
    Sentence(
        "A figure between what the people of one {noun} answered and the average of all {nouns}; statisticians call "
        "it pooled."
    ),
    Sentence("That average weighs {nouns}, not people, so it is not the change of the whole area."),
    Sentence("The difference between two percentages: from 30% to 42% is 12 percentage points."),
    Sentence(
        "Figures are rounded one by one, so a change can differ by one from the difference of two printed shares."
    ),
    Sentence("Changes and the ends of their intervals are shown in steps of five points."),
    Sentence("{interval}"),
    Sentence("Were the survey repeated many times, about {level} in 100 such ranges would hold the true value."),
    Sentence(
        "From a model of all the answers to a question, not only the favourable ones: above 1, answers moved up the "
        "scale; below 1, down."
    ),
    Sentence(
        "The share giving a favourable answer in each wave, counted from the answers as they are; a change above can "
        "differ from the difference of two such shares."
    ),
    Sentence("With one wave there is no change to model."),
    Sentence(
        "Places stand in a fixed order and are not ranked: with so few people in each, most of the difference between"
        " them is chance."
    ),
    Sentence("{term_meaning}", each="term"),
    # What the pages say of areas that a figure is shown for, and headings above quotes.
    Sentence("Drawn towards the average"),
    Sentence("“Alone” is the figure without that."),
    Sentence("Every figure stands in the table of change."),
    Sentence("Every figure stands in the table of shares."),
    Sentence("{comment}", each="comment"),
    # What was asked.
    Sentence("{measure}", each="item"),
    Sentence("{wording} Answers: {levels}.", each="item"),
    Sentence("Every question was asked with the same words and answers as in {baseline}."),
    Sentence("Asked otherwise than in {baseline}: {drift}."),
    # How the page was made.
    Sentence("Area: {area} ({area_code})."),
    Sentence("{wave}: fieldwork {dates}; {data} data.", each="wave"),
    Sentence("{roles}"),
    Sentence("Code version {code_version}; settings version {settings_version}; {made_for}."),
    Sentence(
        "A submission is set aside, and kept in a list with its reason, when it is blank, was sent outside the "
        "fieldwork dates, or was sent twice."
    ),
    # The indexes, and headings made of names.
    Sentence("{title}. {compared_in_brackets}."),
    Sentence("{title}"),
    Sentence("{about}"),
    Sentence("{area}"),
    Sentence("{wave}", each="wave"),
    Sentence("{wave}, fieldwork {dates}", each="wave"),
    Sentence("{wave}, fieldwork {dates}; {release_status}", each="wave"),
    Sentence("{place}", each="place"),
    # Privacy and accessibility.
    Sentence("Published by {organisation}."),
    Sentence("A self-made code lets us recognise the same person in two waves without knowing who it is."),
    Sentence("Numbers about groups, never about one person."),
    Sentence("We use the answers for {lawful_basis}."),
    Sentence("{retention}"),
    Sentence("You can ask what we hold, have it corrected or deleted, or object, through {data_protection}."),
    Sentence("How far these pages can be used by everyone."),
    Sentence(
        "The pages are meant to meet the Web Content Accessibility Guidelines, version 2.2, level AA."
    ),
    Sentence(
        "Each is one file without scripts, works with a keyboard and a screen reader, can be enlarged to 400% without"
        " scrolling sideways except within wide tables, and prints."
    ),
    Sentence(
        "It finds about half of all possible faults; nobody who relies on assistive technology has tested the pages "
        "yet."
    ),
    Sentence("Tell {organisation}, and say which page and what you need it for."),
    Sentence("Tell {organisation} at {email}, and say which page and what you need it for."),
)  # fmt: skip
# Which code made a page: the version of the package, and twelve signs of the hash of its files.
CODE_HASH = r"\+[0-9a-f]{12}"
# What a page says of its release: not yet, or on what day, under which name and by whom; files hold the name alone.
NOT_CLEARED = "Not cleared for release."
NOT_CLEARED_IN_FILES = "not cleared for release"
_ID = r"[a-z][a-z0-9-]{0,60}-r[1-9][0-9]{0,2}"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = rf"(?:[1-9]|[12][0-9]|3[01]) {_MONTH} 20[0-9]{{2}}"
MADE_FOR = rf"(?:{NOT_CLEARED_IN_FILES}|release {_ID})"
RELEASED = (
    rf"Released on {_DAY} as release (?P<id>{_ID})(?:, approved by (?P<why>[^.]+?))?\."
    rf"(?: It stands in place of {_ID}\. Reason: [^.0-9]+\.)?"
)
# What the list of waves says of a wave's release.
RELEASE_STATUS = rf"(?:released|withdrawn) on {_DAY} \({_ID}\)"
SYNTHETIC = "SYNTHETIC data: invented to demonstrate this report. They describe no real person, place or service."
