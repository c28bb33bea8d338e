"""The whole way from the demonstration's raw files to its estimates, held against the truth behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from pipeline.reference.evaluation import load_evaluation
from pipeline.statistics.wave import estimate_wave
from tests.bench.bench_estimation import clean_until

ROOT = Path(__file__).resolve().parents[2]


def test_the_demonstrations_intervals_hold_the_truth_as_often_as_they_should() -> None:
    evaluation = load_evaluation(ROOT / "evaluation.yml")
    estimates = estimate_wave(clean_until(evaluation, "wave-3"), evaluation, "wave-3")
    shares = json.loads((ROOT / "tests/golden/demonstration_truth.json").read_text("utf-8"))["share_by_item_area_wave"]
    for changes in (estimates.changes_by_item_area, estimates.changes_alone_by_item_area):
        held = [_is_held(row, shares) for _, row in changes.iterrows()]
        # Seven items in six areas; that five or more of 42 intervals at 95 % miss has a chance of 6 %.
        assert len(held) == 42
        assert sum(held) >= 38


def _is_held(row: pd.Series, shares: dict[str, dict[str, dict[str, float]]]) -> bool:
    by_wave = shares[row["item"]][row["area"]]
    return bool(row["conf_low"] <= by_wave["wave-3"] - by_wave["wave-1"] <= row["conf_high"])
