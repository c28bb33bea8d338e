"""The page of methods is read word for word, what stands in the place of its pieces too."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.disclosure.reading.markup import read_page
from pipeline.disclosure.reading.methods import methods_faults, methods_pieces
from pipeline.presentation.policy import policy_piece
from pipeline.presentation.proof import proof_piece
from pipeline.presentation.rendering import frame_for, render_prose
from pipeline.reference.evaluation import Evaluation

METHODS = "# Methods\n\nBefore.\n\n{policy}\n\n{price}\n\nAfter.\n"
PROOF: dict[str, Any] = {
    "made": "2026-11-24", "code": "abc1234", "surveys": 1200,
    "price": [
        {"policy": "standard", "areas_question": "one", "figures": 4000, "shown": 3300, "failures": 0},
        {"policy": "strict", "areas_question": "several", "figures": 0, "shown": 0, "failures": 0},
    ],
    "leaks": [{"policy": "strict", "kind": "an exact base", "tried": 30, "refused": 29}],
}  # fmt: skip


def faults(evaluation: Evaluation, proof: dict[str, Any] | None, before: str = "", then: str = "") -> list[str]:
    """Return what the reader finds on the page of methods, one text of which was replaced."""
    pieces = {"policy": policy_piece(evaluation), "price": proof_piece(proof, evaluation.area_noun)}
    frame = frame_for(evaluation, "Methods", depth=0, trail=[], kinds=set())
    page = render_prose(METHODS, frame, pieces).decode()
    assert before in page
    (main,) = read_page(page.replace(before, then, 1).encode()).every("main")
    return list(methods_faults(main, METHODS, methods_pieces(evaluation, None, proof)))


@pytest.mark.parametrize("proof", [None, PROOF])
@pytest.mark.parametrize("policy", ["standard", "strict"])
@pytest.mark.parametrize("day", [None, dt.date(2023, 3, 5), dt.date(2023, 3, 6)])
def test_what_the_page_says_of_policy_and_price_is_read_without_a_fault(
    tiny_evaluation: Evaluation, policy: str, day: dt.date | None, proof: dict[str, Any] | None
) -> None:
    rules = {"policy": policy, "decided_on": day, "decided_by": "The <board> & co", "least_values": 4}
    disclosure = tiny_evaluation.disclosure.model_copy(update=rules)
    assert faults(tiny_evaluation.model_copy(update={"disclosure": disclosure}), proof) == []


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ("minimum base of 3 people", "minimum base of 2 people"),
        ("<td>not shown</td>", "<td>rounded</td>"),
        ("4,000", "3,999"),
        ("<td>29</td>", "<td>30</td>"),
        ("(82.5%)", "(92.5%)"),
        ("1,200 simulated", "200 simulated"),
    ],
)
def test_another_word_or_number_in_a_piece_is_a_fault(tiny_evaluation: Evaluation, before: str, then: str) -> None:
    assert len(faults(tiny_evaluation, PROOF, before, then)) == 1
