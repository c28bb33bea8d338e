"""Columns centred and scaled for fitting, and the way back to the columns as given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from pipeline.statistics.ordinal.links import Floats
from pipeline.statistics.ordinal.patterns import Answers

SMALLEST_RELATIVE_SINGULAR_VALUE = SMALLEST_RELATIVE_SPREAD = 1e-9
# A pivot of the cross products above this leaves no doubt: below it they are too inexact to tell.
PIVOT_BEYOND_DOUBT = 1e-6


@dataclass(frozen=True)
class ScaledColumns:
    """The nominal columns, then those of the design, each with mean 0 and mean square 1 over the rows."""

    values: Floats
    centre: Floats
    spread: Floats
    n_nominal: int

    def unscale(self, n_thresholds: int) -> Floats:
        """Give the matrix that takes the parameters for these columns to those for the columns as given."""
        n_by_threshold = n_thresholds * (1 + self.n_nominal)
        shift, shrink = self.centre / self.spread, 1 / self.spread
        unscale = np.eye(n_by_threshold + len(shift) - self.n_nominal)
        diagonal = unscale.reshape(-1)[:: len(unscale) + 1]
        diagonal[n_by_threshold:] = shrink[self.n_nominal :]
        unscale[:n_thresholds, n_by_threshold:] = shift[self.n_nominal :]
        for column in range(self.n_nominal):
            first = n_thresholds * (1 + column)
            diagonal[first : first + n_thresholds] = shrink[column]
            np.fill_diagonal(unscale[:n_thresholds, first : first + n_thresholds], -shift[column])
        return unscale


def scale_columns(answers: Answers) -> ScaledColumns | None:
    """Scale nominal and design columns; None where one of them is a sum of multiples of the others and a constant."""
    n_nominal = answers.nominal.shape[1]
    columns = np.hstack([answers.nominal, answers.design]) if n_nominal else answers.design
    centre = np.ones(len(columns)) @ columns / len(columns)
    centred = columns - centre
    spread = np.sqrt(np.einsum("ij,ij->j", centred, centred) / len(columns))
    if (spread <= SMALLEST_RELATIVE_SPREAD * np.hypot(centre, spread)).any():
        return None
    values = centred / spread
    return ScaledColumns(values, centre, spread, n_nominal) if _has_full_rank(values) else None


def _has_full_rank(values: Floats) -> bool:
    if values.shape[1] < 2:
        return True
    factor, failed = linalg.lapack.dpotrf(values.T @ values)
    if not failed and (factor.diagonal() ** 2).min() > PIVOT_BEYOND_DOUBT * len(values):
        return True
    singular = np.linalg.svd(values, compute_uv=False)
    enough_rows = len(singular) == values.shape[1]
    return bool(enough_rows and singular[-1] > SMALLEST_RELATIVE_SINGULAR_VALUE * singular[0])
