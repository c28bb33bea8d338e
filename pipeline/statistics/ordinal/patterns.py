"""The answers a model is fitted to: checked, zero weights left out, and equal rows of a large survey counted once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.statistics.ordinal.links import Floats

Ints: TypeAlias = NDArray[np.int64]
# Finding equal rows costs more than it saves in surveys smaller than this.
SMALLEST_COUNTED_ONCE = 1000


@dataclass(frozen=True)
class Answers:
    """Distinct answers: each row stands for `count` answers of the weight `weight`; `row_of` says which are its."""

    used_levels: Ints
    codes: Ints
    design: Floats
    nominal: Floats
    offset: Floats
    weight: Floats
    count: Floats
    row_of: Ints | None
    cluster_codes: Ints | None

    @property
    def n_obs(self) -> int:
        """How many answers of a weight above zero there are."""
        return len(self.codes) if self.row_of is None else len(self.row_of)

    @property
    def n_clusters(self) -> int | None:
        """How many clusters gave them, or None where no clusters were named."""
        return None if self.cluster_codes is None else int(self.cluster_codes.max(initial=-1)) + 1


def gather_answers(
    levels: NDArray[np.integer],
    design: Floats,
    clusters: NDArray | None,
    weights: Floats | None,
    offset: Floats | None,
    nominal: Floats | None,
) -> Answers:
    """Give the distinct answers; raise ValueError for arrays that do not fit together or hold missing numbers."""
    levels = np.asarray(levels)
    if levels.ndim != 1 or not np.issubdtype(levels.dtype, np.integer):
        raise ValueError("levels must be a one-dimensional array of integers without missing values")
    n_obs = len(levels)
    design = _as_matrix(design, "design", n_obs)
    nominal = np.empty((n_obs, 0)) if nominal is None else _as_matrix(nominal, "nominal", n_obs)
    offset = np.zeros(n_obs) if offset is None else _as_vector(offset, "offset", n_obs)
    weight = np.ones(n_obs) if weights is None else _as_vector(weights, "weights", n_obs)
    if clusters is not None and len(clusters) != n_obs:
        raise ValueError(f"clusters must hold {n_obs} labels, not {len(clusters)}")
    if weights is not None and (weight <= 0).any():
        if (weight < 0).any():
            raise ValueError("weights holds a negative number")
        kept = weight > 0
        levels, weight = levels[kept], weight[kept]
        design, nominal, offset = design[kept], nominal[kept], offset[kept]
        clusters = None if clusters is None else np.asarray(clusters)[kept]
    used_levels, codes = np.unique(levels, return_inverse=True)
    answers = Answers(
        used_levels, codes, design, nominal, offset, weight, np.ones(len(codes)), None, code_clusters(clusters)
    )
    return answers if len(codes) < SMALLEST_COUNTED_ONCE else count_equal_rows_once(answers)


def count_equal_rows_once(answers: Answers) -> Answers:
    """Give the same answers with one row for those equal in level, design, nominal columns, offset and weight."""
    columns = [answers.codes, answers.weight, answers.offset, *answers.design.T, *answers.nominal.T]
    row_of = number_rows(columns, most=answers.n_obs // 2)
    if row_of is None:
        return answers
    n_rows = int(row_of.max()) + 1
    first = np.empty(n_rows, dtype=np.int64)
    first[row_of[::-1]] = np.arange(answers.n_obs)[::-1]
    return Answers(
        answers.used_levels,
        answers.codes[first],
        answers.design[first],
        answers.nominal[first],
        answers.offset[first],
        answers.weight[first],
        np.bincount(row_of, minlength=n_rows).astype(float),
        row_of,
        answers.cluster_codes,
    )


def number_rows(columns: Iterable[NDArray], most: int) -> Ints | None:
    """Number the distinct rows of some columns from 0 in sorted order, or give None for more than `most` of them."""
    numbers, n_rows = np.zeros(1, dtype=np.int64), 1
    for column in columns:
        codes, found = pd.factorize(column, sort=True)
        if len(found) > 1:
            # Both factors are at most the number of rows, so their product is far from the largest integer.
            numbers, distinct = pd.factorize(numbers * len(found) + codes, sort=True)
            n_rows = len(distinct)
        elif len(numbers) != len(codes):
            numbers = np.zeros(len(codes), dtype=np.int64)
        if n_rows > most:
            return None
    return numbers


def code_clusters(clusters: NDArray | None) -> Ints | None:
    """Number the labels by order of appearance, so that sums over clusters do not depend on the labels' values."""
    if clusters is None:
        return None
    codes = pd.factorize(np.asarray(clusters))[0]
    if (codes < 0).any():
        raise ValueError("clusters holds a missing label")
    return codes


def _as_matrix(values: Floats, name: str, n_obs: int) -> Floats:
    matrix = np.asarray(values, dtype=float)
    if matrix.ndim != 2 or len(matrix) != n_obs:
        raise ValueError(f"{name} must have two dimensions and {n_obs} rows, not {matrix.shape}")
    return _check_finite(matrix, name)


def _as_vector(values: Floats, name: str, n_obs: int) -> Floats:
    vector = np.asarray(values, dtype=float)
    if vector.shape != (n_obs,):
        raise ValueError(f"{name} must hold {n_obs} numbers, not {vector.shape}")
    return _check_finite(vector, name)


def _check_finite(values: Floats, name: str) -> Floats:
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds a missing or infinite number")
    return values
