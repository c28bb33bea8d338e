"""A published row in a table's cell and in a chart, in every form that it can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from pipeline.presentation.chart_rows import Span
from pipeline.presentation.measures import Measure, Row, people_of_share
from pipeline.presentation.rows import (
    change_cell,
    count_cell,
    figures_cell,
    people_cell,
    share_cell,
    span,
    standardised_cell,
)

MISSING = [None, float("nan"), pd.NA]


def share(status: str, *figures: Any, base: Any = None) -> Row:
    shown = dict(zip(("estimate", "conf_low", "conf_high"), figures or (None,) * 3, strict=True))
    return {**shown, "base_n": base, "status": status}


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (share("", 31, 19, 46, base=45), "31% (19%\u00a0to\u00a046%), 45 answering"),
        (share("under 10%", base=12), "under 10%, 12 answering"),
        (share("over 90%", base=12.0), "over 90%, 12 answering"),
        (share("over 90%"), "over 90%"),
        (share("7–12 of 13–18"), "7–12 of 13–18"),
        (share("[c]"), "[c]"),
        (share("[x]"), "[x]"),
    ],
)
def test_a_share_is_told_with_its_base_where_there_is_one(row: Row, cell: str) -> None:
    assert share_cell(row) == cell


@pytest.mark.parametrize("status", ["under 10%", "over 90%", "7–12 of 13–18", "[c]", "[x]"])
@pytest.mark.parametrize("missing", MISSING)
def test_what_is_not_shown_as_a_figure_is_not_drawn(status: str, missing: Any) -> None:
    assert span(share(status, missing, missing, missing, base=missing)) is None


@pytest.mark.parametrize("missing", MISSING)
def test_a_shown_row_that_lacks_a_figure_is_marked_and_not_drawn(missing: Any) -> None:
    row = share("", 31, missing, 46, base=45)
    assert span(row) is None
    assert share_cell(row) == change_cell(row) == figures_cell(row, str) == "[x]"
    assert span(share("", 31, 19, 46)) == Span(31, 19, 46)


def test_people_of_a_change_are_numbers_or_bins() -> None:
    change = {"base_n_baseline": 1045, "base_n_comparison": 56, "status": ""}
    assert people_cell(change) == "1,045, then 56"
    assert people_cell({**change, "base_n_baseline": "43–48", "base_n_comparison": "55–60"}) == "43–48, then 55–60"
    assert people_cell({**change, "status": "[c]"}) == "[c]"
    assert people_cell(None) == "[x]"


@pytest.mark.parametrize(("status", "cell"), [("", "12"), ("7–12", "7–12"), ("[c]", "[c]")])
def test_a_count_is_a_number_a_bin_or_its_mark(status: str, cell: str) -> None:
    assert count_cell({"base_n": 12, "status": status}) == cell


@pytest.mark.parametrize(
    ("statuses", "cell"),
    [
        (("", ""), "31%, then 52%"),
        (("under 10%", ""), "under 10%, then 52%"),
        (("under 10%", "over 90%"), "under 10%, then over 90%"),
        (("[c]", "over 90%"), "[c]"),
        (("under 10%", "[x]"), "[x]"),
    ],
)
def test_the_shares_of_a_change_are_told_both_or_not_at_all(
    make_measure: Callable[..., Measure], statuses: tuple[str, str], cell: str
) -> None:
    measure = make_measure((31, 19, 46, 45), (52, 39, 64, 56), change=(21, 2, 38))
    shares = tuple({**row, "status": status} for row, status in zip(measure.standardised, statuses, strict=True))
    assert standardised_cell(replace(measure, standardised=shares)) == cell


@pytest.mark.parametrize("status", ["", "[c]", "[x]", "under 10%", "7–12"])
def test_only_a_bin_of_a_bin_is_people_of_a_share(status: str) -> None:
    assert people_of_share(share(status)) is None
    assert people_of_share(share("7–12 of 13–18")) == ("7–12", "13–18")
