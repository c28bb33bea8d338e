"""Small surveys made of people with areas, a sector and an answer, cleaned already, for tests of disclosure control."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from tests.two_waves import SETTINGS


@dataclass(frozen=True)
class Person:
    """Somebody's areas, sector, and level of the one item, None where it was left blank."""

    areas: tuple[str, ...]
    sector: str
    level: int | None


def evaluation_of(areas: Sequence[str], *, policy: str = "standard", minimum_base: int = 10) -> Evaluation:
    """Return the settings of a survey of one item on three levels, the highest favourable, in some areas."""
    settings: dict[str, Any] = copy.deepcopy(SETTINGS)
    settings["areas"] = [{"id": area, "name": area.capitalize(), "code": "E09000007"} for area in areas]
    settings["sectors"] = [{"id": "health", "name": "Health"}, {"id": "schools", "name": "Schools"}]
    settings["questions"]["sector"] = {"wording": "Which sector?"}
    settings["items"] = settings["items"][:1]
    settings["disclosure"] = {"policy": policy, "minimum_base": minimum_base}
    return Evaluation.model_validate(settings)


def cleaned_survey(*waves: Sequence[Person]) -> CleanedTables:
    """Return the cleaned tables of some waves, the first of them wave-1; nobody is recognised in two."""
    answers, places = [], []
    for number, people in enumerate(waves, start=1):
        wave = f"wave-{number}"
        for order, person in enumerate(people):
            respondent = f"{wave}-{order:04d}"
            answers.append(
                {"wave": wave, "respondent_id": respondent, "person_id": None, "sector": person.sector, "item": "sure"}
                | {"level": person.level, "answer_kind": "missing" if person.level is None else "answered"}
            )
            places += [{"wave": wave, "respondent_id": respondent, "area": one} for one in ("all", *person.areas)]
    table = pd.DataFrame(answers)
    table["level"] = table["level"].astype("Int64")
    return CleanedTables(
        **{**_nothing(), "answers_by_respondent_item": table, "areas_by_respondent": pd.DataFrame(places)}
    )


def _nothing() -> Mapping[str, pd.DataFrame]:
    return {name: pd.DataFrame() for name in CleanedTables.__dataclass_fields__}
