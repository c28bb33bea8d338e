"""Two downloads of one survey, and files that only look alike."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.data.cleaning import CleanedWave
from pipeline.data.overlaps import first_in_other_download
from pipeline.data.submissions import Submissions
from pipeline.exports.contract import RawAnswers

Clean = Callable[..., CleanedWave]
Raw = Callable[..., RawAnswers]
Row = dict[str, Any]


def days(plain: Row, *answers: tuple[int, str, str]) -> list[Row]:
    """Give submissions without code or comment: day of March, and what was answered."""
    return [
        plain | {"submitted_on": dt.date(2023, 3, day), "How sure?": sure, "How known?": known}
        for day, sure, known in answers
    ]


def seen(cleaned: CleanedWave) -> list[tuple[str, int]]:
    assert set(cleaned.set_aside["rule"]) <= {"overlapping_download"}
    return list(zip(cleaned.set_aside["file"], cleaned.set_aside["line"], strict=True))


EARLY = ((7, "Sure", "Much"), (7, "Sure", "Much"), (8, "Not sure", "Much"), (9, "Sure", "None"))
LATE = ((20, "Sure", "Much"), (21, "Very sure", "None"))


def test_the_rows_of_an_earlier_download_count_once(clean: Clean, raw: Raw, plain: Row) -> None:
    cleaned = clean(files=[raw(days(plain, *EARLY), file="a"), raw(days(plain, *EARLY, *LATE), file="b")])
    assert seen(cleaned) == [("b", 2), ("b", 3), ("b", 4), ("b", 5)]
    # Two colleagues who ticked alike on one day are two in either download.
    assert cleaned.ledger_by_file["rows_used"].tolist() == [4, 2]
    assert "line 2 of a" in cleaned.set_aside["what_to_do"].iloc[0]


def test_downloads_that_share_some_days_count_those_once(clean: Clean, raw: Raw, plain: Row) -> None:
    second = days(plain, *EARLY[2:], (9, "Don't know", "Much"), *LATE)
    first = days(plain, *EARLY, (9, "Don't know", "Much"))
    cleaned = clean(files=[raw(first, file="a"), raw(second, file="b")])
    assert seen(cleaned) == [("b", 2), ("b", 3), ("b", 4)]


def test_three_downloads_count_once(clean: Clean, raw: Raw, plain: Row) -> None:
    rows = days(plain, *EARLY)
    cleaned = clean(files=[raw(rows, file=name) for name in "abc"])
    assert cleaned.ledger_by_file["rows_used"].tolist() == [4, 0, 0]


@pytest.mark.parametrize(
    "other",
    [
        ((7, "Sure", "Much"), (7, "Not sure", "Little"), (8, "Very sure", "Much"), (9, "Sure", "None")),
        ((7, "Sure", "Much"), (8, "Not sure", "Much"), (9, "Sure", "None"), (9, "Very sure", "Little")),
        ((10, "Sure", "Much"), (10, "Sure", "Much"), (10, "Not sure", "Much"), (10, "Sure", "None")),
    ],
)
def test_two_collectors_of_one_survey_keep_all_their_people(
    other: tuple[tuple[int, str, str], ...], clean: Clean, raw: Raw, plain: Row
) -> None:
    cleaned = clean(files=[raw(days(plain, *EARLY), file="a"), raw(days(plain, *other), file="b")])
    assert seen(cleaned) == []


def test_a_team_that_ticks_alike_is_no_download(clean: Clean, raw: Raw, plain: Row) -> None:
    team = days(plain, *[(7, "Sure", "Much")] * 4, (8, "Sure", "None"))
    assert seen(clean(files=[raw(team, file="a"), raw(team, file="b")])) == []


@pytest.mark.skipif(not os.environ.get("EVALUATION_SHARED"), reason="EVALUATION_SHARED does not say where real/ is")
def test_all_seventy_rows_of_a_real_first_download_are_found_in_the_second() -> None:
    folder = Path(os.environ["EVALUATION_SHARED"]) / "real" / "qualtrics-exceed-python"
    parts = []
    for name in ("survey_results_25_05_2025.csv", "survey_results_02_06_2025.csv"):
        with (folder / name).open(newline="", encoding="ascii") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        parts.append(pd.DataFrame(rows).assign(file=name))
    table = pd.concat(parts, ignore_index=True)
    day = pd.to_datetime(table["EndDate"].str[:10], format="%Y-%m-%d")
    forms = table.filter(regex="^Q").fillna("")
    first = first_in_other_download(Submissions(table[["file"]].assign(submitted_on=day), forms))
    assert (first != first.index).sum() == 70
