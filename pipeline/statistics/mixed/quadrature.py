"""Gauss-Hermite points for integrals over standard normal effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from pipeline.statistics.ordinal.links import Floats


@dataclass(frozen=True)
class Rule:
    """Points (K, d) and the logarithms of weight times exp(|point|^2 / 2), which sum integrals of functions."""

    points: Floats
    log_weights: Floats


@lru_cache(maxsize=16)
def product_rule(n_points: int, n_effects: int) -> Rule:
    """Give the product rule of n_points in each of n_effects dimensions, for the standard normal density.

    The integral of g(v) phi(v) is about |S| times the sum of exp(log_weight - |v|^2 / 2) g(v) at v = mode + S point.
    Source: Pinheiro and Bates 1995, Journal of Computational and Graphical Statistics 4:12.
    """
    nodes, weights = hermegauss(n_points)
    grid = np.meshgrid(*[nodes] * n_effects, indexing="ij")
    points = np.stack([axis.ravel() for axis in grid], axis=1)
    log_weight = np.log(weights / np.sqrt(2 * np.pi)) + nodes**2 / 2
    total = sum(np.meshgrid(*[log_weight] * n_effects, indexing="ij"))
    return Rule(points, np.asarray(total).ravel())
