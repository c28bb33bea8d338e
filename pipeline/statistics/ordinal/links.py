"""The link functions of ordered answers: the mass between two cuts and its derivatives, safe in both tails."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, log_ndtr, ndtri

Floats = NDArray[np.float64]
Link = Literal["logit", "probit"]
LINKS: tuple[Link, ...] = ("logit", "probit")


def quantile(shares: Floats, link: Link) -> Floats:
    """Return the cut below which each share of the link's distribution lies."""
    return ndtri(shares) if link == "probit" else np.log(shares / (1 - shares))


def log_mass_between(upper_cut: Floats, lower_cut: Floats, link: Link) -> Floats:
    """Give log(F(upper) - F(lower)) without cancellation in either tail."""
    with np.errstate(divide="ignore"):  # two cuts that rounding made equal have no mass between them: log 0
        return _log_mass(upper_cut, lower_cut, link)


def _log_mass(upper_cut: Floats, lower_cut: Floats, link: Link) -> Floats:
    if link == "logit":
        # F(u) - F(l) = F(u) F(-l) (1 - exp(l - u)) holds for the logistic distribution.
        return log_expit(upper_cut) + log_expit(-lower_cut) + np.log(-np.expm1(lower_cut - upper_cut))
    in_right_tail = lower_cut > 0
    near = log_ndtr(np.where(in_right_tail, -lower_cut, upper_cut))
    far = log_ndtr(np.where(in_right_tail, -upper_cut, lower_cut))
    return near + np.log(-np.expm1(far - near))


def relative_density(cut: Floats, log_mass: Floats, link: Link, exists: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Give f(cut)/mass and f'(cut)/mass, zero where the answer has no such cut."""
    at = np.where(exists, cut, 0.0)
    if link == "logit":
        log_density, log_slope = log_expit(at) + log_expit(-at), 1 - 2 * expit(at)
    else:
        log_density, log_slope = -(at**2) / 2 - np.log(2 * np.pi) / 2, -at
    relative = np.exp(np.where(exists, log_density - log_mass, -np.inf))
    return relative, relative * log_slope
