"""A quote is published only as the register approves it; each rule refuses with one sentence."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.quotes import COLUMNS, Quote, hash_text, read_quotes
from pipeline.disclosure.published import Published
from pipeline.disclosure.quotes import judge_quotes, protect_quotes, shown_ids
from pipeline.ground.errors import ExportError, QuotesError
from pipeline.reference.evaluation import Evaluation

TODAY = dt.date(2024, 1, 15)
NAME = "data/raw/registers/SYNTHETIC-quotes.csv"
TEXT = "Old forms remain in use."
SHOWN = frozenset({"barnet", "camden", "health"})


def row(text: str = TEXT, **changed: str) -> dict[str, str]:
    """Return an approved row of the register, with cells changed."""
    return {
        "sha256": hash_text(text), "wave": "wave-2", "question": "barriers", "theme": "forms", "text": text,
        "consent": "yes", "approver_1": "First Approver", "approver_2": "Second Approver", "approved_on": "2023-11-20",
        "shown_as": "", "original_sha256": hash_text(f"as written: {text}"), "checked": "",
    } | changed  # fmt: skip


def as_csv(*rows: Mapping[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def quotes_of(*rows: Mapping[str, str], name: str = NAME) -> list[Quote]:
    return read_quotes(as_csv(*rows), shown=name)


def refusals(evaluation: Evaluation, *rows: Mapping[str, str], name: str = NAME) -> list[str]:
    verdicts = judge_quotes(quotes_of(*rows, name=name), evaluation, today=TODAY, shown={"wave-2": SHOWN})
    return [sentence for verdict in verdicts for sentence in verdict.refusals]


def published(evaluation: Evaluation, *rows: Mapping[str, str], wave: str = "wave-2") -> pd.DataFrame:
    return protect_quotes(quotes_of(*rows), evaluation, wave, today=TODAY, shown=SHOWN)


@pytest.mark.parametrize("shown_as", ["", "camden", "health"])
def test_an_approved_quote_is_published_word_for_word(tiny_evaluation: Evaluation, shown_as: str) -> None:
    made = published(tiny_evaluation, row(shown_as=shown_as))
    assert made.to_dict("records") == [{"wave": "wave-2", "question": "barriers", "text": TEXT, "shown_as": shown_as}]


def test_quotes_of_another_wave_are_not_published_with_this_one(tiny_evaluation: Evaluation) -> None:
    made = published(tiny_evaluation, row(), row("No shared words.", wave="wave-1"), wave="wave-1")
    assert made["text"].tolist() == ["No shared words."]


def test_an_empty_register_publishes_nothing(tiny_evaluation: Evaluation) -> None:
    assert published(tiny_evaluation).empty


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": "Old forms remain in use!"}, "the sha256 is not that of the text"),
        ({"sha256": ""}, "the sha256 is not that of the text"),
        ({"consent": ""}, "consent is ''; expected 'yes'."),
        ({"consent": "no"}, "consent is 'no'; expected 'yes'."),
        ({"approver_2": "First Approver"}, "both approvers are the same person; expected two."),
        ({"approver_2": " first  APPROVER "}, "both approvers are the same person; expected two."),
        ({"approver_2": "FirstApprover"}, "both approvers are the same person; expected two."),
        ({"approver_1": "Jos\u00e9", "approver_2": "Jose\u0301"}, "both approvers are the same person; expected two."),
        ({"approver_1": " "}, "an approver is blank; expected the names of two people."),
        ({"approver_2": ""}, "an approver is blank; expected the names of two people."),
        ({"approved_on": ""}, "approved_on is ''; expected a day such as '2023-11-20'."),
        ({"approved_on": "20/11/2023"}, "approved_on is '20/11/2023'; expected a day such as '2023-11-20'."),
        ({"approved_on": "2023-10-01"}, "before the fieldwork of wave-2 (2023-10-02); correct the day."),
        ({"approved_on": "2024-01-16"}, "which is still to come; expected a day up to today."),
        ({"shown_as": "camden;health"}, "shown_as names both a borough and a sector, 'camden;health'"),
        ({"shown_as": "health + camden"}, "shown_as names both a borough and a sector"),
        ({"shown_as": "Camden"}, "expected nothing, or the id of a borough or a sector; did you mean 'camden'?"),
        ({"shown_as": "all-three"}, "expected nothing, or the id of a borough or a sector."),
        ({"shown_as": "enfield"}, "'enfield' is not shown in wave-2 ([c]); leave shown_as blank."),
        ({"shown_as": "schools"}, "'schools' is not shown in wave-2 ([c]); leave shown_as blank."),
        ({"wave": "wave-3"}, "'wave-3' is not a wave; expected 'wave-1' and 'wave-2'"),
        ({"question": "barrier"}, "'barrier' is not a question asked; expected 'barriers'; did you mean 'barriers'?"),
        ({"original_sha256": "abc"}, "original_sha256 is no SHA-256"),
    ],
)  # fmt: skip
def test_a_row_is_refused_in_one_sentence_that_names_its_line(
    tiny_evaluation: Evaluation, changed: dict[str, str], told: str
) -> None:
    (sentence,) = refusals(tiny_evaluation, row("Another quote."), row() | changed)
    assert sentence.startswith(f"{NAME}, line 3: ")
    assert told in sentence
    with pytest.raises(QuotesError) as stopped:
        published(tiny_evaluation, row("Another quote."), row() | changed)
    assert str(stopped.value) == sentence


@pytest.mark.parametrize(
    "text", ["Ask \u202egnihtyna\u202c.", "zero\u200bwidth", "two\nlines", "a\u0007bell", "a\u2028b", "\ufeffmark"]
)
def test_a_text_with_characters_that_cannot_be_seen_is_refused(tiny_evaluation: Evaluation, text: str) -> None:
    (sentence,) = refusals(tiny_evaluation, row(text, checked="Seen."))
    assert "the text holds the unseen character U+" in sentence


def test_a_blank_text_is_refused(tiny_evaluation: Evaluation) -> None:
    assert any("the text is blank" in one for one in refusals(tiny_evaluation, row(" ")))


def test_the_same_quote_twice_is_refused_where_it_stands_again(tiny_evaluation: Evaluation) -> None:
    (sentence,) = refusals(tiny_evaluation, row(), row(TEXT.upper(), checked="Capitals.", wave="wave-1"))
    assert sentence == f"{NAME}, line 3: the same quote stands in {NAME}, line 2; expected each once."


def test_two_quotes_of_one_comment_are_refused(tiny_evaluation: Evaluation) -> None:
    first = row()
    second = row("And nobody reads them.", original_sha256=first["original_sha256"])
    (sentence,) = refusals(tiny_evaluation, first, second)
    assert f"{NAME}, line 3: it is taken from the same comment as {NAME}, line 2" in sentence


def test_a_text_that_the_pre_check_marks_needs_a_reason(tiny_evaluation: Evaluation) -> None:
    marked = row("In camden nobody asks Priya.")
    (sentence,) = refusals(tiny_evaluation, marked)
    assert "'camden' (place or organisation)" in sentence
    assert "'Priya' (name)" in sentence
    assert refusals(tiny_evaluation, marked | {"checked": " "}) == [sentence]
    assert refusals(tiny_evaluation, marked | {"checked": "Both are invented."}) == []


def test_a_row_with_several_mistakes_is_told_all_of_them(tiny_evaluation: Evaluation) -> None:
    assert len(refusals(tiny_evaluation, row(consent="", approver_2="", approved_on=""))) == 3


def test_a_real_wave_takes_no_quotes_from_a_register_that_git_would_keep(tiny_evaluation: Evaluation) -> None:
    (sentence,) = refusals(tiny_evaluation, row(), name="data/raw/registers/quotes.csv")
    assert "wave-2 holds synthetic data, but the register is named 'quotes.csv'" in sentence
    real = [wave.model_copy(update={"data": "real"}) for wave in tiny_evaluation.waves]
    (sentence,) = refusals(tiny_evaluation.model_copy(update={"waves": tuple(real)}), row())
    assert "wave-2 holds real data, but the register is named 'SYNTHETIC-quotes.csv'" in sentence


def test_without_published_tables_a_borough_is_held_against_the_settings_alone(tiny_evaluation: Evaluation) -> None:
    (verdict,) = judge_quotes(quotes_of(row(shown_as="enfield")), tiny_evaluation, today=TODAY)
    assert verdict.refusals == ()


def test_a_text_is_hashed_in_composed_form() -> None:
    # The SHA-256 of the five bytes 63 61 66 c3 a9, as sha256sum gives it.
    known = "850f7dc43910ff890f8879c0ed26fe697c93a067ad93a7d50f466a7028a9bf4e"
    assert hash_text("caf\u00e9") == hash_text("cafe\u0301") == known


def test_where_nobody_is_quoted_as_of_a_place_every_quote_is_that_of_a_professional(
    tiny_evaluation: Evaluation,
) -> None:
    made = protect_quotes(quotes_of(row(shown_as="enfield")), tiny_evaluation, "wave-2", today=TODAY, shown=None)
    assert made["shown_as"].tolist() == [""]


def test_what_is_shown_is_read_from_the_published_tables(
    tiny_published: Published, tiny_evaluation: Evaluation
) -> None:
    # With a minimum base of 3, Enfield's two people of the first wave are hidden; both sectors have more in each.
    first, second = (shown_ids(tiny_published, tiny_evaluation, wave) for wave in ("wave-1", "wave-2"))
    assert {"barnet", "camden", "health", "schools"} <= first
    assert "enfield" not in first
    assert "enfield" in second


@pytest.mark.parametrize(
    "columns", [COLUMNS[:-1], (*COLUMNS, "respondent_id"), ("SHA", *COLUMNS[1:])], ids=["missing", "further", "other"]
)
def test_other_columns_are_refused(columns: tuple[str, ...]) -> None:
    with pytest.raises(QuotesError, match="found the columns .*; expected 'sha256', 'wave'"):
        read_quotes(as_csv(row(), columns=columns), shown=NAME)


def test_columns_may_stand_in_another_order() -> None:
    (quote,) = read_quotes(as_csv(row(), columns=COLUMNS[::-1]), shown=NAME)
    assert replace(quote, place="") == Quote("", **row())


def test_a_file_that_cannot_be_read_without_guessing_is_refused_with_its_line() -> None:
    with pytest.raises(ExportError, match="line 2"):
        read_quotes(as_csv() + b'"never closed\n', shown=NAME)


printable = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(text=printable, change=st.integers(0, 10**6), other=st.characters(min_codepoint=33, max_codepoint=126))
def test_any_text_is_published_as_approved_and_refused_once_a_character_changes(
    tiny_evaluation: Evaluation, text: str, change: int, other: str
) -> None:
    approved: dict[str, Any] = row(text, checked="Seen.")
    assert published(tiny_evaluation, approved)["text"].tolist() == [unicodedata.normalize("NFC", text)]
    place = change % len(text)
    edited = text[:place] + other + text[place + 1 :]
    if unicodedata.normalize("NFC", edited) != unicodedata.normalize("NFC", text):
        assert any("sha256" in one for one in refusals(tiny_evaluation, approved | {"text": edited}))
