"""The truth behind a simulated survey: its changes, and the shares to expect, by integration and not by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.simulation.scenario import Floats, Plan, Scenario, as_categories

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def true_changes(plan: Plan, departures: Floats) -> Floats:
    """Return the conditional log-odds since the first wave, by wave, stratum and item."""
    later = (np.arange(len(plan.waves)) > 0)[:, None, None]
    return plan.changes[:, None, :] + np.where(later, departures, 0)


def true_shares(scenario: Scenario, evaluation: Evaluation, plan: Plan, departures: Floats) -> Floats:
    """Return the favourable share (0..1) to expect of those who name each area, by wave, stratum and item.

    Missing where nobody names it. The person's effect is integrated by Gauss-Hermite quadrature; pairs of areas enter
    as often as they are drawn.
    """
    whole = plan.whole
    pairs = np.array([*np.ndindex(whole, whole), (whole, whole)])
    first, second = pairs.T
    paired = scenario.two_areas if whole > 1 else 0.0
    chance = np.where(first == whole, 1.0, np.where(first == second, 1 - paired, paired / max(whole - 1, 1)))
    people = plan.people[:, first] * chance
    changes = true_changes(plan, departures)
    effect = (changes[:, first] + changes[:, second])[:, :, None] / 2 + plan.sector_effects[:, None]  # w, p, c, i
    items = range(len(plan.item_ids))
    by_item = [_favourable_chance(scenario, evaluation, plan, item, effect[..., item]) for item in items]
    by_pair = np.einsum("iwpc,wpc->wpi", np.array(by_item), plan.expected_mix[:, first])
    names = np.array([(first == place) | (second == place) | (place == whole) for place in range(whole + 1)])
    sums = np.einsum("wpi,wp,sp->wsi", by_pair, people, names)
    counts = np.einsum("wp,sp->ws", people, names)
    shares: Floats = sums / np.where(counts > 0, counts, np.nan)[..., None]
    return shares


def _favourable_chance(scenario: Scenario, evaluation: Evaluation, plan: Plan, item: int, effect: Floats) -> Floats:
    """Give the chance of a favourable level at each effect, over the persons' own effects."""
    favourable = evaluation.scale_of(plan.item_ids[item]).favourable_levels
    nodes = effect[..., None] + scenario.person_sd * _NODES
    chance = np.zeros(effect.shape)
    for below, threshold in enumerate(plan.thresholds[item], start=1):
        # A step up adds the chance of lying above the threshold, a step down takes it away again.
        step = (below + 1 in favourable) - (below in favourable)
        if step and np.isfinite(threshold):
            chance += step * (1 / (1 + np.exp(threshold - nodes)) @ _WEIGHTS)
    return chance + (1 in favourable)


def tabulate_truth(plan: Plan, name: str, values: Floats) -> pd.DataFrame:
    """Return one row an item, area and wave from values by wave, stratum and item."""
    by_item = values.transpose(2, 1, 0)
    item, area, wave = (places.ravel() for places in np.indices(by_item.shape))
    return pd.DataFrame(
        {
            "item": as_categories(item, plan.item_ids),
            "area": as_categories(area, plan.area_ids),
            "wave": as_categories(wave, [one.id for one in plan.waves]),
            name: by_item.ravel(),
        }
    )
