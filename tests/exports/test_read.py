from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports.contract import RawAnswers
from pipeline.exports.read import read_export
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

Make = Callable[..., bytes]
SYSTEM = ("ID", "Start time", "Completion time", "Email", "Name")
MOMENT = dt.datetime(2023, 3, 7, 10, 30)


def read(folder: Path, content: bytes, *, file: str = "a.csv", platform: str = "google-forms", **s: Any) -> RawAnswers:
    (folder / file).write_bytes(content)
    return read_export(folder, Source(file=file, platform=platform, **s), shown="data/raw")


def refused(folder: Path, content: bytes, **declared: Any) -> str:
    with pytest.raises(ExportError) as caught:
        read(folder, content, **declared)
    return str(caught.value)


def test_the_declared_platform_chooses_the_reader(tmp_path: Path, microsoft_bytes: Make) -> None:
    google = read(tmp_path, b"Timestamp,Q\n2023/03/07,x\n", dates="%Y/%m/%d")
    microsoft = read(tmp_path, microsoft_bytes(["Q"], ["x"]), file="a.xlsx", platform="microsoft-forms")
    assert google.table.equals(microsoft.table)
    assert (google.file, microsoft.file) == ("data/raw/a.csv", "data/raw/a.xlsx")


def test_a_missing_file_is_told_by_its_shown_name(tmp_path: Path) -> None:
    source = Source(file="wave-1/a.csv", platform="google-forms")
    with pytest.raises(ExportError, match=r"^data/raw/wave-1/a\.csv is missing; evaluation.yml names it as a Google"):
        read_export(tmp_path, source, shown="data/raw")


def test_a_missing_key_is_told_by_its_shown_name(tmp_path: Path) -> None:
    message = refused(tmp_path, b"Timestamp,Q\n", key="key.csv")
    assert message.startswith("data/raw/key.csv is missing; evaluation.yml names it as the key of data/raw/a.csv")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(ExportError, match="cannot be opened"):
        read_export(tmp_path, Source(file="a.csv", platform="google-forms"), shown="data/raw")


@pytest.mark.parametrize("content", [b"", b" \r\n"])
@pytest.mark.parametrize("platform", ["google-forms", "microsoft-forms"])
def test_an_empty_file_is_refused(content: bytes, platform: str, tmp_path: Path) -> None:
    assert "data/raw/a.csv is empty" in refused(tmp_path, content, platform=platform)


def test_a_microsoft_file_saved_as_csv_is_told_as_such(tmp_path: Path) -> None:
    message = refused(tmp_path, b"ID,Start time,Completion time,Email,Name,Q\n")
    assert "is declared as Google Forms but looks like an export of 'Microsoft Forms'" in message
    assert "declare `platform: microsoft-forms`" in message


def test_a_microsoft_workbook_is_told_as_such(tmp_path: Path, microsoft_bytes: Make) -> None:
    message = refused(tmp_path, microsoft_bytes(["Q"], ["x"]), file="a.xlsx")
    assert "`platform: microsoft-forms`" in message


def test_a_google_workbook_is_told_as_such(tmp_path: Path, workbook_bytes: Make) -> None:
    content = workbook_bytes(["Timestamp", "Q"], [MOMENT, "x"])
    message = refused(tmp_path, content, file="a.xlsx", platform="microsoft-forms")
    assert "looks like an export of 'Google Forms'" in message


@pytest.mark.parametrize("start", [b"Timestamp,Q\n", b'\xef\xbb\xbf"Timestamp","Q"\n'])
@pytest.mark.parametrize("file", ["a.csv", "a.xlsx"])
def test_a_google_text_file_is_told_as_such(start: bytes, file: str, tmp_path: Path) -> None:
    assert "`platform: google-forms`" in refused(tmp_path, start, file=file, platform="microsoft-forms")


def test_bytes_that_are_no_workbook_are_refused(tmp_path: Path) -> None:
    assert "is not an .xlsx workbook" in refused(tmp_path, b"PK\x03\x04...", file="a.xlsx")


def test_what_the_source_declares_is_applied_to_every_platform(tmp_path: Path) -> None:
    answers = read(
        tmp_path,
        b"Timestamp,Q,Admin,R\n2023/03/07,-,x,-9\n2023/03/07,a,,b\n",
        dates="%Y/%m/%d",
        columns={"Q": "How sure?"},
        ignore=["admin "],
        missing={"-": "not answered", "-9": "not asked"},
        option_separator="|",
        other_columns="ignore",
    )
    assert list(answers.table.columns) == ["line", "submitted_on", "How sure?", "R"]
    assert answers.texts == {"How sure?": "Q", "R": "R"}
    assert answers.table["How sure?"].isna().tolist() == answers.table["R"].isna().tolist() == [True, False]
    assert answers.declared_missing == {"not answered": 1, "not asked": 1}
    assert (answers.ignored, answers.ignores_others, answers.option_separator) == (("Admin",), True, "|")


def test_two_columns_renamed_alike_are_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, b"Timestamp,Q,R\n", columns={"Q": "R"})
    assert "a question is called 'R', as another column is; rename it under `columns`" in message


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"ignore": ["Admim"]}, "has no column 'Admim', which evaluation.yml names under `ignore`; the nearest header"),
        (
            {"columns": {"q1": "How sure?"}},
            "'q1', which evaluation.yml names under `columns`; the nearest header is 'Q1'",
        ),
        ({"ignore": ["zebra"]}, "has no column 'zebra', which evaluation.yml names under `ignore`; correct the name"),
    ],
)
def test_a_declared_column_that_the_file_lacks_is_refused(tmp_path: Path, declared: dict[str, Any], said: str) -> None:
    content = b"Timestamp,Q1,Admin\n2023/03/07,a,x\n"
    assert said in refused(tmp_path, content, dates="%Y/%m/%d", **declared)


def test_a_cell_declared_missing_may_be_in_no_row(tmp_path: Path) -> None:
    answers = read(tmp_path, b"Timestamp,Q\n2023/03/07,a\n", dates="%Y/%m/%d", missing={"-9": "not asked"})
    assert answers.declared_missing == {}
