"""What pages and the methods say of how often the intervals held the truth: only what the calibration found."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from pipeline.presentation.calibration import NOT_CALIBRATED, calibration_table, sentences_for_calibration
from pipeline.presentation.rendering import Frame, render_prose
from pipeline.reference.evaluation import Evaluation

FRAME = Frame("Methods", "A tiny survey", "The tiny organisation", trail=[], about=[], notices=[])


def row(trial: str, figure: str, coverage: float, *bounds: float | None, kept: bool = True) -> dict[str, Any]:
    low, high = bounds or (None, None)
    made = {"trial": trial, "scenario": f"Scenario {trial}", "figure": figure, "surveys": 2000, "without": 0}
    return made | {
        "coverage": coverage, "mc_error": 0.004, "low": low, "high": high, "width": 0.31, "bias": -0.02, "kept": kept,
    }  # fmt: skip


CALIBRATION: dict[str, Any] = {
    "date": "2026-11-24",
    "commit": "abc1234",
    "surveys": 2000,
    "seed": 1,
    "rows": [
        row("null", "everyone, share", 0.948, 0.93, 0.97),
        row("null", "area pooled, share", 0.971, 0.935, None),
        row("apart", "everyone, share", 0.953, 0.92, None),
        row("apart", "area pooled, share", 0.941, 0.92, None, kept=False),
        row("apart", "the area apart pooled, share", 0.664),
        row("apart", "the area apart alone, share", 0.949),
        # Log-odds, and areas alone, are no intervals of the paragraph.
        row("null", "area pooled, log-odds", 0.5),
        row("null", "area alone, share", 0.4, 0.8, 1.04),
    ],
}


def test_the_paragraph_gives_date_code_both_ranges_and_the_warning(tiny_evaluation: Evaluation) -> None:
    assert sentences_for_calibration(CALIBRATION, tiny_evaluation.area_noun, areas=True) == (
        "In 2,000 simulated surveys of about this size for each of 2 situations (24 November 2026, code abc1234) the "
        "intervals, meant to hold the truth 95 times in 100, held it 94.8% to 95.3% of the time for the whole area and "
        "94.1% to 97.1% for boroughs. A borough that truly differs from all others is covered less often: its change "
        "drawn towards them held the truth 66.4% of the time, that from its own answers alone 94.9%."
    )


def test_a_survey_without_areas_is_told_of_the_whole_alone(tiny_evaluation: Evaluation) -> None:
    told = sentences_for_calibration(CALIBRATION, tiny_evaluation.area_noun, areas=False)
    assert told.endswith("held it 94.8% to 95.3% of the time for the whole area.")
    assert "borough" not in told


def test_without_a_calibration_one_line_says_so(tiny_evaluation: Evaluation, make_report: Any) -> None:
    assert sentences_for_calibration(None, tiny_evaluation.area_noun, areas=True) == NOT_CALIBRATED
    assert NOT_CALIBRATED in make_report("barnet").limits().markup


def test_the_limits_of_a_page_hold_the_paragraph(make_report: Any) -> None:
    report = make_report("barnet")
    calibrated = type(report)(report.published, report.evaluation, "wave-2", "barnet", CALIBRATION)
    assert "24 November 2026, code abc1234" in calibrated.limits().markup
    assert NOT_CALIBRATED not in calibrated.limits().markup


def test_the_methods_hold_every_row_with_its_bounds_where_their_line_stands() -> None:
    table = calibration_table(CALIBRATION)
    assert len(table.rows) == len(CALIBRATION["rows"])
    assert [cells[2] for cells in table.rows[:5]] == [
        "93.0% to 97.0%", "at least 93.5%", "at least 92.0%", "at least 92.0%: not kept", "none"
    ]  # fmt: skip
    assert table.rows[-1][2] == "80.0% to 100.0%"
    assert table.rows[0] == ["Scenario null: everyone, share", "94.8% (±\u00a00.4)", "93.0% to 97.0%", "0.31", "−0.02"]
    prose = "# Methods\n\n## Held\n\nBefore.\n\n{calibration}\n\nAfter."
    page = render_prose(prose, FRAME, {"calibration": table.html()}).decode()
    assert page.index("Before.") < page.index('<table id="table-calibration"') < page.index("After.")
    assert "{calibration}" not in page


def test_a_line_in_braces_that_no_piece_is_named_for_stays_text() -> None:
    page = render_prose("# M\n\n{other} and {calibration}\n", FRAME, {"calibration": Markup("<p>piece</p>")}).decode()
    assert "{other} and {calibration}" in page
    assert "piece" not in page


def test_a_table_in_the_methods_is_a_table_that_scrolls_by_keyboard() -> None:
    page = render_prose("# M\n\n| check | says |\n|---|---|\n| blanks | <b>how many</b> |\n", FRAME).decode()
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Table"><table>' in page
    assert "&lt;b&gt;how many" in page
