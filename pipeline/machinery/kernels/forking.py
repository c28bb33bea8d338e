"""Where kernels are forked: one preloaded parent a process, started when first wanted, ended with the process."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.machinery.code_graph import package_files
from pipeline.machinery.environment import ONE_THREAD
from pipeline.machinery.inputs import contents_of
from pipeline.machinery.kernels.folder import PrivateFolder

# `PIPELINE_KERNELS=spawn` forks nothing; the results are the same.
SWITCH = "PIPELINE_KERNELS"
# What a kernel may be given beside the environment that its parent was started with; nothing of it is read so early
# in Python's life that a forked kernel would miss it.
_FREE = ("JPY_", "PYDEVD_", SWITCH)
_PARENT_FILE = Path(__file__).with_name("zygote.py")


class ForkingError(Exception):
    """No kernel could be forked; it can be spawned instead."""


class ForkedKernel:
    """A forked kernel's process, with as much of `subprocess.Popen` as a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, parent: ForkingParent, connection: socket.socket, pid: int) -> None:
        self.parent, self.pid, self.returncode = parent, pid, None
        self._connection = connection
        # A number may be given anew to another process; what this names cannot.
        self._process = os.pidfd_open(pid)
        self._told = b""
        # Whether it went with its parent.
        self.lost = False
        self._lock = threading.Lock()
        connection.setblocking(False)

    returncode: int | None

    def poll(self) -> int | None:
        """Return the exit status, or None while the kernel lives."""
        with self._lock:
            while self.returncode is None:
                try:
                    piece = self._connection.recv(4096)
                except BlockingIOError:
                    break
                except OSError:
                    piece = b""
                self._told += piece
                if not piece or self._told.endswith(b"\n"):
                    # Without a word the parent died, and its kernels with it.
                    self.lost = not self._told
                    self.returncode = int(json.loads(self._told)["status"]) if self._told else -signal.SIGKILL
                    self._connection.close()
                    os.close(self._process)
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once the kernel has ended."""
        with contextlib.suppress(OSError, ValueError):
            self._connection.settimeout(timeout)
            self._connection.recv(1, socket.MSG_PEEK)
            self._connection.setblocking(False)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it still lives."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self.returncode is None:
                signal.pidfd_send_signal(self._process, number)

    def kill(self) -> None:
        """Kill the kernel; the parent kills what it had started."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class ForkingParent:
    """The forking parent of this process's kernels, seen from here."""

    def __init__(self, path: str, first: str = "clean") -> None:
        # As it is before it is loaded.
        self.code = contents_of(package_files())
        self._kernels: list[ForkedKernel] = []
        self._folder = folder = PrivateFolder()
        self._environment = {**os.environ, **ONE_THREAD}
        self._address = str(folder.path / "z")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen(64)
            inherited = (listener.fileno(), folder.descriptor)
            command = [sys.executable, str(_PARENT_FILE), *map(str, inherited), str(folder.path), path, first]
            # In a session of its own: who ends it is this process alone.
            self._process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=inherited,
                start_new_session=True,
            )
        # Whoever borrows it knows by this whether it lives.
        self._lent = os.pidfd_open(self._process.pid)
        self._is_borrowed = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def folder(self) -> Path:
        """The folder that the parent removes, with all that is in it, once this process is gone."""
        return self._folder.path

    def is_alive(self) -> bool:
        """Tell whether it still serves."""
        if self._is_borrowed:
            # Another process's child cannot be waited for.
            return not select.select([self._lent], [], [], 0)[0]
        return self._process.poll() is None

    def is_idle(self) -> bool:
        """Tell whether every kernel that it forked has ended."""
        return all(kernel.poll() is not None for kernel in self._kernels)

    def borrow(self) -> None:
        """Let this process, forked from the one that started the parent, use it and leave it alone in the end."""
        self._is_borrowed = True

    def fork(self, arguments: list[str], cwd: str, environment: Mapping[str, str], folder: str = "") -> ForkedKernel:
        """Return a kernel forked for these arguments, working folder and environment; raises ForkingError.

        `folder` is removed when the kernel ends.
        """
        if _fixed(environment) != _fixed(self._environment):
            raise ForkingError("a kernel of another environment must be started by itself")
        if not self.is_alive():
            raise ForkingError("the forking parent has ended")
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(60)
            connection.connect(self._address)
            request = {"argv": arguments, "cwd": cwd, "env": dict(environment), "folder": folder}
            connection.sendall(json.dumps(request).encode() + b"\n")
            self._kernels.append(ForkedKernel(self, connection, _pid_told(connection)))
            return self._kernels[-1]
        except (OSError, ValueError) as error:
            connection.close()
            raise ForkingError(str(error)) from error

    def close(self) -> None:
        """End the parent and every kernel that it forked; one that is borrowed goes on, and ends this process's."""
        if self._is_borrowed:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        # It may be in the middle of loading what is no longer needed.
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._lent)
        self._folder.remove()


def _fixed(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(_FREE)}


def _pid_told(connection: socket.socket) -> int:
    line = b""
    while not line.endswith(b"\n"):
        piece = connection.recv(1)
        if not piece:
            raise ValueError("the forking parent said nothing")
        line += piece
    found: dict[str, Any] = json.loads(line)
    return int(found["pid"])


_lock = threading.Lock()
_parents: dict[str, ForkingParent] = {}
_retired: list[ForkingParent] = []


def can_fork() -> bool:
    """Tell whether kernels may be forked here.

    Forking without starting anew is safe on Linux alone: macOS's own libraries forbid it, Windows has none. What a
    dying parent takes with it is Linux's to say as well.
    """
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and os.environ.get(SWITCH) != "spawn"


def path_of(notebooks: Path | str) -> str:
    """Return where notebooks of a folder look for the package, as they write it: modules' files are named after it."""
    return f"{notebooks}/.."


def warm_up(path: str, first: str = "clean") -> ForkingParent | None:
    """Return the forking parent for a path, started if there is none yet, or None where kernels are spawned.

    `path`: that of `path_of`. `first`: the kind of notebook that the parent is ready for soonest, "clean" or "report".
    A parent that died is not replaced.
    """
    if not can_fork():
        return None
    with _lock:
        if path not in _parents:
            try:
                _parents[path] = ForkingParent(path, first)
            except OSError:
                return None
        return _parents[path]


def renewed(path: str) -> ForkingParent | None:
    """Return the forking parent for a path as `warm_up` does, with the code as it is now.

    One that loaded other code goes on for the kernels that it forked before, and ends with the last of them.
    """
    with _lock:
        parent = _parents.get(path)
        if parent is not None and not (parent.is_alive() and parent.code == contents_of(package_files())):
            _retired.append(_parents.pop(path))
        for one in [one for one in _retired if one.is_idle()]:
            _retired.remove(one)
            one.close()
    return warm_up(path, first="report")


def close_parents() -> None:
    """End every forking parent of this process with its kernels; a later run begins anew."""
    with _lock:
        while _parents:
            _parents.popitem()[1].close()
        while _retired:
            _retired.pop().close()


def borrow_parents() -> None:
    """Use the forking parents of the process that this one was forked from, and leave them alone in the end."""
    for parent in _parents.values():
        parent.borrow()


atexit.register(close_parents)
