"""The command line: a light wrapper, each verb one call; importing it needs nothing that is not in Python."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.ground.errors import PipelineError
from pipeline.machinery.environment import open_lab, run_tool, set_up
from pipeline.machinery.starter import end_with_make

_NEEDS_NOTHING = {"setup"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return the exit status: 0 done, 1 a mistake told in one sentence, 130 stopped by the user."""
    options = _parser().parse_args(arguments)
    end_with_make()
    try:
        if options.verb not in _NEEDS_NOTHING:
            _check_environment()
        if getattr(options, "no_wait", False):
            from pipeline.machinery.locking import WAITS

            WAITS.set(False)
        verb: Callable[[argparse.Namespace], int] = options.call
        return verb(options)
    except PipelineError as error:
        if options.traceback:
            raise
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if options.traceback:
            raise
        name = Path(error.filename).name if isinstance(error.filename, str) else "a file"
        print(f"Stopped: {name} could not be read or written: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped by you; the last good reports are untouched.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="From the raw exports of a survey wave to one HTML evaluation report per area.",
        epilog="Example: python -m pipeline reports --wave wave-2",
    )
    parser.add_argument("--traceback", action="store_true", help="show where in the code a mistake was noticed")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add(verbs, "setup", "make the environment in .venv, from the lock file", lambda _: set_up(Path.cwd()))
    _add(verbs, "data", "clean a wave and its baseline", _build, wave=True)
    _add(verbs, "estimates", "clean, then estimate a wave beside its baseline", _build, wave=True)
    _add(verbs, "reports", "build and place every report of a wave", _build, wave=True)
    _add(verbs, "report", "build and place the report of one area", _build, wave=True, area=True)
    _add(verbs, "verify", "build a wave in two surroundings and compare every byte", _verify, wave=True)
    watch = _add(
        verbs, "watch", "build what changes while you edit, and serve the pages to this machine", _watch, wave=True
    )
    watch.add_argument("--area", default="", help="one area alone, such as camden")
    watch.add_argument("--port", type=int, default=0, help="the port of the pages (default: any that is free)")
    _add(verbs, "site", "rebuild the index, the methods, the privacy notice and the accessibility statement", _site)
    _add(verbs, "audit", "say what anybody would learn from a wave's pages and every release", _audit, wave=True)
    release = _add(verbs, "release", "clear a wave's reports for publication", _release, wave=True)
    withdraw = _add(verbs, "withdraw", "take a release's pages out of reports/", _withdraw)
    withdraw.add_argument("--release", default="", help="the release's id, such as wave-2-r1")
    deletion = _add(verbs, "deletion", "register that answers were deleted on request", _deletion, wave=True)
    for verb in (release, withdraw):
        verb.add_argument("--approver", default="", help="the post that decides, or the person who holds it")
    for verb in (release, withdraw, deletion):
        verb.add_argument("--date", default="", help="the day of the decision, such as 2026-11-24")
        verb.add_argument("--reason", default="", help="why (of a release: why it is issued anew); it is public")
    _add(verbs, "lab", "open the notebooks in JupyterLab", lambda _: open_lab())
    _add(verbs, "test", "run the everyday tests", lambda _: run_tool("pytest"))
    _add(verbs, "check", "check style and types; changes nothing", lambda _: _check_style())
    _add_measurements(verbs)
    _add(verbs, "clean", "remove data/processed, which the other verbs rebuild", _clean)
    inspect = _add(verbs, "inspect", "say what a file holds, and draft its part of evaluation.yml", _inspect)
    inspect.add_argument("file", help="an export, such as ~/Downloads/answers.xlsx")
    inspect.add_argument("--key", help="its key file or data dictionary, for exports of codes")
    inspect.add_argument("--platform", default="plain", help="how to read it where no platform is recognised")
    _add(verbs, "quotes", "write a wave's worksheet for approving quotes, and check their register", _quotes, wave=True)
    _add(verbs, "coding", "write a wave's worksheets for coding comments, and read those filled in", _coding, wave=True)
    _add(verbs, "registers", "write templates of registers that are not there, and check the others", _registers)
    _add(verbs, "new-wave", "walk through adding a wave", _new_wave)
    _add(
        verbs,
        "record",
        "write down what the raw files of a wave are, after replacing one on purpose",
        _record,
        wave=True,
    )
    _add(verbs, "demonstration", "write the SYNTHETIC demonstration waves, never over a file", _demonstration)
    return parser


def _add_measurements(verbs) -> None:  # type: ignore[no-untyped-def]
    """Add the verbs that measure: they try the code itself rather than build anything."""
    fuzz = _add(verbs, "fuzz", "read damaged exports by the thousand; none may end in a traceback", _fuzz)
    fuzz.add_argument("--count", type=int, default=100_000, help="how many files (default: 100000)")
    fuzz.add_argument("--seed", type=int, default=1, help="the same seed makes the same files (default: 1)")
    chaos = _add(verbs, "chaos", "kill builds at random moments and by other faults; nothing may be torn", _chaos)
    chaos.add_argument("--moments", type=int, default=500, help="how many moments (default: 500)")
    chaos.add_argument("--seed", type=int, default=1, help="the same seed plans the same moments (default: 1)")
    _add(verbs, "bench", "time a whole build, cleaning and the models beside other ways of doing the same", _bench)
    proof = _add(verbs, "prove", "measure the price of protection, and try leaks on the gate", _prove)
    proof.add_argument("--surveys", type=int, default=200, help="how many simulated surveys a policy (default: 200)")
    proof.add_argument("--leaks", type=int, default=200, help="how many leaks a policy (default: 200)")
    trials = _add(verbs, "calibrate", "try the intervals on simulated surveys of this size", _calibrate)
    trials.add_argument("--surveys", type=int, default=2000, help="how many of each scenario (default: 2000)")
    trials.add_argument("--seed", type=int, default=20261124, help="the same seed makes the same surveys")
    trials.add_argument(
        "--only", nargs="*", default=[], metavar="SCENARIO", help="some scenarios; nothing is kept then"
    )


def _add(verbs, name, text, call, *, wave=False, area=False) -> argparse.ArgumentParser:  # type: ignore[no-untyped-def]
    verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    verb.set_defaults(call=call)
    if wave:
        verb.add_argument("--wave", help="the wave's id in evaluation.yml (default: the latest wave)")
    if wave or call in (_site, _clean, _withdraw):
        verb.add_argument("--no-wait", action="store_true", help="stop, where another run is building")
    if call is _build:
        verb.add_argument("--why", action="store_true", help="say why each step would be made anew; build nothing")
        verb.add_argument("--dry-run", action="store_true", help="list what would be made; build nothing")
    if area:
        verb.add_argument("--area", required=True, help="the area's id in evaluation.yml, such as camden")
    return verb


def _build(options: argparse.Namespace) -> int:
    wave_id, area_id = options.wave or None, getattr(options, "area", None)
    if options.why or options.dry_run:
        from pipeline.machinery.explaining import explain

        return explain(options.verb, wave_id, area_id, why=options.why)
    from pipeline.machinery.starting import start

    return start(options.verb, wave_id, area_id)


def _verify(options: argparse.Namespace) -> int:
    from pipeline.machinery.verifying import verify

    return verify(options.wave or None)


def _watch(options: argparse.Namespace) -> int:
    from pipeline.machinery.watching import watch

    return watch(options.wave or None, options.area or None, options.port)


def _site(_: argparse.Namespace) -> int:
    from pipeline.machinery.reports import rebuild_site

    return rebuild_site()


def _audit(options: argparse.Namespace) -> int:
    from pipeline.machinery.releases import audit_wave

    return audit_wave(options.wave or None)


def _release(options: argparse.Namespace) -> int:
    from pipeline.machinery.releases import release

    return release(options.wave or None, options.approver, options.date, options.reason)


def _withdraw(options: argparse.Namespace) -> int:
    from pipeline.machinery.releases import withdraw

    return withdraw(options.release, options.reason, options.approver, options.date)


def _deletion(options: argparse.Namespace) -> int:
    from pipeline.machinery.releases import register_deletion

    return register_deletion(options.wave or None, options.reason, options.date)


def _clean(_: argparse.Namespace) -> int:
    from pipeline.machinery.reports import remove_processed

    return remove_processed()


def _demonstration(_: argparse.Namespace) -> int:
    from pipeline.machinery.reports import write_demonstration

    return write_demonstration()


def _inspect(options: argparse.Namespace) -> int:
    from pipeline.machinery.new_wave import draft_file

    return draft_file(Path(options.file).expanduser(), options.platform, options.key)


def _new_wave(_: argparse.Namespace) -> int:
    from pipeline.machinery.new_wave import add_wave

    add_wave(_ask_on_terminal, print)
    return 0


def _ask_on_terminal(question: str, default: str) -> str:
    shown = f"{question} [{default}] " if default else f"{question} "
    try:
        return input(shown).strip() or default
    except EOFError:
        raise PipelineError("The questions of `new-wave` need answers; run it in a terminal.") from None


def _record(options: argparse.Namespace) -> int:
    from pipeline.machinery.reports import record_wave

    return record_wave(options.wave or None)


def _quotes(options: argparse.Namespace) -> int:
    from pipeline.machinery.quotes_verb import approve_quotes

    return approve_quotes(options.wave or None)


def _coding(options: argparse.Namespace) -> int:
    from pipeline.machinery.coding_verb import code_comments

    return code_comments(options.wave or None)


def _registers(_: argparse.Namespace) -> int:
    from pipeline.machinery.registers import tell_registers

    return tell_registers()


def _check_style() -> int:
    steps = [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)]
    return max(run_tool(*step) for step in steps)


def _fuzz(options: argparse.Namespace) -> int:
    return run_tool("tests.fuzz.fuzz_exports", "--count", str(options.count), "--seed", str(options.seed))


def _chaos(options: argparse.Namespace) -> int:
    return run_tool("tests.chaos.run", "--moments", str(options.moments), "--seed", str(options.seed))


def _bench(_: argparse.Namespace) -> int:
    return max(
        run_tool(f"tests.bench.{bench}")
        for bench in ("bench_throughput", "bench_models", "bench_mixed", "bench_estimation", "bench_reports")
    )


def _prove(options: argparse.Namespace) -> int:
    return run_tool("tests.bench.prove", "--surveys", str(options.surveys), "--leaks", str(options.leaks))


def _calibrate(options: argparse.Namespace) -> int:
    from pipeline.machinery.calibration import calibrate

    return calibrate(options.surveys, options.seed, options.only)


def _check_environment() -> None:
    missing = [name for name in ("pandas", "papermill", "pydantic") if importlib.util.find_spec(name) is None]
    if missing:
        python = ".venv\\Scripts\\python" if os.name == "nt" else ".venv/bin/python"
        raise PipelineError(
            f"{missing[0]} is not installed for this Python ({sys.executable}); run `python -m pipeline setup` once, "
            f"then use {python}, or activate an environment made from environment.yml."
        )
