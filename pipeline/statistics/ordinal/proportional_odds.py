"""Tests of nested models and of proportional odds: is an effect the same at every threshold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import chdtrc

from pipeline.statistics.ordinal.identification import COLLINEAR, CROSSING, UNRELIABLE, NotIdentified, find_obstacle
from pipeline.statistics.ordinal.links import Floats, Link, check_link
from pipeline.statistics.ordinal.model import Likelihood
from pipeline.statistics.ordinal.patterns import Answers, gather_answers
from pipeline.statistics.ordinal.results import CumulativeLinkFit
from pipeline.statistics.ordinal.scaling import scale_columns
from pipeline.statistics.ordinal.separation import Limit, find_moving_cuts, find_supremum, free_of

ONE_THRESHOLD = "With two levels there is one threshold, so an effect cannot differ between thresholds."
NO_COLUMNS = "Nothing is compared, so there is no effect that could differ between thresholds."
OPEN_ENDED = "Some effects have no finite estimate (separation), so the p-value is a rough guide."


@dataclass(frozen=True)
class ChiSquareTest:
    """A test statistic that is chi-square with `df` degrees of freedom where nothing differs, and its p-value."""

    statistic: float
    df: int
    p_value: float
    note: str = ""


def likelihood_ratio_test(smaller: CumulativeLinkFit, larger: CumulativeLinkFit) -> ChiSquareTest:
    """Compare two nested fits to the same answers.

    Answers count as independent; clusters are left out of it. Raises ValueError for penalised fits and for such as
    cannot be nested.
    """
    if smaller.penalty or larger.penalty:
        raise ValueError("penalised fits have no likelihood-ratio test")
    df = len(larger.estimate) - len(smaller.estimate)
    same = smaller.n_obs == larger.n_obs and np.array_equal(smaller.levels, larger.levels)
    if df <= 0 or not same or larger.loglik < smaller.loglik - 1e-6:
        raise ValueError("the first fit must be nested in the second and to the same answers")
    return chi_square_test(2 * (larger.loglik - smaller.loglik), df)


def nominal_test(
    levels: NDArray[np.integer],
    design: Floats,
    columns: Sequence[int],
    *,
    weights: Floats | None = None,
    offset: Floats | None = None,
    link: Link = "logit",
) -> ChiSquareTest | NotIdentified:
    """Test by likelihood ratio whether the effects of some columns of the design differ between thresholds.

    Answers count as independent. Where effects have no finite estimate, the supremum of the likelihood stands for its
    maximum, and `note` says so. Arrays and errors are those of `fit_cumulative_link`; ValueError as well for columns
    that do not exist. Source: as `nominal_test` of R's ordinal (Christensen 2022); Peterson and Harrell 1990.
    """
    check_link(link)
    answers = gather_answers(levels, design, None, weights, offset, None)
    chosen = choose_columns(columns, answers.design)
    obstacle = find_obstacle(answers) or find_nothing_to_test(answers, chosen)
    if obstacle:
        return NotIdentified(obstacle)
    differing = replace(answers, design=answers.design[:, ~chosen], nominal=answers.design[:, chosen])
    proportional, free = _find_highest(answers, link), _find_highest(differing, link)
    if isinstance(proportional, NotIdentified):
        return proportional
    if isinstance(free, NotIdentified):
        return free
    note = OPEN_ENDED if proportional.is_open or free.is_open else ""
    df = int(chosen.sum()) * (len(answers.used_levels) - 2)
    return chi_square_test(2 * (free.loglik - proportional.loglik), df, note)


def chi_square_test(statistic: float, df: int, note: str = "") -> ChiSquareTest:
    """Give the test with its p-value."""
    # Rounding may leave two equal likelihoods apart by less than nothing.
    statistic = max(float(statistic), 0.0)
    return ChiSquareTest(statistic, df, float(chdtrc(df, statistic)), note)


def choose_columns(columns: Sequence[int], design: Floats) -> NDArray[np.bool_]:
    """Mark the columns in a design; raise ValueError for one that does not exist."""
    chosen = np.zeros(design.shape[1], dtype=bool)
    for column in columns:
        if not 0 <= column < len(chosen):
            raise ValueError(f"the design has the columns 0 to {len(chosen) - 1}, not {column}")
        chosen[column] = True
    return chosen


def find_nothing_to_test(answers: Answers, chosen: NDArray[np.bool_]) -> str:
    """Say why no effect could differ between thresholds; "" where some could."""
    if not chosen.any():
        return NO_COLUMNS
    return ONE_THRESHOLD if len(answers.used_levels) == 2 else ""


class _Highest(NamedTuple):
    """The supremum of a likelihood; `is_open` where no finite parameters reach it."""

    loglik: float
    is_open: bool


def _find_highest(answers: Answers, link: Link) -> _Highest | NotIdentified:
    columns = scale_columns(answers)
    if columns is None:
        return NotIdentified(COLLINEAR)
    likelihood = Likelihood(answers, columns.values, columns.n_nominal, link)
    top = likelihood.maximise()
    if top is not None:
        return _Highest(top.loglik, False)
    gaps = likelihood.gaps()
    limit = find_supremum(likelihood, find_moving_cuts(likelihood, gaps=gaps))
    if limit is None or not _can_be_ordered(gaps, limit):
        return NotIdentified(CROSSING if likelihood.n_nominal else UNRELIABLE)
    return _Highest(limit.loglik, True)


def _can_be_ordered(gaps: Floats, limit: Limit) -> bool:
    """Tell whether some parameters of the limit's likelihood give no level a negative probability."""
    free = free_of(limit.model.cuts)
    if free.shape[1] == 0:
        return bool((gaps @ limit.params >= 0).all())
    found = linprog(np.zeros(free.shape[1]), A_ub=-gaps @ free, b_ub=gaps @ limit.params, bounds=(None, None))
    return bool(found.success)
