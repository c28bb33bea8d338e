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
