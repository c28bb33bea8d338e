"""Releases of the tiny survey: what is cleared, what stands in reports/ then, what a withdrawal leaves, and why not."""

from __future__ import annotations

import re

import pytest

from pipeline.ground.paths import Project
from tests.machinery.releasing import (
    ABOVE,
    AGAIN,
    FIRST,
    POST,
    WITHDRAWAL,
    Here,
    change_pages,
    draft,
    entries_of,
    public,
)
from tests.machinery.tiny_runs import IN_RAW, WAVE, Ran, bytes_below, state_of, visible_text

pytestmark = pytest.mark.slow

# What a release is.


def test_a_release_says_its_id_its_day_and_where_to_look(released_once: tuple[Project, Ran]) -> None:
    last = released_once[1].told.splitlines()[-1]
    assert last == "wave-2-r1 is released on 15 January 2024. Open reports/wave-2/index.html; commit data/releases/."


def test_what_stands_is_what_is_archived_byte_for_byte(released_once: tuple[Project, Ran]) -> None:
    project = released_once[0]
    archived = bytes_below(project.releases / "wave-2-r1")
    assert public(project) == archived
    assert set(archived) > ABOVE
    assert not (project.reports / "draft").exists()


def test_the_register_says_who_cleared_what_under_which_policy_settings_and_code(
    released_once: tuple[Project, Ran],
) -> None:
    (entry,) = entries_of(released_once[0])
    files = entry.pop("files")
    assert set(files) == set(public(released_once[0]))
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{12}", entry.pop("code_version"))
    assert entry == {
        "id": "wave-2-r1",
        "kind": "release",
        "wave": "wave-2",
        "date": "2024-01-15",
        "approver": POST,
        "policy": "standard, minimum base 3",
        "settings_version": "7.3",
        "reason": None,
        "previous": "",
    }


def test_a_released_page_is_the_page_that_was_built_but_for_its_stamp(
    built: tuple[Project, Ran], released_once: tuple[Project, Ran]
) -> None:
    before, after = public(built[0]), public(released_once[0])
    stamp = f"Released on 15 January 2024 as release wave-2-r1, approved by {POST}."
    assert set(before) == set(after)
    for name in set(after) - ABOVE:
        text = before[name].decode("utf-8")
        assert re.search("not cleared for release", text, re.I), name
        mark = "wave-2-r1" if name.endswith(".csv") else "release wave-2-r1"
        expected = text.replace("Not cleared for release.", stamp).replace("not cleared for release", mark)
        assert after[name].decode("utf-8") == expected, name


def test_no_released_byte_says_that_it_is_not_cleared_and_every_page_that_it_is_synthetic(
    released_once: tuple[Project, Ran],
) -> None:
    for name, content in public(released_once[0]).items():
        text = content.decode("utf-8-sig")
        # The methods explain the stamp.
        assert name == "methods.html" or "not cleared for release" not in text.lower(), name
        assert name.endswith(".csv") or "SYNTHETIC data" in visible_text(text), name


def test_the_index_of_the_site_says_when_the_wave_was_released(released_once: tuple[Project, Ran]) -> None:
    text = visible_text(public(released_once[0])["index.html"].decode("utf-8"))
    assert "Second wave , fieldwork 2 to 29 October 2023; released on 15 January 2024 (wave-2-r1)" in text


def test_an_approver_who_is_no_post_of_the_settings_stands_in_the_register_alone(copied: Project, here: Here) -> None:
    assert here(copied, *FIRST[:3], "--approver", "Dr Jo Example", "--date", "2024-01-15").status == 0
    assert entries_of(copied)[0]["approver"] == "Dr Jo Example"
    assert [name for name, page in public(copied).items() if b"Jo Example" in page] == []


def test_a_release_builds_what_is_not_up_to_date_first(copied: Project, quickly: Here) -> None:
    change_pages(copied)
    ran = quickly(copied, *FIRST)
    assert ran.status == 0, ran.told
    assert "  reporting camden" in ran.told.splitlines()
    assert b"settings version 7.4" in public(copied)["wave-2/camden.html"]
    assert entries_of(copied)[0]["settings_version"] == "7.4"


def test_pages_of_other_waves_that_are_not_cleared_are_taken_out_at_the_first_release(
    copied: Project, here: Here
) -> None:
    uncleared = copied.reports / "wave-1" / "camden.html"
    uncleared.parent.mkdir()
    uncleared.write_text("Not cleared for release.", "utf-8")
    ran = here(copied, *FIRST)
    assert (
        "Pages that are not cleared stand in reports/ no longer ('wave-1'); `make reports` builds them in "
        "reports/draft/." in ran.told.splitlines()
    )
    assert not uncleared.parent.exists()


# What later runs do to it.


def test_reports_with_nothing_new_leave_the_released_pages_and_make_no_draft(released: Project, here: Here) -> None:
    before = state_of(released.reports)
    for _ in range(2):
        ran = here(released, "reports", "--wave", WAVE)
        assert ran.told.startswith("wave-2: 0 notebooks run, 7 up to date; 0 pages built, 4 unchanged; 0 failed;")
        assert ran.told.endswith("Open reports/wave-2/index.html.\n")
        assert state_of(released.reports) == before


def test_reports_that_differ_go_to_the_draft_and_back_once_they_differ_no_more(
    released: Project, quickly: Here
) -> None:
    before, settings = public(released), released.settings_file.read_bytes()
    change_pages(released)
    ran = quickly(released, "reports", "--wave", WAVE)
    assert ran.status == 0, ran.told
    assert "The pages differ from wave-2-r1, which stays in reports/ as it was released" in ran.told
    assert ran.told.endswith("Open reports/draft/wave-2/index.html.\n")
    assert public(released) == before
    assert set(draft(released)) == set(before)
    assert b"settings version 7.4" in draft(released)["wave-2/camden.html"]
    assert all(b"ot cleared for release" in page for page in draft(released).values())

    released.settings_file.write_bytes(settings)
    assert quickly(released, "reports", "--wave", WAVE).status == 0
    assert draft(released) == {}
    assert public(released) == before


def test_one_area_s_report_that_differs_goes_to_the_draft_too(released: Project, quickly: Here) -> None:
    before = public(released)
    change_pages(released)
    assert quickly(released, "report", "--wave", WAVE, "--area", "camden").status == 0
    assert public(released) == before
    # Which areas have a page must tell nothing: the first page of a draft comes with all the others.
    assert {name for name in draft(released) if name.endswith(".html")} == {
        name for name in before if name.endswith(".html")
    }


def test_site_leaves_what_stands_released(released: Project, here: Here) -> None:
    before = state_of(released.reports)
    ran = here(released, "site")
    assert (ran.status, ran.told) == (0, "reports/ stands as it was released, and no wave waits to be.\n")
    assert state_of(released.reports) == before


def test_site_rebuilds_the_pages_around_a_draft(released: Project, quickly: Here) -> None:
    change_pages(released)
    quickly(released, "reports", "--wave", WAVE)
    before, around = public(released), draft(released)
    (released.reports / "draft" / "privacy.html").unlink()
    ran = quickly(released, "site")
    assert ran.told.endswith("1 pages built, 4 unchanged. Open reports/draft/index.html.\n")
    assert (public(released), draft(released)) == (before, around)


def test_what_was_changed_by_hand_in_reports_is_put_back_with_a_sentence(released: Project, here: Here) -> None:
    before = public(released)
    (released.reports / "wave-2" / "camden.html").write_text("edited by hand", "utf-8")
    (released.reports / "wave-2" / "extra.csv").write_text("a,b", "utf-8")
    ran = here(released, "site")
    assert ran.told.splitlines()[:2] == [
        "reports/wave-2/camden.html was not as released; put back from data/releases/.",
        "reports/wave-2/extra.csv was no part of any release; taken out.",
    ]
    assert public(released) == before


def test_a_changed_archive_stops_every_verb_that_places_pages(released: Project, here: Here) -> None:
    (released.releases / "wave-2-r1" / "wave-2" / "camden.html").write_text("edited by hand", "utf-8")
    before = state_of(released.reports)
    for asked in (("reports", "--wave", WAVE), ("site",), ("audit", "--wave", WAVE), AGAIN, ("withdraw", *WITHDRAWAL)):
        ran = here(released, *asked)
        assert ran.status == 1
        assert ran.told.startswith("Stopped: data/releases/wave-2-r1/wave-2/camden.html is not what was published")
    assert state_of(released.reports) == before


def test_clean_leaves_the_releases_and_the_next_run_finds_nothing_new(released: Project, quickly: Here) -> None:
    before, archive = public(released), state_of(released.releases)
    assert quickly(released, "clean").status == 0
    assert quickly(released, "reports", "--wave", WAVE).status == 0
    assert (public(released), draft(released), state_of(released.releases)) == (before, {}, archive)


# Withdrawals and reissues.


@pytest.fixture
def withdrawn(released: Project, here: Here) -> Project:
    ran = here(released, "withdraw", *WITHDRAWAL)
    assert ran.status == 0, ran.told
    assert ran.told.splitlines()[-1] == ("wave-2-r1 is withdrawn on 1 February 2024; its bytes stay in data/releases/.")
    return released


def test_a_withdrawal_leaves_a_page_that_says_when_and_why_in_the_place_of_each_and_no_download(
    released_once: tuple[Project, Ran], withdrawn: Project
) -> None:
    before, after = public(released_once[0]), public(withdrawn)
    assert set(after) == {name for name in before if name.endswith(".html")}
    for name in set(after) - ABOVE:
        text = visible_text(after[name].decode("utf-8"))
        assert "This page was withdrawn on 1 February 2024. Reason: A label was wrong" in text, name
        assert "percentage points" not in text, name
    index = visible_text(after["index.html"].decode("utf-8"))
    assert "withdrawn on 1 February 2024 (wave-2-r1)" in index
    assert {name: after[name] for name in ABOVE - {"index.html"}} == {
        name: before[name] for name in ABOVE - {"index.html"}
    }


def test_the_register_and_the_archive_keep_what_was_withdrawn(
    released_once: tuple[Project, Ran], withdrawn: Project
) -> None:
    assert bytes_below(withdrawn.releases / "wave-2-r1") == public(released_once[0])
    first, second = entries_of(withdrawn)
    assert first == entries_of(released_once[0])[0]
    assert (second["id"], second["kind"], second["reason"], second["approver"]) == (
        "wave-2-r1-withdrawal",
        "withdrawal",
        "A label was wrong",
        POST,
    )
    assert bytes_below(withdrawn.releases / "wave-2-r1-withdrawal").items() <= public(withdrawn).items()


def test_reports_after_a_withdrawal_go_to_the_draft_and_the_stubs_stay(withdrawn: Project, here: Here) -> None:
    before = public(withdrawn)
    assert here(withdrawn, "reports", "--wave", WAVE).told.endswith("Open reports/draft/wave-2/index.html.\n")
    assert public(withdrawn) == before
    assert b"ot cleared for release" in draft(withdrawn)["wave-2/camden.html"]


def test_a_release_after_a_withdrawal_is_a_reissue_that_says_what_it_replaces_and_why(
    withdrawn: Project, here: Here
) -> None:
    again = (*AGAIN[:-3], "2024-02-01", *AGAIN[-2:])
    assert here(withdrawn, *again).status == 0
    assert [(one["id"], one["kind"]) for one in entries_of(withdrawn)][-1] == ("wave-2-r2", "reissue")
    text = visible_text(public(withdrawn)["wave-2/camden.html"].decode("utf-8"))
    assert (
        f"Released on 1 February 2024 as release wave-2-r2, approved by {POST}. It stands in place of wave-2-r1. "
        "Reason: A label was wrong." in text
    )
    assert public(withdrawn) == bytes_below(withdrawn.releases / "wave-2-r2")
    assert draft(withdrawn) == {}


def test_a_reissue_takes_the_place_of_the_draft_it_was_made_from(released: Project, quickly: Here) -> None:
    change_pages(released)
    quickly(released, "reports", "--wave", WAVE)
    assert quickly(released, *AGAIN).status == 0
    assert b"settings version 7.4" in public(released)["wave-2/camden.html"]
    assert draft(released) == {}
    assert quickly(released, "reports", "--wave", WAVE).told.endswith("Open reports/wave-2/index.html.\n")
    assert draft(released) == {}


# What is refused, in one sentence, without a trace.

DECIDED = ("--approver", POST, "--date", "2024-01-15")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("release", *DECIDED), ("WAVE is missing", "'wave-1' and 'wave-2'")),
        (("release", "--wave", "wave-22", *DECIDED), ("no wave 'wave-22'", "did you mean 'wave-2'?")),
        (("release", "--wave", WAVE, "--date", "2024-01-15"), ("APPROVER is missing",)),
        (("release", "--wave", WAVE, "--approver", "  ", "--date", "2024-01-15"), ("APPROVER is missing",)),
        (
            ("release", "--wave", WAVE, "--approver", "the ANALYSTS", *DECIDED[2:]),
            ("is the analyst of evaluation.yml",),
        ),
        (("release", "--wave", WAVE, "--approver", "<b>Me</b>", *DECIDED[2:]), ("APPROVER: ", "plain text")),
        (("release", "--wave", WAVE, "--approver", "x" * 601, *DECIDED[2:]), ("APPROVER: ", "600")),
        (("release", "--wave", WAVE, "--approver", POST), ("DATE is missing",)),
        (("release", "--wave", WAVE, "--approver", POST, "--date", "15/01/2024"), ("DATE '15/01/2024' is not a day",)),
        (("release", "--wave", WAVE, "--approver", POST, "--date", "20240115"), ("DATE '20240115' is not a day",)),
        (("release", "--wave", WAVE, "--approver", POST, "--date", "2024-02-30"), ("DATE '2024-02-30' is not a day",)),
        (("release", "--wave", WAVE, "--approver", POST, "--date", "2999-01-01"), ("2999-01-01 lies in the future",)),
        (
            ("release", "--wave", WAVE, "--approver", POST, "--date", "2023-10-28"),
            ("2023-10-28", "ends, on 2023-10-29"),
        ),
        (("release", "--wave", WAVE, *DECIDED, "--reason", "Because"), ("REASON is for a reissue",)),
        (("withdraw", "--reason", "Why", *DECIDED), ("RELEASE is missing", "The register has none")),
        (("withdraw", "--release", "wave-2-r1", "--reason", "Why", *DECIDED), ("'wave-2-r1' is no release",)),
        (("deletion", "--reason", "Why", "--date", "2024-01-15"), ("WAVE is missing",)),
        (("deletion", "--wave", WAVE, "--date", "2024-01-15"), ("REASON is missing",)),
        (("deletion", "--wave", WAVE, "--reason", "Why"), ("DATE is missing",)),
        (("audit", "--wave", "wave-1"), ("wave-1 has no pages below reports/", "make reports WAVE=wave-1")),
        (("audit", "--wave", "wave-9"), ("no wave 'wave-9'",)),
    ],
)
def test_bad_input_before_any_release(
    copied: Project, here: Here, asked: tuple[str, ...], said: tuple[str, ...]
) -> None:
    stopped_with(copied, here, asked, said)
    assert not copied.releases.exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (FIRST, ("REASON is missing", "released before, as wave-2-r1")),
        ((*FIRST, "--reason", "<script>"), ("REASON: ", "plain text")),
        ((*AGAIN[:-3], "2024-01-14", *AGAIN[-2:]), ("2024-01-14 is before 2024-01-15, the day of wave-2-r1",)),
        (("withdraw", *WITHDRAWAL[2:]), ("RELEASE is missing", "'wave-2-r1'")),
        (("withdraw", "--release", "wave-2-r2", *WITHDRAWAL[2:]), ("no release; did you mean 'wave-2-r1'?",)),
        (("withdraw", *WITHDRAWAL[:-2]), ("REASON is missing",)),
        (("withdraw", *WITHDRAWAL[:-2], "--reason", "a\x1b[2Jb"), ("REASON: ", "nobody can see")),
        (("withdraw", *WITHDRAWAL[:2], *WITHDRAWAL[4:]), ("APPROVER is missing",)),
        (("withdraw", *WITHDRAWAL[:3], "The analysts", *WITHDRAWAL[4:]), ("is the analyst of evaluation.yml",)),
        (("withdraw", *WITHDRAWAL[:5], "2024-01-14", *WITHDRAWAL[6:]), ("2024-01-14 is before 2024-01-15",)),
        (("deletion", "--wave", WAVE, "--reason", "Why", "--date", "2024-01-14"), ("2024-01-14 is before 2024-01-15",)),
    ],
)
def test_bad_input_after_a_release(
    released: Project, here: Here, asked: tuple[str, ...], said: tuple[str, ...]
) -> None:
    stopped_with(released, here, asked, said)


def stopped_with(project: Project, here: Here, asked: tuple[str, ...], said: tuple[str, ...]) -> None:
    before = state_of(project.reports), bytes_below(project.releases)
    ran = here(project, *asked)
    assert ran.status == 1
    assert len(ran.told.splitlines()) == 1, ran.told
    assert ran.told.startswith("Stopped: ")
    assert [one for one in said if one not in ran.told] == [], ran.told
    assert (state_of(project.reports), bytes_below(project.releases)) == before


def test_a_release_that_was_withdrawn_cannot_be_withdrawn_again(withdrawn: Project, here: Here) -> None:
    stopped_with(
        withdrawn,
        here,
        ("withdraw", *WITHDRAWAL),
        ("wave-2-r1 stands in reports/ no longer: withdrawn on 1 February 2024",),
    )


def test_a_release_that_was_replaced_cannot_be_withdrawn(released: Project, here: Here) -> None:
    assert here(released, *AGAIN).status == 0
    said = ("wave-2-r1 stands in reports/ no longer: wave-2-r2 took its place",)
    stopped_with(released, here, ("withdraw", *WITHDRAWAL), said)


def test_answers_that_cannot_be_read_release_nothing(copied: Project, quickly: Here) -> None:
    path = copied.raw / IN_RAW[WAVE]
    path.write_bytes(path.read_bytes().replace(b"A little sure", b"A litle sure", 1))
    (path.parent / "SYNTHETIC-MANIFEST.sha256").unlink()
    before = state_of(copied.reports)
    ran = quickly(copied, *FIRST)
    assert ran.status == 1
    assert "'A litle sure'" in ran.told
    assert ran.told.endswith("wave-2 is not released; reports/ is as it was before.\n")
    assert state_of(copied.reports) == before
    assert not copied.releases.exists()
