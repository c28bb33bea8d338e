"""The pages and downloads of the published folder, rendered in memory; nothing is put in place here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

from pipeline.disclosure.policies import find_policy
from pipeline.ground.errors import PipelineError
from pipeline.machinery.calibration_result import read_calibration
from pipeline.machinery.proof import read_proof
from pipeline.machinery.reporting import ReportingWave
from pipeline.machinery.steps import wave_pair
from pipeline.presentation.calibration import NOT_CALIBRATED, calibration_table
from pipeline.presentation.clearance import AROUND_RELEASES, UNCLEARED, Clearance, made_by
from pipeline.presentation.policy import policy_piece
from pipeline.presentation.proof import proof_piece
from pipeline.presentation.rendering import ALL_WAVES, frame_for, render_fragment, render_notebook, render_prose
from pipeline.presentation.wording import day, period
from pipeline.reference.evaluation import Evaluation

Files = dict[str, bytes]
_METHODS = Path(__file__).resolve().parent.parent / "METHODS.md"


def render_area(work: ReportingWave, area_id: str, code_version: str, clearance: Clearance = UNCLEARED) -> Files:
    """Return the page of an area's executed notebook and its downloads, by their address on the site."""
    project, evaluation, wave = work.project, work.evaluation, work.wave
    area = evaluation.area(area_id)
    executed = project.executed(wave.id) / f"{area_id}.ipynb"
    if not executed.is_file():
        raise PipelineError(f"{project.shown(executed)} has not been made yet; run `make reports WAVE={wave.id}`.")
    frame = frame_for(
        evaluation,
        f"{area.name}, {wave.label}",
        depth=1,
        trail=[(wave.label, "index.html")],
        kinds=_kinds(evaluation, wave.id),
        clearance=clearance,
    )
    made = made_by(code_version, evaluation.version, clearance)
    files = {f"{wave.id}/{area_id}.html": render_notebook(executed, frame, made)}
    for download in work.report(area_id).downloads(clearance):
        files[f"{wave.id}/{download.name}"] = download.content()
    return files


def render_wave_index(
    evaluation: Evaluation, wave_id: str, area_ids: list[str], clearance: Clearance = UNCLEARED
) -> Files:
    """Return the page that lists a wave's reports."""
    wave = evaluation.wave(wave_id)
    kinds = _kinds(evaluation, wave_id)
    frame = frame_for(evaluation, wave.label, depth=1, trail=[], kinds=kinds, clearance=clearance)
    spoken = [
        f"{one.label} ({period(one.fieldwork.start, one.fieldwork.end)})" for one in wave_pair(evaluation, wave_id)
    ]
    pages = [(evaluation.area(area_id).name, f"{area_id}.html") for area_id in area_ids]
    compared = " compared with ".join(reversed(spoken))
    page = render_fragment(
        "wave_index.html.j2", frame, wave=wave, evaluation=evaluation, compared=compared, pages=pages
    )
    return {f"{wave_id}/index.html": page}


def render_around(root: Path, evaluation: Evaluation, wave_id: str, area_ids: list[str]) -> Files:
    """Return the index of a wave, listing also the areas that stand already, and the pages above the waves."""
    standing = {*reported_areas(root, evaluation, wave_id), *area_ids}
    ordered = [area.id for area in (evaluation.whole_area, *evaluation.areas) if area.id in standing]
    waves = [*reported_waves(root, evaluation), wave_id]
    return render_wave_index(evaluation, wave_id, ordered) | render_site(evaluation, waves)


def render_withdrawn(evaluation: Evaluation, wave_id: str, addresses: list[str], date: dt.date, reason: str) -> Files:
    """Return the page that stands in the place of each page of a wave, saying when and why it was withdrawn."""
    wave, files = evaluation.wave(wave_id), {}
    names = {f"{area.id}.html": f"{area.name}, {wave.label}" for area in (evaluation.whole_area, *evaluation.areas)}
    for address in addresses:
        name = names.get(address.rpartition("/")[2], wave.label)
        trail = [] if address.endswith("/index.html") else [(wave.label, "index.html")]
        frame = frame_for(
            evaluation, name, depth=1, trail=trail, kinds=_kinds(evaluation, wave_id), clearance=AROUND_RELEASES
        )
        files[address] = render_fragment("withdrawn.html.j2", frame, name=name, date=day(date), reason=reason)
    return files


def render_site(
    evaluation: Evaluation,
    wave_ids: Iterable[str],
    statuses: Mapping[str, str] | None = None,
    clearance: Clearance = UNCLEARED,
) -> Files:
    """Return the pages above the waves: the index, the methods, the privacy notice, the accessibility statement.

    `statuses`: what the index says of the release of a wave.
    """
    waves = [wave for wave in evaluation.waves if wave.id in set(wave_ids)]
    kinds: set[str] = {wave.data for wave in waves}
    listed = [
        (wave, period(wave.fieldwork.start, wave.fieldwork.end), (statuses or {}).get(wave.id, "")) for wave in waves
    ]
    policy = find_policy(evaluation.disclosure.policy)
    shared = {"evaluation": evaluation, "contact": evaluation.contact, "policy": policy}
    titles = {
        "index": ALL_WAVES,
        "methods": "How the figures are made",
        "privacy": "Privacy notice",
        "accessibility": "Accessibility statement",
    }
    frames = {
        name: frame_for(
            evaluation,
            title,
            depth=0,
            trail=[],
            kinds=kinds,
            clearance=clearance,
        )
        for name, title in titles.items()
    }
    return {
        "index.html": render_fragment("site_index.html.j2", frames["index"], waves=listed, **shared),
        "methods.html": render_prose(_METHODS.read_text("utf-8"), frames["methods"], methods_pieces_of(evaluation)),
        "privacy.html": render_fragment("privacy.html.j2", frames["privacy"], **shared),
        "accessibility.html": render_fragment("accessibility.html.j2", frames["accessibility"], **shared),
    }


def methods_pieces_of(evaluation: Evaluation) -> dict[str, Markup]:
    """Return what stands on the methods page in the place of each name in braces."""
    found = read_calibration()
    return {
        "calibration": calibration_table(found).html() if found else Markup("<p>{}</p>").format(NOT_CALIBRATED),
        "policy": policy_piece(evaluation),
        "price": proof_piece(read_proof(), evaluation.area_noun),
    }


def reported_areas(root: Path, evaluation: Evaluation, wave_id: str) -> list[str]:
    """Return the areas, the whole one first, whose page stands in a site's folder."""
    ids = [area.id for area in (evaluation.whole_area, *evaluation.areas)]
    return [area_id for area_id in ids if (root / wave_id / f"{area_id}.html").is_file()]


def reported_waves(root: Path, evaluation: Evaluation) -> list[str]:
    """Return the waves that have an index in a site's folder, in the order of evaluation.yml."""
    return [wave.id for wave in evaluation.waves if (root / wave.id / "index.html").is_file()]


def _kinds(evaluation: Evaluation, wave_id: str) -> set[str]:
    return {wave.data for wave in wave_pair(evaluation, wave_id)}
