"""A survey of two waves made without files, cleaned and estimated, for tests of what lies beyond one wave."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import pandas as pd

from pipeline.data.cleaning import clean_wave
from pipeline.data.schemas import stack_tables
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import WaveEstimates, estimate_wave

LINK_KEY = b"a key for tests"
# What every survey of the tests needs and no test looks at.
AROUND: dict[str, Any] = {
    "title": "Two waves",
    "version": "1",
    "about": "A survey for tests.",
    "roles": dict.fromkeys(("commissioner", "analyst", "assurer", "approver"), "Nobody"),
    "contact": dict.fromkeys(("organisation", "data_protection", "lawful_basis", "retention"), "Nobody"),
    "area_noun": {"singular": "borough", "plural": "boroughs"},
    "whole_area": {"id": "all", "name": "All of it", "short_name": "All", "code": "E54000028"},
    "areas": [{"id": "camden", "name": "Camden", "code": "E09000007"}],
    "waves": [
        {
            "id": wave,
            "label": label,
            "data": "synthetic",
            "fieldwork": {"start": "2023-03-06", "end": "2023-04-02"},
            "sources": [{"file": f"{wave}/SYNTHETIC-a.csv", "platform": "google-forms"}],
        }
        for wave, label in (("wave-1", "Wave 1"), ("wave-2", "Wave 2"))
    ],
}
SETTINGS: dict[str, Any] = {
    **AROUND,
    "scales": {
        "sure": {
            "levels": ["Not sure", "Rather sure", "Very sure"],
            "favourable": ["Very sure"],
            "favourable_phrase": "very sure",
            "synonyms": {"Quite sure": "Rather sure"},
        },
        "marks": {"levels": ["0", "1", "2", "3"], "favourable": ["2", "3"], "favourable_phrase": "2 or 3"},
    },
    "questions": {"area": {"wording": "Where?"}},
    "items": [
        {"id": "sure", "measure": "Sure", "short_name": "Being sure", "scale": "sure", "wording": "How sure?"},
        {"id": "calm", "measure": "Calm", "short_name": "Being calm", "scale": "sure", "wording": "How calm?"},
    ],
}


def evaluation_with(first: Mapping[str, Any] | None = None, *more: Mapping[str, Any]) -> Evaluation:
    """Return the survey with its first item changed and further items."""
    settings = copy.deepcopy(SETTINGS)
    settings["items"][0] |= dict(first or {})
    settings["items"] += [dict(item) for item in more]
    return Evaluation.model_validate(settings)


def export(evaluation: Evaluation, wave: str, answers: Mapping[str, Sequence[str | None]]) -> RawAnswers:
    """Return an export of one wave from each item's answers; everyone works in Camden and answers on a day apart."""
    count = max(len(given) for given in answers.values())
    columns = {"Where?": ["Camden"] * count} | {
        evaluation.item(item).column_in(wave): list(given) for item, given in answers.items()
    }
    table = pd.DataFrame(
        {
            "line": pd.Series(range(2, count + 2), dtype="int64"),
            "submitted_on": pd.Series(
                [dt.date(2023, 3, 6) + dt.timedelta(days=number % 28) for number in range(count)], dtype=object
            ),
            **{name: pd.Series(cells, dtype="str") for name, cells in columns.items()},
        }
    )
    return RawAnswers(
        file=f"{wave}.csv",
        table=table,
        texts={name: name for name in columns},
        headers=tuple(columns),
        dropped={},
        declared_missing={},
        ignored=(),
        ignores_others=False,
        option_separator=";",
    )


def estimates_of(
    evaluation: Evaluation, answers_by_wave: Mapping[str, Mapping[str, Sequence[str | None]]]
) -> WaveEstimates:
    """Return the estimates of the last of the waves given."""
    cleaned = [
        clean_wave([export(evaluation, wave, answers)], evaluation, wave, link_key=LINK_KEY)
        for wave, answers in answers_by_wave.items()
    ]
    stacked = {
        field.name: stack_tables([getattr(one, field.name) for one in cleaned]) for field in fields(CleanedTables)
    }
    return estimate_wave(CleanedTables(**stacked), evaluation, list(answers_by_wave)[-1])
