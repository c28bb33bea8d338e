"""`make verify`: a wave built twice from copies of the project, in surroundings that differ in all that can differ."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import hash_file
from pipeline.machinery.code_graph import PACKAGE
from pipeline.machinery.fingerprints import LOCK_FILE
from pipeline.machinery.raw_manifest import manifest_path
from pipeline.reference.evaluation import Evaluation, load_evaluation

# Python imports this by itself, in every process of a run: folders are listed in another order than the disk's.
_LISTING = """
import os
_listdir, _scandir = os.listdir, os.scandir

def listdir(*given):
    return sorted(_listdir(*given), reverse={reverse})

class scandir:
    def __init__(self, *given):
        with _scandir(*given) as found:
            self._entries = iter(sorted(found, key=lambda one: one.name, reverse={reverse}))
    def __iter__(self):
        return self
    def __next__(self):
        return next(self._entries)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def close(self):
        pass

os.listdir, os.scandir = listdir, scandir
"""


@dataclass(frozen=True)
class Surrounding:
    """What a run finds around it; `cores`: how many it may use, None for all."""

    name: str
    folder: str
    variables: Mapping[str, str] = field(default_factory=dict)
    umask: int = 0o022
    cores: int | None = None
    backwards: bool = False
    dated: int = 0


SURROUNDINGS = (
    Surrounding(
        "plain",
        "project",
        {
            "TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "USER": "user-4711",
            "LOGNAME": "user-4711", "COLUMNS": "80",
        },
        cores=1,
        dated=1_000_000_000,
    ),
    Surrounding(
        "varied",
        "Élsewhere, deeper/a project",
        {
            "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "4321", "USER": "quelqu-un",
            "LOGNAME": "quelqu-un", "COLUMNS": "40", "OMP_NUM_THREADS": "3",
        },
        umask=0o077,
        backwards=True,
        dated=1_900_000_000,
    ),
)  # fmt: skip


def verify(wave_id: str | None) -> int:
    """Build a wave in each of the surroundings and compare every byte that could be published; 1 where one differs."""
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave_id = evaluation.wave(wave_id).id if wave_id else evaluation.waves[-1].id
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        made = [_build(project, evaluation, wave_id, one, Path(folder) / one.name) for one in SURROUNDINGS]
        difference = first_difference(*(_bytes_of(one, wave_id) for one in made))
        if difference:
            print(f"{wave_id}: NOT the same bytes: {difference}.")
            return 1
        files = len(_bytes_of(made[0], wave_id))
    print(f"{wave_id}: the same bytes in both, {files} files: every page, every download, every published table.")
    return 0


def _build(project: Project, evaluation: Evaluation, wave_id: str, around: Surrounding, folder: Path) -> Project:
    """Build the wave in a copy of the project; raises PipelineError where the run fails."""
    copy = copy_project(project, evaluation, folder / around.folder, dated=around.dated, backwards=around.backwards)
    (folder / "home").mkdir()
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(_LISTING.format(reverse=around.backwards), "utf-8")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))}
    done = subprocess.run(
        [*_on_cores(around.cores), sys.executable, "-m", "pipeline", "reports", "--wave", wave_id],
        cwd=copy.root,
        env={**plain, "HOME": str(folder / "home"), "PYTHONPATH": str(folder / "site"), **around.variables},
        umask=around.umask,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    last = (done.stderr.splitlines() or ["it said nothing"])[-1]
    print(f"{around.name}: {_in_words(around)}: {last}", flush=True)
    if done.returncode:
        raise PipelineError(f"The build in the {around.name} surroundings failed: {done.stderr.strip()}")
    return copy


def copy_project(project: Project, evaluation: Evaluation, root: Path, *, dated: int, backwards: bool) -> Project:
    """Copy what a build needs, and nothing that was made; its files dated and put there in an order of their own."""
    copy = Project(root)
    code = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    targets = {path: root / PACKAGE.name / path.relative_to(PACKAGE) for path in code}
    targets[PACKAGE.parent / LOCK_FILE] = root / LOCK_FILE
    raw = [name for wave in evaluation.waves for one in wave.sources for name in (one.file, one.key) if name]
    raw += [name for name in (evaluation.answer_mapping,) if name]
    paths = [project.settings_file, *(project.raw / name for name in raw)]
    paths += [manifest_path(project, wave) for wave in evaluation.waves]
    paths += [project.registers / evaluation.quotes] if evaluation.quotes else []
    paths += [*(project.root / "notebooks").glob("*.ipynb"), *(project.root / "notebooks").glob("*.py")]
    targets |= {path: root / path.relative_to(project.root) for path in paths}
    for source in sorted(targets, reverse=backwards):
        if source.is_file():
            targets[source].parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, targets[source])
            os.utime(targets[source], (dated, dated))
    return copy


def _on_cores(count: int | None) -> list[str]:
    taskset = shutil.which("taskset")
    return [taskset, "--cpu-list", f"0-{count - 1}"] if taskset and count else []


def _in_words(around: Surrounding) -> str:
    told = [f"{name} {value}" for name, value in sorted(around.variables.items())]
    cores = f"{around.cores} core" if around.cores and shutil.which("taskset") else "all cores"
    order = "backwards" if around.backwards else "forwards"
    return f"in '{around.folder}', {', '.join(told)}, umask {around.umask:03o}, {cores}, folders listed {order}"


def _bytes_of(project: Project, wave_id: str) -> dict[str, Path]:
    """Return everything that is or could be published, by its path in the project."""
    found = [*project.reports.rglob("*"), *project.published(wave_id).rglob("*")]
    return {project.shown(path): path for path in sorted(found) if path.is_file()}


def first_difference(one: Mapping[str, Path], other: Mapping[str, Path]) -> str | None:
    """Return the first file that is not the same in both, and the first line or byte that is not."""
    for name in sorted({*one, *other}):
        if name not in one or name not in other:
            return f"{name} is there only once"
        if hash_file(one[name]) != hash_file(other[name]):
            return f"{name}, {_place(one[name].read_bytes(), other[name].read_bytes())}"
    return None


def _place(one: bytes, other: bytes) -> str:
    at = next((number for number, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        at = min(len(one), len(other))
    line, shown = one.count(b"\n", 0, at) + 1, [text[max(0, at - 20) : at + 20] for text in (one, other)]
    return f"byte {at + 1}, in line {line}: {shown[0]!r} and {shown[1]!r}"
