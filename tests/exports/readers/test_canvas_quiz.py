from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.reader import Export
from pipeline.exports.readers.canvas_quiz import READER
from pipeline.exports.registry import platforms_of
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

SHOWN = "wave-1/answers.csv"
QUESTIONS = '"11: How able, on a ""1"" to ""5""?",1,12: Why?,1.0'
HEADER = f"section,section_id,section_sis_id,submitted,attempt,{QUESTIONS},n correct,n incorrect,score\n"
START = '"T2, L1","2, 1","T2, L1",2025-04-07 03:59:00 UTC,1'
ROW = f'{START},4,0,"So,\nso",0,0,2,0.0\n'


def read(text: str | bytes, **settings: Any) -> RawAnswers:
    content = text if isinstance(text, bytes) else text.encode()
    return READER.read(Export(content, Source(file=SHOWN, platform="canvas-quiz", **settings), SHOWN))


def refused(text: str | bytes, **settings: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(text, **settings)
    return str(caught.value)


def test_a_question_is_named_by_its_number_and_its_points_are_left_out() -> None:
    answers = read(HEADER + ROW)
    assert answers.table.iloc[0].tolist() == [2, dt.date(2025, 4, 7), "T2, L1", "4", "So,\nso"]
    assert list(answers.table.columns) == ["line", "submitted_on", "section", "11", "12"]
    assert answers.texts == {"section": "section", "11": 'How able, on a "1" to "5"?', "12": "Why?"}
    assert answers.headers[5:9] == ('11: How able, on a "1" to "5"?', "1", "12: Why?", "1.0")
    assert answers.option_separator == ", "


def test_names_and_numbers_of_people_are_dropped_and_counted() -> None:
    answers = read(f"name,id,sis_id,{HEADER}A Name,7,,{ROW}Another,8,s8,{ROW}")
    assert answers.dropped == {"name": 2, "id": 2, "sis_id": 1}
    assert list(answers.table.columns) == ["line", "submitted_on", "section", "11", "12"]


def test_a_file_of_first_attempts_alone_has_no_column_of_attempts() -> None:
    text = (
        "section,section_id,submitted,11: How?,1,n correct,n incorrect,score\nL1,1,2025-04-07 03:59:00 UTC,4,0,0,0,0\n"
    )
    assert read(text).table["11"].tolist() == ["4"]


def test_moments_are_read_as_declared_where_they_are_not_iso() -> None:
    text = HEADER + ROW.replace("2025-04-07 03:59:00 UTC", "07/04/2025 03:59")
    assert "line 2, the 'submitted', holds '07/04/2025 03:59', which is not written as" in refused(text)
    assert read(text, dates="%d/%m/%Y %H:%M").table["submitted_on"].tolist() == [dt.date(2025, 4, 7)]


def test_a_question_without_points_after_it_is_refused() -> None:
    assert "column 7 is headed '12: Why?'; expected the points" in refused(HEADER.replace('?",1,', '?",'))


def test_a_last_question_without_points_is_refused() -> None:
    assert "column 3 is headed ''; expected the points" in refused("section,11: How?\n")


def test_points_that_follow_no_question_are_refused() -> None:
    text = HEADER.replace("attempt,", "attempt,1,1,")
    assert "column 6 and column 7 have the same header, '1'" in refused(text)


def test_the_same_question_twice_is_refused() -> None:
    assert "column 6 and column 8 have the same header, '11'" in refused(HEADER.replace("12: Why?", "11: Why?") + ROW)


def test_a_row_of_another_width_is_refused() -> None:
    assert "line 2: found 13 fields; expected 12" in refused(HEADER + ROW.replace("\n\n", "").rstrip("\n") + ",\n")


def test_a_file_without_numbered_questions_is_no_student_analysis() -> None:
    assert "it has no column such as '4911959: How ...?'" in refused("section,submitted\nL1,x\n")


def test_a_file_without_moments_is_no_student_analysis() -> None:
    assert "it has no column 'submitted'" in refused("section,11: How?,1\nL1,4,0\n")


def test_a_workbook_is_told_as_such() -> None:
    assert "is a workbook; expected the .csv file" in refused(b"PK\x03\x04...")


@pytest.mark.parametrize("personal", ["", "name,id,sis_id,"])
def test_a_student_analysis_is_recognised(personal: str) -> None:
    assert platforms_of(read_first_rows((personal + HEADER).encode(), shown=SHOWN)) == ["canvas-quiz"]


@pytest.mark.parametrize(
    "headers",
    ["section,submitted,score", "section,submitted,11: How?,1", HEADER.replace("11:", "").replace("12:", "").strip()],
)
def test_other_files_are_not_recognised(headers: str) -> None:
    assert platforms_of(read_first_rows(f"{headers}\n".encode(), shown=SHOWN)) == []
