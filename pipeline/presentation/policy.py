"""The policy for the methods page: who decided on it, when, and its rules as a table."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.disclosure.policies import find_policy, policy_of
from pipeline.presentation.tables import Table
from pipeline.presentation.wording import day
from pipeline.reference.evaluation import Evaluation


def policy_piece(evaluation: Evaluation) -> Markup:
    """Return who decided on the evaluation's policy, the policy in a sentence, and its rules as a table."""
    summary = policy_of(evaluation.disclosure).summary
    paragraphs = [Markup("<p>{}</p>\n").format(text) for text in (sentences_for_decision(evaluation), summary)]
    return Markup("").join([*paragraphs, policy_table(evaluation).html()])


def sentences_for_decision(evaluation: Evaluation) -> str:
    """Return what was decided, by whom, on which day, and whether before the first answers could arrive."""
    rules = evaluation.disclosure
    base = "" if find_policy(rules.policy).has_bins else f" with a minimum base of {rules.minimum_base} people"
    values = "1 possible value" if rules.least_values == 1 else f"{rules.least_values} possible values"
    return (
        f"The policy of this evaluation is “{rules.policy}”{base}; every protected count keeps at least {values}. "
        f"It was decided by {rules.decided_by}, {_when(evaluation)}"
    )


def _when(evaluation: Evaluation) -> str:
    decided, first = evaluation.disclosure.decided_on, evaluation.waves[0]
    began = f"the fieldwork of {first.label} began on {day(first.fieldwork.start)}."
    if decided is None:
        return f"on a day that the settings do not name, so it is not known whether before the first answers: {began}"
    order = "before" if decided < first.fieldwork.start else "not before"
    return f"on {day(decided)}, {order} the first answers: {began}"


def policy_table(evaluation: Evaluation) -> Table:
    """Return every figure that the policy names, how it is shown of everybody and of one area, and why."""
    policy = policy_of(evaluation.disclosure)
    rows = [[rule.figure, rule.whole, rule.area, rule.why] for rule in policy.rules]
    header = ["Figure", "For the whole area", f"For one {evaluation.area_noun.singular}", "Why"]
    return Table("table-policy", f"The rules of the policy “{policy.name}”", header, rows)
