"""Walks from known tables of counts to others that satisfy the same rows, which is quicker than a search for each."""

from __future__ import annotations

import numpy as np

_MOVES, _ROUNDS, _WALKERS, _TRIED = 6_000, 40, 80, 150


def walk(
    solutions: np.ndarray, matrix: np.ndarray, low: np.ndarray, high: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """Return solutions (one a row) reached from known ones by moving one or two people at a time.

    Each satisfies low <= matrix @ solution <= high, in whole numbers from 0; none is given twice.
    """
    moves = _moves(matrix[low == high], matrix.shape[1], chance)
    if not len(solutions) or not len(moves):
        return solutions
    shifts = moves @ matrix.T
    found = [solutions]
    walkers = solutions[chance.integers(len(solutions), size=_WALKERS)]
    for _ in range(_ROUNDS):
        tried = chance.integers(len(moves), size=_TRIED)
        sums = (walkers @ matrix.T)[:, None, :] + shifts[tried]
        fits = ((sums >= low) & (sums <= high)).all(axis=2)
        fits &= (walkers[:, None, :] + moves[tried] >= 0).all(axis=2)
        can = fits.any(axis=1)
        step = (fits * chance.random(fits.shape)).argmax(axis=1)
        walkers = walkers + moves[tried][step] * can[:, None]
        found.append(walkers)
    return np.unique(np.vstack(found), axis=0)


def _moves(equations: np.ndarray, cells: int, chance: np.random.Generator) -> np.ndarray:
    """Return changes of one, two or four cells by one that leave all equations as they are."""
    units = np.eye(cells)
    first, second = np.nonzero(~np.eye(cells, dtype=bool))
    pairs = units[first] - units[second]
    partners: dict[bytes, list[int]] = {}
    for number, shift in enumerate(pairs @ equations.T + 0.0):
        partners.setdefault(shift.tobytes(), []).append(number)
    chosen = []
    for number in chance.permutation(len(pairs))[:_MOVES]:
        opposite = partners[(0.0 - pairs[number] @ equations.T).tobytes()]
        chosen.append(pairs[number] + pairs[opposite[chance.integers(len(opposite))]])
    moves = np.vstack([units, -units, pairs, *chosen])
    return np.unique(moves[(moves @ equations.T == 0).all(axis=1) & moves.any(axis=1)], axis=0)
