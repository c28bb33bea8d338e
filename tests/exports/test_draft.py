"""A draft of evaluation.yml holds what a file shows, and loads once a person has filled in what it cannot know."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.exports.draft import differences, draft_survey, draft_wave, unchecked
from pipeline.exports.inspection import inspect_export
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.reference.waves import Source
from tests.exports.test_inspection import AGREE, COMMENTS, SURE, look

SURE_OF = "How would you rate your current confidence in signposting?"
SURE_AT = "How would you rate your current confidence in signposting families?"
FILLED = {
    "CHECK: ignore, or leave this line out": "ignore",
    "CHECK: how its dates are written, such as %d/%m/%Y %H:%M:%S": '"%Y/%m/%d %I:%M:%S %p"',
    "CHECK: its name on the page": "First wave",
    "CHECK: first day (in the file: 2024-10-01)": "2024-10-01",
    "CHECK: last day (in the file: 2024-10-01)": "2024-10-31",
}
AROUND = """
title: A drafted survey
version: "1"
about: Drafted.
roles: {commissioner: A, analyst: B, assurer: C, approver: D}
contact: {organisation: A, data_protection: B, lawful_basis: C, retention: D}
area_noun: {singular: place, plural: places}
whole_area: {id: all, name: All, short_name: All, code: E54000028}
"""


@pytest.fixture
def drafted(tmp_path: Path) -> tuple[str, str]:
    """The draft of a wave, and that of its survey."""
    found = look(
        tmp_path / "a.csv",
        **{
            SURE_OF: [*SURE, "Don't know"] * 3,
            SURE_AT: [*SURE[:4], "Not sure", "Confident"] * 3,
            "It helps": ["Agree", "Disagree", *AGREE[:3], "Strongly agree"] * 3,
            "What is in the way?": COMMENTS[:18],
        },
    )
    return draft_wave(found, wave_id="wave-1", file="wave-1/a.csv", kind="real"), draft_survey(found)


def fill(text: str) -> str:
    for old, new in FILLED.items():
        text = text.replace(f"'{old}'", new).replace(old, new)
    return text.replace("CHECK: such as ", "")


def test_a_draft_whose_checks_are_filled_in_loads(drafted: tuple[str, str], tmp_path: Path) -> None:
    wave, survey = drafted
    assert unchecked(wave)
    text = fill(f"{AROUND}waves:\n{wave}{survey}")
    path = tmp_path / "evaluation.yml"
    path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("#")), "utf-8")
    assert unchecked(path.read_text("utf-8")) == []
    evaluation = load_evaluation(path)
    assert evaluation.wave("wave-1").sources[0].platform == "google-forms"
    assert [item.column_in("wave-1") for item in evaluation.items] == [SURE_OF, SURE_AT, "It helps"]
    assert evaluation.scale_of(evaluation.items[0].id).levels == SURE
    assert evaluation.scale_of(evaluation.items[2].id).levels == AGREE
    assert [comment.column_in("wave-1") for comment in evaluation.comments] == ["What is in the way?"]


def test_questions_of_one_scale_share_it_with_all_answers_beside_it(drafted: tuple[str, str]) -> None:
    survey = yaml.safe_load(drafted[1])
    assert [item["scale"] for item in survey["items"]] == ["scale-1", "scale-1", "scale-2"]
    assert survey["scales"]["scale-1"]["off_scale"] == ["Don't know", "Not sure"]


def test_ids_leave_out_common_words_and_no_two_are_alike(drafted: tuple[str, str]) -> None:
    ids = [item["id"] for item in yaml.safe_load(drafted[1])["items"]]
    assert ids[:2] == ["confidence-signposting", "confidence-signposting-families"]


def test_two_questions_of_the_same_words_that_matter_get_two_ids(tmp_path: Path) -> None:
    found = look(tmp_path / "a.csv", **{"How confident are you?": list(SURE), "How confident do you feel?": list(SURE)})
    assert [item["id"] for item in yaml.safe_load(draft_survey(found))["items"]] == ["confident", "confident-2"]


def test_a_scale_without_a_known_order_is_marked(tmp_path: Path) -> None:
    found = look(tmp_path / "a.csv", Q=["Blue", "Red", "Don't know"] * 4)
    assert "CHECK: put these in order, lowest first" in draft_survey(found)


def test_an_order_that_only_looks_right_is_given_and_marked(tmp_path: Path) -> None:
    able = ["Not at all able", "Slightly able", "Neutral", "Moderately able", "Extremely able"]
    found = look(tmp_path / "a.csv", Q=able[::-1] * 4)
    levels = yaml.safe_load(draft_survey(found))["scales"]["scale-1"]["levels"]
    assert levels == ["CHECK: put these in order, lowest first", *able]


def test_codes_and_dates_are_no_comments_in_a_draft(tmp_path: Path) -> None:
    found = look(
        tmp_path / "a.csv",
        **{
            "Your own code": [f"ab{number}c" for number in range(30, 48)],
            "When did you train?": [f"2024-09-{number:02d}" for number in range(10, 28)],
            "What is in the way?": COMMENTS[:18],
        },
    )
    assert [(one.kind, one.labels) for one in found.questions[:2]] == [
        ("code", ()),
        ("date", ("2024-09-10", "2024-09-27")),
    ]
    text = draft_survey(found)
    assert [comment["wording"] for comment in yaml.safe_load(text)["comments"]] == ["What is in the way?"]
    assert "#     - wording: Your own code" in text
    assert "its `submitted`: When did you train?" in text


def test_missing_and_extra_questions_are_named_with_the_nearest(tiny_evaluation: Evaluation, tmp_path: Path) -> None:
    asked = [question.column_in("wave-2") for question in tiny_evaluation.all_questions()]
    path = tmp_path / "a.csv"
    header = ",".join(f'"{name}"' for name in [*asked[:-1], "What stands in the way?", "Shoe size"])
    path.write_text(f"{header}\n", "utf-8")
    found = inspect_export(path, Source(file="x/a.csv", platform="plain", submitted=None), shown="a.csv")
    assert differences(found, tiny_evaluation, "wave-2") == [
        "Not in the file: What is in the way? Perhaps it is now: What stands in the way?",
        "In the file alone: What stands in the way?",
        "In the file alone: Shoe size",
    ]
