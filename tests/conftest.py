"""The tiny survey that every test can use: two waves, three areas, two sectors, two items, all of it printed here.

What a test expects of it can be counted by hand from the rows below, and the fixtures that need no file run in memory.
`make_tiny_project` writes the same survey as a whole project folder for tests that run notebooks.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.data.schemas import stack_tables
from pipeline.disclosure.published import Published
from pipeline.exports.read import read_export
from pipeline.ground.paths import Project
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.simulation.shapes import as_google_forms, as_microsoft_forms
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import WaveEstimates, estimate_wave
from tests.protecting import protect_alone

REPOSITORY = Path(__file__).resolve().parent.parent

TINY_SETTINGS = """\
title: A tiny survey
version: "7.3"
about: A survey small enough to count by hand.
recruitment: Everybody was asked by letter.
terms: {Tiny: So small that a hand can count it.}
roles: {commissioner: The commissioning board, analyst: The analysts, assurer: Nobody yet, approver: Nobody yet}
contact:
  organisation: The tiny organisation
  data_protection: the data protection officer
  lawful_basis: a task in the public interest
  retention: Answers are deleted after a year.
area_noun: {singular: borough, plural: boroughs}
whole_area: {id: all-three, name: All three boroughs, short_name: All three, code: E54000028, synonyms: [Everywhere]}
areas:
  - {id: barnet, name: Barnet, code: E09000003}
  - {id: camden, name: Camden, code: E09000007}
  - {id: enfield, name: Enfield, code: E09000010}
sectors:
  - {id: health, name: Health, target_share: 0.4}
  - {id: schools, name: Schools, target_share: 0.6}
waves:
  - id: wave-1
    label: First wave
    data: synthetic
    fieldwork: {start: 2023-03-06, end: 2023-04-02}
    sources:
      - {file: wave-1/SYNTHETIC-wave-1.xlsx, platform: microsoft-forms}
  - id: wave-2
    label: Second wave
    data: synthetic
    fieldwork: {start: 2023-10-02, end: 2023-10-29}
    sources:
      - {file: wave-2/SYNTHETIC-wave-2.csv, platform: google-forms, dates: "%Y/%m/%d %I:%M:%S %p"}
scales:
  sureness:
    levels: [Not sure, A little sure, Sure, Very sure]
    favourable: [Sure, Very sure]
    favourable_phrase: sure or very sure
    off_scale: [Don't know]
  knowing:
    levels: [None, Some, Much]
    favourable: [Much]
    favourable_phrase: much
    off_scale: [Don't know]
questions:
  area: {wording: "Where do you work?"}
  sector: {wording: "In which sector?"}
  code: [{wording: "Code, town"}, {wording: "Code, day"}]
items:
  - {id: known, measure: Knowledge of the words, short_name: Knowing, scale: knowing, wording: "How much do you know?"}
  - id: sure
    measure: Sureness in using the words
    short_name: Using
    scale: sureness
    lead: true
    wording: {default: "How sure are you?", wave-2: "How sure are you now?"}
    same_question_because: one word was added, and it asks the same
comments:
  - {id: barriers, short_name: Barriers, wording: "What is in the way?"}
disclosure: {minimum_base: 3, least_values: 1}
"""

TINY_WORDINGS = {
    wave: (
        "Where do you work?",
        "In which sector?",
        "Code, town",
        "Code, day",
        sure,
        "How much do you know?",
        "What is in the way?",
    )
    for wave, sure in {"wave-1": "How sure are you?", "wave-2": "How sure are you now?"}.items()
}

# Day, areas ticked, sector, the two parts of the code, sureness, knowledge, comment. One row is one respondent, but
# for the one marked: 9 in wave-1 and 11 in wave-2 count. The codes Ha, Lo, Ma, Ri and Ta are in both waves.
BARNET, CAMDEN, ENFIELD, BOTH = ("Barnet",), ("Camden",), ("Enfield",), ("Barnet", "Camden")
TinyRow = tuple[dt.date, tuple[str, ...], str, str | None, str | None, str | None, str | None, str | None]
TINY_ROWS: dict[str, list[TinyRow]] = {
    "wave-1": [
        (dt.date(2023, 3, 6), BARNET, "Health", "Ha", "07", "A little sure", "None", "Too little time for it"),
        (dt.date(2023, 3, 7), BARNET, "Health", "Lo", "12", "Not sure", "Some", None),
        (dt.date(2023, 3, 8), BARNET, "Schools", None, None, "A little sure", "None", "No shared words"),
        (dt.date(2023, 3, 9), BOTH, "Health", "Ma", "30", "Not sure", "None", None),
        (dt.date(2023, 3, 10), CAMDEN, "Health", None, None, "Sure", "Some", None),
        (dt.date(2023, 3, 13), CAMDEN, "Schools", "Ri", "21", "A little sure", "Much", "Staff come and go"),
        (dt.date(2023, 3, 14), CAMDEN, "Schools", None, None, "Not sure", "Don't know", None),
        (dt.date(2023, 3, 15), ENFIELD, "Health", "Ta", "05", "A little sure", "None", None),
        (dt.date(2023, 4, 2), ENFIELD, "Schools", None, None, "Not sure", "Some", None),
    ],
    "wave-2": [
        (dt.date(2023, 10, 2), BARNET, "Health", "Ha", "07", "Sure", "Some", None),
        (dt.date(2023, 10, 3), BARNET, "Health", "Lo", "12", "Very sure", "Much", "Old forms remain"),
        (dt.date(2023, 10, 4), BARNET, "Schools", None, None, "Sure", "None", None),
        (dt.date(2023, 10, 5), BARNET, "Schools", None, None, "Very sure", "Some", None),
        (dt.date(2023, 10, 6), BOTH, "Health", "Ma", "30", "Sure", "Some", None),
        (dt.date(2023, 10, 9), CAMDEN, "Schools", "Ri", "21", "Sure", "Some", None),
        (dt.date(2023, 10, 10), CAMDEN, "Health", None, None, "A little sure", "Much", "Two systems at once"),
        (dt.date(2023, 10, 11), CAMDEN, "Health", None, None, "Sure", None, None),
        (dt.date(2023, 10, 12), ENFIELD, "Health", "Ta", "05", "Very sure", "Much", None),
        (dt.date(2023, 10, 13), ENFIELD, "Schools", None, None, "Sure", "None", None),
        (dt.date(2023, 10, 29), ENFIELD, "Schools", None, None, "A little sure", "Some", None),
        # Sent after the fieldwork: received, but set aside.
        (dt.date(2023, 10, 30), ENFIELD, "Health", "Zu", "31", "Very sure", "Much", "Far too late"),
    ],
}


def _submissions(wave_id: str) -> pd.DataFrame:
    moments = [dt.datetime.combine(row[0], dt.time(14, 30)) for row in TINY_ROWS[wave_id]]
    answers = {
        wording: pd.Series([row[number] for row in TINY_ROWS[wave_id]], dtype=object)
        for number, wording in enumerate(TINY_WORDINGS[wave_id], start=1)
    }
    return pd.DataFrame({"started_at": moments, "submitted_at": moments} | answers)


def _write_project(folder: Path) -> Project:
    project = Project(folder)
    folder.mkdir(parents=True, exist_ok=True)
    project.settings_file.write_text(TINY_SETTINGS, "utf-8")
    shutil.copytree(REPOSITORY / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (project.raw / "wave-1").mkdir(parents=True)
    (project.raw / "wave-2").mkdir(parents=True)
    (project.raw / "wave-1" / "SYNTHETIC-wave-1.xlsx").write_bytes(as_microsoft_forms(_submissions("wave-1")))
    (project.raw / "wave-2" / "SYNTHETIC-wave-2.csv").write_bytes(
        as_google_forms(_submissions("wave-2"), "%Y/%m/%d %I:%M:%S %p", "GMT+1")
    )
    return project


def _clean(project: Project, evaluation: Evaluation, wave_id: str) -> CleanedWave:
    sources = evaluation.wave(wave_id).sources
    raw = [read_export(project.raw, source, shown="data/raw") for source in sources]
    return clean_wave(raw, evaluation, wave_id, link_key=b"a key for the tiny survey")


@pytest.fixture
def make_tiny_project() -> Callable[[Path], Project]:
    """Write the tiny survey as a whole project into a folder: evaluation.yml, the notebooks, and its raw exports."""
    return _write_project


@pytest.fixture(scope="session")
def tiny_project_read_only(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One project folder that all tests share; no test may write to it."""
    return _write_project(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_evaluation(tiny_project_read_only: Project) -> Evaluation:
    return load_evaluation(tiny_project_read_only.settings_file)


@pytest.fixture(scope="session")
def tiny_cleaned(tiny_project_read_only: Project, tiny_evaluation: Evaluation) -> CleanedTables:
    """Both waves cleaned, one below the other."""
    waves = [_clean(tiny_project_read_only, tiny_evaluation, wave_id) for wave_id in ("wave-1", "wave-2")]
    names = [field.name for field in fields(CleanedTables)]
    return CleanedTables(**{name: stack_tables([getattr(wave, name) for wave in waves]) for name in names})


@pytest.fixture(scope="session")
def tiny_estimates(tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation) -> WaveEstimates:
    """The second wave beside the first."""
    return estimate_wave(tiny_cleaned, tiny_evaluation, "wave-2")


@pytest.fixture(scope="session")
def tiny_published(tiny_estimates: WaveEstimates) -> Published:
    """What of the second wave beside the first may be shown."""
    return protect_alone(tiny_estimates, minimum_base=3, whole_area="all-three")
