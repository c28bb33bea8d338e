"""Golden data shared by the tests of the statistics layer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

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
