"""What is printed of the whole area's change leaves every small count enough values: other answers give the same."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from pipeline.disclosure import facts as kinds
from pipeline.disclosure.bins import in_bin
from pipeline.disclosure.everybody import HALF_STEP, ModelsOfEverybody
from pipeline.disclosure.facts import Fact, keys_of, shown_fact
from pipeline.disclosure.forms import without_suppressed
from pipeline.disclosure.gate import against_policy
from pipeline.disclosure.model_figures import ItemInWaves, Model, PrintedFigures
from pipeline.disclosure.policies import STRICT
from pipeline.disclosure.refitting import values_left
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.reference.evaluation import Disclosure, Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves
from pipeline.statistics.estimands.answers import ItemAnswers
from pipeline.statistics.wave import estimate_wave

PAIR = ("wave-1", "wave-2")
MODEL = Model(PAIR, (0.0, 1.0))
LEVELS = (1, 2, 3)
STEPS = {"five points": 0.05, "a hundredth of a point": 0.0001}


@pytest.fixture(scope="module")
def strict(tiny_evaluation: Evaluation) -> Evaluation:
    rules = Disclosure(policy="strict", minimum_base=3)
    return tiny_evaluation.model_copy(update={"disclosure": rules})


@pytest.fixture(scope="module")
def sure_alone(tiny_cleaned: CleanedTables, strict: Evaluation) -> ModelsOfEverybody:
    """The models of one item of the tiny survey."""
    only = strict.model_copy(update={"items": [item for item in strict.items if item.id == "sure"]})
    return ModelsOfEverybody(tiny_cleaned, only, "wave-2")


def survey(*waves: list[int], areas: int = 1) -> ItemInWaves:
    """Return one item's answers, a list of levels a wave, people of one sector taking turns among some areas."""
    level = np.array([one for wave in waves for one in wave])
    moment = np.array([float(number) for number, wave in enumerate(waves) for _ in wave])
    turn = np.arange(len(level))[:, None] % areas == np.arange(areas)
    answers = ItemAnswers(level, moment, np.arange(len(level)), np.zeros(len(level), dtype=np.int64), turn)
    favourable = tuple(frozenset({3}) for _ in waves)
    return ItemInWaves(answers, PAIR[: len(waves)], tuple(len(LEVELS) for _ in waves), favourable, 0.95)


def printed(item: ItemInWaves, step: float) -> PrintedFigures:
    """Return what is printed of a survey's change when it is rounded to a step."""
    middle = np.round(item.of_model(MODEL, item.answers.level)[0] / step) * step
    return PrintedFigures(item, [MODEL], middle[None] - step / 2, middle[None] + step / 2)


def every_table(item: ItemInWaves) -> list[np.ndarray]:
    """Return levels for every table of two waves whose counts, and favourable ones of the whole, lie in the same bins.

    With one sector and one area the order of people makes no difference.
    """
    by_wave = []
    for wave in (0.0, 1.0):
        truth = item.answers.level[item.answers.moment == wave]
        tables = itertools.combinations_with_replacement(LEVELS, len(truth))
        by_wave.append([np.array(one) for one in tables if bins_of(np.array(one)) == bins_of(truth)])
    return [np.concatenate(pair) for pair in itertools.product(*by_wave)]


def bins_of(levels: np.ndarray) -> list[str]:
    return [in_bin(int((levels == one).sum())) for one in LEVELS]


SMALL = survey([1, 1, 2, 2, 3], [1, 2, 3, 3, 3])


@pytest.fixture(scope="module")
def tables() -> list[np.ndarray]:
    return every_table(SMALL)


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_every_value_found_is_that_of_a_table_that_prints_the_same(step: float, tables: list[np.ndarray]) -> None:
    figures = printed(SMALL, step)
    agreeing = [levels for levels in tables if figures.agree(figures.of(levels))]
    left = values_left(figures, ("Barnet",), 4)
    found = possible = 0
    for count, values in left.items():
        in_wave = SMALL.answers.moment == count.wave
        counted = {int(np.isin(levels[in_wave], count.levels).sum()) for levels in agreeing}
        assert values <= counted, count.words
        found, possible = found + min(4, len(values)), possible + min(4, len(counted))
    # Within its trials the search finds most of what there is to find.
    assert found >= 0.6 * possible > 0


def test_a_change_printed_finely_gives_counts_away_and_in_steps_of_five_points_it_does_not() -> None:
    answers = ([1] * 8 + [2] * 9 + [3] * 5, [1] * 4 + [2] * 9 + [3] * 10)
    fine, coarse = (values_left(printed(survey(*answers), step), ("Barnet",), 4) for step in (0.0001, 0.05))
    assert min(len(values) for values in fine.values()) < 4
    assert min(len(values) for count, values in coarse.items() if count.area is None) >= 4


def test_people_of_one_sector_exchange_answers_between_areas_whatever_is_printed() -> None:
    answers = ([1] * 8 + [2] * 9 + [3] * 7, [1] * 4 + [2] * 9 + [3] * 10)
    item = survey(*answers, areas=2)
    left = values_left(printed(item, 0.0001), ("Barnet", "Camden"), 4)
    of_areas = {count.words: values for count, values in left.items() if count.area is not None and count.wave == 0}
    # Of the seven who answered favourably four are of Barnet, three of Camden; each of the two can have up to six.
    assert set(of_areas) == {
        "answered favourably in wave-1 in Barnet",
        "answered favourably in wave-1 in Camden",
    }
    assert all(len(values) >= 4 for values in of_areas.values())


def test_a_model_s_figures_are_those_that_are_estimated(tiny_cleaned: CleanedTables, strict: Evaluation) -> None:
    models = ModelsOfEverybody(tiny_cleaned, strict, "wave-2")
    withheld = primary_suppression(count_waves(tiny_cleaned, strict, strict.waves), STRICT, 3).withheld
    changes = estimate_wave(tiny_cleaned, strict, "wave-2", withheld=withheld).changes_by_item_area
    rows = changes[changes["area"] == strict.whole_area.id].set_index("item")
    for name, item in models.items.items():
        (model,) = models.models_of(name)
        figures, is_counted = item.of_model(model, item.answers.level)
        expected = rows.loc[name, ["estimate", "conf_low", "conf_high"]].to_numpy("float64")
        np.testing.assert_allclose(figures, expected, atol=1e-12)
        assert is_counted == rows.loc[name, "method"].startswith("difference")


def told_of(item: str, **figures: float) -> list[Fact]:
    keys = {"item": item, "area": "all-three", "baseline_wave": "wave-1", "comparison_wave": "wave-2"}
    return [
        shown_fact(kinds.CHANGE, keys_of(**keys, part=part), value - 0.005, value + 0.005, "a page")
        for part, value in figures.items()
    ]


@pytest.mark.slow
def test_what_tells_too_much_is_hidden_and_is_noticed_where_it_is_printed_all_the_same(
    sure_alone: ModelsOfEverybody,
) -> None:
    hidden = sure_alone.to_hide(frozenset())
    # Of nine people, then eleven, other answers do not give the same change often enough.
    assert hidden == {("sure", *PAIR)}
    assert list(sure_alone.told(hidden, [])) == []
    assert "fewer than 4 possible numbers" in " ".join(sure_alone.told(frozenset(), []))
    item = sure_alone.items["sure"]
    change, low, high = np.round(item.of_model(MODEL, item.answers.level)[0] / 0.05) * 0.05
    on_a_page = told_of("sure", estimate=change, conf_low=low, conf_high=high)
    assert "of people of All three" in " ".join(sure_alone.told(hidden, on_a_page))


def test_a_figure_that_the_answers_do_not_give_is_noticed(sure_alone: ModelsOfEverybody) -> None:
    hidden = frozenset({("sure", *PAIR)})
    assert "possible numbers (1)" in " ".join(sure_alone.told(hidden, told_of("sure", estimate=-0.9)))


@pytest.mark.parametrize(("points", "refused"), [(15, False), (-5, False), (0, False), (13, True), (-1, True)])
def test_a_change_in_smaller_steps_than_the_policy_s_is_refused(points: int, refused: bool) -> None:
    facts = told_of("sure", estimate=points / 100)
    assert bool(list(against_policy(facts, STRICT, "all-three"))) == refused


def test_a_hidden_model_hides_its_change_and_no_other() -> None:
    row = {"item": "sure", "area": "all", "baseline_wave": "wave-1", "estimate": 10, "conf_low": 5, "conf_high": 15}
    row |= {"base_n_baseline": "13–18", "base_n_comparison": "13–18", "method": "", "note": "", "status": ""}
    pairs = pd.DataFrame([{**row, "comparison_wave": wave} for wave in ("wave-2", "wave-3")])
    line = pd.DataFrame([{**row, "comparison_wave": "wave-3", "years": 1.0}])
    tables = defaultdict(pd.DataFrame, wave_pair_changes_by_item_area=pairs, trends_by_item_area=line)
    for models, shown in (
        ({("sure", "wave-1", "wave-3")}, (["", "[c]"], [""])),
        ({("sure", "wave-1", "wave-2", "wave-3")}, (["", ""], ["[c]"])),
    ):
        found = without_suppressed(with_keys(tables), Suppression(models=frozenset(models)), "all")
        names = ("wave_pair_changes_by_item_area", "trends_by_item_area")
        assert tuple(list(found[name]["status"]) for name in names) == shown


def with_keys(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables beside empty ones of every other kind."""
    from pipeline.disclosure.forms import FIGURES

    empty = pd.DataFrame(columns=["area", "wave", "sector", "item", "level", "status", "base_n", "estimate"])
    return {name: tables.get(name, empty) for name in FIGURES}


def test_half_a_step_is_two_and_a_half_points() -> None:
    assert HALF_STEP == 0.025
