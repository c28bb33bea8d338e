"""Where work is done: one small interface, behind it the cores of this machine."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor as Pool
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Executor(Protocol):
    """Does functions of a module with arguments that can be pickled, in the order given, as many at once as it can."""

    def submit(self, function: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        """Have a function done somewhere, some time; return its result to come."""

    def close(self) -> None:
        """Wait for what has begun, and let go of what has not."""


class _Local:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def submit(self, function: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        return self._pool.submit(function, *arguments)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def executor_for_notebooks() -> Executor:
    """Return an executor for functions that wait for a kernel, which does the computing in a process of its own."""
    return _Local(ThreadPoolExecutor(cores(), thread_name_prefix="notebook"))


def executor_for_computing() -> Executor:
    """Return an executor for functions that compute: fresh processes, started when there is something to do."""
    context = multiprocessing.get_context("spawn")
    return _Local(ProcessPoolExecutor(cores(), mp_context=context, initializer=_end_with_parent))


def _end_with_parent() -> None:
    """End this worker when the run is killed: it would go on with work nobody waits for."""

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
