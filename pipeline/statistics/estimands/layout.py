"""How a joint model's design is laid out: a row for each respondent and area, and what can be told from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.statistics.estimands.answers import Bools, Ints, ItemAnswers
from pipeline.statistics.ordinal.identification import NotIdentified
from pipeline.statistics.ordinal.links import Floats

SMALLEST_PART = 1e-9
EMPTY_WAVE = "Nobody answered in one of the waves."
NO_AREA_IN_BOTH = "In no area did people answer in both waves."
ONE_MOMENT = "People of this area answered in one of the waves only."
OTHER_PEOPLE = "Who answered differs so much between the waves that the change cannot be told apart from it."


@dataclass(frozen=True)
class Layout:
    """The design of a joint model, a row for each respondent and area of theirs.

    Columns: one change for each of `changed` (areas by number; empty where one change is for all), then areas, then
    sectors, less those not `kept`. An area's number A stands for those who work in no listed area. `alike` gives for
    each area the first with the very same people, which stands for it; `without` says why some areas have no change of
    their own. `cells` are the different pairs of area and sector, `mix` the part of all answers in each.
    """

    respondent: Ints
    level: Ints
    person: Ints
    weights: Floats
    design: Floats
    changed: tuple[int, ...]
    alike: Ints
    without: Mapping[int, str]
    areas: Ints
    sectors: Ints
    kept: Bools
    cells: Ints
    mix: Floats

    def rows(self, moment: float, area: Ints, sector: Ints) -> Floats:
        """Return design rows of people of given areas and sectors at one moment (0 to 1)."""
        return _design(np.full(len(area), moment), area, sector, self.changed, self.areas, self.sectors)[:, self.kept]


def lay_out(answers: ItemAnswers, *, change_by_area: bool) -> Layout | NotIdentified:
    """Return the design of a joint model, or what keeps it from having one.

    Whoever works in several areas stands in each of them: with weight 1 where each area has its own change, and with
    weights that sum to 1 where one change is for all. A change needs answers at both ends of the time compared, from
    people who are not all of other areas or sectors then.
    """
    if not (answers.moment == 0).any() or not (answers.moment == 1).any():
        return NotIdentified(EMPTY_WAVE)
    alike = _first_alike(answers.areas)
    respondent, area = _spread(answers.areas, alike)
    moment, sector = answers.moment[respondent], answers.sector[respondent]
    share = 1 / np.bincount(respondent)[respondent]
    areas, sectors = _largest_first(area), _largest_first(sector)
    changed = _areas_at_both_ends(moment, area, answers.areas.shape[1]) if change_by_area else ()
    without = {number: ONE_MOMENT for number in range(answers.areas.shape[1]) if alike[number] not in changed}
    if change_by_area and not changed:
        return NotIdentified(NO_AREA_IN_BOTH)
    design = _design(moment, area, sector, changed, areas, sectors)
    told_apart = _independent(design, last=max(len(changed), 1))
    if not change_by_area and not told_apart[0]:
        return NotIdentified(OTHER_PEOPLE)
    if change_by_area and not told_apart[: len(changed)].all():
        mixed_up = {one for one, is_told in zip(changed, told_apart, strict=False) if not is_told}
        without |= {number: OTHER_PEOPLE for number in range(len(alike)) if alike[number] in mixed_up}
        changed = tuple(one for one in changed if one not in mixed_up)
        if not changed:
            return NotIdentified(OTHER_PEOPLE)
        design = _design(moment, area, sector, changed, areas, sectors)
        told_apart = _independent(design, last=len(changed))
    cells, mix = _mix_of_answers(share, area, sector)
    return Layout(
        respondent, answers.level[respondent], answers.person[respondent],
        np.ones(len(respondent)) if change_by_area else share, design[:, told_apart],
        changed, alike, without, areas, sectors, told_apart, cells, mix,
    )  # fmt: skip


def _first_alike(areas: Bools) -> Ints:
    """Return for each area the first that has the same people: nothing could tell the two apart."""
    if not areas.shape[1]:
        return np.zeros(0, dtype=np.int64)
    same = (areas[:, :, None] == areas[:, None, :]).all(axis=0)
    return same.argmax(axis=1)


def _spread(areas: Bools, alike: Ints) -> tuple[Ints, Ints]:
    """Return a row for each area of each respondent, those of no area under the number after the last."""
    first = areas & (alike == np.arange(len(alike)))
    respondent, area = np.nonzero(np.hstack([first, ~areas.any(axis=1, keepdims=True)]))
    return respondent, area


def _areas_at_both_ends(moment: Floats, area: Ints, n_areas: int) -> tuple[int, ...]:
    first, last = (set(area[moment == end]) for end in (0, 1))
    return tuple(number for number in range(n_areas) if number in first and number in last)


def _largest_first(codes: Ints) -> Ints:
    """Return the codes in use, the most frequent first: it is the reference, whatever the order of rows."""
    used, counts = np.unique(codes, return_counts=True)
    return used[np.argsort(-counts, kind="stable")]


def _design(moment: Floats, area: Ints, sector: Ints, changed: tuple[int, ...], areas: Ints, sectors: Ints) -> Floats:
    change = moment[:, None] * (area[:, None] == np.array(changed)) if changed else moment[:, None]
    others = [area[:, None] == areas[1:], sector[:, None] == sectors[1:]]
    if changed and len(changed) < len(areas):
        # Those without a change of their own share one, so that theirs is nobody else's.
        others.append(moment[:, None] * ~np.isin(area, changed)[:, None])
    return np.hstack([change, *others]).astype(float)


def _independent(design: Floats, *, last: int) -> Bools:
    """Tell which columns say what those before them do not, the first `last` of them (the changes) being asked last."""
    order = np.r_[last : design.shape[1], :last]
    centred = (design - design.mean(axis=0))[:, order]
    size = np.linalg.norm(centred, axis=0)
    corner = np.zeros(design.shape[1])
    triangle = np.linalg.qr(centred / np.where(size > 0, size, 1), mode="r")
    corner[: len(triangle)] = np.abs(np.diag(triangle))
    told = np.zeros(design.shape[1], dtype=bool)
    told[order] = (size > SMALLEST_PART) & (corner > SMALLEST_PART)
    return told


def _mix_of_answers(share: Floats, area: Ints, sector: Ints) -> tuple[Ints, Floats]:
    """Return the different pairs of area and sector (c, 2) and the part of all answers in each, every answer once."""
    cells, cell_of = np.unique(np.column_stack([area, sector]), axis=0, return_inverse=True)
    mix = np.bincount(cell_of.ravel(), weights=share)
    return cells, mix / mix.sum()
