"""Damaged exports by the thousand: each is read with a balanced ledger or refused in sentences, and nothing else.

`make fuzz COUNT=100000 SEED=1`. What else happens is a finding: its file is kept, and its seed makes it again.
"""

from __future__ import annotations

import argparse
import copy
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from pipeline.data.cleaning import clean_wave
from pipeline.exports.read import read_export
from pipeline.ground.errors import PipelineError
from pipeline.reference.evaluation import Evaluation
from pipeline.simulation.coded_shapes import WRITERS
from pipeline.simulation.demonstration import demonstration_scenario
from pipeline.simulation.platform_shapes import Shape
from pipeline.simulation.spoiling import Spoiling, spoil_submissions, write_submissions
from pipeline.simulation.survey import simulate_survey
from tests.data.conftest import SETTINGS
from tests.fuzz.mutations import mutate

COUNT, SEED = 100_000, 1
SECONDS, BYTES = 5, 1024**3
WAVE = "wave-1"
READ, REFUSED = "read", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged file: READ, REFUSED, or in one line what else."""

    number: int
    shape: str
    what: str
    detail: str = ""


class TookTooLongError(Exception):
    """Raised when one file takes longer than SECONDS."""


@cache
def survey() -> tuple[Evaluation, pd.DataFrame]:
    """Return a tiny survey and a few spoilt submissions of it."""
    evaluation = Evaluation.model_validate(copy.deepcopy(SETTINGS))
    scenario = replace(demonstration_scenario(evaluation), people={WAVE: {"camden": 3, "kings": 2}}, two_areas=0.5)
    rng = np.random.default_rng(1)
    written = write_submissions(simulate_survey(scenario, evaluation, rng), evaluation, WAVE)
    return evaluation, spoil_submissions(written, evaluation, WAVE, Spoiling(1, 1, 1, comments=0.5), rng)


@cache
def shape_of(name: str) -> Shape:
    """Return the undamaged file of a platform."""
    evaluation, submissions = survey()
    return WRITERS[name](submissions, evaluation, WAVE)


def damaged(seed: int, number: int) -> tuple[str, Shape]:
    """Return a platform's name and its file with damage to the answers or, one time in four, to their key."""
    rng = random.Random(f"{seed} {number}")
    name = rng.choice(list(WRITERS))
    shape = shape_of(name)
    if shape.key is not None and rng.random() < 0.25:
        return name, replace(shape, key=mutate(shape.key, rng))
    return name, replace(shape, content=mutate(shape.content, rng))


def try_one(seed: int, number: int, folder: Path) -> Outcome:
    """Read and clean one damaged file; whatever is neither read nor refused is told, never raised."""
    name, shape = damaged(seed, number)
    source = shape.source("SYNTHETIC-damaged")
    (folder / source.file).write_bytes(shape.content)
    if shape.key is not None and source.key:
        (folder / source.key).write_bytes(shape.key)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        raw = read_export(folder, source, shown="data/raw")
        # The ledger is checked there; it raises LedgerError where it does not balance.
        cleaned = clean_wave([raw], survey()[0], WAVE, link_key=b"a key for tests")
        row = cleaned.ledger_by_file.iloc[0]
        balanced = row["rows_in"] == row["rows_used"] + row["rows_set_aside"] == len(raw.table)
        return Outcome(number, name, READ if balanced else "unbalanced ledger")
    except PipelineError as error:
        wrong = "" if type(error).__name__ == "ExportError" else f"{type(error).__name__}: {error}"
        return Outcome(number, name, wrong or fault_of(str(error), folder) or REFUSED, str(error))
    # Anything at all is a finding.
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in where if "pipeline" in frame.filename] or where
        place = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
        return Outcome(number, name, f"{type(error).__name__} at {place}", str(error)[:300])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def fault_of(message: str, folder: Path) -> str:
    """Return what is wrong with a message for people, '' for nothing."""
    if "Traceback" in message or str(folder) in message or tempfile.gettempdir() in message:
        return "a message with a traceback or a path"
    if not all(line.strip() and line.isprintable() for line in message.split("\n")):
        return "a message with characters that cannot be shown"
    return ""


def main() -> int:
    """Try as many files as asked, on every core; return 1 where there are findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    kept = Path(tempfile.mkdtemp(prefix="fuzz-findings-"))
    counts: Counter[str] = Counter()
    findings: dict[str, Outcome] = {}
    for outcome in tqdm(_all_outcomes(options.seed, options.count), total=options.count, unit="file"):
        counts[outcome.what] += 1
        if outcome.what not in (READ, REFUSED) and outcome.what not in findings:
            findings[outcome.what] = outcome
            _keep(kept, options.seed, outcome)
    print(f"seed {options.seed}: {counts.pop(READ, 0):,} read, {counts.pop(REFUSED, 0):,} refused; ", end="")
    print(f"{sum(counts.values()):,} findings of {len(counts)} kinds")
    for what, times in counts.most_common():
        first = findings[what]
        print(f"  {what} ({times:,} times; first: number {first.number}, {first.shape}): {first.detail!r}")
    if findings:
        print(f"The first file of each kind is kept in {kept}")
        return 1
    kept.rmdir()
    return 0


def _all_outcomes(seed: int, count: int) -> Iterator[Outcome]:
    context = multiprocessing.get_context("spawn")
    # One folder a worker, in memory where that can be: making one costs more than reading most damaged files.
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name,
        context.Pool(os.cpu_count(), _begin_worker, (name,)) as pool,
    ):
        yield from pool.imap_unordered(_try_in_worker, ((seed, number) for number in range(count)), chunksize=20)


def _begin_worker(folder: str) -> None:
    os.chdir(tempfile.mkdtemp(dir=folder))
    # Everything that is made once is there before the memory is measured.
    for name in WRITERS:
        shape_of(name)
    _limit_memory()
    signal.signal(signal.SIGALRM, _stop)


def _limit_memory() -> None:
    """Let this process take no more than BYTES of memory in all, as far as the system can tell.

    What the system limits is address space, of which the libraries reserve more than a GB and use a tenth.
    """
    try:
        reserved, used = (
            int(pages) * resource.getpagesize() for pages in Path("/proc/self/statm").read_text().split()[:2]
        )
    except OSError:
        return
    most = reserved + BYTES - used
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _try_in_worker(task: tuple[int, int]) -> Outcome:
    return try_one(*task, Path.cwd())


def _stop(*_: object) -> None:
    raise TookTooLongError


def _keep(folder: Path, seed: int, outcome: Outcome) -> None:
    _, shape = damaged(seed, outcome.number)
    source = shape.source(f"SYNTHETIC-seed-{seed}-number-{outcome.number}")
    (folder / source.file).write_bytes(shape.content)
    if shape.key is not None and source.key:
        (folder / source.key).write_bytes(shape.key)


if __name__ == "__main__":
    sys.exit(main())
