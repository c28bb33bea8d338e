"""A verdict is kept for the same bytes, whatever it is, unless a search was cut short by its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.disclosure import gate
from pipeline.disclosure.gate import Verdict
from pipeline.ground.paths import Project
from pipeline.machinery.auditing import audit
from pipeline.machinery.register import Register
from pipeline.reference.evaluation import load_evaluation

PAGES = {"index.html": b"<!doctype html>"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Verdict]:
    """Verdicts that the gate gives in turn, each to be taken out by the question that it answers."""
    verdicts: list[Verdict] = []
    monkeypatch.setattr(gate, "examine", lambda *_, **__: verdicts.pop(0))
    return verdicts


def test_a_refusal_after_a_search_cut_short_fails_closed_and_is_not_kept(
    tmp_path: Path, make_tiny_project: Callable[[Path], Project], asked: list[Verdict]
) -> None:
    project = make_tiny_project(tmp_path / "tiny")
    evaluation = load_evaluation(project.settings_file)
    refused = Verdict(("wave-1 could not be bounded: the time was up.",), (), 1, cut_short=True)
    passed = Verdict((), ("barnet, wave-1: 1 hidden count.",), 1)
    asked += [refused, passed]
    assert audit(project, evaluation, Register(project), PAGES) == refused
    assert audit(project, evaluation, Register(project), PAGES) == passed
    # What has been searched through is not asked again.
    assert audit(project, evaluation, Register(project), PAGES) == passed
    assert asked == []


def test_a_refusal_that_was_searched_through_is_kept(
    tmp_path: Path, make_tiny_project: Callable[[Path], Project], asked: list[Verdict]
) -> None:
    project = make_tiny_project(tmp_path / "tiny")
    evaluation = load_evaluation(project.settings_file)
    refused = Verdict(("index.html: 14 people can be told apart.",), (), 1)
    asked.append(refused)
    assert [audit(project, evaluation, Register(project), PAGES) for _ in range(2)] == [refused, refused]
