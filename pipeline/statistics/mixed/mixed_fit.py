"""A fitted mixed model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from pipeline.statistics.mixed.answers import Ints
from pipeline.statistics.ordinal.links import Floats, Link
from pipeline.statistics.proportions import check_conf_level


@dataclass(frozen=True)
class MixedFit:
    """A fitted mixed model; `cov` runs over the thresholds, then beta.

    `random_cov` (d, d) and `random_sd` (d) are those of a unit's effects: intercept; intercept and slope; or area's
    and unit's intercept. `at_boundary` tells that a standard deviation is 0 (it then has None for a standard error) or
    a correlation 1; the standard errors are those of the model without what is missing. `effects` (units, d) are the
    conditional modes, of the units whose first rows are `first_rows`. With `sd_prior_scale` the
    fit maximised the likelihood times a half-normal density of the standard deviation; `loglik` leaves that out.
    """

    levels: Ints
    thresholds: Floats
    beta: Floats
    cov: Floats
    loglik: float
    n_obs: int
    n_params: int
    random_cov: Floats
    random_sd_std_error: tuple[float | None, ...]
    at_boundary: bool
    effects: Floats
    first_rows: Ints
    link: Link
    n_points: int
    sd_prior_scale: float | None

    @property
    def estimate(self) -> Floats:
        """Thresholds, then beta, on the scale of the link."""
        return np.concatenate([self.thresholds, self.beta])

    @property
    def std_error(self) -> Floats:
        """Standard errors of `estimate`, from the inverse observed information."""
        return np.sqrt(np.diag(self.cov))

    @property
    def random_sd(self) -> Floats:
        """Standard deviations of a unit's effects."""
        return np.sqrt(np.diag(self.random_cov))

    def conf_int(self, conf_level: float) -> Floats:
        """Give Wald intervals of `estimate`, shape (thresholds + beta, 2); ValueError for a level outside 0..1."""
        check_conf_level(conf_level)
        reach = ndtri(1 - (1 - conf_level) / 2) * self.std_error
        return np.column_stack([self.estimate - reach, self.estimate + reach])
