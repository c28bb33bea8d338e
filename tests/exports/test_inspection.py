"""What a file holds is told before any evaluation.yml knows it: its platform, its questions, and their scales."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.exports.draft import describe
from pipeline.exports.inspection import FoundQuestion, Inspection, inspect_export, known_order
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source

SURE = ("Not at all confident", "Slightly confident", "Somewhat confident", "Confident", "Very confident")
AGREE = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
OFTEN = ("Never", "Rarely", "Sometimes", "Often", "Always")
TEN = tuple(map(str, range(11)))
COMMENTS = [f"Comment {n} says that the {n}th team has a wish of its own" for n in range(22)]


def look(path: Path, **columns: list[str]) -> Inspection:
    headers = ["Timestamp", *columns]
    rows = [["2024/10/01 9:00:00 AM GMT+1", *cells] for cells in zip(*columns.values(), strict=True)]
    path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [headers, *rows]), "utf-8")
    return inspect_export(path, Source(file="x/a.csv", platform="plain"), shown="a.csv")


def question(path: Path, cells: list[str]) -> FoundQuestion:
    (found,) = look(path, Q=cells).questions
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


@pytest.mark.parametrize("order", [SURE, AGREE, OFTEN, TEN], ids=["confidence", "agreement", "frequency", "0 to 10"])
def test_a_scale_whose_words_are_known_is_put_in_order(path: Path, order: tuple[str, ...]) -> None:
    found = question(path, [*reversed(order), *order, order[0]])
    assert (found.kind, found.labels, found.order_known) == ("scale", order, True)


@pytest.mark.parametrize("forms", [["red", "blue"], ["confident"], ["very sure", "very glad"], []])
def test_no_order_is_made_up_for_other_words(forms: list[str]) -> None:
    assert known_order([normal_form(form) for form in forms]) is None


def test_answers_beside_a_scale_are_set_apart(path: Path) -> None:
    found = question(path, [*SURE, "Don’t know", "Prefer not to say", "Don't know"])
    assert (found.labels, found.off_scale) == (SURE, ("Don’t know", "Prefer not to say"))


def test_ticked_options_are_told_one_by_one(path: Path) -> None:
    found = question(path, ["Camden, Barnet", "Camden", "Barnet", "Camden, Enfield", "Enfield, Barnet", "Camden"] * 3)
    assert (found.kind, set(found.labels)) == ("ticks", {"Camden", "Barnet", "Enfield"})


def test_comments_are_text_and_their_words_are_no_labels(path: Path) -> None:
    found = question(path, COMMENTS)
    assert (found.kind, found.labels, found.answered) == ("text", (), 22)


def test_a_question_that_nobody_answered_is_empty(path: Path) -> None:
    assert question(path, ["", " "]).kind == "empty"


def test_the_platform_is_recognised_and_personal_columns_are_named_without_a_cell(path: Path) -> None:
    found = look(path, **{"Email Address": ["ann@example.org"] * 4, "Sure?": ["Agree", "Disagree"] * 2})
    assert (found.platforms, found.dropped, found.rows) == (("google-forms",), ("Email Address",), 4)
    told = describe(found)
    assert "Personal columns, dropped on reading: Email Address." in told
    assert "example.org" not in told


def test_a_file_that_cannot_be_read_yet_says_why(path: Path) -> None:
    path.write_text("Timestamp,Q,Q\n2024/10/01,x,y\n", "utf-8")
    found = inspect_export(path, Source(file="x/a.csv", platform="plain"), shown="a.csv")
    assert "same header" in found.why_unread
    assert "It cannot be read yet: " in describe(found)
