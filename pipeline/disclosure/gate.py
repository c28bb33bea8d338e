"""The gate before a release: whatever stands in the final bytes is read, attacked, and let through or refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.disclosure.attack.attack import AttackResult, attack
from pipeline.disclosure.attack.attackers import ANYONE
from pipeline.disclosure.attack.sentences import Bounded
from pipeline.disclosure.attack.survey import KnownSurvey
from pipeline.disclosure.everybody import ModelsOfEverybody
from pipeline.disclosure.facts import Fact
from pipeline.disclosure.known import known_survey
from pipeline.disclosure.page_safety.files import find_unsafe
from pipeline.disclosure.policies import IN_STEPS, STEP, Policy, policy_of
from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.disclosure.reading.words import CODE_VERSION
from pipeline.disclosure.regrouping import find_changed_inputs, find_told_by_models, people_of_wave
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves

Files = Mapping[str, bytes]
Attack = Callable[[Sequence[Fact], KnownSurvey], AttackResult]
Unsafe = Callable[[Files, "Surroundings"], Sequence[str]]
Told = Callable[["PrivateView", Evaluation], Iterable[str]]


@dataclass(frozen=True)
class PrivateView:
    """What the gate may look at beside the pages of a wave: the answers up to it, and what was decided to hide."""

    cleaned: CleanedTables
    suppression: Suppression
    wave_id: str
    several_areas: bool
    none_listed: bool


@dataclass(frozen=True)
class Surroundings:
    """What else stands beside the files examined, and what may not stand in them.

    `released` are all releases there have been, (id, files), the oldest first; `known` the addresses that links may
    lead to besides the files; `words` may stand in no published byte, such as the name of this machine; `quotes` are
    the SHA-256 of approved quotes, `texts` all that was written in registers of the improvement work; `style` is the
    one style sheet of all pages; `codes` are the versions of the code that are known to have made pages.
    """

    released: Sequence[tuple[str, Files]] = ()
    known: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    quotes: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    style: str | None = None
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """Why pages are refused (`findings`, none: they pass), and what anybody learns of what is hidden at most.

    `cut_short`: they are refused for a search that had no end in its time, and may have one another time.
    """

    findings: tuple[str, ...]
    learned: tuple[str, ...]
    examined: int
    cut_short: bool = False


def find_unsafe_in(files: Files, around: Surroundings) -> list[str]:
    """Return what may stand in no file of the site."""
    return find_unsafe(files, private=around.words, known=around.known, style=around.style)


def told_by_models(view: PrivateView, evaluation: Evaluation) -> Iterator[str]:
    """Yield what the models of a view tell of what is hidden, whatever the pages say."""
    for wave in evaluation.waves_until(view.wave_id):
        people = people_of_wave(
            view.cleaned,
            evaluation,
            wave.id,
            several_areas=view.several_areas,
            none_listed=view.none_listed,
        )
        for item in evaluation.items:
            yield from find_told_by_models(people, view.suppression, evaluation, item.id)
    yield from find_changed_inputs(view.cleaned, view.suppression, evaluation, view.wave_id)


def examine(
    files: Files,
    evaluation: Evaluation,
    private: Sequence[PrivateView],
    around: Surroundings,
    attack: Attack = attack,
    unsafe: Unsafe = find_unsafe_in,
    told: Told = told_by_models,
) -> Verdict:
    """Judge the files of a site, or a part of it, beside every release there has been; `private`: one view a wave.

    `attack` bounds the counts from the figures, `unsafe` finds what may stand in no file and `told` what models tell;
    others that remember what they found may stand in their place.
    Fails closed: what cannot be read, does not fit together or cannot be bounded is a finding.
    """
    policy = policy_of(evaluation.disclosure)
    readings = [
        read_release(files, evaluation, approved_quotes=around.quotes, register_texts=around.texts, codes=around.codes)
    ]
    readings += [
        read_release(old, evaluation, release=name, approved_quotes=around.quotes) for name, old in around.released
    ]
    facts = [fact for reading in readings for fact in reading.facts]
    survey = known_survey(
        evaluation,
        evaluation.waves,
        several_areas=any(view.several_areas for view in private),
        none_listed=any(view.none_listed for view in private),
        few=_few_people(private, evaluation, policy),
    )
    result = attack(facts, survey)
    findings = [
        *unsafe(files, around),
        *_refusals(readings),
        *against_policy(readings[0].facts, policy, evaluation.whole_area.id),
        *result.findings,
        *(sentence for view in private for sentence in told(view, evaluation)),
        *(_told_by_models_of_everybody(facts, private, evaluation) if policy.has_bins else ()),
    ]
    learned = tuple(most_learned(result.intervals))
    return Verdict(tuple(dict.fromkeys(findings)), learned, len(files), result.cut_short)


def _few_people(private: Sequence[PrivateView], evaluation: Evaluation, policy: Policy) -> Suppression:
    """Return the cells that are hidden for their own few people."""
    found = Suppression()
    for view in private:
        counts = count_waves(view.cleaned, evaluation, evaluation.waves_until(view.wave_id))
        found = found.and_also(primary_suppression(counts, policy, evaluation.disclosure.minimum_base))
    return found


def _refusals(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield why files cannot be read: of earlier releases their tables alone, their pages having been read then."""
    present, *earlier = readings
    yield from present.refusals
    for reading in earlier:
        yield from (told for told in reading.refusals if ".csv" in told.split(",")[0])
        if not reading.facts:
            yield "A release that was made before holds no figure that can be read."


def of_other_code(files: Files, codes: Collection[str]) -> Iterator[str]:
    """Yield the pages that name another code than those that have made pages."""
    for file, content in files.items():
        for named in CODE_VERSION.findall(content.decode("utf-8", errors="replace")) if file.endswith(".html") else ():
            if named not in codes:
                yield f"{file}: it names the code {named}, which has made no page here."


def against_policy(facts: Sequence[Fact], policy: Policy, whole_area: str) -> Iterator[str]:
    """Yield a sentence for each shown figure that the policy does not name, or does not show for such an area."""
    named = {rule.figure for rule in policy.rules}
    for fact in facts:
        if not fact.is_shown:
            continue
        of_whole = fact.of.get("area", whole_area) == whole_area
        if fact.statistic not in named:
            yield f"{fact.where}: the policy '{policy.name}' does not name the figure '{fact.statistic}'."
        elif policy.form(fact.statistic, of_whole=of_whole) == "not shown":
            whom = "the whole area" if of_whole else "a single area"
            yield f"{fact.where}: the policy '{policy.name}' does not show the figure '{fact.statistic}' for {whom}."
        elif policy.form(fact.statistic, of_whole=of_whole) == IN_STEPS and _is_finer(fact):
            yield f"{fact.where}: the policy '{policy.name}' shows the figure '{fact.statistic}' {IN_STEPS} alone."


def _is_finer(fact: Fact) -> bool:
    """Tell whether a figure of points is printed in smaller steps than the policy's."""
    return round(50 * (fact.low + fact.high)) % STEP != 0


def _told_by_models_of_everybody(
    facts: Sequence[Fact], private: Sequence[PrivateView], evaluation: Evaluation
) -> Iterator[str]:
    """Yield what the changes of the whole area tell of small counts; the latest wave's hold those of all before."""
    for view in private[-1:]:
        yield from ModelsOfEverybody(view.cleaned, evaluation, view.wave_id).told(view.suppression.models, facts)


def most_learned(intervals: Sequence[Bounded]) -> Iterator[str]:
    """Yield, for each hidden group, the count that is known best to anybody who has only what is published, in words.

    Who guesses or knows a row is left out: their counts are bounded only where a walk by chance left that open.
    """
    groups: dict[tuple[str, str], list[Bounded]] = {}
    for one in intervals:
        if one.attacker == ANYONE:
            groups.setdefault((one.wave, one.area), []).append(one)
    for (wave, area), bounds in groups.items():
        best = min(bounds, key=lambda one: one.values)
        of_what = f" of '{best.item}'" if best.item else f" of sector '{best.sector}'" if best.sector else ""
        counts = f"{len(bounds)} hidden count{'' if len(bounds) == 1 else 's'}"
        yield (
            f"{area}, {wave}: {counts}; the one best known to anybody, from what is published alone, "
            f"is '{best.what}'{of_what}, between {best.low} and {best.high}."
        )
