"""One simulated survey estimated as a report would, and each interval held against the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.simulation.marginal import MarginalSurvey, simulate_marginal
from pipeline.simulation.scenario import Floats, Ints
from pipeline.statistics.calibration.scenarios import FAVOURABLE_FROM, Trial
from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.estimands.item_change import Change, ItemChange, estimate_item_change
from pipeline.statistics.estimands.superiority import estimate_superiority
from pipeline.statistics.proportions import counted_change

CONF_LEVEL, PRIOR_SCALE = 0.95, 0.5


@dataclass(frozen=True)
class Score:
    """One interval: what it is of, its estimate and ends, and the truth; `estimate` is missing where there was none."""

    figure: str
    estimate: float
    conf_low: float
    conf_high: float
    truth: float


def score_survey(trial: Trial, seed: tuple[int, ...]) -> list[Score]:
    """Simulate one survey and return a score for every interval that a report would print of it."""
    survey = simulate_marginal(trial.scenario, np.random.default_rng(seed))
    scores = list(_score_waves(survey, trial))
    if len(trial.scenario.people) > 2:
        scores += _score_change(_answers(survey), survey, trial, prefix="trend: ")
    return scores


def _score_waves(survey: MarginalSurvey, trial: Trial) -> Iterator[Score]:
    ends = (survey.moment == 0) | (survey.moment == 1)
    answers = _answers(survey).where(ends)
    yield from _score_change(answers, survey, trial)
    yield _score_superiority(answers, survey, np.flatnonzero(ends))
    yield from _score_counted(answers, survey, np.flatnonzero(ends))


def _answers(survey: MarginalSurvey) -> ItemAnswers:
    n_areas = len(survey.changes)
    return ItemAnswers(
        survey.level, survey.moment, survey.person, survey.sector, survey.area[:, None] == np.arange(n_areas)
    )


def _score_change(answers: ItemAnswers, survey: MarginalSurvey, trial: Trial, prefix: str = "") -> Iterator[Score]:
    found: ItemChange = estimate_item_change(
        answers, favourable_from=FAVOURABLE_FROM, conf_level=CONF_LEVEL, prior_scale=PRIOR_SCALE
    )
    mix = _true_shares(survey, answers)
    alike = len(set(survey.changes)) == 1 and trial.log_odds_exist
    yield from _scores(found.everyone, f"{prefix}everyone", mix.everyone, survey.changes[0] if alike else None)
    for number, truth in enumerate(survey.changes):
        known = float(truth) if trial.log_odds_exist else None
        apart = bool(trial.scenario.departures) and trial.scenario.departures[number] != 0
        for name, change in (("alone", found.alone[number]), ("pooled", found.pooled[number])):
            yield from _scores(change, f"{prefix}area {name}", mix.by_area[number], known)
            if apart:
                yield from _scores(change, f"{prefix}the area apart {name}", mix.by_area[number], known)


def _scores(change: Change, where: str, share: float, log_odds: float | None) -> Iterator[Score]:
    yield _score(f"{where}, share", None if isinstance(change.share, str) else change.share.change, share)
    if log_odds is not None:
        yield _score(f"{where}, log-odds", None if isinstance(change.log_odds, str) else change.log_odds, log_odds)


def _score(figure: str, found: object, truth: float) -> Score:
    estimate, low, high = (float(getattr(found, name, np.nan)) for name in ("estimate", "conf_low", "conf_high"))
    return Score(figure, estimate, low, high, truth)


@dataclass(frozen=True)
class _TrueShares:
    everyone: float
    by_area: Floats


def _true_shares(survey: MarginalSurvey, answers: ItemAnswers) -> _TrueShares:
    """Return the true change in share in the mix of people who answered: that which the estimates hold fixed."""
    areas, sector = answers.areas.argmax(axis=1), answers.sector

    def change(of_area: Ints) -> float:
        later, earlier = (survey.chance_at_least(FAVOURABLE_FROM, of_area, sector, at) for at in (1.0, 0.0))
        return float((later - earlier).mean())

    return _TrueShares(
        change(areas), np.array([change(np.full(len(areas), number)) for number in range(len(survey.changes))])
    )


def _score_superiority(answers: ItemAnswers, survey: MarginalSurvey, rows: Ints) -> Score:
    found = estimate_superiority(answers, CONF_LEVEL)
    highest = len(survey.scenario.thresholds) + 1
    at_least = np.array([survey.expected_at_least(level)[rows] for level in range(2, highest + 1)])
    bounds = np.vstack([np.ones(len(rows)), at_least, np.zeros(len(rows))])
    chances = bounds[:-1] - bounds[1:]
    earlier, later = (chances[:, survey.moment[rows] == moment].mean(axis=1) for moment in (0, 1))
    below = np.cumsum(earlier) - earlier / 2
    return _score("everyone, superiority", None if isinstance(found, str) else found, float(later @ below))


def _score_counted(answers: ItemAnswers, survey: MarginalSurvey, rows: Ints) -> Iterator[Score]:
    """Score the plain difference of counted shares, whose truth is in the mix that may answer each time."""
    chance = survey.expected_at_least(FAVOURABLE_FROM)[rows]
    favourable, later = answers.level >= FAVOURABLE_FROM, answers.moment == 1
    for where, here in [("everyone", np.ones(len(rows), bool)), *(("area", of) for of in answers.areas.T)]:
        now, then = here & later, here & ~later
        estimate, low, high = counted_change(favourable & here, now, then, CONF_LEVEL)
        truth = float(chance[now].mean() - chance[then].mean())
        yield Score(f"{where}, counted share", estimate, low, high, truth)
