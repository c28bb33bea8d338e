"""The demonstration: synthetic waves of the evaluation at hand, with the truth behind them.

Nothing here goes by a name: areas, sectors, items and waves take what follows in the order of evaluation.yml.
"""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import SYNTHETIC_PREFIX, Source, Wave
from pipeline.simulation.quotes import make_register
from pipeline.simulation.registers import make_registers
from pipeline.simulation.scenario import Scenario
from pipeline.simulation.shapes import as_google_forms, as_microsoft_forms
from pipeline.simulation.spoiling import Spoiling, spoil_submissions, write_submissions
from pipeline.simulation.survey import SimulatedSurvey, simulate_survey

# Chosen among thirty thousand, so that the waves show what a reader must see told: a rise, a fall and no clear change.
SEED = 18126
_GOOGLE_DATES, _GOOGLE_ZONE = "%Y/%m/%d %I:%M:%S %p", "GMT+1"

# One row a wave: respondents by first area, in all areas, and the mix of sectors.
_PEOPLE = ((12, 13, 6, 11, 14), (13, 15, 6, 12, 15), (14, 15, 11, 13, 15))
_IN_ALL_AREAS = (2, 3, 3)
_SECTOR_MIX = (
    (0.55, 0.06, 0.07, 0.10, 0.06, 0.08, 0.05, 0.03),
    (0.40, 0.05, 0.10, 0.12, 0.08, 0.14, 0.08, 0.03),
    (0.30, 0.05, 0.10, 0.13, 0.08, 0.20, 0.11, 0.03),
)
_SECTOR_EFFECTS = (0.2, 0.3, 0.0, -0.1, 0.1, -0.4, -0.1, 0.4)
# One entry an item: where its scale's middle lies, and the change since the first wave in each wave, in log-odds.
_MIDDLES = (0.4, 0.8, 1.0, -0.5, -0.1, 0.7, 1.4)
_CHANGES = (
    (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.5, 0.9, 0.9, -0.5, 0.4, 0.0, 0.5),
    (0.7, 1.2, 1.2, -0.1, 0.6, 0.0, 0.8),
)
_BETWEEN_THRESHOLDS = 1.5
_SPOILING = (Spoiling(), Spoiling(duplicates=1, blanks=2, tests=1), Spoiling(duplicates=2, blanks=1, tests=0))


def demonstration_scenario(evaluation: Evaluation) -> Scenario:
    """Return the scenario behind the demonstration waves of an evaluation."""
    waves = _synthetic_waves(evaluation)
    areas, sectors, items = (
        [one.id for one in some] for some in (evaluation.areas, evaluation.sectors, evaluation.items)
    )
    people: dict[str, dict[str, int]] = {}
    for wave, by_area, in_all in zip(waves, cycle(_PEOPLE), cycle(_IN_ALL_AREAS)):
        people[wave.id] = {**_in_order(areas, by_area), evaluation.whole_area.id: in_all}
    steps = {item: len(evaluation.scale_of(item).levels) - 1 for item in items}
    middles = _in_order(items, _MIDDLES)
    return Scenario(
        people=people,
        thresholds={
            item: tuple(
                middles[item] + _BETWEEN_THRESHOLDS * (step - (steps[item] - 1) / 2) for step in range(steps[item])
            )
            for item in items
        },
        changes={wave.id: _in_order(items, changes) for wave, changes in zip(waves, cycle(_CHANGES))},
        sector_mix={wave.id: _in_order(sectors, mix) for wave, mix in zip(waves, cycle(_SECTOR_MIX))},
        sector_effects=_in_order(sectors, _SECTOR_EFFECTS),
    )


def simulate_demonstration(evaluation: Evaluation) -> SimulatedSurvey:
    """Return the demonstration waves as simulated, before anything spoils them."""
    return simulate_survey(demonstration_scenario(evaluation), evaluation, np.random.default_rng(SEED))


def make_demonstration(evaluation: Evaluation) -> dict[str, bytes]:
    """Return the content of the synthetic waves' source files and of all registers, by name below data/raw."""
    survey = simulate_demonstration(evaluation)
    files: dict[str, bytes] = {}
    written: dict[str, pd.DataFrame] = {}
    for number, (wave, spoiling) in enumerate(zip(_synthetic_waves(evaluation), cycle(_SPOILING)), start=1):
        submissions = write_submissions(survey, evaluation, wave.id)
        spoilt = spoil_submissions(submissions, evaluation, wave.id, spoiling, np.random.default_rng([SEED, number]))
        written[wave.id] = spoilt
        for place, source in enumerate(wave.sources):
            files[source.file] = _export(spoilt.iloc[place :: len(wave.sources)], source)
    if evaluation.quotes and PurePosixPath(evaluation.quotes).name.startswith(SYNTHETIC_PREFIX):
        register = make_register(evaluation, demonstration_scenario(evaluation), written)
        files[f"registers/{evaluation.quotes}"] = register
    return files | {f"registers/{name}": content for name, content in make_registers(evaluation, written).items()}


def demonstration_truth(evaluation: Evaluation) -> dict[str, Any]:
    """Return what is true of the demonstration: who answered, the changes and the shares to expect; JSON-able.

    Changes are conditional log-odds since the first wave, shares lie in 0..1; both are rounded to six decimals.
    """
    survey = simulate_demonstration(evaluation)
    respondents = survey.respondents
    waves = _synthetic_waves(evaluation)
    named = respondents.explode("areas").groupby(["areas", "wave"], observed=False).size()
    codes = [f"code_{number}" for number, _ in enumerate(evaluation.questions.code, start=1)]
    spoiling = dict(zip([wave.id for wave in waves], cycle(_SPOILING)))
    return {
        "note": "SYNTHETIC: the truth behind the demonstration waves, written by pipeline.simulation.demonstration",
        "seed": SEED,
        "usable": {wave.id: int((respondents["wave"] == wave.id).sum()) for wave in waves},
        "usable_naming_area": {
            place.id: {wave.id: int(named.get((place.id, wave.id), 0)) for wave in waves}
            for place in (*evaluation.areas, evaluation.whole_area)
        },
        "spoilt": {
            wave: {"duplicates": one.duplicates, "blanks": one.blanks, "before_fieldwork": one.tests}
            for wave, one in spoiling.items()
        },
        "people_in_common": _count_common(respondents, waves, ["person"]),
        "codes_in_common": _count_common(respondents, waves, codes),
        "change_by_item_area_wave": _nest(survey.true_change_by_item_area_wave, "change"),
        "share_by_item_area_wave": _nest(survey.true_share_by_item_area_wave, "share"),
    }


def _synthetic_waves(evaluation: Evaluation) -> list[Wave]:
    return [wave for wave in evaluation.waves if wave.data == "synthetic"]


def _in_order(ids: list[str], values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(ids, islice(cycle(values), len(ids)), strict=True))


def _export(submissions: pd.DataFrame, source: Source) -> bytes:
    if source.platform == "microsoft-forms":
        return as_microsoft_forms(submissions)
    return as_google_forms(submissions, source.dates or _GOOGLE_DATES, _GOOGLE_ZONE)


def _count_common(respondents: pd.DataFrame, waves: list[Wave], keys: list[str]) -> dict[str, int]:
    """Count the key values that stand in both of two waves, by 'earlier, later'."""
    given = respondents.dropna(subset=keys) if keys else respondents.iloc[:0]
    seen = {
        wave.id: set(given.loc[given["wave"] == wave.id, keys].itertuples(index=False, name=None)) for wave in waves
    }
    ids = list(seen)
    return {
        f"{earlier}, {later}": len(seen[earlier] & seen[later]) for at, later in enumerate(ids) for earlier in ids[:at]
    }


def _nest(truth: pd.DataFrame, name: str) -> dict[str, dict[str, dict[str, float]]]:
    nested: dict[str, dict[str, dict[str, float]]] = {}
    for item, area, wave, value in truth[["item", "area", "wave", name]].itertuples(index=False, name=None):
        # A change of -0.0000001 must not stand as a negative zero.
        nested.setdefault(item, {}).setdefault(area, {})[wave] = round(value, 6) + 0.0
    return nested
