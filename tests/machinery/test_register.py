"""The register of releases is only ever added to: whatever else becomes of it, or of the archive, is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ground.errors import ReleaseError
from pipeline.ground.paths import Project
from pipeline.machinery.register import Entry, Register, add_entry, open_register, prepare_archive, read_register

PAGE, DOWNLOAD = "wave-2/camden.html", "wave-2/camden-shares.csv"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def entry_of(register: Register, entry_id: str, files: dict[str, bytes], **given: Any) -> Entry:
    kind = {"r1": "release", "r2": "reissue", "d1": "deletion"}.get(entry_id.rpartition("-")[2], "withdrawal")
    content = {
        "id": entry_id,
        "kind": kind,
        "wave": "wave-2",
        "date": dt.date(2024, 1, 15),
        "approver": None if kind == "deletion" else "Head of quality",
        "policy": "standard, minimum base 10",
        "settings_version": "1.0",
        "code_version": "0.3.0",
        "reason": None if kind == "release" else "A label was wrong",
        "files": {address: sha256(page) for address, page in files.items()},
        "previous": register.seal,
    }
    return Entry.model_validate(content | given)


def add(project: Project, entry_id: str, files: dict[str, bytes], **given: Any) -> Register:
    register, _ = open_register(project)
    prepare_archive(project, entry_id, files)
    return add_entry(project, register, entry_of(register, entry_id, files, **given))


def fill(project: Project) -> Register:
    """Register a release, its withdrawal, a deletion and a reissue."""
    add(project, "wave-2-r1", {PAGE: b"<p>first</p>", DOWNLOAD: b"a,b\r\n", "index.html": b"one"})
    add(project, "wave-2-r1-withdrawal", {PAGE: b"<p>withdrawn</p>", "index.html": b"two"})
    add(project, "wave-2-d1", {})
    return add(project, "wave-2-r2", {PAGE: b"<p>second</p>", "index.html": b"three"})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def filled(project: Project) -> Project:
    fill(project)
    return project


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A filled register that tests copy."""
    found = Project(tmp_path_factory.mktemp("pattern"))
    fill(found)
    return found


def lines_of(project: Project) -> list[bytes]:
    return (project.releases / "register.jsonl").read_bytes().splitlines(keepends=True)


def assert_refused(project: Project, *said: str) -> None:
    """Assert that reading is refused in one sentence that says this and how to mend it."""
    with pytest.raises(ReleaseError) as stop:
        open_register(project)
    told = str(stop.value)
    assert "restore data/releases from version control" in told
    assert "\n" not in told
    assert [one for one in said if one not in told] == [], told


def test_a_project_that_released_nothing_has_an_empty_register_and_no_folder_is_made(project: Project) -> None:
    register, told = open_register(project)
    assert (register.entries, register.releases, register.placed(), told) == ((), (), {}, [])
    assert not project.releases.exists()


def test_each_line_holds_the_hash_of_the_line_before(filled: Project) -> None:
    lines = lines_of(filled)
    found = [json.loads(line) for line in lines]
    assert [one["id"] for one in found] == ["wave-2-r1", "wave-2-r1-withdrawal", "wave-2-d1", "wave-2-r2"]
    assert [one["previous"] for one in found] == ["", *(sha256(line.rstrip(b"\n")) for line in lines[:-1])]


def test_the_seal_is_what_sha256sum_would_write(filled: Project) -> None:
    content = (filled.releases / "register.jsonl").read_bytes()
    assert (filled.releases / "register.sha256").read_text("utf-8") == f"{sha256(content)}  register.jsonl\n"


def test_adding_a_line_leaves_the_lines_before_it_as_they_were(filled: Project) -> None:
    before = lines_of(filled)
    add(filled, "wave-2-d2", {}, kind="deletion", approver=None)
    assert lines_of(filled)[:-1] == before


def test_what_stands_is_what_was_placed_last_and_a_withdrawn_download_does_not_come_back(filled: Project) -> None:
    register = read_register(filled)
    assert {address: one.id for address, one in register.placed().items()} == {
        PAGE: "wave-2-r2",
        "index.html": "wave-2-r2",
    }
    standing = register.standing("wave-2")
    assert standing is not None
    assert standing.id == "wave-2-r2"
    assert register.archived(standing)[PAGE] == b"<p>second</p>"


def test_a_release_that_was_withdrawn_or_replaced_stays_among_the_releases(filled: Project) -> None:
    register = read_register(filled)
    assert [one.id for one in register.releases] == ["wave-2-r1", "wave-2-r2"]
    assert register.archived(register.releases[0])[DOWNLOAD] == b"a,b\r\n"


def test_a_withdrawal_is_the_latest_and_leaves_nothing_standing(project: Project) -> None:
    add(project, "wave-2-r1", {PAGE: b"x"})
    register = add(project, "wave-2-r1-withdrawal", {PAGE: b"y"})
    assert register.standing("wave-2") is None
    assert register.latest("wave-2") == register.entries[-1]
    assert register.entries[-1].release == "wave-2-r1"


def test_ids_count_the_releases_and_the_deletions_of_a_wave(filled: Project) -> None:
    register = read_register(filled)
    assert register.next_id("wave-2", "r") == "wave-2-r3"
    assert register.next_id("wave-2", "d") == "wave-2-d2"
    assert register.next_id("wave-3", "r") == "wave-3-r1"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_the_register_can_be_changed_unnoticed(
    pattern: Project, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(pattern.releases, folder / "data" / "releases")
    path = folder / "data" / "releases" / "register.jsonl"
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    content[place] ^= data.draw(st.integers(1, 255), label="bits")
    path.write_bytes(bytes(content))
    assert_refused(Project(folder), "data/releases/register.jsonl")


@pytest.mark.parametrize("number", range(4))
def test_no_line_can_be_removed_unnoticed(filled: Project, number: int) -> None:
    lines = lines_of(filled)
    (filled.releases / "register.jsonl").write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
    assert_refused(filled, "data/releases/register.jsonl", "removed")


def test_lines_cannot_change_places_unnoticed(filled: Project) -> None:
    first, second, *rest = lines_of(filled)
    (filled.releases / "register.jsonl").write_bytes(b"".join([second, first, *rest]))
    assert_refused(filled, "line 1")


def test_a_line_written_in_another_way_is_refused_even_under_its_own_seal(filled: Project) -> None:
    *lines, last = lines_of(filled)
    content = b"".join([*lines, last.replace(b'": "', b'" : "')])
    (filled.releases / "register.jsonl").write_bytes(content)
    (filled.releases / "register.sha256").write_text(f"{sha256(content)}  register.jsonl\n", "utf-8")
    assert_refused(filled, "data/releases/register.jsonl, line 4")


def test_a_register_that_is_gone_is_missed(filled: Project) -> None:
    (filled.releases / "register.jsonl").unlink()
    assert_refused(filled, "data/releases/register.jsonl is missing, though releases were made")


def test_a_last_line_that_was_removed_with_its_seal_is_missed_by_its_archive(filled: Project) -> None:
    content = b"".join(lines_of(filled)[:-1])
    (filled.releases / "register.jsonl").write_bytes(content)
    (filled.releases / "register.sha256").write_text(f"{sha256(content)}  register.jsonl\n", "utf-8")
    assert_refused(filled, "data/releases/wave-2-r2 stands there, but the register has no line for it")


def test_an_archived_file_that_was_changed_is_named(filled: Project) -> None:
    (filled.releases / "wave-2-r1" / PAGE).write_bytes(b"<p>better</p>")
    assert_refused(filled, f"data/releases/wave-2-r1/{PAGE} is not what was published")


def test_an_archived_file_that_is_missing_is_named_a_withdrawn_one_too(filled: Project) -> None:
    (filled.releases / "wave-2-r1" / DOWNLOAD).unlink()
    assert_refused(filled, f"data/releases/wave-2-r1/{DOWNLOAD} is missing")


def test_a_file_added_to_an_archive_is_named(filled: Project) -> None:
    (filled.releases / "wave-2-r1" / "wave-2" / "notes.txt").write_text("mine", "utf-8")
    assert_refused(filled, "data/releases/wave-2-r1/wave-2/notes.txt is no part of wave-2-r1")


@pytest.mark.parametrize("address", ["../index.html", "/etc/x.html", "wave-2/../../x.html", "a/b/c.html", "x.js", ""])
def test_a_line_that_would_place_a_file_elsewhere_is_refused(project: Project, address: str) -> None:
    register = Register(project.releases)
    line = entry_of(register, "wave-2-r1", {PAGE: b"x"}).line().replace(PAGE.encode(), address.encode()) + b"\n"
    project.releases.mkdir(parents=True)
    (project.releases / "register.jsonl").write_bytes(line)
    (project.releases / "register.sha256").write_text(f"{sha256(line)}  register.jsonl\n", "utf-8")
    assert_refused(project, "data/releases/register.jsonl, line 1")


def test_an_archive_whose_line_was_never_written_is_taken_away_with_a_sentence(filled: Project) -> None:
    prepare_archive(filled, "wave-2-r3", {PAGE: b"<p>third</p>"})
    register, told = open_register(filled)
    assert told == ["wave-2-r3 was interrupted before it was registered; nothing of it was published or is kept."]
    assert register.entries[-1].id == "wave-2-r2"
    assert sorted(path.name for path in filled.releases.iterdir() if path.is_dir()) == [
        "wave-2-r1",
        "wave-2-r1-withdrawal",
        "wave-2-r2",
    ]


def test_an_archive_whose_line_was_written_last_gets_its_name_and_the_register_its_seal(filled: Project) -> None:
    # As a run leaves it that is killed right after it wrote the line.
    register = read_register(filled)
    files = {PAGE: b"<p>third</p>"}
    prepare_archive(filled, "wave-2-r3", files)
    with (filled.releases / "register.jsonl").open("ab") as file:
        file.write(entry_of(register, "wave-2-r3", files, kind="reissue").line() + b"\n")
    found, told = open_register(filled)
    assert told == []
    assert found.archived(found.entries[-1]) == files
    assert read_register(filled) == found
