"""What `make calibrate` kept beside the code reaches the reports and the methods page; nothing kept is no error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.machinery import calibration_result, site
from pipeline.presentation.calibration import NOT_CALIBRATED
from pipeline.reference.evaluation import Evaluation

KEPT = {
    "date": "2026-11-24", "commit": "abc1234", "surveys": 2000, "seed": 1,
    "rows": [{
        "trial": "null", "scenario": "No change", "figure": "everyone, share", "coverage": 0.948, "mc_error": 0.005,
        "low": 0.935, "high": 0.965, "width": 0.3, "bias": 0.0, "kept": True,
    }],
}  # fmt: skip


@pytest.fixture
def methods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the methods page of one line, and return where a test may keep a calibration."""
    text = tmp_path / "METHODS.md"
    text.write_text("# Methods\n\n{calibration}\n", "utf-8")
    monkeypatch.setattr(site, "_METHODS", text)
    monkeypatch.setattr(calibration_result, "RESULT", tmp_path / "calibration.json")
    return tmp_path / "calibration.json"


def test_the_methods_page_holds_the_table_that_was_kept(methods: Path, tiny_evaluation: Evaluation) -> None:
    methods.write_text(json.dumps(KEPT), "utf-8")
    page = site.render_site(tiny_evaluation, ["wave-1"])["methods.html"].decode()
    assert "No change: everyone, share" in page
    assert "94.8% (±\u00a00.5)" in page
    assert "24 November 2026, code abc1234" in page


def test_without_a_calibration_the_methods_page_says_so(methods: Path, tiny_evaluation: Evaluation) -> None:
    assert calibration_result.read_calibration() is None
    page = site.render_site(tiny_evaluation, ["wave-1"])["methods.html"].decode()
    assert NOT_CALIBRATED in page
    assert "{calibration}" not in page
