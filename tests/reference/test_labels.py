"""Labels that a person reads as the same are the same; those that differ stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reference.labels import did_you_mean, listed, nearest, normal_form

LEVELS = ["Not at all confident", "Slightly confident", "Confident", "Very confident"]
DASHES = "-‐‑–—−"
APOSTROPHES = "'‘’ʼ`"
SPACES = [" ", "  ", "\u00a0", "\u2009", "\u202f", "\t", "\n"]
# Letters of which no case folding changes the number, so that upper case can be taken back.
few = settings(max_examples=40, deadline=None)
words = st.lists(st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8), min_size=1, max_size=5)


@few
@given(st.text(max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@few
@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_a_plain_text_has_the_normal_form_that_any_text_has(text: str) -> None:
    # A mark that no normal form keeps, so that the text is not plain any more.
    assert normal_form(text) == normal_form(f"{text}\N{ZERO WIDTH SPACE}")


def test_a_label_that_cannot_be_shown_is_escaped_in_a_message() -> None:
    assert listed(["1", "\x14", "it's"]) == "'1', '\\x14' and 'it's'"
    assert did_you_mean("very sur", ["very sure\x1b"]) == "; did you mean 'very sure\\x1b'?"


@few
@given(words, st.data())
def test_case_and_every_kind_of_space_make_no_difference(parts: list[str], data: st.DataObject) -> None:
    written = [data.draw(st.sampled_from([part, part.upper(), part.title()])) for part in parts]
    text = data.draw(st.sampled_from(["", *SPACES]))
    for number, part in enumerate(written):
        text += (data.draw(st.sampled_from(SPACES)) if number else "") + part
    text += data.draw(st.sampled_from(["", *SPACES]))
    assert normal_form(text) == " ".join(parts)


@few
@given(words, st.sampled_from(DASHES), st.sampled_from(DASHES))
def test_every_kind_of_dash_is_the_same(parts: list[str], one: str, other: str) -> None:
    assert normal_form(f" {one} ".join(parts)) == normal_form(f" {other} ".join(parts))


@few
@given(words, st.sampled_from(APOSTROPHES), st.sampled_from(APOSTROPHES))
def test_every_kind_of_apostrophe_is_the_same(parts: list[str], one: str, other: str) -> None:
    assert normal_form(one.join(parts)) == normal_form(other.join(parts))


@few
@given(words, st.sampled_from(["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"]))
def test_what_cannot_be_seen_makes_no_difference(parts: list[str], invisible: str) -> None:
    text = " ".join(parts)
    assert normal_form(invisible.join(text)) == normal_form(text)


@pytest.mark.parametrize("written", ["Ｃｏｎｆｉｄｅｎｔ", "Conﬁdent"])
def test_a_wide_letter_and_two_letters_in_one_are_the_letters_they_show(written: str) -> None:
    assert normal_form(written) == "confident"


@pytest.mark.parametrize("other", ["Dont know", "Do n't know", "Don't knows", 'Don"t know', "Don't-know"])
def test_different_words_stay_different(other: str) -> None:
    assert normal_form(other) != normal_form("Don't know")


def test_the_nearest_label_is_given_as_it_is_written_in_the_settings() -> None:
    assert nearest("very  CONFIDANT", LEVELS) == "Very confident"


def test_where_nothing_is_near_nothing_is_suggested() -> None:
    assert nearest("xyzzy", LEVELS) is None
    assert did_you_mean("xyzzy", LEVELS) == ""
    assert nearest("anything", []) is None


def test_a_suggestion_is_a_clause_that_ends_the_sentence() -> None:
    assert did_you_mean("Confidnt", LEVELS) == "; did you mean 'Confident'?"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [([], "none"), (["a"], "'a'"), (["a", "b"], "'a' and 'b'"), (["a", "b", "c"], "'a', 'b' and 'c'")],
)
def test_labels_are_listed_as_a_person_lists_them(labels: list[str], expected: str) -> None:
    assert listed(labels) == expected
