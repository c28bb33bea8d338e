"""Which phase a run is in, from what it says and from what can be seen of it from outside."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.processes import descendants

PHASES = ("start-up", "cleaning", "estimating", "reporting", "rendering", "gate", "placing", "end")
# A line is told when a notebook is done, so that the last line of one phase begins the next.
DONE = {"cleaning": r"^ *cleaning ", "estimating": r"^ *estimating ", "reporting": r"^ *reporting "}
EXAMINING, SUMMARY = r"^ *examining ", r"^\S+: \d+ notebooks run"


@dataclass(frozen=True)
class Timeline:
    """When each phase began, in seconds from the start, when the last ended, and how many notebooks each ran."""

    begins: dict[str, float]
    ended: float
    notebooks: dict[str, int]

    def length(self, phase: str) -> float:
        """Return how long a phase took, 0 where it could not be told from its neighbours."""
        if phase not in self.begins:
            return 0.0
        later = [begin for name, begin in self.begins.items() if PHASES.index(name) > PHASES.index(phase)]
        return min([*later, self.ended]) - self.begins[phase]


@dataclass
class Watch:
    """A run that is watched: `expected` tells how many notebooks of each phase there are, once that is known."""

    run: subprocess.Popen[str]
    folder: Path
    expected: dict[str, int] | None
    lines: list[str] = field(default_factory=list)
    begins: dict[str, float] = field(default_factory=dict)
    ended: float | None = None

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.begins["start-up"] = 0.0
        self._done: Counter[str] = Counter()
        self._at: dict[str, float] = {}
        self._before = _marks(self.folder)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self.run.stderr is not None
        with self.run.stderr as told:
            for line in told:
                self.lines.append(line)
                self._hear(line, time.monotonic() - self.started)

    def _hear(self, line: str, now: float) -> None:
        for phase, pattern in DONE.items():
            if re.match(pattern, line):
                self._done[phase] += 1
                self._at[phase] = now
                following = PHASES[PHASES.index(phase) + 1]
                if self.expected is None or self._done[phase] >= self.expected.get(phase, 0):
                    self.begins[following] = now
        if re.match(EXAMINING, line):
            self.begins["gate"] = now
        if re.match(SUMMARY, line):
            self.begins["end"] = now

    def look(self) -> str:
        """Return the phase now, 'over' when the run has ended."""
        now = time.monotonic() - self.started
        if "cleaning" not in self.begins and has_kernel(self.run.pid):
            self.begins["cleaning"] = now
        if "gate" in self.begins and "placing" not in self.begins and _marks(self.folder) != self._before:
            self.begins["placing"] = now
        if self.run.poll() is not None:
            self.ended = self.ended or now
            return "over"
        return max(self.begins, key=PHASES.index)

    def finish(self, seconds: float) -> int | None:
        """Return the exit status once the run has ended and said everything, None if it has not by then."""
        try:
            status = self.run.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self.ended = self.ended or time.monotonic() - self.started
        # A process that outlives the run may hold its error stream open.
        self._thread.join(5)
        return status

    def told(self) -> str:
        return "".join(self.lines)

    def timeline(self) -> Timeline:
        return Timeline(dict(self.begins), self.ended or time.monotonic() - self.started, dict(self._done))


def has_kernel(pid: int) -> bool:
    """Return whether a notebook may be running below a process: a grandchild, or a child's fork, is there."""
    return any("ipykernel" in _line(one) or _line(one) == _line(pid) for one in descendants(pid))


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return str(pid)


def _marks(folder: Path) -> tuple[object, ...]:
    """Return what changes as soon as the gate is done or the first page is put in place."""
    reports = [folder / "reports", *sorted(path for path in (folder / "reports").glob("*") if path.is_dir())]
    return (*(_mark(path) for path in reports), _mark(folder / "data" / "processed" / "verdicts"))


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        entry = path.stat()
    except OSError:
        return None
    return entry.st_ino, entry.st_mtime_ns
