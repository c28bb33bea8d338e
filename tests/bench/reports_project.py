"""Copies of the demonstration in which whole builds are timed, and surveys of other sizes."""

from __future__ import annotations

import compileall
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.reference.evaluation import Evaluation
from pipeline.simulation.demonstration import make_demonstration
from tests.chaos.phases import Timeline, Watch
from tests.chaos.processes import descendants

ROOT = Path(__file__).resolve().parents[2]
WAVE = "wave-2"
# What is kept of a first build, alike on all sides: what protection found in its search, and what the gate found.
KEPT_WARM = ("suppression*", "verdicts", "attacks", "faultless.json", "models-tell-nothing.json", "*.key")


@dataclass
class Timed:
    """What a command took: seconds, seconds of processors, most memory at once, and its phases where they are told."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float = 0.0
    timeline: Timeline | None = None
    told: str = ""
    gate_seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self.gate_seconds = self.timeline.length("gate") if self.timeline else 0.0

    @property
    def without_gate(self) -> float:
        return self.seconds - self.gate_seconds


def make_base(folder: Path) -> Path:
    """Return a copy of the demonstration with the package beside it, compiled, and nothing built."""
    for name in ("notebooks", "data/raw", "pipeline"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name in ("evaluation.yml", "requirements.lock"):
        shutil.copy2(ROOT / name, folder)
    compileall.compile_dir(folder / "pipeline", quiet=2, workers=0)
    return folder


def keep_warm(base: Path, built: Path) -> None:
    """Give the base what a first build found that all sides may know; the record of raw files with it."""
    processed = base / "data" / "processed"
    processed.mkdir(parents=True, exist_ok=True)
    for pattern in KEPT_WARM:
        for path in (built / "data" / "processed").glob(pattern):
            target = processed / path.name
            shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
    for path in (built / "data" / "raw").rglob("*MANIFEST*"):
        shutil.copy2(path, base / path.relative_to(built))


def make_survey(folder: Path, areas: int, items: int) -> Path:
    """Return a project with a simulated survey of so many areas, on the first items of the demonstration."""
    make_base(folder)
    shutil.rmtree(folder / "data" / "raw")
    settings: dict[str, Any] = yaml.safe_load((folder / "evaluation.yml").read_text("utf-8"))
    settings["areas"] = [
        {"id": f"area-{number:03d}", "name": f"Area {number:03d}", "code": f"E09{number:06d}"}
        for number in range(1, areas + 1)
    ]
    settings["items"], settings["quotes"] = settings["items"][:items], None
    settings["whole_area"]["synonyms"] = ["Everywhere"]
    text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
    (folder / "evaluation.yml").write_text(text, "utf-8")
    for name, content in make_demonstration(Evaluation.model_validate(settings)).items():
        path = folder / "data" / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def environment(project: Path) -> dict[str, str]:
    """Return an environment in which a project's own package is used, one thread each, bytecode as it was compiled."""
    own = {"PYTHONPATH": f"{project}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    return os.environ | own | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def time_commands(project: Path, commands: Iterable[list[str]]) -> Timed:
    """Run commands one after the other; raises RuntimeError when one fails."""
    before, start = _processor_seconds(), time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=project, env=environment(project), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[1:4])} fails: {done.stderr[-1500:]}")
    return Timed(time.perf_counter() - start, _processor_seconds() - before)


def time_build(project: Path, *arguments: str, until_gate: bool = False, memory: bool = False) -> Timed:
    """Run our own command and watch its phases, and its memory if asked; `until_gate` ends it as the gate begins."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    before, start = _processor_seconds(), time.perf_counter()
    run = subprocess.Popen(
        command,
        cwd=project,
        env=environment(project),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    looking = _Memory(run.pid) if memory else None
    watch = Watch(run, project, None)
    while (phase := watch.look()) != "over":
        if until_gate and phase == "gate":
            os.killpg(run.pid, 15)
            break
        time.sleep(0.002)
    status = watch.finish(60)
    seconds = time.perf_counter() - start
    peak = looking.stop() / 1e6 if looking else 0.0
    if status != 0 and not until_gate:
        raise RuntimeError(f"{' '.join(arguments)} fails: {watch.told()[-1500:]}")
    return Timed(seconds, _processor_seconds() - before, peak, watch.timeline(), watch.told())


class _Memory:
    """The most memory that a process and all below it hold at once; what they share is counted once between them."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stop.wait(0.25):
            self.peak = max(self.peak, sum(_share_of(pid) for pid in (self._pid, *descendants(self._pid))))

    def stop(self) -> int:
        self._stop.set()
        self._thread.join()
        return self.peak


def _share_of(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
