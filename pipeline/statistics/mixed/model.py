"""A model of ordered answers from a formula and a data frame, for a notebook.

`ordered_model("rating ~ temp + contact + (1 | judge)", data).fit()`: a mixed model where there is a random term, the
plain cumulative-link model where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.statistics.mixed.fit import fit_mixed
from pipeline.statistics.mixed.formula import ModelFormula, RandomTerm, read_formula
from pipeline.statistics.mixed.frame import ModelFrame, build_frame, column_as_numbers
from pipeline.statistics.mixed.mixed_fit import MixedFit
from pipeline.statistics.mixed.random_part import Points
from pipeline.statistics.mixed.results import OrderedResults
from pipeline.statistics.ordinal.cumulative_link import NotIdentified, fit_cumulative_link
from pipeline.statistics.ordinal.links import LINKS, Link


@dataclass(frozen=True)
class FormulaModel:
    """A formula beside its data; nothing is estimated before `fit`."""

    formula: ModelFormula
    data: pd.DataFrame
    link: Link

    def fit(
        self, *, points: Points = 10, sd_prior_scale: float | None = None, cluster: str | None = None
    ) -> OrderedResults | NotIdentified:
        """Estimate; rows with a missing value are dropped and counted (`n_missing`).

        `points` are the quadrature points of a random effect ("laplace" for one), `sd_prior_scale` puts a half-normal
        prior on the standard deviation of a single random intercept; both are for a random term. `cluster` names the
        column of a clustered covariance where there is none. Raises ValueError for what does not go together.
        """
        random = self.formula.random
        if random is None:
            if sd_prior_scale is not None:
                raise ValueError("a prior on the standard deviation needs a random term such as (1 | person)")
            return self._fit_plain(build_frame(self.formula, self.data, cluster), cluster)
        if cluster is not None:
            raise ValueError("a clustered covariance is offered only where there is no random term")
        return self._fit_mixed(build_frame(self.formula, self.data), random, points, sd_prior_scale)

    def _fit_plain(self, frame: ModelFrame, cluster: str | None) -> OrderedResults | NotIdentified:
        clusters = None if cluster is None else frame.rows[cluster].to_numpy()
        fit = fit_cumulative_link(frame.codes, frame.design, clusters=clusters, link=self.link)
        if isinstance(fit, NotIdentified):
            return fit
        return OrderedResults(self.formula, frame, fit, self.link)

    def _fit_mixed(
        self, frame: ModelFrame, random: RandomTerm, points: Points, sd_prior_scale: float | None
    ) -> OrderedResults | NotIdentified:
        fit: MixedFit | NotIdentified = fit_mixed(
            frame.codes,
            frame.design,
            frame.rows[random.unit].to_numpy(),
            slope=None if random.slope is None else column_as_numbers(frame.rows, random.slope),
            areas=None if random.area is None else frame.rows[random.area].to_numpy(),
            link=self.link,
            points=points,
            sd_prior_scale=sd_prior_scale,
        )
        if isinstance(fit, NotIdentified):
            return fit
        return OrderedResults(self.formula, frame, fit, self.link)


def ordered_model(formula: str, data: pd.DataFrame, *, link: Link = "logit") -> FormulaModel:
    """Make a model of an ordered outcome: an ordered categorical, or whole numbers.

    The random term is none or one of `(1 | person)`, `(1 + wave | person)` (intercept and slope, correlated) and
    `(1 | area/person)` (people within areas). Positive coefficients mean higher answers. With a random term they are
    effects for one person, and larger than those in the population. Raises ValueError, in one sentence, for a formula
    that cannot be read, a column that does not exist and a link other than logit and probit.
    """
    if link not in LINKS:
        raise ValueError(f"the link must be logit or probit, not {link}")
    read = read_formula(formula)
    read.check_columns(data.columns)
    return FormulaModel(read, data, link)
