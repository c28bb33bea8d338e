"""Answers to one item as arrays, made in a line, and survey2 in the same shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from pipeline.statistics.estimands.answers import ItemAnswers, code_persons

AREAS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]
SECTORS = ["Health", "Education", "LocalAuthority", "VCS"]


@pytest.fixture(scope="session")
def make_answers() -> Callable[..., ItemAnswers]:
    def make(
        level: Sequence[int],
        moment: Sequence[float],
        *,
        person: Sequence[int] | None = None,
        sector: Sequence[int] | None = None,
        area: Sequence[int] | None = None,
    ) -> ItemAnswers:
        count = len(level)
        area_of = np.array(area if area is not None else [0] * count)
        return ItemAnswers(
            np.array(level),
            np.array(moment, dtype=float),
            np.array(person if person is not None else range(count)),
            np.array(sector if sector is not None else [0] * count),
            area_of[:, None] == np.arange(area_of.max() + 1),
        )

    return make


@pytest.fixture(scope="session")
def survey2_answers(survey2: pd.DataFrame) -> Callable[[str], ItemAnswers]:
    def answers(item: str) -> ItemAnswers:
        answered = survey2.dropna(subset=[item])
        return ItemAnswers(
            answered[item].to_numpy("int64"),
            (answered["wave"] == 2).to_numpy(float),
            code_persons(answered["pid"]),
            answered["sector"].map(SECTORS.index).to_numpy("int64"),
            answered["borough"].to_numpy(str)[:, None] == np.array(AREAS),
        )

    return answers
