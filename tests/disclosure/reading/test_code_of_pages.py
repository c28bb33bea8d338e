"""Before a release a page may be made by newer code than those beside it, of code that is known; afterwards never."""

from __future__ import annotations

from pipeline.disclosure.gate import of_other_code
from pipeline.disclosure.reading.read import read_release
from pipeline.reference.evaluation import Evaluation
from tests.disclosure.reading.conftest import Files

CAMDEN, OLD, NEW = "wave-2/camden.html", b"+0123456789ab;", b"+ba9876543210;"


def refusals(files: Files, evaluation: Evaluation, *known: bytes) -> list[str]:
    made = files[CAMDEN].partition(b"Code version ")[2].partition(b"+")[0]
    codes = frozenset((made + one[:-1]).decode("utf-8") for one in known)
    found = read_release(files, evaluation, codes=codes).refusals
    return [one for one in found if "another code" in one]


def by_newer_code(files: Files) -> Files:
    assert files[CAMDEN].count(OLD) == 1
    return {**files, CAMDEN: files[CAMDEN].replace(OLD, NEW)}


def test_a_page_built_anew_by_itself_may_name_newer_code_that_is_known(
    tiny_files: Files, tiny_evaluation: Evaluation
) -> None:
    edited = by_newer_code(tiny_files)
    assert refusals(edited, tiny_evaluation, OLD, NEW) == []
    assert refusals(edited, tiny_evaluation, OLD) == [f"{CAMDEN}: it names another code than wave-2/all-three.html."]
    assert len(refusals(edited, tiny_evaluation)) == 1


def test_pages_that_are_released_name_one_code(tiny_files: Files, tiny_evaluation: Evaluation) -> None:
    cleared = {
        name: content.replace(b"Not cleared for release.", b"Released on 7 May 2024 as release wave-2-r1.")
        for name, content in by_newer_code(tiny_files).items()
    }
    assert len(refusals(cleared, tiny_evaluation, OLD, NEW)) == 1


def test_a_false_code_is_seen_though_all_pages_name_it(tiny_files: Files) -> None:
    made = tiny_files[CAMDEN].partition(b"Code version ")[2].partition(b";")[0].decode("utf-8")
    pages = sorted(name for name in tiny_files if name.startswith("wave-2/") and b"Code version " in tiny_files[name])
    assert list(of_other_code(tiny_files, {made})) == []
    false = {name: content.replace(OLD, NEW) for name, content in tiny_files.items()}
    assert [told.partition(":")[0] for told in of_other_code(false, {made})] == pages
