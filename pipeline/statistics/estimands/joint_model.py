"""One cumulative-link model of an item over all areas: areas, sectors, and a change in each area or one for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import linalg
from scipy.special import expit, stdtr, stdtrit

from pipeline.statistics.estimands.answers import Ints, ItemAnswers
from pipeline.statistics.estimands.layout import EMPTY_WAVE, Layout, lay_out
from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.links import Floats

LEAST_OF_MODEL = 0.5


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

    @cached_property
    def cov(self) -> Floats:
        """The covariance of the parameters: clustered by person, under a penalty never below half the model's.

        The model's alone where clustering leaves no uncertainty: where all who answered twice, or all of a small area,
        answered alike. Under separation residuals vanish, and the clustered covariance with them.
        """
        if self.fit.cov_robust is None:
            return self.fit.cov
        if self.fit.penalty is None:
            return self.fit.cov_robust
        return never_below(self.fit.cov_robust, LEAST_OF_MODEL * self.fit.cov)

    def quantile(self, conf_level: float) -> float:
        """Return how many standard errors an interval reaches to either side.

        One change for all, estimated from everyone: Student's t with the people less one as degrees of freedom (and
        CR1). A change in each area, from few: the normal quantile with CR2. On simulated surveys of this size these
        cover as often as they say, and down to ten people a wave more often; CR2 with Satterthwaite's degrees of
        freedom, fewer than twenty for an area, covers more often throughout.
        """
        return float(stdtrit(self._df, (1 + conf_level) / 2))

    def p_value(self, ratio: float) -> float:
        """Return the two-sided p-value of an estimate that is `ratio` standard errors from nought."""
        return float(2 * stdtr(self._df, -abs(ratio)))

    @property
    def _df(self) -> float:
        """Degrees of freedom; with infinitely many Student's t is the normal."""
        return np.inf if self.changed or self.fit.n_clusters is None else self.fit.n_clusters - 1


def never_below(cov: Floats, least: Floats) -> Floats:
    """Return the smallest covariance that is in no direction less than either of two, by their common eigenvectors."""
    values, vectors = linalg.eigh(cov, least)
    root = least @ vectors
    return (root * np.maximum(values, 1.0)) @ root.T


def fit_joint_model(answers: ItemAnswers, *, change_by_area: bool) -> JointModel | NotIdentified:
    """Fit `level ~ moment (per area) + area + sector`, clustered by person (CR2 with a change per area, else CR1).

    Under separation the fit is Jeffreys-penalised.
    """
    layout = lay_out(answers, change_by_area=change_by_area)
    if isinstance(layout, NotIdentified):
        return layout
    fit = _fit(layout)
    return fit if isinstance(fit, NotIdentified) else JointModel(fit, layout)


def _fit(layout: Layout) -> CumulativeLinkFit | NotIdentified:
    """Fit by likelihood, with the penalty under separation, and without clusters where those leave no uncertainty."""
    given: dict[str, Any] = {"levels": layout.level, "design": layout.design, "weights": layout.weights}
    clustered = {"clusters": layout.person, "cov_type": "CR2" if layout.changed else "CR1"}
    found: CumulativeLinkFit | NotIdentified = NotIdentified(EMPTY_WAVE)
    for options in (clustered, {}, clustered | {"penalty": "jeffreys"}, {"penalty": "jeffreys"}):
        found = fit_cumulative_link(**given, **options)
        if isinstance(found, CumulativeLinkFit):
            break
    return found


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
