from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exports.contract import RawAnswers
from pipeline.exports.read import read_export
from pipeline.exports.reader import Export
from pipeline.exports.readers.surveymonkey import READER
from pipeline.ground.errors import ExportError
from pipeline.reference.labels import normal_form
from pipeline.reference.waves import Source

Make = Callable[..., bytes]
DATES = "%m/%d/%Y %I:%M:%S %p"
OWN = (
    "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name",
    "Custom Data 1",
)  # fmt: skip
MOMENT = dt.datetime(2024, 3, 5, 22, 12, 33)
SELF = (118, 42, "03/05/2024 10:00:00 PM", "03/05/2024 10:12:33 PM", "10.1.2.3", "jo@example.org", "Jo", "Doe", "s-7")

# Question, what the second row says, and the cells of two people.
ANSWERS: tuple[tuple[str, str, str, str], ...] = (
    ("How sure are\nyou, now?", "Response", "Very sure", ""),
    ("Where?", "Camden", "Camden", ""),
    ("", "Barnet; or near", "Barnet; or near", "Barnet; or near"),
    ("", "Other (please specify)", "", "Brent"),
    ("How much do you agree?", "I plan", "Agree", "Disagree"),
    ("", "I know", "Agree", ""),
    ("Sector?", "Response", "Health", ""),
    ("", "Other (please specify)", "", "A farm"),
    ("What helps?", "Open-Ended Response", "Time, and\n\"rest\"", ""),
)  # fmt: skip


def table_of(*columns: Sequence[str], people: int = 2, own: Sequence[Any] = SELF) -> list[list[Any]]:
    rows: list[list[Any]] = [[*OWN, *(column[0] for column in columns)], [""] * len(OWN) + [c[1] for c in columns]]
    return rows + [[*own, *(column[2 + person] for column in columns)] for person in range(people)]


def text_of(rows: Sequence[Sequence[Any]], delimiter: str = ",") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode()


def read(content: bytes, file: str = "wave-1/answers.csv", **declared: Any) -> RawAnswers:
    source = Source(file=file, platform="surveymonkey", **({"dates": DATES} | declared))
    return READER.read(Export(content, source, file))


def refused(content: bytes, **declared: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(content, **declared)
    return str(caught.value)


def columns_of(answers: RawAnswers) -> dict[str, list[str | None]]:
    table = answers.table.iloc[:, 2:]
    return {
        name: [None if cell is None else cell for cell in table[name].astype(object).where(table[name].notna(), None)]
        for name in table
    }


def check_answers(answers: RawAnswers) -> None:
    assert columns_of(answers) == {
        "How sure are\nyou, now?": ["Very sure", None],
        "Where?": ["Camden|Barnet; or near", "Barnet; or near"],
        "Where? [Other (please specify)]": [None, "Brent"],
        "How much do you agree? [I plan]": ["Agree", "Disagree"],
        "How much do you agree? [I know]": ["Agree", None],
        "Sector?": ["Health", None],
        "Sector? [Other (please specify)]": [None, "A farm"],
        "What helps?": ['Time, and\n"rest"', None],
    }
    assert answers.option_separator == "|"
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 5)] * 2


def test_two_header_rows_become_one_column_a_question() -> None:
    answers = read(text_of(table_of(*ANSWERS)))
    check_answers(answers)
    # The first question takes two lines of the header, and the comment two of the first answer.
    assert answers.table["line"].tolist() == [4, 6]


def test_semicolons_between_fields_are_read_when_declared() -> None:
    check_answers(read(text_of(table_of(*ANSWERS), ";"), delimiter=";"))


def test_a_workbook_is_read_as_its_text_is(workbook_bytes: Make) -> None:
    own = [*SELF[:2], MOMENT, MOMENT, *SELF[4:]]
    rows = [[cell if cell != "" else None for cell in row] for row in table_of(*ANSWERS, own=own)]
    answers = read(workbook_bytes(*rows), file="wave-1/answers.xlsx", dates=None)
    check_answers(answers)
    assert answers.table["line"].tolist() == [3, 4]


def test_personal_columns_are_dropped_and_only_counted() -> None:
    contact = (
        ("Your details", "Name", "Jo Doe", ""),
        ("", "Email Address", "jo@home.org", "x@y.org"),
        ("", "Phone Number", "", ""),
    )
    answers = read(text_of(table_of(*ANSWERS, *contact)))
    check_answers(answers)
    assert answers.dropped == {
        **dict.fromkeys(("IP Address", "Email Address", "First Name", "Last Name", "Custom Data 1"), 2),
        "Your details [Name]": 1,
        "Your details [Email Address]": 2,
        "Your details [Phone Number]": 0,
    }
    for secret in ("jo@", "x@y.org", "Doe", "10.1.2.3", "s-7"):
        assert secret not in repr(answers) + answers.table.to_csv()


def test_the_separator_is_one_that_no_option_holds() -> None:
    plain = (("Where?", "Camden", "Camden", ""), ("", "Barnet", "Barnet", ""))
    assert read(text_of(table_of(*plain))).option_separator == ";"
    holding = (("Where?", "a;b", "a;b", ""), ("", "c|d", "c|d", ""))
    answers = read(text_of(table_of(*holding)))
    assert columns_of(answers) == {"Where?": ["a;b¦c|d", None]}
    declared = read(text_of(table_of(*plain)), option_separator="/")
    assert (columns_of(declared), declared.option_separator) == ({"Where?": ["Camden/Barnet", None]}, "/")


def test_a_declared_separator_that_an_option_holds_is_refused() -> None:
    message = refused(text_of(table_of(*ANSWERS)), option_separator=";")
    assert "options hold ';'; declare an `option_separator` that none holds" in message


def test_a_grid_whose_answers_are_no_options_stays_a_question_a_row() -> None:
    grid = (("Agree?", "I plan", "Agree", ""), ("", "I know", "", ""))
    assert list(columns_of(read(text_of(table_of(*grid))))) == ["Agree? [I plan]", "Agree? [I know]"]


def test_other_is_known_by_its_place_whatever_it_is_called() -> None:
    named = (("Where?", "Camden", "Camden", ""), ("", "Barnet", "", ""), ("", "Elsewhere, namely", "Brent", ""))
    answers = columns_of(read(text_of(table_of(*named))))
    assert answers == {"Where?": ["Camden", None], "Where? [Elsewhere, namely]": ["Brent", None]}


def test_a_grid_of_which_only_the_last_row_is_answered_is_no_question_with_other() -> None:
    grid = (("Agree?", "I plan", "", ""), ("", "I know", "Agree", ""))
    assert list(columns_of(read(text_of(table_of(*grid))))) == ["Agree? [I plan]", "Agree? [I know]"]


option = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=6).filter(
    lambda text: normal_form(text) not in ("", "response", "open-ended response", "other (please specify)")
)


@settings(max_examples=40, deadline=None)
@given(options=st.lists(option, min_size=1, max_size=5, unique_by=normal_form), data=st.data())
def test_what_is_ticked_is_what_the_one_column_holds(options: list[str], data: st.DataObject) -> None:
    people = data.draw(st.lists(st.sets(st.sampled_from(range(len(options)))), max_size=4))
    cells = [["Where?", *[""] * (len(options) - 1)], options]
    cells += [[one if at in ticked else "" for at, one in enumerate(options)] for ticked in people]
    own = [OWN, [""] * len(OWN), *[SELF] * len(people)]
    answers = read(text_of([[*left, *right] for left, right in zip(own, cells, strict=True)]))
    found = [set(cell.split(answers.option_separator)) if cell else set() for cell in columns_of(answers)["Where?"]]
    assert found == [{options[at] for at in ticked} for ticked in people]


def test_options_that_nobody_ticked_are_one_column() -> None:
    blank = (("Where?", "Camden", "", ""), ("", "Barnet", "", ""))
    assert columns_of(read(text_of(table_of(*blank)))) == {"Where?": [None, None]}


def test_a_single_box_to_tick_is_its_question() -> None:
    assert columns_of(read(text_of(table_of(("Consent", "I agree", "I agree", ""))))) == {"Consent": ["I agree", None]}


def test_a_second_row_without_a_word_names_every_column_by_its_question() -> None:
    assert columns_of(read(text_of(table_of(("How sure?", "", "4", "5"))))) == {"How sure?": ["4", "5"]}


def test_newer_names_of_its_own_columns_are_known() -> None:
    own = ["respondent_id", "collector_id", "date_created", "date_modified", "ip_address", "email_address", "Q"]
    rows = [own, [""] * 6 + ["Response"], ["1", "2", "2024-03-05", "2024-03-06", "10.1.2.3", "a@b.org", "x"]]
    answers = read(text_of(rows), dates="%Y-%m-%d")
    assert columns_of(answers) == {"Q": ["x"]}
    assert answers.dropped == {"ip_address": 1, "email_address": 1}
    assert answers.table["submitted_on"].tolist() == [dt.date(2024, 3, 6)]


def test_how_moments_are_written_must_be_declared() -> None:
    message = refused(text_of(table_of(*ANSWERS)), dates=None)
    assert "line 4, the 'End Date', holds the text '03/05/2024 10:12:33 PM', and day and month cannot" in message


@pytest.mark.parametrize(
    "content",
    [
        b"Country,Q1,Column2\nNorway,x,y\n",
        b"Respondent ID,End Date,Q\n118,03/05/2024,x\n",
        b"Respondent ID,End Date,Q\n",
    ],
)
def test_one_header_row_is_refused_with_what_to_do(content: bytes) -> None:
    assert refused(content) == (
        "wave-1/answers.csv is not a SurveyMonkey export with two header rows: it has no column 'Respondent ID' with "
        "nothing below it; export with expanded columns, or declare `platform: plain` for one row of headers."
    )


def test_a_column_without_a_header_in_either_row_is_refused() -> None:
    rows = table_of(("Where?", "Camden", "", ""), ("", " ", "x", ""))
    assert "column 11 has no header in either row; expected one below 'Where?'" in refused(text_of(rows))
    assert "the first column has no header" in refused(b",Respondent ID,Q\n,,Response\nx,1,y\n")


def test_a_question_that_comes_twice_is_refused() -> None:
    rows = table_of(("How sure?", "Response", "", ""), ("how  sure?", "Response", "x", ""))
    assert "question 10 and question 11 have the same header" in refused(text_of(rows))


def test_headers_alone_give_a_table_without_rows() -> None:
    assert len(read(text_of(table_of(*ANSWERS, people=0))).table) == 0


@pytest.mark.parametrize(
    "file", ["longterm_October2017.csv", "instructor_training_post_20180908.csv", "2020_carpentryconhome_raw.csv"]
)
def test_real_files_with_a_collapsed_header_are_no_exports_with_two_rows(file: str) -> None:
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set; it names the folder that holds the real exports.")
    source = Source(file=file, platform="surveymonkey", dates=DATES)
    with pytest.raises(
        ExportError, match=r"^real/.* is not a SurveyMonkey export with two header rows: .*`platform: p"
    ):
        read_export(Path(shared) / "real" / "surveymonkey-carpentries", source, shown="real")


def test_other_is_kept_apart_where_nobody_ticked_an_option() -> None:
    only_other = (("Where?", "Camden", "", ""), ("", "Other (please specify)", "Brent", ""))
    answers = columns_of(read(text_of(table_of(*only_other))))
    assert answers == {"Where?": [None, None], "Where? [Other (please specify)]": ["Brent", None]}


def test_a_single_answer_with_a_box_beside_it_is_not_folded() -> None:
    beside = (("Sector?", "Response", "Health", ""), ("", "Prefer not to say", "", "Prefer not to say"))
    answers = columns_of(read(text_of(table_of(*beside))))
    assert answers == {"Sector?": ["Health", None], "Sector? [Prefer not to say]": [None, "Prefer not to say"]}
