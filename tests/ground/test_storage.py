"""Files appear whole or not at all, readable by a web server, and tables come back as they were written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.ground.errors import PipelineError
from pipeline.ground.storage import hash_bytes, hash_file, read_table, remove_unfinished, write_bytes, write_table


def test_a_written_file_holds_exactly_the_content_and_folders_are_made(tmp_path: Path) -> None:
    target = tmp_path / "new" / "deeper" / "page.html"
    write_bytes(target, b"whole\r\n\x00")
    assert target.read_bytes() == b"whole\r\n\x00"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    write_bytes(target, b"a long old content")
    write_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("failing", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: BaseException
) -> None:
    target = tmp_path / "page.html"
    write_bytes(target, b"old")

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(os if failing == "fsync" else Path, failing, fail)
    with pytest.raises(type(error)):
        write_bytes(target, b"new, which must not be seen", public=True)
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


# Writes for ever: it stands still just before the file would be put in place, and says so.
WRITER = """
import pathlib, sys, time
from pipeline.ground.storage import write_bytes
def stand_still(*_):
    print("writing", flush=True)
    time.sleep(600)
pathlib.Path.replace = stand_still
write_bytes(pathlib.Path(sys.argv[1]) / "deeper" / "answers.parquet", b"somebody's answers")
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is in the midst of writing a file below the test's folder."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_what_a_killed_process_was_writing_is_removed(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    unfinished = list(tmp_path.rglob("*answers*")) + list(tmp_path.rglob(".*"))
    assert [path.read_bytes() for path in unfinished] == [b"somebody's answers"]
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    remove_unfinished(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_process_is_writing_now_stays(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    remove_unfinished(tmp_path)
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"somebody's answers"]


def test_a_failure_before_the_first_file_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_bytes(tmp_path / "page.html", b"new")
    assert list(tmp_path.iterdir()) == []


def test_until_the_content_is_whole_the_old_file_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "page.html"
    write_bytes(target, b"old")
    seen = []
    flush = os.fsync

    def look(descriptor: int) -> None:
        flush(descriptor)
        seen.append(target.read_bytes())

    monkeypatch.setattr(os, "fsync", look)
    write_bytes(target, b"new")
    assert seen == [b"old"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_private_file_is_for_its_owner_alone_and_a_public_one_for_all_to_read_whatever_the_umask(
    tmp_path: Path, umask: int
) -> None:
    before = os.umask(umask)
    try:
        write_bytes(tmp_path / "answers.parquet", b"x")
        write_table(tmp_path / "table.parquet", pd.DataFrame({"a": [1]}))
        write_bytes(tmp_path / "page.html", b"x", public=True)
    finally:
        os.umask(before)
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.iterdir()}
    assert modes == {"answers.parquet": "0o600", "table.parquet": "0o600", "page.html": "0o644"}


def test_a_table_comes_back_with_its_types_and_without_its_index(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "text": pd.Series(["a", None], dtype="str"),
            "whole": pd.Series([1, None], dtype="Int64"),
            "share": [0.5, float("nan")],
            "day": pd.Series(["2023-03-06", None], dtype="datetime64[us]"),
        },
        index=[7, 9],
    )
    write_table(tmp_path / "t.parquet", table)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet"), table.reset_index(drop=True))


def test_a_table_not_made_yet_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as told:
        read_table(tmp_path / "wave-2" / "cleaned" / "answers.parquet")
    assert str(told.value).startswith("wave-2/cleaned/answers.parquet has not been made yet; ")
    assert "make reports" in str(told.value)
    assert str(tmp_path) not in str(told.value)


def test_hashes_are_the_sha_256_of_the_bytes(tmp_path: Path) -> None:
    # The example of FIPS 180-2, appendix B.1.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    (tmp_path / "abc").write_bytes(b"abc")
    assert hash_bytes(b"abc") == expected
    assert hash_file(tmp_path / "abc") == expected


@pytest.mark.parametrize(
    ("categories", "codes"),
    [
        (["a", "b"], [0, 1, 1, -1]),
        (["b", "a"], [1, 0]),
        (["a", "never used", "b"], [0, 2]),
        (["a", "b"], []),
        ([], [-1, -1]),
        ([], []),
    ],
    ids=["as they occur", "in another order", "one that no cell has", "no rows", "all missing", "nothing"],
)
def test_categories_come_back_as_they_were(tmp_path: Path, categories: list[str], codes: list[int]) -> None:
    dtype = pd.CategoricalDtype(pd.Index(categories, dtype="str"))
    table = pd.DataFrame({"c": pd.Categorical.from_codes(codes, dtype=dtype), "n": pd.Series(codes, dtype="Int8")})
    write_table(tmp_path / "t.parquet", table)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet"), table)


def test_more_categories_than_parquet_keeps_in_one_page_come_back(tmp_path: Path) -> None:
    names = [f"someone with a rather long name, number {number}" for number in range(60_000)]
    for codes in (range(60_000), range(59_999, -1, -1)):
        table = pd.DataFrame({"c": pd.Categorical.from_codes(list(codes), categories=pd.Index(names, dtype="str"))})
        write_table(tmp_path / "t.parquet", table)
        pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet"), table)
