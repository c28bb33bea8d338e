"""Pages of other surveys and of other results are read too, and any digit changed in final bytes is noticed."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.disclosure import facts
from pipeline.disclosure.facts import keys_of
from pipeline.disclosure.policies import STRICT
from pipeline.disclosure.protection import protect
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.disclosure.suppression import Suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import estimate_wave
from tests.disclosure.reading.conftest import release_of
from tests.disclosure.reading.edits import Files
from tests.protecting import protect_alone
from tests.two_waves import SETTINGS, estimates_of, evaluation_with

EARLIER = ["Not sure"] * 6 + ["Rather sure"] * 4 + ["Very sure"] * 2
LATER = ["Not sure"] * 2 + ["Rather sure"] * 4 + ["Very sure"] * 6
BEFORE = {"id": "was-sure", "measure": "Was", "short_name": "Was sure", "scale": "sure", "wording": "How before?"}
REWORDED = {"wording": {"wave-1": "How sure?", "wave-2": "How certain?"}}
TWO_WAVES = {"wave-1": {"sure": EARLIER, "calm": EARLIER}, "wave-2": {"sure": LATER, "calm": LATER}}
Answers = Mapping[str, Mapping[str, Sequence[str | None]]]


def reading_of(evaluation: Evaluation, answers: Answers, folder: Path) -> tuple[Files, Reading]:
    published = protect_alone(estimates_of(evaluation, answers), minimum_base=10, whole_area=evaluation.whole_area.id)
    files = release_of(published, evaluation, list(answers)[-1], folder)
    return files, read_release(files, evaluation)


def evaluation_of_three_waves() -> Evaluation:
    settings: dict[str, Any] = copy.deepcopy(SETTINGS)
    third = {
        "id": "wave-3",
        "label": "Wave 3",
        "sources": [{"file": "wave-3/SYNTHETIC-a.csv", "platform": "google-forms"}],
    }
    settings["waves"].append(settings["waves"][1] | third)
    return Evaluation.model_validate(settings)


@pytest.mark.parametrize(
    "first",
    [{}, REWORDED, REWORDED | {"same_question_because": "ten people took it so"}],
    ids=["asked alike", "not compared", "declared the same"],
)
def test_a_survey_without_sectors_is_read_however_its_questions_were_asked(
    first: Mapping[str, Any], tmp_path: Path
) -> None:
    _, reading = reading_of(evaluation_with(first), TWO_WAVES, tmp_path)
    assert reading.refusals == ()


@pytest.mark.parametrize("pairs", [12, 5], ids=["shown", "hidden"])
def test_looking_back_is_read(pairs: int, tmp_path: Path) -> None:
    later = {"sure": LATER, "calm": LATER, "was-sure": EARLIER[:pairs] + [None] * (12 - pairs)}
    evaluation = evaluation_with({"before": "was-sure"}, BEFORE)
    _, reading = reading_of(evaluation, {"wave-1": later, "wave-2": later}, tmp_path)
    assert reading.refusals == ()
    told = {fact.keys: fact for fact in reading.facts if fact.statistic == facts.PAIRS}
    base = told[keys_of(area="camden", before_item="was-sure", item="sure", wave="wave-2")]
    assert (base.low, base.status) == ((12, "") if pairs == 12 else (0, "[c]"))


def test_a_policy_of_bins_is_read_and_an_exact_count_under_it_refused(
    tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation, tmp_path: Path
) -> None:
    strict = {"disclosure": {"minimum_base": 3, "policy": "strict"}}
    evaluation = Evaluation.model_validate(tiny_evaluation.model_dump(exclude_unset=True) | strict)
    estimates = estimate_wave(tiny_cleaned, evaluation, "wave-2")
    published = protect(estimates, policy=STRICT, minimum_base=3, suppression=Suppression(), whole_area="all-three")
    files = release_of(published, evaluation, "wave-2", tmp_path)
    reading = read_release(files, evaluation)
    assert reading.refusals == ()
    told = {(fact.statistic, fact.keys): (fact.low, fact.high) for fact in reading.facts if fact.is_shown}
    favourable = keys_of(area="all-three", item="sure", wave="wave-2")
    assert told[facts.FAVOURABLE_PEOPLE, favourable] == (7, 12)
    assert told[facts.ANSWERING, favourable] == (7, 12)
    assert told[facts.PEOPLE, keys_of(area="enfield", wave="wave-1")] == (0, 6)
    exact = {
        name: content.replace("Everyone,Barnet,Second wave,0–6".encode(), b"Everyone,Barnet,Second wave,5")
        for name, content in files.items()
    }
    assert any("expected a bin of six" in one for one in read_release(exact, evaluation).refusals)


def test_three_waves_without_a_line_through_them_are_read(tmp_path: Path) -> None:
    answers = TWO_WAVES | {"wave-3": {"sure": LATER, "calm": EARLIER}}
    _, reading = reading_of(evaluation_of_three_waves(), answers, tmp_path)
    assert reading.refusals == ()
    changes = {tuple(fact.of[name] for name in ("baseline_wave", "comparison_wave")) for fact in reading.facts
               if fact.statistic == facts.WAVE_CHANGE}  # fmt: skip
    assert changes == {("wave-1", "wave-2"), ("wave-1", "wave-3"), ("wave-2", "wave-3")}


_NOT_TEXT = re.compile(r"base64,[A-Za-z0-9+/=]+|<style>.*?</style>", re.DOTALL)


def with_another_digit(content: bytes, chance: random.Random) -> bytes:
    """Return a file with one digit of its text changed: not in the style sheet, nor within a picture's code."""
    text = content.decode("utf-8")
    hidden = [found.span() for found in _NOT_TEXT.finditer(text)]
    places = [found.start() for found in re.finditer(r"\d", text)]
    place = chance.choice([one for one in places if not any(start <= one < end for start, end in hidden)])
    digit = chance.choice([one for one in "0123456789" if one != text[place]])
    return f"{text[:place]}{digit}{text[place + 1 :]}".encode()


@pytest.mark.parametrize("seed", range(12))
def test_any_digit_that_is_changed_anywhere_is_noticed(
    seed: int, tiny_files: Files, read: Callable[[Files], Reading]
) -> None:
    chance = random.Random(seed)
    file = chance.choice(sorted(tiny_files))
    edited = tiny_files | {file: with_another_digit(tiny_files[file], chance)}
    assert read(edited).refusals, f"a digit of {file} was changed"
