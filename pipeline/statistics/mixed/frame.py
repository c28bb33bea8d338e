"""From a data frame and a formula to the arrays of a fit."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.errors import DataMismatchWarning, FormulaicError
from numpy.typing import NDArray

from pipeline.statistics.mixed.formula import ModelFormula
from pipeline.statistics.ordinal.links import Floats


@dataclass(frozen=True)
class ModelFrame:
    """Complete rows as arrays: `codes` of `labels` (lowest first), the design and how it was made, its names."""

    rows: pd.DataFrame
    n_missing: int
    codes: NDArray[np.int64]
    labels: list[Any]
    design: Floats
    names: list[str]
    spec: ModelSpec


def build_frame(formula: ModelFormula, data: pd.DataFrame, also: str | None = None) -> ModelFrame:
    """Keep the rows without a missing value in any column of the formula (or in `also`), and code them.

    Raises ValueError for a column that does not exist, an outcome without an order, or values that cannot be used.
    """
    formula.check_columns(data.columns)
    if also is not None and also not in data.columns:
        raise ValueError(f"the data have no column `{also}`")
    needed = formula.columns(data.columns)
    rows = data[needed if also is None or also in needed else [*needed, also]].dropna()
    for name in rows.columns:
        if isinstance(rows[name].dtype, pd.CategoricalDtype):
            rows = rows.assign(**{name: rows[name].cat.remove_unused_categories()})
    codes, labels = _code_outcome(rows[formula.outcome], formula.outcome)
    if rows.empty:
        return ModelFrame(rows, len(data), codes, labels, np.empty((0, 0)), [], ModelSpec([]))
    try:
        matrix = Formula(formula.fixed).get_model_matrix(rows, na_action="ignore")
    except FormulaicError as problem:
        reason = str(problem).splitlines()[0]
        raise ValueError(f"the formula `{formula.text}` cannot be worked out on these data: {reason}") from problem
    design, names = _without_constant(matrix)
    return ModelFrame(rows, len(data) - len(rows), codes, labels, design, names, matrix.model_spec)


def design_of(spec: ModelSpec, exog: pd.DataFrame) -> Floats:
    """Give the design of other rows; raises ValueError for values the model has not seen or that are missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DataMismatchWarning)
            matrix = spec.get_model_matrix(exog, na_action="ignore")
    except (DataMismatchWarning, FormulaicError) as problem:
        reason = str(problem).splitlines()[0]
        raise ValueError(f"these rows do not fit the model's columns: {reason}") from problem
    design = _without_constant(matrix)[0]
    if not np.isfinite(design).all():
        raise ValueError("a value of a column that the model uses is missing")
    return design


def column_as_numbers(rows: pd.DataFrame, name: str) -> Floats:
    """Give a random slope's column; raises ValueError where it does not hold numbers."""
    if name not in rows.columns:
        raise ValueError(f"the data have no column `{name}`")
    if not pd.api.types.is_numeric_dtype(rows[name]):
        raise ValueError(f"the random slope's column `{name}` must hold numbers")
    values = rows[name].to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(f"the random slope's column `{name}` holds a missing or infinite number")
    return values


def _without_constant(matrix: Any) -> tuple[Floats, list[str]]:
    names = [str(name) for name in matrix.columns]
    keep = [at for at, name in enumerate(names) if name != "Intercept"]
    return np.asarray(matrix, dtype=float)[:, keep], [names[at] for at in keep]


def _code_outcome(values: pd.Series, name: str) -> tuple[NDArray[np.int64], list[Any]]:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        if not dtype.ordered:
            raise ValueError(f"the outcome `{name}` has categories without an order: make it an ordered categorical")
        return values.cat.codes.to_numpy().astype(np.int64), list(dtype.categories)
    is_number = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype)
    if not is_number or not np.equal(np.mod(values.to_numpy(dtype=float), 1), 0).all():
        raise ValueError(f"the outcome `{name}` must be an ordered categorical or whole numbers")
    numbers, codes = np.unique(values.to_numpy(dtype=float).astype(np.int64), return_inverse=True)
    return codes.astype(np.int64), [int(number) for number in numbers]
