"""The improvement work in evaluation.yml: what the repository's own file says, and mistakes told with their line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ground.errors import SettingsError
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.reference.improvement import kirkpatrick_of
from tests.conftest import TINY_SETTINGS
from tests.tiny_registers import SETTINGS

NCL = load_evaluation(Path(__file__).resolve().parents[2] / "evaluation.yml")
Load = Callable[[str], Evaluation]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def write_and_load(text: str) -> Evaluation:
        (tmp_path / "evaluation.yml").write_text(text, "utf-8")
        return load_evaluation(tmp_path / "evaluation.yml")

    return write_and_load


def test_all_of_it_may_be_left_out(load: Load) -> None:
    tiny = load(TINY_SETTINGS)
    assert (tiny.registers.named(), tiny.measures, tiny.groupings, tiny.series) == ({}, (), (), ())


def test_the_five_groupings_go_by_their_names() -> None:
    assert [grouping.name for grouping in NCL.groupings] == [
        "Thriving", "Getting Advice and Signposting", "Getting Help", "Getting More Help", "Getting Risk Support",
    ]  # fmt: skip


def test_no_sector_is_of_health_unless_it_is_said_to_be(load: Load) -> None:
    assert [sector.id for sector in load(TINY_SETTINGS).sectors if sector.health] == []
    assert [sector.id for sector in NCL.sectors if sector.health] == ["nhs-provider", "icb", "primary-care"]


def test_sectors_that_are_all_of_health_are_refused(load: Load) -> None:
    every = TINY_SETTINGS.replace("target_share: 0.4}", "health: true}").replace("target_share: 0.6}", "health: true}")
    with pytest.raises(
        SettingsError, match=r"line \d+ \(sectors\): every sector is said to be of health.*expected one that"
    ):
        load(every)


@pytest.mark.parametrize("word", ["perhaps", "2"])
def test_health_is_yes_or_no(load: Load, word: str) -> None:
    with pytest.raises(SettingsError, match="health"):
        load(TINY_SETTINGS.replace("target_share: 0.4}", f"health: {word}}}"))


def test_the_glossary_is_drawn_from_terms_and_groupings() -> None:
    assert set(NCL.glossary) == {*NCL.terms, *(grouping.name for grouping in NCL.groupings)}


def test_there_are_measures_of_each_kind_and_one_that_nothing_measures_yet() -> None:
    assert {measure.kind for measure in NCL.measures} == {"outcome", "process", "balancing"}
    assert [measure.id for measure in NCL.measures if measure.source is None] == ["families-understand"]


def test_a_measure_has_its_own_level_of_evidence_or_its_item_s() -> None:
    levels = {measure.id: kirkpatrick_of(measure, NCL.items) for measure in NCL.measures}
    assert levels["describing"] == next(item.kirkpatrick for item in NCL.items if item.id == "describe") == 2
    assert levels["pledges-kept"] == 3
    assert levels["competing-demands"] is None


def test_an_organisation_may_be_a_plain_name_or_have_an_id_and_synonyms(load: Load) -> None:
    plain = "organisations: [St Ann's Hospital]"
    assert [one.id for one in load(SETTINGS).organisations] == ["st-ann-s-hospital"]
    (given,) = load(SETTINGS.replace(plain, "organisations: [{id: ann, name: The hospital}]")).organisations
    assert (given.id, given.name) == ("ann", "The hospital")


def test_the_file_of_a_register_may_say_how_it_is_written(load: Load) -> None:
    declared = '{file: SYNTHETIC-plan.csv, dates: "%d/%m/%Y", delimiter: ;, encoding: cp1252}'
    plan = load(SETTINGS.replace("plan: SYNTHETIC-plan.csv", f"plan: {declared}")).registers.plan
    assert plan is not None
    assert (plan.file, plan.dates, plan.delimiter, plan.encoding) == ("SYNTHETIC-plan.csv", "%d/%m/%Y", ";", "cp1252")


# Each: what is changed, into what, the line to mend (by a text in it), and what the sentence must say.
MISTAKES = {
    "a misspelt register": ("  pledges: S", "  pledge: S", "  pledge: S", ["'pledge' is not a setting", "'pledges'?"]),
    "a register that is no table": (
        "SYNTHETIC-plan.csv", "SYNTHETIC-plan.docx", "plan.docx", ["'SYNTHETIC-plan.docx' is no register", "'.xlsx'"],
    ),
    "a register elsewhere": ("SYNTHETIC-plan.csv", "../SYNTHETIC-plan.csv", "../SYN", ["not a file below data/raw"]),
    "a real register beside synthetic waves": (
        "SYNTHETIC-plan.csv", "plan.csv", " plan.csv", ["holds real data by its name", "has synthetic waves"],
    ),
    "a numbered grouping": (
        "name: Getting Advice and Signposting", "name: Level 2", "Level 2", ["'Level 2' numbers a grouping"],
    ),
    "a grouping explained twice": (
        "terms: {Tiny: ", "terms: {Getting Advice and Signposting: Twice., Tiny: ", "terms:", ["under `groupings` too"],
    ),
    "feedback on no scale": ("scale: sureness}", "scale: sureless}", "sureless", ["not a scale", "'sureness'?"]),
    "a measure of an unknown item": ("{item: sure}", "{item: surer}", "{item", ["'surer' is no item", "'sure'?"]),
    "a measure of an unknown register": (
        "{item: sure}", "{register: plans}", "{register", ["'plans' is no register", "'plan'?"],
    ),
    "a measure of an unknown series": ("{item: sure}", "{series: visit}", "{series", ["no series", "'visits'?"]),
    "a measure of two things": (
        "{item: sure}", "{item: sure, series: visits}", "{item", ["exactly one of 'item', 'register' and 'series'"],
    ),
    "a measure of no kind": ("kind: outcome", "kind: result", "kind: result", ["'outcome', 'process' or 'balancing'"]),
    "a direction that is none": ("direction: higher\n", "direction: up\n", "direction: up", ["'higher', 'lower' or"]),
    "an id twice": (
        "organisations: [St", "organisations: [{id: a, name: One}, {id: a, name: Two}, St", "organisations",
        ["'a' is given twice"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_one_line_with_its_place(load: Load, mistake: str) -> None:
    old, new, there, words = MISTAKES[mistake]
    assert SETTINGS.count(old) == 1
    text = SETTINGS.replace(old, new)
    with pytest.raises(SettingsError) as error:
        load(text)
    (line,) = str(error.value).split("\n")
    number = next(at for at, one in enumerate(text.splitlines(), start=1) if there in one)
    assert line.startswith(f"evaluation.yml, line {number}")
    assert [word for word in words if word not in line] == []


def test_a_level_of_evidence_unlike_the_item_s_is_told(load: Load) -> None:
    text = SETTINGS.replace("id: sure\n", "id: sure\n    kirkpatrick: 2\n")
    with pytest.raises(SettingsError, match="the level of 'sure' is 2 under `items`; give it there alone"):
        load(text)


def test_synthetic_registers_beside_real_waves_alone_are_refused(load: Load) -> None:
    real = SETTINGS.replace("data: synthetic", "data: real").replace("/SYNTHETIC-", "/")
    real = real.replace("minimum_base: 3, least_values: 1", "minimum_base: 10, least_values: 4")
    with pytest.raises(SettingsError, match="'SYNTHETIC-events.csv' holds synthetic data by its name"):
        load(real)
    assert load(real.replace(": SYNTHETIC-", ": ")).registers.named()["events"].file == "events.csv"
