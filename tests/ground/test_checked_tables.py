"""A table that is accepted at once is one that pandera accepts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.errors
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ground.tables import check_table, fits, is_unique

SCHEMA = pa.DataFrameSchema(
    {
        "name": pa.Column("str", pa.Check.isin(["a", "b"])),
        "kind": pa.Column(pd.CategoricalDtype(pd.Index(["x", "y"], dtype="str")), nullable=True),
        "free": pa.Column("category"),
        "count": pa.Column("int64", pa.Check.ge(0)),
        "level": pa.Column("Int8", pa.Check.in_range(1, 3), nullable=True),
    },
    strict=True,
    ordered=True,
    coerce=False,
    unique=["name", "count"],
    checks=[pa.Check(lambda table: table["level"].isna() | (table["count"] > 0), name="a level has a count")],
)


def is_valid(table: pd.DataFrame) -> bool:
    try:
        SCHEMA.validate(table)
    except (pandera.errors.SchemaError, pandera.errors.SchemaErrors):
        return False
    return True


def table_of(rows: list[tuple[Any, ...]], **dtypes: Any) -> pd.DataFrame:
    types = {name: column.dtype.type for name, column in SCHEMA.columns.items()} | dtypes
    columns = dict(zip(types, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(types, ())
    return pd.DataFrame({name: pd.Series(list(columns[name]), dtype=dtype) for name, dtype in types.items()})


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "a", "b", "c", None]),
            st.sampled_from(["x", "y", None]),
            st.sampled_from(["p", "q", "p", "q", "p", None]),
            st.integers(-1, 9),
            st.sampled_from([1, 2, 3, None, None, 4]),
        ),
        max_size=3,
    )
)
def test_what_is_accepted_at_once_is_what_pandera_accepts(rows: list[tuple[Any, ...]]) -> None:
    table = table_of(rows)
    assert fits(SCHEMA, table) == is_valid(table)


@pytest.mark.parametrize(
    "dtypes",
    [
        {"count": "int32"},
        {"level": "Int64"},
        {"free": "str"},
        {"kind": "category"},
    ],
    ids=str,
)
def test_a_table_of_other_types_does_not_fit(dtypes: dict[str, Any]) -> None:
    for rows in ([], [("a", "x", "p", 1, 1)]):
        table = table_of(rows, **dtypes)
        assert fits(SCHEMA, table_of(rows))
        assert (fits(SCHEMA, table), is_valid(table)) == (False, False)


def test_another_order_or_number_of_columns_does_not_fit() -> None:
    table = table_of([("a", "x", "p", 1, 1)])
    for other in (table[[*table.columns[1:], "name"]], table.drop(columns="kind"), table.assign(more=1)):
        assert not fits(SCHEMA, other)
        with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
            check_table(SCHEMA, other)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 3)), max_size=8),
    dtype=st.sampled_from(["str", "category", "object"]),
    in_order=st.booleans(),
)
def test_rows_are_unique_where_no_two_agree_in_every_column(
    rows: list[tuple[Any, ...]], dtype: str, in_order: bool
) -> None:
    ordered = sorted(rows, key=str) if in_order else rows
    table = pd.DataFrame(
        {"a": pd.Series([a for a, _ in ordered], dtype=dtype), "b": pd.Series([b for _, b in ordered], dtype="int64")}
    )
    assert is_unique(table, ["a", "b"]) == (len(set(rows)) == len(rows))


def test_a_row_that_comes_again_much_later_is_found() -> None:
    table = pd.DataFrame({"a": [*range(100_000), 7], "b": 0})
    assert not is_unique(table, ["a", "b"])
    assert is_unique(table.iloc[:-1], ["a", "b"])
    # One that repeats the last row of what is looked at together.
    assert not is_unique(pd.DataFrame({"a": [*range(2**16), 2**16 - 1]}), ["a"])
