"""`make chaos`: a build is struck at many random moments, and by other faults; what it leaves must be whole.

`python -m tests.chaos.run --moments 500 --seed 1`. A moment is one of (seed, number): `--only 17` tries one again. What
was found is kept below data/processed/chaos, and a run that was stopped goes on from there. The exit status is 1 on
any violation, 3 when time ran out first.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from pipeline.ground.paths import find_project
from pipeline.machinery.fingerprints import code_hash
from tests.chaos.builds import Builds, make_builds
from tests.chaos.faults import FAULTS, try_fault
from tests.chaos.findings import FaultResult
from tests.chaos.phases import PHASES
from tests.chaos.table import print_tables
from tests.chaos.trials import Moment, try_moment
from tests.machinery.tiny_runs import REPOSITORY

SHORT_MOMENTS, LEAST_IN_EACH_PHASE = 12, 20
# A phase that ends before a signal can reach it stays short, however many moments are aimed at it.
MOST_TIMES_MORE = 3
# What the short form tries beside its moments: those that cost less than a build.
SHORT_FAULTS = ("stale lock",)
VIOLATED, RAN_OUT = 1, 3


class Kept:
    """What was found with one seed and one state of the code, in a private file that grows moment by moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = json.loads(path.read_text("utf-8")) if path.is_file() else {"moments": [], "faults": []}
        self.moments = {one["number"]: Moment(**one) for one in found["moments"]}
        self.faults = {one["name"]: FaultResult(**one) for one in found["faults"]}

    def keep(self, one: Moment | FaultResult) -> None:
        if isinstance(one, Moment):
            self.moments[one.number] = one
        else:
            self.faults[one.name] = one
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "moments": [asdict(moment) for _, moment in sorted(self.moments.items())],
            "faults": [asdict(fault) for fault in self.faults.values()],
        }
        temporary = self.path.with_suffix(".writing")
        temporary.write_text(json.dumps(content, indent=1), "utf-8")
        temporary.replace(self.path)

    def short_phases(self) -> list[str]:
        """Return the phases that were hit too rarely: a moment aimed at a short one may come in the next."""
        hits = Counter(one.phase for one in self.moments.values() if one.was_hit)
        return [phase for phase in PHASES if hits[phase] < LEAST_IN_EACH_PHASE]

    def violations(self) -> list[str]:
        found = [one.violations for one in self.moments.values()] + [one.violations for one in self.faults.values()]
        return [text for violations in found for text in violations]


def main(arguments: list[str] | None = None) -> int:
    """Try what was not tried yet, print the tables, return the exit status."""
    options = _options(arguments)
    if not Path("/proc/self/environ").exists():
        print("Stopped: chaos needs Linux, whose list of processes shows what a run left behind.", file=sys.stderr)
        return VIOLATED
    started = time.monotonic()
    code = code_hash(find_project(), "pipeline.machinery.command_line")
    name = f"seed-{options.seed}-{code[:12]}{'-short' if options.short else ''}.json"
    kept = Kept(options.keep / name)
    # A short path leaves room for the names of sockets.
    root = Path(tempfile.mkdtemp(prefix="ch-"))
    complete = True
    try:
        numbers = options.only if options.only is not None else range(options.moments)
        moments = [number for number in numbers if options.only is not None or number not in kept.moments]
        faults = [fault for fault in options.faults if fault not in kept.faults or options.only is not None]
        for one in _try_all(root, options, moments, faults, kept):
            kept.keep(one)
            _tell(one)
            if time.monotonic() - started > options.minutes * 60:
                complete = False
                break
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print_tables(kept.moments.values(), kept.faults.values())
    print(f"Kept in {kept.path}.")
    if kept.violations():
        return VIOLATED
    short = kept.short_phases() if options.moments >= LEAST_IN_EACH_PHASE * len(PHASES) else []
    if short and options.only is None:
        print(f"Hit fewer than {LEAST_IN_EACH_PHASE} times: {', '.join(short)}.")
        complete = False
    return 0 if complete else RAN_OUT


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=500, help="how many moments (default: 500)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed plans the same moments (default: 1)")
    parser.add_argument("--only", type=int, nargs="*", help="try these moments again, by number")
    parser.add_argument("--faults", nargs="*", choices=[*FAULTS], default=None, help="some of the further faults only")
    parser.add_argument("--minutes", type=float, default=240, help="stop after this many (default: 240)")
    parser.add_argument("--short", action="store_true", help=f"{SHORT_MOMENTS} moments and one fault, for a test")
    parser.add_argument("--keep", type=Path, default=REPOSITORY / "data" / "processed" / "chaos", help="where to keep")
    options = parser.parse_args(arguments)
    if options.faults is None:
        options.faults = SHORT_FAULTS if options.short else [] if options.only is not None else [*FAULTS]
    if options.short:
        options.moments = SHORT_MOMENTS
    return options


def _try_all(
    root: Path, options: argparse.Namespace, moments: list[int], faults: list[str], kept: Kept
) -> Iterator[Moment | FaultResult]:
    """Yield what came of each; `kept` grows meanwhile, and tells which phases need more moments than were asked for."""
    enough = options.moments < LEAST_IN_EACH_PHASE * len(PHASES) or options.only is not None
    if not moments and not faults and (enough or not kept.short_phases()):
        return
    print("Building twice without a fault, to know what is right ...", file=sys.stderr, flush=True)
    builds = make_builds(root / "b")
    _tell_phases(builds)
    for fault in faults:
        yield try_fault(fault, builds, root)
    for number in moments:
        yield try_moment(builds, root, options.seed, number)
    for number in range(options.moments, 0 if enough else MOST_TIMES_MORE * options.moments):
        if number not in kept.moments and PHASES[number % len(PHASES)] in kept.short_phases():
            yield try_moment(builds, root, options.seed, number)


def _tell_phases(builds: Builds) -> None:
    timeline = builds.timelines["B"]
    lengths = ", ".join(f"{phase} {timeline.length(phase):.2f}" for phase in PHASES)
    print(f"A build takes {timeline.ended:.1f} s: {lengths}.", file=sys.stderr, flush=True)


def _tell(one: Moment | FaultResult) -> None:
    if isinstance(one, Moment):
        where = f"{one.number:4d}  {one.signal or 'too late':8s} {one.target or '-':7s} {one.phase or one.aimed:10s}"
        where += f" {one.seconds:7.2f} s"
    else:
        where = f"      {one.name}{': skipped, ' + one.skipped if one.skipped else ''}"
    print(f"{where}  {'; '.join(one.violations) or 'ok'}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    # Told to end, it takes down what it put up: processes, folders, a disk in memory.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    raise SystemExit(main())
