"""Shares, distributions and changes by hand, against R, and under shuffling, swapping and relinking."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.statistics.change import (
    estimate_distributions,
    estimate_model_changes,
    estimate_share_changes,
    estimate_shares,
)

TOP_TWO = frozenset({4, 5})
WAVES = ["wave-1", "wave-2"]
BOROUGHS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]


def make_answers(*rows: tuple[str, str, str | None, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["wave", "respondent_id", "person_id", "item", "level"])
    return frame.astype({"level": "Int64", "person_id": "string"})


def make_areas(answers: pd.DataFrame, area: str = "all") -> pd.DataFrame:
    return answers[["wave", "respondent_id"]].drop_duplicates().assign(area=area)


def change_between(answers: pd.DataFrame, areas: pd.DataFrame, **changed: Any) -> pd.DataFrame:
    options = {"items": ["q"], "area_ids": ["all"], "baseline_wave": "wave-1", "comparison_wave": "wave-2"}
    return estimate_model_changes(answers, areas, **{**options, "conf_level": 0.95, **changed})


# Four people answer twice: earlier one of four at the top, later three of four; a fifth leaves a blank.
PEOPLE = make_answers(
    *[("wave-1", f"r{n}", f"p{n}", "q", level) for n, level in enumerate([1, 1, 1, 2])],
    *[("wave-2", f"s{n}", f"p{n}", "q", level) for n, level in enumerate([1, 2, 2, 2])],
    ("wave-2", "s9", None, "q", None),
)
PEOPLE_AREAS = make_areas(PEOPLE)


def survey_of(seed: int, n_people: int = 24) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    rows, area_rows = [], []
    for wave in WAVES:
        for n in range(n_people):
            name, person = f"{wave}-{n:02d}", f"p{n:02d}" if n % 3 == 0 else None
            level = None if rng.random() < 0.1 else int(rng.integers(1, 6))
            rows.append((wave, name, person, "q", level))
            area_rows += [(wave, name, "all"), (wave, name, BOROUGHS[n % 2])]
            if n % 5 == 0:
                area_rows.append((wave, name, "Enfield"))
    return make_answers(*rows), pd.DataFrame(area_rows, columns=["wave", "respondent_id", "area"])


@pytest.fixture(scope="module")
def survey2_frames(survey2: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    waves, rows = "wave-" + survey2["wave"].astype(str), survey2["row"].astype(str)
    wide = survey2.assign(wave=waves, respondent_id=rows, person_id=survey2["pid"])
    answers = wide.melt(
        ["wave", "respondent_id", "person_id"], ["conf_implement", "waiting_room"], "item", "level"
    ).astype({"level": "Int64"})
    areas = wide[["wave", "respondent_id"]].assign(area=wide["borough"])
    return answers, areas


# By hand


def test_shares_by_hand_with_empty_cells_present() -> None:
    shares = estimate_shares(
        PEOPLE, PEOPLE_AREAS, {"q": frozenset({2}), "unasked": frozenset({1})},
        waves=WAVES, area_ids=["all", "Barnet"], conf_level=math.erf(1 / math.sqrt(2)),
    )  # fmt: skip
    assert len(shares) == 2 * 2 * 2
    # Later 3 of 4, the blank not counted; z = 1: centre (3/4 + 1/8) / (5/4) = 0.7,
    # reach sqrt(3/64 + 1/64) / (5/4) = 0.25 / 1.25 = 0.2.
    later = shares.iloc[1]
    assert list(later[["item", "area", "wave", "favourable_n", "base_n"]]) == ["q", "all", "wave-2", 3, 4]
    assert list(later[["estimate", "conf_low", "conf_high"]]) == pytest.approx([0.75, 0.5, 0.9])
    assert list(later[["method", "note"]]) == ["Wilson score", ""]
    empty = shares[shares["base_n"] == 0]
    assert len(empty) == 6
    assert empty[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)
    assert (empty["note"] == "Nobody answered.").all()


def test_share_change_by_hand() -> None:
    shares = estimate_shares(
        PEOPLE, PEOPLE_AREAS, {"q": frozenset({2})}, waves=WAVES, area_ids=["all", "Barnet"], conf_level=0.95
    )
    changes = estimate_share_changes(
        shares, baseline_wave="wave-1", comparison_wave="wave-2", conf_level=math.erf(1 / math.sqrt(2))
    )
    # Wilson at z = 1: earlier 1/4 in (0.1, 0.5), later 3/4 in (0.5, 0.9).
    # low = 1/2 - sqrt((3/4 - 1/2)^2 + (1/2 - 1/4)^2) = 1/2 - sqrt(1/8)
    # high = 1/2 + sqrt((9/10 - 3/4)^2 + (1/4 - 1/10)^2) = 1/2 + 0.15 sqrt(2)
    first, second = changes.iloc[0], changes.iloc[1]
    expected = [0.5, 0.5 - math.sqrt(1 / 8), 0.5 + 0.15 * math.sqrt(2)]
    assert list(first[["estimate", "conf_low", "conf_high"]]) == pytest.approx(expected)
    assert list(first[["base_n_baseline", "base_n_comparison", "method", "note"]]) == [4, 4, "Newcombe", ""]
    assert math.isnan(second["estimate"])
    assert second["note"] == "Nobody answered in either wave."


def test_model_change_of_linked_people_by_hand() -> None:
    # log(3) - log(1/3) = log 9, clustered variance 64/27: the arithmetic stands in test_cumulative_link.
    change = change_between(PEOPLE, PEOPLE_AREAS).iloc[0]
    assert change["estimate"] == pytest.approx(math.log(9))
    assert change["std_error"] == pytest.approx(math.sqrt(64 / 27))
    assert list(change[["base_n_baseline", "base_n_comparison", "linked_n", "note"]]) == [4, 4, 4, ""]


def test_only_people_who_answered_the_item_in_both_waves_count_as_linked() -> None:
    # p0 leaves the item blank later and p9 comes only later: p1, p2 and p3 remain.
    answers = PEOPLE.copy()
    answers.loc[answers["respondent_id"] == "s0", "level"] = pd.NA
    answers.loc[answers["respondent_id"] == "s9", "person_id"] = "p9"
    answers.loc[answers["respondent_id"] == "s9", "level"] = 1
    change = change_between(answers, PEOPLE_AREAS).iloc[0]
    assert list(change[["base_n_baseline", "base_n_comparison", "linked_n"]]) == [4, 4, 3]


def test_distribution_by_hand() -> None:
    rows = estimate_distributions(PEOPLE, PEOPLE_AREAS, items_levels={"q": 3}, waves=WAVES, area_ids=["all", "Barnet"])
    in_all = rows[rows["area"] == "all"]
    assert list(in_all["level"]) == [1, 2, 3, 1, 2, 3]
    assert list(in_all["count"]) == [3, 1, 0, 1, 3, 0]
    assert list(in_all["estimate"]) == [0.75, 0.25, 0, 0.25, 0.75, 0]
    assert (rows.loc[rows["area"] == "Barnet", "note"] == "Nobody answered.").all()
    assert rows.loc[rows["area"] == "Barnet", "estimate"].isna().all()


# Against R


@pytest.mark.parametrize("item", ["conf_implement", "waiting_room"])
def test_changes_by_borough_agree_with_r(
    item: str, survey2_frames: tuple[pd.DataFrame, pd.DataFrame], read_golden: Callable[[str], Any]
) -> None:
    golden = {case["borough"]: case for case in read_golden("clm_change_by_borough.json")[item]}
    favourable = {item: TOP_TWO}
    shares = estimate_shares(*survey2_frames, favourable, waves=WAVES, area_ids=BOROUGHS, conf_level=0.95)
    waves: dict[str, Any] = {"baseline_wave": "wave-1", "comparison_wave": "wave-2"}
    share_changes = estimate_share_changes(shares, **waves, conf_level=0.95).set_index("area")
    model_changes = change_between(*survey2_frames, items=[item], area_ids=BOROUGHS).set_index("area")
    for borough, case in golden.items():
        earlier, later = (shares[(shares["area"] == borough) & (shares["wave"] == wave)].iloc[0] for wave in WAVES)
        counts = [earlier["favourable_n"], earlier["base_n"], later["favourable_n"], later["base_n"]]
        assert counts == case["top2"]
        assert list(earlier[["conf_low", "conf_high"]]) == pytest.approx(case["wilson0"], abs=1e-12)
        assert list(later[["conf_low", "conf_high"]]) == pytest.approx(case["wilson1"], abs=1e-12)
        newcombe = list(share_changes.loc[borough, ["estimate", "conf_low", "conf_high"]])
        assert newcombe == pytest.approx(list(case["newcombe"].values()), abs=1e-12)
        assert model_changes.loc[borough, "estimate"] == pytest.approx(case["beta"], abs=1e-7)
        assert list(model_changes.loc[borough, ["base_n_baseline", "base_n_comparison"]]) == case["n"]


# Invariants


@given(st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_shuffled_rows_and_renamed_people_give_the_same_bits(seed: int) -> None:
    answers, areas = survey_of(seed)
    shuffled = answers.sample(frac=1, random_state=seed)
    # Reversing the digits reverses the people's alphabetical order too.
    shuffled["person_id"] = shuffled["person_id"].map(lambda name: f"x{99 - int(name[1:])}", na_action="ignore")
    shuffled_areas = areas.sample(frac=1, random_state=seed + 1)
    for first, second in zip(all_frames(answers, areas), all_frames(shuffled, shuffled_areas), strict=True):
        assert_frame_equal(first, second, check_exact=True)


def all_frames(answers: pd.DataFrame, areas: pd.DataFrame) -> list[pd.DataFrame]:
    area_ids = ["all", *BOROUGHS]
    shares = estimate_shares(answers, areas, {"q": TOP_TWO}, waves=WAVES, area_ids=area_ids, conf_level=0.95)
    waves: dict[str, Any] = {"baseline_wave": "wave-1", "comparison_wave": "wave-2", "conf_level": 0.95}
    return [
        shares,
        estimate_share_changes(shares, **waves),
        estimate_model_changes(answers, areas, items=["q"], area_ids=area_ids, **waves),
        estimate_distributions(answers, areas, items_levels={"q": 5}, waves=WAVES, area_ids=area_ids),
    ]


def test_swapping_the_waves_changes_the_sign_of_every_change() -> None:
    answers, areas = survey_of(6)
    shares = estimate_shares(answers, areas, {"q": TOP_TWO}, waves=WAVES, area_ids=["all"], conf_level=0.95)
    share_changes = [
        estimate_share_changes(shares, baseline_wave=first, comparison_wave=second, conf_level=0.95)
        for first, second in [WAVES, WAVES[::-1]]
    ]
    model_changes = [
        change_between(answers, areas, baseline_wave=first, comparison_wave=second)
        for first, second in [WAVES, WAVES[::-1]]
    ]
    for forth, back in [share_changes, model_changes]:
        assert back["estimate"].to_numpy() == pytest.approx(-forth["estimate"].to_numpy())
        assert back["conf_low"].to_numpy() == pytest.approx(-forth["conf_high"].to_numpy())
        assert forth["estimate"].abs().min() > 0.01


def test_reversing_the_scale_changes_the_sign_of_the_model_change() -> None:
    answers, areas = survey_of(6)
    forth = change_between(answers, areas).iloc[0]
    back = change_between(answers.assign(level=6 - answers["level"]), areas).iloc[0]
    assert back["estimate"] == pytest.approx(-forth["estimate"])
    assert back["std_error"] == pytest.approx(forth["std_error"])


def test_linking_everyone_or_nobody_moves_the_interval_but_not_the_estimate() -> None:
    answers, areas = survey_of(6)
    nobody = change_between(answers.assign(person_id=None), areas).iloc[0]
    everyone = change_between(answers.assign(person_id=answers["respondent_id"].str[-2:]), areas).iloc[0]
    assert everyone["estimate"] == nobody["estimate"]
    assert everyone["std_error"] != pytest.approx(nobody["std_error"], rel=1e-3)
    assert nobody["linked_n"] == 0
    assert everyone["linked_n"] > 15


def test_the_whole_area_is_one_more_area_and_an_area_ignores_the_others() -> None:
    answers, areas = survey_of(6)
    together = change_between(answers, areas, area_ids=["all", "Barnet"])
    alone = change_between(answers, areas[areas["area"] == "Barnet"], area_ids=["Barnet"])
    assert_frame_equal(together.iloc[[1]].reset_index(drop=True), alone, check_exact=True)


# Hard cases


def test_every_pair_without_an_estimate_has_a_note_and_no_number() -> None:
    waves = ["wave-1"] * 4 + ["wave-2"] * 4
    cases: dict[str, tuple[list[int | None], str]] = {
        "separated": ([1, 1, 2, 2, 4, 4, 5, 5], "separation"),
        "constant": ([3] * 8, "same answer"),
        "no baseline": ([None] * 4 + [1, 2, 3, 4], "baseline wave"),
        "no follow-up": ([1, 2, 3, 4] + [None] * 4, "comparison wave"),
        "nobody": ([None] * 8, "either wave"),
    }
    rows = [
        (wave, f"r{n}", None, item, level)
        for item, (levels, _) in cases.items()
        for n, (wave, level) in enumerate(zip(waves, levels, strict=True))
    ]
    answers = make_answers(*rows)
    changes = change_between(answers, make_areas(answers), items=list(cases))
    assert list(changes["item"]) == list(cases)
    assert changes[["estimate", "std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    for note, (_, words) in zip(changes["note"], cases.values(), strict=True):
        assert words in note


def test_a_constant_follow_up_still_has_an_estimate() -> None:
    levels = [1, 2, 2, 3, 2, 2, 2, 2]
    answers = make_answers(*[(WAVES[n // 4], f"r{n}", None, "q", level) for n, level in enumerate(levels)])
    assert change_between(answers, make_areas(answers)).loc[0, "estimate"] == pytest.approx(0, abs=1e-9)


def test_frames_without_any_rows_still_give_every_combination() -> None:
    for frame in all_frames(PEOPLE.iloc[:0], PEOPLE_AREAS.iloc[:0]):
        assert set(frame["area"]) == {"all", *BOROUGHS}
        assert frame["estimate"].dtype == float
        assert (frame["note"] != "").all()


def test_duplicate_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="answers_by_respondent_item has more than one row"):
        change_between(pd.concat([PEOPLE, PEOPLE]), PEOPLE_AREAS)
    with pytest.raises(ValueError, match="areas_by_respondent has more than one row"):
        change_between(PEOPLE, pd.concat([PEOPLE_AREAS, PEOPLE_AREAS]))


def test_questions_without_a_sensible_answer_are_refused_in_words() -> None:
    options = {"waves": WAVES, "area_ids": ["all"]}
    shares = estimate_shares(PEOPLE, PEOPLE_AREAS, {"q": TOP_TWO}, **options, conf_level=0.95)
    with pytest.raises(ValueError, match="no favourable level"):
        estimate_shares(PEOPLE, PEOPLE_AREAS, {"q": frozenset()}, **options, conf_level=0.95)
    with pytest.raises(ValueError, match="outside its levels"):
        estimate_distributions(PEOPLE, PEOPLE_AREAS, items_levels={"q": 1}, **options)
    with pytest.raises(ValueError, match="two different waves"):
        change_between(PEOPLE, PEOPLE_AREAS, comparison_wave="wave-1")
    with pytest.raises(ValueError, match="no shares of the wave wave-3"):
        estimate_share_changes(shares, baseline_wave="wave-1", comparison_wave="wave-3", conf_level=0.95)
    part = shares[shares["wave"] == "wave-1"].assign(wave="wave-2", area="Barnet")
    uneven = pd.concat([shares[shares["wave"] == "wave-1"], part])
    with pytest.raises(ValueError, match="differ in items or areas"):
        estimate_share_changes(uneven, baseline_wave="wave-1", comparison_wave="wave-2", conf_level=0.95)
    with pytest.raises(ValueError, match="conf_level"):
        change_between(PEOPLE, PEOPLE_AREAS, conf_level=95)
