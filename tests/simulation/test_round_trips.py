"""Whatever platform's shape the simulator writes a survey in, what is read back is the same survey."""

from __future__ import annotations

import copy
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.exports.read import read_export
from pipeline.reference.evaluation import Evaluation
from pipeline.simulation.coded_shapes import WRITERS
from pipeline.simulation.demonstration import demonstration_scenario
from pipeline.simulation.platform_shapes import Shape
from pipeline.simulation.spoiling import Spoiling, spoil_submissions, write_submissions
from pipeline.simulation.survey import simulate_survey
from tests.data.conftest import SETTINGS

WAVE = "wave-1"
SAME = ("answers_by_respondent_item", "areas_by_respondent", "comments_by_respondent", "codes_by_respondent", "flagged")
# No bar and no brace: REDCap divides choices by them. Commas, semicolons and quotation marks are in.
LETTERS = "abzé,;'\"’\N{NO-BREAK SPACE} -–.:&/()0"


def labelled(extra: str) -> Evaluation:
    """Return the tiny survey, `extra` at the end of its labels."""
    made: dict[str, Any] = copy.deepcopy(SETTINGS)
    for category in (*made["areas"], *made["sectors"], *made["respondent_roles"]):
        category["name"] = f"{category['name']}{extra}"
    scale = made["scales"]["known"]
    scale |= {name: [f"{label}{extra}" for label in scale[name]] for name in ("levels", "favourable", "off_scale")}
    return Evaluation.model_validate(made)


def submissions_of(evaluation: Evaluation, seed: int, comments: list[str]) -> pd.DataFrame:
    people = {WAVE: {area.id: 3 for area in (*evaluation.areas, evaluation.whole_area)}}
    scenario = replace(demonstration_scenario(evaluation), people=people, two_areas=0.5, missing=0.2, off_scale=0.2)
    rng = np.random.default_rng(seed)
    written = write_submissions(simulate_survey(scenario, evaluation, rng), evaluation, WAVE)
    spoilt = spoil_submissions(written, evaluation, WAVE, Spoiling(odd_labels=0.3), rng)
    asked = evaluation.comments[0].wording_in(WAVE)
    replaced = [comments[at % len(comments)] if cell else cell for at, cell in enumerate(spoilt[asked])]
    return spoilt.assign(**{asked: pd.Series(replaced, dtype=object)})


def cleaned(shape: Shape, evaluation: Evaluation) -> CleanedWave:
    source = shape.source("SYNTHETIC-made")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / source.file).write_bytes(shape.content)
        if shape.key is not None and source.key:
            (Path(name) / source.key).write_bytes(shape.key)
        raw = read_export(Path(name), source, shown="data/raw")
    return clean_wave([raw], evaluation, WAVE, link_key=b"a key for tests")


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32 - 1),
    extra=st.text(LETTERS, max_size=5).map(lambda text: f" {text}x"),
    comments=st.lists(st.text(f"{LETTERS}|{{}}\n\t", max_size=9).map(lambda text: f"Said: {text}."), min_size=1),
)
def test_a_survey_written_in_a_platforms_shape_is_read_back_the_same(
    name: str, seed: int, extra: str, comments: list[str]
) -> None:
    evaluation = labelled(extra)
    submissions = submissions_of(evaluation, seed, comments)
    expected = cleaned(WRITERS["Microsoft Forms, xlsx"](submissions, evaluation, WAVE), evaluation)
    found = cleaned(WRITERS[name](submissions, evaluation, WAVE), evaluation)
    for table in SAME:
        # Lines differ by the number of header rows and of line breaks within comments.
        both = [
            getattr(one, table).drop(columns=["file", "line", "what_to_look_at"], errors="ignore")
            for one in (found, expected)
        ]
        pd.testing.assert_frame_equal(*both)
    pd.testing.assert_series_equal(found.set_aside["rule"], expected.set_aside["rule"])
    counts = [one.ledger_by_file.drop(columns=["file"]) for one in (found, expected)]
    pd.testing.assert_frame_equal(*counts)


def test_what_is_read_back_is_what_the_simulator_knows() -> None:
    evaluation = labelled("")
    scenario = replace(demonstration_scenario(evaluation), people={WAVE: {"camden": 20}})
    survey = simulate_survey(scenario, evaluation, np.random.default_rng(1))
    submissions = write_submissions(survey, evaluation, WAVE)
    found = cleaned(WRITERS["REDCap"](submissions, evaluation, WAVE), evaluation).answers_by_respondent_item
    # Whoever left out every item is no respondent.
    true = survey.answers_by_respondent_item.set_index("respondent_id")
    answered = (true["level"].notna() | true["off_scale"].notna()).groupby(level=0).any()
    assert found["level"].tolist() == true.loc[answered[answered].index, "level"].tolist()
