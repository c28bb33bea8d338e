"""`make calibrate`: thousands of simulated surveys on every core, resumed where they stopped, and one table of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import as_completed
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import hash_bytes, hash_file, write_bytes
from pipeline.machinery.calibration_result import RESULT
from pipeline.machinery.environment import ONE_THREAD
from pipeline.machinery.executor import executor_for_computing
from pipeline.statistics.calibration.scenarios import TRIALS
from pipeline.statistics.calibration.scoring import score_survey
from pipeline.statistics.calibration.summary import Tally, summarise, tally_surveys

PACKAGE = Path(__file__).resolve().parent.parent
BATCH = 50
Batch = tuple[str, int, int]


def calibrate(surveys: int, seed: int, names: list[str]) -> int:
    """Run what has not been run, print the table, keep it if every scenario was run; 1 where a bound is not kept."""
    project = find_project()
    unknown = sorted(set(names) - set(TRIALS))
    if unknown or surveys < 1:
        wrong = (
            f"'{unknown[0]}' is no scenario; there are {', '.join(TRIALS)}" if unknown else "one survey is the least"
        )
        raise PipelineError(f"calibrate: {wrong}.")
    starts = range(0, surveys, BATCH)
    batches = [(name, start, min(start + BATCH, surveys)) for start in starts for name in names or TRIALS]
    folder = project.processed / "calibration" / f"{code_version()}-{seed}"
    tallies: dict[str, dict[str, Tally]] = {name: {} for name in names or TRIALS}
    for (name, _, _), found in tqdm(_results(batches, folder, seed), total=len(batches), unit=f"{BATCH} surveys"):
        for figure, tally in found.items():
            tallies[name].setdefault(figure, Tally()).merge(tally)
    table = summarise(tallies)
    print(_in_words(table))
    if not names:
        write_bytes(RESULT, _as_json(table, surveys, seed, project), public=True)
    return 0 if table["kept"].all() else 1


def code_version() -> str:
    """Return a hash of the code that the surveys go through: batches of other code are not added to this one's."""
    files = [*sorted((PACKAGE / "statistics").rglob("*.py")), PACKAGE / "simulation" / "marginal.py"]
    return hash_bytes("".join(hash_file(path) for path in files).encode())[:16]


def _results(batches: list[Batch], folder: Path, seed: int) -> Iterator[tuple[Batch, dict[str, Tally]]]:
    waiting = []
    for batch in batches:
        path = folder / "-".join(map(str, batch))
        if path.is_file():
            yield batch, {name: Tally(**sums) for name, sums in json.loads(path.read_text("utf-8")).items()}
        else:
            waiting.append(batch)
    os.environ.update(ONE_THREAD)
    with closing(executor_for_computing()) as executor:
        running = {executor.submit(run_batch, batch, seed): batch for batch in waiting}
        for future in as_completed(running):
            batch = running[future]
            content = json.dumps({name: asdict(tally) for name, tally in future.result().items()})
            write_bytes(folder / "-".join(map(str, batch)), content.encode("utf-8"))
            yield batch, future.result()


def run_batch(batch: Batch, seed: int) -> dict[str, Tally]:
    """Return the tallies of one batch of surveys, the same wherever and whenever it runs."""
    name, start, end = batch
    # Each scenario and survey has a seed of its own, so that neither their order nor their number matters.
    own = list(TRIALS).index(name)
    return tally_surveys(score_survey(TRIALS[name], (seed, own, number)) for number in range(start, end))


def _as_json(table: pd.DataFrame, surveys: int, seed: int, project: Project) -> bytes:
    made = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(project),
        "surveys": surveys,
        "seed": seed,
        "rows": json.loads(table.to_json(orient="records", double_precision=5)),
    }
    return (json.dumps(made, indent=1) + "\n").encode("utf-8")


def _commit(project: Project) -> str:
    found = subprocess.run(
        ["git", "-C", str(project.root), "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _in_words(table: pd.DataFrame) -> str:
    shown = table.assign(kept=table["kept"].map({True: "", False: "NOT KEPT"}))
    columns = ["trial", "figure", "surveys", "without", "coverage", "mc_error", "low", "high", "width", "bias", "kept"]
    return shown[columns].to_string(index=False, float_format="{:.4f}".format, na_rep="")
