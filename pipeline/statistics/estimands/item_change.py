"""The change in one item between two moments: everyone's, and each area's alone and pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.joint_model import JointModel, fit_joint_model
from pipeline.statistics.estimands.pooling import Pooled, mixture_interval, pool_changes
from pipeline.statistics.estimands.standardised import (
    Figure,
    StandardisedChange,
    change_alone,
    change_pooled,
)
from pipeline.statistics.ordinal.cumulative_link import NotIdentified
from pipeline.statistics.ordinal.links import Floats

# With four the variance is doubled; with two there would be none.
FEWEST_DEGREES = 4.0
NOTHING_TO_POOL = "No other area has answers in both waves, so there is nothing to pool with."


@dataclass(frozen=True)
class Change:
    """A change on both scales: the standardised share, and the log-odds of a higher answer; each, or why there is none.

    `p_value` is of no change in the log-odds, missing where there is no such estimate. `is_penalised` tells
    that answers were separated.
    """

    share: StandardisedChange | str
    log_odds: Figure | str
    p_value: float = np.nan
    is_penalised: bool = False


@dataclass(frozen=True)
class ItemChange:
    """Everyone's change, and by area's number the change from its own answers alone and the pooled one."""

    everyone: Change
    alone: tuple[Change, ...]
    pooled: tuple[Change, ...]
    mixture: Pooled | None


def estimate_item_change(
    answers: ItemAnswers, *, favourable_from: int, conf_level: float, prior_scale: float
) -> ItemChange:
    """Estimate the change in an item from the first to the last moment, for everyone and in each area.

    Favourable are the levels from `favourable_from`. Everyone's change comes from a model with one change for all, the
    areas' from one with a change in each, pooled with a half-normal prior of `prior_scale` (log-odds) on their SD.
    """
    everyone = estimate_change_of_all(answers, favourable_from=favourable_from, conf_level=conf_level)
    n_areas = answers.areas.shape[1]
    model = fit_joint_model(answers, change_by_area=True)
    if isinstance(model, NotIdentified):
        none = _each(n_areas, {}, dict.fromkeys(range(n_areas), model.reason))
        return ItemChange(everyone, none, none, None)
    with_change = [area for area in range(n_areas) if model.layout.alike[area] in model.changed]
    alone = {area: _alone(model, favourable_from, area, conf_level) for area in with_change}
    own = _each(n_areas, alone, model.layout.without)
    if len(model.changed) < 2:
        return ItemChange(everyone, own, _each(n_areas, {}, dict.fromkeys(range(n_areas), NOTHING_TO_POOL)), None)
    mixture = pool_changes(
        model.fit.estimate, model.cov, model.change_places, prior_scale=prior_scale, widen=_widening(model)
    )
    pooled = {
        area: Change(
            change_pooled(model, mixture, favourable_from, area=area, conf_level=conf_level),
            _pooled_log_odds(mixture, model.change_place(area), conf_level),
            is_penalised=model.fit.penalty is not None,
        )
        for area in alone
    }
    return ItemChange(everyone, own, _each(n_areas, pooled, model.layout.without), mixture)


def estimate_change_of_all(answers: ItemAnswers, *, favourable_from: int, conf_level: float) -> Change:
    """Estimate one change for everyone, areas and sectors held fixed."""
    model = fit_joint_model(answers, change_by_area=False)
    if isinstance(model, NotIdentified):
        return Change(model.reason, model.reason)
    return _alone(model, favourable_from, None, conf_level)


def _alone(model: JointModel, favourable_from: int, area: int | None, conf_level: float) -> Change:
    place = model.change_place(area)
    estimate, std_error = float(model.fit.estimate[place]), float(np.sqrt(model.cov[place, place]))
    reach = model.quantile(conf_level) * std_error
    return Change(
        change_alone(model, favourable_from, area=area, conf_level=conf_level),
        Figure(estimate, std_error, estimate - reach, estimate + reach),
        model.p_value(estimate / std_error),
        model.fit.penalty is not None,
    )


def _widening(model: JointModel) -> Floats:
    """Return by how much to widen each change's standard error, which pooling takes as known and few people gave.

    The variance becomes that of Student's t with Satterthwaite's degrees of freedom, v / (v - 2).
    """
    if model.fit.robust is None:
        return np.ones(len(model.change_places))
    degrees = model.fit.degrees_of_freedom(np.eye(len(model.fit.estimate))[model.change_places])
    bounded = np.maximum(degrees, FEWEST_DEGREES)
    widening: Floats = np.sqrt(bounded / (bounded - 2))
    return widening


def _pooled_log_odds(mixture: Pooled, place: int, conf_level: float) -> Figure:
    std_error = np.sqrt(mixture.cov[:, place, place])
    return Figure(*map(float, mixture_interval(mixture.estimate[:, place], std_error, mixture.weights, conf_level)))


def _each(n_areas: int, found: Mapping[int, Change], reasons: Mapping[int, str]) -> tuple[Change, ...]:
    return tuple(found[area] if area in found else Change(reasons[area], reasons[area]) for area in range(n_areas))
