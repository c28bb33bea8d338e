"""Work done by the workers of a dask.distributed scheduler, behind the same interface as that of this machine."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pipeline.ground.errors import PipelineError, WorkersError
from pipeline.machinery.executor import SWITCH, Place, place
from pipeline.machinery.likeness import Likeness, likeness, likeness_of_worker
from pipeline.machinery.parcels import Bundle

try:
    import dask
    import distributed
    from distributed.scheduler import KilledWorker
    from distributed.versions import VersionMismatchWarning
except ModuleNotFoundError:
    raise WorkersError(
        f"{SWITCH} needs dask.distributed, which is not installed here; "
        "`.venv/bin/python -m pip install --require-hashes -r requirements-distributed.lock` installs it."
    ) from None

Result = TypeVar("Result")
_SECONDS_TO_ANSWER = 5
_START_WORKER = "`dask worker {address} --nthreads 1`"


class Cluster:
    """An executor whose functions are done by a scheduler's workers; all must be like this process.

    A function whose worker is lost is done again by another, as often as the scheduler allows; one that raises is not.
    A Bundle among the arguments is uploaded once, by its hash.
    """

    def __init__(self, address: str) -> None:
        self._address, self._likeness = address, likeness()
        self._client = _connect(address)
        try:
            self._threads = self._check_workers()
        except BaseException:
            self._client.close()
            raise
        self._pool = self._client.get_executor(pure=False)
        self._uploaded: dict[str, Any] = {}

    @property
    def at_once(self) -> int:
        return self._threads

    def submit(self, function: Callable[..., Result], /, *arguments: Any) -> Future[Result]:
        sent = [self._upload(one) if isinstance(one, Bundle) else one for one in arguments]
        remote = self._pool.submit(_do, self._likeness, function, *sent)
        local: Future[Result] = Future()
        remote.add_done_callback(lambda done: self._pass_on(done, local))
        return local

    def close(self) -> None:
        self._pool.shutdown(wait=False)
        self._client.close(timeout=_SECONDS_TO_ANSWER)

    def _upload(self, bundle: Bundle) -> Any:
        # A task of its own, which the scheduler can have done again: what is merely put on a worker is lost with it.
        if bundle.digest not in self._uploaded:
            self._uploaded[bundle.digest] = self._client.submit(_keep, bundle, key=f"bundle-{bundle.digest}")
        return self._uploaded[bundle.digest]

    def _pass_on(self, done: Future[Result], local: Future[Result]) -> None:
        try:
            local.set_result(done.result())
        except PipelineError as error:
            local.set_exception(error)
        except Exception as error:
            local.set_exception(WorkersError(self._in_words(error)))

    def _in_words(self, error: BaseException) -> str:
        if isinstance(error, KilledWorker):
            return (
                f"{error.allowed_failures + 1} workers were lost one after the other while they did this; "
                "their logs may say why, perhaps for want of memory."
            )
        if isinstance(error, CancelledError):
            return f"The scheduler at {self._address} was lost before this was done."
        return f"A worker could not do this: {type(error).__name__}: {' '.join(str(error).split())[:300]}."

    def _check_workers(self) -> int:
        """Return how many functions the workers do at once; raises WorkersError unless all are like this process."""
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
        except TimeoutError:
            start = _START_WORKER.format(address=self._address)
            raise WorkersError(f"The scheduler at {self._address} has no worker; start one with {start}.") from None
        found = self._client.run(likeness_of_worker, on_error="return")
        for worker, other in sorted(found.items()):
            _check(worker, other, self._likeness)
        return sum(self._client.nthreads().values())


def _connect(address: str) -> distributed.Client:
    _check_address(address)
    # What goes wrong is told once, in our words.
    for name in ("distributed", *(one for one in logging.root.manager.loggerDict if one.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", VersionMismatchWarning)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
    try:
        return distributed.Client(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except OSError:
        raise WorkersError(
            f"No scheduler answers at {address} within {_SECONDS_TO_ANSWER} seconds; "
            f"start one with `dask scheduler`, or leave out {SWITCH} to use this machine alone."
        ) from None


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        if parts.scheme in ("tcp", "tls") and parts.hostname and parts.port:
            return
    except ValueError:
        pass
    raise WorkersError(f"{SWITCH} is '{address}'; expected an address such as tcp://127.0.0.1:8786.")


def _check(worker: str, other: object, expected: Likeness) -> None:
    if other is None:
        raise WorkersError(f"The code of the worker {worker} has changed since it started; start it anew.")
    if not isinstance(other, Likeness):
        raise WorkersError(f"The worker {worker} cannot load this pipeline; install the same code there.")
    if difference := expected.difference(other):
        raise WorkersError(
            f"The worker {worker} {difference}; workers need the same Python minor version, packages and code."
        )


def _keep(bundle: Bundle) -> Bundle:
    bundle.check()
    return bundle


def _do(expected: Likeness, function: Callable[..., Result], *arguments: Any) -> Result:
    """Do a function on a worker that is like the process that asked; workers may come after the others were checked."""
    worker = distributed.get_worker()
    _check(worker.address, likeness_of_worker(), expected)
    # Dask has its workers give memory back at once; a kernel that inherits it takes half as long again to estimate.
    os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)
    key = worker.get_current_task()

    def is_unwanted() -> bool:
        # Nobody waits for it any more: who asked has let go of it, or is gone.
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    # The folder goes with the worker, by its nanny's hand where it is killed.
    token = place.set(Place(Path(worker.local_directory), is_unwanted))
    try:
        return function(*arguments)
    finally:
        place.reset(token)
