"""Where work is done: one small interface, behind it the cores of this machine or the workers of a scheduler."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Executor as Pool
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pipeline.ground.sharing import cores

Result = TypeVar("Result")

# `SCHEDULER=tcp://127.0.0.1:8786` has the work done by that scheduler's workers.
SWITCH = "SCHEDULER"


class Executor(Protocol):
    """Does functions of a module with arguments that can be pickled, in the order given, as many at once as it can."""

    @property
    def at_once(self) -> int:
        """How many functions it does at the same time."""

    def submit(self, function: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        """Have a function done somewhere, some time; return its result to come."""

    def close(self) -> None:
        """Let go of what has not begun; what has begun is waited for here, and ended elsewhere."""


@dataclass(frozen=True)
class Place:
    """Where a function is done: a folder that goes with the process, and whether the result is still wanted."""

    folder: Path
    is_unwanted: Callable[[], bool] = lambda: False


place: ContextVar[Place] = ContextVar("place")


def this_place() -> Place:
    """Return where the function that asks is done."""
    return place.get(None) or Place(Path(tempfile.gettempdir()))


class _Local:
    def __init__(self, pool: Pool, at_once: int) -> None:
        self._pool, self.at_once = pool, at_once

    at_once: int

    def submit(self, function: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        return self._pool.submit(function, *arguments)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def scheduler_address() -> str:
    """Return the address of the scheduler that the user asked for, '' for this machine alone."""
    return os.environ.get(SWITCH, "").strip()


def executor_elsewhere(address: str) -> Executor:
    """Return an executor for functions done by a scheduler's workers; raises WorkersError."""
    # dask.distributed is an extra, and takes a second to import.
    from pipeline.machinery.cluster import Cluster

    return Cluster(address)


def executor_for_waiting(at_once: int) -> Executor:
    """Return an executor for functions that only wait for what computes in a process of its own."""
    return _Local(ThreadPoolExecutor(at_once, thread_name_prefix="notebook"), at_once)


def executor_for_notebooks() -> Executor:
    """Return an executor for functions that wait for a kernel of this machine."""
    return executor_for_waiting(cores())


def executor_for_computing() -> Executor:
    """Return an executor for functions that compute: the scheduler's workers if asked for, else fresh processes here.

    The processes are started when there is something to do. Raises WorkersError.
    """
    if address := scheduler_address():
        return executor_elsewhere(address)
    context = multiprocessing.get_context("spawn")
    return _Local(ProcessPoolExecutor(cores(), mp_context=context, initializer=_end_with_parent), cores())


def _end_with_parent() -> None:
    """End this worker when the run is killed: it would go on with work nobody waits for."""

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
