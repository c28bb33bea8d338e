"""The survey that the calibration draws: its marginal chances are exactly what it says is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.simulation.marginal import MarginalScenario, MarginalSurvey, simulate_marginal

LARGE = MarginalScenario(
    people=((6000, 6000), (6000, 6000)),
    returning=(3000, 3000),
    linked=(2000, 2000),
    thresholds=(-1.0, 0.0, 1.5),
    sector_effects=(0.0, -1.0),
    sector_mix=((0.5, 0.5), (0.2, 0.8)),
    change=0.8,
    departures=(0.0, -1.2),
    steeper=(-0.3, 0.0, 0.3),
)


@pytest.fixture(scope="module")
def large() -> MarginalSurvey:
    return simulate_marginal(LARGE, np.random.default_rng(1))


def test_answers_are_as_frequent_as_the_truth_says(large: MarginalSurvey) -> None:
    for level in (2, 3, 4):
        chance = large.chance_at_least(level, large.area, large.sector, large.moment)
        for area in (0, 1):
            for moment in (0, 1):
                here = (large.area == area) & (large.moment == moment)
                error = np.sqrt(0.25 / here.sum())
                assert (large.level[here] >= level).mean() == pytest.approx(chance[here].mean(), abs=4 * error)


def test_the_change_of_each_area_is_the_common_one_and_its_departure(large: MarginalSurvey) -> None:
    assert large.changes == pytest.approx([0.8, -0.4])


def test_a_person_s_answers_go_together(large: MarginalSurvey) -> None:
    linked = np.isin(large.person, np.intersect1d(*(large.person[large.moment == moment] for moment in (0, 1))))
    first, second = (
        large.level[linked & (large.moment == moment)][np.argsort(large.person[linked & (large.moment == moment)])]
        for moment in (0, 1)
    )
    assert 0.3 < np.corrcoef(first, second)[0, 1] < 0.6


def test_only_the_links_that_are_known_are_told(large: MarginalSurvey) -> None:
    people, times = np.unique(large.person, return_counts=True)
    assert ((times == 2).sum(), len(people)) == (4000, 24000 - 4000)


def test_false_links_join_two_people_and_keep_their_number() -> None:
    # Nobody's answers are like those of others: with one sector a level tells who it was only in part, so the seed's
    # own people are compared with and without false links.
    true, false = (
        simulate_marginal(replace(LARGE, falsely_linked=share), np.random.default_rng(2)) for share in (0.0, 0.1)
    )
    assert (true.level == false.level).all()
    moved = (true.person != false.person).sum() / 2
    assert moved == pytest.approx(400, abs=80)
    assert len(np.unique(true.person)) == len(np.unique(false.person))


def test_three_waves_lie_on_a_line_and_the_same_seed_gives_the_same_survey() -> None:
    scenario = replace(LARGE, people=((30, 30),) * 3, returning=(9, 9), linked=(9, 9), sector_mix=((0.5, 0.5),) * 3)
    one, other = (simulate_marginal(scenario, np.random.default_rng(3)) for _ in range(2))
    assert (one.level == other.level).all()
    assert sorted(set(one.moment)) == [0.0, 0.5, 1.0]
    assert np.unique(one.person, return_counts=True)[1].max() == 3


def test_the_chance_over_sectors_is_that_of_the_mix_from_which_they_were_drawn(large: MarginalSurvey) -> None:
    expected = large.expected_at_least(3)
    # Newcomers of the second wave in the first area: 20 % in the one sector, 80 % in the other.
    new = (large.first_wave == 1) & (large.area == 0)
    first, second = (large.chance_at_least(3, np.zeros(1, int), np.full(1, sector), 1.0)[0] for sector in (0, 1))
    assert expected[new] == pytest.approx(np.full(new.sum(), 0.2 * first + 0.8 * second))
    for moment in (0, 1):
        here = large.moment == moment
        assert (large.level[here] >= 3).mean() == pytest.approx(
            expected[here].mean(), abs=4 * np.sqrt(0.25 / here.sum())
        )
