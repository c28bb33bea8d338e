"""The short form of the table of leaks: whatever is put into the final bytes of a tiny release is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.disclosure.gate import PrivateView, Surroundings, Verdict, examine
from pipeline.disclosure.policies import STRICT
from pipeline.disclosure.protection import protect
from pipeline.disclosure.published import Published
from pipeline.disclosure.suppression import Suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.wave import estimate_wave
from tests.bench import leaks
from tests.bench.leaks import KINDS, try_leaks
from tests.disclosure.reading.conftest import Files, release_of
from tests.protecting import protect_alone

pytestmark = pytest.mark.slow

KINDS_AT_LEAST = 30
# Reading a release takes a tenth of a second: half of all kinds are tried under each policy here, all by `make prove`.
HALF, OTHER_HALF = sorted(KINDS)[::2], sorted(KINDS)[1::2]


@pytest.fixture(scope="module")
def standard_files(
    tiny_published: Published, tiny_evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory
) -> Files:
    return release_of(tiny_published, tiny_evaluation, "wave-2", tmp_path_factory.mktemp("standard"))


def test_leaks_are_refused_under_the_standard_policy(standard_files: Files, tiny_evaluation: Evaluation) -> None:
    rows = try_leaks(standard_files, tiny_evaluation, kinds=HALF, count=40, seed=3)
    assert [row for row in rows if row.refused < row.tried] == []
    assert len(rows) >= KINDS_AT_LEAST


def test_leaks_are_refused_under_the_strict_policy(
    tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation, tmp_path: Path
) -> None:
    policy = {"disclosure": {"minimum_base": 3, "policy": "strict"}}
    evaluation = Evaluation.model_validate(tiny_evaluation.model_dump(exclude_unset=True) | policy)
    estimates = estimate_wave(tiny_cleaned, evaluation, "wave-2")
    published = protect(estimates, policy=STRICT, minimum_base=3, suppression=Suppression(), whole_area="all-three")
    rows = try_leaks(
        release_of(published, evaluation, "wave-2", tmp_path), evaluation, kinds=OTHER_HALF, count=40, seed=3
    )
    assert [row for row in rows if row.refused < row.tried] == []
    assert len(rows) >= KINDS_AT_LEAST


def test_different_leaks_of_a_kind_are_tried_the_same_again_for_the_same_seed(
    standard_files: Files, tiny_evaluation: Evaluation
) -> None:
    kinds = ("a comment", "a hidden base in a file")
    first, again = (try_leaks(standard_files, tiny_evaluation, kinds=kinds, count=4, seed=5) for _ in range(2))
    assert [(row.kind, row.tried) for row in first] == [(kind, 2) for kind in kinds]
    assert first == again


def test_what_is_let_through_is_told_with_its_file(
    standard_files: Files, tiny_evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def thanks(site: leaks.Site, _: object) -> leaks.Changed:
        return {site.whole: site.files[site.whole].replace(b"\n</main>", b"<p>Thank you for reading.</p>\n</main>")}

    monkeypatch.setitem(KINDS, "a harmless word", thanks)
    (row,) = try_leaks(standard_files, tiny_evaluation, kinds=("a harmless word",))
    assert (row.tried, row.refused, row.missed) == (1, 0, ("wave-2/all-three.html",))


def test_the_whole_gate_is_asked_of_what_reading_lets_through(
    standard_files: Files, tiny_evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "a harmless word", lambda site, _: {
        site.whole: site.files[site.whole].replace(b"\n</main>", b"<p>Thank you for reading.</p>\n</main>")
    })  # fmt: skip
    (row,) = try_leaks(standard_files, tiny_evaluation, kinds=("a harmless word",), attack=lambda files: ["found"])
    assert row.refused == 1


def without_one_of_barnet(cleaned: CleanedTables) -> CleanedTables:
    """Return the answers without one person who answered in Barnet alone, in the second wave alone."""
    leaver = "wave-2-0004"
    kept = {
        field.name: table[table["respondent_id"] != leaver] if "respondent_id" in table else table
        for field in fields(cleaned)
        for table in [getattr(cleaned, field.name)]
    }
    return CleanedTables(**kept)


def test_a_reissue_that_differs_by_one_person_is_refused(
    tiny_cleaned: CleanedTables, tiny_evaluation: Evaluation, standard_files: Files, tmp_path: Path
) -> None:
    fewer = without_one_of_barnet(tiny_cleaned)
    estimates = estimate_wave(fewer, tiny_evaluation, "wave-2")
    present = release_of(
        protect_alone(estimates, minimum_base=3, whole_area="all-three"), tiny_evaluation, "wave-2", tmp_path
    )
    judged: list[Verdict] = []

    def judge(released: Files, present: Files) -> list[str]:
        around = Surroundings(released=[("wave-2-r1", released)])
        judged.append(
            examine(present, tiny_evaluation, [PrivateView(fewer, Suppression(), "wave-2", True, False)], around)
        )
        return [one for one in judged[-1].findings if "differ by one person" in one]

    row = leaks.try_reissues([(standard_files, present)], judge)
    assert (row.tried, row.refused) == (1, 1), judged


def test_a_release_that_is_refused_as_it_is_proves_nothing(standard_files: Files, tiny_evaluation: Evaluation) -> None:
    leaky = standard_files | {"wave-2/camden.html": b"<p>14 people</p>"}
    with pytest.raises(ValueError, match="refused without any leak"):
        try_leaks(leaky, tiny_evaluation)
