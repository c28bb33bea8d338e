"""Measures with literal figures, and reports of the tiny survey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.disclosure.published import Published
from pipeline.presentation.measures import Measure
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import estimate_wave
from tests.presentation.pages import PIECES, Page, pieces
from tests.protecting import protect_alone

MakeMeasure = Callable[..., Measure]


@pytest.fixture
def make_measure(tiny_evaluation: Evaluation) -> MakeMeasure:
    """Make a measure from its shares, (estimate, low, high, base) a wave, and its change, (estimate, low, high)."""

    def make(
        *shares: tuple[int, int, int, int], change: tuple[int, int, int] | None = None, status: str = ""
    ) -> Measure:
        rows: list[dict[str, Any]] = [
            {"estimate": estimate, "conf_low": low, "conf_high": high, "base_n": base, "conf_level": 0.95, "status": ""}
            for estimate, low, high, base in shares
        ]
        changed = None
        if change:
            changed = dict(zip(("estimate", "conf_low", "conf_high"), change, strict=True))
            changed |= {"base_n_baseline": shares[0][3], "base_n_comparison": shares[1][3]}
            changed |= {"conf_level": 0.95, "status": status, "note": "", "method": "standardised"}
        if status:
            nothing = dict.fromkeys(("estimate", "conf_low", "conf_high", "base_n"))
            rows = [{**nothing, "conf_level": 0.95, "status": status} for _ in range(2 if change else 1)]
            changed = {**nothing, "base_n_baseline": None, "base_n_comparison": None, "status": status, "note": ""}
        item = tiny_evaluation.item("sure")
        scales = (tiny_evaluation.scale_of("sure"),) * len(rows)
        # What is counted stands elsewhere: a sentence on a change must not take it.
        counted = tuple({**row, "estimate": 1} for row in rows) if changed else tuple(rows)
        return Measure(item, scales, counted, changed, standardised=tuple(rows), alone=changed)

    return make


@pytest.fixture(scope="session")
def published_baseline(tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation) -> Published:
    """What of the first wave alone may be shown."""
    return protect_alone(
        estimate_wave(tiny_cleaned, tiny_evaluation, "wave-1"),
        minimum_base=3,
        whole_area="all-three",
    )


@pytest.fixture(scope="session")
def make_report(
    tiny_published: Published, published_baseline: Published, tiny_evaluation: Evaluation
) -> Callable[..., AreaReport]:
    """Make the report of an area in the second wave beside the first, or of the first wave alone."""

    def make(area: str, wave: str = "wave-2", published: Published | None = None) -> AreaReport:
        tables = published or (tiny_published if wave == "wave-2" else published_baseline)
        kind = WholeAreaReport if area == "all-three" else AreaReport
        return kind(tables, tiny_evaluation, wave, area)

    return make


@pytest.fixture(scope="session")
def page_of(make_report: Callable[..., AreaReport]) -> Callable[..., Page]:
    # Drawing takes most of the time, so each piece is made once.
    made: dict[tuple[str, str], dict[str, str]] = {}

    def page(area: str, wave: str = "wave-2", names: tuple[str, ...] = PIECES) -> Page:
        if (area, wave) not in made:
            report = make_report(area, wave)
            made[(area, wave)] = {name: pieces(report, (name,)) for name in PIECES}
        return Page("\n".join(made[(area, wave)][name] for name in names))

    return page
