"""Where the time of a whole build goes: phases, kernels, cells and imports, from what the build itself notes."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from tests.bench.reports_project import WAVE, Timed, environment, time_build
from tests.chaos.phases import PHASES

SLOWEST_IMPORTS = 8


def print_profile(base: Path, root: Path, timed: Timed) -> None:
    """Print the phases of one build, what its notebooks spent inside and outside cells, and what imports cost."""
    if timed.timeline is not None:
        print("\nWhere the time goes (one build)\n")
        for phase in PHASES:
            print(f"{phase:22s}{timed.timeline.length(phase):7.2f} s")
    project = root / "profile"
    shutil.copytree(base, project)
    time_build(project, "reports", "--wave", WAVE)
    _print_notebooks(project)
    _print_imports(project)
    shutil.rmtree(project)


def _print_notebooks(project: Path) -> None:
    """Print, by kind of notebook, the time in cells, in the one with the imports, and outside cells (kernel, files)."""
    print(f"\n{'seconds in a notebook':30s}{'in all':>8s}{'cells':>8s}{'imports':>9s}{'outside cells':>15s}")
    sums: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for path in sorted((project / "data" / "processed").glob("*/notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        whole = notebook.metadata.get("papermill", {}).get("duration")
        cells = list(_cell_seconds(notebook))
        if whole is None or not cells:
            print(f"{path.stem:30s}  keeps no times")
            continue
        imports = sum(seconds for source, seconds in cells if "import " in source)
        sums[path.stem].append((float(whole), sum(seconds for _, seconds in cells), imports))
    for name, times in sums.items():
        whole, inside, imports = (sum(column) / len(times) for column in zip(*times, strict=True))
        print(f"{name:30s}{whole:8.2f}{inside:8.2f}{imports:9.2f}{whole - inside:15.2f}")


def _cell_seconds(notebook: Any) -> Iterator[tuple[str, float]]:
    for cell in notebook.cells:
        noted = cell.metadata.get("papermill", {})
        if cell.cell_type == "code" and noted.get("start_time") and noted.get("end_time"):
            begin, end = (dt.datetime.fromisoformat(noted[name]) for name in ("start_time", "end_time"))
            yield cell.source, (end - begin).total_seconds()


def _print_imports(project: Path) -> None:
    """Print the packages that cost most to import, for a run with nothing to do and for a report's kernel."""
    of_report = "import pipeline.machinery.reporting, pipeline.presentation.report"
    for what, command in {
        "a run with nothing to do": ["-m", "pipeline", "reports", "--wave", WAVE],
        "what a report's notebook imports": ["-c", of_report],
    }.items():
        run = [sys.executable, "-X", "importtime", *command]
        done = subprocess.run(run, cwd=project, env=environment(project), capture_output=True, text=True)
        own: dict[str, float] = defaultdict(float)
        for line in done.stderr.splitlines():
            if found := re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)", line):
                own[found[2].split(".")[0]] += int(found[1]) / 1e6
        slowest = sorted(own.items(), key=lambda entry: -entry[1])[:SLOWEST_IMPORTS]
        told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in slowest)
        print(f"\nImports of {what}: {sum(own.values()):.2f} s, most of it {told}")
