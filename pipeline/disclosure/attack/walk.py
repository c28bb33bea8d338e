"""Walks from known tables of counts to others that satisfy the same rows, which is quicker than a search for each."""

from __future__ import annotations

import numpy as np

_MOVES, _WALKERS, _TRIED, _ROUNDS = 3_000, 60, 60, 40


def walk(
    solutions: np.ndarray,
    moves: np.ndarray,
    rows: tuple[np.ndarray, np.ndarray, np.ndarray],
    chance: np.random.Generator,
) -> np.ndarray:
    """Return solutions (one a line) reached from known ones by moving one or two people at a time.

    `rows` are a matrix, low and high: a solution satisfies low <= matrix @ solution <= high, in whole numbers from 0.
    None is given twice.
    """
    matrix, low, high = rows
    if not len(solutions) or not len(moves):
        return solutions
    moves = moves[chance.permutation(len(moves))[: _ROUNDS * _TRIED]]
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
    return without_doubles(np.vstack(found))


def find_moves(equations: np.ndarray, cells: int, chance: np.random.Generator) -> np.ndarray:
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
    return without_doubles(moves[(moves @ equations.T == 0).all(axis=1) & moves.any(axis=1)])


def without_doubles(tables: np.ndarray) -> np.ndarray:
    """Return each line once, the first of it, in order."""
    # Sums with weights that no two lines share by chance stand for lines, which would be slow to sort.
    weights = np.random.default_rng(1).random(tables.shape[1])
    _, first = np.unique((tables @ weights).round(9), return_index=True)
    return tables[np.sort(first)]
