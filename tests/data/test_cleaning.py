from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.data.ledger import check_ledger
from pipeline.exports.contract import RawAnswers
from pipeline.ground.errors import ExportError, LedgerError
from pipeline.reference.evaluation import Evaluation

Clean = Callable[..., CleanedWave]
Raw = Callable[..., RawAnswers]
Row = dict[str, Any]


def rules(cleaned: CleanedWave) -> list[tuple[int, str]]:
    return list(zip(cleaned.set_aside["line"], cleaned.set_aside["rule"], strict=True))


def code_hashes(cleaned: CleanedWave) -> list[str]:
    return cleaned.codes_by_respondent.query("without_part == 0")["code_hash"].tolist()


def areas(cleaned: CleanedWave) -> list[str]:
    return cleaned.areas_by_respondent["area"].tolist()


def refused(clean: Clean, *rows: Row, **made: Any) -> str:
    with pytest.raises(ExportError) as caught:
        clean(*rows, **made)
    return str(caught.value)


def test_one_row_gives_one_answer_an_item(clean: Clean, full: Row) -> None:
    cleaned = clean(full)
    answers = cleaned.answers_by_respondent_item
    assert answers["item"].tolist() == ["sure", "known"]
    assert answers["response"].tolist() == ["Very sure", "Little"]
    assert answers["level"].tolist() == [3, 2]
    assert set(answers["respondent_id"]) == {"wave-1-0001"}
    assert (answers["sector"].iloc[0], answers["role"].iloc[0]) == ("health", "manager")
    assert answers["submitted_on"].iloc[0] == pd.Timestamp(2023, 3, 7)
    assert cleaned.comments_by_respondent.iloc[0].tolist() == ["wave-1", "wave-1-0001", "helps", "More time for it"]


def test_no_file_and_a_header_alone_give_empty_tables(clean: Clean) -> None:
    for cleaned in (clean(files=[]), clean()):
        assert len(cleaned.answers_by_respondent_item) == len(cleaned.areas_by_respondent) == 0
        assert str(cleaned.answers_by_respondent_item["level"].dtype) == "Int8"
    assert clean().ledger_by_file.iloc[0].tolist() == ["wave-1", "a.xlsx", 0, 0, 0, 0, 0, 0, 0]


def test_a_wave_all_set_aside_gives_empty_tables(clean: Clean) -> None:
    cleaned = clean({"Where?": "Camden"})
    assert len(cleaned.answers_by_respondent_item) == 0
    assert cleaned.ledger_by_file["rows_set_aside"].tolist() == [1]


def test_blank_cells_are_missing_answers(clean: Clean, plain: Row) -> None:
    cleaned = clean(*[plain | {"How sure?": blank} for blank in (None, "", "  ", "\u00a0", "\u200b")])
    sure = cleaned.answers_by_respondent_item.query("item == 'sure'")
    assert set(sure["answer_kind"]) == {"missing"}
    assert sure["response"].isna().all()


def test_an_item_nobody_answered_is_kept_as_missing(clean: Clean, plain: Row) -> None:
    ledger = clean(*[plain | {"How known?": None}] * 3).ledger_by_file.iloc[0]
    assert (ledger["cells_answered"], ledger["cells_missing"]) == (3, 3)


def test_off_scale_answers_have_a_label_and_no_level(clean: Clean, plain: Row) -> None:
    answer = clean(plain | {"How sure?": "Don't know"}).answers_by_respondent_item.iloc[0]
    assert (answer["answer_kind"], answer["response"], pd.isna(answer["level"])) == ("off_scale", "Don't know", True)


def test_rows_without_an_answer_to_any_item_are_set_aside(clean: Clean, full: Row) -> None:
    cleaned = clean(full | {"How sure?": " ", "How known?": None}, full | {"How sure?": "Don't know"})
    assert rules(cleaned) == [(2, "no_answers")]


def test_rows_outside_fieldwork_are_set_aside_and_its_ends_are_within(clean: Clean, plain: Row) -> None:
    days = [dt.date(2023, 3, 5), dt.date(2023, 3, 6), dt.date(2023, 4, 2), dt.date(2023, 4, 3), None]
    cleaned = clean(*[plain | {"submitted_on": day} for day in days])
    assert rules(cleaned) == [(2, "outside_fieldwork"), (5, "outside_fieldwork")]
    assert "2023-03-05, outside fieldwork (2023-03-06 to 2023-04-02)" in cleaned.set_aside["what_to_do"].iloc[0]


def test_colleagues_who_tick_the_same_answers_are_all_kept(clean: Clean, plain: Row) -> None:
    cleaned = clean(*[plain | {"What helps?": "Not sure", "Code town": "Lo"}] * 4)
    assert rules(cleaned) == []
    assert cleaned.ledger_by_file["rows_used"].tolist() == [4]


@pytest.mark.parametrize("sign", [{"What helps?": "More time please"}, {"Code town": "Lo", "Code day": "7"}])
def test_the_same_submission_twice_counts_once(sign: Row, clean: Clean, plain: Row) -> None:
    cleaned = clean(plain | sign, plain, plain | sign | {"How sure?": "VERY  sure"})
    assert rules(cleaned) == [(4, "same_submission_twice")]
    assert "line 2 of a.xlsx" in cleaned.set_aside["what_to_do"].iloc[0]


def test_the_same_submission_in_two_files_counts_once(clean: Clean, raw: Raw, full: Row) -> None:
    row = full | {"Where?": "Camden"}
    cleaned = clean(files=[raw([row]), raw([row], file="b.csv", separator=", ")])
    assert rules(cleaned) == [(2, "same_submission_twice")]
    assert cleaned.ledger_by_file["rows_used"].tolist() == [1, 0]


def test_a_submission_outside_fieldwork_hides_no_later_twin(clean: Clean, full: Row) -> None:
    cleaned = clean(full | {"submitted_on": dt.date(2023, 3, 1)}, full)
    assert rules(cleaned) == [(2, "outside_fieldwork")]


def test_the_same_person_twice_counts_the_first_time(clean: Clean, full: Row) -> None:
    cleaned = clean(full, full | {"How sure?": "Sure", "Code town": " LO", "Code day": "7"})
    assert rules(cleaned) == [(3, "same_person_twice")]
    assert cleaned.answers_by_respondent_item["response"].iloc[0] == "Very sure"
    assert len(code_hashes(cleaned)) == 1


@pytest.mark.parametrize("other", [{"Where?": "Barnet"}, {"Where?": "Camden;Barnet"}, {"Sector?": "Schools"}])
def test_the_same_code_elsewhere_keeps_both(other: Row, clean: Clean, full: Row) -> None:
    cleaned = clean(full, full | other)
    assert rules(cleaned) == []
    assert len(code_hashes(cleaned)) == 2


def test_a_code_with_a_blank_part_has_no_hash_of_the_whole(clean: Clean, full: Row) -> None:
    assert len(code_hashes(clean(full, full | {"Code town": "Ab", "Code day": " "}))) == 1


def test_nobody_is_linked_before_the_waves_are_brought_together(clean: Clean, full: Row) -> None:
    assert clean(full).answers_by_respondent_item["person_id"].isna().all()


def test_the_code_appears_in_no_table(clean: Clean, full: Row) -> None:
    cleaned = clean(
        full | {"Code town": "Zanzibar", "Code day": "29"}, full | {"Code town": "Zanzibar", "Code day": "29"}
    )
    assert len(cleaned.set_aside) == 1
    for table in vars(cleaned).values():
        assert "zanzibar" not in table.to_csv().lower()


def test_respondents_are_numbered_in_order_of_file_and_line(clean: Clean, raw: Raw, plain: Row) -> None:
    cleaned = clean(files=[raw([plain, {}, plain]), raw([plain], file="b.xlsx")])
    respondents = cleaned.answers_by_respondent_item["respondent_id"].drop_duplicates().tolist()
    assert respondents == ["wave-1-0001", "wave-1-0002", "wave-1-0003"]
    assert cleaned.ledger_by_file["rows_used"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Camden;Barnet;", ["barnet", "camden", "all"]),
        ("camden;Camden", ["camden", "all"]),
        ("All-wide;", ["all"]),
        ("All London", ["all"]),
        ("All-wide;Camden", ["camden", "all"]),
        (None, ["all"]),
        (" ", ["all"]),
    ],
)
def test_everyone_counts_once_in_the_whole_and_in_each_ticked_area(
    cell: str | None, expected: list[str], clean: Clean, plain: Row
) -> None:
    assert areas(clean(plain | {"Where?": cell})) == expected


def test_areas_that_hold_the_separator_are_recognised(clean: Clean, plain: Row) -> None:
    cleaned = clean(plain | {"Where?": "King’s, Cross and more, Barnet"}, separator=", ")
    assert areas(cleaned) == ["barnet", "kings", "all"]


def test_blank_sector_and_role_are_missing(clean: Clean, plain: Row) -> None:
    answer = clean(plain | {"Sector?": None, "Role?": " "}).answers_by_respondent_item.iloc[0]
    assert pd.isna(answer["sector"])
    assert pd.isna(answer["role"])


def test_html_in_a_comment_stays_text(clean: Clean, plain: Row) -> None:
    comments = clean(plain | {"What helps?": " <b>time</b>\n"}).comments_by_respondent
    assert comments["text"].tolist() == [" <b>time</b>\n"]


def test_a_question_without_a_column_is_told_with_the_nearest_header(clean: Clean) -> None:
    headers = ["Where?", "Sector?", "Role?", "Code town", "Code day", "How sur?", "How known?", "What helps?"]
    message = refused(clean, headers=headers)
    assert message == (
        "a.xlsx has no column for the question 'How sure?'; the nearest header is 'How sur?'; "
        "correct the wording in evaluation.yml, or export all questions."
    )


def test_a_column_without_a_question_is_refused(clean: Clean, full: Row) -> None:
    message = refused(clean, full, headers=[*full, "Your salary?"])
    assert message.startswith("a.xlsx: the column 'Your salary?' is no question of evaluation.yml; declare")


def test_columns_that_no_question_names_are_left_out_where_the_source_says_so(clean: Clean, full: Row) -> None:
    cleaned = clean(full, headers=[*full, "Your salary?"], ignores_others=True)
    assert cleaned.ledger_by_file["rows_used"].tolist() == [1]


def test_a_column_with_a_short_name_is_found_by_the_text_asked(clean: Clean, full: Row) -> None:
    short = {("Q1" if header == "How sure?" else header): cell for header, cell in full.items()}
    cleaned = clean(short, headers=list(short), texts={"Q1": "How  sure?"})
    assert cleaned.answers_by_respondent_item["response"].iloc[0] == "Very sure"


def test_a_column_is_found_by_its_name_before_the_text_asked(clean: Clean, full: Row) -> None:
    cleaned = clean(full | {"Q1": "Sure"}, headers=[*full, "Q1"], texts={"Q1": "How sure?"}, ignores_others=True)
    assert cleaned.answers_by_respondent_item["response"].iloc[0] == "Very sure"


def test_headers_match_however_they_are_spaced(clean: Clean) -> None:
    headers = ["where? ", "Sector?", "Role?", "Code\u00a0town", "Code day", "How\nsure?", "How known?", "What helps?"]
    cleaned = clean({"How\nsure?": "Sure"}, headers=headers)
    assert cleaned.answers_by_respondent_item["response"].iloc[0] == "Sure"


def test_a_file_given_twice_is_refused(clean: Clean, raw: Raw, plain: Row) -> None:
    assert "a.xlsx is given twice for wave-1" in refused(clean, files=[raw([plain]), raw([plain])])


def test_free_text_and_codes_appear_in_no_message(clean: Clean, full: Row) -> None:
    message = refused(clean, full | {"How sure?": "Maybe", "Code town": "Zanzibar", "What helps?": "A secret thing"})
    assert "Zanzibar" not in message
    assert "secret" not in message


@pytest.mark.parametrize("column", ["rows_in", "rows_used", "cells_missing"])
def test_a_ledger_that_does_not_balance_stops_the_run(column: str, clean: Clean, full: Row) -> None:
    ledger = clean(full).ledger_by_file
    ledger[column] += 1
    with pytest.raises(LedgerError, match=r"^a\.xlsx"):
        check_ledger(ledger, 2)


def test_a_survey_without_code_role_or_comments_is_cleaned(evaluation: Evaluation, raw: Raw, plain: Row) -> None:
    about = evaluation.questions.model_copy(update={"role": None, "code": ()})
    short = evaluation.model_copy(update={"questions": about, "comments": ()})
    headers = ["Where?", "Sector?", "How sure?", "How known?"]
    cleaned = clean_wave([raw([plain, plain], headers=headers)], short, "wave-1", link_key=b"key")
    assert code_hashes(cleaned) == []
    assert cleaned.answers_by_respondent_item["role"].isna().all()
    assert len(cleaned.comments_by_respondent) == 0


row_strategy = st.fixed_dictionaries(
    {
        "Where?": st.sampled_from(["Camden;", "Barnet;Camden;", "All-wide", None]),
        "Sector?": st.sampled_from(["Health", "NHS", "Schools", None]),
        "Role?": st.sampled_from(["Manager", " "]),
        "Code town": st.sampled_from(["Lo", "lo", "Pa", None]),
        "Code day": st.sampled_from(["7", "07", None]),
        "How sure?": st.sampled_from(["Not sure", "Sure", "Quite sure", "Don’t know", "", None]),
        "How known?": st.sampled_from(["None", "NA", "Much ", None]),
        "What helps?": st.sampled_from(["None", "More time for it", None]),
        "submitted_on": st.sampled_from([dt.date(2023, 3, 7), dt.date(2022, 1, 1)]),
    }
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(row_strategy, max_size=8), max_size=3))
def test_every_row_and_cell_is_accounted_for(files: list[list[Row]], clean: Clean, raw: Raw) -> None:
    cleaned = clean(files=[raw(rows, file=f"{number}.xlsx") for number, rows in enumerate(files)])
    ledger = cleaned.ledger_by_file
    check_ledger(ledger, 2)
    assert ledger["rows_in"].tolist() == [len(rows) for rows in files]
    assert not cleaned.set_aside.duplicated(["file", "line"]).any()
    answers = cleaned.answers_by_respondent_item
    assert answers["respondent_id"].nunique() == ledger["rows_used"].sum()
    assert (cleaned.areas_by_respondent["area"] == "all").sum() == ledger["rows_used"].sum()


def test_a_wording_that_two_columns_ask_is_refused_with_both(clean: Clean, full: Row) -> None:
    short = {header: cell for header, cell in full.items() if header != "How sure?"} | {"q1": "Sure", "q2": "Not sure"}
    texts = {"q1": "How sure?", "q2": "how  sure?"}
    message = refused(clean, short, headers=list(short), texts=texts)
    assert "asks 'How sure?' in more than one column, 'q1' and 'q2'; give the question's `column`" in message
