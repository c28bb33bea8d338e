"""Which parts of a whole may be shown beside it, so that what is left of it tells of nobody in the parts that are not.

Every decision can be repeated from what is published, but for which of the hidden parts are small: so that no part is
shown, or left out, for a reason that tells a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.disclosure.bins import ends_of_bin


@dataclass(frozen=True)
class Part:
    """A part of a whole: its people, what they made, and how many of that have each property that is published.

    A part with `listed=False` is never shown, such as those of no theme.
    """

    value: str
    people: int
    made: int
    having: tuple[int, ...] = ()
    listed: bool = True


def parts_to_show(total: Part, parts: Sequence[Part], *, minimum: int, least: int) -> tuple[Part, ...]:
    """Return the parts that may be shown beside their total, none where the breakdown cannot be.

    A part of fewer people than `minimum` is hidden. What is left of the total must then be two parts or more and
    `minimum` people or more, each hidden count must keep `least` possible values for somebody who knows these rules,
    and neither nearly all nor nearly nothing of what is left may have one of the properties. Where not all of this
    holds, no part is shown: were the next smallest hidden too, its being so would narrow the others. People in several
    parts make the rest seem smaller than it is, which hides more.
    """
    shown = tuple(part for part in parts if part.listed and part.people >= minimum)
    small_n = sum(part.listed for part in parts) - len(shown)
    hidden_n = len(parts) - len(shown)
    rest = total.people - sum(part.people for part in shown)
    if not hidden_n or not shown:
        return shown
    # One small part alone leaves fewer people than that.
    if rest < minimum:
        return ()
    # What is never listed may be of any number of people, and leaves the small parts free.
    lowest = rest - (small_n - 1) * (minimum - 1) if small_n == hidden_n else 0
    fits = not small_n or minimum - max(0, lowest) >= least
    return shown if fits and _keeps_properties(total, shown, least) else ()


def bins_keep(total: tuple[int, int], counts: Sequence[int], least: int) -> bool:
    """Return whether each count shown in a bin of six keeps `least` values beside the bounds of the sum of them all."""
    ends = [ends_of_bin(count) for count in counts]
    low, high = sum(one[0] for one in ends), sum(one[1] for one in ends)
    for first, last in ends:
        narrowed = max(first, total[0] - (high - last)), min(last, total[1] - (low - first))
        if narrowed[1] - narrowed[0] + 1 < least:
            return False
    return True


def _keeps_properties(total: Part, shown: Sequence[Part], least: int) -> bool:
    """Return whether neither almost all nor almost nothing of what is left has one of the properties."""
    made = total.made - sum(part.made for part in shown)
    for number, of_all in enumerate(total.having):
        having = of_all - sum(part.having[number] for part in shown)
        if not least - 1 <= having <= made - (least - 1):
            return False
    return True
