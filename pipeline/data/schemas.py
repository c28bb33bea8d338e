"""The shape of every cleaned table; each survives a Parquet round trip unchanged.

What a long table repeats for every answer (who, which item, which label) is a category of text: one of `response` holds
the labels of several scales, so it has no order, and `level` is the place on the scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.data.columns import text_index
from pipeline.exports.contract import NOT_COUNTED
from pipeline.ground.tables import check_table

ANSWER_KINDS = ("answered", "off_scale", "missing")
RULES = (
    *NOT_COUNTED,
    "no_answers",
    "outside_fieldwork",
    "overlapping_download",
    "same_submission_twice",
    "same_person_twice",
)
# Rules that set aside one cell, named by its question, of a row that may well be used.
CELL_RULES = ("mapped_to_none",)
FLAGS = ("straight_line", "code_shared")
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


def _category(*, nullable: bool = False, among: Sequence[str] | None = None) -> pa.Column:
    return pa.Column(pd.CategoricalDtype(text_index(among)) if among else "category", nullable=nullable)


def _count() -> pa.Column:
    # That none is below nought is checked of all counts of a table at once, as `_ARE_COUNTS`.
    return pa.Column("int64")


# An answer on the scale has a label and a level, one off the scale only a label, a missing one neither.
_KINDS_AGREE = pa.Check(
    lambda answers: bool(
        (answers["level"].notna() == (answers["answer_kind"] == "answered")).all()
        and (answers["response"].notna() == (answers["answer_kind"] != "missing")).all()
    ),
    name="label and level agree with answer_kind",
)
_IS_LEVEL = pa.Check(
    lambda levels: not ((levels.min() < 1) | (levels.max() > HIGHEST_LEVEL)) if levels.notna().any() else True,
    ignore_na=False,
    name=f"levels are 1 to {HIGHEST_LEVEL}",
)
_ARE_TEXTS = pa.Check(
    lambda table: all(cells.cat.categories.dtype == "str" for _, cells in table.select_dtypes("category").items()),
    name="categories are texts",
)

# `person_id` is missing until the waves are brought together, then where nobody is linked; `submitted_on` is a day at
# midnight.
ANSWERS_BY_RESPONDENT_ITEM = _table(
    {
        "wave": _category(),
        "respondent_id": _category(),
        "person_id": _category(nullable=True),
        "sector": _category(nullable=True),
        "role": _category(nullable=True),
        "item": _category(),
        "response": _category(nullable=True),
        "level": pa.Column("Int8", _IS_LEVEL, nullable=True),
        "answer_kind": _category(among=ANSWER_KINDS),
        "submitted_on": pa.Column(_DAY, nullable=True),
    },
    unique=("wave", "respondent_id", "item"),
    checks=[_ARE_TEXTS, _KINDS_AGREE],
)

AREAS_BY_RESPONDENT = _table(
    {"wave": _category(), "respondent_id": _category(), "area": _category()},
    unique=("wave", "respondent_id", "area"),
    checks=[_ARE_TEXTS],
)

# Private: free text never leaves but as approved quotes or theme counts.
COMMENTS_BY_RESPONDENT = _table(
    {"wave": _text(), "respondent_id": _text(), "question": _text(), "text": _text()},
    unique=("wave", "respondent_id", "question"),
)

# Who wrote something to which question, without what: all that is known of comments after cleaning.
COMMENTING_BY_RESPONDENT = _table(
    {"wave": _text(), "respondent_id": _text(), "question": _text()}, unique=("wave", "respondent_id", "question")
)

_RULE_FITS = pa.Check(
    lambda rows: rows["column"].notna().eq(rows["rule"].isin(CELL_RULES)), name="cell rules, and no others, name a cell"
)

# What each file asked, an item a row: `wording` as exported, `position` among the file's questions, `labels` and
# `off_scale` as the form offers them, `synonyms_seen` the labels that occur only in another spelling.
QUESTIONS_BY_WAVE = _table(
    {
        "wave": _text(),
        "file": _text(),
        "item": _text(),
        "column": _text(),
        "wording": _text(),
        "position": pa.Column("int64", pa.Check.ge(1)),
        "labels": _text(),
        "off_scale": _text(),
        "synonyms_seen": _text(),
    },
    unique=("wave", "file", "item"),
)

SET_ASIDE = _table(
    {
        "wave": _text(),
        "file": _text(),
        "line": pa.Column("int64", pa.Check.gt(1)),
        "column": _text(nullable=True),
        "rule": _text(among=(*RULES, *CELL_RULES)),
        "what_to_do": _text(),
    },
    checks=[_RULE_FITS],
)

# Private: rows that are used, and deserve a look.
FLAGGED = _table(
    {
        "wave": _text(),
        "respondent_id": _text(),
        "file": _text(),
        "line": pa.Column("int64", pa.Check.gt(1)),
        "flag": _text(among=FLAGS),
        "what_to_look_at": _text(),
    },
    unique=("wave", "respondent_id", "flag"),
)

# Private: keyed hashes of the self-made code; `without_part` is the part left out, 0 where the hash is of all.
CODES_BY_RESPONDENT = _table(
    {
        "wave": _text(),
        "respondent_id": _text(),
        "without_part": pa.Column("int64", pa.Check.ge(0)),
        "code_hash": _text(),
    },
    unique=("wave", "respondent_id", "without_part"),
)

# Private, as who is in a small cell may be recognised by it.
PERSON_BY_RESPONDENT = _table(
    {"wave": _text(), "respondent_id": _text(), "person_id": _text()}, unique=("wave", "respondent_id")
)

_ARE_COUNTS = pa.Check(
    lambda table: all((cells >= 0).all() for _, cells in table.select_dtypes("int64").items()),
    name="counts are not negative",
)
_ALL_COUNTED = pa.Check(
    lambda rows: (
        rows[[f"{name}_n" for name in ("exact", "one_part_off", "ambiguous", "no_code", "unmatched")]]
        .sum(axis=1)
        .eq(rows["base_n"])
    ),
    name="every respondent is counted once",
)

# `wave` is the one of the two whose respondents are counted.
MATCHES_BY_WAVE_PAIR = _table(
    {
        "baseline_wave": _text(),
        "comparison_wave": _text(),
        "wave": _text(),
        "base_n": _count(),
        "exact_n": _count(),
        "one_part_off_n": _count(),
        "ambiguous_n": _count(),
        "no_code_n": _count(),
        "unmatched_n": _count(),
    },
    unique=("baseline_wave", "comparison_wave", "wave"),
    checks=[_ARE_COUNTS, _ALL_COUNTED],
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
        "cells_declared_missing": _count(),
    },
    unique=("wave", "file"),
    checks=[_ARE_COUNTS],
)


def build_table(schema: pa.DataFrameSchema, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a checked table of the schema's columns in their order and types, from columns of values.

    Raises pandera's SchemaError when a value is not what the schema allows.
    """
    typed = {name: _typed(columns[name], column.dtype.type) for name, column in schema.columns.items()}
    return check_table(schema, pd.DataFrame(typed, copy=False))


def _typed(values: Any, dtype: Any) -> Any:
    cells = values.array if isinstance(values, pd.Series) else values
    is_typed = dtype in (getattr(cells, "dtype", None), "category" if isinstance(cells, pd.Categorical) else None)
    return cells if is_typed else pd.Series(cells, dtype=dtype).array


def stack_tables(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of the same table of several waves, one below the other, in types that any sum or order may use.

    Each wave has categories of its own, so they become the texts they are; levels become Int64.
    """
    # Stacking a table without rows would change the column types of the others.
    filled = [table for table in tables if len(table)] or tables[:1]
    plain = {"category": "str", "Int8": "Int64"}
    tables = [
        table.astype({name: plain[str(kind)] for name, kind in table.dtypes.items() if str(kind) in plain})
        for table in filled
    ]
    return pd.concat(tables, ignore_index=True)
