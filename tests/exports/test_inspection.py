"""What a file holds is told before any evaluation.yml knows it: its platform, its questions, and their scales."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.exports.draft import describe
from pipeline.exports.inspection import FoundQuestion, Inspection, inspect_export
from pipeline.exports.label_orders import known_order, likely_order
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


@pytest.mark.parametrize(
    "order",
    [
        ("Not at all able", "Slightly able", "Moderately able", "Very able", "Completely able"),
        ("Little or no knowledge of it", "Some knowledge of it", "Extensive knowledge of it"),
        ("Never", "Rarely", "Some of the time", "Most of the time", "All of the time"),
        ("Very unlikely", "Unlikely", "Likely", "Very likely"),
    ],
    ids=["ability", "knowledge", "time", "likelihood"],
)
def test_a_scale_of_another_kind_is_put_in_order(path: Path, order: tuple[str, ...]) -> None:
    found = question(path, [*reversed(order), *order, order[0]])
    assert (found.kind, found.labels, found.order_known) == ("scale", order, True)


@pytest.mark.parametrize(
    "order",
    [
        ("Not at all able", "Slightly able", "Neutral", "Moderately able", "Extremely able"),
        ("0 - Not at all", "1", "2", "3", "4 - Completely"),
        ("1 (None)", "2", "3", "10 (All)"),
        ("Very unhelpful", "Unhelpful", "Neither helpful nor unhelpful", "Helpful", "Very helpful"),
        ("Disagree.", "Neutral.", "Agree."),
    ],
    ids=["a middle", "numbers with ends", "numbers in brackets", "contraries", "full stops"],
)
def test_what_looks_like_a_scale_is_one_whose_order_is_to_be_checked(path: Path, order: tuple[str, ...]) -> None:
    found = question(path, [*reversed(order), *order, order[0]])
    assert (found.kind, found.labels, found.order_known) == ("scale", order, False)
    assert "(check the order)" in describe(look(path, Q=[*order, *order]))


@pytest.mark.parametrize(
    "forms",
    [
        ["25 to 34 years", "35 to 44 years", "45 to 54 years"],
        ["1", "2", "3+"],
        ["red", "neutral", "blue"],
        ["too slow", "just right", "too fast"],
        ["not at all able", "neutral", "very able", "quite able"],
        ["helpful", "unhelpful", "other"],
    ],
)
def test_nothing_is_made_a_scale_that_might_be_none(forms: list[str]) -> None:
    assert known_order(forms) is None
    assert likely_order(forms) is None


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["9/8/18 3:42", "9/14/18 10:00", "10/2/18"], ("2018-09-08", "2018-10-02")),
        (["31.12.2023", "01.02.2024 10:00"], ("2023-12-31", "2024-02-01")),
        (["2024-02-01T10:00:00Z", "2023/12/31 1:00:00 PM GMT"], ("2023-12-31", "2024-02-01")),
        (["01/02/2024", "03/04/2024"], ()),
        (["13/02/2024", "02/13/2024"], ()),
    ],
    ids=["month first", "day first", "year first", "cannot be told", "in two ways"],
)
def test_the_first_and_the_last_date_are_told_where_the_dates_show_how_they_are_written(
    path: Path, cells: list[str], days: tuple[str, ...]
) -> None:
    found = question(path, cells)
    assert (found.kind, found.labels) == ("date", days)
    rows = "".join(f"{cell},x\n" for cell in cells)
    path.write_text(f"Timestamp,Q\n{rows}", "utf-8")
    inspected = inspect_export(path, Source(file="x/a.csv", platform="plain"), shown="a.csv")
    assert tuple(map(str, inspected.days)) == days
    assert (f"3 submissions, from {days[0]}" if len(cells) == 3 else "submissions") in describe(inspected)


def test_numbers_and_words_are_no_codes(path: Path) -> None:
    assert question(path, [str(number) for number in range(100, 120)]).kind != "code"
    assert question(path, ["Ada", "Bob", "Cyd", "Dee", "Eve", "Fay", "Gus", "Hal", "Ivo", "Joe", "Kay"]).kind == "text"
    assert question(path, ["1dalym", "2masou"]).kind != "code"


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
