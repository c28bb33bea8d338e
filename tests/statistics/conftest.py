"""Golden data shared by the tests of the statistics layer, and answers to one item as arrays."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.statistics.estimands.answers import ItemAnswers, code_persons

AREAS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]
SECTORS = ["Health", "Education", "LocalAuthority", "VCS"]
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="session")
def read_golden() -> Callable[[str], Any]:
    return lambda name: json.loads((GOLDEN / name).read_text())


@pytest.fixture(scope="session")
def wine() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "wine.csv")


@pytest.fixture(scope="session")
def survey2() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "survey2.csv")


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
