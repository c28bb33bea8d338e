"""The tables that a chaos run ends with: moments by phase, signal and target, violations by kind, further faults."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.chaos.findings import FaultResult
from tests.chaos.phases import PHASES
from tests.chaos.trials import Moment


def print_tables(moments: Iterable[Moment], faults: Iterable[FaultResult]) -> None:
    """Print everything that was tried."""
    moments, faults = list(moments), list(faults)
    hit = [one for one in moments if one.was_hit]
    print(f"\n{'phase':11s}{'signal':9s}{'target':8s}{'hits':>5s}{'ok':>5s}{'violated':>9s}")
    for (phase, number, target), group in sorted(_grouped(hit).items(), key=_in_order):
        good = sum(not one.violations for one in group)
        print(f"{phase:11s}{number:9s}{target:8s}{len(group):5d}{good:5d}{len(group) - good:9d}")
    by_phase = Counter(one.phase for one in hit)
    print("\nHits by phase: " + ", ".join(f"{phase} {by_phase[phase]}" for phase in PHASES))
    late = len(moments) - len(hit)
    if late:
        print(f"{late} moments found no process to strike, however early.")
    for fault in faults:
        print(f"{fault.name:20s} {f'skipped: {fault.skipped}' if fault.skipped else fault.outcome}")
    _print_violations(moments, faults)


def _grouped(hit: list[Moment]) -> dict[tuple[str, str, str], list[Moment]]:
    groups = defaultdict(list)
    for one in hit:
        groups[one.phase, one.signal, one.target].append(one)
    return groups


def _in_order(entry: tuple[tuple[str, str, str], list[Moment]]) -> tuple[int, str, str]:
    (phase, number, target), _ = entry
    return PHASES.index(phase), number, target


def _print_violations(moments: list[Moment], faults: list[FaultResult]) -> None:
    """Print each kind of violation with how often and where it was seen, and one example."""
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in moments:
        for text in one.violations:
            kinds[text.partition(":")[0]].append((f"moment {one.number}", text))
    for fault in faults:
        for text in fault.violations:
            kinds[text.partition(":")[0]].append((fault.name, text))
    tried = sum(one.was_hit for one in moments)
    bad = sum(bool(one.violations) for one in moments)
    print(f"\n{tried} moments, {bad} with a violation; {len(faults)} further faults, "
          f"{sum(bool(one.violations) for one in faults)} with a violation.")  # fmt: skip
    for kind, seen in sorted(kinds.items(), key=lambda entry: -len(entry[1])):
        places = ", ".join(dict.fromkeys(where for where, _ in seen))
        print(f"{len(seen):4d}  {kind}  ({places[:100]})\n      {seen[0][1][:200]}")
