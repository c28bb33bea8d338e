"""Standardised shares at two moments and their change, with intervals, from a model alone or a pooled one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from pipeline.statistics.estimands.joint_model import JointModel, StandardShare, standardise
from pipeline.statistics.estimands.pooling import Pooled, mixture_interval, mixture_moments
from pipeline.statistics.ordinal.links import Floats

MOMENTS = (0.0, 1.0)


@dataclass(frozen=True)
class Figure:
    """An estimate with its standard error and interval, all on its own scale."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class StandardisedChange:
    """The share (0..1) at the first and at the last moment, and the later minus the earlier."""

    earlier: Figure
    later: Figure
    change: Figure


def change_alone(
    model: JointModel, favourable_from: int, *, area: int | None, conf_level: float
) -> StandardisedChange | str:
    """Return an area's (or, with None, everyone's) standardised shares and change from a model as it was fitted.

    Each share has an interval on the probit scale. The change has the interval made of those two and their
    correlation (MOVER; Zou and Donner 2008, Statistics in Medicine 27:1693), as Newcombe's is for shares as counted. A
    sentence says where no answer, or every answer, is favourable.
    """
    shares = _shares(model, model.fit.estimate[None], favourable_from, area)
    if isinstance(shares, str):
        return shares
    share = np.array([one.share[0] for one in shares])
    gradients = np.array([one.gradient[0] for one in shares])
    cov = gradients @ model.cov @ gradients.T
    std_error = np.sqrt(np.diag(cov))
    correlation = cov[0, 1] / std_error.prod()
    reach = model.quantile(conf_level) * std_error / _density_at(share)
    low, high = ndtr(ndtri(share) - reach), ndtr(ndtri(share) + reach)
    change = share[1] - share[0]
    down = _reach(share[1] - low[1], high[0] - share[0], correlation)
    up = _reach(high[1] - share[1], share[0] - low[0], correlation)
    first, last = (Figure(*map(float, parts)) for parts in zip(share, std_error, low, high, strict=True))
    error = _reach(std_error[0], std_error[1], correlation)
    return StandardisedChange(first, last, Figure(*map(float, (change, error, change - down, change + up))))


def change_pooled(
    model: JointModel, pooled: Pooled, favourable_from: int, *, area: int, conf_level: float
) -> StandardisedChange | str:
    """Return an area's standardised shares and change with its change drawn towards that of all areas.

    Each interval is that of the mixture over the between-area SD, shares on the probit scale; estimates are its means.
    The normals of a change from very few people reach beyond the whole scale, where no change lies: there they end.
    """
    shares = _shares(model, pooled.estimate, favourable_from, area)
    if isinstance(shares, str):
        return shares
    earlier, later = (_mixed_share(one, pooled, conf_level) for one in shares)
    contrast = shares[1].gradient - shares[0].gradient
    std_error = _spread(contrast, pooled)
    mixed = mixture_interval(shares[1].share - shares[0].share, std_error, pooled.weights, conf_level)
    mixed[2:] = mixed[2:].clip(-1, 1)
    return StandardisedChange(earlier, later, Figure(*map(float, mixed)))


def _density_at(share: Floats) -> Floats:
    """Return the normal density at a share's probit: the scale on which its interval is symmetric."""
    density: Floats = np.exp(-(ndtri(share) ** 2) / 2) / np.sqrt(2 * np.pi)
    return density


def _mixed_share(one: StandardShare, pooled: Pooled, conf_level: float) -> Figure:
    spread = _spread(one.gradient, pooled)
    on_probit = mixture_interval(ndtri(one.share), spread / _density_at(one.share), pooled.weights, conf_level)
    return Figure(*map(float, (*mixture_moments(one.share, spread, pooled.weights), *ndtr(on_probit[2:]))))


def _spread(gradient: Floats, pooled: Pooled) -> Floats:
    return np.sqrt(np.einsum("ti,tij,tj->t", gradient, pooled.cov, gradient))


def _shares(model: JointModel, params: Floats, favourable_from: int, area: int | None) -> list[StandardShare] | str:
    """Return the shares at both moments, or what keeps them from lying between none and all."""
    shares = [standardise(model, params, favourable_from, moment=moment, area=area) for moment in MOMENTS]
    values = np.array([one.share for one in shares])
    if (values <= 0).any() or (values >= 1).any():
        return f"{'No' if (values <= 0).any() else 'Every'} answer in the survey is a favourable one."
    return shares


def _reach(one: float, other: float, correlation: float) -> float:
    return float(np.sqrt(max(one**2 - 2 * correlation * one * other + other**2, 0.0)))
