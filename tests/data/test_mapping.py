"""The mapping file: what it declares, what it refuses, and what it does to a wave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.data.answer_mapping import NO_MAPPING, AnswerMapping, read_answer_mapping
from pipeline.data.cleaning import CleanedWave, clean_wave
from pipeline.data.ledger import check_ledger
from pipeline.data.unmapped import list_unmapped_answers
from pipeline.exports.contract import RawAnswers
from pipeline.ground.errors import ExportError
from pipeline.reference.evaluation import Evaluation

Raw = Callable[..., RawAnswers]
Row = dict[str, Any]


def read(evaluation: Evaluation, *lines: str, header: str = "question,answer,means") -> AnswerMapping:
    return read_answer_mapping("\n".join([header, *lines, ""]).encode(), evaluation, shown="data/raw/mapping.csv")


def clean_mapped(evaluation: Evaluation, raw: Raw, mapping: AnswerMapping, *rows: Row, **made: Any) -> CleanedWave:
    return clean_wave([raw(rows, **made)], evaluation, "wave-1", link_key=b"key", mapping=mapping)


def test_answers_are_mapped_however_they_are_written(evaluation: Evaluation, raw: Raw, plain: Row) -> None:
    mapping = read(evaluation, "area,Other: Kentish Town,camden", "sector,The NHS,health", "role,Boss,manager")
    row = plain | {"Where?": "other:  KENTISH town;", "Sector?": "the nhs", "Role?": "BOSS"}
    cleaned = clean_mapped(evaluation, raw, mapping, row)
    assert cleaned.areas_by_respondent["area"].tolist() == ["camden", "all"]
    first = cleaned.answers_by_respondent_item.iloc[0]
    assert (first["sector"], first["role"]) == ("health", "manager")
    assert cleaned.set_aside.empty


@pytest.mark.parametrize(
    ("means", "areas"), [("all", ["all"]), ("barnet; camden", ["barnet", "camden", "all"]), ("none", ["all"])]
)
def test_an_area_answer_may_mean_the_whole_several_or_none(
    means: str, areas: list[str], evaluation: Evaluation, raw: Raw, plain: Row
) -> None:
    mapping = read(evaluation, f'area,"Here, and there",{means}')
    cleaned = clean_mapped(evaluation, raw, mapping, plain | {"Where?": "Here, and there"}, separator=", ")
    assert cleaned.areas_by_respondent["area"].tolist() == areas


def test_a_cell_mapped_to_none_is_set_aside_alone(evaluation: Evaluation, raw: Raw, plain: Row) -> None:
    mapping = read(evaluation, "area,Elsewhere,none", "sector,A mix,none")
    rows = [plain | {"Where?": "Camden;Elsewhere;"}, plain | {"Sector?": "a mix"}, {"Sector?": "a mix"}]
    cleaned = clean_mapped(evaluation, raw, mapping, *rows)
    found = cleaned.set_aside[["line", "column", "rule"]].fillna("").to_numpy().tolist()
    assert found == [[2, "area", "mapped_to_none"], [3, "sector", "mapped_to_none"], [4, "", "no_answers"]]
    assert cleaned.areas_by_respondent["area"].tolist()[:2] == ["camden", "all"]
    assert cleaned.ledger_by_file["rows_set_aside"].tolist() == [1]
    check_ledger(cleaned.ledger_by_file, 2)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["area,Kentish Town,camdn"], "line 2: 'camdn' is no area's id; expected .* and 'none'; did you mean 'camden'"),
        (["sector,A mix,camden"], "line 2: 'camden' is no sector's id"),
        (["sector,A mix,health; schools"], "line 2: 'health; schools' is no sector's id"),
        (["area,A,camden", "area,a ,barnet"], "line 3: 'a' stands in an earlier line already"),
        (["area,Camden,barnet"], "line 2: 'Camden' is known in evaluation.yml already"),
        (["place,A,camden"], "line 2: found the question 'place'; expected 'area', 'sector' and 'role'"),
        (["area,,camden"], "line 2: 'answer' is blank"),
        (["area,A,"], "line 2: 'means' is blank"),
    ],
)
def test_a_mistake_is_told_with_its_line(lines: list[str], message: str, evaluation: Evaluation) -> None:
    with pytest.raises(ExportError, match=f"^data/raw/mapping.csv, {message}") as caught:
        read(evaluation, *lines)
    assert "\n" not in str(caught.value)


def test_a_missing_column_is_told(evaluation: Evaluation) -> None:
    with pytest.raises(ExportError, match="found the columns 'question' and 'answer'; expected"):
        read(evaluation, "area,A", header="question,answer")


def test_what_is_unmapped_is_listed_with_the_nearest_id(evaluation: Evaluation, raw: Raw, plain: Row) -> None:
    rows = [
        plain | {"Where?": "Camdn;Other: Barnet town;", "Sector?": "Zzz", "How sure?": "Maybe"},
        plain | {"Where?": "Camdn;", "Sector?": "Here"},
    ]
    mapping = read(evaluation, "sector,Here,none")
    found = list_unmapped_answers([raw(rows)], evaluation, "wave-1", mapping)
    assert found.to_numpy().tolist() == [
        ["area", "Camdn", "camden", "a.xlsx", 2, 2],
        ["area", "Other: Barnet town", "barnet", "a.xlsx", 2, 1],
        ["sector", "Zzz", "", "a.xlsx", 2, 1],
    ]


def test_nothing_unmapped_is_an_empty_list(evaluation: Evaluation, raw: Raw, plain: Row) -> None:
    assert list_unmapped_answers([raw([plain])], evaluation, "wave-1", NO_MAPPING).empty
