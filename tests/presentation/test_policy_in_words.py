"""What the methods say of the policy: who decided on it, whether in time, and every rule it has."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.disclosure.policies import POLICIES, find_policy
from pipeline.presentation.policy import policy_piece, policy_table, sentences_for_decision
from pipeline.presentation.rendering import Frame, render_prose
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.places import Noun

FRAME = Frame("Methods", "A tiny survey", "The tiny organisation", trail=[], about=[], notices=[])


def with_rules(evaluation: Evaluation, **rules: object) -> Evaluation:
    return evaluation.model_copy(update={"disclosure": evaluation.disclosure.model_copy(update=rules)})


def test_a_policy_decided_before_the_first_wave_is_said_to_be(tiny_evaluation: Evaluation) -> None:
    decided = with_rules(
        tiny_evaluation, minimum_base=10, least_values=4, decided_by="The board", decided_on=dt.date(2023, 3, 5)
    )
    assert sentences_for_decision(decided) == (
        "The policy of this evaluation is “standard” with a minimum base of 10 people; every protected count keeps at "
        "least 4 possible values. It was decided by The board, on 5 March 2023, before the first answers: the "
        "fieldwork of First wave began on 6 March 2023."
    )


@pytest.mark.parametrize("day", [dt.date(2023, 3, 6), dt.date(2023, 10, 30)])
def test_a_policy_decided_once_answers_could_arrive_is_said_to_be(tiny_evaluation: Evaluation, day: dt.date) -> None:
    assert "2023, not before the first answers: " in sentences_for_decision(with_rules(tiny_evaluation, decided_on=day))


def test_a_policy_without_a_day_is_said_to_have_none(tiny_evaluation: Evaluation) -> None:
    assert sentences_for_decision(tiny_evaluation).endswith(
        "It was decided by nobody named, on a day that the settings do not name, so it is not known whether before the "
        "first answers: the fieldwork of First wave began on 6 March 2023."
    )


def test_a_policy_of_bins_is_told_without_a_minimum_base(tiny_evaluation: Evaluation) -> None:
    told = sentences_for_decision(with_rules(tiny_evaluation, policy="strict"))
    assert told.startswith("The policy of this evaluation is “strict”; every protected count keeps at least 1 possible")
    assert "minimum base" not in told


@pytest.mark.parametrize("name", [policy.name for policy in POLICIES])
def test_every_rule_of_a_policy_is_a_row_of_its_table(tiny_evaluation: Evaluation, name: str) -> None:
    table = policy_table(with_rules(tiny_evaluation, policy=name))
    assert {row[0]: tuple(row[1:3]) for row in table.rows} == {
        rule.figure: (rule.whole, rule.area) for rule in find_policy(name).rules
    }
    assert all(row[3] for row in table.rows)


def test_the_mean_of_one_borough_is_in_no_policy_s_table_as_shown(tiny_evaluation: Evaluation) -> None:
    rows = {row[0]: row for row in policy_table(tiny_evaluation).rows}
    assert rows["mean answer"][1:3] == ["rounded", "not shown"]
    assert rows["people"][1:3] == ["as it is", "as it is"]


def test_the_table_calls_an_area_what_the_evaluation_does(tiny_evaluation: Evaluation) -> None:
    districts = tiny_evaluation.model_copy(update={"area_noun": Noun(singular="district", plural="districts")})
    assert list(policy_table(districts).header) == ["Figure", "For the whole area", "For one district", "Why"]


def test_the_piece_stands_where_the_methods_name_it_and_a_hostile_name_is_inert(tiny_evaluation: Evaluation) -> None:
    hostile = with_rules(tiny_evaluation, decided_by="<script>x</script>")
    page = render_prose("# M\n\nBefore.\n\n{policy}\n\nAfter.", FRAME, {"policy": policy_piece(hostile)}).decode()
    assert page.index("Before.") < page.index('<table id="table-policy"') < page.index("After.")
    assert find_policy("standard").summary in page
    assert "decided by &lt;script&gt;" in page
    assert "<script" not in page
