"""What each wave asked, and what keeps two waves from being compared."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from pipeline.data.drift import (
    LABELLED_DIFFERENTLY,
    LABELS,
    OFF_SCALE,
    ORDER,
    POSITION,
    SHOWN_ONLY,
    SYNONYMS,
    WORDED_DIFFERENTLY,
    WORDING,
    WORDING_CHANGE_COLUMNS,
    build_questions_by_wave,
    compare_wording,
    not_compared,
)
from pipeline.data.schemas import QUESTIONS_BY_WAVE
from pipeline.data.submissions import gather_submissions
from pipeline.exports.contract import RawAnswers
from pipeline.reference.evaluation import Evaluation
from tests.two_waves import AROUND

SURE = {
    "levels": ["Not sure", "Rather sure", "Very sure"],
    "favourable": ["Very sure"],
    "favourable_phrase": "very sure",
    "off_scale": ["Don't know"],
    "synonyms": {"Quite sure": "Rather sure", "No idea": "Don't know"},
}
BASE: dict[str, Any] = {
    **AROUND,
    "scales": {"sure": SURE},
    "questions": {"area": {"wording": "Where?"}},
    "items": [
        {"id": "sure", "measure": "Sure", "short_name": "Sure", "scale": "sure", "wording": "How sure are you?"},
        {"id": "calm", "measure": "Calm", "short_name": "Calm", "scale": "sure", "wording": "How calm are you?"},
    ],
}


def evaluation_with(item: dict[str, Any] | None = None, **scales: Any) -> Evaluation:
    """Return the survey of two waves, its first item and its scales changed."""
    settings = copy.deepcopy(BASE)
    settings["items"][0] |= item or {}
    settings["scales"] |= scales
    return Evaluation.model_validate(settings)


def export(
    headers: Sequence[str],
    answers: Sequence[str] = ("Not sure",),
    *,
    texts: dict[str, str] | None = None,
    file: str = "a",
) -> RawAnswers:
    """Return an export whose rows give each answer to every item."""
    cells = {
        header: pd.Series(["Camden"] * len(answers) if header == "Where?" else list(answers), dtype="str")
        for header in headers
    }
    table = pd.DataFrame(
        {
            "line": pd.Series(range(2, len(answers) + 2), dtype="int64"),
            "submitted_on": pd.Series([dt.date(2023, 3, 7)] * len(answers), dtype=object),
            **cells,
        }
    )
    return RawAnswers(
        file=file,
        table=table,
        texts={header: (texts or {}).get(header, header) for header in headers},
        headers=tuple(headers),
        dropped={},
        declared_missing={},
        ignored=(),
        ignores_others=False,
        option_separator=";",
    )


FORM = ("Where?", "How sure are you?", "How calm are you?")


def asked(evaluation: Evaluation, wave: str, *files: RawAnswers) -> pd.DataFrame:
    raw = files or (export(tuple(question.column_in(wave) for question in evaluation.all_questions())),)
    return build_questions_by_wave(raw, gather_submissions(raw, evaluation, wave), evaluation, wave)


def changes(
    evaluation: Evaluation, earlier: Sequence[RawAnswers] = (), later: Sequence[RawAnswers] = ()
) -> pd.DataFrame:
    both = pd.concat([asked(evaluation, "wave-1", *earlier), asked(evaluation, "wave-2", *later)], ignore_index=True)
    return compare_wording(both, evaluation, "wave-1", "wave-2")


def test_the_table_keeps_what_each_file_asked() -> None:
    row = asked(evaluation_with(), "wave-1").iloc[0].to_dict()
    assert row == {
        "wave": "wave-1",
        "file": "a",
        "item": "sure",
        "column": "How sure are you?",
        "wording": "How sure are you?",
        "position": 2,
        "labels": "Not sure | Rather sure | Very sure",
        "off_scale": "Don't know",
        "synonyms_seen": "",
    }


def test_an_export_of_short_names_gives_the_text_asked() -> None:
    evaluation = evaluation_with({"column": "q1"})
    raw = export(("Where?", "q1", "How calm are you?"), texts={"q1": "How sure are you (really)?"})
    assert asked(evaluation, "wave-1", raw).iloc[0][["column", "wording"]].tolist() == [
        "q1",
        "How sure are you (really)?",
    ]


def test_where_an_export_has_the_short_name_alone_the_settings_give_the_wording() -> None:
    evaluation = evaluation_with({"column": "q1"})
    raw = export(("Where?", "q1", "How calm are you?"))
    assert asked(evaluation, "wave-1", raw)["wording"].tolist() == ["How sure are you?", "How calm are you?"]


def test_waves_that_ask_the_same_have_no_changes() -> None:
    table = changes(evaluation_with())
    assert table.empty
    assert list(table.columns) == WORDING_CHANGE_COLUMNS
    assert not_compared(table) == {}


def test_case_spaces_and_apostrophes_are_no_change() -> None:
    later = export(("Where?", "HOW  sure\u00a0are you?", "How calm are you?"))
    assert changes(evaluation_with(), later=[later]).empty


def test_a_changed_wording_is_shown_side_by_side_and_not_compared() -> None:
    evaluation = evaluation_with({"wording": {"wave-1": "How sure are you?", "wave-2": "How certain are you?"}})
    table = changes(evaluation)
    assert table.to_dict("records") == [
        {
            "item": "sure",
            "what_changed": WORDING,
            "baseline_text": "How sure are you?",
            "comparison_text": "How certain are you?",
            "compared": False,
            "reason": WORDED_DIFFERENTLY,
        }
    ]
    assert not_compared(table) == {"sure": WORDED_DIFFERENTLY}


def test_a_wording_that_changed_behind_the_same_short_name_is_found() -> None:
    evaluation = evaluation_with({"column": "q1"})
    headers = ("Where?", "q1", "How calm are you?")
    earlier, later = (export(headers, texts={"q1": text}) for text in ("How sure are you?", "How sure were you?"))
    assert not_compared(changes(evaluation, [earlier], [later])) == {"sure": WORDED_DIFFERENTLY}


def test_a_changed_wording_is_compared_when_the_settings_say_why() -> None:
    evaluation = evaluation_with(
        {
            "wording": {"wave-1": "How sure are you?", "wave-2": "How certain are you?"},
            "same_question_because": "tested with ten people",
        }
    )
    table = changes(evaluation)
    assert table["compared"].tolist() == [True]
    assert table["reason"].tolist() == ["The settings say why it is the same: tested with ten people"]
    assert not_compared(table) == {}


def test_other_labels_of_the_scale_are_a_change() -> None:
    other = SURE | {"levels": ["Not sure", "Sure enough", "Very sure"], "synonyms": {}}
    table = changes(evaluation_with({"scale": {"default": "sure", "wave-2": "other"}}, other=other))
    assert table[["what_changed", "reason"]].to_numpy().tolist() == [[LABELS, LABELLED_DIFFERENTLY]]
    assert table["comparison_text"].tolist() == ["Not sure | Sure enough | Very sure"]


def test_a_scale_with_more_labels_is_a_change() -> None:
    longer = SURE | {"levels": ["Unsure", *SURE["levels"]]}
    table = changes(evaluation_with({"scale": {"default": "sure", "wave-2": "longer"}}, longer=longer))
    assert table["what_changed"].tolist() == [LABELS]


def test_the_same_labels_in_another_order_are_a_change_of_order() -> None:
    swapped = SURE | {"levels": ["Rather sure", "Not sure", "Very sure"]}
    table = changes(evaluation_with({"scale": {"default": "sure", "wave-2": "swapped"}}, swapped=swapped))
    assert table[["what_changed", "compared"]].to_numpy().tolist() == [[ORDER, False]]


def test_a_scale_of_another_name_with_the_same_labels_is_no_change() -> None:
    same = SURE | {"levels": ["not sure", "Rather  sure", "Very sure"]}
    assert changes(evaluation_with({"scale": {"default": "sure", "wave-2": "same"}}, same=same)).empty


def test_off_scale_answers_that_changed_are_shown_and_never_block() -> None:
    wider = SURE | {"off_scale": ["Don't know", "Not my work"]}
    table = changes(evaluation_with({"scale": {"default": "sure", "wave-2": "wider"}}, wider=wider))
    assert table[["what_changed", "compared", "reason"]].to_numpy().tolist() == [[OFF_SCALE, True, SHOWN_ONLY]]


def test_another_place_among_the_items_is_shown_and_never_blocks() -> None:
    later = export(("Where?", "How calm are you?", "How sure are you?"))
    table = changes(evaluation_with(), later=[later])
    assert table[["item", "what_changed", "baseline_text", "comparison_text", "compared"]].to_numpy().tolist() == [
        ["sure", POSITION, "1", "2", True],
        ["calm", POSITION, "2", "1", True],
    ]


def test_another_question_before_the_items_moves_none_of_them() -> None:
    later = export(("How sure are you?", "How calm are you?", "Where?"))
    assert changes(evaluation_with(), later=[later]).empty


def test_a_label_seen_only_as_a_synonym_is_shown_and_never_blocks() -> None:
    later = export(FORM, ["Not sure", "quite sure", "No idea"])
    table = changes(evaluation_with(), later=[later])
    assert table["what_changed"].unique().tolist() == [SYNONYMS]
    assert table["comparison_text"].tolist() == ["Quite sure = Rather sure | No idea = Don't know"] * 2
    assert table["compared"].all()


def test_a_synonym_beside_its_own_label_is_not_noted() -> None:
    raw = export(FORM, ["Rather sure", "Quite sure"])
    assert asked(evaluation_with(), "wave-1", raw)["synonyms_seen"].tolist() == ["", ""]


def test_files_of_one_wave_that_ask_differently_are_a_change() -> None:
    evaluation = evaluation_with({"column": "q1"})
    headers = ("Where?", "q1", "How calm are you?")
    one, other = (export(headers, texts={"q1": f"How {word} are you?"}, file=word) for word in ("sure", "certain"))
    table = changes(evaluation, [one], [one, other])
    assert table["what_changed"].tolist() == [WORDING]
    assert table["comparison_text"].tolist() == ["How sure are you? / How certain are you?"]


def test_the_shown_changes_of_an_item_that_is_not_compared_say_so_too() -> None:
    evaluation = evaluation_with({"wording": {"wave-1": "How sure are you?", "wave-2": "How certain are you?"}})
    later = export(("Where?", "How calm are you?", "How certain are you?"))
    table = changes(evaluation, later=[later]).query("item == 'sure'")
    assert table["what_changed"].tolist() == [WORDING, POSITION]
    assert not table["compared"].any()


def test_a_wave_without_rows_still_says_what_it_asked() -> None:
    assert len(asked(evaluation_with(), "wave-1", export(FORM, []))) == 2


def test_the_table_survives_a_parquet_round_trip(tmp_path: Any) -> None:
    table = asked(evaluation_with(), "wave-1")
    table.to_parquet(tmp_path / "questions.parquet", index=False)
    kept = QUESTIONS_BY_WAVE.validate(pd.read_parquet(tmp_path / "questions.parquet"))
    pd.testing.assert_frame_equal(kept, table)
    assert len(kept)


@pytest.mark.parametrize("wave", ["wave-3", "wave-4"])
def test_a_scale_for_a_wave_that_is_not_there_is_refused(wave: str) -> None:
    with pytest.raises(ValueError, match=f"a scale is for '{wave}', which is not a wave"):
        evaluation_with({"scale": {"default": "sure", wave: "sure"}})
