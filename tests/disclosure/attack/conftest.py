"""Surveys small enough to count every table of, and facts made by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import Fact, keys_of
from pipeline.disclosure.published import SUPPRESSED

MakeFact = Callable[..., Fact]


def make_fact(
    statistic: str, low: float | None, high: float | None = None, *, where: str = "page.html", **keys: str
) -> Fact:
    """Return a shown fact, exact without `high`, or a suppressed one where `low` is None."""
    if low is None:
        return Fact(statistic, keys_of(**keys), 0, math.inf, SUPPRESSED, where)
    return Fact(statistic, keys_of(**keys), low, low if high is None else high, "", where)


def make_survey(**changes: object) -> KnownSurvey:
    """Return a survey of three areas, one item of three levels ('describe'; 3 is favourable) and two waves."""
    waves = ("wave-1", "wave-2")
    settings: dict[str, object] = {
        "areas": ("barnet", "camden", "enfield"),
        "whole_area": "all",
        "sectors": (),
        "waves": waves,
        "levels_by_item_wave": {("describe", wave): 3 for wave in waves},
        "favourable_by_item_wave": {("describe", wave): frozenset({3}) for wave in waves},
        "several_areas": False,
        "none_listed": False,
        "minimum_base": 10,
        "least_values": 4,
        "protects": "suppressed groups",
    }
    return KnownSurvey(**(settings | changes))  # type: ignore[arg-type]


@pytest.fixture
def fact() -> MakeFact:
    return make_fact


@pytest.fixture
def survey() -> Callable[..., KnownSurvey]:
    return make_survey
