"""In which order pages say what they may say, and how often: either could carry a number between pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from pipeline.disclosure.reading.grammar import Filled
from pipeline.disclosure.reading.site import FIRST_WAVE

Said = Sequence[Sequence[Filled]]
# How sentences begin that may be said in two sections.
_IN_TWO_SECTIONS = (FIRST_WAVE, "No change is shown for a single ")


def said_twice(said: Said) -> str:
    """Return the first sentence that a page says twice, but for those of each measure that may be alike, or ''."""
    texts = Counter(filled.text for row in said for filled in row if not filled.each)
    twice = (text for text, count in texts.items() if count > 1 + text.startswith(_IN_TWO_SECTIONS))
    return next(twice, "")


def order_faults(pages: Mapping[str, Said]) -> Iterator[str]:
    """Give the pages that say two sentences of one block in another order than a page before them: one fault each."""
    before: dict[tuple[int, int], str] = {}
    for file, said in pages.items():
        for first, then in ((a, b) for row in said for a, b in combinations(row, 2) if a.place != b.place):
            if other := before.get((then.place, first.place)):
                yield f"{file}: it says “{first.text[:60]}” before “{then.text[:60]}”, which {other} says after it."
                break
            before[first.place, then.place] = file
