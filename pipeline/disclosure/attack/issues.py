"""Issues of a wave: releases that answer differently are of different answers, and their difference may tell of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.disclosure.attack.evidence import KEYS, RATIOS, Evidence, describe
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.facts import ANSWERING, PAIRS, Fact, keys_of

PRESENT = ""
_OF = ", as issued in "
_WAVES = ("wave", "baseline_wave", "comparison_wave")


def release_of(where: str) -> str:
    """Return the id before the first ':' of a place, which has neither '/' nor '.'; a present page has none: ''."""
    before, colon, _ = where.partition(":")
    return before if colon and "/" not in before and "." not in before else PRESENT


def plain_wave(label: str) -> str:
    """Return the wave of an issue's label."""
    return label.split(_OF)[0]


def part_issues(evidence: Evidence, survey: KnownSurvey) -> tuple[Evidence, list[str]]:
    """Return the facts with the waves of contradicting releases told apart, and a sentence for each close difference.

    A wave's releases are joined, in their order, as long as no two figures of the same thing contradict each other; the
    one that does begins a new issue, which is then reasoned about by itself. Two figures of one release that contradict
    each other do not fit. What is shown in one release and suppressed in another is known: it stays one issue.
    """
    findings = list(dict.fromkeys(_within_releases(evidence.in_program)))
    label: dict[tuple[str, str], str] = {}
    for wave in survey.waves:
        issues = _issues([fact for fact in evidence.in_program if wave in _waves(fact)])
        for number, issue in enumerate(issues):
            name = wave if number == len(issues) - 1 else f"{wave}{_OF}{' and '.join(issue) or 'the present pages'}"
            label |= {(release, wave): name for release in issue}
        findings += _differences([_flat(issue) for issue in issues], survey)
    return Evidence(tuple(_relabelled(fact, label) for fact in evidence.in_program), evidence.others), findings


def _issues(facts: Sequence[Fact]) -> list[dict[str, list[Fact]]]:
    """Return issues, the last one last: releases with the facts of each."""
    by_release: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda one: release_of(one.where) == PRESENT):
        by_release.setdefault(release_of(fact.where), []).append(fact)
    issues: list[dict[str, list[Fact]]] = []
    for release, own in by_release.items():
        if not issues or _contradictions(_flat(issues[-1]), own):
            issues.append({})
        issues[-1][release] = own
    return issues


def _flat(issue: Mapping[str, list[Fact]]) -> list[Fact]:
    return [fact for facts in issue.values() for fact in facts]


def _contradictions(earlier: Sequence[Fact], later: Sequence[Fact]) -> list[tuple[Fact, Fact]]:
    known: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fact]] = {}
    for fact in earlier:
        if fact.is_shown:
            known.setdefault((fact.statistic, fact.keys), []).append(fact)
    return [
        (before, now)
        for now in later
        if now.is_shown
        for before in known.get((now.statistic, now.keys), [])
        if before.high < now.low or now.high < before.low
    ]


def _within_releases(facts: Sequence[Fact]) -> list[str]:
    by_release: dict[str, list[Fact]] = {}
    for fact in facts:
        by_release.setdefault(release_of(fact.where), []).append(fact)
    return [
        f"{now.where}: {describe(now)} does not fit {before.where}, which says otherwise."
        for own in by_release.values()
        for before, now in _contradictions(own, own)
    ]


def _differences(issues: Sequence[Sequence[Fact]], survey: KnownSurvey) -> list[str]:
    """Return a sentence for each figure whose issues differ by fewer people than the minimum base."""
    found = []
    for place, later in enumerate(issues):
        for earlier in issues[:place]:
            for before, now in _contradictions(earlier, later):
                if before.statistic in RATIOS:
                    close = not _base_differs(before, earlier, later)
                    how = "differ while the people answering do not"
                else:
                    least, most = _apart(before, now)
                    few = least < survey.minimum_base and most - least + 1 < survey.least_values
                    close = most < survey.minimum_base or few
                    how = "differ by one person" if most == 1 else f"differ by {least:g} to {most:g} people"
                    how = f"differ by {least:g} people" if least == most > 1 else how
                if close:
                    found.append(
                        f"The issues of {describe(now)} in {before.where} and {now.where} {how}:"
                        " the difference would give away answers of few."
                    )
    return list(dict.fromkeys(found))


def _apart(before: Fact, now: Fact) -> tuple[float, float]:
    low, high = (before, now) if before.high < now.low else (now, before)
    return high.low - low.high, high.high - low.low


def _base_differs(before: Fact, earlier: Sequence[Fact], later: Sequence[Fact]) -> bool:
    """Return whether the people behind a share are other ones in the later issue, by the counts shown."""
    keys = {name: value for name, value in before.keys if name not in ("level", "part")}
    statistic = ANSWERING if "before_item" not in keys else PAIRS
    key = keys_of(**keys)
    pairs = _contradictions(
        [fact for fact in earlier if (fact.statistic, fact.keys) == (statistic, key)],
        [fact for fact in later if (fact.statistic, fact.keys) == (statistic, key)],
    )
    return bool(pairs)


def _waves(fact: Fact) -> set[str]:
    return {value for name, value in fact.keys if name in _WAVES and fact.statistic in KEYS}


def _relabelled(fact: Fact, label: Mapping[tuple[str, str], str]) -> Fact:
    release = release_of(fact.where)
    keys = {name: label[release, value] if name in _WAVES else value for name, value in fact.keys}
    return replace(fact, keys=keys_of(**keys))
