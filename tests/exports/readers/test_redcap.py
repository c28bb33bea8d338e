from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.reader import Export
from pipeline.exports.readers.redcap import READER
from pipeline.exports.registry import platforms_of
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

SHOWN, KEY_SHOWN = "wave-1/answers.csv", "wave-1/dictionary.csv"
STANDARD = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    '"Choices, Calculations, OR Slider Labels",Field Note,Identifier?\n'
)
FIELDS = STANDARD + (
    "record_id,survey,,text,Record ID,,,\n"
    'gender,survey,About you,radio,What is your gender?,"1, Female | 2, Male | -1, Other, please say",,\n'
    "trained,survey,,yesno,Are you trained?,,,\n"
    "sure,survey,,truefalse,Are you sure?,,,\n"
    'tools,survey,,checkbox,What do you use?,"1, Paper | 2, Phone; tablet | -9, None",,\n'
    "score,survey,,calc,Score,sum([a]),,\n"
    "slide,survey,,slider,How sure?,not | fairly | very,,\n"
    "nhs_number,survey,,text,NHS number,,,y\n"
    "training_complete,survey,,text,Is the training complete?,,,\n"
    "why,survey,,notes,Why?,,,\n"
)
LAYOUT = (
    "Study dictionary,,,,,\n"
    'Survey section,Survey question ,variable name ,Label ,Coding ,"Missing values {999, Missing} {888, Branching}"\n'
    ",,Record_ID,Record identification code,None,None \n"
    "About you,,,,,\n"
    ',Gender,gender,Gender,"{1, Female} {2, Male}","999, 888"\n'
    ",How long?,years,Years,None,999\n"
    ',,Years_Range,Years (range),"{1, 0-4}, {2, 5 or more} {more}","999, 888, 777"\n'
)


def read(text: str | bytes, key: str | bytes | None = FIELDS, **settings: Any) -> RawAnswers:
    source = Source(file=SHOWN, platform="redcap", key=None if key is None else KEY_SHOWN, **settings)
    content = text if isinstance(text, bytes) else text.encode()
    key_content = key.encode() if isinstance(key, str) else key
    return READER.read(Export(content, source, SHOWN, key_content, "" if key is None else KEY_SHOWN))


def refused(text: str | bytes, key: str | bytes | None = FIELDS, **settings: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(text, key, **settings)
    return str(caught.value)


def column(answers: RawAnswers, name: str) -> list[str | None]:
    return answers.table[name].astype(object).where(answers.table[name].notna(), None).tolist()


def test_codes_become_the_labels_of_the_dictionary() -> None:
    answers = read("record_id,gender,trained,sure\n1,2,1,0\n2,-1,0,1\n3,,,\n")
    assert column(answers, "gender") == ["Male", "Other, please say", None]
    assert column(answers, "trained") == ["Yes", "No", None]
    assert column(answers, "sure") == ["False", "True", None]
    assert answers.texts["gender"] == "What is your gender?"
    assert answers.table["submitted_on"].tolist() == [None, None, None]


def test_a_mark_of_utf_8_and_windows_line_ends_are_no_part_of_the_answers() -> None:
    answers = read(codecs.BOM_UTF8 + b"record_id,why\r\n1,because\r\n")
    assert list(answers.table.columns) == ["line", "submitted_on", "why"]
    assert column(answers, "why") == ["because"]


def test_formulas_and_sliders_are_not_taken_for_codes() -> None:
    answers = read("record_id,score,slide\n1,7,50\n")
    assert (column(answers, "score"), column(answers, "slide")) == (["7"], ["50"])


def test_ticked_choices_are_joined_by_what_no_label_holds() -> None:
    answers = read("record_id,tools___1,tools___2,tools____9\n1,1,1,0\n2,0,0,1\n3,0,0,0\n4,,,\n")
    assert column(answers, "tools") == ["Paper|Phone; tablet", "None", None, None]
    assert answers.option_separator == "|"
    assert answers.texts["tools"] == "What do you use?"


@pytest.mark.parametrize(
    "header",
    ["tools___1,tools___2", "tools___1,tools___2,tools____9,tools___4", "tools,tools___1,tools___2,tools____9"],
)
def test_choices_that_are_not_those_of_the_dictionary_are_refused(header: str) -> None:
    assert "the columns of 'tools' are not one for each choice" in refused(f"record_id,{header}\n")


def test_a_column_with_three_underscores_beside_the_dictionary_is_text() -> None:
    assert column(read("record_id,gender,count___1\n1,1,x\n"), "count___1") == ["x"]


def test_unknown_codes_are_told_together_with_rows_and_first_line() -> None:
    first, second = refused("record_id,gender,trained\n1,5,1\n2,6,3\n3,5,0\n").split("\n")
    assert "the column 'gender' holds '5' (2 rows, first line 2), '6' (1 row, line 3)" in first
    assert "gives labels for '1', '2' and '-1'" in first
    assert "the column 'trained' holds '3' (1 row, line 3)" in second


def test_very_many_unknown_codes_are_cut_short() -> None:
    lines = "".join(f"{code},{code}\n" for code in range(100, 130))
    assert "'119' (1 row, line 21) and 10 others" in refused(f"record_id,gender\n{lines}")


def test_declared_missing_codes_are_no_answer_and_counted_by_meaning() -> None:
    answers = read(
        "record_id,gender,tools___1,tools___2,tools____9,why,derived\n1,888,888,888,888,888,777\n2,1,1,0,0,7888,1\n",
        missing={"888": "not asked", "777": "removed"},
    )
    assert answers.declared_missing == {"not asked": 5, "removed": 1}
    assert column(answers, "gender") == [None, "Female"]
    assert column(answers, "tools") == [None, "Paper"]
    assert column(answers, "why") == [None, "7888"]
    assert column(answers, "derived") == [None, "1"]


def test_a_missing_code_that_nothing_declares_is_refused() -> None:
    assert "'gender' holds '888' (1 row, line 2)" in refused("record_id,gender\n1,888\n")


def test_columns_that_are_not_in_the_dictionary_stay_as_they_are() -> None:
    answers = read("record_id,gender,gender_condensed\n1,1,1\n")
    assert column(answers, "gender_condensed") == ["1"]
    assert answers.texts["gender_condensed"] == "gender_condensed"


def test_the_platform_s_own_columns_are_no_questions_but_variables_named_like_them_are() -> None:
    header = "record_id,redcap_event_name,redcap_survey_identifier,survey_timestamp,gender,survey_complete,"
    answers = read(f"{header}training_complete\n1,wave_1,a@example.org,2020-10-05 09:30,1,2,soon\n")
    assert list(answers.table.columns) == ["line", "submitted_on", "gender", "training_complete"]


def test_the_day_is_taken_from_the_declared_column() -> None:
    text = "record_id,survey_timestamp,gender\n1,2020-10-05 09:30,1\n"
    answers = read(text, submitted="survey_timestamp", dates="%Y-%m-%d %H:%M")
    assert answers.table["submitted_on"].tolist() == [dt.date(2020, 10, 5)]
    assert "day and month cannot be told apart" in refused(text, submitted="survey_timestamp")
    assert "no column 'day'" in refused(text, submitted="day")


def test_identifiers_and_personal_columns_are_dropped_and_counted() -> None:
    answers = read("record_id,nhs_number,email,gender\n1,943 476 5919,a@example.org,1\n2,,b@example.org,2\n")
    assert list(answers.table.columns) == ["line", "submitted_on", "gender"]
    assert answers.dropped == {"nhs_number": 1, "email": 2}


def test_an_export_of_labels_is_read_as_it_is() -> None:
    answers = read("record_id,gender,tools___1,tools___2,tools____9\n1,Male,Checked,Unchecked,Unchecked\n2,,,,\n")
    assert (column(answers, "gender"), column(answers, "tools")) == (["Male", None], ["Paper", None])


def test_an_export_of_labels_still_refuses_what_is_no_label() -> None:
    message = refused("record_id,gender,trained\n1,Male,Yes\n2,Mal,No\n")
    assert "'gender' holds 'Mal' (1 row, line 3)" in message


def test_missing_codes_and_ignored_columns_do_not_hide_that_a_file_holds_labels() -> None:
    assert column(read("record_id,gender\n1,Male\n2,888\n", LAYOUT), "gender") == ["Male", None]
    assert column(read("record_id,gender\n1,Male\n2,9\n", missing={"9": "refused"}), "gender") == ["Male", None]
    assert column(read("record_id,gender,trained\n1,1,Yes\n", ignore=("gender",)), "trained") == ["Yes"]


def test_labels_among_codes_are_refused() -> None:
    assert "'gender' holds 'Male' (1 row, line 2)" in refused("record_id,gender,trained\n1,Male,1\n")


def test_labels_that_are_codes_too_are_taken_for_codes_unless_the_rest_are_labels() -> None:
    key = STANDARD + 'sites,s,,radio,Sites?,"1, 2 | 2, 3 | 3, 1",,\nok,s,,yesno,Ok?,,,\n'
    assert column(read("record_id,sites,ok\n1,2,1\n", key), "sites") == ["3"]
    assert column(read("record_id,sites,ok\n1,2,Yes\n", key), "sites") == ["2"]


def test_the_header_row_of_a_dictionary_is_found_and_headings_are_passed_over() -> None:
    answers = read("record_id,GENDER,years,years_range\n1,1,12,2\n2,888,999,777\n", LAYOUT)
    assert column(answers, "GENDER") == ["Female", None]
    assert column(answers, "years_range") == ["5 or more", None]
    assert answers.declared_missing == {"Branching": 1, "Missing": 1, "missing code 777": 1}
    assert answers.texts["GENDER"] == "Gender"
    assert (answers.texts["years"], answers.texts["years_range"]) == ("How long? [Years]", "How long? [Years (range)]")


def test_what_evaluation_yml_says_of_a_missing_code_goes_before_the_dictionary() -> None:
    answers = read("record_id,gender\n1,888\n", LAYOUT, missing={"888": "not asked"})
    assert answers.declared_missing == {"not asked": 1}


def test_a_missing_code_of_one_variable_is_an_answer_to_another() -> None:
    assert column(read("record_id,gender,years\n1,1,888\n", LAYOUT), "years") == ["888"]


def test_a_label_without_a_code_is_named_where_a_code_is_unknown() -> None:
    message = refused("record_id,years_range\n1,3\n", LAYOUT)
    assert "'1' and '2' (its 'more' is not written as code and label)" in message


def test_a_dictionary_may_be_a_workbook(workbook_bytes: Callable[..., bytes]) -> None:
    rows = list(csv.reader(LAYOUT.splitlines()))
    answers = read("record_id,gender,years\n1,2,999\n", workbook_bytes(*rows[:5], [*rows[5][:5], 999]))
    assert (column(answers, "gender"), column(answers, "years")) == (["Male"], [None])


def test_a_slip_in_a_header_of_the_dictionary_is_understood_where_it_means_one_thing() -> None:
    assert column(read("record_id,gender\n1,2\n", LAYOUT.replace("variable name ", "varable name")), "gender") == [
        "Male"
    ]


@pytest.mark.parametrize(
    ("taken", "put", "told"),
    [
        ("variable name", "column", "has no row with the headers of a data dictionary"),
        ("Label ", "variable names", "line 2: it cannot be told what the headers"),
        (",,Years_Range", ",,YEARS", "line 7: the variable 'YEARS' is given a second time"),
        (",,Years_Range", ",,", "line 7: found the coding '{1, 0-4}, {2, 5 or more} {more}' and no variable name"),
        ('"999, 888"', '"2, 888"', "line 5: '2' is both an answer to 'gender' and a missing value"),
    ],
)
def test_a_dictionary_that_cannot_be_understood_is_refused_with_its_line(taken: str, put: str, told: str) -> None:
    assert taken in LAYOUT
    message = refused("record_id,gender\n1,1\n", LAYOUT.replace(taken, put, 1))
    assert message.startswith(KEY_SHOWN)
    assert told in message


def test_a_code_with_two_labels_is_neither() -> None:
    message = refused("record_id,gender\n1,1\n", LAYOUT.replace("{2, Male}", "{1, Male}"))
    assert "'gender' holds '1' (1 row, line 2)" in message


def test_a_damaged_workbook_is_refused_in_a_sentence() -> None:
    assert KEY_SHOWN in refused("record_id,gender\n1,1\n", b"PK\x03\x04 and so on")


def test_without_a_dictionary_it_is_asked_for() -> None:
    assert "name its data dictionary as `key`" in refused("record_id,gender\n1,1\n", None)


def test_headers_of_labels_are_refused() -> None:
    message = refused("Record ID,What is your gender?\n1,1\n")
    assert "none of its columns is a variable of wave-1/dictionary.csv" in message


def test_a_header_alone_gives_a_table_without_rows() -> None:
    assert read("record_id,gender,tools___1,tools___2,tools____9\n").table.shape == (0, 4)


@pytest.mark.parametrize("header", ["record_id,a", "study_id,redcap_event_name,a"])
def test_it_is_recognised_by_its_own_columns(header: str) -> None:
    assert platforms_of(read_first_rows(f"{header}\n1,2,3\n".encode(), shown=SHOWN)) == ["redcap"]


def test_another_table_is_not_recognised() -> None:
    assert "redcap" not in platforms_of(read_first_rows(b"id,gender\n1,2\n", shown=SHOWN))


REAL_CODES = {"888": "not asked", "777": "removed", "999": "missing"}
# What the published dictionary leaves out of its coding: its rows by variable, and what they would have to say.
LEFT_OUT = {
    "collection_setting_single": "{7, ?}",
    "SD_capture_instruments_combined_condensed": "{4, ?}",
    "cm_sample_of": "{6, ?}",
    "sdv_consent": "{5, ?}",
    "sdv_eligibility_crit": "{5, ?}",
    "sdv_critical_data": "{5, ?}",
    "sdv_noncritical_data": "{5, ?}",
    "sdv_adverse_events": "{5, ?}",
    "sdv_nonserious_adverse_event": "{5, ?}",
}


@pytest.fixture(scope="module")
def real() -> tuple[bytes, bytes]:
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set; it names the folder that holds the real exports.")
    folder = Path(shared) / "real" / "redcap-dq-national"
    return (
        (folder / "DQ_National_survey - Raw data responses.csv").read_bytes(),
        (folder / "DQ_National_survey - Data dictionary .xlsx").read_bytes(),
    )


@pytest.fixture(scope="module")
def cells_by_header(real: tuple[bytes, bytes]) -> dict[str, list[str]]:
    headers, *rows = csv.reader(real[0].decode("utf-8-sig").splitlines())
    return {header: [row[at] for row in rows] for at, header in enumerate(headers)}


def test_the_real_dictionary_s_gaps_are_told_together(
    real: tuple[bytes, bytes], cells_by_header: dict[str, list[str]]
) -> None:
    told = refused(*real, missing=REAL_CODES).split("\n")
    for sentence, (name, coding) in zip(told, LEFT_OUT.items(), strict=True):
        code = coding[1]
        rows, first = cells_by_header[name].count(code), cells_by_header[name].index(code) + 2
        assert f"the column '{name}' holds '{code}' ({rows} row" in sentence
        assert f"line {first})" in sentence


def test_the_real_answers_are_read_with_the_gaps_filled_and_every_missing_code_counted(
    real: tuple[bytes, bytes], cells_by_header: dict[str, list[str]]
) -> None:
    book = load_workbook(io.BytesIO(real[1]))
    for row in book.active.iter_rows(min_row=2):
        if row[2].value in LEFT_OUT:
            row[4].value = f"{row[4].value} {LEFT_OUT[row[2].value]}"
    file = io.BytesIO()
    book.save(file)
    start = time.process_time()
    answers = read(real[0], file.getvalue(), missing=REAL_CODES)
    seconds = time.process_time() - start
    assert (len(answers.table), len(answers.headers)) == (547, 422)
    counts = Counter(cell for name, cells in cells_by_header.items() if name != "record_id" for cell in cells)
    assert answers.declared_missing == {meaning: counts[code] for code, meaning in REAL_CODES.items()}
    assert answers.declared_missing["not asked"] == 105_058
    assert not answers.table.iloc[:, 2:].isin(list(REAL_CODES)).any(axis=None)
    assert (answers.table["gender"] == "Female").sum() == cells_by_header["gender"].count("1")
    assert len(set(cells_by_header["record_id"])) == 547
    assert seconds < 1.5


def test_the_real_answers_are_read_with_the_columns_of_the_gaps_ignored(
    real: tuple[bytes, bytes], cells_by_header: dict[str, list[str]]
) -> None:
    answers = read(*real, missing=REAL_CODES, ignore=tuple(LEFT_OUT))
    assert set(answers.ignored) == set(LEFT_OUT)
    kept = [cells for name, cells in cells_by_header.items() if name not in LEFT_OUT]
    assert answers.declared_missing["not asked"] == sum(cells.count("888") for cells in kept)


def test_the_real_file_is_recognised(real: tuple[bytes, bytes]) -> None:
    assert platforms_of(read_first_rows(real[0], shown=SHOWN)) == ["redcap"]
