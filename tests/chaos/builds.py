"""Two builds of the tiny survey, A and B, which differ in their answers, and copies in which one becomes the other."""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.ground.paths import Project
from tests.chaos.phases import Timeline, Watch
from tests.chaos.processes import MARKER, left_in
from tests.chaos.reader import read_whole
from tests.conftest import REPOSITORY, _write_project
from tests.machinery.tiny_runs import IN_RAW, WAVE, add_package, environment

LONGEST_BUILD_SECONDS = 600
# Each of these answers of the second wave is favourable in one build and not in the other.
ANSWERS = {"A": (b"Very sure", b"Very sure"), "B": (b"Very sure", b"Not sure")}


@dataclass(frozen=True)
class Builds:
    """The two builds as they stand, and how long each phase takes when one becomes the other."""

    folders: dict[str, Path]
    reports: dict[str, dict[str, bytes]]
    private: dict[str, set[str]]
    timelines: dict[str, Timeline]

    def start(self, folder: Path, wanted: str) -> Project:
        """Return a copy of the other build in which the answers of `wanted` wait to be built."""
        return change_answers(copy_build(self.folders["B" if wanted == "A" else "A"], folder), wanted)


class Place:
    """A private folder for one trial: the project, and where its runs put what is temporary."""

    def __init__(self, root: Path, marker: str, project: Path | None = None) -> None:
        self.root, self.project, self.marker = root, project or root / "p", marker
        # Short names: the path of a socket may have no more than a hundred or so characters.
        self.temporary, self.runtime = root / "t", root / "r"
        # What a run is started through: a limit, or without privileges.
        self.limits: tuple[str, ...] = ()
        for folder in (self.temporary, self.runtime):
            folder.mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        names = ("TMPDIR", "JUPYTER_RUNTIME_DIR", "XDG_RUNTIME_DIR")
        folders = dict(zip(names, (self.temporary, self.runtime, self.runtime), strict=True))
        changes = {name: str(folder) for name, folder in folders.items()} | {MARKER: self.marker}
        return environment(**changes, PYTHONDONTWRITEBYTECODE="1", OPENBLAS_NUM_THREADS="1")

    def left(self) -> list[str]:
        """Return what the runs left of what is temporary."""
        return left_in(self.temporary, self.runtime)


def start_run(place: Place, extra: tuple[str, ...] = (), *, by_make: bool = False) -> subprocess.Popen[str]:
    """Start `reports` as a leader of its own session, as a terminal or a scheduler does."""
    command = [sys.executable, "-m", "pipeline", "reports", "--wave", WAVE]
    if by_make:
        command = ["make", "reports", f"PYTHON={sys.executable}", f"WAVE={WAVE}"]
    return subprocess.Popen(
        [*place.limits, *command, *extra],
        cwd=place.project,
        env=place.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def make_builds(root: Path) -> Builds:
    """Build A from nothing, B from A and A from B again, uninterrupted; the phases of the latter two are timed.

    Raises RuntimeError when one of them fails, or when A from B is not A.
    """
    first = root / "A"
    project = add_package(_write_project(first))
    shutil.copy2(REPOSITORY / "Makefile", first)
    compileall.compile_dir(project.root / "pipeline", quiet=2)
    change_answers(project, "A")
    timelines, folders = {}, {"A": first, "B": root / "B"}
    _build(first, root)
    change_answers(copy_build(first, folders["B"]), "B")
    timelines["B"] = _build(folders["B"], root)
    again = change_answers(copy_build(folders["B"], root / "again"), "A")
    timelines["A"] = _build(again.root, root)
    reports = {name: read_whole(folder / "reports") for name, folder in folders.items()}
    if read_whole(again.reports) != reports["A"]:
        raise RuntimeError("Built again after other answers, the same answers give other pages.")
    if not any(reports["A"][address] != reports["B"].get(address) for address in reports["A"]):
        raise RuntimeError("Other answers give the same pages, so that nothing could be half new.")
    shutil.rmtree(again.root)
    return Builds(folders, reports, {name: private_names(folder) for name, folder in folders.items()}, timelines)


def _build(folder: Path, root: Path) -> Timeline:
    place = Place(root / "w", f"builds-{root.name}", folder)
    started = time.monotonic()
    watch = Watch(start_run(place), folder, None)
    while watch.look() != "over":
        if time.monotonic() - started > LONGEST_BUILD_SECONDS:
            watch.run.kill()
        time.sleep(0.003)
    if watch.finish(30) != 0:
        raise RuntimeError(f"A build that nobody interrupts fails: {watch.told()}")
    return watch.timeline()


def copy_build(source: Path, folder: Path) -> Project:
    """Copy a project with the times of its files, the compiled ones too."""
    shutil.copytree(source, folder, symlinks=True)
    return Project(folder)


def change_answers(project: Project, wanted: str) -> Project:
    """Give the second wave the answers of a build; no verdict of the gate is kept, so that it has work to do."""
    path = project.raw / IN_RAW["wave-2"]
    original = project.raw / "wave-2" / ".original"
    if not original.exists():
        shutil.copy2(path, original)
    path.write_bytes(original.read_bytes().replace(*ANSWERS[wanted]))
    for manifest in path.parent.glob("*MANIFEST.sha256"):
        manifest.unlink()
    shutil.rmtree(project.processed / "verdicts", ignore_errors=True)
    return project


def private_names(folder: Path) -> set[str]:
    """Return the names of the private files, without those that are named by what is in them."""
    processed = folder / "data" / "processed"
    named = (path.relative_to(processed) for path in processed.rglob("*") if path.is_file())
    kept = (path for path in named if not {"verdicts", "failed"} & set(path.parts))
    return {path.as_posix() for path in kept if len(max(path.stem.split("-"), key=len)) < 32}
