"""The policy in evaluation.yml decides what a build places: switched to strict, the same data give other pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.ground.paths import Project
from tests.machinery.test_bad_input import edit_settings, pages_after, rename_none
from tests.machinery.tiny_runs import WAVE, Ran, bytes_below

pytestmark = pytest.mark.slow

AREAS = ("barnet", "camden", "enfield", "all-three")


def kinds_of_files(project: Project, area: str) -> set[str]:
    names = [name.removeprefix(f"{WAVE}/") for name in bytes_below(project.reports) if name.endswith(".csv")]
    return {name.removeprefix(f"{area}-") for name in names if name.startswith(f"{area}-")}


def test_a_project_switched_to_strict_has_bins_on_every_page_and_loses_the_files_of_finer_figures(
    fresh: Project, quickly: Callable[..., Ran]
) -> None:
    rename_none(fresh)
    standard = pages_after(fresh, quickly)
    assert "superiority.csv" in kinds_of_files(fresh, "barnet")
    edit_settings(fresh, ("disclosure: {minimum_base: 3", "disclosure: {policy: strict, minimum_base: 3"))
    pages = pages_after(fresh, quickly)
    assert set(pages) == set(standard)
    barnet = pages[f"{WAVE}/barnet.html"]
    assert "0–6 of 0–6 people answered “sure or very sure” in First wave, 0–6 of 0–6 in Second wave." in barnet
    # Enfield had two people in the first wave; in bins it is a borough like any other.
    assert "0–6 of 0–6 people answered “sure or very sure” in First wave" in pages[f"{WAVE}/enfield.html"]
    assert "7–12 people, then 7–12)." in pages[f"{WAVE}/all-three.html"]
    assert "in bins of six" in pages["privacy.html"]
    assert "minimum base" not in pages["privacy.html"]
    kinds = {area: kinds_of_files(fresh, area) for area in AREAS}
    assert kinds["barnet"] == kinds["camden"] == kinds["enfield"]
    assert kinds["barnet"] == {"shares.csv", "respondents.csv", "changes.csv"}
    assert kinds["all-three"] == kinds["barnet"] | {"distribution.csv", "blanks.csv"}
