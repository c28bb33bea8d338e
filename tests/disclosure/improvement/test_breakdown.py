"""Breakdowns small enough to try every one: nobody who knows the rules narrows a hidden group to few values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product

import pytest

from pipeline.disclosure.bins import ends_of_bin, in_bin
from pipeline.disclosure.improvement.breakdown import bins_tell_too_much, hidden_groups, presence_tells_too_much

LEAST = 4
Counts = tuple[int, ...]


def fewest_values(seen: Callable[[Counts], object], secret: Callable[[Counts], list[bool]], all_: list[Counts]) -> int:
    """Return the fewest values that a secret count has among all breakdowns that look the same."""
    alike: dict[object, list[Counts]] = defaultdict(list)
    for counts in all_:
        alike[seen(counts)].append(counts)
    fewest = 99
    for same in alike.values():
        for group, hidden in enumerate(secret(same[0])):
            if hidden:
                fewest = min(fewest, len({counts[group] for counts in same}))
    return fewest


@pytest.mark.parametrize(("groups", "minimum"), [(2, 10), (3, 10), (4, 7)])
def test_every_hidden_group_of_a_small_breakdown_keeps_four_values(groups: int, minimum: int) -> None:
    most = {2: 40, 3: 24, 4: 13}[groups]
    # Fewer than the minimum base have no total to show.
    all_ = [one for one in product(range(1, most + 1), repeat=groups) if sum(one) >= minimum]

    def hidden(counts: Counts) -> list[bool]:
        return hidden_groups(counts, minimum_base=minimum, least_values=LEAST)

    def seen(counts: Counts) -> object:
        return sum(counts), tuple(None if gone else one for one, gone in zip(counts, hidden(counts), strict=True))

    # Larger groups than these would only add possible values, unless the total is near the largest that was tried.
    inner = [one for one in all_ if sum(one) <= most]
    assert fewest_values(seen, hidden, inner) >= LEAST


def test_small_groups_are_hidden_and_the_others_shown() -> None:
    assert hidden_groups([26, 11, 7, 5, 5, 2, 1, 1], minimum_base=10, least_values=4) == [False] * 2 + [True] * 6


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param([26, 11, 7], id="one small group is the rest"),
        pytest.param([26, 11, 3, 4], id="the small ones are fewer than the minimum base"),
        pytest.param([26, 11, 9, 9], id="the small ones can only both be nine"),
        pytest.param([26, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], id="the small ones can only all be one"),
    ],
)
def test_where_the_small_groups_could_be_worked_out_all_are_hidden(counts: list[int]) -> None:
    assert hidden_groups(counts, minimum_base=10, least_values=4) == [True] * len(counts)


def test_without_small_groups_nothing_is_hidden() -> None:
    assert hidden_groups([10, 12], minimum_base=10, least_values=4) == [False, False]


@pytest.mark.parametrize(("groups", "most"), [(2, 24), (3, 18), (4, 12)])
def test_counts_up_to_six_keep_four_values_where_bins_are_shown(groups: int, most: int) -> None:
    all_ = list(product(range(1, most + 1), repeat=groups))

    def seen(counts: Counts) -> object:
        if bins_tell_too_much(counts, least_values=LEAST):
            return in_bin(sum(counts))
        return in_bin(sum(counts)), tuple(map(in_bin, counts))

    def small(counts: Counts) -> list[bool]:
        return [one <= 6 for one in counts] if not bins_tell_too_much(counts, least_values=LEAST) else []

    assert fewest_values(seen, small, all_) >= LEAST


def test_bins_whose_total_leaves_a_group_few_values_are_told_apart() -> None:
    # Five groups of seven or more and one of one: their total of 36 is the last of its bin.
    assert bins_tell_too_much([7, 7, 7, 7, 7, 1], least_values=4)
    assert not bins_tell_too_much([26, 11, 7, 5, 5, 2, 1, 1], least_values=4)


@pytest.mark.parametrize(
    ("most", "there", "tells"),
    [(24, 8, False), (10, 6, False), (10, 7, True), (11, 8, False), (9, 5, False), (9, 6, True), (6, 3, True)],
)
def test_many_of_eight_sectors_at_a_small_event_would_tell_how_many_came(most: int, there: int, tells: bool) -> None:
    assert presence_tells_too_much(most, there=there, listed=8, least_values=4) is tells


@pytest.mark.parametrize(("sectors", "minimum", "bins"), [(3, 7, False), (4, 7, False), (5, 6, False), (4, 1, True)])
def test_presence_leaves_those_at_an_event_four_values(sectors: int, minimum: int, bins: bool) -> None:
    most_tried = 12
    all_ = [one for one in product(range(most_tried + 1), repeat=sectors) if 0 < sum(one) <= most_tried]

    def told(counts: Counts) -> object:
        """Return the number of people as it is shown, and who was there."""
        people = sum(counts)
        most = ends_of_bin(people)[1] if bins else max(people, minimum - 1)
        there = sum(count > 0 for count in counts)
        hidden = presence_tells_too_much(most, there=there, listed=sectors, least_values=LEAST)
        number = in_bin(people) if bins else people if people >= minimum else None
        return number, None if hidden else tuple(count > 0 for count in counts)

    alike: dict[object, list[Counts]] = defaultdict(list)
    for counts in all_:
        alike[told(counts)].append(counts)
    for (number, presence), same in alike.items():
        if number is None or number == "0–6":
            assert len({sum(counts) for counts in same}) >= LEAST
        for sector in range(sectors):
            values = {counts[sector] for counts in same}
            # That nobody came is told on purpose; so is that all came from one sector.
            if presence is None or (presence[sector] and sum(presence) > 1):
                assert len(values) >= LEAST, (number, presence)
