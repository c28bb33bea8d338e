"""What a page may say of results and of the people behind them, outside its tables."""

from __future__ import annotations

from pipeline.disclosure.reading.grammar import Sentence

_CHANGED = "{change} percentage points ({interval} {low} to {high}; {earlier_people}, then {later_people})."

SENTENCES = (
    # The summary: all measures, then one by one.
    Sentence("{title}. {compared}."),
    Sentence("None of the {measures_n} measures shows a clear change.", when="all_unclear"),
    Sentence("Of the {measures_n} measures, {counted}.", when="several_measures"),
    Sentence("The one measure: {counted}.", when="one_measure"),
    Sentence("Changes and shares are what they would be if {mix} had answered each time.", when="has_standardised"),
    Sentence("Changes are what they would be if {mix} had answered each time.", when="no_standardised"),
    Sentence(
        f"{{measure}}: the share answering {{favourable}} rose from {{earlier}} to {{later}}, {_CHANGED}",
        when="rose",
        each="measure",
    ),
    Sentence(f"{{measure}}: the share answering {{favourable}} rose, {_CHANGED}", when="rose_without", each="measure"),
    Sentence(
        f"{{measure}}: the share answering {{favourable}} fell from {{earlier}} to {{later}}, {_CHANGED}",
        when="fell",
        each="measure",
    ),
    Sentence(f"{{measure}}: the share answering {{favourable}} fell, {_CHANGED}", when="fell_without", each="measure"),
    Sentence(
        f"{{measure}}: no clear change in the share answering {{favourable}}: {{earlier}}, then {{later}}, {_CHANGED} "
        "The interval {touches} 0, no change.",
        when="unclear",
        each="measure",
    ),
    Sentence(
        f"{{measure}}: no clear change in the share answering {{favourable}}: {_CHANGED} The interval {{touches}} 0, "
        "no change.",
        when="unclear_without",
        each="measure",
    ),
    Sentence("As counted: {counted_shares}.", each="measure"),
    Sentence("Across {whole} the change was {whole_change}.", each="measure"),
    Sentence(
        "{measure}: {share} answered {favourable} ({interval} {share_low} to {share_high}; {share_people} answered).",
        when="one_wave",
        each="measure",
    ),
    Sentence("{measure}: {share} answered {favourable} ({share_people} answered).", when="one_wave", each="measure"),
    Sentence("{measure}: {share} answered {favourable}.", when="one_wave", each="measure"),
    Sentence("{measure}: {people_by_wave}.", when="is_hidden", each="measure"),
    Sentence("{measure}: [x] no change can be worked out from the answers given.", each="measure"),
    Sentence("{measure}: [x] {why_not_compared}", each="measure"),
    Sentence("The share in each is shown, but they are not compared."),
    Sentence("Answers for {area} came from {respondents}."),
    Sentence(
        "{linked} can be recognised in both waves by their self-made code; the others may or may not be the same "
        "people."
    ),
    Sentence("So few people make every figure for {area} uncertain: read the interval before the figure."),
    Sentence("{interval}: the range of values that fit the answers; where it includes 0, they fit with no change."),
    Sentence("The page of {whole_area} shows the answers of all {nouns} together."),
    Sentence("{whole}: {whole_area}."),
    Sentence("{linked_not_shown}."),
    Sentence("Counts are shown in bins, so no response rate is.", when="has_bins"),
    # Figures: their titles and what is said in place of the picture.
    Sentence("Change in the share giving a favourable answer, {short}"),
    Sentence("Percentage points, {baseline} to {wave}, with {interval}"),
    Sentence("Share giving a favourable answer, {short}"),
    Sentence("Per cent of those answering, {waves}, with {interval}"),
    Sentence("Per cent of those answering, {whole}, {waves}"),
    Sentence("All answers: {asked_together}", each="scale"),
    Sentence("{measure}: change by {noun}", each="measure"),
    Sentence("Share answering {favourable}, percentage points, with {interval}", each="measure"),
    Sentence("Chart of dots with intervals, {area}."),
    Sentence("Chart of dots with intervals: the favourable share of {measures_digits} measures in {area}."),
    Sentence("Chart of dots with intervals: change in {measure_lower} in {places_digits} places.", each="measure"),
    Sentence("Bars divided by answer, from “{lowest}” to “{highest}”, for {asked_together}.", each="scale"),
    # Who answered.
    Sentence("{recruitment}"),
    Sentence("{invited} were invited to {wave}; {rate} of them answered."),
    # What changed.
    Sentence("This is the first wave: there is no earlier one to compare it with.", when="one_wave"),
    Sentence(
        "The interval matters more than the figure: where it includes 0, the answers fit with no change."
    ),
    Sentence(
        "Figures are rounded one by one: a change can differ by 1 from the difference of the two shares.",
        when="has_standardised",
    ),
    Sentence(
        "Of 100 pairs of one earlier and one later answer, the whole scale counted, the later one is the higher in "
        "{superiority}."
    ),
    Sentence("Ties are split evenly, so 50 means no difference."),
    Sentence(
        "Each {noun}'s change is drawn towards the average of all {nouns}, the more so the fewer people answered "
        "there, because with so few answers most of what sets {nouns} apart is chance and such figures lie nearer "
        "the truth on average; where a {noun} truly differs, the figure from its own answers alone, which stands "
        "beside it, says so better."
    ),
    # Over the waves.
    Sentence("Every two waves compared, and the change along a straight line through all of them."),
    Sentence("The middles of the waves' fieldwork do not follow one another, so there is no line through them."),
    Sentence("A course over time can be shown from three waves on."),
    Sentence(
        "Along a straight line through the {waves_n} waves, over {years} years, the share in {short_of_waves} changed "
        "by: {trends}."
    ),
    Sentence("Looking back, people said in {wave} how they would have answered before, and how they do now."),
    Sentence("The survey asked nobody to look back at how things were before."),
    Sentence(
        "What people say, in one and the same form, of how it was before and how it is now: a comparison of its "
        "own, not to be added to the change between waves."
    ),
    # Comments and submissions, which no file holds.
    Sentence("Across {whole} people could write about {subjects}."),
    Sentence("In {wave} they did so as follows: {commenting}."),
    Sentence("{submissions}."),
    Sentence("Single sentences that their writers let us print and two people approved, word for word."),
    Sentence("No quote from {wave} is approved for this page."),
)  # fmt: skip
