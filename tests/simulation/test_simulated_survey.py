"""The simulator against its own truth, and against an independent integration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.integrate import quad

from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.simulation.scenario import Scenario, plan_arrays
from pipeline.simulation.survey import SimulatedSurvey, simulate_survey

EVALUATION = load_evaluation(Path(__file__).parents[2] / "evaluation.yml")
WAVES = [wave.id for wave in EVALUATION.waves]
ITEMS = [item.id for item in EVALUATION.items]
AREAS = [area.id for area in EVALUATION.areas]
SECTORS = [sector.id for sector in EVALUATION.sectors]
WHOLE = EVALUATION.whole_area.id


def make_scenario(sizes: Mapping[str, tuple[int, ...]], **settings: object) -> Scenario:
    """Give a scenario of some size, with changes and a mix of sectors that moves."""
    plain = Scenario(
        people={wave: dict(zip([*AREAS, WHOLE], counts, strict=True)) for wave, counts in sizes.items()},
        thresholds={item: tuple(0.3 * number + np.array([-2.0, -0.7, 0.6, 2.1])) for number, item in enumerate(ITEMS)},
        changes={WAVES[1]: dict.fromkeys(ITEMS, 0.9), WAVES[2]: {ITEMS[0]: -0.6}},
        sector_mix={wave: {SECTORS[0]: 0.6 - 0.2 * at, SECTORS[1]: 0.4 + 0.2 * at} for at, wave in enumerate(WAVES)},
        sector_effects={SECTORS[0]: 0.8},
    )
    return replace(plain, **settings)  # type: ignore[arg-type]


SMALL = dict.fromkeys(WAVES, (12, 9, 7, 11, 14, 3))


def simulate(scenario: Scenario, seed: int) -> SimulatedSurvey:
    return simulate_survey(scenario, EVALUATION, np.random.default_rng(seed))


def frames(survey: SimulatedSurvey) -> list[pd.DataFrame]:
    return list(vars(survey).values())


def favourable_share(survey: SimulatedSurvey, evaluation: Evaluation) -> pd.DataFrame:
    """Give the share and base observed of each item, area and wave, the whole area included."""
    respondents = survey.respondents[["respondent_id", "areas"]]
    everyone = respondents.assign(areas=respondents["areas"].map(lambda areas: tuple({*areas, WHOLE})))
    areas = everyone.explode("areas").rename(columns={"areas": "area"})
    answers = survey.answers_by_respondent_item.dropna(subset=["level"]).merge(areas, on="respondent_id")
    levels = {item: evaluation.scale_of(item).favourable_levels for item in ITEMS}
    answers["favourable"] = [
        level in levels[item] for item, level in zip(answers["item"], answers["level"], strict=True)
    ]
    keys = ["item", "area", "wave"]
    return answers.astype(dict.fromkeys(keys, str)).groupby(keys)["favourable"].agg(["mean", "size"]).reset_index()


def test_true_shares_agree_with_a_large_survey() -> None:
    sizes = {
        WAVES[0]: (1800, 900, 700, 1500, 1500, 400),
        WAVES[1]: (900, 1800, 700, 1500, 1500, 300),
        WAVES[2]: (1100,) * 6,
    }
    survey = simulate(make_scenario(sizes, two_areas=0.3, returning=0.5), 7)
    assert survey.respondents.groupby("wave", observed=True).size().sum() > 19_000
    truth = survey.true_share_by_item_area_wave
    both = favourable_share(survey, EVALUATION).merge(truth.astype({"item": str, "area": str, "wave": str}))
    assert len(both) == len(truth)
    std_error = np.sqrt(both["share"] * (1 - both["share"]) / both["size"])
    scores: pd.Series[float] = (both["mean"] - both["share"]) / std_error
    # Items of one person go together, so the scores do too: a bound on the largest, and on the spread.
    assert scores.abs().max() < 4.2
    assert scores.std() < 1.35


def test_true_share_is_the_integral_over_the_person_effect() -> None:
    scenario = make_scenario(SMALL, change_sd=0.0, two_areas=0.0, sector_effects={}, person_sd=1.8)
    truth = simulate(scenario, 1).true_share_by_item_area_wave.set_index(["item", "area", "wave"])["share"]

    def integrand(person: float, middle: float) -> float:
        density = np.exp(-(person**2) / (2 * 1.8**2)) / (1.8 * np.sqrt(2 * np.pi))
        return float(density / (1 + np.exp(middle - person)))

    for wave, change in ((WAVES[0], 0.0), (WAVES[1], 0.9), (WAVES[2], -0.6)):
        expected, _ = quad(integrand, -20, 20, args=(scenario.thresholds[ITEMS[0]][2] - change,))
        assert truth[ITEMS[0], AREAS[2], wave] == pytest.approx(expected, abs=1e-6)


def test_true_changes_are_the_scenario_plus_departures() -> None:
    scenario = make_scenario(SMALL, change_sd=0.0, departures={AREAS[0]: 0.5})
    truth = simulate(scenario, 1).true_change_by_item_area_wave.set_index(["item", "area", "wave"])["change"]
    assert truth[ITEMS[1], AREAS[0], WAVES[1]] == pytest.approx(1.4)
    assert truth[ITEMS[1], AREAS[1], WAVES[1]] == pytest.approx(0.9)
    assert truth[ITEMS[1], WHOLE, WAVES[1]] == pytest.approx(1.0)
    assert truth[ITEMS[0], AREAS[1], WAVES[2]] == pytest.approx(-0.6)
    assert truth[ITEMS[1], AREAS[0], WAVES[0]] == 0


def test_departures_have_their_standard_deviation() -> None:
    drawn = [simulate(make_scenario(SMALL, changes={}), seed).true_change_by_item_area_wave for seed in range(40)]
    changes = pd.concat(drawn).query("wave == @WAVES[1] and area != @WHOLE")["change"]
    assert changes.std() == pytest.approx(0.3, abs=0.02)


def test_no_change_is_no_change() -> None:
    mix = {wave: {SECTORS[0]: 0.5, SECTORS[3]: 0.5} for wave in WAVES}
    still = make_scenario(SMALL, changes={}, change_sd=0.0, sector_mix=mix)
    survey = simulate(still, 3)
    assert (survey.true_change_by_item_area_wave["change"] == 0).all()
    spread = survey.true_share_by_item_area_wave.groupby(["item", "area"], observed=True)["share"].agg(np.ptp)
    assert spread.max() < 1e-12


def test_only_the_given_generator_decides() -> None:
    scenario = make_scenario(SMALL)
    np.random.seed(1)
    first = simulate(scenario, 11)
    np.random.seed(2)
    second = simulate(scenario, 11)
    for one, other in zip(frames(first), frames(second), strict=True):
        assert_frame_equal(one, other)
    other_seed = simulate(scenario, 12).answers_by_respondent_item
    assert not first.answers_by_respondent_item["level"].equals(other_seed["level"])


def test_nobody_in_an_area_has_no_share() -> None:
    survey = simulate(make_scenario(dict.fromkeys(WAVES, (12, 0, 7, 11, 14, 3)), two_areas=0.0), 2)
    truth = survey.true_share_by_item_area_wave
    assert truth.loc[truth["area"] == AREAS[1], "share"].isna().all()
    assert truth.loc[truth["area"] != AREAS[1], "share"].notna().all()


def test_a_person_keeps_area_sector_role_and_code() -> None:
    survey = simulate(make_scenario(SMALL, code_given=1.0, code_slip=0.0, returning=0.6), 5)
    stays = survey.respondents.groupby("person")[["areas", "sector", "role", "code_1", "code_2", "code_3"]].nunique()
    assert (stays == 1).all().all()
    assert survey.respondents["person"].duplicated().sum() > 40


def test_newcomers_bring_the_mix_of_sectors_to_its_target() -> None:
    scenario = make_scenario(SMALL)
    plan = plan_arrays(scenario, EVALUATION)
    for at, wave in enumerate(WAVES):
        wanted = [scenario.sector_mix[wave].get(sector, 0) for sector in SECTORS]
        assert np.allclose(plan.expected_mix[at], wanted, atol=0.03)


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.tuples(*[st.integers(0, 12)] * 6).filter(any), min_size=3, max_size=3),
    returning=st.floats(0, 1),
    chances=st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_survey_is_whole(
    sizes: list[tuple[int, ...]], returning: float, chances: tuple[float, float], seed: int
) -> None:
    off_scale, missing = chances
    scenario = make_scenario(
        dict(zip(WAVES, sizes, strict=True)), returning=returning, off_scale=off_scale, missing=missing, two_areas=0.4
    )
    survey = simulate(scenario, seed)
    respondents, answers = survey.respondents, survey.answers_by_respondent_item
    first_areas = respondents["areas"].map(lambda areas: areas[0])
    for wave, counts in zip(WAVES, sizes, strict=True):
        found = first_areas[respondents["wave"] == wave].value_counts()
        assert [found.get(area, 0) for area in [*AREAS, WHOLE]] == list(counts)
        days = respondents.loc[respondents["wave"] == wave, "submitted_at"].dt.date
        fieldwork = EVALUATION.wave(wave).fieldwork
        assert ((days >= fieldwork.start) & (days <= fieldwork.end)).all()
    assert not respondents.duplicated(["wave", "person"]).any()
    assert len(answers) == len(respondents) * len(ITEMS)
    assert not (answers["level"].notna() & answers["off_scale"].notna()).any()
    assert answers["level"].dropna().between(1, 5).all()
    shares = survey.true_share_by_item_area_wave["share"].dropna()
    assert shares.between(0, 1).all()
