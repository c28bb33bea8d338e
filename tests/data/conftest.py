"""A tiny survey, and raw answers to it made without files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation

LINK_KEY = b"a key for tests"
DAY = dt.date(2023, 3, 7)
FULL = {
    "Where?": "Camden;",
    "Sector?": "Health",
    "Role?": "Manager",
    "Code town": "Lo",
    "Code day": "07",
    "How sure?": "Very sure",
    "How known?": "Little",
    "What helps?": "More time for it",
}
PLAIN = FULL | {"Code town": None, "Code day": None, "What helps?": None}

SETTINGS: dict[str, Any] = {
    "title": "A tiny survey",
    "version": "1",
    "about": "A survey for tests.",
    "roles": dict.fromkeys(("commissioner", "analyst", "assurer", "approver"), "Nobody"),
    "contact": dict.fromkeys(("organisation", "data_protection", "lawful_basis", "retention"), "Nobody"),
    "area_noun": {"singular": "borough", "plural": "boroughs"},
    "whole_area": {
        "id": "all",
        "name": "All London",
        "short_name": "All",
        "code": "E54000028",
        "synonyms": ["All-wide"],
    },
    "areas": [
        {"id": "barnet", "name": "Barnet", "code": "E09000003"},
        {"id": "camden", "name": "Camden", "code": "E09000007"},
        {"id": "kings", "name": "King's, Cross and more", "code": "E09000008"},
    ],
    "sectors": [{"id": "health", "name": "Health", "synonyms": ["NHS"]}, {"id": "schools", "name": "Schools"}],
    "respondent_roles": [{"id": "manager", "name": "Manager"}],
    "waves": [
        {
            "id": "wave-1",
            "label": "Wave 1",
            "data": "synthetic",
            "fieldwork": {"start": "2023-03-06", "end": "2023-04-02"},
            "sources": [{"file": "wave-1/SYNTHETIC-a.xlsx", "platform": "microsoft-forms"}],
        }
    ],
    "scales": {
        "sure": {
            "levels": ["Not sure", "Sure", "Very sure"],
            "favourable": ["Very sure"],
            "favourable_phrase": "very sure",
            "off_scale": ["Don't know"],
            "synonyms": {"Quite sure": "Sure"},
        },
        "known": {
            "levels": ["None", "Little", "Much"],
            "favourable": ["Much"],
            "favourable_phrase": "much",
            "off_scale": ["NA"],
        },
    },
    "questions": {
        "area": {"wording": "Where?"},
        "sector": {"wording": "Sector?"},
        "role": {"wording": "Role?"},
        "code": [{"wording": "Code town"}, {"wording": "Code day"}],
    },
    "items": [
        {"id": "sure", "measure": "Sure", "short_name": "Sure", "scale": "sure", "wording": {"wave-1": "How sure?"}},
        {"id": "known", "measure": "Known", "short_name": "Known", "scale": "known", "wording": "How known?"},
    ],
    "comments": [{"id": "helps", "short_name": "Helps", "wording": "What helps?"}],
}


def make_raw(
    rows: Sequence[dict[str, Any]],
    *,
    file: str = "a.xlsx",
    separator: str = ";",
    headers: Sequence[str] = tuple(FULL),
    texts: Mapping[str, str] | None = None,
    ignores_others: bool = False,
    not_counted: Mapping[int, str] | None = None,
) -> RawAnswers:
    """Return raw answers; a row may say `submitted_on`, and has no answer where it is silent."""
    table = pd.DataFrame(
        {
            "line": pd.Series(range(2, len(rows) + 2), dtype="int64"),
            "submitted_on": pd.Series([row.get("submitted_on", DAY) for row in rows], dtype=object),
            **{header: pd.Series([row.get(header) for row in rows], dtype="str") for header in headers},
        }
    )
    return RawAnswers(
        file=file,
        table=table,
        texts={header: (texts or {}).get(header, header) for header in headers},
        headers=tuple(headers),
        dropped={},
        declared_missing={},
        ignored=(),
        ignores_others=ignores_others,
        option_separator=separator,
        not_counted=dict(not_counted or {}),
    )


@pytest.fixture(scope="session")
def evaluation() -> Evaluation:
    return Evaluation.model_validate(SETTINGS)


@pytest.fixture(scope="session")
def raw() -> Callable[..., RawAnswers]:
    return make_raw


@pytest.fixture(scope="session")
def clean(evaluation: Evaluation) -> Callable[..., CleanedWave]:
    """Clean one file of rows, or the files given."""

    def clean_rows(*rows: dict[str, Any], files: Sequence[RawAnswers] | None = None, **made: Any) -> CleanedWave:
        return clean_wave([make_raw(rows, **made)] if files is None else files, evaluation, "wave-1", link_key=LINK_KEY)

    return clean_rows


@pytest.fixture
def full() -> dict[str, Any]:
    """An answer to every question."""
    return dict(FULL)


@pytest.fixture
def plain() -> dict[str, Any]:
    """An answer to every question but the code and the comment."""
    return dict(PLAIN)
