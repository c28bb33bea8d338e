"""What was measured of disclosure control reaches the methods page; where nothing was, a line says so."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from pipeline.disclosure.reading import read
from pipeline.machinery import proof, site
from pipeline.presentation.proof import NOT_PROVED
from pipeline.reference.evaluation import Evaluation

KEPT = {
    "made": "2026-11-24", "code": "abc1234", "surveys": 200,
    "price": [{"policy": "standard", "areas_question": "one", "figures": 4000, "shown": 3300, "failures": 0}],
    "leaks": [{"policy": "standard", "kind": "an exact base", "tried": 30, "refused": 30}],
}  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a test may keep a measurement."""
    monkeypatch.setattr(proof, "RESULT", tmp_path / "disclosure_proof.json")
    return tmp_path / "disclosure_proof.json"


def test_the_methods_page_holds_what_was_measured(kept: Path, tiny_evaluation: Evaluation) -> None:
    kept.write_text(json.dumps(KEPT), "utf-8")
    page = site.render_site(tiny_evaluation, ["wave-1"])["methods.html"].decode()
    assert "3,300 (82.5%)" in page
    assert "standard: an exact base" in page
    assert "24 November 2026, code abc1234" in page
    assert NOT_PROVED not in page


def test_without_a_measurement_the_methods_page_says_so(kept: Path, tiny_evaluation: Evaluation) -> None:
    assert proof.read_proof() is None
    page = site.render_site(tiny_evaluation, ["wave-1"])["methods.html"].decode()
    assert NOT_PROVED in page
    assert "{price}" not in page


def test_what_is_kept_comes_with_the_package_and_the_reader_of_pages_looks_for_it_there() -> None:
    root = Path(__file__).resolve().parents[2]
    packaged = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    assert proof.RESULT.name in packaged["pipeline"]
    assert proof.RESULT.parent == root / "pipeline"
    assert f'read_own_text("{proof.RESULT.name}")' in Path(str(read.__file__)).read_text("utf-8")


def test_the_methods_page_holds_the_policy(kept: Path, tiny_evaluation: Evaluation) -> None:
    page = site.render_site(tiny_evaluation, ["wave-1"])["methods.html"].decode()
    assert '<table id="table-policy"' in page
    assert "{policy}" not in page
