"""In bins, nothing that is published of the demonstration narrows a small count of sectors, areas or answers together.

The attack bounds each item, and the people by sector, by themselves; models of everybody are refitted item by item, the
people staying as they are. Here surveys are found with other sizes of sectors and areas, and others who answered, that
print the same in all tables and in all models of all items at once: each is a proof that a value is left open.
"""

from __future__ import annotations

from dataclasses import fields

import pytest

from pipeline.data.cleaning import clean_wave
from pipeline.data.schemas import stack_tables
from pipeline.disclosure.complementary import suppress
from pipeline.exports.read import read_export
from pipeline.ground.paths import Project
from pipeline.reference.evaluation import Disclosure, load_evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.comparisons import bring_together
from tests.conftest import REPOSITORY
from tests.disclosure.other_surveys import Surveys

pytestmark = pytest.mark.slow
LAST = "wave-3"


@pytest.fixture(scope="module")
def surveys() -> Surveys:
    project = Project(REPOSITORY)
    evaluation = load_evaluation(project.settings_file)
    evaluation = evaluation.model_copy(update={"disclosure": Disclosure(policy="strict")})
    waves = [
        clean_wave(
            [read_export(project.raw, source, shown="data/raw") for source in wave.sources],
            evaluation,
            wave.id,
            link_key=b"a key for the demonstration",
        )
        for wave in evaluation.waves_until(LAST)
    ]
    names = [one.name for one in fields(CleanedTables)]
    cleaned = CleanedTables(**{name: stack_tables([getattr(wave, name) for wave in waves]) for name in names})
    together, _ = bring_together(
        cleaned, evaluation, evaluation.waves_until(LAST), one_part_off=evaluation.models.linking.one_part_off
    )
    rows = together.answers_by_respondent_item[["wave", "respondent_id", "person_id"]].drop_duplicates().dropna()
    persons = {(wave, one): str(person) for wave, one, person in rows.itertuples(index=False, name=None)}
    hidden = suppress(cleaned, evaluation, LAST, processes=2).models
    return Surveys(cleaned, evaluation, hidden, LAST, persons)


@pytest.mark.parametrize("wave", ["wave-1", "wave-2", LAST])
def test_every_small_count_keeps_four_values_in_surveys_that_print_the_same(surveys: Surveys, wave: str) -> None:
    people = surveys.true[wave]
    small, narrow = 0, []
    for key, inside in surveys.counted(wave, people).items():
        areas = range(people.areas.shape[1]) if key[0] not in ("blank", "off") else []
        # The answers of everybody are varied by the refitting itself.
        of_all = [None] if key[0] in ("sector", "blank", "off") else []
        for area in (*of_all, *areas):
            value = int(inside.sum() if area is None else inside @ people.areas[:, area])
            if 1 <= value <= 6:
                small += 1
                if len(found := surveys.values(wave, key, area)) < surveys.least:
                    narrow.append((key, area, value, found))
    assert small > 40
    assert narrow == []
