from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.exports.read import read_export
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

GOOGLE = Source(file="wave-1/answers.csv", platform="google-forms", dates="%Y/%m/%d")
MICROSOFT = Source(file="wave-1/answers.xlsx", platform="microsoft-forms")


def test_the_declared_platform_chooses_the_reader(tmp_path: Path, microsoft_bytes: Callable[..., bytes]) -> None:
    (tmp_path / "a.csv").write_text("Timestamp,Q\n2023/03/07,x\n")
    (tmp_path / "a.xlsx").write_bytes(microsoft_bytes(["Q"], ["x"]))
    google = read_export(tmp_path / "a.csv", GOOGLE, shown="data/raw/a.csv")
    microsoft = read_export(tmp_path / "a.xlsx", MICROSOFT, shown="data/raw/a.xlsx")
    assert google.table.equals(microsoft.table)
    assert (google.file, microsoft.file) == ("data/raw/a.csv", "data/raw/a.xlsx")


def test_a_missing_file_is_told_by_its_shown_name(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"^data/raw/a\.csv is missing; evaluation.yml names it"):
        read_export(tmp_path / "a.csv", GOOGLE, shown="data/raw/a.csv")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be opened"):
        read_export(tmp_path, GOOGLE, shown="data/raw/a.csv")
