"""What the gate remembers of files and answers holds for the same bytes and the same code, and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.disclosure.gate import Surroundings, find_unsafe_in
from pipeline.ground.paths import Project
from pipeline.machinery import code_graph, faultless
from pipeline.machinery.faultless import find_unsafe_once

TABLE = b"\xef\xbb\xbfarea,estimate\r\nCamden,7\r\n"
FILES = {"wave-2/camden.csv": TABLE, "wave-2/barnet.csv": TABLE}
PLAIN = Surroundings(words=("somebody",))


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The addresses of the files that were looked through, a set for each time."""
    found: list[set[str]] = []

    def find(files: Mapping[str, bytes], around: Surroundings) -> list[str]:
        found.append(set(files))
        return find_unsafe_in(files, around)

    monkeypatch.setattr(faultless, "find_unsafe_in", find)
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with the code that looks beside it, which a test may change."""
    package = tmp_path / "pipeline"
    for name in ("disclosure/page_safety/files.py", "disclosure/page_safety/plain_text.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_bytes((code_graph.PACKAGE / name).read_bytes())
    monkeypatch.setattr(code_graph, "PACKAGE", package)
    return Project(tmp_path)


def look(project: Project, files: Mapping[str, bytes] = FILES, around: Surroundings = PLAIN) -> list[str]:
    return list(find_unsafe_once(project)(files, around))


def test_the_same_files_are_looked_through_once(project: Project, looked: list[set[str]]) -> None:
    assert look(project) == look(project) == []
    assert looked == [set(FILES), set()]


def test_one_byte_of_a_file_has_that_file_looked_through_anew(project: Project, looked: list[set[str]]) -> None:
    look(project)
    assert look(project, FILES | {"wave-2/camden.csv": TABLE.replace(b"7", b"8")}) == []
    assert looked[1] == {"wave-2/camden.csv"}


def test_what_a_changed_byte_makes_unsafe_is_found_each_time(project: Project, looked: list[set[str]]) -> None:
    look(project)
    bad = FILES | {"wave-2/camden.csv": TABLE.replace(b"Camden", b"somebody")}
    found = look(project, bad)
    assert any("line 2" in one for one in found)
    assert look(project, bad) == found
    assert looked[1:] == [{"wave-2/camden.csv"}] * 2


def test_the_same_bytes_under_another_address_are_looked_through(project: Project, looked: list[set[str]]) -> None:
    around = Surroundings(words=("somebody",), known=frozenset({"wave-2/camden.csv", "wave-2/enfield.csv"}))
    look(project, {"wave-2/camden.csv": TABLE}, around)
    look(project, {"wave-2/enfield.csv": TABLE}, around)
    assert looked == [{"wave-2/camden.csv"}, {"wave-2/enfield.csv"}]


@pytest.mark.parametrize(
    "around",
    [
        Surroundings(words=("somebody", "Camden")),
        Surroundings(words=("somebody",), style="p {}"),
        Surroundings(words=("somebody",), known=frozenset({"wave-1/index.html"})),
    ],
    ids=["words", "style", "addresses"],
)
def test_another_surrounding_has_all_looked_through_anew(
    project: Project, looked: list[set[str]], around: Surroundings
) -> None:
    look(project)
    look(project, FILES, around)
    assert looked[1] == set(FILES)


def test_one_line_of_the_code_that_looks_has_all_looked_through_anew(project: Project, looked: list[set[str]]) -> None:
    look(project)
    code = project.root / "pipeline" / "disclosure" / "page_safety" / "plain_text.py"
    code.write_text(code.read_text("utf-8") + "\n", "utf-8")
    look(project)
    assert looked == [set(FILES), set(FILES)]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"context": 1}', '{"faultless": 7}'])
def test_a_memory_that_cannot_be_read_is_none(project: Project, looked: list[set[str]], content: str) -> None:
    look(project)
    (project.processed / "faultless.json").write_text(content, "utf-8")
    look(project)
    assert looked[1] == set(FILES)
