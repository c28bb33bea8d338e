from __future__ import annotations

import csv
import datetime as dt
import os
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.reader import Export
from pipeline.exports.readers.jisc import READER
from pipeline.exports.registry import platforms_of
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

SHOWN, KEY_SHOWN = "wave-1/answers.csv", "wave-1/key.csv"
KEY = """"URN","Unique Response Number"
"Q5","What country do you work in?"
"1","Botswana"
"2","Burkina Faso"
"Q6","Why there?"
"Q9","What do you use (select all that apply)?"
"1","Paper"
"2","Phone, tablet"
"3","Other"
"Q9_3_a","If other, please specify"
"Q54","Do you have:"
"Q54_1_a","access to hardware?"
"1","agree"
"Q54_1_b","access to hardware?"
"1","disagree"
"CompletionDate","Submission date"
"""
HEADER = "URN,Q5,Q6,Q9_1,Q9_2,Q9_3,Q9_3_a,Q54,Q54_1_a,Q54_1_b,CompletionDate"
GRID_ROWS = ("Q54_1", "Q54_2", "Q54_3", "Q55_1", "Q55_2", "Q55_3", "Q55_4")
REAL = {
    "en": ("results-for-idrc-surveyin-2021-03-05-0807.en.csv", "results-for-idrc-surveyin-2020-11-06-1612-key.en.csv"),
    "fr": ("results-for-idrc-surveyin-2021-03-05-0810.fr.csv", "results-for-idrc-surveyin-2020-11-06-1556-key.fr.csv"),
    "pt": ("results-for-idrc-surveyin-2021-03-05-0811.pt.csv", "results-for-idrc-surveyin-2020-11-06-1555-key.pt.csv"),
}


def read(text: str, key: str | None = KEY, **settings: Any) -> RawAnswers:
    source = Source(file=SHOWN, platform="jisc", key=KEY_SHOWN if key is not None else None, **settings)
    content = None if key is None else key.encode()
    return READER.read(Export(text.encode(), source, SHOWN, content, KEY_SHOWN if key is not None else ""))


def refused(text: str, key: str | None = KEY, **settings: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(text, key, **settings)
    return str(caught.value)


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def column(answers: RawAnswers, name: str) -> list[str | None]:
    return answers.table[name].astype(object).where(answers.table[name].notna(), None).tolist()


def test_codes_become_the_labels_of_the_key() -> None:
    answers = read(rows("u-1,2,,0,0,0,,,,,2020-09-21", "u-2,1,,0,0,0,,,,,2020-09-22", "u-3,,,0,0,0,,,,,2020-09-23"))
    assert column(answers, "Q5") == ["Burkina Faso", "Botswana", None]
    assert answers.texts["Q5"] == "What country do you work in?"


def test_the_platform_s_own_columns_are_no_questions_and_its_day_is_taken() -> None:
    answers = read(rows("u-1,2,,0,0,0,,,,,2020-09-21"))
    assert list(answers.table.columns) == ["line", "submitted_on", "Q5", "Q6", "Q9", "Q9_3_a", "Q54_1"]
    assert answers.table["submitted_on"].tolist() == [dt.date(2020, 9, 21)]
    assert answers.headers == tuple(HEADER.split(","))


def test_the_day_may_be_declared_to_stand_elsewhere_and_otherwise() -> None:
    key = KEY + '"Q70","When?"\n'
    text = f"{HEADER},Q70\nu-1,2,,0,0,0,,,,,2020-09-21,5.10.2020\n"
    answers = read(text, key, submitted="Q70", dates="%d.%m.%Y")
    assert answers.table["submitted_on"].tolist() == [dt.date(2020, 10, 5)]
    assert "Q70" not in answers.table


def test_a_declared_column_of_days_that_is_not_there_is_refused() -> None:
    assert "no column 'Q71', which evaluation.yml declares as `submitted`" in refused(rows(), submitted="Q71")


def test_a_file_without_days_has_none() -> None:
    answers = read("URN,Q6\nu-1,x\n")
    assert answers.table["submitted_on"].tolist() == [None]


@pytest.mark.parametrize("untouched", ["0", ""])
def test_options_that_can_be_ticked_are_joined_by_what_no_label_holds(untouched: str) -> None:
    answers = read(
        rows(f"u-1,,,1,{untouched},1,by hand,,,,2020-09-21", f"u-2,,,{','.join([untouched] * 3)},,,,,2020-09-21")
    )
    assert column(answers, "Q9") == ["Paper;Other", None]
    assert column(answers, "Q9_3_a") == ["by hand", None]
    assert answers.option_separator == ";"
    assert answers.texts["Q9"] == "What do you use (select all that apply)?"


def test_the_separator_is_one_that_no_option_s_label_holds() -> None:
    answers = read(rows("u-1,,,1,1,0,,,,,2020-09-21"), KEY.replace("Phone, tablet", "Phone; tablet"))
    assert (column(answers, "Q9"), answers.option_separator) == (["Paper|Phone; tablet"], "|")


def test_a_declared_separator_is_used_and_refused_where_a_label_holds_it() -> None:
    text = rows("u-1,,,1,0,1,,,,,2020-09-21")
    assert column(read(text, option_separator="+"), "Q9") == ["Paper+Other"]
    assert "cannot be joined by ','" in refused(text, option_separator=",")


def test_a_tick_is_1_and_nothing_else() -> None:
    message = refused(rows("u-1,,,0,0,0,,,,,2020-09-21", "u-2,,,0,2,0,,,,,2020-09-21"))
    assert "the column 'Q9_2' holds '2' (1 row, line 3); wave-1/key.csv gives labels for '0' and '1'" in message


@pytest.mark.parametrize("suffix", ["", "_1"])
def test_the_cells_of_a_grid_s_row_become_one_answer(suffix: str) -> None:
    header = HEADER.replace("Q54_1_a", f"Q54_1_a{suffix}").replace("Q54_1_b", f"Q54_1_b{suffix}")
    answers = read(
        f"{header}\nu-1,,,0,0,0,,,1,,2020-09-21\nu-2,,,0,0,0,,,,1,2020-09-21\nu-3,,,0,0,0,,,0,0,2020-09-21\n"
    )
    assert column(answers, "Q54_1") == ["agree", "disagree", None]
    assert answers.texts["Q54_1"] == "Do you have: [access to hardware?]"
    assert "Q54" not in answers.table


def test_two_ticks_in_a_grid_s_row_are_both_kept_for_cleaning_to_judge() -> None:
    assert column(read(rows("u-1,,,0,0,0,,,1,1,2020-09-21")), "Q54_1") == ["agree;disagree"]


def test_grid_cells_of_different_texts_are_questions_of_their_own() -> None:
    key = KEY.replace('"Q54_1_b","access to hardware?"', '"Q54_1_b","access to software?"')
    answers = read(rows("u-1,,,0,0,0,,,1,,2020-09-21"), key)
    assert (column(answers, "Q54_1_a"), column(answers, "Q54_1_b")) == (["agree"], [None])


def test_a_heading_that_holds_something_is_kept() -> None:
    assert column(read(rows("u-1,,,0,0,0,,said,,,2020-09-21")), "Q54") == ["said"]


def test_an_unanswered_text_question_is_no_heading() -> None:
    assert column(read(rows("u-1,,,0,0,0,,,,,2020-09-21")), "Q6") == [None]
    assert column(read(rows("u-1,,,0,0,0,,,,,2020-09-21"), KEY + '"Q6_a","More?"\n'), "Q6") == [None]


def test_codes_that_the_key_does_not_know_are_told_together_with_line_and_column() -> None:
    lines = ["u-1,7,,0,0,0,,,,,2020-09-21", "u-2,8,,0,0,0,,,2,,2020-09-21", "u-3,7,,0,0,0,,,,,2020-09-21"]
    first, second = refused(rows(*lines)).split("\n")
    assert "answers.csv: the column 'Q5' holds '7' (2 rows, first line 2), '8' (1 row, line 3)" in first
    assert "the column 'Q54_1_a' holds '2' (1 row, line 3)" in second


def test_an_ignored_column_is_not_decoded() -> None:
    answers = read(rows("u-1,7,,0,0,0,,,,,2020-09-21"), ignore=("Q5",))
    assert answers.ignored == ("Q5",)
    assert "Q5" not in answers.table


def test_a_declared_code_or_label_for_no_answer_is_counted() -> None:
    lines = (
        "u-1,99,,0,0,0,,,,,2020-09-21",
        "u-2,2,99,0,0,0,,,,,2020-09-21",
        "u-3,1,x,0,0,0,,,,,2020-09-21",
        f"u-4,99{9 * ','}2020-09-21",
    )
    answers = read(rows(*lines), missing={"99": "refused", "Burkina Faso": "not a country"})
    assert (column(answers, "Q5"), column(answers, "Q6")) == ([None, None, "Botswana", None], [None, None, "x", None])
    assert answers.declared_missing == {"refused": 3, "not a country": 1}


def test_a_code_cannot_be_both_an_answer_and_none() -> None:
    message = refused(rows("u-1,2,,0,0,0,,,,,2020-09-21"), missing={"2": "refused"})
    assert "'Q5' holds '2' both for 'Burkina Faso' and for no answer (1 row, line 2)" in message


def test_a_column_that_is_not_in_the_key_is_refused_or_ignored() -> None:
    text = rows("u-1,,,0,0,0,,,,,2020-09-21").replace("Q6", "Q66")
    assert "the column 'Q66' is not in wave-1/key.csv" in refused(text)
    assert read(text, ignore=("Q66",)).ignored == ("Q66",)


@pytest.mark.parametrize(
    ("taken", "put", "told"),
    [
        ("Q9_2,", "", "the question 'Q9' has the columns 'Q9_1' and 'Q9_3'; wave-1/key.csv gives it 'Q9_1', 'Q9_2'"),
        ("Q54_1_b", "Q54_1_a_1", "the question 'Q54_1' has the columns 'Q54_1_a' and 'Q54_1_a'"),
        ("Q9_1", "Q9", "the question 'Q9' has the columns 'Q9', 'Q9_2' and 'Q9_3'"),
    ],
)
def test_a_question_without_all_of_its_columns_is_refused(taken: str, put: str, told: str) -> None:
    assert told in refused(HEADER.replace(taken, put) + "\n")


def test_a_personal_question_is_dropped_by_its_text() -> None:
    answers = read("URN,Q6,Q7\nu-1,x,a@example.org\nu-2,y,\n", KEY + '"Q7","E-mail address"\n')
    assert answers.dropped == {"Q7": 1}
    assert "Q7" not in answers.table and "Q7" not in answers.texts


def test_codes_without_a_key_ask_for_it() -> None:
    message = refused("URN,Q1,CompletionDate\n1,yes,2020-09-21\n2,1,2020-09-21\n", key=None)
    assert "line 3: the column 'Q1' holds the code '1'; name the key file" in message


def test_labels_without_a_key_are_given_as_they_are() -> None:
    answers = read("URN,Q1,CompletionDate\n1,yes,2020-09-21\n", key=None)
    assert (column(answers, "Q1"), answers.texts) == (["yes"], {"Q1": "Q1"})


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('"1","agree"\n', "line 1: found '1'; expected a question such as 'Q5', or a code below one"),
        ('"Q1","Why?"\n"1","a"\n"1","b"\n', "line 3: '1' is given a second time"),
        ('"Q1","Why?"\n"Q2","How?"\n"Q1","Why?"\n', "line 3: 'Q1' is given a second time"),
        ('"Q1","Why?"\n"1"\n', "line 2: found ['1']; expected a question and its text"),
        ('"Q1","Why?"\n"1"," "\n', "line 2: found ['1', ' ']"),
        ('"Q1","Why?"\n\n"1","a"\n', "line 2: found []"),
        ('"Q1","Why?"\n"1 a","a"\n', "line 2: found '1 a'"),
        ('"Q1","Why?\n', "line 1: the row that starts here cannot be read as CSV"),
        ("", "wave-1/key.csv is empty"),
    ],
)
def test_a_key_that_cannot_be_understood_is_refused_with_its_line(key: str, told: str) -> None:
    message = refused("URN,Q1\n", key)
    assert message.startswith(KEY_SHOWN)
    assert told in message


def test_a_file_without_urn_is_no_jisc_export() -> None:
    assert "is not a Jisc Online Surveys export: it has no column 'URN'" in refused("Q1\n1\n")


def test_a_header_alone_gives_a_table_without_rows() -> None:
    assert read(rows()).table.shape == (0, 7)


@pytest.mark.parametrize("header", ["URN,Q1", "Unique Response Number,7. Why?"])
def test_it_is_recognised_by_its_first_column(header: str) -> None:
    assert platforms_of(read_first_rows(f"{header}\n1,2\n".encode(), shown=SHOWN)) == ["jisc"]


def test_another_table_is_not_recognised() -> None:
    assert "jisc" not in platforms_of(read_first_rows(b"Q1,URN\n1,2\n", shown=SHOWN))


@pytest.fixture(scope="module")
def real() -> Path:
    shared = os.environ.get("EVALUATION_SHARED")
    if not shared:
        pytest.skip("EVALUATION_SHARED is not set; it names the folder that holds the real exports.")
    return Path(shared) / "real" / "jisc-open-data-practices"


@pytest.mark.parametrize(("language", "shape"), [("en", (68, 378)), ("fr", (12, 382)), ("pt", (3, 378))])
def test_the_real_surveys_fold_back_to_what_their_raw_cells_say(
    real: Path, language: str, shape: tuple[int, int]
) -> None:
    file, key = ((real / name).read_bytes() for name in REAL[language])
    source = Source(file="answers.csv", platform="jisc", key="key.csv")
    assert platforms_of(read_first_rows(file, shown=SHOWN)) == ["jisc"]
    answers = READER.read(Export(file, source, SHOWN, key, KEY_SHOWN))
    headers, *cells = csv.reader(file.decode().splitlines())
    assert (len(answers.table), len(answers.headers)) == shape == (len(cells), len(headers))
    # Counted apart from the reader: the label is the key's line after the name of the grid's cell.
    key_lines = list(csv.reader(key.decode().splitlines()))
    label_by_cell = {name: after[1] for (name, _), after in zip(key_lines, key_lines[1:], strict=False)}
    levels = defaultdict(set)
    for row in GRID_ROWS:
        expected: Counter[str] = Counter()
        for position, header in enumerate(headers):
            found = re.fullmatch(rf"({row}_[a-d])(_1)?", header)
            if found:
                levels[row].add(label_by_cell[found[1]])
                expected[label_by_cell[found[1]]] += sum(record[position] == "1" for record in cells)
        ticks = Counter(label for cell in answers.table[row].dropna() for label in cell.split(answers.option_separator))
        assert ticks == +expected
        assert len(levels[row]) == 4
    assert answers.table["submitted_on"].notna().all()


def test_the_real_english_survey_has_rows_of_a_grid_with_several_ticks(real: Path) -> None:
    file, key = ((real / name).read_bytes() for name in REAL["en"])
    answers = READER.read(Export(file, Source(file="a.csv", platform="jisc", key="k.csv"), SHOWN, key, KEY_SHOWN))
    headers, *cells = csv.reader(file.decode().splitlines())
    places = [headers.index(f"Q54_1_{letter}") for letter in "abcd"]
    several = sum(sum(record[place] == "1" for place in places) > 1 for record in cells)
    assert answers.table["Q54_1"].str.contains(answers.option_separator, regex=False, na=False).sum() == several == 6


def test_the_real_surveys_countries_become_names(real: Path) -> None:
    file, key = ((real / name).read_bytes() for name in REAL["en"])
    answers = READER.read(Export(file, Source(file="a.csv", platform="jisc", key="k.csv"), SHOWN, key, KEY_SHOWN))
    headers, *cells = csv.reader(file.decode().splitlines())
    assert answers.texts["Q5"] == "What country do you currently work in?"
    in_botswana = sum(record[headers.index("Q5")] == "1" for record in cells)
    assert (answers.table["Q5"] == "Botswana").sum() == in_botswana
