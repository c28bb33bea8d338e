"""Straight lines and shared codes are shown, not set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation

Raw = Callable[..., RawAnswers]
ITEMS = 6


@pytest.fixture(scope="module")
def longer(evaluation: Evaluation) -> Evaluation:
    """The tiny survey with six items on two scales, the last one reversed where its scale allows it."""
    first, second = evaluation.items
    items = [
        (first, second)[number % 2].model_copy(update={"id": f"item-{number}", "wording": {"default": f"Q{number}?"}})
        for number in range(ITEMS)
    ]
    return evaluation.model_copy(update={"items": tuple(items)})


def flags(longer: Evaluation, raw: Raw, *answers: list[str | None]) -> list[list[object]]:
    rows = [{f"Q{number}?": answer for number, answer in enumerate(row)} for row in answers]
    headers = ["Where?", "Sector?", "Role?", "Code town", "Code day", "What helps?", *(f"Q{n}?" for n in range(ITEMS))]
    cleaned = clean_wave([raw(rows, headers=headers)], longer, "wave-1", link_key=b"key")
    assert cleaned.ledger_by_file["rows_used"].tolist() == [len(rows)]
    return cleaned.flagged[["line", "flag"]].to_numpy().tolist()


def test_the_same_position_on_every_scale_is_flagged_and_used(longer: Evaluation, raw: Raw) -> None:
    straight: list[str | None] = ["Very sure", "Much"] * 3
    assert flags(longer, raw, ["Sure", *straight[1:]], straight) == [[3, "straight_line"]]


@pytest.mark.parametrize(
    ("answers", "flagged"),
    [
        ([None, "Much", "Very sure", "Much", "Very sure", "Much"], True),
        ([None, None, "Very sure", "Much", "Very sure", "Much"], False),
        (["Don't know", "Much", "Very sure", "Much", "Very sure", "Much"], False),
    ],
)
def test_five_answers_on_the_scale_and_none_off_it_are_needed(
    answers: list[str | None], flagged: bool, longer: Evaluation, raw: Raw
) -> None:
    assert bool(flags(longer, raw, answers)) is flagged


def test_the_same_answer_off_the_scale_throughout_is_no_position(longer: Evaluation, raw: Raw) -> None:
    alike = [item.model_copy(update={"scale": longer.items[0].scale, "reversed": False}) for item in longer.items]
    same_scale = longer.model_copy(update={"items": tuple(alike)})
    assert flags(same_scale, raw, ["Don't know"] * ITEMS) == []
    assert flags(same_scale, raw, ["Very sure"] * ITEMS) == [[2, "straight_line"]]


def test_a_code_that_two_share_is_flagged_without_the_code(
    clean: Callable[..., CleanedWave], full: dict[str, Any]
) -> None:
    named = full | {"Code town": "Zanzibar"}
    flagged = clean(named, full, named | {"Sector?": "Schools"}).flagged
    assert flagged[["line", "flag"]].to_numpy().tolist() == [[2, "code_shared"], [4, "code_shared"]]
    assert "line 4 of a.xlsx" in flagged["what_to_look_at"].iloc[0]
    assert "zanzibar" not in flagged.to_csv().lower()
