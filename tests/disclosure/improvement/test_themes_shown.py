"""What is shown of themes, by hand: their order in every wave, shares of enough comments, and the ideas that answer."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.data.quotes import hash_text
from pipeline.data.registers.registers import judge_registers
from pipeline.disclosure.improvement.themes import protect_themes
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.describe import describe_improvement
from tests.disclosure.reading.pledged_pages import (
    CODING,
    PLEDGES,
    THEMES,
    improvement_of,
    registers_of,
    settings_of,
)
from tests.tiny_registers import TINY_REGISTERS, file_of

HEAD = "comment,wave,question,coder,theme,grouping,impact\n"


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return settings_of(tmp_path_factory.mktemp("settings"))


def with_base(evaluation: Evaluation, minimum_base: int) -> Evaluation:
    rules = evaluation.disclosure.model_copy(update={"minimum_base": minimum_base})
    return evaluation.model_copy(update={"disclosure": rules})


def cells_of(table: pd.DataFrame, wave: str) -> list[tuple[str, str, str]]:
    rows = table[table["wave"] == wave]
    return list(rows[["theme", "place", "share"]].itertuples(index=False, name=None))


def test_themes_stand_by_the_last_wave_with_their_place_in_each(evaluation: Evaluation) -> None:
    table = improvement_of(evaluation).tables["themes"]
    # Of ten comments either coder saw 'time' in six, 'words' in three, 'guide' in two; in the first wave six had
    # 'words', three 'time' and one 'daily', and all weigh the same.
    assert cells_of(table, "wave-2") == [
        ("Too little time", "1", "60"), ("No shared words", "2", "30"), ("Part of daily work", "1", "under 10%"),
        ("A short guide", "1", "20"),
    ]  # fmt: skip
    assert cells_of(table, "wave-1") == [
        ("Too little time", "2", "30"), ("No shared words", "1", "60"), ("Part of daily work", "1", "10"),
        ("A short guide", "1", "under 10%"),
    ]  # fmt: skip


def test_a_theme_of_little_weight_stands_below_one_named_less_often(evaluation: Evaluation) -> None:
    rows = [("words", 1)] * 4 + [("time", 3)] * 2
    coding = HEAD + "".join(
        f"{hash_text(str(number))},wave-2,barriers,C1,{theme},,{impact}\n"
        for number, (theme, impact) in enumerate(rows)
    )
    table = improvement_of(evaluation, coding=coding).tables["themes"]
    assert cells_of(table, "wave-2")[:2] == [("Too little time", "1", "33"), ("No shared words", "2", "67")]


def test_a_theme_that_nobody_used_is_told_from_one_named_once_by_nothing(evaluation: Evaluation) -> None:
    # 'daily' stands in no comment of the second wave, and 'under 10%' is said of one in twenty as well.
    table = improvement_of(evaluation).tables["themes"]
    assert ("Part of daily work", "1", "under 10%") in cells_of(table, "wave-2")


def test_a_report_of_the_first_wave_knows_nothing_of_the_second(evaluation: Evaluation) -> None:
    table = improvement_of(evaluation, "wave-1").tables["themes"]
    assert set(table["wave"]) == {"wave-1"}


def test_fewer_comments_than_the_minimum_base_show_no_theme_but_the_ideas(evaluation: Evaluation) -> None:
    tables = improvement_of(with_base(evaluation, 11)).tables
    assert not {"themes", "groupings", "coder-agreement"} & set(tables)
    assert "theme-ideas" in tables


def test_an_earlier_wave_with_few_comments_is_hidden_beside_the_last(evaluation: Evaluation) -> None:
    few = HEAD + "".join(line for line in CODING.splitlines(keepends=True)[1:] if ",wave-2," in line)
    few += f"{hash_text('one')},wave-1,barriers,C1,words,,2\n"
    table = improvement_of(evaluation, coding=few).tables["themes"]
    assert {cell for _, *cells in cells_of(table, "wave-1") for cell in cells} == {"[c]"}
    assert ("Too little time", "1", "60") in cells_of(table, "wave-2")


def test_groupings_are_told_by_name_with_the_share_of_comments_about_each(evaluation: Evaluation) -> None:
    table = improvement_of(evaluation).tables["groupings"]
    # Comments 0 to 3 of ten: 'words' in three of them, 'time' in two.
    assert (
        table[["grouping", "share", "weighs_most"]].to_numpy().tolist()
        == [["Getting Advice and Signposting", "40", "No shared words"]] * 2
    )
    assert set(improvement_of(with_base(evaluation, 5)).tables["groupings"]["weighs_most"]) == {""}


def test_coders_agreement_is_of_this_wave_and_of_enough_comments(evaluation: Evaluation) -> None:
    table = improvement_of(evaluation).tables["coder-agreement"].set_index("coded")
    assert table.loc["Themes of a comment", "comments"] == "10"
    assert 0.5 < float(str(table.loc["Themes of a comment", "agreement"])) < 1
    alone = "".join(line for line in CODING.splitlines(keepends=True) if ",C2," not in line)
    assert "coder-agreement" not in improvement_of(evaluation, coding=alone).tables


def test_every_theme_to_be_answered_leads_to_its_ideas_or_to_none(evaluation: Evaluation) -> None:
    table = improvement_of(evaluation).tables["theme-ideas"]
    assert table.to_numpy().tolist() == [
        ["No shared words", "The words on the form", "testing", "Words on forms", "Using the words"],
        ["Too little time", "", "", "", ""],
        ["A short guide", "", "", "", ""],
    ]


def test_in_bins_no_share_and_no_order_is_shown(tmp_path_factory: pytest.TempPathFactory) -> None:
    strict = settings_of(tmp_path_factory.mktemp("settings"), policy="strict")
    tables = protect_themes(describe_improvement(registers_of(strict), strict, "wave-2"), strict)
    assert set(tables) == {"themes-in-bins", "theme-ideas"}
    rows = tables["themes-in-bins"]
    # In the order of their register, whatever was named most.
    assert rows["theme"].drop_duplicates().tolist() == [
        "No shared words", "Too little time", "Part of daily work", "A short guide",
    ]  # fmt: skip
    assert set(rows["comments"]) == {"7–12"}
    assert set(rows["named"]) == {"0–6"}


def test_a_theme_that_nothing_is_about_is_told_and_is_no_mistake(evaluation: Evaluation) -> None:
    contents = TINY_REGISTERS | {
        "pledges": PLEDGES,
        "coding": CODING,
        "themes": f"{THEMES}unused,Never named,barrier,\n",
    }
    shown = {name: file_of(name) for name in contents}
    verdict = judge_registers({name: text.encode() for name, text in contents.items()}, evaluation, shown=shown)
    assert [note for note in verdict.notes if "'unused'" in note] == [
        f"{file_of('themes')}: nothing is about 'unused', so it comes last."
    ]
