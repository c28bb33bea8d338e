"""Tables near the true one whose figures should be printed alike: an integer program along the figures' slopes."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure.bins import ends_of_bin
from pipeline.disclosure.model_figures import Floats, Ints, PrintedFigures

# Tables whose figures lie further out, in halves of a printed step, as told by slopes, are not proposed.
_FURTHEST = 3.0
# What a change of one answer costs beside a figure's distance: near the truth slopes tell best.
_PER_ANSWER = 0.05
# A table need not be the nearest of all to be one.
_OPTIONS = {"mip_rel_gap": 0.05, "node_limit": 200}

_Row = tuple[Floats, Floats | float, Floats | float]


class TableProgram:
    """The counts of one item by wave and level (`counts`), and how they may change while all bins stay."""

    def __init__(self, printed: PrintedFigures, slopes: Floats) -> None:
        """Take `slopes` (waves, levels, figures): what one answer more at a level adds to each figure."""
        item = printed.item
        self.counts = np.zeros((len(item.waves), max(item.levels)), dtype=np.int64)
        np.add.at(self.counts, (item.answers.moment.astype(np.int64), item.answers.level - 1), 1)
        shown = printed.is_printed
        low, high = printed.low.ravel()[shown], printed.high.ravel()[shown]
        self._shown, self._middle, self._half = shown, (low + high) / 2, (high - low) / 2
        self._slopes = slopes.reshape(self.counts.size, -1)[:, shown]
        self._favourable = [np.array(sorted(one)) - 1 for one in item.favourable]
        self._kept = self._rows_of_bins()

    def propose(self, wanted: tuple[int, tuple[int, ...], int], at: Ints, figures: Floats) -> Ints | None:
        """Return by how much each count changes in the table whose figures seem nearest, or None where none is near.

        `wanted`: a wave, some levels, and how many more give these. The figures are `figures` at the changes `at`, and
        go on along the slopes.
        """
        cells = self.counts.size
        start = (figures[self._shown] - at.ravel() @ self._slopes - self._middle) / self._half
        along = (self._slopes / self._half).T
        # Variables: the change of each count, its size, and the furthest distance of a figure from its middle.
        nothing, one = np.zeros_like(along), np.ones((len(start), 1))
        wave, levels, more = wanted
        rows: list[_Row] = [
            (np.hstack([along, nothing, -one]), -np.inf, -start),
            (np.hstack([along, nothing, one]), -start, np.inf),
            self._row(wave, np.array(levels) - 1, more, more),
            *self._kept,
        ]
        bins = np.array([[ends_of_bin(int(one)) for one in row] for row in self.counts]) - self.counts[..., None]
        low, high = bins[..., 0].ravel(), bins[..., 1].ravel()
        limits = Bounds(
            np.concatenate([low, np.zeros(cells), [0]]),
            np.concatenate([high, np.maximum(-low, high), [_FURTHEST]]),
        )
        result = milp(
            np.concatenate([np.zeros(cells), np.full(cells, _PER_ANSWER / 2), [1.0]]),
            integrality=np.concatenate([np.ones(cells), np.zeros(cells + 1)]),
            bounds=limits,
            constraints=[LinearConstraint(*row) for row in rows],
            options=_OPTIONS,
        )
        if result.x is None:
            return None
        found: Ints = np.rint(result.x[:cells]).astype(np.int64).reshape(self.counts.shape)
        return found

    def _rows_of_bins(self) -> list[_Row]:
        """Return rows for sizes of changes, for the people of each wave, and for the bins of favourable answers."""
        eye, nothing = np.eye(self.counts.size), np.zeros((self.counts.size, 1))
        rows: list[_Row] = [
            (np.hstack([eye, -eye, nothing]), -np.inf, 0.0),
            (np.hstack([eye, eye, nothing]), 0.0, np.inf),
        ]
        for wave, (counts, favourable) in enumerate(zip(self.counts, self._favourable, strict=True)):
            rows.append(self._row(wave, np.arange(len(counts)), 0, 0))
            yes = int(counts[favourable].sum())
            low, high = ends_of_bin(yes)
            rows.append(self._row(wave, favourable, low - yes, high - yes))
        return rows

    def _row(self, wave: int, levels: Ints, low: float, high: float) -> _Row:
        weights = np.zeros(self.counts.shape)
        weights[wave, levels] = 1
        return np.concatenate([weights.ravel(), np.zeros(weights.size + 1)])[None], low, high
