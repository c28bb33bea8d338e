"""Work shared over forked processes: each takes the next piece, and the results come back in the order of the pieces.

A forked process has all that its parent has, so a piece may be any function, and only results are pickled.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import os
import pickle
import selectors
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline.ground.errors import PipelineError

Result = TypeVar("Result")
_PR_SET_PDEATHSIG = 1


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_BYTES_OF_A_NUMBER = 2
_BYTES_READ = 1 << 16


class SharingError(PipelineError):
    """Raised when a process ended before it had given back what it was to work out."""


@dataclass(frozen=True)
class _Worker:
    """A process by its number, and the end of the pipe from which its results are read."""

    number: int
    results: int


def share(pieces: Sequence[Callable[[], Result]], processes: int) -> list[Result]:
    """Return the result of each piece, in their order, worked out by so many processes at once.

    With one process, one piece or no forking all is done here. What a piece raises is raised here, and then, as when
    this process is interrupted, the others are ended; they end with this process, too, however it ends. Raises
    SharingError where a process ended by itself.
    """
    processes = min(processes, len(pieces)) if sys.platform == "linux" else 1
    if processes < 2:
        return [piece() for piece in pieces]
    workers: list[_Worker] = []
    with _numbers(len(pieces)) as queue:
        try:
            for _ in range(processes):
                workers.append(_start(pieces, queue))
            return [*_collect(workers, len(pieces))]
        finally:
            _end(workers)


@contextlib.contextmanager
def _numbers(count: int) -> Iterator[int]:
    """Give a pipe that holds the number of each piece, from which each process reads the next."""
    read, write = os.pipe()
    try:
        os.write(write, b"".join(number.to_bytes(_BYTES_OF_A_NUMBER, "big") for number in range(count)))
        os.close(write)
        yield read
    finally:
        os.close(read)


def _start(pieces: Sequence[Callable[[], Result]], queue: int) -> _Worker:
    """Fork a process that works."""
    read, write = os.pipe()
    parent, status = os.getpid(), 1
    try:
        with warnings.catch_warnings():
            # Later Pythons warn of threads: what is forked here computes alone, and takes no lock of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            number = os.fork()
        if not number:
            _leave(parent, {queue, write})
            _work(pieces, queue, write)
            status = 0
    finally:
        if os.getpid() != parent:
            # Nothing of the parent may run on in its copy, whatever happened.
            os._exit(status)
    os.close(write)
    return _Worker(number, read)


def _leave(parent: int, kept: set[int]) -> None:
    """Become a process that ends with its parent and keeps nothing of it open: neither its locks nor its sockets."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    gc.disable()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    for descriptor in [int(one.name) for one in os.scandir("/proc/self/fd")]:
        if descriptor > 2 and descriptor not in kept:
            # The one that listed them is closed by now.
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _work(pieces: Sequence[Callable[[], Result]], queue: int, write: int) -> None:
    """Do one piece after the other, until none is left or one has failed; write each result with its number."""
    while number := os.read(queue, _BYTES_OF_A_NUMBER):
        place = int.from_bytes(number, "big")
        try:
            content = pickle.dumps((place, None, pieces[place]()))
        except Exception as error:
            content = pickle.dumps((place, error, None))
            while os.read(queue, _BYTES_READ):
                pass  # The others need not begin what is left.
        while content:
            content = content[os.write(write, content) :]


def _collect(workers: Sequence[_Worker], count: int) -> Iterator[Any]:
    """Yield all results in order, when every process has ended; raise the first error."""
    found: dict[int, tuple[Exception | None, Any]] = {}
    for content in _read_all([worker.results for worker in workers]):
        stream = io.BytesIO(content)
        # What was cut short, or cannot be read, is missing below.
        with contextlib.suppress(Exception):
            while True:
                number, failure, result = pickle.load(stream)
                found[number] = (failure, result)
    for place in sorted(found):
        if (error := found[place][0]) is not None:
            raise error
    if len(found) < count:
        raise SharingError("A process that shared in the work ended before it was done; nothing of it was used.")
    yield from (found[place][1] for place in range(count))


def _read_all(pipes: Sequence[int]) -> list[bytes]:
    """Return all that is written to pipes until they are closed."""
    received: dict[int, list[bytes]] = {pipe: [] for pipe in pipes}
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                part = os.read(key.fd, _BYTES_READ)
                received[key.fd].append(part)
                if not part:
                    selector.unregister(key.fd)
    return [b"".join(parts) for parts in received.values()]


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        os.kill(worker.number, signal.SIGKILL)
        os.close(worker.results)
    for worker in workers:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(worker.number, 0)
