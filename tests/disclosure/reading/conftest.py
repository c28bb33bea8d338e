"""The tiny survey's release as final bytes: pages made from the notebooks' cells, with their files, in memory."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

import pipeline
from pipeline.disclosure.improvement.published import NOTHING_KEPT, PublishedImprovement
from pipeline.disclosure.published import Published
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.machinery.site import render_site, render_wave_index
from pipeline.presentation.clearance import UNCLEARED, made_by
from pipeline.presentation.rendering import frame_for, render_notebook
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import estimate_wave
from tests.protecting import protect_alone

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
Files = dict[str, bytes]


def release_of(
    published: Published,
    evaluation: Evaluation,
    wave_id: str,
    folder: Path,
    improvement: PublishedImprovement = NOTHING_KEPT,
) -> Files:
    """Return the pages and files of one wave, and the pages above the waves, as they would be published."""
    areas = [area.id for area in (evaluation.whole_area, *evaluation.areas)]
    files = render_wave_index(evaluation, wave_id, areas) | render_site(evaluation, [wave_id])
    for area_id in areas:
        is_whole = area_id == evaluation.whole_area.id
        kept = improvement if is_whole else improvement.of_area(area_id, areas[0])
        report = (WholeAreaReport if is_whole else AreaReport)(published, evaluation, wave_id, area_id, None, kept)
        files[f"{wave_id}/{area_id}.html"] = _page(report, evaluation, folder)
        files |= {f"{wave_id}/{one.name}": one.content() for one in report.downloads()}
    return files


def _page(report: AreaReport, evaluation: Evaluation, folder: Path) -> bytes:
    """Return the page of a report's notebook, its cells run with this report."""
    name = "04_area_report.ipynb" if report.is_whole else "03_borough_report.ipynb"
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    for cell in notebook.cells:
        call = cell.source.strip()
        if cell.cell_type == "code" and call.startswith("report."):
            piece = eval(compile(ast.parse(call, mode="eval"), name, "eval"), {"report": report})
            cell.outputs = [nbformat.v4.new_output("execute_result", data=piece._repr_mimebundle_())]
    path = folder / f"{report.wave.id}-{report.area.id}.ipynb"
    nbformat.write(notebook, path)
    wave = report.wave
    frame = frame_for(
        evaluation,
        f"{report.area.name}, {wave.label}",
        depth=1,
        trail=[(wave.label, "index.html")],
        kinds={one.data for one in report.waves},
    )
    made = made_by(f"{pipeline.__version__}+0123456789ab", evaluation.version, UNCLEARED)
    return render_notebook(path, frame, made)


@pytest.fixture(scope="session")
def tiny_files(
    tiny_published: Published, tiny_evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory
) -> Files:
    """The second wave beside the first, with the pages above the waves."""
    return release_of(tiny_published, tiny_evaluation, "wave-2", tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def tiny_first_wave(
    tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Files, Published]:
    """The first wave alone, and the tables that it was made from."""
    published = protect_alone(
        estimate_wave(tiny_cleaned, tiny_evaluation, "wave-1"), minimum_base=3, whole_area="all-three"
    )
    return release_of(published, tiny_evaluation, "wave-1", tmp_path_factory.mktemp("first")), published


@pytest.fixture
def read(tiny_evaluation: Evaluation) -> Callable[[Files], Reading]:
    return lambda files: read_release(files, tiny_evaluation)
