"""The shape of every cleaned table; each survives a Parquet round trip unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

ANSWER_KINDS = ("answered", "off_scale", "missing")
RULES = ("no_answers", "outside_fieldwork", "same_submission_twice", "same_person_twice")
HIGHEST_LEVEL = 11

_DAY = "datetime64[us]"


def _table(
    columns: dict[str, pa.Column], unique: Sequence[str] | None = None, checks: Sequence[pa.Check] | None = None
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns,
        strict=True,
        ordered=True,
        coerce=False,
        unique=list(unique) if unique else None,
        checks=list(checks) if checks else None,
    )


def _text(*, nullable: bool = False, among: Sequence[str] | None = None) -> pa.Column:
    return pa.Column("str", pa.Check.isin(list(among)) if among else None, nullable=nullable)


def _count() -> pa.Column:
    return pa.Column("int64", pa.Check.ge(0))


# An answer on the scale has a label and a level, one off the scale only a label, a missing one neither.
_KINDS_AGREE = pa.Check(
    lambda answers: (
        answers["level"].notna().eq(answers["answer_kind"] == "answered")
        & answers["response"].notna().eq(answers["answer_kind"] != "missing")
    ),
    name="label and level agree with answer_kind",
)

# `person_id` is a link between waves, None where there is none; `submitted_on` is a day at midnight.
ANSWERS_BY_RESPONDENT_ITEM = _table(
    {
        "wave": _text(),
        "respondent_id": _text(),
        "person_id": _text(nullable=True),
        "sector": _text(nullable=True),
        "role": _text(nullable=True),
        "item": _text(),
        "response": _text(nullable=True),
        "level": pa.Column("Int64", pa.Check.in_range(1, HIGHEST_LEVEL), nullable=True),
        "answer_kind": _text(among=ANSWER_KINDS),
        "submitted_on": pa.Column(_DAY, nullable=True),
    },
    unique=("wave", "respondent_id", "item"),
    checks=[_KINDS_AGREE],
)

AREAS_BY_RESPONDENT = _table(
    {"wave": _text(), "respondent_id": _text(), "area": _text()}, unique=("wave", "respondent_id", "area")
)

# Private: free text never leaves but as approved quotes or theme counts.
COMMENTS_BY_RESPONDENT = _table(
    {"wave": _text(), "respondent_id": _text(), "question": _text(), "text": _text()},
    unique=("wave", "respondent_id", "question"),
)

SET_ASIDE = _table(
    {
        "wave": _text(),
        "file": _text(),
        "line": pa.Column("int64", pa.Check.gt(1)),
        "column": _text(nullable=True),
        "rule": _text(among=RULES),
        "what_to_do": _text(),
    }
)

LEDGER_BY_FILE = _table(
    {
        "wave": _text(),
        "file": _text(),
        "rows_in": _count(),
        "rows_used": _count(),
        "rows_set_aside": _count(),
        "cells_answered": _count(),
        "cells_off_scale": _count(),
        "cells_missing": _count(),
    },
    unique=("wave", "file"),
)


def build_table(schema: pa.DataFrameSchema, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a checked table of the schema's columns in their order and types, from columns of values.

    Raises pandera's SchemaError when a value is not what the schema allows.
    """
    typed = {
        name: pd.Series(columns[name], dtype=column.dtype.type).reset_index(drop=True)
        for name, column in schema.columns.items()
    }
    return schema.validate(pd.DataFrame(typed))
