"""A fault is told in one sentence, the reports stay as they were, and the run after the mending succeeds."""

from __future__ import annotations

import re
from collections.abc import Callable

import nbformat
import pytest

from pipeline.ground.paths import Project
from tests.machinery.tiny_runs import IN_RAW, WAVE, Ran, change_notebook, run_command, state_of

pytestmark = pytest.mark.slow

SUMMARY = re.compile(
    r"wave-2: \d+ notebooks run, \d+ up to date; (\d+) failed; [\d.]+ s\. The reports are as they were before\."
)


def stopped_with(ran: Ran, *said: str) -> None:
    """Assert that a run stopped before any notebook, with one line that says all of this."""
    assert ran.status == 1
    assert len(ran.told.splitlines()) == 1, ran.told
    assert ran.told.startswith("Stopped: ")
    assert [one for one in said if one not in ran.told] == [], ran.told


def failures_of(ran: Ran) -> list[str]:
    """Assert that a run told its failures a line each and summed them up; return them."""
    *told, summary = ran.told.splitlines()
    failures = [line.removeprefix("Failed: ") for line in told if line.startswith("Failed: ")]
    done = [line for line in told if not line.startswith("Failed: ")]
    assert ran.status == 1
    assert "Traceback" not in ran.told
    assert all(line.startswith("  ") for line in done), ran.told
    found = SUMMARY.fullmatch(summary)
    assert found, summary
    assert int(found[1]) == len(failures)
    return failures


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("reports", "--wave", "wave-22"), ("evaluation.yml has no wave 'wave-22'", "did you mean 'wave-2'?")),
        (("report", "--wave", WAVE, "--area", "camdem"), ("no borough 'camdem'", "did you mean 'camden'?", "'barnet'")),
        (("report", "--wave", WAVE, "--area", ""), ("no borough ''", "'barnet'", "'camden'")),
    ],
)
def test_a_name_that_does_not_exist_is_told_with_those_that_do(
    copied: Project, here: Callable[..., Ran], asked: tuple[str, ...], said: tuple[str, ...]
) -> None:
    before = state_of(copied.reports)
    stopped_with(here(copied, *asked), *said)
    assert state_of(copied.reports) == before


def test_a_missing_raw_file_is_told_before_anything_runs(copied: Project, here: Callable[..., Ran]) -> None:
    path = copied.raw / IN_RAW["wave-2"]
    content, before = path.read_bytes(), state_of(copied.reports)
    path.unlink()
    stopped_with(here(copied, "reports", "--wave", WAVE), f"data/raw/{IN_RAW['wave-2']} is missing", "wave-2")
    assert state_of(copied.reports) == before
    path.write_bytes(content)
    assert "0 notebooks run, 7 up to date" in here(copied, "reports", "--wave", WAVE).told


def test_a_folder_without_an_evaluation_is_told(copied: Project, here: Callable[..., Ran]) -> None:
    before = state_of(copied.reports)
    copied.settings_file.unlink()
    stopped_with(here(copied, "reports"), "No evaluation.yml was found in")
    assert state_of(copied.reports) == before


def test_a_mistake_in_evaluation_yml_is_told_with_its_line(copied: Project, here: Callable[..., Ran]) -> None:
    text = copied.settings_file.read_text("utf-8")
    before = state_of(copied.reports)
    copied.settings_file.write_text(text.replace("scale: knowing", "scale: knowin"), "utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "scale: knowing" in one)
    stopped_with(here(copied, "reports"), "evaluation.yml", f"line {line}", "'knowin'", "did you mean 'knowing'?")
    assert state_of(copied.reports) == before
    copied.settings_file.write_text(text, "utf-8")
    assert "0 notebooks run, 7 up to date" in here(copied, "reports", "--wave", WAVE).told


def test_an_unknown_verb_leaves_with_the_usage(copied: Project, here: Callable[..., Ran]) -> None:
    with pytest.raises(SystemExit) as stop:
        here(copied, "report-all")
    assert stop.value.code == 2


def test_a_foreign_file_and_an_unknown_label_are_both_told_and_both_can_be_mended(
    copied: Project, here: Callable[..., Ran]
) -> None:
    first, second = (copied.raw / name for name in IN_RAW.values())
    sound, before = (first.read_bytes(), second.read_bytes()), state_of(copied.reports)
    for manifest in copied.raw.rglob("*MANIFEST.sha256"):
        manifest.unlink()
    first.write_bytes(second.read_bytes())
    line = next(number for number, one in enumerate(sound[1].splitlines(), 1) if b"A little sure" in one)
    second.write_bytes(sound[1].replace(b"A little sure", b"A litle sure", 1))

    foreign, unknown = sorted(failures_of(here(copied, "reports", "--wave", WAVE)), key=lambda one: "litle" in one)

    assert f"data/raw/{IN_RAW['wave-1']} is declared as Microsoft Forms but looks like an export" in foreign
    assert "Google Forms" in foreign
    assert f"data/raw/{IN_RAW['wave-2']}, line {line}" in unknown
    assert "'A litle sure'" in unknown
    assert "'A little sure'" in unknown
    assert state_of(copied.reports) == before
    assert {path.name for path in copied.failed.iterdir()} == {
        "wave-1-01_clean_wave.ipynb",
        "wave-2-01_clean_wave.ipynb",
    }
    first.write_bytes(sound[0])
    second.write_bytes(sound[1])
    assert "0 notebooks run, 7 up to date" in here(copied, "reports", "--wave", WAVE).told


def test_a_failing_cell_and_a_killed_kernel_are_told_kept_and_mended(copied: Project, here: Callable[..., Ran]) -> None:
    before = state_of(copied.reports)
    sound = {path: path.read_bytes() for path in (copied.root / "notebooks").iterdir()}
    # Cell 2 of the notebook as it is written; papermill's own cell of parameters is not counted.
    change_notebook(copied, "04_area_report.ipynb", before=1, source="1/0")
    change_notebook(copied, "03_borough_report.ipynb", before=1, source="import os\n\nos.kill(os.getpid(), 9)")

    ran = run_command(copied, "reports", "--wave", WAVE)

    failures = sorted(failures_of(ran))
    assert failures == [
        *(
            "notebooks/03_borough_report.ipynb: its kernel died, perhaps for want of memory. "
            f"The notebook as far as it came: data/processed/failed/wave-2-{area}.ipynb"
            for area in ("barnet", "camden", "enfield")
        ),
        "notebooks/04_area_report.ipynb, cell 2 (1/0): ZeroDivisionError: division by zero. "
        "The notebook as far as it came: data/processed/failed/wave-2-all-three.ipynb",
    ]
    assert state_of(copied.reports) == before
    kept = nbformat.read(copied.failed / "wave-2-all-three.ipynb", as_version=4)
    assert any(output.get("ename") == "ZeroDivisionError" for cell in kept.cells for output in cell.get("outputs", []))
    assert (copied.failed / "wave-2-camden.ipynb").is_file()
    for path, content in sound.items():
        path.write_bytes(content)
    assert "0 notebooks run, 7 up to date" in here(copied, "reports", "--wave", WAVE).told
    assert state_of(copied.reports) == before


def test_a_deleted_notebook_and_one_without_parameters_are_told(copied: Project, here: Callable[..., Ran]) -> None:
    before = state_of(copied.reports)
    notebooks = copied.root / "notebooks"
    (notebooks / "04_area_report.ipynb").unlink()
    bare = nbformat.read(notebooks / "03_borough_report.ipynb", as_version=4)
    del bare.cells[0]
    nbformat.write(bare, notebooks / "03_borough_report.ipynb")

    failures = set(failures_of(here(copied, "reports", "--wave", WAVE)))

    assert "notebooks/04_area_report.ipynb is missing; restore it from version control." in failures
    without = failures - {"notebooks/04_area_report.ipynb is missing; restore it from version control."}
    assert all(one.startswith("notebooks/03_borough_report.ipynb has no parameter 'wave'") for one in without)
    assert state_of(copied.reports) == before


@pytest.mark.parametrize("record", [b"", b"\xff\xfe\x00", b"[]", b'{"area wave-2 camden": []}', b'{"a": 1'])
def test_an_unreadable_record_costs_time_and_nothing_else(
    copied: Project, quickly: Callable[..., Ran], record: bytes
) -> None:
    before = state_of(copied.reports)
    (copied.processed / "build.json").write_bytes(record)
    ran = quickly(copied, "data", "--wave", WAVE)
    assert ran.status == 0, ran.told
    assert "2 notebooks run, 0 up to date; 0 failed" in ran.told
    assert state_of(copied.reports) == before
