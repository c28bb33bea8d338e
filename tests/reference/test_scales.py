"""Scales of 2 to 11 labels, words or numbers, turned round or not, and the items that are answered on them."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from pipeline.data.cleaning import clean_wave
from pipeline.exports.contract import RawAnswers
from pipeline.ground.errors import SettingsError
from pipeline.reference.evaluation import Evaluation, load_evaluation
from tests.two_waves import AROUND

BASE: dict[str, Any] = {
    **AROUND,
    "scales": {"sure": {"levels": ["No", "Partly", "Yes"], "favourable": ["Yes"], "favourable_phrase": "yes"}},
    "questions": {"area": {"wording": "Where?"}},
    "items": [{"id": "sure", "measure": "Sure", "short_name": "Sure", "scale": "sure", "wording": "Sure?"}],
}


def settings(item: dict[str, Any] | None = None, **scale: Any) -> dict[str, Any]:
    """Return the settings of a survey of one item, the item and its scale changed."""
    changed = copy.deepcopy(BASE)
    changed["items"][0] |= item or {}
    changed["scales"]["sure"] |= scale
    return changed


def refusal(content: dict[str, Any], tmp_path: Path) -> str:
    """Return the sentence with which evaluation.yml is refused."""
    path = tmp_path / "evaluation.yml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_evaluation(path)
    return str(refused.value)


def levels_of(evaluation: Evaluation, answers: list[str]) -> dict[str, int]:
    """Return the level that cleaning gives each answer."""
    table = pd.DataFrame(
        {
            "line": pd.Series(range(2, len(answers) + 2), dtype="int64"),
            "submitted_on": pd.Series([dt.date(2023, 3, 7 + n) for n in range(len(answers))], dtype=object),
            "Where?": pd.Series(["Camden"] * len(answers), dtype="str"),
            "Sure?": pd.Series(answers, dtype="str"),
        }
    )
    raw = RawAnswers(
        file="a.csv",
        table=table,
        texts={"Where?": "Where?", "Sure?": "Sure?"},
        headers=("Where?", "Sure?"),
        dropped={},
        declared_missing={},
        ignored=(),
        ignores_others=False,
        option_separator=";",
    )
    cleaned = clean_wave([raw], evaluation, "wave-1", link_key=b"a key for tests").answers_by_respondent_item
    return dict(zip(cleaned["response"], cleaned["level"], strict=True))


def numbers(first: int, count: int) -> list[str]:
    return [str(number) for number in range(first, first + count)]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("count", [2, 4, 5, 7, 11])
def test_numbers_from_0_or_1_are_levels_from_1(count: int, first: int) -> None:
    labels = numbers(first, count)
    evaluation = Evaluation.model_validate(settings(levels=labels, favourable=labels[-1:]))
    assert levels_of(evaluation, labels) == {label: place for place, label in enumerate(labels, start=1)}
    assert evaluation.scale_of("sure").favourable_levels == {count}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("count", [2, 4, 5, 7, 11])
def test_a_reversed_item_has_the_level_k_plus_1_less_its_place(count: int, first: int) -> None:
    labels = numbers(first, count)
    evaluation = Evaluation.model_validate(settings({"reversed": True}, levels=labels, favourable=labels[:1]))
    assert levels_of(evaluation, labels) == {label: count + 1 - place for place, label in enumerate(labels, start=1)}
    assert evaluation.scale_of("sure").favourable_levels == {count}


def test_a_reversed_item_keeps_its_labels_and_the_form_its_order() -> None:
    evaluation = Evaluation.model_validate(settings({"reversed": True}, favourable=["No"], favourable_phrase="no"))
    assert evaluation.scale_of("sure").levels == ("Yes", "Partly", "No")
    assert evaluation.scale_asked("sure").levels == ("No", "Partly", "Yes")
    assert evaluation.scale_of("sure").favourable == ("No",)


def test_turning_round_twice_gives_the_scale_back() -> None:
    scale = Evaluation.model_validate(settings()).scale_of("sure")
    assert scale.turned_round().turned_round() == scale


def test_off_scale_answers_have_no_level_on_a_reversed_item_either() -> None:
    changed = settings({"reversed": True}, favourable=["No"], off_scale=["Don't know"])
    levels = levels_of(Evaluation.model_validate(changed), ["Yes", "Don't know"])
    assert levels["Yes"] == 1
    assert pd.isna(levels["Don't know"])


def test_numbers_need_no_quotation_marks_in_the_settings() -> None:
    evaluation = Evaluation.model_validate(settings(levels=list(range(0, 11)), favourable=[8, 9, 10]))
    assert evaluation.scale_of("sure").levels == tuple(numbers(0, 11))
    assert evaluation.scale_of("sure").favourable_levels == {9, 10, 11}


def test_an_unquoted_no_is_a_label_and_not_false(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.yml"
    path.write_text(yaml.safe_dump(settings()).replace("'No'", "No").replace("'Yes'", "Yes"), encoding="utf-8")
    assert load_evaluation(path).scale_of("sure").levels == ("No", "Partly", "Yes")


@pytest.mark.parametrize("count", [1, 12])
def test_a_scale_has_2_to_11_levels(count: int, tmp_path: Path) -> None:
    assert "scales, sure, levels" in refusal(settings(levels=numbers(1, count), favourable=["1"]), tmp_path)


@pytest.mark.parametrize("favourable", [["No"], ["Partly"], ["No", "Yes"]])
def test_favourable_labels_that_are_not_the_highest_are_refused(favourable: list[str], tmp_path: Path) -> None:
    sentence = refusal(settings(favourable=favourable), tmp_path)
    assert sentence.startswith("evaluation.yml, line ")
    assert "the favourable labels of 'sure' are not its highest ones" in sentence
    assert "`reversed: true` for 'sure'" in sentence


def test_favourable_labels_that_are_not_the_best_of_a_reversed_item_are_refused(tmp_path: Path) -> None:
    sentence = refusal(settings({"reversed": True}), tmp_path)
    assert "'sure' is reversed" in sentence
    assert "are not its lowest ones" in sentence


def test_a_scale_may_differ_by_wave() -> None:
    changed = settings({"scale": {"default": "sure", "wave-2": "other"}})
    changed["scales"]["other"] = {"levels": ["Low", "High"], "favourable": ["High"], "favourable_phrase": "high"}
    evaluation = Evaluation.model_validate(changed)
    assert len(evaluation.scale_of("sure").levels) == 3
    assert len(evaluation.scale_of("sure", "wave-1").levels) == 3
    assert evaluation.scale_of("sure", "wave-2").levels == ("Low", "High")


def test_an_unknown_scale_of_one_wave_is_told_with_the_nearest(tmp_path: Path) -> None:
    sentence = refusal(settings({"scale": {"default": "sure", "wave-2": "sur"}}), tmp_path)
    assert "'sur' is not a scale of this file; did you mean 'sure'?" in sentence


def with_before(**before: Any) -> dict[str, Any]:
    changed = settings({"before": "was-sure"})
    item = {"id": "was-sure", "measure": "Was sure", "short_name": "Was sure", "scale": "sure", "wording": "Before?"}
    changed["items"].append(item | before)
    return changed


def test_an_item_may_name_the_one_that_asks_of_before() -> None:
    assert Evaluation.model_validate(with_before()).items_about_before == {"was-sure"}


def test_an_item_and_the_one_of_before_need_the_same_levels(tmp_path: Path) -> None:
    changed = with_before(scale="other")
    changed["scales"]["other"] = {"levels": ["Low", "High"], "favourable": ["High"], "favourable_phrase": "high"}
    assert "'sure' and 'was-sure' have different scales in wave-1" in refusal(changed, tmp_path)


def test_a_chain_of_questions_about_before_is_refused(tmp_path: Path) -> None:
    assert "has a `before` of its own" in refusal(with_before(before="sure"), tmp_path)
