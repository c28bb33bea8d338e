"""What is made anew after a change is what the change reaches, and nothing else; `--why` and `--dry-run` say so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.disclosure.published import Published
from pipeline.ground.paths import Project
from pipeline.machinery import code_graph, command_line, fingerprints, manifest
from tests.machinery.test_make_quotes import ALSO_WRITTEN, put_register, row
from tests.machinery.tiny_runs import IN_RAW, REPOSITORY, WAVE, Ran, bytes_below, run_command, state_of

pytestmark = pytest.mark.slow

REPORTS = ("reports", "--wave", WAVE)
AREAS = ("all-three", "barnet", "camden", "enfield")


@pytest.fixture
def package(copied: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The code beside the project, which a test may change: what is fresh is judged by it."""
    for module in (code_graph, fingerprints):
        monkeypatch.setattr(module, "PACKAGE", copied.root / "pipeline")
    return copied.root / "pipeline"


def append(path: Path, text: str) -> None:
    path.write_bytes((path.read_bytes() if path.exists() else b"") + text.encode("utf-8"))


def made_in(ran: Ran) -> set[str]:
    """Return the notebooks that a run made, by their labels."""
    assert ran.status == 0, ran.told
    return {line.strip() for line in ran.told.splitlines() if re.match(r"  (cleaning|estimating|reporting) ", line)}


def counts_in(ran: Ran) -> str:
    return ran.told.splitlines()[-1].partition("; 0 failed")[0]


def published(project: Project, area: str) -> dict[str, pd.DataFrame]:
    """Return the published rows that an area's page can show, read from all published tables by hand."""
    found = {}
    for name in Published.table_names():
        table = pd.read_parquet(project.published(WAVE) / f"{name}.parquet")
        if area != "all-three" and "area" in table:
            table = table[table["area"].isin([area, "all-three"])]
        if area != "all-three" and name == "quotes":
            table = table[table["shown_as"].isin(["", area])]
        found[name] = table.reset_index(drop=True)
    return found


def differ(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> bool:
    return any(not one[name].astype(str).equals(other[name].astype(str)) for name in one)


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [
        # A person of Camden, hidden for few people in their sector there, is of no stated sector.
        ("2023/10/11", '"Health"', '""'),
        ("2023/10/13", '"None"', '"Some"'),
    ],
)
def test_changed_answers_are_estimated_again_and_exactly_the_pages_whose_tables_changed_are_made(
    copied: Project, quickly: Callable[..., Ran], day: str, old: str, new: str
) -> None:
    before = {area: published(copied, area) for area in AREAS}
    path = copied.raw / IN_RAW["wave-2"]
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (number,) = [number for number, line in enumerate(lines) if day in line]
    start, found, end = lines[number].rpartition(old)
    assert found, lines[number]
    lines[number] = f"{start}{new}{end}"
    path.write_bytes("".join(lines).encode("utf-8"))
    assert quickly(copied, "record", "--wave", WAVE).status == 0

    made = made_in(quickly(copied, *REPORTS))

    changed = {area for area in AREAS if differ(before[area], published(copied, area))}
    assert made == {f"cleaning {WAVE}", f"estimating {WAVE}"} | {f"reporting {area}" for area in changed}


def test_what_only_camden_s_page_shows_makes_camden_and_the_whole_area_anew_and_no_other(
    copied: Project, quickly: Callable[..., Ran]
) -> None:
    assert quickly(put_register(copied), *REPORTS).status == 0
    before = bytes_below(copied.reports)

    put_register(copied, row(ALSO_WRITTEN, shown_as="camden"))
    ran = quickly(copied, *REPORTS)

    assert made_in(ran) == {f"estimating {WAVE}", "reporting camden", "reporting all-three"}
    assert counts_in(ran) == f"{WAVE}: 3 notebooks run, 4 up to date; 2 pages built, 2 unchanged"
    changed = {name for name, content in bytes_below(copied.reports).items() if before[name] != content}
    assert changed == {f"{WAVE}/camden.html", f"{WAVE}/all-three.html"}


def test_an_area_is_given_the_rows_of_its_own_page_and_no_others(copied: Project) -> None:
    for area in AREAS[1:]:
        own = published(copied, area)
        for name, rows in own.items():
            kept = pd.read_parquet(copied.published_of(WAVE, area) / f"{name}.parquet")
            pd.testing.assert_frame_equal(kept, rows, check_dtype=False, check_categorical=False)
    others = pd.read_parquet(copied.published_of(WAVE, "camden") / "shares_by_item_area_wave.parquet")["area"]
    assert set(others) == {"camden", "all-three"}


@pytest.mark.parametrize(
    ("changed", "notebooks"),
    [
        ("presentation/template/page.html.j2", set()),
        ("presentation/rendering.py", set()),
        ("METHODS.md", set()),
        ("machinery/command_line.py", set()),
        ("presentation/template/summary.html.j2", {f"reporting {area}" for area in AREAS}),
        ("presentation/narrative.py", {f"reporting {area}" for area in AREAS}),
        ("statistics/wave.py", {f"estimating {WAVE}"}),
        ("exports/workbook.py", {"cleaning wave-1", f"cleaning {WAVE}"}),
    ],
)
def test_changed_code_makes_anew_what_it_reaches_and_stops_where_nothing_changed(
    copied: Project, package: Path, quickly: Callable[..., Ran], changed: str, notebooks: set[str]
) -> None:
    before = bytes_below(copied.reports)
    append(package / changed, "\n" if changed.endswith(".py") else " ")
    assert made_in(quickly(copied, *REPORTS)) == notebooks
    pages = {name for name, content in bytes_below(copied.reports).items() if before[name] != content}
    # The text itself stands in the package that runs the test; of pages only the code's version can differ.
    assert all(name.endswith(".html") for name in pages)
    assert counts_in(quickly(copied, *REPORTS)) == f"{WAVE}: 0 notebooks run, 7 up to date; 0 pages built, 4 unchanged"


def asked(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *given: str
) -> list[str]:
    monkeypatch.chdir(project.root)
    before = state_of(project.root)
    capsys.readouterr()
    assert command_line.main([*REPORTS, *given]) == 0
    assert state_of(project.root) == before, "nothing is built, nothing is written"
    return capsys.readouterr().out.splitlines()


def test_why_and_dry_run_say_what_would_be_made_and_build_nothing(
    copied: Project, package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(copied, monkeypatch, capsys, "--dry-run") == ["Nothing would be made: everything is up to date."]
    assert set(asked(copied, monkeypatch, capsys, "--why")) == {
        f"{label}: up to date."
        for label in (
            "cleaning wave-1", "cleaning wave-2", "estimating wave-2", *(f"reporting {area}" for area in AREAS),
            *(f"the page of {area}" for area in AREAS), "the pages around",
        )
    }  # fmt: skip
    append(package / "statistics" / "change.py", "\n")
    append(copied.reports / WAVE / "camden.html", " ")
    told = asked(copied, monkeypatch, capsys, "--why")
    assert "estimating wave-2: would be made anew, because of the code: pipeline/statistics/change.py." in told
    assert "cleaning wave-1: up to date." in told
    assert "reporting barnet: up to date, unless estimating wave-2 changes what it is made from." in told
    (page,) = [line for line in told if line.startswith("the page of camden: ")]
    assert "output changed by hand: reports/wave-2/camden.html" in page
    listed = asked(copied, monkeypatch, capsys, "--dry-run")
    assert "estimating wave-2: would be made anew." in listed
    assert not any(line.startswith("cleaning") for line in listed)


def test_why_says_of_a_project_that_was_never_built_that_nothing_was_made(
    fresh: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(fresh, monkeypatch, capsys, "--why")
    assert len(told) == 12
    assert all(line.endswith(": would be made; it never was.") for line in told)


def test_a_run_with_nothing_to_do_imports_neither_pandas_nor_the_settings(copied: Project) -> None:
    shutil.rmtree(copied.root / "pipeline")
    shutil.copytree(REPOSITORY / "pipeline", copied.root / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    assert run_command(copied, *REPORTS).status == 0
    ran = run_command(copied, *REPORTS, PYTHONPROFILEIMPORTTIME="1")
    assert ran.status == 0
    imported = set(re.findall(r"\| +([\w.]+)$", ran.told, re.MULTILINE))
    assert "pipeline.machinery.manifest" in imported
    assert not imported & {"pandas", "pydantic", "yaml", "numpy", "pyarrow", "pipeline.machinery.reports"}


@pytest.mark.parametrize(
    "change",
    [
        lambda project: append(project.reports / WAVE / "camden.html", " "),
        lambda project: append(project.reports / WAVE / "other.html", " "),
        lambda project: (project.reports / "index.html").unlink(),
        lambda project: append(project.settings_file, "\n# A remark\n"),
        lambda project: append(project.root / "notebooks" / "04_area_report.ipynb", "\n"),
        lambda project: append(project.executed(WAVE) / "camden.ipynb", " "),
        lambda project: append(project.cleaned(WAVE) / "set_aside.parquet", " "),
        lambda project: (project.processed / "manifest.json").write_bytes(b"[1"),
        lambda project: (project.reports.parent / ".reports-next").mkdir(),
    ],
)
def test_what_differs_from_the_manifest_in_any_file_is_looked_at_again(
    copied: Project, change: Callable[[Project], object]
) -> None:
    assert manifest.nothing_to_do(copied, f"reports {WAVE}") is not None
    change(copied)
    assert manifest.nothing_to_do(copied, f"reports {WAVE}") is None
