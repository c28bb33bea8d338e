"""Adding a wave, walked through with scripted answers: all of it is entered, or nothing is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project
from pipeline.machinery import command_line
from pipeline.machinery.new_wave import add_wave
from pipeline.reference.evaluation import load_evaluation
from tests.machinery.tiny_runs import REPOSITORY, bytes_below

SOURCE = REPOSITORY / "data" / "raw" / "wave-3" / "SYNTHETIC-wave-3-google-forms.csv"
DATES = "%Y/%m/%d %I:%M:%S %p"
ANSWERS = {"called, as an id": "wave-4", "pages call it": "Wave 4", "First day": "2025-01-01", "Last day": "2025-02-01"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The repository's own evaluation.yml, and an export outside its folder."""
    made = Project(tmp_path / "copy")
    made.raw.mkdir(parents=True)
    shutil.copy(REPOSITORY / "evaluation.yml", made.settings_file)
    shutil.copy(SOURCE, tmp_path / "SYNTHETIC-new.csv")
    monkeypatch.chdir(made.root)
    return made


def walk(project: Project, **changed: str) -> list[str]:
    """Answer every question as scripted; return what was told."""
    answers = ANSWERS | {"Which file": str(project.root.parent / "SYNTHETIC-new.csv"), "strptime": DATES} | changed
    told: list[str] = []

    def ask(question: str, default: str) -> str:
        return next((answer for part, answer in answers.items() if part in question), default)

    assert add_wave(ask, told.append) == answers["called, as an id"]
    return told


def refused(project: Project, **changed: str) -> str:
    before = bytes_below(project.root)
    with pytest.raises(PipelineError) as error:
        walk(project, **changed)
    assert bytes_below(project.root) == before
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_entry_stands_after_the_last_wave_and_no_other_byte_changes(project: Project, end: str) -> None:
    before = (REPOSITORY / "evaluation.yml").read_bytes().replace(b"\n", end.encode())
    project.settings_file.write_bytes(before)
    told = walk(project)
    after = project.settings_file.read_bytes()
    start = next(at for at in range(len(before)) if before[at] != after[at])
    added = len(after) - len(before)
    assert after[:start] + after[start + added :] == before
    assert [wave.id for wave in load_evaluation(project.settings_file).waves] == [
        "wave-1",
        "wave-2",
        "wave-3",
        "wave-4",
    ]
    new = load_evaluation(project.settings_file).wave("wave-4")
    assert (new.label, new.data, str(new.fieldwork.start)) == ("Wave 4", "synthetic", "2025-01-01")
    assert (new.sources[0].platform, new.sources[0].dates) == ("google-forms", DATES)
    assert (project.raw / "wave-4" / "SYNTHETIC-new.csv").read_bytes() == SOURCE.read_bytes()
    assert (project.raw / "wave-4" / "SYNTHETIC-MANIFEST.sha256").is_file()
    assert any("make data WAVE=wave-4" in line for line in told)


def test_a_list_of_waves_at_the_end_of_the_file_is_continued(project: Project) -> None:
    text = project.settings_file.read_text("utf-8")
    start, end = text.index("\nwaves:"), text.index("\n# The published account")
    project.settings_file.write_text((text[:start] + text[end:] + text[start:end]).rstrip("\n"), "utf-8")
    walk(project)
    assert load_evaluation(project.settings_file).waves[-1].id == "wave-4"


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("First day", "1 January", "'1 January' is not a day; expected year, month and day"),
        ("Last day", "2024-01-01", "ends (2024-01-01) before it starts (2025-01-01)"),
        ("called, as an id", "wave-2", "has a wave 'wave-2' already"),
        ("called, as an id", "Wave 4", "cannot be an id"),
        ("Which platform", "microsoft-forms", "is no export of 'microsoft-forms'; it looks like one of 'google-forms'"),
        ("Which platform", "googel-forms", "did you mean 'google-forms'?"),
        ("Which file", "nowhere.csv", "nowhere.csv is not a file"),
    ],
)
def test_a_wrong_answer_is_told_in_one_sentence_and_nothing_is_written(
    project: Project, question: str, answer: str, said: str
) -> None:
    assert said in refused(project, **{question: answer})


def test_a_file_that_is_there_already_is_never_written_over(project: Project) -> None:
    (project.raw / "wave-4").mkdir()
    (project.raw / "wave-4" / "SYNTHETIC-new.csv").write_bytes(b"kept")
    assert "is there already and is never written over" in refused(project)


def test_inspect_prints_what_a_file_holds_and_a_draft(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["inspect", str(SOURCE)]) == 0
    told = capsys.readouterr()
    # Apart, so that the draft alone can be sent to a file.
    assert "made by google-forms" in told.err
    assert "platform: google-forms" in told.out


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"Timestamp,Q,Q\n2024/10/01,x,y\n"])
def test_inspect_says_in_a_sentence_why_a_file_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    assert command_line.main(["inspect", str(path)]) == 1
    told = capsys.readouterr()
    assert "answers.csv" in told.out + told.err


def test_inspect_knows_no_platform_but_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["inspect", "--platform", "Google Forms", str(SOURCE)]) == 1
    assert "There are readers for" in capsys.readouterr().err
