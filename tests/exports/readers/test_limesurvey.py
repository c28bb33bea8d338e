from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.reader import Export
from pipeline.exports.readers.limesurvey import READER
from pipeline.exports.registry import platforms_of
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

SHOWN = "wave-1/answers.csv"
OWN = (
    "id. Response ID,submitdate. Date submitted,lastpage. Last page,startlanguage. Start language,seed. Seed,"
    "startdate. Date started,datestamp. Date last action,ipaddr. IP address"
)
OWN_TITLES = (
    "Response ID,Date submitted,Last page,Start language,Seed,Date started,Date last action,IP address,Referrer URL"
)
GRID = '"rate[sat1]. Please rate these. There are no right answers [I like my job (mostly)]"'


def read(text: str | bytes, **settings: Any) -> RawAnswers:
    content = text if isinstance(text, bytes) else text.encode()
    return READER.read(Export(content, Source(file=SHOWN, platform="limesurvey", **settings), SHOWN))


def refused(text: str | bytes, **settings: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(text, **settings)
    return str(caught.value)


def platforms(text: str) -> list[str]:
    return platforms_of(read_first_rows(text.encode(), shown=SHOWN))


def test_a_column_is_named_by_its_code_and_asks_what_follows_the_full_stop() -> None:
    answers = read("affSat1. I find real enjoyment in my job,job-2. Which one?\nAgree,x\n")
    assert list(answers.table.columns[2:]) == ["affSat1", "job-2"]
    assert answers.texts == {"affSat1": "I find real enjoyment in my job", "job-2": "Which one?"}
    assert answers.headers == ("affSat1. I find real enjoyment in my job", "job-2. Which one?")


def test_a_row_of_a_grid_is_named_by_the_code_in_brackets_and_asks_what_stands_in_the_last_brackets() -> None:
    answers = read(f"{GRID},b[two]. Pick [any] of [these]\nAgree,x\n")
    assert answers.texts == {"sat1": "I like my job (mostly)", "two": "these"}


def test_a_row_of_a_grid_without_a_text_of_its_own_asks_the_text_of_the_grid() -> None:
    assert read("rse3[SQ001]. Who uses your code? []\n2\n").texts == {"SQ001": "Who uses your code?"}


def test_codes_that_two_grids_share_keep_the_code_of_their_grid() -> None:
    answers = read("a[SQ001]. A [x],b[SQ001]. B [y],b[SQ002]. B [z],c. C\n1,2,3,4\n")
    assert list(answers.table.columns[2:]) == ["a[SQ001]", "b[SQ001]", "SQ002", "c"]
    assert answers.texts["a[SQ001]"] == "x"


def test_a_code_that_a_question_and_a_row_of_a_grid_share_keeps_that_of_the_grid() -> None:
    assert list(read("one. A,b[ONE]. B [x]\n1,2\n").table.columns[2:]) == ["one", "b[ONE]"]


def test_a_grid_with_two_scales_keeps_its_whole_code() -> None:
    assert list(read("a[r1][1]. A [x][s],a[r1][2]. A [x][t]\n1,2\n").table.columns[2:]) == ["a[r1][1]", "a[r1][2]"]


def test_headers_of_codes_alone_are_their_own_text() -> None:
    answers = read("id,submitdate,lastpage,sat1,rate[sat2]\n1,2024-03-05 10:11:12,3,Agree,Disagree\n")
    assert answers.texts == {"sat1": "sat1", "sat2": "rate[sat2]"}


def test_headers_of_full_texts_are_kept_whole() -> None:
    answers = read(f"{OWN_TITLES},How are you? [At work]\n1,2024-03-05 10:11:12,3,en,4,x,y,192.0.2.1,z,Well\n")
    assert list(answers.table.columns[2:]) == ["How are you? [At work]"]


@pytest.mark.parametrize("own", [OWN, OWN_TITLES.removesuffix(",Referrer URL")])
def test_own_columns_are_left_out_and_the_address_of_the_machine_counted(own: str) -> None:
    rows = '1,2024-03-05 23:11:12,3,en,4,2024-03-05 10:00:00,2024-03-05 10:11:12,192.0.2.1,"a\n, b"\n'
    answers = read(f"{own},q1. What?\n{rows}")
    assert list(answers.table.columns) == ["line", "submitted_on", "q1"]
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 5)]
    assert answers.table["q1"].tolist() == ["a\n, b"]
    assert answers.dropped == {"IP address": 1}


@pytest.mark.parametrize("header", ["{}", "{}. Something else"])
def test_what_the_list_of_participants_knows_of_a_person_is_dropped(header: str) -> None:
    headers = ",".join(header.format(code) for code in ("firstname", "lastname", "email", "token", "ipaddr"))
    answers = read(f"{headers},q1. What?\nA,B,c@example.org,k3y,192.0.2.1,x\n")
    assert list(answers.table.columns[2:]) == ["q1"]
    assert answers.dropped == {"First name": 1, "Last name": 1, "Email address": 1, "IP address": 1}


def test_a_question_that_asks_who_somebody_is_is_dropped_and_a_row_of_a_grid_is_not() -> None:
    answers = read("q1. E-mail address,q2. Name,email. Email address,g[q3]. How sure are you of? [Device]\na,b,c,d\n")
    assert list(answers.table.columns[2:]) == ["q3"]
    assert answers.dropped == {"q1": 1, "q2": 1, "Email address": 1}


def test_a_question_with_the_code_of_an_own_column_and_another_text_stays_a_question() -> None:
    assert read("seed. Which seed did you sow?,q1. What?\nx,y\n").texts["seed"] == "Which seed did you sow?"


def test_times_taken_are_left_out_and_named() -> None:
    answers = read("q1. What?,interviewtime. Total time,groupTime7. Group time: Work,Question time: q1\nx,9,8,7\n")
    assert list(answers.table.columns[2:]) == ["q1"]
    assert answers.ignored == ("groupTime7", "Question time: q1")


def test_a_response_that_was_never_submitted_and_a_moment_not_kept_have_no_day() -> None:
    rows = "1,,1,x\n2,1980-01-01 00:00:00,2,y\n3,2024-03-05 10:11:12,2,z\n"
    days = read(f"id,submitdate,lastpage,q1\n{rows}").table["submitted_on"].tolist()
    assert days == [None, None, dt.date(2024, 3, 5)]


@pytest.mark.parametrize(("ignore", "expected"), [((), {2: "unfinished"}), (("date submitted",), {})])
def test_a_response_that_was_never_submitted_is_unfinished_unless_the_moments_are_ignored(
    ignore: tuple[str, ...], expected: dict[int, str]
) -> None:
    text = "id,submitdate,lastpage,q1\n1,,1,x\n2,1980-01-01 00:00:00,2,y\n"
    assert read(text, ignore=ignore).not_counted == expected


def test_without_a_column_of_moments_nothing_is_unfinished() -> None:
    answers = read("id,lastpage,q1\n1,1,x\n")
    assert answers.not_counted == {}
    assert answers.table["submitted_on"].tolist() == [None]


def test_dates_are_read_as_declared_where_they_are_not_iso() -> None:
    text = "id,submitdate,lastpage,q1\n1,05/03/2024 10:11,1,x\n"
    assert "line 2, the 'Date submitted', holds '05/03/2024 10:11', which is not written as" in refused(text)
    assert read(text, dates="%d/%m/%Y %H:%M").table["submitted_on"].tolist() == [dt.date(2024, 3, 5)]


def test_a_column_of_moments_may_be_declared() -> None:
    answers = read("submitdate. Abgeschickt,q1. Was?\n2024-03-05 10:11:12,x\n", submitted="submitdate")
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 5)]
    assert list(answers.table.columns[2:]) == ["q1"]


def test_semicolons_may_divide_the_fields() -> None:
    assert read("q1. What?;q2. Why?\nx;y\n", delimiter=";").table["q2"].tolist() == ["y"]


def test_the_first_column_may_hold_row_numbers_under_no_header() -> None:
    answers = read(",q1. What?,q2. Why?\n0,x,y\n17,z,\n")
    assert list(answers.table.columns[2:]) == ["q1", "q2"]
    assert answers.table["line"].tolist() == [2, 3]


def test_a_workbook_is_read_like_a_text(workbook_bytes: Callable[..., bytes]) -> None:
    rows = (["", "submitdate. Date submitted", "q1. What?"], [1, dt.datetime(2024, 3, 5, 10, 11), 7], [2, None, "x"])
    answers = read(workbook_bytes(*rows))
    assert answers.table["q1"].tolist() == ["7", "x"]
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 5), None]
    assert "cell A3, in the first column, which has no header, holds '1' again" in refused(
        workbook_bytes(rows[0], rows[1], rows[1])
    )


def test_a_row_number_that_comes_twice_is_refused_with_its_line() -> None:
    assert refused(",q1. What?\n1,x\n1,y\n") == (
        f"{SHOWN}, line 3, in the first column, which has no header, holds '1' again; expected a row number there, "
        "each once."
    )


@pytest.mark.parametrize("found", ["x", "", "1.0", "-1"])
def test_a_first_column_without_header_that_holds_no_number_is_refused(found: str) -> None:
    assert f"line 2, in the first column, which has no header, holds '{found}';" in refused(f",q1. What?\n{found},x\n")


def test_another_column_without_header_is_refused() -> None:
    assert "the header in column 3 is empty" in refused(",q1. What?,\n1,x,y\n")


def test_the_same_header_twice_is_refused() -> None:
    assert "column 1 and column 2 have the same header" in refused("q1. What?,q1. What?\nx,y\n")


def test_two_questions_with_one_code_are_refused() -> None:
    message = refused("q1. What?,q1. Why?\nx,y\n")
    assert "the column 'q1. What?' and the column 'q1. Why?' have the same header, 'q1'" in message


def test_a_row_of_another_width_is_refused() -> None:
    assert "line 2: found 1 fields; expected 2" in refused("q1. What?,q2. Why?\nx\n")


def test_its_own_columns_or_codes_before_every_question_are_recognised() -> None:
    for text in (f"{OWN},q1. What?\n", f"{OWN_TITLES},What?\n", "id,submitdate,lastpage,q1\n", f",a. What?,{GRID}\n"):
        assert platforms(text) == ["limesurvey"]
    assert platforms("a. What?;b. Why?\n") == ["limesurvey"]


@pytest.mark.parametrize(
    "headers",
    [
        "ID,Start time,Completion time,Email,Name,q1. What?",
        "Timestamp,q1. What?,q2. Why?",
        "Timestamp,Rate these [One],Rate these [Two]",
        "id,name,What?",
        "q1. What?",
        "1. What?,2. Why?",
        "q1.,q2.",
        "What? Dr. Who,b. Why?",
    ],
)
def test_other_files_are_not_recognised(headers: str) -> None:
    assert "limesurvey" not in platforms(headers + "\n")


def areas(*rows: str, others: str = "", **settings: Any) -> RawAnswers:
    options = ",".join(f'"area[SQ{at}]. Where do you work? [{name}]"' for at, name in enumerate(("Camden", "Ely"), 1))
    return read(f"q1. What?,{options}{others}\n" + "".join(f"{row}\n" for row in rows), **settings)


OTHER = ',"area[other]. Where do you work? [Other]"'


def test_options_in_a_column_each_become_one_question() -> None:
    answers = areas("x,Yes,Yes,", "x,No,Yes,Luton", "x,No,No,", "x,,,", others=OTHER)
    assert list(answers.table.columns[2:]) == ["q1", "area", "other"]
    assert answers.texts["area"] == "Where do you work?"
    assert answers.table["area"].fillna("").tolist() == ["Camden;Ely", "Ely", "", ""]
    assert answers.table["other"].fillna("").tolist() == ["", "Luton", "", ""]
    assert answers.option_separator == ";"


def test_ticks_without_any_no_are_seen_to_be_ticks() -> None:
    assert areas("x,Y,", "x,,Y").table["area"].tolist() == ["Camden", "Ely"]


def test_yes_and_no_are_ticks_only_where_the_source_says_so() -> None:
    rows = ("x,Yes,No", "x,No,No")
    assert list(areas(*rows).table.columns[2:]) == ["q1", "SQ1", "SQ2"]
    assert areas(*rows, ticks=["area"]).table["area"].fillna("").tolist() == ["Camden", ""]
    assert areas("x,,", ticks=["area"]).table["area"].isna().tolist() == [True]


def test_nothing_ticked_at_all_tells_nothing_of_ticks() -> None:
    assert list(areas("x,,").table.columns[2:]) == ["q1", "SQ1", "SQ2"]
    assert list(areas("x,,,", others=OTHER).table.columns[2:]) == ["q1", "area", "other"]


@pytest.mark.parametrize("row", ["x,Yes,Perhaps,Luton", "x,Agree,Agree,Luton"])
def test_the_rows_of_a_grid_stay_questions_whatever_stands_beside_them(row: str) -> None:
    assert list(areas(row, others=OTHER).table.columns[2:]) == ["q1", "SQ1", "SQ2", "other"]


def test_a_row_called_other_that_is_answered_yes_or_no_is_no_sign_of_ticks() -> None:
    assert list(areas("x,Yes,No,No", others=OTHER).table.columns[2:]) == ["q1", "SQ1", "SQ2", "other"]


def test_a_tick_list_that_is_declared_and_is_none_is_refused() -> None:
    assert "no tick-list 'area'" in refused("q1. What?,q2. Why?\nx,y\n", ticks=["area"])
    with pytest.raises(ExportError, match="hold only Yes and No"):
        areas("x,Yes,Perhaps", ticks=["area"])
    with pytest.raises(ValueError, match="`ticks` is for LimeSurvey"):
        Source(file=SHOWN, platform="qualtrics", ticks=("Q5",))


def test_an_option_that_holds_a_semicolon_is_joined_by_another_mark() -> None:
    answers = read('"a[1]. W? [x; y]","a[2]. W? [z]"\nY,Y\n')
    assert (answers.option_separator, answers.table["a"].tolist()) == ("|", ["x; y|z"])
