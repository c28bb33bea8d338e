"""How long a large export takes to read and clean, beside the time pandas needs only to read it as text.

`make bench`, or `python -m tests.bench.bench_throughput --rows 100000`. The aim is a ratio of 3 at most. Each is done
three times in turn and the fastest of each counts: the first time has to get its memory from the system.
"""

from __future__ import annotations

import argparse
import csv
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.data.cleaning import clean_wave
from pipeline.exports.read import read_export
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.waves import Source

ROWS, ITEMS, TIMES, MOST = 1_000_000, 20, 3, 3.0
LEVELS = ["Not at all sure", "Rather unsure", "Neither", "Rather sure", "Very sure"]
OFF_SCALE = "Don't know"
WORDING = "How sure are you of the matter that stands under number {number} of this list?"
DATES = "%Y/%m/%d %H:%M:%S"
SETTINGS: dict[str, Any] = {
    "title": "A large survey",
    "version": "1",
    "about": "A survey for measuring time.",
    "roles": dict.fromkeys(("commissioner", "analyst", "assurer", "approver"), "Nobody"),
    "contact": dict.fromkeys(("organisation", "data_protection", "lawful_basis", "retention"), "Nobody"),
    "area_noun": {"singular": "borough", "plural": "boroughs"},
    "whole_area": {"id": "all", "name": "All of it", "short_name": "All", "code": "E54000028"},
    "areas": [
        {"id": "camden", "name": "Camden", "code": "E09000007"},
        {"id": "barnet", "name": "Barnet", "code": "E09000003"},
    ],
    "sectors": [{"id": "health", "name": "Health"}, {"id": "schools", "name": "Schools"}],
    "waves": [
        {
            "id": "wave-1",
            "label": "Wave 1",
            "data": "synthetic",
            "fieldwork": {"start": "2023-03-06", "end": "2023-04-02"},
            "sources": [{"file": "wave-1/SYNTHETIC-large.csv", "platform": "google-forms", "dates": DATES}],
        }
    ],
    "scales": {
        "sure": {
            "levels": LEVELS,
            "favourable": LEVELS[-2:],
            "favourable_phrase": "rather or very sure",
            "off_scale": [OFF_SCALE],
        }
    },
    "questions": {"area": {"wording": "Where?"}, "sector": {"wording": "In which sector?"}},
    "items": [
        {
            "id": f"item-{number}",
            "measure": f"Measure {number}",
            "short_name": f"Item {number}",
            "scale": "sure",
            "wording": WORDING.format(number=number),
        }
        for number in range(1, ITEMS + 1)
    ],
}


def main() -> int:
    """Write a file, read it both ways, print both times; return 1 where the ratio is beyond the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--quoted", action="store_true", help="quote every cell, as Google Forms does")
    options = parser.parse_args()
    evaluation = Evaluation.model_validate(SETTINGS)
    source = evaluation.wave("wave-1").sources[0]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / source.file
        path.parent.mkdir()
        write_large_file(path, options.rows, quoted=options.quoted)
        print(f"{options.rows:,} responses x {ITEMS} items, {path.stat().st_size / 1e6:,.0f} MB")
        seconds = [_measure(path, Path(name), source, evaluation, options.rows) for _ in range(TIMES)]
    pandas_seconds, read_seconds, clean_seconds = map(min, zip(*seconds, strict=True))
    ratio = (read_seconds + clean_seconds) / pandas_seconds
    print(f"pandas.read_csv as text  {pandas_seconds:8.2f} s")
    print(f"read_export              {read_seconds:8.2f} s")
    print(f"clean_wave               {clean_seconds:8.2f} s")
    print(f"ratio                    {ratio:8.2f}    (aim: {MOST:g} at most)")
    print(f"ratio, first time        {sum(seconds[0][1:]) / seconds[0][0]:8.2f}")
    print(f"most memory              {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:8.2f} GB")
    return 0 if ratio <= MOST else 1


def write_large_file(path: Path, rows: int, *, quoted: bool = False) -> None:
    """Write an export in the shape of Google Forms, the same for the same number of rows."""
    rng = np.random.default_rng(rows)
    moments = pd.Timestamp("2023-03-06 08:00") + pd.to_timedelta(rng.integers(0, 27 * 86400, rows), unit="s")
    choices = np.array([*LEVELS, OFF_SCALE, ""], dtype=object)
    shares = [0.1, 0.2, 0.2, 0.25, 0.15, 0.05, 0.05]
    columns: dict[str, Any] = {
        "Timestamp": moments.strftime(DATES),
        "Where?": rng.choice(np.array(["Camden", "Barnet", "All of it"], dtype=object), rows),
        "In which sector?": rng.choice(np.array(["Health", "Schools"], dtype=object), rows),
    }
    columns |= {WORDING.format(number=number): rng.choice(choices, rows, p=shares) for number in range(1, ITEMS + 1)}
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    # At least one item is answered in every row, so that all of them count.
    columns[WORDING.format(number=1)] = np.where(
        columns[WORDING.format(number=1)] == "", LEVELS[0], columns[WORDING.format(number=1)]
    )
    pd.DataFrame(columns).to_csv(path, index=False, quoting=quoting, lineterminator="\r\n")


def _measure(path: Path, folder: Path, source: Source, evaluation: Evaluation, rows: int) -> tuple[float, float, float]:
    """Return the seconds that pandas, reading and cleaning take once."""
    pandas_seconds, _ = _timed(lambda: pd.read_csv(path, dtype=str, keep_default_na=False))
    read_seconds, raw = _timed(lambda: read_export(folder, source, shown="data/raw"))
    clean_seconds, cleaned = _timed(lambda: clean_wave([raw], evaluation, "wave-1", link_key=b"a key for tests"))
    ledger = cleaned.ledger_by_file.iloc[0]
    assert ledger["rows_in"] == ledger["rows_used"] == rows
    return pandas_seconds, read_seconds, clean_seconds


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


if __name__ == "__main__":
    sys.exit(main())
