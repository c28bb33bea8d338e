"""Every `clm` fit of R that is of a form built here: parameters, covariance and likelihood.

Most of their data may not be copied, so they are read where EVALUATION_SHARED says they are.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, fit_cumulative_link
from pipeline.statistics.ordinal.proportional_odds import nominal_test

ITEMS = ["knowledge", "conf_describe", "conf_implement", "offer", "signpost", "plan", "waiting_room"]
ORACLES = [
    "wine_clm",
    "wine_clm_probit",
    "wine_clm_nominal",
    "soup_clm_prod",
    "housing_clm",
    "ucla_ologit_clm",
    *(f"survey2_{item}_clm_main" for item in ITEMS),
    "survey2_conf_implement_clm_interaction",
    "survey2_waiting_room_clm_interaction",
]


def read_oracle(name: str) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return R's numbers and the rows they are of; skips without the folder that holds them."""
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set to a folder that holds `oracles/`, so R's fits are not compared.")
    folder = Path(shared) / "oracles"
    golden = json.loads((folder / f"oracle_{name}.json").read_text("utf-8"))
    return golden, pd.read_csv(folder / golden["data"], dtype=str)


def fit_like_r(golden: dict[str, Any], data: pd.DataFrame) -> CumulativeLinkFit:
    """Fit what R fitted, with R's contrasts read off the names of its coefficients."""
    call = golden["call"]
    answer = golden.get("item") or call.split("formula = ")[1].split(" ~")[0]
    data = data.dropna(subset=[answer])
    cuts = list(dict.fromkeys(name.partition(".")[0] for name in golden["thresholds"]))
    labels = [cuts[0].split("|")[0], *(cut.split("|")[1] for cut in cuts)]
    levels = data[answer].map({label: level for level, label in enumerate(labels, start=1)})
    nominal = [name.partition(".")[2] for name in list(golden["thresholds"])[:: len(cuts)]][1:]
    outcome = fit_cumulative_link(
        levels.to_numpy(dtype=int),
        columns_named(list(golden["beta"]), data),
        nominal=columns_named(nominal, data) if nominal else None,
        weights=data["Freq"].to_numpy(dtype=float) if "weights = Freq" in call else None,
        link=golden["link"],
    )
    assert isinstance(outcome, CumulativeLinkFit), outcome
    return outcome


def columns_named(names: list[str], data: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.prod([column_named(part, data) for part in name.split(":")], axis=0) for name in names])


def column_named(name: str, data: pd.DataFrame) -> np.ndarray:
    """Return the indicator that R calls by variable and level (`waveTwo`), or a number by its own name."""
    variable = max((column for column in data.columns if name.startswith(column)), key=len)
    level = name.removeprefix(variable)
    return data[variable].to_numpy(dtype=float) if not level else (data[variable] == level).to_numpy(dtype=float)


@pytest.mark.parametrize("name", ORACLES)
def test_parameters_covariance_and_likelihood_are_r_s(name: str) -> None:
    golden, data = read_oracle(name)
    result = fit_like_r(golden, data)
    assert result.estimate == pytest.approx([*golden["thresholds"].values(), *golden["beta"].values()], abs=1e-7)
    assert result.std_error == pytest.approx(list(golden["se"].values()), rel=1e-6)
    assert result.cov == pytest.approx(np.array(golden["vcov"]["rows"]), rel=1e-6, abs=1e-9)
    assert result.loglik == pytest.approx(golden["logLik"], abs=1e-8)


def test_proportional_odds_of_1847_answers_are_tested_as_in_r() -> None:
    golden, data = read_oracle("soup_clm_prod")
    design = columns_named(["PRODTest"], data)
    outcome = nominal_test(data["SURENESS"].to_numpy(dtype=int), design, [0])
    assert not hasattr(outcome, "reason")
    theirs = golden["nominal_test"][1]
    assert [outcome.statistic, outcome.p_value] == pytest.approx([theirs["LRT"], theirs["Pr(>Chi)"]], rel=1e-9)
    assert outcome.df == theirs["Df"]
