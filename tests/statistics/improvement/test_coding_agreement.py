"""Krippendorff's alpha: his own printed examples, a brute force by the definition, and what must always hold."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.improvement.coding import (
    FEWEST_UNITS,
    Level,
    alpha_interval,
    estimate_coding_agreement,
    krippendorff_alpha,
)

Codes = list[tuple[Any, ...]]
_ = None
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: example D, four observers, twelve units, gaps.
GAPS: Codes = [
    (1, 1, _, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4),
    (4, 4, 4, 4), (1, 1, 2, 1), (2, 2, 2, 2), (_, 5, 5, 5), (_, _, 1, 1), (_, _, 3, _),
]  # fmt: skip
# The same paper: example A, two observers and two values; example C, two observers and five.
TWO_VALUES: Codes = list(zip((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0), strict=True))
FIVE_VALUES: Codes = list(zip("aabbdcccedda", "babbbccceddd", strict=True))


def brute_force_alpha(codes: Codes, level: Level) -> float:
    """Compute alpha from the definition: mean differences over all pairs of codes, within units and over all."""
    units = [[code for code in unit if code is not None] for unit in codes]
    units = [unit for unit in units if len(unit) >= 2]
    everything = [code for unit in units for code in unit]

    def difference(one: Any, other: Any) -> float:
        if level == "nominal":
            return float(one != other)
        if level == "interval":
            return float((one - other) ** 2)
        low, high = sorted((one, other))
        between = sum(low <= code <= high for code in everything)
        return float((between - (everything.count(one) + everything.count(other)) / 2) ** 2) if one != other else 0.0

    within = sum(difference(*pair) / (len(unit) - 1) for unit in units for pair in permutations(unit, 2))
    overall = sum(difference(*pair) for pair in permutations(everything, 2))
    return 1 - (len(everything) - 1) * within / overall


@pytest.mark.parametrize(
    ("codes", "level", "printed"),
    [
        (GAPS, "nominal", 0.743),
        (GAPS, "ordinal", 0.815),
        (GAPS, "interval", 0.849),
        (TWO_VALUES, "nominal", 0.095),
        (FIVE_VALUES, "nominal", 0.692),
    ],
)
def test_krippendorffs_printed_examples_come_out(codes: Codes, level: Level, printed: float) -> None:
    assert krippendorff_alpha(codes, level) == pytest.approx(printed, abs=5e-4)
    assert krippendorff_alpha(codes, level) == pytest.approx(brute_force_alpha(codes, level), abs=1e-12)


coded = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 3))] * 3), min_size=2, max_size=12)


@given(coded, st.sampled_from(["nominal", "ordinal", "interval"]))
@settings(max_examples=40, deadline=None)
def test_alpha_agrees_with_the_definition_whatever_is_missing(codes: Codes, level: Level) -> None:
    pairable = [code for unit in codes if sum(code is not None for code in unit) >= 2 for code in unit]
    if len({code for code in pairable if code is not None}) < 2:
        assert math.isnan(krippendorff_alpha(codes, level))
    else:
        assert krippendorff_alpha(codes, level) == pytest.approx(brute_force_alpha(codes, level), abs=1e-9)


@given(coded, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_neither_the_order_of_units_nor_that_of_coders_changes_alpha_or_its_interval(codes: Codes, random: Any) -> None:
    shuffled = [tuple(random.sample(unit, len(unit))) for unit in random.sample(codes, len(codes))]
    for answer in (krippendorff_alpha, lambda *given: alpha_interval(*given, conf_level=0.9)):
        assert answer(shuffled, "ordinal") == pytest.approx(answer(codes, "ordinal"), nan_ok=True)


@given(st.lists(st.integers(1, 4), min_size=12, max_size=30).filter(lambda codes: len(set(codes)) > 1))
@settings(max_examples=8, deadline=None)
def test_perfect_agreement_is_exactly_one_and_its_interval_too(codes: list[int]) -> None:
    alike: Codes = [(code, code) for code in codes]
    for level in ("nominal", "ordinal", "interval"):
        assert krippendorff_alpha(alike, level) == 1
    assert alpha_interval(alike, "nominal", conf_level=0.95) == (1, 1)


def test_codes_given_at_random_agree_about_nought() -> None:
    codes = np.random.default_rng(5).integers(1, 4, size=(600, 2)).tolist()
    assert abs(krippendorff_alpha(codes, "nominal")) < 0.1
    low, high = alpha_interval(codes, "nominal", conf_level=0.95)
    assert low < 0 < high


def test_coders_who_always_disagree_are_below_nought() -> None:
    assert krippendorff_alpha([(1, 2), (2, 1)] * 5, "nominal") < 0


def test_sets_of_one_code_are_nominal_codes() -> None:
    sets = [tuple(None if code is None else frozenset({code}) for code in unit) for unit in GAPS]
    assert krippendorff_alpha(sets, "sets") == pytest.approx(krippendorff_alpha(GAPS, "nominal"))


def test_sets_that_overlap_differ_by_passonneaus_distance() -> None:
    # Coders gave {1} and {1, 2}, then {3} twice. {1} in {1, 2}: Jaccard 1/2, monotone 2/3, distance 2/3.
    codes = [(frozenset({1}), frozenset({1, 2})), (frozenset({3}), frozenset({3}))]
    # Observed 2 * 2/3; expected: that pair 2 * 2/3, and {3}, {3} against both others 2 * 2 * 2 * 1; 4 codes in all.
    assert krippendorff_alpha(codes, "sets") == pytest.approx(1 - 3 * (4 / 3) / (4 / 3 + 8))
    # {1, 2} and {2, 3} share one of three, and neither holds the other: 1 - 1/3 * 1/3 = 8/9.
    apart = [(frozenset({1, 2}), frozenset({2, 3}))] * 2
    # Four codes, two of each: observed 4 * 8/9, expected 2 * 2 * 2 * 8/9; alpha = 1 - 3 * 4 / 8.
    assert krippendorff_alpha(apart, "sets") == pytest.approx(-0.5)


def test_the_order_of_units_does_not_change_which_are_drawn() -> None:
    interval = alpha_interval(GAPS, "nominal", conf_level=0.8)
    assert interval == alpha_interval(GAPS[::-1], "nominal", conf_level=0.8)
    assert interval == alpha_interval(GAPS[5:] + GAPS[:5], "nominal", conf_level=0.8)


def test_too_few_units_have_no_interval() -> None:
    few = GAPS[: FEWEST_UNITS - 1]
    assert all(math.isnan(end) for end in alpha_interval(few, "nominal", conf_level=0.95))
    low, high = alpha_interval(GAPS, "nominal", conf_level=0.95)
    assert low < 0.743 < high <= 1


def coding(rows: list[tuple[str, str, str | None, str | None, float | None]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["comment", "coder", "theme", "grouping", "impact"])
    return table.assign(wave="wave-1")


TWO_CODERS = coding(
    [
        ("c1", "ann", "time", "Getting Help", 3),
        ("c1", "ben", "time", "Getting Help", 3),
        ("c2", "ann", "time", None, 2),
        ("c2", "ann", "words", None, 1),
        ("c2", "ben", "words", None, 1),
        ("c3", "ann", None, None, None),
        ("c3", "ben", None, None, None),
        ("c4", "ann", "words", "Thriving", 2),
    ]
)


def test_what_two_coders_read_is_compared_as_sets_by_theme_and_by_impact() -> None:
    rows = estimate_coding_agreement(TWO_CODERS, conf_level=0.95).set_index("what")
    assert rows["base_n"].to_dict() == {"themes": 3, "groupings": 3, "impact": 2, "time": 3, "words": 3}
    # Words: both gave it to the second comment alone.
    assert rows.loc["words", "estimate"] == 1
    # Time: given (yes, yes), (yes, no), (no, no): observed 2, expected 2 * 3 * 3, six codes: 1 - 5 * 2 / 18 = 4/9.
    assert rows.loc["time", "estimate"] == pytest.approx(4 / 9)
    # Impact: (3, 3) and (1, 1).
    assert rows.loc["impact", "estimate"] == 1
    assert rows.loc["themes", "coders_n"] == 2
    assert rows.loc["themes", "note"] == "Only 3 were coded by two people: too few for an interval."


def test_one_coder_alone_has_no_agreement_and_is_told_so() -> None:
    alone = estimate_coding_agreement(TWO_CODERS[TWO_CODERS["coder"] == "ann"], conf_level=0.95)
    assert set(alone["note"]) == {"No comment was coded by two people."}
    assert alone["estimate"].isna().all()
    assert estimate_coding_agreement(TWO_CODERS.iloc[:0], conf_level=0.95)["base_n"].tolist() == [0, 0, 0]


def test_codes_that_are_all_the_same_tell_nothing_of_agreement() -> None:
    same = coding([(f"c{number}", coder, "time", None, 2) for number in range(12) for coder in ("ann", "ben")])
    rows = estimate_coding_agreement(same, conf_level=0.95).set_index("what")
    assert rows["estimate"].isna().all()
    assert rows.loc["time", "note"] == "Every code is the same, so that agreement cannot be told from chance."
