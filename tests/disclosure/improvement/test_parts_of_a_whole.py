"""Whatever parts are shown beside their total, no hidden count keeps fewer values than the rules promise: by force.

Every small table there can be is protected, and those that print the same are put together: what differs among them is
what somebody who knows the rules cannot tell.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest

from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.improvement.parts import Part, bins_keep, parts_to_show

Shown = tuple[object, ...]


def total_of(parts: list[Part]) -> Part:
    having = tuple(map(sum, zip(*(part.having for part in parts), strict=True)))
    return Part("all", sum(part.people for part in parts), sum(part.made for part in parts), having)


def printed(parts: list[Part], minimum: int, least: int) -> tuple[Shown, set[str]]:
    total = total_of(parts)
    shown = parts_to_show(total, parts, minimum=minimum, least=least)
    return (total, *shown), {part.value for part in shown}


def worlds_by_print(
    tables: list[list[Part]], minimum: int, least: int
) -> dict[Shown, list[tuple[list[Part], set[str]]]]:
    found: dict[Shown, list[tuple[list[Part], set[str]]]] = defaultdict(list)
    for parts in tables:
        if total_of(parts).people >= minimum:
            print_, shown = printed(parts, minimum, least)
            found[print_].append((parts, shown))
    return found


def hidden_values(tables: list[list[Part]], minimum: int, least: int, most: int, of: str = "people") -> list[int]:
    """Return how many values each hidden count of fewer people than the minimum can have, for every way of printing."""
    found = []
    for worlds in worlds_by_print(tables, minimum, least).values():
        first, shown = worlds[0]
        rest = sum(part.people for part in first if part.value not in shown)
        # Beyond it there are tables that were not tried.
        if shown and rest <= most:
            hidden = [number for number, part in enumerate(first) if part.value not in shown]
            small = [number for number in hidden if any(world[number].people < minimum for world, _ in worlds)]
            found += [len({getattr(world[number], of) for world, _ in worlds}) for number in small]
    return found


@pytest.mark.parametrize(("parts_n", "most", "listed"), [(3, 14, True), (4, 8, True), (3, 14, False), (4, 8, False)])
def test_no_hidden_number_of_people_has_fewer_than_four_values(parts_n: int, most: int, listed: bool) -> None:
    tables = [
        [
            Part(str(number), people, people, listed=listed or number < parts_n - 1)
            for number, people in enumerate(counts)
        ]
        for counts in product(range(most + 1), repeat=parts_n)
    ]
    assert min(hidden_values(tables, 5, 4, most)) >= 4


def test_people_in_two_parts_tell_no_more_of_the_hidden_ones() -> None:
    by_print: dict[Shown, list[list[Part]]] = defaultdict(list)
    for *alone, both in product(range(10), range(10), range(10), (5, 9), range(4)):
        counts = [alone[0] + both, alone[1] + both, *alone[2:]]
        parts = [Part(str(number), people, people) for number, people in enumerate(counts)]
        # The total counts who is in both parts once.
        total = Part("all", sum(alone) + both, sum(alone) + both)
        shown = parts_to_show(total, parts, minimum=5, least=4)
        by_print[(total, *shown)].append(parts) if shown else None
    assert by_print
    for (_, *shown), worlds in by_print.items():
        values = {part.value for part in shown if isinstance(part, Part)}
        for number in range(4):
            # Larger parts than these could be made up of people who were not tried.
            if str(number) not in values and all(part.people <= 8 for part in worlds[0]):
                assert len({world[number].people for world in worlds}) >= 4, worlds[0]


def test_no_hidden_number_with_a_property_has_fewer_than_three_values() -> None:
    cells = [(people, having) for people in range(1, 7) for having in range(people + 1)]
    tables = [
        [Part(str(number), people, people, (having,)) for number, (people, having) in enumerate(counts)]
        for counts in product(cells, repeat=3)
    ]
    assert min(hidden_values(tables, 5, 3, 12, of="having")) >= 3


def test_a_hidden_part_alone_takes_the_whole_breakdown_with_it() -> None:
    parts = [Part("a", 30, 30), Part("b", 12, 12), Part("c", 4, 4)]
    assert parts_to_show(Part("all", 46, 46), parts, minimum=10, least=4) == ()


def test_what_is_left_must_be_two_parts_and_enough_people() -> None:
    parts = [Part("a", 30, 30), Part("b", 4, 4), Part("c", 5, 5)]
    assert parts_to_show(Part("all", 39, 39), parts, minimum=10, least=4) == ()
    parts = [Part("a", 30, 30), Part("b", 4, 4), Part("c", 6, 6)]
    assert [part.value for part in parts_to_show(Part("all", 40, 40), parts, minimum=10, least=4)] == ["a"]


def test_two_parts_that_must_both_be_of_nine_people_hide_the_breakdown() -> None:
    parts = [Part("a", 30, 30), Part("b", 9, 9), Part("c", 9, 9)]
    assert parts_to_show(Part("all", 48, 48), parts, minimum=10, least=4) == ()


def test_a_part_that_is_never_listed_is_hidden_however_large() -> None:
    parts = [Part("a", 30, 30), Part("none", 30, 30, listed=False), Part("c", 4, 4)]
    assert [part.value for part in parts_to_show(Part("all", 64, 64), parts, minimum=10, least=4)] == ["a"]


def test_a_rest_of_which_all_was_kept_hides_the_breakdown() -> None:
    parts = [Part("a", 30, 30, (15,)), Part("b", 8, 8, (8,)), Part("c", 7, 7, (7,))]
    assert parts_to_show(Part("all", 45, 45, (30,)), parts, minimum=10, least=4) == ()


def test_bins_of_six_beside_the_bin_of_their_sum_keep_four_values_or_are_left_out() -> None:
    by_print: dict[tuple[tuple[int, int], ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(20), repeat=3):
        by_print[(*map(ends_of_bin, counts), ends_of_bin(sum(counts)))].append(counts)
    assert by_print
    for ends, worlds in by_print.items():
        if max(one[1] for one in ends[:3]) < 20 and bins_keep(ends[3], worlds[0], 4):
            assert all(len({world[number] for world in worlds}) >= 4 for number in range(3)), ends
    # Six parts of 7, or five and one of 1, and a total of 36: the bins alone would tell the small one.
    assert not bins_keep(ends_of_bin(36), [7, 7, 7, 7, 7, 1], 4)
