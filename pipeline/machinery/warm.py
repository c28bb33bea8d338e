"""A process that has everything loaded and forks a run whenever it is asked to, for whoever builds again and again.

`python -m pipeline.machinery.warm FOLDER` reads a JSON list of arguments a line from standard input, and answers each
with a line: what the run said and its exit status, or that the code it has loaded is no longer the one that stands
there. It ends with its standard input, and with the process that started it.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.machinery.inputs import is_loaded_code_current, note_loaded_code
from pipeline.machinery.kernels import forking

_LOADED = (
    "pipeline.machinery.command_line",
    "pipeline.machinery.starting",
    "pipeline.machinery.reports",
    "pipeline.machinery.execution",
    "pipeline.machinery.site",
    "pipeline.machinery.attacking",
    "pipeline.machinery.faultless",
    "pipeline.machinery.private_memory",
    "pipeline.machinery.private_view",
    "pipeline.disclosure.gate",
)
_PR_SET_PDEATHSIG = 1
OUTDATED = {"status": None, "told": ""}


class WarmBuilder:
    """The process seen from where it was started; started anew once the code it has loaded was changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def build(self, arguments: list[str]) -> tuple[int, str]:
        """Run a verb; return its exit status and what it said."""
        for _ in range(2):
            answer = self._ask(arguments)
            if answer["status"] is not None:
                return int(answer["status"]), str(answer["told"])
            self.close()
        return run_cold(arguments)

    def _ask(self, arguments: list[str]) -> dict[str, Any]:
        process = self._process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            return OUTDATED
        return answer

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", __name__, str(self._folder)]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=self._folder
        )

    def close(self) -> None:
        """End the process with whatever it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None


def run_cold(arguments: list[str]) -> tuple[int, str]:
    """Run a verb in a new Python; return its exit status and what it said."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stderr


def main(folder: str) -> None:
    """Load, then answer until nobody asks any more."""
    _die_with_parent(os.getppid())
    # Whoever started this ends it; a run in between is interrupted by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(50_000, 20, 100)
    note_loaded_code()
    path = forking.path_of(Path(folder) / "notebooks")
    forking.warm_up(path, first="report")
    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        parent = forking.warm_up(path, first="report")
        if parent is not None and not parent.is_alive():
            forking.close_parents()
            forking.warm_up(path, first="report")
        answer = _run(json.loads(line)) if is_loaded_code_current() else OUTDATED
        print(json.dumps(answer), flush=True)


def _run(arguments: list[str]) -> dict[str, Any]:
    """Fork a run and wait for it."""
    here = os.getpid()
    reading, writing = os.pipe()
    number = os.fork()
    if not number:
        status = 1
        try:
            os.close(reading)
            status = _be_the_run(arguments, writing, here)
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as told:
        said = told.read()
    _, status = os.waitpid(number, 0)
    return {"status": os.waitstatus_to_exitcode(status), "told": said}


def _be_the_run(arguments: list[str], writing: int, parent: int) -> int:
    from pipeline.machinery.command_line import main as run

    _die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor, target in ((null, 0), (null, 1), (writing, 2)):
        os.dup2(descriptor, target)
    os.close(writing)
    sys.argv = ["pipeline", *arguments]
    forking.borrow_parents()
    return run(arguments)


def _die_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
