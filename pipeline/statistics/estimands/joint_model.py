"""One cumulative-link model of an item over all areas: areas, sectors, and a change in each area or one for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from pipeline.statistics.estimands.answers import Bools, Ints, ItemAnswers
from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.links import Floats
from pipeline.statistics.ordinal.robust import ClusterCovariance

SMALLEST_PART = 1e-9


@dataclass(frozen=True)
class Layout:
    """The design of a joint model, a row for each respondent and area of theirs.

    Columns: one change for each of `changed` (areas by number; empty where one change is for all), then areas, then
    sectors, less those not `kept`. An area's number A stands for those who work in no listed area. `alike` gives for
    each area the first with the very same people, which stands for it. `cells` are the different pairs of area and
    sector, `mix` the part of all people in each.
    """

    respondent: Ints
    level: Ints
    person: Ints
    weights: Floats
    design: Floats
    changed: tuple[int, ...]
    alike: Ints
    areas: Ints
    sectors: Ints
    kept: Bools
    cells: Ints
    mix: Floats

    def rows(self, moment: float, area: Ints, sector: Ints) -> Floats:
        """Return design rows of people of given areas and sectors at one moment (0 to 1)."""
        return _design(np.full(len(area), moment), area, sector, self.changed, self.areas, self.sectors)[:, self.kept]


@dataclass(frozen=True)
class JointModel:
    """A fitted model and how its design is laid out; the parameters are thresholds, then the design's columns."""

    fit: CumulativeLinkFit
    layout: Layout

    @property
    def changed(self) -> tuple[int, ...]:
        """The areas with a change of their own."""
        return self.layout.changed

    @property
    def change_places(self) -> Ints:
        """Where the changes stand among the parameters."""
        first = len(self.fit.thresholds)
        return np.arange(first, first + max(len(self.changed), 1))

    def change_place(self, area: int | None) -> int:
        """Return where the change of an area (or, with None, the one of all) stands among the parameters."""
        return int(self.change_places[0 if area is None else self.changed.index(self.layout.alike[area])])

    @property
    def robust(self) -> ClusterCovariance:
        """The covariance clustered by person, with each person's influence on the parameters."""
        if self.fit.robust is None:
            raise ValueError("a joint model is clustered by person")
        return self.fit.robust


def fit_joint_model(answers: ItemAnswers, *, change_by_area: bool) -> JointModel | NotIdentified:
    """Fit `level ~ moment (per area) + area + sector`, clustered by person (CR2).

    Under separation the fit is Jeffreys-penalised. An area in which people answered at one moment only has no change
    of its own.
    """
    layout = lay_out(answers, change_by_area=change_by_area)
    if isinstance(layout, NotIdentified):
        return layout
    fit = _fit(layout.level, layout.design, layout.person, layout.weights)
    return fit if isinstance(fit, NotIdentified) else JointModel(fit, layout)


def lay_out(answers: ItemAnswers, *, change_by_area: bool) -> Layout | NotIdentified:
    """Return the design of a joint model, or what keeps it from having one.

    Whoever works in several areas stands in each of them: with weight 1 where each area has its own change, and with
    weights that sum to 1 where one change is for all.
    """
    alike = _first_alike(answers.areas)
    respondent, area = _spread(answers.areas, alike)
    moment, sector = answers.moment[respondent], answers.sector[respondent]
    share = 1 / np.bincount(respondent)[respondent] if len(respondent) else np.ones(0)
    changed = tuple(_areas_at_several_moments(moment, area, answers.areas.shape[1])) if change_by_area else ()
    if len(np.unique(moment)) < 2:
        return NotIdentified("Nobody answered in one of the waves.")
    if change_by_area and not changed:
        return NotIdentified("In no area did people answer in both waves.")
    areas, sectors = _largest_first(area), _largest_first(sector)
    design = _design(moment, area, sector, changed, areas, sectors)
    kept = _independent(design)
    cells, mix = _mix_of_people(share, area, sector)
    return Layout(
        respondent, answers.level[respondent], answers.person[respondent],
        np.ones(len(respondent)) if change_by_area else share, design[:, kept],
        changed, alike, areas, sectors, kept, cells, mix,
    )  # fmt: skip


def _fit(level: Ints, design: Floats, person: Ints, weights: Floats) -> CumulativeLinkFit | NotIdentified:
    plain = fit_cumulative_link(level, design, clusters=person, weights=weights, cov_type="CR2")
    if isinstance(plain, CumulativeLinkFit):
        return plain
    # Mostly separation: an area or sector all of whose answers lie at one end. The penalised fit is finite there, and
    # says so itself where something else is in the way.
    return fit_cumulative_link(level, design, clusters=person, weights=weights, cov_type="CR2", penalty="jeffreys")


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


def _areas_at_several_moments(moment: Floats, area: Ints, n_areas: int) -> list[int]:
    return [number for number in range(n_areas) if len(np.unique(moment[area == number])) > 1]


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


def _independent(design: Floats) -> Bools:
    """Tell which columns say what those before them do not: changes come before areas, areas before sectors."""
    centred = design - design.mean(axis=0)
    size = np.linalg.norm(centred, axis=0)
    corner = np.zeros(design.shape[1])
    triangle = np.linalg.qr(centred / np.where(size > 0, size, 1), mode="r")
    corner[: len(triangle)] = np.abs(np.diag(triangle))
    return (size > SMALLEST_PART) & (corner > SMALLEST_PART)


def _mix_of_people(share: Floats, area: Ints, sector: Ints) -> tuple[Ints, Floats]:
    """Return the different pairs of area and sector (c, 2) and the part of all people in each (each person once)."""
    cells, cell_of = np.unique(np.column_stack([area, sector]), axis=0, return_inverse=True)
    mix = np.bincount(cell_of.ravel(), weights=share)
    return cells, mix / mix.sum()


@dataclass(frozen=True)
class StandardShare:
    """The standardised share of favourable answers at some parameters, and its gradient in them."""

    share: Floats
    gradient: Floats


def standardise(
    model: JointModel, params: Floats, favourable_from: int, *, moment: float, area: int | None
) -> StandardShare:
    """Return the share at or above the level `favourable_from` if the whole survey's mix of people answered.

    `params` (t, q) may be several sets, and share (t,) and gradient (t, q) are one for each. In one area the mix is
    that of sectors; with `area` None it is that of areas and sectors together (g-computation, Robins 1986).
    """
    layout = model.layout
    of_area = layout.cells[:, 0] if area is None else np.full(len(layout.cells), layout.alike[area])
    rows = layout.rows(moment, of_area, layout.cells[:, 1])
    n_thresholds = len(model.fit.thresholds)
    cut = int((model.fit.levels < favourable_from).sum())
    if cut in (0, n_thresholds + 1):
        return StandardShare(np.full(len(params), float(cut == 0)), np.zeros_like(params))
    chance = expit(params[:, n_thresholds:] @ rows.T - params[:, [cut - 1]])
    slope = chance * (1 - chance) * layout.mix
    gradient = np.zeros_like(params)
    gradient[:, cut - 1] = -slope.sum(axis=1)
    gradient[:, n_thresholds:] = slope @ rows
    return StandardShare(chance @ layout.mix, gradient)
