"""What the raw files of a wave are is written down once, and a file that changed later stops the run."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ground.errors import ExportError
from pipeline.ground.paths import Project
from pipeline.machinery import command_line
from pipeline.machinery.raw_manifest import check_raw, manifest_path, record_raw
from pipeline.reference.evaluation import load_evaluation
from pipeline.reference.waves import Wave
from tests.machinery.tiny_runs import IN_RAW, REPOSITORY, WAVE, Ran

FILE = IN_RAW["wave-2"]


@pytest.fixture
def wave(fresh: Project) -> Wave:
    return load_evaluation(fresh.settings_file).wave(WAVE)


def refused(project: Project, wave: Wave) -> str:
    with pytest.raises(ExportError) as error:
        check_raw(project, [wave])
    assert "\n" not in str(error.value)
    return str(error.value)


def change_one_byte(project: Project) -> None:
    path = project.raw / FILE
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def test_a_wave_is_written_down_file_by_file_as_sha256sum_does(fresh: Project, wave: Wave) -> None:
    assert check_raw(fresh, [wave]) == [wave]
    path = record_raw(fresh, wave)
    assert path == fresh.raw / "wave-2" / "SYNTHETIC-MANIFEST.sha256"
    digest = hashlib.sha256((fresh.raw / FILE).read_bytes()).hexdigest()
    assert path.read_text("utf-8") == f"{digest}  {FILE}\n"


def test_unchanged_files_pass_and_the_manifest_stays(fresh: Project, wave: Wave) -> None:
    before = record_raw(fresh, wave).read_bytes()
    assert check_raw(fresh, [wave]) == []
    assert manifest_path(fresh, wave).read_bytes() == before


def test_one_changed_byte_stops_the_run_before_any_notebook(
    fresh: Project, wave: Wave, here: Callable[..., Ran]
) -> None:
    record_raw(fresh, wave)
    change_one_byte(fresh)
    ran = here(fresh, "reports", "--wave", WAVE)
    assert ran.status == 1
    assert f"Stopped: data/raw/{FILE} is not what it was when wave-2 was added" in ran.told
    assert "put the export back" in ran.told
    assert "python -m pipeline record --wave wave-2" in ran.told
    assert not list(fresh.processed.rglob("*.ipynb"))
    assert not fresh.cleaned(WAVE).exists()


def test_record_accepts_a_file_replaced_on_purpose(fresh: Project, wave: Wave, here: Callable[..., Ran]) -> None:
    record_raw(fresh, wave)
    change_one_byte(fresh)
    ran = here(fresh, "record", "--wave", WAVE)
    assert (ran.status, "SYNTHETIC-MANIFEST.sha256" in ran.told) == (0, True)
    assert check_raw(fresh, [wave]) == []


def test_a_file_added_to_the_sources_is_told_with_what_to_do(fresh: Project, wave: Wave) -> None:
    record_raw(fresh, wave)
    other = wave.sources[0].model_copy(update={"file": "wave-2/SYNTHETIC-second.csv"})
    (fresh.raw / other.file).write_bytes(b"x")
    message = refused(fresh, wave.model_copy(update={"sources": (*wave.sources, other)}))
    assert message.startswith("data/raw/wave-2/SYNTHETIC-second.csv is not in data/raw/wave-2/SYNTHETIC-MANIFEST")
    assert "record --wave wave-2" in message


@pytest.mark.parametrize("damaged", [b"half a line\n", b"\xff\xfe\x00\n", b"0" * 64 + b" one-blank\n", b"\n"])
def test_a_damaged_manifest_is_told_by_its_line(fresh: Project, wave: Wave, damaged: bytes) -> None:
    record_raw(fresh, wave).write_bytes(damaged)
    message = refused(fresh, wave)
    assert "SYNTHETIC-MANIFEST.sha256, line 1: expected a SHA-256, two blanks and a file" in message


def test_the_key_of_a_source_is_written_down_too(fresh: Project, wave: Wave) -> None:
    (fresh.raw / "wave-2" / "SYNTHETIC-key.csv").write_bytes(b"key")
    source = wave.sources[0].model_copy(update={"key": "wave-2/SYNTHETIC-key.csv"})
    path = record_raw(fresh, wave.model_copy(update={"sources": (source,)}))
    assert "  wave-2/SYNTHETIC-key.csv\n" in path.read_text("utf-8")


@pytest.mark.skipif(not (REPOSITORY / ".git").exists(), reason="there is no .git here, so git cannot be asked")
@pytest.mark.parametrize(("data", "ignored"), [("real", 0), ("synthetic", 1)])
def test_git_ignores_the_manifest_of_real_waves_alone(wave: Wave, data: str, ignored: int) -> None:
    path = manifest_path(Project(Path()), wave.model_copy(update={"data": data}))
    asked = ["git", "check-ignore", "--quiet", "--no-index", path.as_posix()]
    assert subprocess.run(asked, cwd=REPOSITORY, check=False).returncode == ignored


def test_the_verb_record_is_told_of_an_unknown_wave(
    fresh: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(fresh.root)
    assert command_line.main(["record", "--wave", "wave-22"]) == 1
    assert "did you mean 'wave-2'?" in capsys.readouterr().err
