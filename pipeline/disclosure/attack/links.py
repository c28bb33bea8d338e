"""Links: the people of two waves who were recognised in both, and where they worked each time."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.disclosure.attack.program import Row, Terms
from pipeline.disclosure.attack.survey import NO_AREA
from pipeline.disclosure.attack.tables import Table, times, total


@dataclass(frozen=True)
class Links:
    """Who was recognised, of the people of two waves (their tables have one category, everybody).

    The linked of an area, or of no area, are of it both times; the moved of it in a wave are linked as well, and not of
    it the other time. Everybody recognised is linked in the whole area, moved or not.
    """

    tables: tuple[Table, Table]

    def linked(self, area: str) -> dict[Hashable, int]:
        """Return the people linked in an area, in no area or in the whole."""
        survey = self.tables[0].survey
        if area == survey.whole_area and not survey.several_areas:
            return total(*map(self.linked, survey.groups), self._all_moved(self.tables[0]))
        return {self._cell("linked", area): 1}

    def person(self, before: Sequence[str], after: Sequence[str]) -> dict[Hashable, int]:
        """Return the cells of links in which one person counts, recognised and of these groups before and after."""
        survey = self.tables[0].survey
        cells: list[Terms] = [self.linked(survey.whole_area)] if survey.several_areas else []
        cells += [self.linked(area) for area in before if area in after]
        cells += [self._moved(self.tables[0], area) for area in before if area not in after]
        return total(*cells, *(self._moved(self.tables[1], area) for area in after if area not in before))

    def rows(self) -> Iterator[Row]:
        """Yield what holds of the linked and moved of each group, and still holds when a person is taken out.

        Where people work in one area, these rows and whole numbers are all there is to it: moves from one group to
        another exist for any numbers of people moved out of each and into each, if both sum to one total that the two
        of a group do not exceed (Gale's theorem on flows, none leading from a group to itself).
        """
        survey = self.tables[0].survey
        for table in self.tables:
            for group in survey.groups:
                yield Row(self._not_linked(table, group), low=0)
        yield from self._rows_of_several() if survey.several_areas else self._rows_of_moves()

    def _rows_of_moves(self) -> Iterator[Row]:
        before, after = self.tables
        moves = self._all_moved(before)
        yield Row(total(moves, times(-1, self._all_moved(after))), low=0, high=0)
        for group in before.survey.groups:
            yield Row(total(moves, times(-1, self._moved(before, group)), times(-1, self._moved(after, group))), low=0)

    def _rows_of_several(self) -> Iterator[Row]:
        """Yield what holds where people may work in several areas; some patterns of moves that it lets pass are none.

        The recognised of a wave, and those who are not, are tables each of whose whole is all areas joined. Who is
        recognised and was of an area at any time is linked or moved there, which nobody is twice, and not of no area
        both times. Who moves to or from no area is moved in some area the other time.
        """
        before, after = self.tables
        survey = before.survey
        whole = self.linked(survey.whole_area)
        for table, other in ((before, after), (after, before)):
            recognised = {group: total(self.linked(group), self._moved(table, group)) for group in survey.groups}
            others = {group: self._not_linked(table, group) for group in survey.groups}
            yield from _joined(recognised, whole)
            yield from _joined(others, total(table.count(survey.whole_area), times(-1, whole)))
            if survey.none_listed:
                moved = total(*(self._moved(other, area) for area in survey.areas))
                yield Row(total(moved, times(-1, self._moved(table, NO_AREA))), low=0)
        never = self.linked(NO_AREA) if survey.none_listed else {}
        for group in survey.groups:
            ever = total(self.linked(group), self._moved(before, group), self._moved(after, group))
            rest = never if group != NO_AREA else {}
            yield Row(total(whole, times(-1, ever), times(-1, rest)), low=0)

    def _not_linked(self, table: Table, group: str) -> dict[Hashable, int]:
        """Return a wave's people of a group who were not recognised in the other."""
        return total(table.count(group), times(-1, self.linked(group)), times(-1, self._moved(table, group)))

    def _moved(self, table: Table, group: str) -> dict[Hashable, int]:
        return {self._cell(f"moved, {group} in {table.wave}", group): 1}

    def _all_moved(self, table: Table) -> dict[Hashable, int]:
        return total(*(self._moved(table, group) for group in table.survey.groups))

    def _cell(self, what: str, area: str) -> tuple[str, str, str, str]:
        return (what, self.tables[0].wave, self.tables[1].wave, area)


def _joined(groups: dict[str, dict[Hashable, int]], whole: Terms) -> Iterator[Row]:
    """Yield rows for a whole of all groups joined, of which those of no area are in no other."""
    nowhere = groups.get(NO_AREA, {})
    for group, people in groups.items():
        if group != NO_AREA:
            yield Row(total(whole, times(-1, people), times(-1, nowhere)), low=0)
    yield Row(total(*groups.values(), times(-1, whole)), low=0)
