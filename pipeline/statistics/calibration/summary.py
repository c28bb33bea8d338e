"""Scores of many surveys as one row a figure, and whether each keeps the bound that was fixed before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from pipeline.statistics.calibration.scenarios import TRIALS, Trial
from pipeline.statistics.calibration.scoring import CONF_LEVEL, Score

POOLED_AT_LEAST, STRESS_AT_LEAST, MOST_LACKING = 0.935, 0.92, 0.02


@dataclass
class Tally:
    """Sums over surveys for one figure; a survey's coverage is the mean over its intervals (areas)."""

    surveys: int = 0
    intervals: int = 0
    without: int = 0
    covered: float = 0.0
    covered_square: float = 0.0
    width: float = 0.0
    error: float = 0.0
    error_square: float = 0.0

    def add(self, scores: Sequence[Score]) -> None:
        """Add one survey's intervals of the figure."""
        made = [score for score in scores if not np.isnan(score.estimate)]
        self.without += len(scores) - len(made)
        if not made:
            return
        covered = float(np.mean([score.conf_low <= score.truth <= score.conf_high for score in made]))
        errors = np.array([score.estimate - score.truth for score in made])
        self.surveys += 1
        self.intervals += len(made)
        self.covered += covered
        self.covered_square += covered**2
        self.width += sum(score.conf_high - score.conf_low for score in made)
        self.error += float(errors.sum())
        self.error_square += float(errors @ errors)

    @property
    def is_made_often_enough(self) -> bool:
        """Whether hardly any interval is lacking: coverage of those that happen to exist would say little."""
        return self.intervals > 0 and self.without <= MOST_LACKING * (self.intervals + self.without)

    def merge(self, other: Tally) -> None:
        """Add another tally's sums."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


def tally_surveys(surveys: Iterable[Sequence[Score]]) -> dict[str, Tally]:
    """Return a tally for each figure of some surveys' scores."""
    tallies: dict[str, Tally] = {}
    for scores in surveys:
        for figure in dict.fromkeys(score.figure for score in scores):
            tallies.setdefault(figure, Tally()).add([score for score in scores if score.figure == figure])
    return tallies


def summarise(tallies_by_trial: dict[str, dict[str, Tally]]) -> pd.DataFrame:
    """Return a row a trial and figure: coverage (0..1) with its Monte-Carlo error, its bounds, width, bias and RMSE.

    `mc_error` is the standard error of the coverage over surveys, whose areas are not independent; `low` and `high`
    bound the coverage and are missing where it is only printed.
    """
    rows = []
    for key, tallies in tallies_by_trial.items():
        for figure, tally in tallies.items():
            surveys, made = max(tally.surveys, 1), max(tally.intervals, 1)
            coverage = tally.covered / surveys
            mc_error = float(np.sqrt(max(tally.covered_square / surveys - coverage**2, 0.0) / surveys))
            low, high = bounds(TRIALS[key], figure, mc_error)
            rows.append({
                "trial": key, "scenario": TRIALS[key].name, "figure": figure, "surveys": tally.surveys,
                "intervals": tally.intervals, "without": tally.without, "coverage": coverage, "mc_error": mc_error,
                "low": low, "high": high, "width": tally.width / made,
                "bias": tally.error / made, "rmse": float(np.sqrt(tally.error_square / made)),
                "kept": bool(not coverage < low and not coverage > high) and tally.is_made_often_enough,
            })  # fmt: skip
    return pd.DataFrame(rows)


def bounds(trial: Trial, figure: str, mc_error: float) -> tuple[float, float]:
    """Return the bounds of a figure's coverage, missing where none is set; fixed before the first run.

    Links known: the nominal level within three Monte-Carlo errors; pooled areas, on average, at least 93.5 %. Much
    between areas, one apart, hidden and false links, all at one end: at least 92 %, but for an area's own answers where
    links are known. Where nothing changed, never less than the nominal level by three errors. Only printed: the one
    area that is apart from the others, counted shares, which the pages do not lead with, and all but shares where odds
    are not proportional.
    """
    if "the area apart" in figure or "counted" in figure or not (trial.log_odds_exist or figure.endswith(", share")):
        return np.nan, np.nan
    nominal = CONF_LEVEL - 3 * mc_error
    if trial.kind == "known" or (trial.kind == "apart" and "area alone" in figure):
        known = (POOLED_AT_LEAST, np.nan) if "pooled" in figure else (nominal, CONF_LEVEL + 3 * mc_error)
    else:
        known = (STRESS_AT_LEAST, np.nan)
    return (max(known[0], nominal), known[1]) if trial.is_null else known
