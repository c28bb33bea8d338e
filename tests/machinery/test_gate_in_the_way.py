"""Nothing is put below reports/ past the gate: what it finds is told a line each, and what stood there stays."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

import pytest

from pipeline.ground.paths import Project
from pipeline.machinery import command_line
from tests.machinery.releasing import (
    ABOVE,
    AGAIN,
    FIRST,
    WITHDRAWAL,
    Gate,
    Here,
    change_pages,
    draft,
    entries_of,
    public,
)
from tests.machinery.tiny_runs import IN_RAW, WAVE, Ran, bytes_below, state_of

pytestmark = pytest.mark.slow

REPORTS = ("reports", "--wave", WAVE)
FOUND = ("wave-2/camden.html: 14 people can be told apart.", "wave-2/barnet.html: a figure is not modelled.")


def findings_told(ran: Ran) -> list[str]:
    return [line.removeprefix("Failed: ") for line in ran.told.splitlines() if line.startswith("Failed: ")]


def forget_verdicts(project: Project) -> None:
    for path in (project.processed / "verdicts").glob("*"):
        path.unlink()


@pytest.fixture
def closed(watched: Gate) -> Gate:
    """A gate that nothing passes."""
    watched.finds = lambda files: FOUND
    return watched


@pytest.mark.parametrize(
    "asked",
    [REPORTS, ("report", "--wave", WAVE, "--area", "camden"), FIRST, ("site",)],
    ids=lambda asked: asked[0],
)
def test_with_findings_nothing_is_placed_each_is_a_line_and_the_run_fails(
    copied: Project, here: Here, closed: Gate, asked: tuple[str, ...]
) -> None:
    for name in ("wave-2/camden.html", "index.html"):
        (copied.reports / name).write_text("the last good page", "utf-8")
    forget_verdicts(copied)
    before = state_of(copied.reports)
    ran = here(copied, *asked)
    assert ran.status == 1
    assert [line for line in ran.told.splitlines() if line.startswith("Failed: ")] == [
        f"Failed: {one}" for one in FOUND
    ]
    assert state_of(copied.reports) == before
    assert not copied.releases.exists()
    assert len(closed.asked) == 1


def test_a_finding_is_told_again_by_the_next_run_and_mended_pages_are_placed(
    copied: Project, here: Here, closed: Gate
) -> None:
    (copied.reports / "wave-2" / "camden.html").unlink()
    forget_verdicts(copied)
    assert [here(copied, *REPORTS).status for _ in range(2)] == [1, 1]
    # The verdict on the same bytes is kept, so that the gate was asked once.
    assert len(closed.asked) == 1
    closed.finds = lambda files: ()
    forget_verdicts(copied)
    assert here(copied, *REPORTS).status == 0
    assert (copied.reports / "wave-2" / "camden.html").is_file()


def test_findings_refuse_a_draft_a_reissue_and_the_site_of_a_released_wave(
    released: Project, quickly: Here, closed: Gate
) -> None:
    change_pages(released)
    before = state_of(released.reports), bytes_below(released.releases)
    for asked in (REPORTS, AGAIN):
        ran = quickly(released, *asked)
        assert ran.status == 1
        assert all(f"Failed: {one}" in ran.told for one in FOUND)
    assert (state_of(released.reports), bytes_below(released.releases)) == before


def test_the_gate_is_given_the_bytes_that_are_then_placed_and_none_but_those(
    copied: Project, here: Here, watched: Gate
) -> None:
    (copied.reports / "wave-2" / "camden.html").unlink()
    forget_verdicts(copied)
    assert here(copied, *REPORTS).status == 0
    ((files, released),) = watched.asked
    assert files == public(copied)
    assert released == []


def test_one_area_s_page_is_examined_with_those_that_stand(copied: Project, here: Here, watched: Gate) -> None:
    (copied.reports / "wave-2" / "camden.html").write_text("an old page", "utf-8")
    (copied.reports / "wave-2" / "barnet.html").write_text("another old page", "utf-8")
    assert here(copied, "report", "--wave", WAVE, "--area", "camden").status == 0
    ((files, _),) = watched.asked
    assert files == public(copied)
    assert files["wave-2/barnet.html"] == b"another old page"


def test_a_release_is_examined_without_its_stamp_beside_every_release_before_it_the_oldest_first(
    released: Project, here: Here, watched: Gate
) -> None:
    assert here(released, "withdraw", *WITHDRAWAL).status == 0
    again = (*AGAIN[:-3], "2024-02-01", *AGAIN[-2:])
    assert here(released, *again).status == 0
    assert here(released, *again).status == 0
    (second, before_second), (third, before_third) = watched.asked
    assert (before_second, before_third) == (["wave-2-r1"], ["wave-2-r1", "wave-2-r2"])
    assert second == bytes_below(released.releases / "wave-2-r2")
    assert third == bytes_below(released.releases / "wave-2-r3") == public(released)


def test_a_withdrawal_is_not_kept_back_by_what_was_released_before_only_by_a_number_in_its_reason(
    released: Project, here: Here, closed: Gate
) -> None:
    ran = here(released, "withdraw", *WITHDRAWAL[:-1], "The answers of 3 people were doubled")
    assert ran.status == 1
    assert "REASON holds a number" in ran.told
    assert len(entries_of(released)) == 1
    assert here(released, "withdraw", *WITHDRAWAL).status == 0


def test_a_verdict_is_kept_for_the_same_bytes_and_asked_anew_when_the_register_or_the_settings_change(
    released: Project, here: Here, watched: Gate
) -> None:
    asked = []
    for step in (
        lambda: None,
        lambda: None,
        lambda: here(released, "deletion", "--wave", WAVE, "--reason", "On request", "--date", "2024-02-01"),
        lambda: change_pages(released),
    ):
        step()
        assert here(released, "audit", "--wave", WAVE).status == 0
        asked.append(len(watched.asked))
    assert asked == [1, 1, 2, 3]


def test_a_kept_verdict_that_cannot_be_read_counts_as_none(released: Project, here: Here, watched: Gate) -> None:
    for _ in range(2):
        assert here(released, "audit", "--wave", WAVE).status == 0
        for path in (released.processed / "verdicts").glob("*"):
            path.write_text('{"findings": []}', "utf-8")
    assert len(watched.asked) == 2


# make audit


@pytest.mark.parametrize(("found", "status"), [((), 0), (FOUND, 1)])
def test_audit_prints_what_is_learned_then_the_findings_and_changes_nothing(
    copied: Project,
    watched: Gate,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: tuple[str, ...],
    status: int,
) -> None:
    watched.finds, watched.learned = (lambda files: found), ("Of Camden, no more than the rules say.",)
    forget_verdicts(copied)
    before = state_of(copied.reports)
    monkeypatch.chdir(copied.root)
    assert command_line.main(["audit", "--wave", WAVE]) == status
    told = capsys.readouterr()
    assert told.out.splitlines() == [*watched.learned, *found]
    assert told.err.splitlines() == [
        "  examining 9 pages and 35 files beside 0 releases ...",
        "reports/wave-2: 9 pages and 35 files beside 0 releases, 44 figures examined; "
        f"{'2 findings' if found else 'no finding'}.",
    ]
    assert state_of(copied.reports) == before


def test_audit_examines_the_draft_where_there_is_one(released: Project, quickly: Here, watched: Gate) -> None:
    change_pages(released)
    assert quickly(released, *REPORTS).status == 0
    forget_verdicts(released)
    ran = quickly(released, "audit", "--wave", WAVE)
    assert watched.asked[-1] == (draft(released), ["wave-2-r1"])
    assert ran.told.splitlines()[-1].startswith("reports/draft/wave-2: 9 pages and 35 files beside 1 release, 44 ")


def test_a_release_alone_is_audited_with_all_its_pages(released: Project, here: Here, watched: Gate) -> None:
    assert here(released, "audit").status == 0
    assert watched.asked == [(public(released), ["wave-2-r1"])]
    assert set(watched.asked[0][0]) > ABOVE


# If somebody asks for their answers to be deleted


def delete_row(project: Project, day: str) -> bytes:
    """Delete by hand the submission of a day from the second wave's export; return what it held of free text."""
    path = project.raw / IN_RAW["wave-2"]
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    kept = [row for row in rows if day not in row[0]]
    assert len(kept) == len(rows) - 1
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(kept)
    path.write_bytes(text.getvalue().encode("utf-8"))
    return b"Old forms remain"


def differs_by_one(archive: Mapping[str, bytes]) -> Callable[[Mapping[str, bytes]], tuple[str, ...]]:
    """Stand in for the gate: find that a page's figures are not those that were released."""

    def find(files: Mapping[str, bytes]) -> tuple[str, ...]:
        counted = "wave-2/all-three-respondents.csv"
        figures = [row.split(b",")[:-1] for row in files[counted].splitlines()]
        same = figures == [row.split(b",")[:-1] for row in archive[counted].splitlines()]
        return () if same else (f"{counted}: beside wave-2-r1 it tells one person's answers.",)

    return find


def test_a_deletion_takes_the_answers_out_of_everything_private_and_leaves_what_stands_released(
    released: Project, quickly: Here, watched: Gate
) -> None:
    before = public(released)
    watched.finds = differs_by_one(bytes_below(released.releases / "wave-2-r1"))
    request = ("deletion", "--wave", WAVE, "--reason", "A request to delete answers", "--date", "2024-03-01")
    # The third of October: the person who wrote that old forms remain.
    said = delete_row(released, "2023/10/03")

    ran = quickly(released, *request)
    assert ran.status == 1
    assert "python -m pipeline record --wave wave-2" in ran.told
    assert len(entries_of(released)) == 1

    assert quickly(released, "record", "--wave", WAVE).status == 0
    ran = quickly(released, *request)
    assert ran.told == "wave-2-d1 is registered; what stands released stays. Next: `make reports WAVE=wave-2`.\n"
    entry = entries_of(released)[-1]
    assert (entry["id"], entry["kind"], entry["reason"], entry["approver"], entry["files"]) == (
        "wave-2-d1",
        "deletion",
        "A request to delete answers",
        None,
        {},
    )
    assert public(released) == before

    assert quickly(released, "clean").status == 0
    ran = quickly(released, *REPORTS)
    assert ran.status == 1
    assert findings_told(ran) == ["wave-2/all-three-respondents.csv: beside wave-2-r1 it tells one person's answers."]
    assert (public(released), draft(released)) == (before, {})
    assert [name for name, content in bytes_below(released.processed).items() if said in content] == []
    assert [name for name, content in bytes_below(released.raw).items() if said in content] == []
