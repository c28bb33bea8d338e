"""The pre-check marks what may tell who wrote a text, and leaves an ordinary sentence alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.precheck import Precheck
from pipeline.reference.evaluation import load_evaluation
from pipeline.reference.personal_marks import is_nhs_number

NCL = Precheck(load_evaluation(Path(__file__).resolve().parents[2] / "evaluation.yml"))


def kinds(text: str) -> set[str]:
    return {mark.kind for mark in NCL.mark(text)}


def marked(text: str) -> list[str]:
    return [mark.text for mark in NCL.mark(text)]


# Of these fourteen a well-known tool without a language model missed six, and half of the postcode.
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Jane Smith at Whittington", "name"),
        ("Ext 4471, speak to Dr Okafor", "extension"),
        ("ask @dr_okafor about it", "handle"),
        ("write to jane dot smith at nhs dot net", "e-mail address"),
        ("ring +44 7700 900 123 after lunch", "telephone number"),
        ("the only male psychologist in Enfield CAMHS", "rare role"),
        ("our clinic at N1 9GU", "postcode"),
        ("number QQ 12 34 56 C", "National Insurance number"),
        ("mail me on j.smith@nhs.net", "e-mail address"),
        ("patient 943 476 5919", "NHS number"),
        ("call 020 7946 0018", "telephone number"),
        ("we met on 12 March 2023", "date"),
        ("see https://example.org/team", "web address"),
        ("schools in islington never call back", "place or organisation"),
    ],
)
def test_each_of_fourteen_kinds_of_line_is_marked(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("our clinic at N1 9GU", "N1 9GU"),
        ("jane dot smith at nhs dot net", "jane dot smith at nhs dot net"),
        ("jane.smith (at) nhs (dot) net", "jane.smith (at) nhs (dot) net"),
        ("ring +44 7700 900 123", "+44 7700 900 123"),
        ("ring (020) 7946-0018", "(020) 7946-0018"),
        ("The team of Oyelaran Brightwater helps", "Oyelaran Brightwater"),
        ("Oyelaran Brightwater helps", "Oyelaran Brightwater"),
        ("I am the head of safeguarding", "head of safeguarding"),
    ],
)
def test_a_mark_covers_the_whole_of_what_it_marks(text: str, whole: str) -> None:
    assert whole in marked(text)


@pytest.mark.parametrize(
    "text",
    [
        "speak to dr okafor", "priya told me", "Jane was a great help", "Staff at St. Ann's say so",
        "the CAMHS team", "x4471", "07700-900-12", "０２０ ７９４６ ００１８",
        "since Tuesday", "on 3/4/23", "in March 2023", "2023-03-12",
        "www.example.org", "haringey.gov.uk", "the sole GP here", "as the SENCO here", "director of nursing",
        "I'm the only one", "the lead nurse", "ask J.S. about it", "we sit in haring\u200bey",
        "ask ｊ＠ｎｈｓ．ｎｅｔ", "our school NW3",
        "The school lead for health", "She lives in Kentish Town", "Whittington should help",
    ],
)  # fmt: skip
def test_other_ways_of_writing_it_are_marked_too(text: str) -> None:
    assert kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Time. We meet twice a term and the agenda is always full.",
        "High caseloads; little room for anything new.",
        "Other agencies still use their own words, so we translate all the time.",
        "I think THRIVE's groupings help across NCL. It saves time!",
        "We now say Getting Help and Getting More Help, and I'm glad of it.",
        "Short videos that we can show in a team meeting.",
        "It took 20 minutes, and 3 of 10 families came.",
    ],
)
def test_an_ordinary_sentence_is_left_alone(text: str) -> None:
    assert marked(text) == []


def test_an_nhs_number_is_known_by_its_check_digit() -> None:
    # The example of the NHS data dictionary is 943 476 5919; its check digit follows from weights 10 to 2.
    assert is_nhs_number("9434765919")
    assert not any(is_nhs_number(f"943476591{digit}") for digit in "012345678")
    # A rest of 11 gives the check digit 0, a rest of 10 none at all.
    assert is_nhs_number("4010232137")
    assert not is_nhs_number("943476591")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.integers(10**9, 10**10 - 1), st.text(max_size=40))
def test_ten_digits_are_marked_whatever_stands_around_them(before: str, number: int, after: str) -> None:
    digits = str(number)
    assert any(digits in mark.text.replace(" ", "") for mark in NCL.mark(f"{before} {digits} {after}"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_stops_it_and_every_mark_lies_in_the_text(text: str) -> None:
    assert all(mark.text and mark.start >= 0 for mark in NCL.mark(text))


@pytest.mark.parametrize("part", ["a", "a.", "x-", "a at ", "a dot ", "@", "1 ", "Ab ", "lead nurse ", " ", "\n"])
def test_a_long_comment_takes_no_time(part: str) -> None:
    started = time.process_time()
    NCL.mark(part * (6000 // len(part)))
    assert time.process_time() - started < 2
