"""How many leaks the gate refuses that are put into the final bytes of a release: all of them, or it is broken.

`python -m tests.bench.leaks` tries them on the pages of the latest wave that `make reports` placed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from pipeline.disclosure.gate import against_policy
from pipeline.disclosure.page_safety.files import find_unsafe
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.reading.read import read_release
from pipeline.reference.evaluation import Evaluation
from tests.bench.leak_files import IN_FILES
from tests.bench.leak_kinds import IN_TEXT
from tests.bench.leak_site import Changed, NoPlaceError, Site

KINDS = IN_TEXT | IN_FILES
# How often a kind may give an edit again that was tried before, until it is held to have no more.
_PATIENCE = 20
Files = Mapping[str, bytes]
Attack = Callable[[Files], Collection[str]]


@dataclass(frozen=True)
class LeakRow:
    """A kind of leak: how many were tried, how many refused, and the files of those that were not."""

    kind: str
    tried: int
    refused: int
    missed: tuple[str, ...] = ()


def try_leaks(
    files: Files,
    evaluation: Evaluation,
    *,
    approved_quotes: frozenset[str] = frozenset(),
    register_texts: frozenset[str] = frozenset(),
    attack: Attack | None = None,
    kinds: Collection[str] = tuple(KINDS),
    count: int = 200,
    seed: int = 1,
) -> list[LeakRow]:
    """Put at least `count` different leaks into a release and return, for each kind of leak, how many are refused.

    `attack`: the whole gate, which is asked only where reading lets a leak through; None takes that for a miss. A
    release that is refused as it is raises ValueError, for every leak in it would be refused too.
    """
    site = Site(dict(files), evaluation)
    find = partial(_findings, site, approved_quotes=approved_quotes, register_texts=register_texts)
    if first := next(find(files), ""):
        raise ValueError(f"The release is refused without any leak in it: {first}")
    found: dict[str, LeakRow] = {}
    for kind, changed in _leaks(site, kinds, count, seed):
        leaky = {file: content for file, content in {**files, **changed}.items() if content is not None}
        told = next(find(leaky), "") or next(iter(attack(leaky) if attack else ()), "")
        row = found.setdefault(kind, LeakRow(kind, 0, 0))
        missed = row.missed if told else (*row.missed, ", ".join(sorted(changed)))
        found[kind] = replace(row, tried=row.tried + 1, refused=row.refused + bool(told), missed=missed)
    return list(found.values())


def try_reissues(issues: Iterable[tuple[Files, Files]], judge: Callable[[Files, Files], Collection[str]]) -> LeakRow:
    """Return how many reissues are refused that differ from what was released by one person.

    `issues` are pairs: what was released, and the present files; `judge` gives the findings of the whole gate on both.
    """
    row = LeakRow("a reissue that differs by one person", 0, 0)
    for released, present in issues:
        told = bool(judge(released, present))
        row = replace(row, tried=row.tried + 1, refused=row.refused + told)
    return row


def _leaks(site: Site, kinds: Collection[str], count: int, seed: int) -> Iterator[tuple[str, Changed]]:
    """Give different leaks, one of each kind after the other, until there are enough or no kind has any more."""
    choices = {kind: random.Random(f"{seed} {kind}") for kind in kinds}
    given: set[int] = set()
    while choices and len(given) < count:
        for kind in list(choices):
            changed = _new_leak(site, kind, choices[kind], given)
            if changed is None:
                del choices[kind]
            else:
                yield kind, changed


def _new_leak(site: Site, kind: str, choose: random.Random, given: set[int]) -> Changed | None:
    for _ in range(_PATIENCE):
        try:
            changed = KINDS[kind](site, choose)
        except NoPlaceError:
            return None
        key = hash(tuple(sorted(changed.items(), key=lambda one: one[0])))
        if key not in given and any(site.files.get(file) != content for file, content in changed.items()):
            given.add(key)
            return changed
    return None


def _findings(
    site: Site, files: Files, *, approved_quotes: frozenset[str], register_texts: frozenset[str]
) -> Iterator[str]:
    """Give why files are refused, what takes the least time first."""
    evaluation = site.evaluation
    policy = find_policy(evaluation.disclosure.policy)
    reading = read_release(files, evaluation, approved_quotes=approved_quotes, register_texts=register_texts)
    yield from reading.refusals
    yield from against_policy(reading.facts, policy, evaluation.whole_area.id)
    yield from find_unsafe(files)


def print_leaks(rows: list[LeakRow]) -> None:
    """Print the table: a kind of leak, how many were tried, and how many were refused."""
    for row in rows:
        missed = f"  MISSED in {row.missed[0]}" if row.missed else ""
        print(f"{row.kind:<55}{row.tried:>6}{row.refused:>9}{missed}")
    tried, refused = (sum(getattr(row, name) for row in rows) for name in ("tried", "refused"))
    print(f"{'all':<55}{tried:>6}{refused:>9}")


def main() -> int:
    """Try leaks in the pages that stand; return 1 where any is let through."""
    from pipeline.ground.paths import find_project
    from pipeline.machinery.quotes import read_register
    from pipeline.machinery.registers import register_texts
    from pipeline.reference.evaluation import load_evaluation

    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    standing = {
        path.relative_to(project.reports).as_posix(): path.read_bytes()
        for path in project.reports.rglob("*")
        if path.suffix in (".html", ".csv")
    }
    quotes = frozenset(quote.sha256 for quote in read_register(project, evaluation))
    texts = register_texts(project, evaluation)
    rows = try_leaks(standing, evaluation, approved_quotes=quotes, register_texts=texts)
    print_leaks(rows)
    return int(any(row.missed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
