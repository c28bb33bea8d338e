"""The cases of R's clmm that the tests of the mixed model are held against."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

Case = tuple[np.ndarray, np.ndarray, np.ndarray]
BOROUGHS = ["Barnet", "Camden", "Enfield", "Haringey", "Islington"]


@pytest.fixture(scope="session")
def golden(read_golden: Callable[[str], Any]) -> dict[str, Any]:
    return read_golden("clmm_fits.json")


@pytest.fixture(scope="session")
def case(wine: pd.DataFrame, survey2: pd.DataFrame) -> Callable[[str], Case]:
    """Return a maker of levels, design and units from the name of a golden fit; skips for soup without its data."""

    def make(name: str) -> Case:
        if name.startswith("wine"):
            return (
                wine["rating"].to_numpy(),
                np.column_stack([wine["temp"] == "warm", wine["contact"] == "yes"]).astype(float),
                wine["judge"].to_numpy(),
            )
        if name.startswith("soup"):
            soup = pd.read_csv(_soup_file())
            return soup["SURENESS"].to_numpy(), (soup[["PROD"]] == "Test").to_numpy(float), soup["RESP"].to_numpy()
        item = name.removeprefix("survey2_").split("_pid")[0].removesuffix("_per_borough")
        answered = survey2.dropna(subset=[item])
        design = per_borough_design(answered) if "per_borough" in name else survey2_design(answered)
        return answered[item].to_numpy().astype(int), design, answered["pid"].to_numpy()

    return make


def survey2_design(answered: pd.DataFrame) -> np.ndarray:
    columns = [answered["wave"] == 2] + [answered["borough"] == name for name in BOROUGHS[1:]]
    return np.column_stack(columns + _sectors(answered)).astype(float)


def per_borough_design(answered: pd.DataFrame) -> np.ndarray:
    columns = [answered["borough"] == name for name in BOROUGHS[1:]] + _sectors(answered)
    columns += [(answered["borough"] == name) & (answered["wave"] == 2) for name in BOROUGHS]
    return np.column_stack(columns).astype(float)


def _sectors(answered: pd.DataFrame) -> list[pd.Series]:
    return [answered["sector"] == name for name in ["Education", "LocalAuthority", "VCS"]]


def _soup_file() -> Path:
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set to a folder that holds `oracles/`, so the soup data are not read.")
    return Path(shared) / "oracles" / "data" / "soup.csv"
