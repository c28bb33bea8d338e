"""How long the whole estimation of one wave takes: every estimate and check of the demonstration's second wave.

`make bench`, or `python -m tests.bench.bench_estimation`. The aim is 2 seconds at most for all, and that one item tried
another way is there at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pandas as pd

from pipeline.data.cleaning import clean_wave
from pipeline.exports.read import read_export
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.one_item import estimate_one_item
from pipeline.statistics.wave import estimate_wave

ROOT = Path(__file__).resolve().parents[2]
WAVE, TIMES = "wave-2", 5
MOST_SECONDS, MOST_SECONDS_ONE_ITEM = 2.0, 0.5


def main() -> int:
    """Print the shortest of five times of each; return 1 where one is beyond its aim."""
    evaluation = load_evaluation(ROOT / "evaluation.yml")
    cleaned = clean_until(evaluation, WAVE)
    item = evaluation.items[0].id
    seconds = shortest(lambda: estimate_wave(cleaned, evaluation, WAVE))
    of_one = shortest(lambda: estimate_one_item(cleaned, evaluation, WAVE, item, prior_scale=0.5, one_part_off=True))
    count = f"{len(evaluation.items)} items, {len(evaluation.areas) + 1} areas"
    print(f"{WAVE}: {count}, every estimate and check  {seconds:6.2f} s  (aim: {MOST_SECONDS:g} at most)")
    print(f"{WAVE}: one item with another prior        {of_one:6.2f} s  (aim: {MOST_SECONDS_ONE_ITEM:g} at most)")
    return 0 if seconds <= MOST_SECONDS and of_one <= MOST_SECONDS_ONE_ITEM else 1


def clean_until(evaluation: Evaluation, wave_id: str) -> CleanedTables:
    """Return the cleaned tables of all waves up to one, from the demonstration's files."""
    waves = [
        clean_wave(
            [read_export(ROOT / "data" / "raw", source, shown="data/raw") for source in wave.sources],
            evaluation,
            wave.id,
            link_key=b"a key for the bench",
        )
        for wave in evaluation.waves_until(wave_id)
    ]
    return CleanedTables(
        **{
            field.name: pd.concat([getattr(wave, field.name) for wave in waves], ignore_index=True)
            for field in fields(CleanedTables)
        }
    )


def shortest(work: Callable[[], object]) -> float:
    """Return the shortest of several times of some work, after one that is not counted."""
    work()
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
