"""The log-probability of an answer between two cuts, and its derivatives in the cuts and in the predictor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from pipeline.statistics.ordinal.links import Floats, Link, log_mass_between, relative_density

WIDEST = 500.0  # beyond this distance of two cuts the terms below are 0 in double precision, and sinh would overflow


@dataclass(frozen=True)
class Terms:
    """Per answer and point: log p, its slopes in the upper (u) and lower (l) cut, and its second derivatives."""

    log_p: Floats
    u: Floats
    l: Floats  # noqa: E741
    uu: Floats
    ll: Floats
    ul: Floats

    @property
    def slope(self) -> Floats:
        """Slope in the predictor, which lowers both cuts."""
        return -(self.u + self.l)

    @property
    def slope_u(self) -> Floats:
        """Derivative of `slope` in the upper cut."""
        return -(self.uu + self.ul)

    @property
    def slope_l(self) -> Floats:
        """Derivative of `slope` in the lower cut."""
        return -(self.ll + self.ul)

    @property
    def bend(self) -> Floats:
        """Second derivative in the predictor, never positive for these links."""
        return self.uu + self.ll + 2 * self.ul


def cut_terms(upper: Floats, lower: Floats, link: Link) -> Terms:
    """Give the terms of answers between two cuts (of one shape, first axis the answers), infinite at the ends."""
    return _logit_terms(upper, lower) if link == "logit" else _probit_terms(upper, lower)


def _logit_terms(upper: Floats, lower: Floats) -> Terms:
    # log p = log F(u) + log F(-l) + log(1 - exp(l - u)); the last part depends on the answer's level alone, not on
    # the point at which a random effect is tried, so it is worked out once for each answer.
    width = np.minimum(_first_point(upper) - _first_point(lower), WIDEST)
    narrow, sharp = 1 / np.expm1(width), 0.25 / np.sinh(width / 2) ** 2
    below_u, below_l = expit(upper), expit(lower)
    density_u, density_l = below_u * (1 - below_u), below_l * (1 - below_l)
    return Terms(
        log_p=log_expit(upper) + log_expit(-lower) + np.log(-np.expm1(-width)),
        u=(1 - below_u) + narrow,
        l=-below_l - narrow,
        uu=-density_u - sharp,
        ll=-density_l - sharp,
        ul=np.broadcast_to(sharp, upper.shape),
    )


def _first_point(cut: Floats) -> Floats:
    return cut[..., :1] if cut.ndim > 1 else cut


def _probit_terms(upper: Floats, lower: Floats) -> Terms:
    log_p = log_mass_between(upper, lower, "probit")
    density_u, turn_u = relative_density(upper, log_p, "probit", np.isfinite(upper))
    density_l, turn_l = relative_density(lower, log_p, "probit", np.isfinite(lower))
    return Terms(
        log_p=log_p,
        u=density_u,
        l=-density_l,
        uu=turn_u - density_u**2,
        ll=-turn_l - density_l**2,
        ul=density_u * density_l,
    )


def bend_by_cut(upper: Floats, lower: Floats, terms: Terms, link: Link) -> tuple[Floats, Floats]:
    """Give the derivatives of `terms.bend` in the upper and in the lower cut (third derivatives of log p)."""
    if link == "logit":  # bend = -f(u) - f(l)
        below_u, below_l = expit(upper), expit(lower)
        return -below_u * (1 - below_u) * (1 - 2 * below_u), -below_l * (1 - below_l) * (1 - 2 * below_l)
    # With p'' / p = bend + slope^2 and f'' = (cut^2 - 1) f for the normal density f.
    curvature = terms.bend + terms.slope**2
    square_u = np.where(np.isfinite(upper), upper, 0.0) ** 2
    square_l = np.where(np.isfinite(lower), lower, 0.0) ** 2
    by_u = (square_u - 1 - curvature) * terms.u - 2 * terms.slope * terms.slope_u
    by_l = (square_l - 1 - curvature) * terms.l - 2 * terms.slope * terms.slope_l
    return by_u, by_l
