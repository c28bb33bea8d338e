"""The price of protection: over many simulated surveys of three waves, how much of what could be shown still is.

Each survey has the size of this one, answers that crowd at one end of the scale, and areas of 5 to 20 people. After
protection everything published of all waves is attacked at once; a finding then is a failure.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from pipeline.data.schemas import CODES_BY_RESPONDENT, QUESTIONS_BY_WAVE, build_table
from pipeline.disclosure.attack.attack import attack
from pipeline.disclosure.complementary import NotProtectedError, suppress
from pipeline.disclosure.known import CountsAsFacts, known_survey
from pipeline.disclosure.policies import POLICIES, find_policy
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.ground.storage import write_bytes
from pipeline.machinery.environment import ONE_THREAD
from pipeline.machinery.executor import executor_for_computing
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import WaveCounts, count_waves
from tests.two_waves import AROUND

AREAS = ("barnet", "camden", "enfield", "haringey", "islington")
SECTORS = ("health", "social", "schools", "voluntary")
ITEMS = ("sure",)
# The answers crowd at one end of the scale or at the other.
SKEWED = ((0.3, 0.35, 0.25, 0.08, 0.02), (0.02, 0.05, 0.18, 0.45, 0.3))
WAVES = ("wave-1", "wave-2", "wave-3")
LEVELS = 5
# Surveys a file of results: a minute's work, or less, is lost when a measurement is stopped.
BATCH = 5
# Policy, whether people may tick several areas, and seeds: the first, and the one after the last.
Batch = tuple[str, bool, int, int]


@dataclass(frozen=True)
class Price:
    """How many figures of areas with enough people there were, and how many are shown, over some surveys."""

    policy: str
    areas_question: str
    surveys: int
    figures: int
    shown: int
    failures: int


def evaluation_of(policy: str) -> Evaluation:
    """Return the settings of the simulated surveys."""
    settings: dict[str, Any] = copy.deepcopy(AROUND)
    settings["areas"] = [{"id": area, "name": area.capitalize(), "code": "E09000007"} for area in AREAS]
    settings["sectors"] = [{"id": sector, "name": sector.capitalize()} for sector in SECTORS]
    settings["waves"] = [{**settings["waves"][0], "id": wave, "label": wave} for wave in WAVES]
    levels = ["Not at all", "Slightly", "Somewhat", "Confident", "Very confident"]
    settings["scales"] = {
        "sure": {"levels": levels, "favourable": levels[3:], "favourable_phrase": "confident or very confident"}
    }
    settings["questions"] = {"area": {"wording": "Where?"}, "sector": {"wording": "Sector?"}}
    settings["items"] = [
        {"id": item, "measure": item, "short_name": item, "scale": "sure", "wording": f"{item}?"} for item in ITEMS
    ]
    settings["disclosure"] = {"policy": policy}
    return Evaluation.model_validate(settings)


def simulate(seed: int, *, several: bool) -> CleanedTables:
    """Return a cleaned survey of three waves; `several`: some people work in two areas, and some in none."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(len(AREAS), 12.0))
    answers, places = [], []
    for wave in WAVES:
        for number in range(int(rng.integers(52, 75))):
            respondent = f"{wave}-{number:04d}"
            areas = list(rng.choice(AREAS, p=weights, size=1))
            if several:
                chance = rng.random()
                areas = (
                    []
                    if chance < 0.04
                    else list(dict.fromkeys([*areas, rng.choice(AREAS)]))
                    if chance < 0.12
                    else areas
                )
            places += [(wave, respondent, area) for area in ("all", *areas)]
            sector = str(rng.choice(SECTORS, p=[0.5, 0.2, 0.2, 0.1]))
            answers += [(wave, respondent, item, sector, *_answer(rng, SKEWED[seed % 2])) for item in ITEMS]
    columns = ["wave", "respondent_id", "item", "sector", "level", "answer_kind"]
    table = pd.DataFrame(answers, columns=columns).assign(person_id=None)
    table["level"] = table["level"].astype("Int64")
    areas_table = pd.DataFrame(places, columns=["wave", "respondent_id", "area"])
    empty = {name: pd.DataFrame() for name in CleanedTables.__dataclass_fields__}
    # Nobody left a code, so nobody is recognised; of the questions nothing is needed.
    empty |= {
        "codes_by_respondent": build_table(CODES_BY_RESPONDENT, dict.fromkeys(CODES_BY_RESPONDENT.columns, ())),
        "questions_by_wave": build_table(QUESTIONS_BY_WAVE, dict.fromkeys(QUESTIONS_BY_WAVE.columns, ())),
    }
    return CleanedTables(**{**empty, "answers_by_respondent_item": table, "areas_by_respondent": areas_table})


def _answer(rng: np.random.Generator, chances: Sequence[float]) -> tuple[int | None, str]:
    """Return an answer, or none: 6 % leave the question out."""
    if rng.random() < 0.06:
        return None, "missing" if rng.random() < 0.5 else "off_scale"
    return int(rng.choice(LEVELS, p=chances)) + 1, "answered"


def protect_one(task: tuple[str, bool, int]) -> tuple[int, int, int]:
    """Return how many figures of areas with enough people a survey has, how many are shown, and 1 for a failure."""
    policy, several, seed = task
    evaluation, cleaned = evaluation_of(policy), simulate(seed, several=several)
    minimum_base = evaluation.disclosure.minimum_base
    counts = count_waves(cleaned, evaluation, evaluation.waves)
    shares = counts.shares_by_item_area_wave
    wanted = shares[(shares["base_n"] >= minimum_base) & (shares["area"] != "all")]
    keys = set(wanted[["item", "area", "wave"]].itertuples(index=False, name=None))
    try:
        hidden = suppress(cleaned, evaluation, WAVES[-1])
    except NotProtectedError:
        return len(keys), 0, 1
    return len(keys), len(keys - hidden.items), int(bool(_findings(evaluation, counts, hidden)))


def _findings(evaluation: Evaluation, counts: WaveCounts, hidden: Suppression) -> list[str]:
    """Return what an attacker can work out of all waves together."""
    policy, minimum_base = find_policy(evaluation.disclosure.policy), evaluation.disclosure.minimum_base
    survey = known_survey(
        evaluation,
        evaluation.waves,
        several_areas=counts.several_areas,
        none_listed=counts.none_listed,
        few=primary_suppression(counts, policy, minimum_base),
    )
    facts = []
    for wave in WAVES:
        told = CountsAsFacts(counts, policy, wave, "all", minimum_base)
        facts += [*told.of_people(hidden), *told.of_sectors(hidden)]
        facts += [fact for item in ITEMS for fact in told.of_item(item, hidden)]
    return attack(facts, survey, exact=False).findings


def find_prices(surveys: int, folder: Path, seed: int = 1) -> Iterator[Price]:
    """Yield the price of each policy, half of the surveys letting people tick several areas, half of them one.

    What a batch of surveys has come to is kept in `folder`, so that a measurement that was stopped goes on.
    """
    kinds = [(policy.name, several) for policy in POLICIES for several in (True, False)]
    ends = [(start, min(start + BATCH, surveys // 2)) for start in range(0, surveys // 2, BATCH)]
    batches = [(policy, several, seed + start, seed + end) for start, end in ends for policy, several in kinds]
    found = {kind: np.zeros(3, dtype=int) for kind in kinds}
    with tqdm(total=surveys // 2 * len(kinds), unit=" surveys", desc="price of protection") as progress:
        for (policy, several, start, end), sums in _results(batches, folder):
            found[policy, several] += sums
            progress.update(end - start)
    for (policy, several), (figures, shown, failures) in found.items():
        question = "several" if several else "one"
        yield Price(policy, question, surveys // 2, int(figures), int(shown), int(failures))


def _results(batches: list[Batch], folder: Path) -> Iterator[tuple[Batch, list[int]]]:
    """Yield batches as they are done, those kept from before first."""
    files = {batch: folder / "-".join(map(str, batch)) for batch in batches}
    yield from ((batch, json.loads(path.read_text("utf-8"))) for batch, path in files.items() if path.is_file())
    os.environ.update(ONE_THREAD)
    with closing(executor_for_computing()) as pool:
        running = {pool.submit(protect_batch, batch): batch for batch, path in files.items() if not path.is_file()}
        for future in as_completed(running):
            write_bytes(files[running[future]], json.dumps(future.result()).encode("utf-8"))
            yield running[future], future.result()


def protect_batch(batch: Batch) -> list[int]:
    """Return the sums of what `protect_one` returns, the same wherever and whenever it runs."""
    policy, several, start, end = batch
    found = [protect_one((policy, several, seed)) for seed in range(start, end)]
    return [sum(counts) for counts in zip(*found, strict=True)]
