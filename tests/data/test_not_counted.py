from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.data.cleaning import CleanedWave
from pipeline.data.ledger import check_ledger
from pipeline.data.schemas import RULES
from pipeline.exports.contract import NOT_COUNTED, RawAnswers

Clean = Callable[..., CleanedWave]
Raw = Callable[..., RawAnswers]
Row = dict[str, Any]


def rules(cleaned: CleanedWave) -> list[tuple[int, str]]:
    return list(zip(cleaned.set_aside["line"], cleaned.set_aside["rule"], strict=True))


@pytest.mark.parametrize("rule", NOT_COUNTED)
def test_what_the_platform_does_not_count_is_set_aside_by_its_rule(rule: str, clean: Clean, plain: Row) -> None:
    cleaned = clean(plain, plain, not_counted={3: rule})
    assert rules(cleaned) == [(3, rule)]
    assert cleaned.ledger_by_file[["rows_in", "rows_used", "rows_set_aside"]].iloc[0].tolist() == [2, 1, 1]


def test_the_platforms_own_rules_come_first() -> None:
    assert RULES[: len(NOT_COUNTED)] == NOT_COUNTED


def test_an_unfinished_row_without_answers_is_unfinished(clean: Clean) -> None:
    assert rules(clean({"Where?": "Camden"}, not_counted={2: "unfinished"})) == [(2, "unfinished")]


def test_labels_of_a_preview_stop_nothing(clean: Clean, plain: Row) -> None:
    assert rules(clean(plain | {"How sure?": "test test"}, plain, not_counted={2: "preview"})) == [(2, "preview")]


def test_an_unfinished_submission_hides_no_later_twin(clean: Clean, full: Row) -> None:
    cleaned = clean(full, full, not_counted={2: "unfinished"})
    assert rules(cleaned) == [(2, "unfinished")]
    assert cleaned.ledger_by_file["rows_used"].tolist() == [1]


def test_a_line_is_told_from_the_same_line_of_another_file(clean: Clean, raw: Raw, plain: Row) -> None:
    cleaned = clean(files=[raw([plain]), raw([plain], file="b.xlsx", not_counted={2: "spam"})])
    assert cleaned.set_aside[["file", "line", "rule"]].to_numpy().tolist() == [["b.xlsx", 2, "spam"]]


def test_the_reason_says_how_unfinished_answers_can_count(clean: Clean, plain: Row) -> None:
    sentence = clean(plain, not_counted={2: "unfinished"}).set_aside["what_to_do"].iloc[0]
    assert "`ignore`" in sentence
    assert sentence.endswith(".")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    what=st.lists(st.tuples(st.sampled_from([None, *NOT_COUNTED]), st.sampled_from(["Sure", None])), max_size=8),
)
def test_the_ledger_balances_whatever_is_not_counted(what: list[tuple[str | None, str | None]], clean: Clean) -> None:
    not_counted = {line: rule for line, (rule, _) in enumerate(what, start=2) if rule}
    cleaned = clean(*[{"Where?": "Camden", "How sure?": answer} for _, answer in what], not_counted=not_counted)
    check_ledger(cleaned.ledger_by_file, 2)
    assert {line: rule for line, rule in rules(cleaned) if rule != "no_answers"} == not_counted
