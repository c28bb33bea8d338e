"""The link functions of ordered answers: the mass between two cuts and its derivatives, safe in both tails."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, log_ndtr, ndtri

Floats = NDArray[np.float64]
Link = Literal["logit", "probit"]
UPPER_LESS_LOWER = np.array([[1.0], [-1.0]])
LINKS: tuple[Link, ...] = ("logit", "probit")


def check_link(link: str) -> None:
    """Raise ValueError for a link that is not built."""
    if link not in LINKS:
        raise ValueError(f"the link must be logit or probit, not {link}")


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
    relative = np.exp(np.where(exists, log_density(at, link) - log_mass, -np.inf))
    return relative, relative * log_density_slope(at, link)


def log_density(cut: Floats, link: Link) -> Floats:
    """Give log f(cut) of the link's distribution."""
    return -(cut**2) / 2 - np.log(2 * np.pi) / 2 if link == "probit" else log_expit(cut) + log_expit(-cut)


def log_density_slope(cut: Floats, link: Link) -> Floats:
    """Give f'(cut)/f(cut), the slope of the log density."""
    return -cut if link == "probit" else 1 - 2 * expit(cut)


class Slopes(NamedTuple):
    """log m of the mass m between two cuts, and per cut, upper then lower, d m / m and d2 m / m (2, n)."""

    log_mass: Floats
    first: Floats
    second: Floats


def slopes_between(cuts: Floats, link: Link, exists: NDArray[np.bool_]) -> Slopes:
    """Give the log mass between upper and lower cuts (2, n) with its derivatives; absent cuts are infinite."""
    if link == "logit":
        return _logit_slopes(cuts)
    log_mass = log_mass_between(cuts[0], cuts[1], link)
    first, second = relative_density(cuts, log_mass, link, exists)
    return Slopes(log_mass, first * UPPER_LESS_LOWER, second * UPPER_LESS_LOWER)


def _logit_slopes(cuts: Floats) -> Slopes:
    # With F(u) - F(l) = F(u) F(-l) (1 - exp(l - u)) and f = F(u) F(-u), what is divided cancels but for three factors.
    below, above = expit(cuts), expit(-cuts)
    gap = -np.expm1(cuts[1] - cuts[0])
    first = np.empty_like(cuts)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(above[0], above[1] * gap, out=first[0])
        np.divide(below[1], -below[0] * gap, out=first[1])
        log_mass = np.log(below[0] * above[1] * gap)
    return Slopes(log_mass, first, first * (above - below))
