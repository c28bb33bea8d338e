"""The results of an ordered model, with the habits of statsmodels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr
from statsmodels.iolib.summary import Summary

from pipeline.statistics.mixed.formula import ModelFormula
from pipeline.statistics.mixed.frame import ModelFrame, column_as_numbers, design_of
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.predictions import averaged_probabilities, level_probabilities, sd_of_rows
from pipeline.statistics.mixed.summary import build_summary
from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit
from pipeline.statistics.ordinal.links import Floats, Link


@dataclass(frozen=True)
class OrderedResults:
    """A fitted ordered model; parameters are the thresholds ("1|2"), then the coefficients by name.

    `fit` holds the arrays (`MixedFit`, or `CumulativeLinkFit` without a random term).
    """

    formula: ModelFormula
    frame: ModelFrame
    fit: MixedFit | CumulativeLinkFit
    link: Link

    @property
    def level_labels(self) -> list[str]:
        """The levels that somebody chose, lowest first."""
        return [str(self.frame.labels[level]) for level in self.fit.levels]

    @property
    def names(self) -> list[str]:
        """Names of the parameters."""
        labels = self.level_labels
        return [f"{low}|{high}" for low, high in zip(labels, labels[1:], strict=False)] + self.frame.names

    @property
    def params(self) -> pd.Series:
        """Thresholds, then coefficients, on the scale of the link."""
        return pd.Series(self.fit.estimate, self.names)

    @property
    def bse(self) -> pd.Series:
        """Standard errors: clustered where a cluster was given, else from the observed information."""
        return pd.Series(self.fit.std_error, self.names)

    @property
    def tvalues(self) -> pd.Series:
        """Estimates over their standard errors."""
        return self.params / self.bse

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values: Student's t on clusters - 1 degrees of freedom when clustered, else normal."""
        size = self.tvalues.abs()
        tail = ndtr(-size) if self.n_clusters is None else stdtr(self.n_clusters - 1, -size)
        return pd.Series(2 * tail, self.names)

    @property
    def n_clusters(self) -> int | None:
        """How many clusters the covariance is over, or None."""
        return self.fit.n_clusters if isinstance(self.fit, CumulativeLinkFit) else None

    def cov_params(self) -> pd.DataFrame:
        """Give the covariance of `params`."""
        clustered = self.fit.cov_robust if isinstance(self.fit, CumulativeLinkFit) else None
        return pd.DataFrame(self.fit.cov if clustered is None else clustered, self.names, self.names)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give Wald intervals at the level 1 - alpha, columns 0 and 1; raises ValueError for alpha outside 0..1."""
        return pd.DataFrame(self.fit.conf_int(1 - alpha), self.names)

    @property
    def llf(self) -> float:
        """The log-likelihood, without a prior."""
        return self.fit.loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion, counting every free entry of the random effects' covariance."""
        n_params = self.fit.n_params if isinstance(self.fit, MixedFit) else len(self.fit.estimate)
        return 2 * n_params - 2 * self.llf

    @property
    def nobs(self) -> int:
        """Rows used."""
        return self.fit.n_obs

    @property
    def n_missing(self) -> int:
        """Rows dropped because a column of the formula has no value there."""
        return self.frame.n_missing

    @property
    def at_boundary(self) -> bool:
        """Whether a random effect's standard deviation came out as 0, or a correlation as 1."""
        return isinstance(self.fit, MixedFit) and self.fit.at_boundary

    @property
    def effect_names(self) -> list[str]:
        """What the random effects are called; none without a random term."""
        random = self.formula.random
        if random is None:
            return []
        if random.area is not None:
            return [random.area, f"{random.area}/{random.unit}"]
        return [random.unit] if random.slope is None else [random.unit, f"{random.unit}: {random.slope}"]

    @property
    def random_cov(self) -> pd.DataFrame:
        """Covariance of the random effects."""
        return pd.DataFrame(self._mixed.random_cov, self.effect_names, self.effect_names)

    @property
    def random_sd(self) -> pd.Series:
        """Standard deviations of the random effects."""
        return pd.Series(self._mixed.random_sd, self.effect_names)

    @property
    def random_sd_std_error(self) -> dict[str, float | None]:
        """Standard errors of `random_sd`; None for a standard deviation of 0."""
        return dict(zip(self.effect_names, self._mixed.random_sd_std_error, strict=True))

    @cached_property
    def conditional_modes(self) -> pd.DataFrame:
        """Each unit's most probable effects given its answers; one row a unit, and one an area's unit when nested."""
        random = self.formula.random
        assert random is not None, "the model has no random term"
        fit = self._mixed
        by = [name for name in (random.area, random.unit) if name is not None]
        keys = self.frame.rows.iloc[fit.first_rows][by].reset_index(drop=True)
        index = pd.MultiIndex.from_frame(keys) if len(by) > 1 else pd.Index(keys[by[0]])
        return pd.DataFrame(fit.effects, index, self.effect_names)

    def predict(
        self, exog: pd.DataFrame | None = None, *, which: Literal["population", "conditional"] = "population"
    ) -> pd.DataFrame:
        """Give the probability of each level for rows of `exog` (by default those fitted), one column a level.

        "population" averages over the random effects; "conditional" is for a unit whose random effects are 0.
        Raises ValueError for rows that do not fit the model's columns.
        """
        if which not in ("population", "conditional"):
            raise ValueError(f"which must be population or conditional, not {which}")
        rows = self.frame.rows if exog is None else exog
        design = self.frame.design if exog is None else design_of(self.frame.spec, exog)
        fit = self.fit
        predictor = design @ fit.beta
        if which == "conditional" or isinstance(fit, CumulativeLinkFit):
            probabilities = level_probabilities(fit.thresholds, predictor, self.link)
        else:
            spread = sd_of_rows(fit.random_cov, self._effect_columns(rows))
            probabilities = averaged_probabilities(fit.thresholds, predictor, spread, self.link)
        return pd.DataFrame(probabilities, rows.index, self.level_labels)

    def summary(self) -> Summary:
        """Give tables to print: the fit, the parameters with intervals, the random effects, and what to know."""
        return build_summary(self)

    def _effect_columns(self, rows: pd.DataFrame) -> Floats:
        columns = np.ones((len(rows), len(self.effect_names)))
        if self.formula.random is not None and self.formula.random.slope is not None:
            columns[:, 1] = column_as_numbers(rows, self.formula.random.slope)
        return columns

    @property
    def _mixed(self) -> MixedFit:
        if not isinstance(self.fit, MixedFit):
            raise ValueError("the model has no random term")
        return self.fit
