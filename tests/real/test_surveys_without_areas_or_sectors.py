"""Surveys that do not ask for an area or a sector, with answers made here: they need no real export."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.ground.errors import SettingsError
from pipeline.ground.paths import Project
from pipeline.reference.evaluation import Evaluation, load_evaluation
from tests.workspaces import Workspace

HERE = Path(__file__).parent
ASKED = "  area:\n    wording: section\n"
LABELS = ("Agree", "Strongly Agree", "Disagree", "Neither agree or disagree", "")


def settings(name: str) -> str:
    return (HERE / f"{name}.yml").read_text("utf-8")


def loaded(tmp_path: Path, text: str) -> Evaluation:
    path = tmp_path / "evaluation.yml"
    path.write_text(text, "utf-8")
    return load_evaluation(path)


def without_area_question(text: str) -> str:
    start, end = text.index("questions:"), text.index("items:")
    return text[:start] + text[end:]


def without_areas(text: str) -> str:
    start, end = text.index("areas:\n"), text.index("waves:")
    return text[:start] + text[end:]


def test_a_survey_may_have_no_areas_and_ask_for_none(tmp_path: Path) -> None:
    evaluation = loaded(tmp_path, settings("limesurvey-rse-uk"))
    assert evaluation.areas == ()
    assert evaluation.questions.area is None


def test_an_area_needs_no_official_code(tmp_path: Path) -> None:
    evaluation = loaded(tmp_path, settings("canvas-sta107"))
    assert [area.code for area in (evaluation.whole_area, *evaluation.areas)] == [None] * 4


def test_an_official_code_of_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'LEC1' is not a GSS code"):
        loaded(tmp_path, settings("canvas-sta107").replace("name: LEC0101,", "name: LEC0101, code: LEC1,"))


def test_areas_that_no_question_asks_for_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="areas are listed, but no question says who works in which"):
        loaded(tmp_path, without_area_question(settings("canvas-sta107")))


def test_a_question_for_areas_that_are_not_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="the area is asked for, but none is listed to choose from"):
        loaded(tmp_path, without_areas(settings("canvas-sta107")))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the later of two cleaned and estimated waves of forty made answers."""
    project = Project(tmp_path_factory.mktemp("made"))
    project.settings_file.write_text(settings("limesurvey-rse-uk"), "utf-8")
    waves = [Workspace(project, wave) for wave in ("year-2016", "year-2017")]
    for shift, work in enumerate(waves):
        items = work.evaluation.items
        headers = [f"{item.column_in(work.wave.id)}. {item.wording_in(work.wave.id)}" for item in items]
        lines = [",".join(f'"{header}"' for header in ["", *headers])]
        for row in range(40):
            cells = [
                LABELS[(row * (shift + 2) + at) % 5] if item.scale_in() == "agreement" else "Often"
                for at, item in enumerate(items)
            ]
            lines.append(",".join([str(row), *cells]))
        path = project.raw / work.wave.sources[0].file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), "utf-8")
        work.save_cleaned(work.clean(work.read_exports()))
    waves[1].save_estimates(waves[1].estimate())
    return waves[1]


def test_everyone_counts_in_the_whole_area_alone(workspace: Workspace) -> None:
    areas = workspace.cleaned.areas_by_respondent
    assert areas.groupby("wave")["area"].value_counts().to_dict() == {
        ("year-2016", "united-kingdom"): 40,
        ("year-2017", "united-kingdom"): 40,
    }


def test_the_page_does_not_speak_of_areas_sectors_or_links_that_there_are_not(workspace: Workspace) -> None:
    report = workspace.whole_report()
    people = report.who_answered().markup
    assert "The survey did not ask which sector people work in." in people
    assert "<td>40</td><td>40</td>" in people
    assert "Share aimed at" not in people
    assert "100%" not in people
    assert "by sector" not in people
    assert report.change_by_area().markup == ""
    assert "The survey does not show who answered in both waves." in report.limits().markup
    assert "sectors" not in report.limits().markup


def test_the_figures_to_download_are_of_the_whole_area(workspace: Workspace) -> None:
    names = {download.name: len(download.rows) for download in workspace.whole_report().downloads()}
    assert names["united-kingdom-respondents.csv"] == 2
