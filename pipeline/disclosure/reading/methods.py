"""The page of methods, held against METHODS.md and what stands in the place of its pieces, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import mistune

from pipeline.disclosure.policies import policy_of
from pipeline.disclosure.reading.markup import Node, blocks, read_fragment
from pipeline.disclosure.reading.numerals import plain
from pipeline.disclosure.reading.values import MINUS
from pipeline.disclosure.reading.words import day
from pipeline.reference.evaluation import Evaluation

NOT_CALIBRATED = "How often intervals like these hold the truth has not been calibrated yet."
NOT_PROVED = "What protection costs, and how many leaks the gate refuses, has not been measured yet."
Blocks = list[tuple[str, str]]


def methods_pieces(
    evaluation: Evaluation, calibration: Mapping[str, Any] | None, proof: Mapping[str, Any] | None
) -> dict[str, Blocks]:
    """Return the blocks that stand in the place of each piece, by its name in braces."""
    return {
        "{calibration}": _calibration(calibration),
        "{policy}": _policy(evaluation),
        "{price}": _proof(proof, evaluation),
    }


def methods_faults(main: Node, methods: str, pieces: Mapping[str, Blocks]) -> Iterator[str]:
    """Give the first block of the page that is not what METHODS.md and its pieces have there."""
    expected: Blocks = []
    for tag, text in _blocks_of(methods):
        expected += pieces.get(text, [(tag, text)])
    found = [(node.tag, text) for node, text in blocks(main)]
    for one, other in zip(found, expected, strict=False):
        if one != other:
            yield f"“{one[1][:120]}” stands where METHODS.md has “{other[1][:120]}”."
            return
    if len(found) != len(expected):
        yield f"it has {len(found)} blocks of text where METHODS.md gives {len(expected)}."


@lru_cache(maxsize=4)
def _blocks_of(methods: str) -> tuple[tuple[str, str], ...]:
    top = read_fragment(str(mistune.create_markdown(escape=True, plugins=["table"])(methods)))
    return tuple((node.tag, text) for node, text in blocks(top))


def _policy(evaluation: Evaluation) -> Blocks:
    policy, rules, first = policy_of(evaluation.disclosure), evaluation.disclosure, evaluation.waves[0]
    base = "" if policy.has_bins else f" with a minimum base of {rules.minimum_base} people"
    values = f"{rules.least_values} possible value{'' if rules.least_values == 1 else 's'}"
    decision = (
        f"The policy of this evaluation is “{policy.name}”{base}; every protected count keeps at least {values}. "
        f"It was decided by {rules.decided_by}, {_decided(rules.decided_on, first.fieldwork.start)} the first answers: "
        f"the fieldwork of {first.label} began on {day(first.fieldwork.start)}."
    )
    header = ["Figure", "For the whole area", f"For one {evaluation.area_noun.singular}", "Why"]
    cells = [[rule.figure, rule.whole, rule.area, rule.why] for rule in policy.rules]
    return [
        ("p", plain(decision)),
        ("p", policy.summary),
        *_table(f"The rules of the policy “{policy.name}”", header, cells),
    ]


def _decided(decided: dt.date | None, started: dt.date) -> str:
    if decided is None:
        return "on a day that the settings do not name, so it is not known whether before"
    return f"on {day(decided)}, {'not before' if decided >= started else 'before'}"


def _proof(proof: Mapping[str, Any] | None, evaluation: Evaluation) -> Blocks:
    if proof is None:
        return [("p", NOT_PROVED)]
    noun = evaluation.area_noun
    made = f"({day(dt.date.fromisoformat(proof['made']))}, code {proof['code']})"
    asked = {"one": f"one {noun.singular} a person", "several": f"several {noun.plural} may be ticked"}
    prices = [
        [f"{row['policy']}, {asked[row['areas_question']]}", f"{row['figures']:,}"]
        + [_of(row["shown"], row["figures"]), f"{row['failures']:,}"]
        for row in proof["price"]
    ]
    leaks = [[f"{row['policy']}: {row['kind']}", f"{row['tried']:,}", f"{row['refused']:,}"] for row in proof["leaks"]]
    price = (
        f"The price of protection: figures of {noun.plural} with enough people that are still shown, in "
        f"{proof['surveys']:,} simulated surveys {made}"
    )
    tried = f"Leaks put into finished pages, and those that the gate refused {made}"
    return [
        *_table(price, ["Policy and question", "Figures", "Still shown", "Failures"], prices),
        *_table(tried, ["Policy and leak", "Tried", "Refused"], leaks),
    ]


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({_percent(part / whole)})" if whole else f"{part:,}"


def _table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Blocks:
    cells = [("th" if number == 0 else "td", plain(cell)) for row in rows for number, cell in enumerate(row)]
    return [("caption", plain(caption)), *(("th", plain(name)) for name in header), *cells]


def _calibration(calibration: Mapping[str, Any] | None) -> Blocks:
    if calibration is None:
        return [("p", NOT_CALIBRATED)]
    made = f"{day(dt.date.fromisoformat(calibration['date']))}, code {calibration['commit']}"
    caption = (
        f"How often intervals held the truth, with the Monte-Carlo error; {calibration['surveys']:,} surveys of each "
        f"scenario, seed {calibration['seed']}, {made}"
    )
    header = ["Scenario and figure", "Held the truth", "Bounds set before", "Mean width", "Mean error"]
    cells = [("caption", caption), *(("th", name) for name in header)]
    for row in calibration["rows"]:
        cells.append(("th", f"{row['scenario']}: {row['figure']}"))
        cells.append(("td", f"{_percent(row['coverage'])} (± {row['mc_error'] * 100:.1f})"))
        cells.append(("td", _bounds(row)))
        cells.append(("td", f"{row['width']:.2f}"))
        cells.append(("td", f"{row['bias']:+.2f}".replace("-", MINUS)))
    return cells


def _bounds(row: Mapping[str, Any]) -> str:
    low, high = row["low"], row["high"]
    if low is None and high is None:
        return "none"
    kept = "" if row["kept"] else ": not kept"
    return f"at least {_percent(low)}{kept}" if high is None else f"{_percent(low)} to {_percent(min(high, 1))}{kept}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"
