"""What the methods say of the price of protection and of leaks: only what was measured."""

from __future__ import annotations

from typing import Any

from pipeline.presentation.proof import NOT_PROVED, leaks_table, price_table, proof_piece
from pipeline.reference.evaluation import Evaluation

PROOF: dict[str, Any] = {
    "made": "2026-11-24",
    "code": "0.3.0+abc1234",
    "surveys": 200,
    "price": [
        {"policy": "standard", "areas_question": "one", "figures": 4000, "shown": 3300, "failures": 0},
        {"policy": "strict", "areas_question": "several", "figures": 0, "shown": 0, "failures": 1},
    ],
    "leaks": [{"policy": "standard", "kind": "an exact base", "tried": 30, "refused": 29}],
}


def test_the_price_is_told_by_policy_and_by_how_people_said_where_they_work(tiny_evaluation: Evaluation) -> None:
    table = price_table(PROOF, tiny_evaluation.area_noun)
    assert table.rows == [
        ["standard, one borough a person", "4,000", "3,300 (82.5%)", "0"],
        ["strict, several boroughs may be ticked", "0", "0", "1"],
    ]
    assert table.caption == (
        "The price of protection: figures of boroughs with enough people that are still shown, in 200 simulated "
        "surveys (24 November 2026, code 0.3.0+abc1234)"
    )


def test_a_leak_that_passed_is_told_as_a_count() -> None:
    table = leaks_table(PROOF)
    assert table.rows == [["standard: an exact base", "30", "29"]]
    assert table.caption == (
        "Leaks put into finished pages, and those that the gate refused (24 November 2026, code 0.3.0+abc1234)"
    )


def test_both_tables_are_the_piece_and_without_a_measurement_one_sentence_is(tiny_evaluation: Evaluation) -> None:
    piece = proof_piece(PROOF, tiny_evaluation.area_noun)
    assert piece.index('<table id="table-price"') < piece.index('<table id="table-leaks"')
    assert proof_piece(None, tiny_evaluation.area_noun) == f"<p>{NOT_PROVED}</p>"
