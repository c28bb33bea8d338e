"""What a fitted cumulative-link model says: estimates, intervals, and the shares it predicts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from pipeline.statistics.ordinal.links import Floats, Link, log_mass_between, relative_density
from pipeline.statistics.ordinal.patterns import Ints
from pipeline.statistics.ordinal.robust import ClusterCovariance
from pipeline.statistics.proportions import check_conf_level

Penalty: TypeAlias = Literal["jeffreys"]


class MeanGradient(NamedTuple):
    """A mean or share per row, (n,), and its derivative in the parameters, (n, q), in the order of `estimate`."""

    value: Floats
    gradient: Floats


@dataclass(frozen=True)
class CumulativeLinkFit:
    """A fitted model; every covariance runs over the thresholds, then nominal by column, then beta.

    `cov` is the inverse information, observed without and expected with a penalty. `nominal` has a row per column and
    a column per threshold. `n_obs` counts the answers of a weight above zero.
    """

    levels: Ints
    thresholds: Floats
    nominal: Floats
    beta: Floats
    cov: Floats
    robust: ClusterCovariance | None
    loglik: float
    n_obs: int
    link: Link
    penalty: Penalty | None
    penalised_loglik: float | None

    @property
    def cov_robust(self) -> Floats | None:
        """The clustered covariance of `estimate`, or None without clusters."""
        return None if self.robust is None else self.robust.cov

    @property
    def n_clusters(self) -> int | None:
        """How many clusters gave the answers, or None where none were named."""
        return None if self.robust is None else len(self.robust.influence)

    @property
    def influence(self) -> Floats | None:
        """`cov` times each cluster's summed score, (clusters by order of appearance, q); None without clusters."""
        return None if self.robust is None else self.robust.influence

    @property
    def estimate(self) -> Floats:
        """Thresholds, then nominal effects by column, then beta, on the scale of the link."""
        return np.concatenate([self.thresholds, self.nominal.ravel(), self.beta])

    @property
    def std_error(self) -> Floats:
        """Standard errors of `estimate`: clustered where clusters were given, else model based."""
        return np.sqrt(np.diag(self.cov if self.cov_robust is None else self.cov_robust))

    @property
    def std_error_model(self) -> Floats:
        """Model-based standard errors of `estimate`, from the inverse information."""
        return np.sqrt(np.diag(self.cov))

    def degrees_of_freedom(self, contrast: ArrayLike) -> Floats:
        """Give the degrees of freedom of a contrast (q,), or of each of several (k, q), of `estimate`.

        Infinite without clusters, n_clusters - 1 for CR1, Satterthwaite's for CR2. Raises ValueError for a contrast
        of another length. Sources: Cameron and Miller 2015, Journal of Human Resources 50:317; Bell and McCaffrey
        2002, Survey Methodology 28(2):169.
        """
        contrasts = np.asarray(contrast, dtype=float)
        if contrasts.ndim not in (1, 2) or contrasts.shape[-1] != len(self.cov):
            raise ValueError(f"a contrast must have {len(self.cov)} numbers, not {contrasts.shape}")
        if self.robust is None:
            return np.full(contrasts.shape[:-1], np.inf)
        return self.robust.degrees_of_freedom(np.atleast_2d(contrasts)).reshape(contrasts.shape[:-1])

    def conf_int(self, conf_level: float) -> Floats:
        """Give Wald intervals of `estimate`, shape (q, 2), by Student's t with `degrees_of_freedom`.

        Raises ValueError for a conf_level outside 0..1.
        """
        check_conf_level(conf_level)
        degrees = self.degrees_of_freedom(np.eye(len(self.cov)))
        reach = t_quantile(1 - (1 - conf_level) / 2, degrees) * self.std_error
        return np.column_stack([self.estimate - reach, self.estimate + reach])

    def predict(self, design: Floats, nominal: Floats | None = None, offset: Floats | None = None) -> Floats:
        """Give the probability of each of `levels` for new rows, shape (n, levels).

        Raises ValueError for columns that do not fit the model's.
        """
        at = self._padded_cuts(*self._check_rows(design, nominal, offset))
        return np.exp(log_mass_between(at[:, 1:], at[:, :-1], self.link))

    def share_gradient(
        self,
        design: Floats,
        favourable: Collection[int],
        nominal: Floats | None = None,
        offset: Floats | None = None,
    ) -> MeanGradient:
        """Give the probability of a level among `favourable` for new rows, with its derivative in the parameters.

        A level nobody chose has the probability zero. Raises ValueError as `predict` does.
        """
        return self.mean_gradient(design, np.isin(self.levels, list(favourable)).astype(float), nominal, offset)

    def mean_gradient(
        self, design: Floats, values: ArrayLike, nominal: Floats | None = None, offset: Floats | None = None
    ) -> MeanGradient:
        """Give the mean of `values`, one for each of `levels`, for new rows, with its derivative in the parameters.

        Raises ValueError as `predict` does, and for another number of values than levels.
        """
        worth = np.asarray(values, dtype=float)
        if worth.shape != self.levels.shape:
            raise ValueError(f"values must hold {len(self.levels)} numbers, not {worth.shape}")
        rows = self._check_rows(design, nominal, offset)
        at = self._padded_cuts(*rows)
        mean = np.exp(log_mass_between(at[:, 1:], at[:, :-1], self.link)) @ worth
        inner = at[:, 1:-1]
        density, _ = relative_density(inner, np.zeros_like(inner), self.link, np.ones(inner.shape, dtype=bool))
        by_cut = density * (worth[:-1] - worth[1:])
        by_nominal = (rows[1][:, :, None] * by_cut[:, None, :]).reshape(len(by_cut), -1)
        return MeanGradient(mean, np.hstack([by_cut, by_nominal, -rows[0] * by_cut.sum(axis=1, keepdims=True)]))

    def _check_rows(
        self, design: Floats, nominal: Floats | None, offset: Floats | None
    ) -> tuple[Floats, Floats, Floats]:
        design = np.asarray(design, dtype=float)
        if design.ndim != 2 or design.shape[1] != len(self.beta):
            raise ValueError(f"design must have {len(self.beta)} columns, not the shape {design.shape}")
        wanted = (len(design), len(self.nominal))
        given = np.empty((len(design), 0)) if nominal is None else np.asarray(nominal, dtype=float)
        if given.shape != wanted:
            raise ValueError(f"nominal must have {wanted[0]} rows and {wanted[1]} columns, not {given.shape}")
        shift = np.zeros(len(design)) if offset is None else np.asarray(offset, dtype=float)
        if shift.shape != (len(design),):
            raise ValueError(f"offset must hold {len(design)} numbers, not {shift.shape}")
        return design, given, shift

    def _padded_cuts(self, design: Floats, nominal: Floats, offset: Floats) -> Floats:
        at = self.thresholds + nominal @ self.nominal - (design @ self.beta + offset)[:, None]
        outer = np.full((len(at), 1), np.inf)
        return np.hstack([-outer, at, outer])


def t_quantile(share: float, degrees: Floats) -> Floats:
    """Give the quantile of Student's t, of the normal distribution where the degrees of freedom are infinite."""
    finite = np.isfinite(degrees)
    return np.where(finite, stdtrit(np.where(finite, degrees, 1.0), share), ndtri(share))
