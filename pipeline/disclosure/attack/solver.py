"""HiGHS kept ready for one program: a linear program first, branch and cut where that is not enough.

HiGHS works in floating point, so what it says is not taken on trust: a bound is worked out anew from dual values, which
prove one whatever they are, and counts are rounded and put into the rows again.
"""

from __future__ import annotations

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, HighsVarType, ObjSense

from pipeline.ground.errors import PipelineError

# Rows: a matrix, low and high.
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    # HiGHS's presolve has lost optima of such programs, and said that it had proved the others; they are small enough.
    "presolve": "off",
    "mip_rel_gap": 0.0,
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
# Far above the error of sums in floating point, far below the distance of whole numbers.
_ROUNDING = 1e-6


class UnsolvedError(PipelineError):
    """Raised when the solver gives no answer that can be relied on."""


class InfeasibleError(PipelineError):
    """Raised when no table of counts satisfies all rows."""


def both(rows: Rows, further: Rows) -> Rows:
    (matrix, low, high), (other, other_low, other_high) = rows, further
    return np.vstack([matrix, other]), np.concatenate([low, other_low]), np.concatenate([high, other_high])


class Solver:
    """Cells between 0 and `most_a_cell` under rows, of which the last may be taken away again."""

    def __init__(self, cells: int, *, most_a_cell: int, seconds: float) -> None:
        self._cells, self._most_a_cell, self._seconds = np.arange(cells, dtype=np.int32), most_a_cell, seconds
        self.rows: Rows = (np.zeros((0, cells)), np.zeros(0), np.zeros(0))
        self._highs = _without_callbacks()
        model = HighsLp()
        model.num_col_, model.num_row_, model.sense_ = cells, 0, ObjSense.kMaximize
        model.col_cost_, model.col_lower_ = np.zeros(cells), np.zeros(cells)
        model.col_upper_ = np.full(cells, float(most_a_cell))
        self._highs.passModel(model)

    def add(self, rows: Rows) -> None:
        matrix, low, high = rows
        lines, columns = np.nonzero(matrix)
        starts = np.searchsorted(lines, np.arange(len(low)))
        self._highs.addRows(
            len(low), low, high, len(columns), starts.astype(np.int32), columns.astype(np.int32), matrix[lines, columns]
        )
        self.rows = both(self.rows, rows)

    def take_away(self, count: int) -> None:
        """Take the last rows away."""
        before = len(self.rows[1]) - count
        self._highs.deleteRows(count, np.arange(before, before + count, dtype=np.int32))
        matrix, low, high = self.rows
        self.rows = (matrix[:before], low[:before], high[:before])

    def relaxed(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Return a whole number that a weighted sum does not exceed, and counts that come near it, which may not fit.

        Raises InfeasibleError.
        """
        self._run(weights)
        status = self._highs.getModelStatus()
        if status == HighsModelStatus.kInfeasible:
            _, is_known, ray = self._highs.getDualRay()  # type: ignore[attr-defined]  # its stubs leave it out
            if is_known and self._refutes(np.array(ray)):
                raise InfeasibleError("no table of counts satisfies all rows")
        if status != HighsModelStatus.kOptimal:
            return np.inf, np.full(len(weights), np.nan)
        found = self._highs.getSolution()
        limit = self._proven(weights, np.array(found.row_dual))
        return float(np.floor(limit + _ROUNDING)), np.rint(np.array(found.col_value))

    def most(self, weights: np.ndarray) -> np.ndarray:
        """Return counts in whole numbers whose weighted sum is the most there is.

        Raises InfeasibleError or UnsolvedError.
        """
        self._set_integrality(HighsVarType.kInteger)
        try:
            self._run(weights)
            return self._checked(weights)
        finally:
            self._set_integrality(HighsVarType.kContinuous)

    def fits(self, counts: np.ndarray) -> bool:
        matrix, low, high = self.rows
        sums = matrix @ counts
        return bool((counts >= 0).all() and (sums >= low).all() and (sums <= high).all())

    def _run(self, weights: np.ndarray) -> None:
        self._highs.changeColsCost(len(weights), self._cells, weights)
        # HiGHS counts the time of all its runs together.
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + self._seconds)
        self._highs.run()

    def _set_integrality(self, kind: HighsVarType) -> None:
        kinds = np.full(len(self._cells), int(kind), dtype=np.uint8)
        self._highs.changeColsIntegrality(len(self._cells), self._cells, kinds)

    def _checked(self, weights: np.ndarray) -> np.ndarray:
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        if status == HighsModelStatus.kInfeasible:
            raise InfeasibleError("no table of counts satisfies all rows")
        if status != HighsModelStatus.kOptimal:
            told = self._highs.modelStatusToString(status)
            raise UnsolvedError(f"the solver stopped without an optimum: {told}")
        found = np.array(self._highs.getSolution().col_value)
        counts = np.rint(found)
        if np.abs(found - counts).max(initial=0) > 1e-3:
            raise UnsolvedError("the solver's counts are no whole numbers")
        if abs(info.mip_dual_bound - float(counts @ weights)) > 0.5:
            raise UnsolvedError("the solver has not shown its optimum to be one")
        if not self.fits(counts):
            raise UnsolvedError("the solver's counts do not satisfy the rows")
        return counts

    def _refutes(self, ray: np.ndarray) -> bool:
        """Return whether multipliers prove that nothing satisfies all rows: that zero would be below zero."""
        nothing = np.zeros(len(self._cells))
        return min(self._proven(nothing, ray), self._proven(nothing, -ray)) < -_ROUNDING

    def _proven(self, weights: np.ndarray, dual: np.ndarray) -> float:
        """Return the bound on a weighted sum that multipliers of the rows prove (weak duality, for any multipliers)."""
        matrix, low, high = self.rows
        used = np.abs(dual) > 1e-9
        dual, matrix = dual[used], matrix[used]
        ends = np.where(dual > 0, high[used], low[used])
        left = np.maximum(weights - dual @ matrix, 0.0)
        return float(dual @ ends + self._most_a_cell * left.sum())


class _WithoutCallbacks(Highs):
    def enableCallbacks(self) -> None:
        """Do nothing: no callback is wanted, and setting them up prints HiGHS' name."""


def _without_callbacks() -> Highs:
    highs = _WithoutCallbacks()
    for name, value in _OPTIONS.items():
        highs.setOptionValue(name, value)
    return highs
