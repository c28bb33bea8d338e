"""How long a wave's reports take from nothing, beside the ways in which people make such reports.

`make bench`, or `python -m tests.bench.bench_reports`. All sides run in one sitting, in turn, on the same notebooks and
the same package, compiled, one thread a process; the median of each counts. The release gate is timed apart and left
out on every side, and what protection's search found in a first build is kept warm on every side. The aims that are
ratios decide the exit status; those in seconds, which hang on the machine, are printed as met or missed. Stopped, it
goes on where it was: what was measured is kept below data/processed/bench until code or data change.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat

from tests.bench.reports_kept import Kept
from tests.bench.reports_peers import commands_of
from tests.bench.reports_profile import print_profile
from tests.bench.reports_project import WAVE, Timed, keep_warm, make_base, make_survey, time_build, time_commands

LEAST_OF_LOOP, MOST_OF_PLAIN = 8.0, 1.5
MOST_PER_BOROUGH, MOST_NOTHING, MOST_EDIT = 0.8, 0.5, 3.0
BOROUGHS, MANY, MANY_ITEMS = (6, 12), 153, 2
MOST_GROWTH = 1.25
LOOP, ONE_PROCESS, POOL, PLAIN, OURS = (
    "papermill + nbconvert, command line",
    "papermill, one process",
    "papermill, pool of two processes",
    "plain Python, two processes",
    "python -m pipeline reports",
)


def main() -> int:
    """Time all sides, print the tables; return 1 where a ratio misses its aim."""
    options = _options()
    root, kept = Path(tempfile.mkdtemp(prefix="br-")), Kept(anew=options.anew)
    try:
        base = kept.folder / "base"
        first = kept.timed("first build", lambda: _first_build(base, root))
        sides = _sides(base)
        found: dict[str, list[Timed]] = {name: [] for name in sides if not options.sides or name in options.sides}
        for number in range(options.times):
            for name, side in found.items():
                measure = partial(_in_a_copy, base, root, sides[name])
                side.append(kept.timed(f"{name} {number}", measure))
                print(f"  {number + 1}/{options.times}  {name}: {side[-1].without_gate:.1f} s", file=sys.stderr)
        missed = _print_sides(found, first)
        _print_small(base, root, options.times, kept)
        if OURS in found:
            print_profile(base, root, found[OURS][-1])
        if not options.without_large:
            missed |= _print_sizes(root, options.many, kept)
        return int(missed)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often each side runs; the median counts (default: 5)")
    parser.add_argument("--sides", nargs="*", default=[], choices=[LOOP, ONE_PROCESS, POOL, PLAIN, OURS], help="only")
    parser.add_argument("--many", type=int, default=MANY, help=f"areas of the large survey (default: {MANY})")
    parser.add_argument("--anew", action="store_true", help="measure everything anew, whatever was kept")
    parser.add_argument("--without-large", action="store_true", help="leave out the surveys of other sizes")
    return parser.parse_args()


def _first_build(base: Path, root: Path) -> Timed:
    """Make the project that all sides copy; return the first build, in which gate and search had nothing to go by."""
    shutil.rmtree(base, ignore_errors=True)
    built = root / "first"
    shutil.copytree(make_base(base), built)
    first = time_build(built, "reports", "--wave", WAVE)
    keep_warm(base, built)
    return first


def _sides(base: Path) -> dict[str, Callable[[Path], Timed]]:
    def peer(way: str) -> Callable[[Path], Timed]:
        command = [sys.executable, "-m", "tests.bench.reports_peers", way, "--wave", WAVE]
        return lambda project: time_commands(project, [command])

    return {
        LOOP: lambda project: time_commands(project, commands_of(project, WAVE)),
        ONE_PROCESS: peer("one-process"),
        POOL: peer("pool"),
        PLAIN: peer("plain"),
        OURS: lambda project: time_build(project, "reports", "--wave", WAVE),
    }


def _in_a_copy(base: Path, root: Path, side: Callable[[Path], Timed]) -> Timed:
    project = root / "copy"
    shutil.copytree(base, project)
    (project / "peer").mkdir()
    try:
        return side(project)
    finally:
        shutil.rmtree(project)


def _print_sides(found: dict[str, list[Timed]], first: Timed) -> bool:
    """Print what each side takes and the ratios; return whether an aim was missed."""
    middle = {name: statistics.median(one.without_gate for one in all_of) for name, all_of in found.items()}
    print(f"\nReports of {WAVE} from nothing, {os.cpu_count()} cores, median of {len(next(iter(found.values())))};")
    print("the gate left out, protection's search kept warm on all sides\n")
    print(f"{'':38s}{'seconds':>9s}{'shortest':>10s}{'longest':>9s}{'processors':>12s}")
    for name, all_of in found.items():
        seconds = [one.without_gate for one in all_of]
        used = statistics.median(one.processor_seconds for one in all_of)
        print(f"{name:38s}{middle[name]:9.2f}{min(seconds):10.2f}{max(seconds):9.2f}{used:12.2f}")
    print(
        f"{'the first build, gate and search too':38s}{first.seconds:9.2f}   of which the gate {first.gate_seconds:.2f}"
    )
    print()
    missed = False
    if {LOOP, OURS} <= set(middle):
        missed |= _aim("faster than the command-line loop", middle[LOOP] / middle[OURS], LEAST_OF_LOOP, least=True)
    if {PLAIN, OURS} <= set(middle):
        missed |= _aim("the time of plain Python", middle[OURS] / middle[PLAIN], MOST_OF_PLAIN)
    for name in (ONE_PROCESS, POOL):
        if {name, OURS} <= set(middle):
            print(f"{middle[name] / middle[OURS]:6.2f} times faster than {name}")
    if {PLAIN, OURS} <= set(middle):
        # On a machine that others use too, the seconds of processors say more than those of the clock.
        used = {name: statistics.median(one.processor_seconds for one in found[name]) for name in (PLAIN, OURS)}
        print(f"{used[OURS] / used[PLAIN]:6.2f} times the processor time of plain Python")
    return missed


def _aim(what: str, found: float, aim: float, *, least: bool = False, unit: str = " times") -> bool:
    """Print a figure beside its aim; return whether it was missed."""
    missed = found < aim if least else found > aim
    bound = "least" if least else "most"
    print(f"{found:6.2f}{unit} {what} (aim: {aim:g} at {bound}){'  MISSED' if missed else ''}")
    return missed


def _print_small(base: Path, root: Path, times: int, kept: Kept) -> None:
    """Print what a run with nothing to do takes, and one after an edit of one sentence of the borough's notebook."""
    project = root / "small"

    def build(*arguments: str, edited: Callable[[Path], None] | None = None) -> Timed:
        if not project.exists():
            shutil.copytree(base, project)
            time_build(project, "reports", "--wave", WAVE)
        if edited:
            edited(project)
        return time_build(project, *arguments, "--wave", WAVE)

    def edit(how: Callable[[Path], None]) -> Timed:
        return build("report", "--area", "camden", edited=how)

    nothing, edits, texts = [], [], []
    for number in range(times):
        # A run before makes good what the edits of one area's page left to the others.
        nothing.append(kept.timed(f"nothing {number}", lambda: build("reports", edited=_build_all)))
        if "0 notebooks run" not in nothing[-1].told:
            print(f"  A run with nothing to do ran something: {nothing[-1].told[-200:]}")
        edits.append(kept.timed(f"edit {number}", lambda: edit(_add_a_sentence)))
        texts.append(kept.timed(f"edit of the code {number}", lambda: edit(_change_a_text)))
    shutil.rmtree(project, ignore_errors=True)
    print("\nWith everything built (whole commands, the gate too)\n")
    _aim("with nothing to do", statistics.median(one.seconds for one in nothing), MOST_NOTHING, unit=" s")
    _aim(
        "from an edit to the page of one borough", statistics.median(one.seconds for one in edits), MOST_EDIT, unit=" s"
    )
    print(f"{statistics.median(one.gate_seconds for one in edits):6.2f} s of that in the gate")
    _aim("the same, of a module of presentation", statistics.median(one.seconds for one in texts), MOST_EDIT, unit=" s")


def _build_all(project: Path) -> None:
    time_build(project, "reports", "--wave", WAVE)


def _change_a_text(project: Path) -> None:
    path = project / "pipeline" / "presentation" / "narrative.py"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def _add_a_sentence(project: Path) -> None:
    """Add a paragraph to the section that counts the answers; without a figure, which the gate would ask about."""
    path = project / "notebooks" / "03_borough_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.source.startswith("## Where things stand"))
    cell.source += "\n\nRead it beside the change above."
    nbformat.write(notebook, path)


def _build_survey(root: Path, areas: int, items: int) -> Timed:
    project = make_survey(root / f"survey-{areas}-{items}", areas, items)
    try:
        return time_build(project, "reports", "--wave", WAVE, until_gate=True, memory=True)
    finally:
        shutil.rmtree(project)


def _print_sizes(root: Path, many: int, kept: Kept) -> bool:
    """Print what one more borough costs, and whether cost and memory stay flat for many; return whether they do not."""
    print("\nSimulated surveys of other sizes (until the gate begins; protection's search included)\n")
    print(f"{'boroughs':>9s}{'items':>7s}{'all':>9s}{'estimating':>12s}{'reports':>9s}{'a report':>10s}{'memory':>10s}")
    costs: dict[tuple[int, int], tuple[Timed, float]] = {}
    for areas, items in (*((areas, 7) for areas in BOROUGHS), (BOROUGHS[1], MANY_ITEMS), (many, MANY_ITEMS)):
        started = time.monotonic()
        timed = kept.timed(f"survey {areas} {items}", partial(_build_survey, root, areas, items))
        if "Failed:" in timed.told or "Stopped:" in timed.told or timed.timeline is None:
            print(f"{areas:9d}{items:7d}  failed after {time.monotonic() - started:.0f} s: {timed.told[-300:]}")
            continue
        reports = timed.timeline.length("reporting") + timed.timeline.length("rendering")
        costs[areas, items] = timed, reports
        estimating = timed.timeline.length("estimating")
        print(
            f"{areas:9d}{items:7d}{timed.seconds:9.1f}{estimating:12.1f}{reports:9.1f}{reports / (areas + 1):10.2f}"
            f"{timed.peak_megabytes:7.0f} MB"
        )
    few, more = ((areas, 7) for areas in BOROUGHS)
    print()
    if {few, more} <= set(costs):
        each = (costs[more][1] - costs[few][1]) / (more[0] - few[0])
        _aim("one more borough, its notebook and its page", each, MOST_PER_BOROUGH, unit=" s")
        whole = (costs[more][0].seconds - costs[few][0].seconds) / (more[0] - few[0])
        print(f"{whole:6.2f} s one more borough in all, estimates and search too")
    small, large = (BOROUGHS[1], MANY_ITEMS), (many, MANY_ITEMS)
    if not {small, large} <= set(costs):
        return True
    cost = [costs[size][1] / (size[0] + 1) for size in (small, large)]
    memory = [costs[size][0].peak_megabytes for size in (small, large)]
    found = [
        _aim(f"the cost of a report with {many} areas beside {small[0]}", cost[1] / cost[0], MOST_GROWTH),
        _aim(f"the memory with {many} areas beside {small[0]}", memory[1] / memory[0], MOST_GROWTH),
    ]
    return any(found)


if __name__ == "__main__":
    sys.exit(main())
