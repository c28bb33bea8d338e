"""A question is asked in the words of its wave, and a response is recognised in every way it may be written."""

from __future__ import annotations

import pytest

from pipeline.reference.evaluation import Evaluation
from pipeline.reference.instrument import Question, Scale
from pipeline.reference.places import category_by_form


def test_a_wording_for_one_wave_holds_there_and_the_default_elsewhere() -> None:
    question = Question.model_validate({"wording": {"default": "How sure?", "wave-3": "How sure now?"}})
    assert [question.wording_in(wave) for wave in ("wave-1", "wave-2", "wave-3")] == [
        "How sure?",
        "How sure?",
        "How sure now?",
    ]


def test_a_plain_wording_holds_in_every_wave() -> None:
    assert Question.model_validate({"wording": "How sure?"}).wording_in("any-wave") == "How sure?"


def test_a_wording_folded_over_lines_is_one_line() -> None:
    assert Question.model_validate({"wording": "How\n   sure? "}).wording_in("wave-1") == "How sure?"


def test_the_tiny_survey_asks_one_item_in_two_wordings(tiny_evaluation: Evaluation) -> None:
    item = tiny_evaluation.item("sure")
    assert (item.wording_in("wave-1"), item.wording_in("wave-2")) == ("How sure are you?", "How sure are you now?")


def test_favourable_levels_are_counted_from_one_at_the_lowest() -> None:
    scale = Scale.model_validate({"levels": ["a", "b", "c"], "favourable": ["c", "b"], "favourable_phrase": "b or c"})
    assert scale.favourable_levels == {2, 3}


def test_a_synonym_stands_for_its_label() -> None:
    scale = Scale.model_validate(
        {
            "levels": ["No", "Yes"],
            "favourable": ["Yes"],
            "favourable_phrase": "yes",
            "off_scale": ["Don't know"],
            "synonyms": {"Not sure": "Don't know"},
        }
    )
    assert scale.labels_by_form() == {"no": "No", "yes": "Yes", "don't know": "Don't know", "not sure": "Don't know"}


def test_an_area_is_known_by_its_name_and_its_synonyms(tiny_evaluation: Evaluation) -> None:
    known = category_by_form((*tiny_evaluation.areas, tiny_evaluation.whole_area))
    assert known["everywhere"] == known["all three boroughs"] == "all-three"
    assert known["barnet"] == "barnet"


@pytest.mark.parametrize("setting", ["title", "areas"])
def test_settings_cannot_be_changed_after_loading(tiny_evaluation: Evaluation, setting: str) -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(tiny_evaluation, setting, None)
