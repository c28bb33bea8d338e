"""How long a notebook may run and how much memory its kernel may hold; who goes beyond is ended, whatever it does."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil

from pipeline.ground.errors import PipelineError

_LOOK_EVERY = 0.1
# Looking through all processes of a machine takes some milliseconds.
_LOOK_FOR_OTHERS_EVERY = 1.0
_GIGABYTE = 1e9


@dataclass(frozen=True)
class Limits:
    """The seconds a notebook may run, and the memory in GB that its kernel may hold with all that it starts."""

    seconds: float = 1800
    memory: float = 4


def read_limits() -> Limits:
    """Return the limits, those of the environment before our own; raises PipelineError for what is no number."""
    return Limits(**{field: _read(name) for field, name in NAMES.items() if os.environ.get(name)})


NAMES = {"seconds": "LIMIT_SECONDS", "memory": "LIMIT_MEMORY"}


def _read(name: str) -> float:
    text = os.environ[name]
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise PipelineError(f"{name} is '{text}'; expected a number above 0, such as {name}=600.")
    return number


class Watch:
    """Looks at a kernel ten times a second and kills it once it goes beyond a limit, or nobody wants its result.

    A kernel that ignores interrupts, or is busy outside Python, ends all the same. An address-space limit would not
    do: a kernel at rest has 2.2 GB of addresses and 0.2 GB of memory.
    """

    def __init__(self, limits: Limits, process: Callable[[], Any], is_unwanted: Callable[[], bool]) -> None:
        self.found = ""
        self._limits, self._process, self._is_unwanted = limits, process, is_unwanted
        self._started = time.monotonic()
        self._looked, self._processes = 0.0, list[psutil.Process]()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_LOOK_EVERY):
            process = self._process()
            if process is None or process.poll() is not None:
                continue
            self.found = self.found or self._beyond(process.pid)
            if self.found or self._is_unwanted():
                process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def _started_by_kernel(self, pid: int) -> list[psutil.Process]:
        if time.monotonic() - self._looked > _LOOK_FOR_OTHERS_EVERY:
            self._processes, self._looked = _started_by(pid), time.monotonic()
        return self._processes

    def _beyond(self, pid: int) -> str:
        if time.monotonic() - self._started > self._limits.seconds:
            return (
                f"ran longer than the {self._limits.seconds:g} seconds that a notebook may take; "
                f"LIMIT_SECONDS={2 * self._limits.seconds:g} would allow more"
            )
        if _held(pid, self._started_by_kernel(pid)) / _GIGABYTE <= self._limits.memory:
            return ""
        return (
            f"held more than the {self._limits.memory:g} GB of memory that a notebook may take; "
            f"LIMIT_MEMORY={2 * self._limits.memory:g} would allow more"
        )


def _started_by(pid: int) -> list[psutil.Process]:
    """Return what a kernel started, and what that started in turn, whether or not its own parent still lives."""
    with suppress(psutil.Error):
        kernel = psutil.Process(pid)
        found = {one.pid: one for one in kernel.children(recursive=True)}
        # A kernel has a session of its own, in which what it starts stays when it has lost its parent.
        for other in psutil.pids() if hasattr(os, "getsid") else []:
            with suppress(psutil.Error, OSError):
                if other != pid and other not in found and os.getsid(other) == pid:
                    found[other] = psutil.Process(other)
        return list(found.values())
    return []


def _held(pid: int, started: Iterable[psutil.Process]) -> int:
    """Return the bytes that a kernel and what it started hold; what those share with it counts once."""
    try:
        held = int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
    for one in started:
        with suppress(psutil.Error):
            held += int(one.memory_full_info().uss)
    return held
