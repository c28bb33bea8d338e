"""A number of people broken down into groups: which groups may be shown so that the others cannot be worked out."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.disclosure.bins import ends_of_bin


def hidden_groups(counts: Sequence[int], *, minimum_base: int, least_values: int) -> list[bool]:
    """Return which groups of a breakdown are hidden where its total is shown: the small ones, or else all.

    Who knows these rules, the total, the groups shown, and of each hidden one that somebody is in it, finds at least
    `least_values` possible values for it. Groups that are known to be empty are left out before. The small groups are
    hidden alone where they are two or more, are the minimum base together, and could each be several numbers; any
    other numbers with the same sum would then have been hidden alike, so that the rule itself tells nothing. Where
    they could not, all groups are hidden: one more of them would be known to be the next smallest.
    """
    small = [count < minimum_base for count in counts]
    number = sum(small)
    rest = sum(count for count, hidden in zip(counts, small, strict=True) if hidden)
    if not number or (number > 1 and rest >= minimum_base and _values(number, rest, minimum_base) >= least_values):
        return small
    return [True] * len(counts)


def _values(number: int, rest: int, minimum_base: int) -> int:
    """Return how many values one of some small groups can have that are `rest` together, nobody's group among them."""
    most = minimum_base - 1
    low = max(1, rest - (number - 1) * most)
    return min(most, rest - (number - 1)) - low + 1


def bins_tell_too_much(counts: Sequence[int], *, least_values: int) -> bool:
    """Return whether bins of six, with that of their total, leave a count up to six fewer than `least_values` values.

    Groups that are known to be empty are left out before; in all others there is somebody.
    """
    ends = [(max(low, 1), high) for low, high in map(ends_of_bin, counts)]
    least, most = ends_of_bin(sum(counts))
    for one, (low, high) in enumerate(ends):
        if low > 1:
            continue
        others = [both for number, both in enumerate(ends) if number != one]
        low = max(low, least - sum(last for _, last in others))
        high = min(high, most - sum(first for first, _ in others))
        if high - low + 1 < least_values:
            return True
    return False


def presence_tells_too_much(most: int, *, there: int, listed: int, least_values: int) -> bool:
    """Return whether it would tell how many came, or came from a sector, that somebody was there from so many sectors.

    `most` people came at most, for everybody who reads how many did; each is of one sector. `there` are the sectors
    that somebody came from, of those `listed`. With s of them there, one sector has at most `most` - (s - 1) people,
    and at least s came. Where some number of sectors would tell too much, a little smaller one is hidden too: that
    presence is hidden tells that many sectors were there, and must leave enough values itself.
    """
    largest = most - least_values + 1
    return listed > largest and there >= largest
