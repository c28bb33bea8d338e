from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.errors
import pytest

from pipeline.data import schemas
from pipeline.data.cleaning import CleanedWave
from pipeline.ground.storage import read_table, write_table
from pipeline.ground.tables import fits

SCHEMAS = {
    "answers_by_respondent_item": schemas.ANSWERS_BY_RESPONDENT_ITEM,
    "areas_by_respondent": schemas.AREAS_BY_RESPONDENT,
    "comments_by_respondent": schemas.COMMENTS_BY_RESPONDENT,
    "commenting_by_respondent": schemas.COMMENTING_BY_RESPONDENT,
    "set_aside": schemas.SET_ASIDE,
    "ledger_by_file": schemas.LEDGER_BY_FILE,
}


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("is_empty", [False, True])
def test_a_table_survives_parquet_unchanged(
    name: str, is_empty: bool, clean: Callable[..., CleanedWave], full: dict[str, Any], tmp_path: Path
) -> None:
    cleaned = clean(files=[]) if is_empty else clean(full, full, {"Where?": "Camden"})
    table = getattr(cleaned, name)
    assert len(table) == 0 if is_empty else len(table) > 0
    write_table(tmp_path / "t.parquet", table)
    back = read_table(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(SCHEMAS[name].validate(back), table)


@pytest.mark.parametrize(
    ("column", "value"), [("level", 12), ("level", 0), ("answer_kind", "guessed"), ("response", None), ("wave", None)]
)
def test_a_value_outside_the_schema_is_refused(
    column: str, value: object, clean: Callable[..., CleanedWave], full: dict[str, Any]
) -> None:
    answers = clean(full).answers_by_respondent_item
    if column == "answer_kind":
        answers[column] = answers[column].cat.add_categories([value])
    answers.loc[0, column] = value
    assert not fits(schemas.ANSWERS_BY_RESPONDENT_ITEM, answers)
    with pytest.raises(pandera.errors.SchemaError):
        schemas.ANSWERS_BY_RESPONDENT_ITEM.validate(answers)


def test_a_further_column_is_refused(clean: Callable[..., CleanedWave], full: dict[str, Any]) -> None:
    with pytest.raises(pandera.errors.SchemaErrors):
        schemas.AREAS_BY_RESPONDENT.validate(clean(full).areas_by_respondent.assign(code="Lo07"))


def test_stacked_waves_hold_texts_and_wide_numbers(clean: Callable[..., CleanedWave], full: dict[str, Any]) -> None:
    one, none = clean(full).answers_by_respondent_item, clean(files=[]).answers_by_respondent_item
    other = one.assign(wave=one["wave"].cat.rename_categories(["wave-9"]))
    stacked = schemas.stack_tables([one, none, other])
    assert {str(kind) for kind in stacked.drop(columns=["level", "submitted_on"]).dtypes} == {"str"}
    assert str(stacked["level"].dtype) == "Int64"
    assert stacked["wave"].tolist() == ["wave-1"] * len(one) + ["wave-9"] * len(one)
    assert schemas.stack_tables([none, none]).empty


def test_categories_that_are_no_texts_are_refused(clean: Callable[..., CleanedWave], full: dict[str, Any]) -> None:
    answers = clean(full).answers_by_respondent_item
    numbered = answers.assign(item=answers["item"].cat.rename_categories(range(answers["item"].nunique())))
    with pytest.raises(pandera.errors.SchemaError, match="categories are texts"):
        schemas.ANSWERS_BY_RESPONDENT_ITEM.validate(numbered)


@pytest.mark.parametrize("name", ["rows_in", "cells_declared_missing"])
def test_a_count_below_nought_is_refused(name: str, clean: Callable[..., CleanedWave], full: dict[str, Any]) -> None:
    ledger = clean(full).ledger_by_file.assign(**{name: -1})
    assert not fits(schemas.LEDGER_BY_FILE, ledger)
    with pytest.raises(pandera.errors.SchemaError, match="counts are not negative"):
        schemas.LEDGER_BY_FILE.validate(ledger)
